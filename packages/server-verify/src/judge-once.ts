import { createHmac } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import type { CheckedChallenge } from './challenges';
import type { Context } from './context';
import { retryAfterSeconds, TacitServerError } from './errors';
import { everyPage } from './every-page';
import { defineRecordKind, type Stored } from './record-kind';
import type { StoreTransaction } from './store';
import { ifReadable } from './unreadable-record';

const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{1,64}$/;
const PAGE = 500;

// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is as good as one that returns undefined
type Maybe<T> = T | undefined | void;

export interface JudgeOnceOptions<Outcome> {
  challenge: CheckedChallenge;
  /** What was submitted beside the challenge: JSON. Only a keyed digest is stored. */
  body: unknown;
  /** 1-64 characters of `[A-Za-z0-9_-]`. Without it a challenge is good for one submit and no repetition. */
  idempotencyKey?: string | undefined;
  /** Runs in the transaction that consumes the challenge. What it refuses with is the outcome, and nothing is judged. */
  reserve?: (tx: StoreTransaction) => Promise<Maybe<{ refused: Outcome }>>;
  /** Pseudonym of the customer whom the outcome is about, where the challenge does not say; asked when it is written. Erasing him erases it. */
  owner?: () => string | undefined;
  /** Compares. `effects` runs in one transaction with the writing of the outcome; an outcome that it returns replaces the first. */
  judge: () => Promise<{ outcome: Outcome; effects?: (tx: StoreTransaction) => Promise<Maybe<Outcome>> }>;
}

export interface Judged<Outcome> {
  outcome: Outcome;
  /** Whether it is the stored outcome of an earlier, identical submit. */
  replayed: boolean;
}

interface Consumption {
  /** Of body and idempotency key; null without a key, so that nothing ever matches. */
  digest: string | null;
  leaseUntil: number;
  owner?: string | undefined;
  judged: { outcome: unknown; until: number } | null;
}

/** Consumed challenges, under the challenge's id. Due when they may be deleted. */
export const consumedChallenges = defineRecordKind<Consumption>({
  kind: 'challenge',
  sealedWith: 'root',
  parse: (value) => value as Consumption,
});

/**
 * Judges one submit of a challenge, exactly once.
 *
 * A first transaction consumes the challenge, then `judge` runs, then a second transaction writes its effects and the outcome together.
 * The same body with the same idempotency key gets that outcome again for `policy.challenge.outcomeMs`. When a judgement gave no outcome
 * (a crash, a failure of the store), the same body with the same key may be judged again after `policy.challenge.leaseMs`; the late one of two
 * judgements has no effects.
 *
 * @throws TacitServerError `ERR_CHALLENGE_USED` for any other second use, `ERR_CHALLENGE_BUSY` (with `retryAfter`) while the same submit is
 * being judged, `ERR_CHALLENGE_EXPIRED`, `ERR_IDEMPOTENCY_KEY`; what `reserve`, `judge`, `effects` or the store throw, and then the challenge is
 * not judged
 */
export async function judgeOnce<Outcome>(ctx: Context, options: JudgeOnceOptions<Outcome>): Promise<Judged<Outcome>> {
  const digest = submitDigest(ctx, options);
  const begun = await ctx.store.transaction((tx) => begin(ctx, tx, options, digest));
  if ('outcome' in begun) {
    return begun;
  }
  const { outcome, effects } = await options.judge();
  return ctx.store.transaction(async (tx) => {
    // Not opened where its version says that it is as it was left.
    const stored = await tx.get(consumedChallenges.kind, '', options.challenge.id);
    if (stored === undefined || stored.version !== begun.version) {
      // The lease ran out and the same submit was begun again: its outcome is the only one.
      return repeat<Outcome>(ctx, stored && (await consumedChallenges.open(ctx, tx, stored)), digest);
    }
    const replaced = await effects?.(tx);
    const final = replaced === undefined ? outcome : (replaced as Outcome);
    await write(ctx, tx, { ...options, digest, outcome: final, ifVersion: stored.version });
    return { outcome: final, replayed: false };
  });
}

