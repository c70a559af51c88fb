import { expect, it } from 'vitest';
import { comparePairs, measureAsync, median } from './measure';

it('takes the middle of an odd and of an even number of values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('runs both sides of every pair, each got ready before it, and lets each side go first as often as the other', async () => {
  const order: string[] = [];
  const side = (name: string) => async (run: number) => {
    order.push(`ready ${name}${run}`);
    return async () => order.push(`${name}${run}`);
  };
  await comparePairs(4, side('a'), side('b'));
  const timed = order.filter((event) => !event.startsWith('ready'));
  expect(timed).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2', 'b3', 'a3']);
  expect(order).toEqual(timed.flatMap((event) => [`ready ${event}`, event]));
});

it('times neither side while it is got ready, and keeps the sides apart', async () => {
  let now = 0;
  const side = (readyMs: number, timedMs: (run: number) => number) => async (run: number) => {
    now += readyMs;
    return async () => {
      now += timedMs(run);
    };
  };
  const first = side(1_000, (run) => 10 + run);
  const second = side(500, (run) => (run === 0 ? 100 : 12 + run));
  const compared = await comparePairs(5, first, second, () => now);
  expect(compared).toEqual({ firstMs: 12, secondMs: 15, differenceMs: 3, medianPairMs: -2 });
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
