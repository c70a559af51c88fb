import { describe, expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { bootstrapInterval, bootstrapIntervals } from './bootstrap-interval';

function meanOf(values: Float64Array): (drawn: Uint32Array) => number {
  return (drawn) => values.reduce((sum, value, i) => sum + drawn[i] * value, 0) / values.length;
}

describe('bootstrapInterval', () => {
  it('holds the mean of 95 % of samples of a known distribution', () => {
    const normal = seededNormals(7, 1);
    let held = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = Float64Array.from({ length: 60 }, normal);
      const interval = bootstrapInterval(60, meanOf(values), { seed: trial, resamples: 400 });
      held += interval !== null && interval[0] <= 0 && interval[1] >= 0 ? 1 : 0;
    }
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThanOrEqual(198);
  });

  it('has the width that theory gives', () => {
    const normal = seededNormals(3, 1);
    const values = Float64Array.from({ length: 400 }, normal);
    const [low, high] = bootstrapInterval(400, meanOf(values), { seed: 1 }) ?? [0, 0];
    const mean = values.reduce((sum, value) => sum + value, 0) / 400;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
    expect((high - low) / (2 * 1.96 * (sd / 20))).toBeCloseTo(1, 1);
  });

  it('depends on the seed alone, and draws as many people as there are', () => {
    const values = Float64Array.of(1, 2.7, 3.11, 40.003, 5.9);
    const sizes = new Set<number>();
    const statistic = (drawn: Uint32Array) => {
      sizes.add(drawn.reduce((sum, times) => sum + times, 0));
      return meanOf(values)(drawn);
    };
    const first = bootstrapInterval(5, statistic, { seed: 9 });
    expect(bootstrapInterval(5, statistic, { seed: 9 })).toEqual(first);
    expect(bootstrapInterval(5, statistic, { seed: 10 })).not.toEqual(first);
    expect([...sizes]).toEqual([5]);
  });

  it('says nothing of one person, and leaves out resamples without a number', () => {
    expect(bootstrapInterval(1, () => 3, { seed: 1 })).toBeNull();
    expect(bootstrapInterval(4, () => Number.NaN, { seed: 1 })).toBeNull();
    expect(bootstrapInterval(4, (drawn) => (drawn[0] === 0 ? Number.NaN : 2), { seed: 1 })).toEqual([2, 2]);
  });

  it('takes several statistics over the same resamples', () => {
    const values = Float64Array.of(1, 2, 4, 8);
    const [once, twice] = bootstrapIntervals(4, (drawn) => [meanOf(values)(drawn), 2 * meanOf(values)(drawn)], { seed: 4 });
    expect(twice).toEqual(once?.map((end) => 2 * end));
    expect(once).toEqual(bootstrapInterval(4, meanOf(values), { seed: 4 }));
  });

  it.each([
    ['people', () => bootstrapInterval(0, () => 0, { seed: 1 }), RangeError],
    ['seed', () => bootstrapInterval(3, () => 0, { seed: 0.5 }), RangeError],
    ['seed', () => bootstrapInterval(3, () => 0, { seed: '1' as never }), TypeError],
    ['resamples', () => bootstrapInterval(3, () => 0, { seed: 1, resamples: 99 }), RangeError],
  ])('asserts %s', (name, call, kind) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