async function begin<Outcome>(
  ctx: Context,
  tx: StoreTransaction,
  options: JudgeOnceOptions<Outcome>,
  digest: string | null,
): Promise<Judged<Outcome> | { version: number }> {
  const { challenge, reserve } = options;
  const now = ctx.clock();
  const stored = await consumedChallenges.get(ctx, tx, '', challenge.id);
  if (stored !== undefined) {
    const again = stored.value.judged === null && stored.value.leaseUntil <= now && digest !== null && stored.value.digest === digest;
    if (!again) {
      return repeat<Outcome>(ctx, stored, digest);
    }
  } else if (now >= challenge.expiresAt) {
    throw new TacitServerError('ERR_CHALLENGE_EXPIRED', { field: 'challenge' });
  }
  // A submit that is begun again has its reservation already.
  const refusal = stored === undefined ? await reserve?.(tx) : undefined;
  if (refusal !== undefined) {
    await write(ctx, tx, { ...options, digest, outcome: refusal.refused, ifVersion: 0 });
    return { outcome: refusal.refused, replayed: false };
  }
  const version = stored?.version ?? 0;
  const leaseUntil = now + ctx.policy.challenge.leaseMs;
  const due = Math.max(challenge.expiresAt, leaseUntil) + ctx.policy.challenge.outcomeMs;
  await put(ctx, tx, { id: challenge.id, value: { digest, leaseUntil, judged: null }, at: now, due, ifVersion: version });
  return { version: version + 1 };
}

/** The stored outcome, for the same submit and while it is kept; otherwise the refusal. */
function repeat<Outcome>(ctx: Context, stored: Stored<Consumption> | undefined, digest: string | null): Judged<Outcome> {
  const now = ctx.clock();
  if (stored === undefined || digest === null || stored.value.digest !== digest) {
    throw new TacitServerError('ERR_CHALLENGE_USED', { field: 'challenge' });
  }
  const { judged, leaseUntil } = stored.value;
  if (judged === null) {
    throw new TacitServerError('ERR_CHALLENGE_BUSY', { field: 'challenge', retryAfter: retryAfterSeconds(leaseUntil - now) });
  }
  if (now >= judged.until) {
    throw new TacitServerError('ERR_CHALLENGE_USED', { field: 'challenge' });
  }
  return { outcome: judged.outcome as Outcome, replayed: true };
}

/**
 * Erases the outcomes that wait to be repeated to a customer: they hold his name and his tokens, under the root key. The challenges stay used.
 *
 * @param owner the record subject (`ctx.subjectOf`).
 */
export async function eraseOutcomes(ctx: Context, owner: string): Promise<void> {
  const pages = everyPage<{ subject: string; id: string }>(PAGE, (options) =>
    ctx.store.transaction(async (tx) => {
      const found = await tx.listKind(consumedChallenges.kind, options);
      for (const record of found) {
        // One that can not be read repeats nothing to anybody, and keeps nobody from being erased.
        const stored = await ifReadable(consumedChallenges.open(ctx, tx, record));
        const judged = stored?.value.owner === owner ? stored.value.judged : null;
        if (stored !== undefined && judged !== null) {
          const value = { ...stored.value, digest: null, judged: { ...judged, outcome: null } };
          await consumedChallenges.put(ctx, tx, { ...stored, value });
        }
      }
      return found;
    }),
  );
  for await (const _ of pages) {
    // What there is to be done is done as they are read.
  }
}

interface Write {
  challenge: CheckedChallenge;
  owner?: (() => string | undefined) | undefined;
  digest: string | null;
  outcome: unknown;
  ifVersion: number;
}

async function write(ctx: Context, tx: StoreTransaction, { challenge, owner, digest, outcome, ifVersion }: Write): Promise<void> {
  const now = ctx.clock();
  const until = now + ctx.policy.challenge.outcomeMs;
  // Without a key nothing may ever be repeated, so there is no outcome to keep.
  const judged = { outcome: digest === null ? null : outcome, until };
  const due = Math.max(challenge.expiresAt + ctx.policy.challenge.outcomeMs, until);
  await put(ctx, tx, {
    id: challenge.id,
    value: { digest, leaseUntil: now, judged, owner: challenge.subject ?? owner?.() },
    at: now,
    due,
    ifVersion,
  });
}

async function put(
  ctx: Context,
  tx: StoreTransaction,
  record: { id: string; value: Consumption; at: number; due: number; ifVersion: number },
): Promise<void> {
  if (!(await consumedChallenges.put(ctx, tx, { subject: '', ...record }))) {
    throw new TacitServerError('ERR_RECORD_CONFLICT', { field: 'challenge' });
  }
}

function submitDigest<Outcome>(ctx: Context, { body, idempotencyKey }: JudgeOnceOptions<Outcome>): string | null {
  if (idempotencyKey === undefined) {
    return null;
  }
  if (typeof idempotencyKey !== 'string' || !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    throw new TacitServerError('ERR_IDEMPOTENCY_KEY', { field: 'idempotency-key' });
  }
  const text = canonicalJson({ body, idempotencyKey });
  return createHmac('sha256', ctx.rootSubKey('submit')).update(text).digest('base64url');
}
