import { EVIDENCE_LIMITS, type ParsedEvidenceBatch } from '@tacit-auth/features';
import type { Policy } from '../policy';
import type { ContinuousState } from './continuous-state';

/** What a session may send at its very beginning, and after a time in which it sent nothing, in ms of a person's work. */
const FIRST_MS = 30_000;
const MOST_SAVED_MS = 600_000;

type Budget = ContinuousState['budget'];
interface Amounts {
  readonly keys: number;
  readonly events: number;
}

/** All keys, and all pointer events, of a batch. */
export function amountsOf({ typing, pointer }: ParsedEvidenceBatch): Amounts {
  const keys = typing.reduce((sum, sample) => sum + sample.keys.length, 0);
  const events = pointer.reduce((sum, sample) => sum + sample.events.length, 0);
  return { keys, events };
}

export function firstBudget({ continuous }: Policy, now: number): Budget {
  const { keysPerSecond, eventsPerSecond } = continuous;
  return { keys: (keysPerSecond * FIRST_MS) / 1_000, events: (eventsPerSecond * FIRST_MS) / 1_000, at: now };
}

/** How long to wait, in ms, until so much can be the work of a person in the time that the server has seen pass; 0 where it can already. */
export function waitFor(budget: Budget, { keys, events }: Amounts, policy: Policy, now: number): number {
  const { keysPerSecond, eventsPerSecond } = policy.continuous;
  const { keys: ownKeys, events: ownEvents } = grown(budget, policy, now);
  return Math.max(0, ((keys - ownKeys) / keysPerSecond) * 1_000, ((events - ownEvents) / eventsPerSecond) * 1_000);
}

export function afterSpending(budget: Budget, { keys, events }: Amounts, policy: Policy, now: number): Budget {
  const { keys: ownKeys, events: ownEvents, at } = grown(budget, policy, now);
  return { keys: Math.max(0, ownKeys - keys), events: Math.max(0, ownEvents - events), at };
}

function grown({ keys, events, at }: Budget, { continuous }: Policy, now: number): Budget {
  const passed = Math.max(0, now - at);
  return {
    keys: saved(keys, continuous.keysPerSecond, passed),
    events: saved(events, continuous.eventsPerSecond, passed),
    at: Math.max(at, now),
  };
}

function saved(before: number, perSecond: number, passed: number): number {
  // No batch is so large that it could never be paid for.
  const most = Math.max((perSecond * MOST_SAVED_MS) / 1_000, EVIDENCE_LIMITS.maxRows);
  return Math.min(before + (perSecond * passed) / 1_000, most);
}
