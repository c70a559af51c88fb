import { expect, it } from 'vitest';
import { comparePairs, median } from './measure';

it('takes the middle of an odd and of an even number of values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('runs both sides of every pair, and lets each side go first as often as the other', async () => {
  const order: string[] = [];
  await comparePairs(
    4,
    async (run) => order.push(`a${run}`),
    async (run) => order.push(`b${run}`),
  );
  expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2', 'b3', 'a3']);
});
