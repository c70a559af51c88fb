/**
 * Count, mean and sum of squared deviations of values that were never kept, so that sets can be joined later: the sample standard deviation
 * is the root of `m2 / (count - 1)`.
 */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
}

/** A set of one value. */
export function momentsOf(value: number): Moments {
  return { count: 1, mean: value, m2: 0 };
}

/**
 * The moments of two sets together. Chan, Golub and LeVeque, _Updating formulae and a pairwise algorithm for computing sample variances_,
 * COMPSTAT 1982. Nothing cancels, however far the values are from 0.
 */
export function joinMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const difference = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (difference * b.count) / count,
    m2: a.m2 + b.m2 + (difference * difference * a.count * b.count) / count,
  };
}

/** Sample standard deviation: divided by n - 1, and by 1 for a single value. */
export function deviationOf({ count, m2 }: Moments): number {
  return Math.sqrt(m2 / Math.max(count - 1, 1));
}

/** Far beyond any latency of a sample, and far from where counts and sums of squares lose whole numbers. */
const LARGEST = Object.freeze({ count: 1e12, mean: 1e9 });

/**
 * Checks moments that come from outside.
 *
 * @throws TypeError for another shape; RangeError for a count that is no integer from 1, or a mean or m2 out of range.
 */
export function assertMoments(value: unknown, name: string): asserts value is Moments {
  const { count, mean, m2 } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Moments>;
  if (typeof count !== 'number' || typeof mean !== 'number' || typeof m2 !== 'number') {
    throw new TypeError(`${name} must hold count, mean and m2 as numbers`);
  }
  if (!(Number.isInteger(count) && count >= 1 && count <= LARGEST.count)) {
    throw new RangeError(`${name}.count must be an integer from 1 to ${LARGEST.count}`);
  }
  if (!(Math.abs(mean) <= LARGEST.mean)) {
    throw new RangeError(`${name}.mean must be within ${LARGEST.mean} of 0`);
  }
  if (!(m2 >= 0 && m2 <= count * (2 * LARGEST.mean) ** 2)) {
    throw new RangeError(`${name}.m2 must not be negative, and not too large for its count`);
  }
}
