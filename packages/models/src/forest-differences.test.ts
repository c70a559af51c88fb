import { describe, expect, it } from 'vitest';
import { DIFFERENCES, differenceBase, differences } from './forest-differences';

const KEYS = 3;
/** Holds of 100 ms and press-press times of 300 ms, each times a factor. */
function entry(hold: number, press: number): number[] {
  return [100 * hold, 100 * hold, 100 * hold, 300 * press, 300 * press];
}

describe('differences', () => {
  const base = differenceBase(Float32Array.from([entry(1, 1), entry(2, 1), entry(0.5, 1)].flat()), KEYS);

  it('are from medians, in deviations drawn towards the usual', () => {
    expect([...base.centre.subarray(0, KEYS)]).toEqual(new Array(KEYS).fill(expect.closeTo(Math.log(0.1), 6)));
    // Ten parts of .12 and the three own, 0 and twice ln 2.
    const deviation = (10 * 0.12 + 2 * Math.LN2) / 13;
    expect(base.deviation[0]).toBeCloseTo(deviation, 6);
    const row = differences(base, Float32Array.from(entry(1.1, 1)));
    const size = Math.log(1.1) / deviation;
    // Mean, quartiles, greatest, common shift of the holds.
    expect([...row.subarray(0, 6)]).toEqual(new Array(6).fill(expect.closeTo(size, 5)));
    // Press-press times are as they always were.
    expect([...row.subarray(12, 18)]).toEqual(new Array(6).fill(0));
    expect(row.length).toBe(DIFFERENCES);
    expect(row[20]).toBe(3);
  });

  it('tell a common shift from differences both ways', () => {
    const row = differences(base, Float32Array.from([90, 100, 100 / 0.9, 300, 300]));
    expect(row[0]).toBeGreaterThan(0.1);
    expect(row[5]).toBeCloseTo(0, 5);
    // Of three sizes, two alike and one 0: quartiles at the first, second and third.
    expect(row[1]).toBeCloseTo(0, 5);
    expect(row[2]).toBeCloseTo(row[4], 4);
  });

  it('hold the distance to the nearest entry and to the nearest three', () => {
    const at = (hold: number) => differences(base, Float32Array.from(entry(hold, 1)));
    expect(at(1)[18]).toBeCloseTo(0, 6);
    expect(at(2)[18]).toBeCloseTo(0, 6);
    expect(at(1)[19]).toBeGreaterThan(0.5);
    // From 2 the three entries lie further off, in the mean, than from the middle one.
    expect(at(2)[19]).toBeGreaterThan(at(1)[19]);
    const four = differenceBase(Float32Array.from([entry(1, 1), entry(1, 1), entry(1, 1), entry(1.5, 1)].flat()), KEYS);
    expect(differences(four, Float32Array.from(entry(1, 1)))[19]).toBe(0);
    expect(differences(four, Float32Array.from(entry(1, 1)))[20]).toBe(4);
  });

  it('are bounded, whatever was typed', () => {
    for (const extreme of [
      [0, 0, 0, 0, 0],
      [3_600_000, 3_600_000, 3_600_000, 3_600_000, 3_600_000],
      [3_600_000, 0, 0, 0, 0],
    ]) {
      const row = differences(base, Float32Array.from(extreme));
      expect(row.every((value) => value >= 0 && value <= 8)).toBe(true);
    }
  });
});
