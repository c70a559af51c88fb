import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySample, numbersIn, PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { type FixedTextVector, fixedTextVector, fixedTextVectorFrom } from './fixed-text-vector';
import { isInsufficient } from './insufficient';
import { type Rhythm, rhythm } from './rhythm';
import { parseTypingSample } from './typing-sample';

function rhythmOf(hold: number[], pressPress: number[]): Rhythm {
  const result = rhythm(fixedTextVectorFrom({ hold, pressPress }));
  if (isInsufficient(result)) {
    throw new Error(result.reason);
  }
  return result;
}

it('follows its formulas', () => {
  // Flights 50, 350, 0, 550; speeds 10, 2.5, 20, 5/3 keys per second.
  const result = rhythmOf([50, 50, 50, 50, 50], [100, 400, 50, 600]);
  expect(result.schema).toBe('rhythm/1');
  expect(result.consistency).toBeCloseTo(1 / (1 + Math.sqrt(201_875 / 3)), 12);
  expect(result.stability).toBe(400);
  expect(result.burstShare).toBe(0.5);
  expect(result.pauses).toBe(2);
  expect(result.continuity).toBe(0.6);
  expect(result.acceleration).toBe(17.5);
  expect(result.deceleration).toBeCloseTo((7.5 + 55 / 3) / 2, 12);
});

it('counts roll-over as a burst', () => {
  const result = rhythmOf([120, 90, 75], [100, 150]);
  expect(result).toMatchObject({ stability: 80, burstShare: 1, pauses: 0, continuity: 1, acceleration: 0 });
  expect(result.consistency).toBeCloseTo(1 / (1 + Math.sqrt(3_200)), 12);
  expect(result.deceleration).toBeCloseTo(10 / 3, 12);
});

it('leaves flights of exactly 150 and 300 ms out of bursts and pauses', () => {
  expect(rhythmOf([50, 50, 50], [200, 350])).toMatchObject({ burstShare: 0, pauses: 0 });
  expect(rhythmOf([50, 50, 50], [199.9, 350.1])).toMatchObject({ burstShare: 0.5, pauses: 1 });
});

it('is perfectly even for even typing', () => {
  expect(rhythmOf([50, 50, 50], [100, 100])).toMatchObject({ consistency: 1, stability: 0, acceleration: 0, deceleration: 0 });
});

it('takes presses at one instant as 1 ms apart', () => {
  expect(rhythmOf([50, 50, 50], [0, 100])).toMatchObject({ acceleration: 0, deceleration: 990 });
});

it('is insufficient below three keys', () => {
  expect(rhythm(fixedTextVectorFrom({ hold: [50, 50], pressPress: [100] }))).toMatchObject({
    reason: 'too-few-keys',
    detail: '2 of at least 3 keys',
  });
});

it('is insufficient for press-press times alone, which have no flight', () => {
  expect(rhythm(fixedTextVectorFrom({ hold: [], pressPress: [100, 150, 90] }))).toMatchObject({
    status: 'insufficient',
    reason: 'missing-releases',
  });
});

it('refuses what is no vector', () => {
  expect(() => rhythm({} as FixedTextVector)).toThrow(TypeError);
});

it(
  'is finite and within its ranges for every vector of a sample',
  () => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const vector = fixedTextVector(parseTypingSample(sample));
        const result = isInsufficient(vector) ? vector : rhythm(vector);
        if (isInsufficient(result)) {
          return;
        }
        expect(numbersIn(result).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        expect(Math.max(result.consistency, result.burstShare, result.continuity)).toBeLessThanOrEqual(1);
        expect(Math.min(result.consistency, result.continuity)).toBeGreaterThan(0);
      }),
      runs(200, 10_000),
    );
  },
  PROPERTY_TIMEOUT,
);
