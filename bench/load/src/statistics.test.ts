import { expect, it } from 'vitest';
import { percentile, slope } from './statistics';

it('finds percentiles by the nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  expect(percentile([], 0.5)).toBe(0);
});

it('finds the rise of a line, whatever its height', () => {
  expect(slope([3, 4, 5, 9].map((x) => [x, 100 - 2.5 * x]))).toBeCloseTo(-2.5, 12);
  expect(slope([[3, 7]])).toBe(0);
});
