import { expect, it } from 'vitest';
import { findLargest, LIMIT_MS, largestOf } from './largest';

it('finds the largest number that keeps the limit, within a twentieth, and never one that breaks it', async () => {
  for (const [tried, truth] of [
    [1_000, 640],
    [1_000, 999],
    [1_000, 3],
    [50, 20],
  ] as const) {
    const trials = await findLargest({ sessions: tried, p99: 2 * LIMIT_MS }, async (sessions) => (sessions <= truth ? 100 : 900));
    const found = largestOf(trials)?.sessions ?? 0;
    expect(found).toBeLessThanOrEqual(truth);
    expect(truth - found).toBeLessThanOrEqual(Math.max(2, 0.06 * truth));
    expect(trials.length).toBeLessThan(12);
  }
});

it('says that there is none where one session is too many', async () => {
  expect(largestOf(await findLargest({ sessions: 8, p99: 900 }, async () => 900))).toBeUndefined();
});
