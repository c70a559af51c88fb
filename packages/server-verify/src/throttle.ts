import type { Context } from './context';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';

/** What is counted: a customer, the address of a client, or the codes of one customer's card or mail. */
export interface ThrottleKey {
  kind: 'user' | 'address' | 'code';
  /** The identifier or address, normalised by the caller: 1-1024 bytes. Stored as a pseudonym. */
  value: string;
}

export type Reservation =
  | { allowed: true }
  /**
   * `blocked`: repeat after `retryAfterMs`. `cap`: too many failures; a customer waits until another factor resets the counter
   * ({@link clearThrottle}), an address for `retryAfterMs`.
   */
  | { allowed: false; retryAfterMs: number; reason: 'blocked' | 'cap' };

interface Counter {
  failures: number;
  blockedUntil: number;
  lastFailureAt: number;
}

const counters = defineRecordKind<Counter>({
  kind: 'throttle',
  // Counts under a pseudonym: nothing personal.
  sealedWith: 'nothing',
  parse: (value) => value as Counter,
});

const NONE: Counter = { failures: 0, blockedUntil: 0, lastFailureAt: 0 };

/**
 * Asks for one attempt and counts it as a failure at once, so that attempts in parallel can not slip by. A refused attempt counts for nothing.
 * Makes the same store calls whatever the answer.
 */
export async function reserveAttempt(ctx: Context, tx: StoreTransaction, keys: readonly ThrottleKey[]): Promise<Reservation> {
  const now = ctx.clock();
  const found = await Promise.all(keys.map(async (key) => ({ key, counter: await read(ctx, tx, key, now) })));
  let refusal: (Reservation & { allowed: false }) | undefined;
  for (const { key, counter } of found) {
    const own = refusalOf(ctx, key, counter, now);
    if (own !== undefined && (refusal === undefined || refusal.reason === 'blocked')) {
      refusal = refusal === undefined || own.reason === 'cap' || own.retryAfterMs > refusal.retryAfterMs ? own : refusal;
    }
  }
  for (const { key, counter } of found) {
    await write(ctx, tx, key, refusal === undefined ? counted(ctx, counter, now) : counter, now);
  }
  return refusal ?? { allowed: true };
}

/**
 * Ends an attempt that was reserved. A failure stays counted. A success clears the counters of the customer, and takes this attempt, but no
 * other, from the address's.
 */
export async function settleAttempt(
  ctx: Context,
  tx: StoreTransaction,
  keys: readonly ThrottleKey[],
  { success }: { success: boolean },
): Promise<void> {
  const now = ctx.clock();
  for (const key of keys) {
    const counter = await read(ctx, tx, key, now);
    await write(ctx, tx, key, success ? settled(key, counter) : counter, now);
  }
}

/** Resets counters, the cap included, after another factor has passed. */
export async function clearThrottle(ctx: Context, tx: StoreTransaction, keys: readonly ThrottleKey[]): Promise<void> {
  for (const key of keys) {
    await counters.delete(ctx, tx, '', idOf(ctx, key));
  }
}

function refusalOf(ctx: Context, key: ThrottleKey, counter: Counter, now: number): (Reservation & { allowed: false }) | undefined {
  const { cap, windowMs } = ctx.policy.throttle;
  if (counter.failures >= cap) {
    const retryAfterMs = key.kind === 'address' ? counter.lastFailureAt + windowMs - now : windowMs;
    return { allowed: false, retryAfterMs, reason: 'cap' };
  }
  return counter.blockedUntil > now ? { allowed: false, retryAfterMs: counter.blockedUntil - now, reason: 'blocked' } : undefined;
}

function counted(ctx: Context, counter: Counter, now: number): Counter {
  const failures = counter.failures + 1;
  const blocks = failures >= ctx.policy.throttle.failures;
  return { failures, blockedUntil: blocks ? now + ctx.policy.throttle.blockMs : 0, lastFailureAt: now };
}

function settled(key: ThrottleKey, counter: Counter): Counter {
  // The block in force, if any, is the one that this attempt set on its reservation: while one is in force nothing is allowed.
  return key.kind === 'address' ? { ...counter, failures: Math.max(0, counter.failures - 1), blockedUntil: 0 } : NONE;
}

async function read(ctx: Context, tx: StoreTransaction, key: ThrottleKey, now: number): Promise<Counter> {
  const stored = await counters.get(ctx, tx, '', idOf(ctx, key));
  if (stored === undefined) {
    return NONE;
  }
  const { cap, windowMs } = ctx.policy.throttle;
  const capped = key.kind !== 'address' && stored.value.failures >= cap;
  return !capped && now - stored.value.lastFailureAt >= windowMs ? NONE : stored.value;
}

async function write(ctx: Context, tx: StoreTransaction, key: ThrottleKey, value: Counter, now: number): Promise<void> {
  // A customer's cap has no end of its own, so that waiting does not lift it.
  const capped = key.kind !== 'address' && value.failures >= ctx.policy.throttle.cap;
  const due = capped ? null : (value.failures > 0 ? value.lastFailureAt : now) + ctx.policy.throttle.windowMs;
  await counters.put(ctx, tx, { subject: '', id: idOf(ctx, key), value, at: now, due });
}

function idOf(ctx: Context, key: ThrottleKey): string {
  return ctx.pseudonym(`throttle-${key.kind}`, key.value);
}
