import { assertNumbers } from './assert-numbers';
import { type Insufficient, insufficient } from './insufficient';
import { meanAndDeviation } from './mean-and-deviation';

/** The schema of {@link Distribution}. A change of meaning is a new number. */
export const DISTRIBUTION_SCHEMA = 'distribution/1';

/** How one kind of timing is spread. Every number is finite; all but `count`, `cv`, `skew` and `kurtosis` have the unit of the values. */
export interface Distribution {
  readonly schema: typeof DISTRIBUTION_SCHEMA;
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation: divided by n - 1, and by 1 for a single value. */
  readonly sd: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Quartiles by linear interpolation at rank (n - 1) p, the default of R and NumPy. */
  readonly q1: number;
  readonly q3: number;
  /** q3 - q1. */
  readonly iqr: number;
  /** sd / |mean|; 0 where the mean is 0 and the ratio has no value. */
  readonly cv: number;
  /** m3 / m2^1.5 with m_k the k-th central moment divided by n; 0 where all values are equal. */
  readonly skew: number;
  /** Excess kurtosis m4 / m2^2 - 3; 0 where all values are equal. */
  readonly kurtosis: number;
}

/**
 * The distribution of a set of values. A result too large for a number is `Number.MAX_VALUE`.
 *
 * Insufficient: `too-few-values` for none.
 *
 * @throws TypeError if `values` is not an array of numbers; RangeError if one of them is not finite.
 */
export function distribution(values: ArrayLike<number>): Distribution | Insufficient {
  assertNumbers(values, 'values');
  const count = values.length;
  if (count === 0) {
    return insufficient('too-few-values');
  }
  const sorted = sortedCopy(values);
  const min = sorted[0]!;
  const max = sorted[count - 1]!;
  if (min === max) {
    const constant = { mean: min, sd: 0, median: min, min, max, q1: min, q3: min, iqr: 0, cv: 0, skew: 0, kurtosis: 0 };
    return { schema: DISTRIBUTION_SCHEMA, count, ...constant };
  }

  const q1 = quantile(sorted, 0.25);
  const median = quantile(sorted, 0.5);
  const q3 = quantile(sorted, 0.75);
  // Scaled by a power of two, which rounds only what is too small to count, sums and fourth powers stay in range.
  const scale = 2 ** Math.min(Math.floor(Math.log2(Math.max(-min, max))), 1023);
  for (let i = 0; i < count; i++) {
    sorted[i] = sorted[i]! / scale;
  }
  const { mean, sd } = meanAndDeviation(sorted);
  let sum3 = 0;
  let sum4 = 0;
  for (let i = 0; i < count; i++) {
    const deviation = sorted[i]! - mean;
    sum3 += deviation ** 3;
    sum4 += deviation ** 4;
  }
  const variance = (sd * sd * (count - 1)) / count;
  return {
    schema: DISTRIBUTION_SCHEMA,
    count,
    mean: Math.min(Math.max(mean * scale, min), max),
    sd: bounded(sd * scale),
    median,
    min,
    max,
    q1,
    q3,
    iqr: bounded(q3 - q1),
    cv: mean === 0 ? 0 : bounded(sd / Math.abs(mean)),
    skew: sum3 / count / variance ** 1.5,
    kurtosis: sum4 / count / variance ** 2 - 3,
  };
}

function sortedCopy(values: ArrayLike<number>): Float64Array {
  const copy = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i];
    if (typeof value !== 'number') {
      throw new TypeError(`values[${i}] must be a number`);
    }
    if (!Number.isFinite(value)) {
      throw new RangeError(`values[${i}] must be finite`);
    }
    // Adding 0 turns -0 into 0.
    copy[i] = value + 0;
  }
  return copy.sort();
}

function quantile(sorted: Float64Array, share: number): number {
  const rank = (sorted.length - 1) * share;
  const below = Math.floor(rank);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const fraction = rank - below;
  const step = (upper - lower) * fraction;
  // The gap between two numbers may itself be too large for one.
  return Number.isFinite(step) ? lower + step : lower * (1 - fraction) + upper * fraction;
}

function bounded(value: number): number {
  return Math.min(value, Number.MAX_VALUE);
}
