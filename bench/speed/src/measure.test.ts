import { expect, it } from 'vitest';
import { comparePairs, measureAsync, median } from './measure';

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

it('prepares every run of a batch before the batch begins, and gives each input to one run', async () => {
  const events: string[] = [];
  const { runs } = await measureAsync('nothing', async (input: number) => events.push(`run ${input}`), {
    prepare: (run) => {
      events.push(`prepare ${run}`);
      return run;
    },
    runsPerBatch: 2,
    batches: 1,
  });
  expect(events).toEqual(['prepare 0', 'prepare 1', 'run 0', 'run 1', 'prepare 2', 'prepare 3', 'run 2', 'run 3']);
  expect(runs).toBe(2);
});
