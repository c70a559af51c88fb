import { z } from 'zod';
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
   * ({@link clearThrottle}), an address for `retryAfterMs`. `reachedCap`: counters that nobody was told of yet, because the attempt that brought
   * them to the cap was never settled: a crash cut it off, or a right password waits for its code.
   */
  | { allowed: false; retryAfterMs: number; reason: 'blocked' | 'cap'; reachedCap?: ThrottleKey[] };

type Refusal = Extract<Reservation, { allowed: false }>;

interface Counter {
  /** When each failure was, the oldest first; never more than the cap. */
  failedAt: number[];
  /** When each reservation was that is counted among them and may still turn out to be no failure, the oldest first. */
  openSince: number[];
  /** Whether it was reported that the cap is reached. */
  told: boolean;
}

const shape = z.object({
  failedAt: z.array(z.number()),
  openSince: z.array(z.number()).default([]),
  told: z.boolean().default(false),
});

const counters = defineRecordKind<Counter>({
  kind: 'throttle',
  // Counts under a pseudonym: nothing personal.
  sealedWith: 'nothing',
  parse: (value) => shape.parse(value),
});

const NONE: Counter = { failedAt: [], openSince: [], told: false };

/**
 * Asks for one attempt and counts it as a failure at once, so that attempts in parallel can not slip by. A refused attempt counts for nothing.
 * Makes the same store calls whatever the answer.
 */
export async function reserveAttempt(ctx: Context, tx: StoreTransaction, keys: readonly ThrottleKey[]): Promise<Reservation> {
  const now = ctx.clock();
  const found = await Promise.all(keys.map(async (key) => ({ key, counter: await read(ctx, tx, key, now) })));
  let refusal: Refusal | undefined;
  for (const { key, counter } of found) {
    const own = refusalOf(ctx, key, counter, now);
    if (own !== undefined && (refusal === undefined || refusal.reason === 'blocked')) {
      refusal = refusal === undefined || own.reason === 'cap' || own.retryAfterMs > refusal.retryAfterMs ? own : refusal;
    }
  }
  const reachedCap: ThrottleKey[] = [];
  for (const { key, counter } of found) {
    const told = refusal !== undefined && tells(ctx, key, counter, reachedCap);
    await write(ctx, tx, key, refusal === undefined ? reserved(counter, now) : { ...counter, told }, now);
  }
  return refusal === undefined ? { allowed: true } : { ...refusal, ...(reachedCap.length === 0 ? {} : { reachedCap }) };
}

function reserved({ failedAt, openSince, told }: Counter, now: number): Counter {
  return { failedAt: [...failedAt, now], openSince: [...openSince, now], told };
}

/**
 * Notes a counter that is at its cap and was not reported yet; whether it was reported now or before. Attempts that are still being judged are not
 * among those that count here: the owner himself may be about to succeed.
 */
function tells(ctx: Context, key: ThrottleKey, { failedAt, openSince, told }: Counter, reachedCap: ThrottleKey[]): boolean {
  const isAtCap = failedAt.length - openSince.length >= ctx.policy.throttle.cap;
  if (isAtCap && !told) {
    reachedCap.push(key);
  }
  return isAtCap;
}

/**
 * Ends an attempt that was reserved. A failure stays counted. A success clears the counters of the customer, and takes this attempt, but no
 * other, from the address's.
 *
 * @returns the counters that have reached their cap, each once: somebody should be told
 */
export async function settleAttempt(
  ctx: Context,
  tx: StoreTransaction,
  keys: readonly ThrottleKey[],
  { success }: { success: boolean },
): Promise<ThrottleKey[]> {
  const now = ctx.clock();
  const reachedCap: ThrottleKey[] = [];
  for (const key of keys) {
    const counter = closed(await read(ctx, tx, key, now));
    await write(ctx, tx, key, success ? settled(key, counter) : { ...counter, told: tells(ctx, key, counter, reachedCap) }, now);
  }
  return reachedCap;
}

/** Resets counters, the cap included, after another factor has passed. */
export async function clearThrottle(ctx: Context, tx: StoreTransaction, keys: readonly ThrottleKey[]): Promise<void> {
  for (const key of keys) {
    await counters.delete(ctx, tx, '', idOf(ctx, key));
  }
}

function refusalOf(ctx: Context, key: ThrottleKey, { failedAt }: Counter, now: number): Refusal | undefined {
  const { failures, blockMs, cap, windowMs } = ctx.policy.throttle;
  if (failedAt.length >= cap) {
    // An address may try again when so many of its failures are forgotten that fewer than the cap are left.
    const retryAfterMs = key.kind === 'address' ? failedAt.at(-cap)! + windowMs - now : windowMs;
    return { allowed: false, retryAfterMs, reason: 'cap' };
  }
  const blockedMs = failedAt.length >= failures ? failedAt.at(-1)! + blockMs - now : 0;
  return blockedMs > 0 ? { allowed: false, retryAfterMs: blockedMs, reason: 'blocked' } : undefined;
}

/** One reservation less is open. Which one it was does not matter: they are counted, and forgotten when they lapse. */
function closed(counter: Counter): Counter {
  return { ...counter, openSince: counter.openSince.slice(1) };
}

function settled(key: ThrottleKey, { failedAt, openSince, told }: Counter): Counter {
  // The newest failure is this attempt's reservation, or one made while this was under way. None that was there before gets any younger by it.
  return key.kind === 'address' ? { failedAt: failedAt.slice(0, -1), openSince, told } : NONE;
}

/**
 * What still counts. An address is shared, and never clears: each of its failures is forgotten by itself, whatever else goes on there. Those of a
 * customer are forgotten all at once, so that guessing slowly does not pay; at the cap they are not forgotten at all.
 */
async function read(ctx: Context, tx: StoreTransaction, key: ThrottleKey, now: number): Promise<Counter> {
  const stored = await counters.get(ctx, tx, '', idOf(ctx, key));
  if (stored === undefined) {
    return NONE;
  }
  const { cap, windowMs } = ctx.policy.throttle;
  const { failedAt, told } = stored.value;
  // A judgement has its outcome by then, or was cut off and waits to be begun again.
  const openSince = stored.value.openSince.filter((at) => now - at < ctx.policy.challenge.leaseMs);
  if (key.kind === 'address') {
    const counting = failedAt.filter((at) => now - at < windowMs);
    // An attacker who goes on at the cap is not told of at every attempt that is forgotten and made again.
    return { failedAt: counting, openSince, told: told && counting.length >= cap / 2 };
  }
  return failedAt.length < cap && now - (failedAt.at(-1) ?? 0) >= windowMs ? NONE : { failedAt, openSince, told };
}

async function write(ctx: Context, tx: StoreTransaction, key: ThrottleKey, value: Counter, now: number): Promise<void> {
  const { cap, windowMs } = ctx.policy.throttle;
  // A customer's cap has no end of its own, so that waiting does not lift it.
  const capped = key.kind !== 'address' && value.failedAt.length >= cap;
  await counters.put(ctx, tx, {
    subject: '',
    id: idOf(ctx, key),
    value,
    at: now,
    due: capped ? null : (value.failedAt.at(-1) ?? now) + windowMs,
  });
}

function idOf(ctx: Context, key: ThrottleKey): string {
  return ctx.pseudonym(`throttle-${key.kind}`, key.value);
}
