/**
 * Sum of the absolute differences of `count` times, each counted to at most `cap`; infinite where it lies above `most`. What one time may count is
 * min(d, cap) = (d + cap - |d - cap|) / 2, which a processor works out without a branch: those of Math.min are foreseen wrongly too often here.
 */
export function sumOfCappedDifferences(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  count: number,
  cap: number,
  most: number,
): number {
  let twice = 0;
  for (let i = 0; i < count && twice <= 2 * most; ) {
    for (const end = Math.min(i + STRIDE, count); i < end; i++) {
      const difference = Math.abs(a[fromA + i] - b[fromB + i]);
      twice += difference - Math.abs(difference - cap) + cap;
    }
  }
  return twice <= 2 * most ? twice / 2 : Number.POSITIVE_INFINITY;
}

/** Times after which a sum is looked at. */
const STRIDE = 16;
