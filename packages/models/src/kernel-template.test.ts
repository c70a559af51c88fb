import { describe, expect, it } from 'vitest';
import { buildTemplate, extendTemplate, type KernelTemplate, rowOf, WINDOW, withoutRow } from './kernel-template';
import { entries, simulatedPerson } from './simulated-people';

const KEYS = 6;
const rows = entries(simulatedPerson(7, KEYS), WINDOW + 5).map((vector) => Float32Array.from([...vector.hold, ...vector.pressPress]));

function build(from: number, to: number): KernelTemplate {
  const part = rows.slice(from, to);
  return buildTemplate(KEYS, part.length, Float32Array.from(part.flatMap((row) => [...row])));
}

describe('kernel template', () => {
  it('has the median and the deviation drawn towards the population', () => {
    const template = buildTemplate(2, 3, Float32Array.from([100, 100, 200, 200, 100, 200, 50, 100, 200]));
    expect(template.median[0]).toBeCloseTo(Math.log(0.1), 6);
    // Hold of the first key: two of three lie ln 2 from the median; ten entries' worth of .12 beside them.
    expect(1 / template.perDeviation[0]).toBeCloseTo((10 * 0.12 + 2 * Math.LN2) / 13, 6);
    expect(template.centre[0]).toBeCloseTo(-2.4 + 0.25 * (Math.log(0.1) + 2.4), 6);
  });

  it('weighs an entry by its age', () => {
    const { weights } = build(0, 41);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights[0] / weights[40]).toBeCloseTo(Math.exp(-1), 12);
  });

  it('grows by one row to what it would be if built anew, bit for bit', () => {
    expect(extendTemplate(build(0, 4), rows[4])).toEqual(build(0, 5));
    expect(extendTemplate(build(0, WINDOW), rows[WINDOW])).toEqual(build(1, WINDOW + 1));
  });

  it('without a row is as if the row had never been', () => {
    for (const index of [0, 3, 8]) {
      const kept = rows.slice(0, 9).filter((_, j) => j !== index);
      expect(withoutRow(build(0, 9), index)).toEqual(buildTemplate(KEYS, 8, Float32Array.from(kept.flatMap((row) => [...row]))));
    }
  });

  it('gives back the features of a row', () => {
    const template = build(0, 9);
    const row = new Float64Array(template.layout.count);
    rowOf(template, 4, row);
    expect(row[0]).toBeCloseTo(Math.log(rows[4][0] / 1000), 12);
    expect(row[template.layout.count - 1]).toBeCloseTo(Math.log(rows[4][2 * KEYS - 2] / 1000), 12);
  });
});
