import { expect, it } from 'vitest';
import { meanAndDeviation } from './mean-and-deviation';

it('divides by n - 1', () => {
  expect(meanAndDeviation(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))).toEqual({ mean: 5, sd: Math.sqrt(32 / 7) });
});

it('divides by 1 for a single value', () => {
  expect(meanAndDeviation(Float64Array.of(120))).toEqual({ mean: 120, sd: 0 });
});
