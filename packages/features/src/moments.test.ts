import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../test/arbitraries';
import { meanAndDeviation } from './mean-and-deviation';
import { assertMoments, deviationOf, joinMoments, type Moments, momentsOf } from './moments';

const all = (values: readonly number[]): Moments => values.map(momentsOf).reduce(joinMoments);

it('divides by n - 1, and by 1 for a single value', () => {
  const moments = all([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(moments).toMatchObject({ count: 8, mean: 5 });
  expect(deviationOf(moments)).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(deviationOf(momentsOf(120))).toBe(0);
});

it('does not cancel far from 0', () => {
  expect(deviationOf(all([1e9 + 1, 1e9 + 2, 1e9 + 3]))).toBeCloseTo(1, 9);
});

it('joins sets as if they had been one', () => {
  const times = fc.array(fc.integer({ min: -36_000_000, max: 36_000_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(times, times, (a, b) => {
      const joined = joinMoments(all(a), all(b));
      const direct = meanAndDeviation(Float64Array.from([...a, ...b]));
      expect(joined.count).toBe(a.length + b.length);
      expect(Math.abs(joined.mean - direct.mean)).toBeLessThan(1e-5);
      expect(Math.abs(deviationOf(joined) - direct.sd)).toBeLessThan(1e-5);
    }),
    runs(200, 10_000),
  );
});

describe('assertMoments', () => {
  const right: Moments = { count: 2, mean: 100, m2: 3 };

  it('accepts moments', () => {
    expect(() => assertMoments(right, 'moments')).not.toThrow();
  });

  it.each([null, 3, {}, { ...right, mean: '100' }, { count: 2, mean: 100 }])('refuses %j as another shape', (value) => {
    expect(() => assertMoments(value, 'moments')).toThrow(new TypeError('moments must hold count, mean and m2 as numbers'));
  });

  it.each([
    [{ ...right, count: 0 }, 'moments.count'],
    [{ ...right, count: 1.5 }, 'moments.count'],
    [{ ...right, count: 2e12 }, 'moments.count'],
    [{ ...right, mean: Number.NaN }, 'moments.mean'],
    [{ ...right, mean: -2e9 }, 'moments.mean'],
    [{ ...right, m2: -1 }, 'moments.m2'],
    [{ ...right, m2: Number.POSITIVE_INFINITY }, 'moments.m2'],
  ])('refuses %j as out of range', (value, field) => {
    expect(() => assertMoments(value, 'moments')).toThrow(RangeError);
    expect(() => assertMoments(value, 'moments')).toThrow(field);
  });
});
