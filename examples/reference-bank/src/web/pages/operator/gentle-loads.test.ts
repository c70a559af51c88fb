import { expect, it } from 'vitest';
import { gentleLoads } from './gentle-loads';

function scene() {
  let now = 0;
  let due: { work: () => void; at: number } | undefined;
  const begun: number[] = [];
  const ends: Array<() => void> = [];
  const { ask, stop } = gentleLoads({
    load: () => {
      begun.push(now);
      return new Promise((resolve) => ends.push(resolve));
    },
    gapMs: 500,
    clock: () => now,
    timer: {
      set: (work, ms) => {
        due = { work, at: now + ms };
        return due;
      },
      clear: () => {
        due = undefined;
      },
    },
  });
  return {
    ask,
    stop,
    begun,
    end: async () => {
      ends.shift()?.();
      await Promise.resolve();
      await Promise.resolve();
    },
    goTo: (time: number) => {
      now = time;
      if (due && due.at <= now) {
        const { work } = due;
        due = undefined;
        work();
      }
    },
  };
}

it('loads at once where nothing was loaded lately', async () => {
  const { ask, begun, end, goTo } = scene();
  ask();
  await end();
  goTo(500);
  ask();
  expect(begun).toEqual([0, 500]);
});

it('makes one load a gap of a flood, and follows the last change by one', async () => {
  const { ask, begun, end, goTo } = scene();
  for (let time = 0; time <= 2_000; time += 10) {
    goTo(time);
    ask();
    await end();
  }
  expect(begun).toEqual([0, 500, 1_000, 1_500, 2_000]);
  ask();
  goTo(2_499);
  expect(begun).toHaveLength(5);
  goTo(2_500);
  await end();
  goTo(9_000);
  expect(begun).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500]);
});

it('has one load under way, however long it takes, and then one more', async () => {
  const { ask, begun, end, goTo } = scene();
  ask();
  goTo(3_000);
  ask();
  ask();
  expect(begun).toEqual([0]);
  await end();
  expect(begun).toEqual([0, 3_000]);
});

it('loads nothing after its end', async () => {
  const { ask, stop, begun, end, goTo } = scene();
  ask();
  await end();
  ask();
  stop();
  goTo(1_000);
  ask();
  expect(begun).toEqual([0]);
});
