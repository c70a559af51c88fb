import type { ParsedTypingSample } from '@tacit-auth/features';
import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind, type Stored } from './record-kind';
import type { StoreTransaction } from './store';

/** Why a sign-in went as it did: for the server and its operators. The owner gets {@link coarseReason}. */
export type SignInReason =
  | 'typing-accepted'
  | 'spot-check'
  | 'code-owed'
  | 'no-biometrics'
  | 'typing-missing'
  | 'typing-insufficient'
  | 'typing-young'
  | 'typing-mismatch'
  | 'typing-automated'
  | 'typing-replayed'
  | 'face-accepted'
  | 'face-mismatch'
  | 'face-not-live'
  | 'face-replayed'
  | 'registration'
  | 'reset';

export type SignInOutcome = 'pending' | 'signed-in' | 'refused' | 'abandoned';

/** One attempt with a right password. */
export interface SignIn {
  kind: 'login' | 'reauthentication' | 'registration' | 'reset';
  outcome: SignInOutcome;
  /** What passed: `password`, `typing`, `face`, `matrix-code`, `email-code`. */
  factors: string[];
  reason: SignInReason;
  /** Whether the matrix code was asked for. */
  steppedUp: boolean;
  wordsPerMinute: number | null;
  /** Whether the customer said that it was he. */
  confirmed: boolean;
  /** Whether the customer said that it was not he. */
  disputed: boolean;
  /** Whether a code of the card was right later, in a session that grew out of it. */
  cardUsed?: boolean | undefined;
}

const shape = z.object({
  kind: z.enum(['login', 'reauthentication', 'registration', 'reset']),
  outcome: z.enum(['pending', 'signed-in', 'refused', 'abandoned']),
  factors: z.array(z.string()),
  reason: z.custom<SignInReason>((value) => typeof value === 'string'),
  steppedUp: z.boolean(),
  wordsPerMinute: z.number().nullable(),
  confirmed: z.boolean(),
  disputed: z.boolean().default(false),
  cardUsed: z.boolean().optional(),
});

export const signInKind = defineRecordKind<SignIn>({ kind: 'sign-in', sealedWith: 'customer', parse: (value) => shape.parse(value) });

/**
 * What the owner sees of an attempt: no scores, no thresholds, no cause that would guide whoever holds the password. Where the code was asked for nothing is
 * said of typing: a mismatch, a young template and a random check look alike.
 */
export interface SignInView {
  id: string;
  /** Ms since the epoch. */
  at: number;
  outcome: 'signed-in' | 'step-up' | 'refused' | 'abandoned';
  factors: string[];
  reason: 'normal' | 'extra-check' | 'not-completed' | 'blocked';
  wordsPerMinute: number | null;
  /** What the customer has said of it. Never both. */
  confirmed: boolean;
  disputed: boolean;
}

export function signInView({ id, at, value }: Stored<SignIn>): SignInView {
  const outcome = value.outcome === 'pending' ? 'step-up' : value.outcome;
  return {
    id,
    at,
    outcome,
    factors: value.steppedUp ? value.factors.filter((factor) => factor !== 'typing') : value.factors,
    reason: coarseReason(value),
    wordsPerMinute: value.wordsPerMinute,
    confirmed: value.confirmed,
    disputed: value.disputed,
  };
}

function coarseReason({ outcome, steppedUp }: SignIn): SignInView['reason'] {
  if (outcome === 'refused') {
    return steppedUp ? 'not-completed' : 'blocked';
  }
  if (outcome === 'abandoned') {
    return 'not-completed';
  }
  return steppedUp ? 'extra-check' : 'normal';
}

export async function recordSignIn(ctx: Context, tx: StoreTransaction, subject: string, value: SignIn): Promise<string> {
  const now = ctx.clock();
  const id = ctx.newId();
  await signInKind.insert(ctx, tx, { subject, id, value, at: now, due: now + ctx.policy.retention.signInsMs });
  return id;
}

export async function updateSignIn(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  id: string,
  change: (value: SignIn) => Partial<SignIn>,
): Promise<void> {
  const found = await signInKind.get(ctx, tx, subject, id);
  // Retention or erasure may have taken it since.
  if (found !== undefined) {
    const { at, due, value } = found;
    await signInKind.put(ctx, tx, { subject, id, value: { ...value, ...change(value) }, at, due });
  }
}

export const SIGN_INS_PAGE = 50;

/** Newest first, a page of 50; `next` asks for the page after it. */
export async function listSignIns(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  options: { before?: string; limit?: number } = {},
): Promise<{ signIns: SignInView[]; next: string | null }> {
  const limit = options.limit ?? SIGN_INS_PAGE;
  const after = cursorOf(options.before);
  const found = await signInKind.list(ctx, tx, subject, { limit, ...(after === undefined ? {} : { after }) });
  const last = found.at(-1);
  return { signIns: found.map(signInView), next: last === undefined || found.length < limit ? null : `${last.at}.${last.id}` };
}

const CURSOR = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/;

export function isSignInCursor(value: string): boolean {
  return CURSOR.test(value);
}

function cursorOf(before: string | undefined): { at: number; id: string } | undefined {
  const match = before === undefined ? null : CURSOR.exec(before);
  return match === null ? undefined : { at: Number(match[1]), id: match[2]! };
}

/** Words per minute of an entry, for the owner's history; null where there is too little. */
export function wordsPerMinute(sample: ParsedTypingSample | null): number | null {
  if (sample === null || sample.keys.length < 2) {
    return null;
  }
  const minutes = sample.keys.at(-1)![1] / 600_000;
  return minutes > 0 ? Math.round((sample.keys.length - 1) / 5 / minutes) : null;
}
