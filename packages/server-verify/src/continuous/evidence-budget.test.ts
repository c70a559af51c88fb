import { EVIDENCE_LIMITS } from '@tacit-auth/features';
import { expect, it } from 'vitest';
import { definePolicy } from '../policy';
import { afterSpending, firstBudget, waitFor } from './evidence-budget';

const policy = definePolicy({ continuous: { keysPerSecond: 25, eventsPerSecond: 500 } });
const NOW = 1_000_000;

it('lets 25 keys and 500 events a second pass, on average', () => {
  let budget = firstBudget(policy, NOW);
  for (let second = 1; second <= 3_600; second++) {
    const now = NOW + second * 1_000;
    const amounts = { keys: 25, events: 500 };
    expect(waitFor(budget, amounts, policy, now)).toBe(0);
    budget = afterSpending(budget, amounts, policy, now);
  }
});

it('says how long to wait for more, and lets it pass then', () => {
  const budget = afterSpending(firstBudget(policy, NOW), { keys: 750, events: 0 }, policy, NOW);
  expect(waitFor(budget, { keys: 100, events: 0 }, policy, NOW)).toBe(4_000);
  expect(waitFor(budget, { keys: 100, events: 0 }, policy, NOW + 3_999)).toBeGreaterThan(0);
  expect(waitFor(budget, { keys: 100, events: 0 }, policy, NOW + 4_000)).toBe(0);
  expect(waitFor(budget, { keys: 0, events: 20_000 }, policy, NOW)).toBe(10_000);
});

it('takes what gathered through ten minutes without a network, and no more', () => {
  const budget = firstBudget(policy, NOW);
  const later = NOW + 24 * 3_600_000;
  expect(waitFor(budget, { keys: 15_000, events: 300_000 }, policy, later)).toBe(0);
  expect(waitFor(budget, { keys: 15_001, events: 0 }, policy, later)).toBeGreaterThan(0);
});

it('never refuses a batch for good, however slow people are taken to be', () => {
  const slow = definePolicy({ continuous: { keysPerSecond: 5, eventsPerSecond: 50 } });
  const budget = firstBudget(slow, NOW);
  const amounts = { keys: EVIDENCE_LIMITS.maxRows, events: 0 };
  const wait = waitFor(budget, amounts, slow, NOW);
  expect(waitFor(budget, amounts, slow, NOW + wait)).toBe(0);
});

it('gives nothing for a clock that was put back', () => {
  const spent = afterSpending(firstBudget(policy, NOW), { keys: 750, events: 15_000 }, policy, NOW);
  const back = afterSpending(spent, { keys: 0, events: 0 }, policy, NOW - 60_000);
  expect(waitFor(back, { keys: 25, events: 0 }, policy, NOW)).toBe(1_000);
});
