import { expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { CALIBRATED_KEYS, CALIBRATED_WINDOWS } from './calibration';
import { type EmbeddedPerson, trainCalibration } from './calibration-training';
import { type FreeTextProjection, PROJECTED_BLOCKS } from './population';

const DIMENSIONS = 3;
const numbers = (value: number) => new Float64Array(DIMENSIONS).fill(value);
const projections = PROJECTED_BLOCKS.map(
  ({ length }): FreeTextProjection => ({
    dimensions: DIMENSIONS,
    directions: new Int8Array(DIMENSIONS * length),
    scale: numbers(1),
    offset: numbers(0),
    within: numbers(1),
    between: numbers(2),
  }),
);

function people(count: number, windows: number): EmbeddedPerson[] {
  const normal = seededNormals(1, 4);
  const length = DIMENSIONS * PROJECTED_BLOCKS.length;
  return Array.from({ length: count }, () => {
    const own = Float64Array.from({ length }, () => 1.4 * normal());
    return {
      windows: Array.from({ length: windows }, () => ({
        embedding: own.map((number) => number + normal()),
        keys: 50,
        sitting: 0,
        short: undefined,
      })),
    };
  });
}

it('takes what was not measured from less evidence, but never a line that was drawn through other weights', () => {
  // Of 13 windows, 2 leave 10 for a probe of 500 keys; 5 leave 8, of which 200 keys are four.
  const { calibration, fusion } = trainCalibration([{ people: people(70, 13), known: { projections, shortWindow: 1.2 } }]);
  const cell = (keys: number, windows: number) =>
    calibration[CALIBRATED_KEYS.indexOf(keys as 50) * CALIBRATED_WINDOWS.length + CALIBRATED_WINDOWS.indexOf(windows as 5)];
  expect(fusion.many).not.toEqual(fusion.few);
  expect(cell(500, 2)).not.toEqual(cell(200, 2));
  expect(cell(500, 5)).toBe(cell(200, 5));
  expect(cell(500, 10)).toBe(cell(200, 5));
  // No window here is long enough to be seen short as well.
  expect(cell(25, 5)).toBe(cell(50, 5));
});
