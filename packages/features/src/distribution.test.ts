import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersIn, PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { type Distribution, distribution } from './distribution';
import { isInsufficient } from './insufficient';

function spread(values: ArrayLike<number>): Distribution {
  const result = distribution(values);
  if (isInsufficient(result)) {
    throw new Error(result.reason);
  }
  return result;
}

describe('distribution', () => {
  it('follows its formulas', () => {
    const result = spread([10, 3, 1, 4, 2]);
    expect(result).toMatchObject({ schema: 'distribution/1', count: 5, mean: 4, median: 3, min: 1, max: 10, q1: 2, q3: 4, iqr: 2 });
    expect(result.sd).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(result.cv).toBeCloseTo(Math.sqrt(12.5) / 4, 12);
    expect(result.skew).toBeCloseTo(36 / 10 ** 1.5, 12);
    expect(result.kurtosis).toBeCloseTo(-0.212, 12);
  });

  it('interpolates quartiles', () => {
    expect(spread([1, 2, 3, 4])).toMatchObject({ q1: 1.75, median: 2.5, q3: 3.25, iqr: 1.5 });
  });

  it('takes the size of the mean for the coefficient of variation', () => {
    expect(spread([-30, -10]).cv).toBeCloseTo(Math.sqrt(200) / 20, 12);
    expect(spread([-10, 10])).toMatchObject({ mean: 0, cv: 0 });
  });

  it.each([[[0]], [[-0, 0]], [[0.1, 0.1, 0.1]], [[Number.MAX_VALUE, Number.MAX_VALUE]], [[-5e-324]]])('has no spread for %j', (values) => {
    const value = values[0]! + 0;
    expect(spread(values)).toMatchObject({
      mean: value,
      sd: 0,
      median: value,
      min: value,
      max: value,
      q1: value,
      q3: value,
      iqr: 0,
      cv: 0,
      skew: 0,
      kurtosis: 0,
    });
  });

  it.each([
    [[Number.MAX_VALUE, -Number.MAX_VALUE]],
    [[Number.MAX_VALUE, Number.MAX_VALUE, 0]],
    [[5e-324, 0]],
    [[5e-324, -5e-324, 1e-323]],
    [[1, 1 + Number.EPSILON]],
    [[1e308, 1e-308, 1]],
  ])('stays finite for %j', (values) => {
    expect(numbersIn(spread(values)).every(Number.isFinite)).toBe(true);
  });

  it('interpolates between numbers whose gap is too large for one', () => {
    const result = spread([Number.MAX_VALUE, -Number.MAX_VALUE]);
    expect(result).toMatchObject({ mean: 0, median: 0, sd: Number.MAX_VALUE });
    // In units of the largest number: three quarters of it cannot be written exactly.
    expect(result.q1 / Number.MAX_VALUE).toBeCloseTo(-0.5, 14);
    expect(result.q3 / Number.MAX_VALUE).toBeCloseTo(0.5, 14);
    expect(result.iqr / Number.MAX_VALUE).toBeCloseTo(1, 14);
  });

  it('is insufficient for no values', () => {
    expect(distribution([])).toEqual({ status: 'insufficient', reason: 'too-few-values' });
    expect(distribution(new Float64Array(0))).toMatchObject({ reason: 'too-few-values' });
  });

  it('refuses what is no set of finite numbers', () => {
    expect(() => distribution('12' as unknown as number[])).toThrow(new TypeError('values must be an array of numbers'));
    expect(() => distribution([1, '2' as unknown as number])).toThrow(new TypeError('values[1] must be a number'));
    expect(() => distribution(Array(1))).toThrow(new TypeError('values[0] must be a number'));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => distribution([0, value])).toThrow(new RangeError('values[1] must be finite'));
    }
  });

  it('leaves its argument alone', () => {
    const values = [3, 1, 2];
    distribution(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('properties of the distribution', () => {
  const finite = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 60 });
  const timings = fc.array(fc.double({ min: -1_000, max: 5_000, noNaN: true }), { minLength: 2, maxLength: 60 });

  it(
    'is finite and in order for every finite input',
    () => {
      fc.assert(
        fc.property(finite, (values) => {
          const result = spread(values);
          expect(numbersIn(result).every(Number.isFinite)).toBe(true);
          const { min, q1, median, q3, max, mean, sd, iqr, cv } = result;
          expect([min, q1, median, q3, max].every((value, i, all) => i === 0 || value >= all[i - 1]!)).toBe(true);
          expect(mean >= min && mean <= max).toBe(true);
          expect(Math.min(sd, iqr, cv)).toBeGreaterThanOrEqual(0);
        }),
        runs(1_000, 100_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it(
    'does not depend on order, moves with a shift and mirrors its skew',
    () => {
      fc.assert(
        fc.property(timings, (values) => {
          const result = spread(values);
          expect(spread([...values].reverse())).toEqual(spread(Float64Array.from(values).sort()));
          const shifted = spread(values.map((value) => value + 1_000));
          expect(shifted.mean).toBeCloseTo(result.mean + 1_000, 6);
          expect(shifted.sd).toBeCloseTo(result.sd, 6);
          const mirrored = spread(values.map((value) => -value));
          expect(mirrored.skew).toBeCloseTo(-result.skew, 6);
          expect(mirrored.kurtosis).toBeCloseTo(result.kurtosis, 6);
        }),
        runs(300, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );
});
