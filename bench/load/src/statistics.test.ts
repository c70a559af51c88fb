import { expect, it } from 'vitest';
import { leastOf, percentile, rise } from './statistics';

it('finds percentiles by the nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  expect(percentile([], 0.5)).toBe(0);
});

it('finds the rise of a line, whatever its height', () => {
  expect(rise([3, 4, 5, 9].map((x) => [x, 100 - 2.5 * x])).slope).toBeCloseTo(-2.5, 12);
  expect(rise([[3, 7]])).toEqual({ slope: 0, error: 0 });
});

it('tells how sure a rise is: the textbook example of heights and weights has 61.272 with an error of 1.776', () => {
  const heights = [1.47, 1.5, 1.52, 1.55, 1.57, 1.6, 1.63, 1.65, 1.68, 1.7, 1.73, 1.75, 1.78, 1.8, 1.83];
  const weights = [52.21, 53.12, 54.48, 55.84, 57.2, 58.57, 59.93, 61.29, 63.11, 64.47, 66.28, 68.1, 69.92, 72.19, 74.46];
  const { slope, error } = rise(heights.map((height, i) => [height, weights[i] as number]));
  expect(slope).toBeCloseTo(61.272, 3);
  expect(error).toBeCloseTo(1.776, 3);
});

it('finds the least of each stretch', () => {
  const swing = [
    [0, 5],
    [0.2, 3],
    [0.49, 9],
    [0.5, 8],
    [0.9, 7],
    [1.6, 1],
  ] as const;
  expect(leastOf(swing, 0.5)).toEqual([
    [0.25, 3],
    [0.75, 7],
    [1.75, 1],
  ]);
});
