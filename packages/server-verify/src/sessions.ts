import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind, type Stored } from './record-kind';
import { sessionChanged, sessionClosed } from './session-effects';
import type { StoreTransaction } from './store';
import { refreshToken, type SessionReference, type SessionTokens, signAccessToken } from './tokens';

/** A step-up that waits for a face, or for its matrix code. A right password came before it, so a failure is told to the owner. */
export interface PendingStepUp {
  signIn: string;
  /** The sample that is learned when the code is right. */
  heldSample?: string | undefined;
  /** The throttle's counters that a right code clears. */
  throttle: { user: string; address: string };
  expiresAt: number;
  /** Factors that passed so far. */
  factors: string[];
  /** The face that is asked for before the code; undefined once only the code counts. */
  face?: PendingFace | undefined;
}

/** A look into the camera that a sign-in waits for. */
export interface PendingFace {
  /**
   * What typing said: `accepted`; `young`: no verdict yet, so what it says so far counts together with the face; `code`: the matrix code is asked for
   * whatever the face says.
   */
  typing: 'accepted' | 'young' | 'code';
  /** Looks asked for so far. Only the challenge of the last one is good. */
  issued: number;
}

export interface StoredSession {
  /** The customer's id with the host. */
  hostSubject: string;
  role: 'customer' | 'operator';
  /** Shared by the sessions that grew out of one login: a reused refresh token ends them all. */
  family: string;
  scope: 'step-up' | 'full';
  state: 'open' | 'locked' | 'ended';
  startedAt: number;
  expiresAt: number;
  lastActivityAt: number;
  /** Number of the refresh token in force. */
  generation: number;
  rotatedAt: number;
  /** Pseudonym of the browser's cookie. */
  browser: string;
  amr: string[];
  /** The sign-ins that it grew out of since a code of the card was last right in it, the oldest first. See {@link mayGrow}. */
  signIns: string[];
  reauthFailures: number;
  pending: PendingStepUp | null;
  /** The highest that was ever said of who is at it, since a code of the card was last right in it. Nothing else lowers it, but for a text of the server's choice: it ends a medium one. */
  risk: SessionRisk;
  /** Whether nothing sensitive may be done before a code of the card is right. */
  codeNeeded: boolean;
  /** When a code of the card, or a text of the server's choice, last showed who is at it. */
  vouchedAt?: number | undefined;
  /** How often doubt arose. A confirmation, and what was begun by one, is good only as long as this stays as it was. */
  doubts: number;
  /** The alerts that the doubt raised: a right code answers them. */
  doubtAlerts: string[];
  /** What it is locked for. From `risk` nothing but password and code leads out. */
  lockedFor?: 'idle' | 'risk' | undefined;
  endedFor?: EndReason | undefined;
  endedAt?: number | undefined;
}

export type SessionRisk = 'low' | 'medium' | 'high';

export type EndReason =
  | 'signed-out'
  | 'raised'
  | 'superseded'
  | 'expired'
  | 'abandoned'
  | 'step-up-failed'
  | 'reauthentication-failed'
  | 'refresh-reused'
  | 'password-changed'
  | 'ended-by-customer'
  | 'sign-in-disputed'
  | 'taken-over'
  | 'ended-by-operator'
  | 'erased';

/** Ends after which what the session taught may be kept: nobody doubted it. */
const WELL: readonly EndReason[] = ['signed-out', 'raised', 'superseded'];

const shape = z.object({
  hostSubject: z.string(),
  role: z.enum(['customer', 'operator']),
  family: z.string(),
  scope: z.enum(['step-up', 'full']),
  state: z.enum(['open', 'locked', 'ended']),
  startedAt: z.number(),
  expiresAt: z.number(),
  lastActivityAt: z.number(),
  generation: z.int(),
  rotatedAt: z.number(),
  browser: z.string(),
  amr: z.array(z.string()),
  signIns: z.array(z.string()).default([]),
  reauthFailures: z.int(),
  pending: z
    .object({
      signIn: z.string(),
      heldSample: z.string().optional(),
      throttle: z.object({ user: z.string(), address: z.string() }),
      expiresAt: z.number(),
      factors: z.array(z.string()),
      face: z.object({ typing: z.enum(['accepted', 'young', 'code']), issued: z.int().min(1) }).optional(),
    })
    .nullable(),
  // Sessions of an earlier version were not watched.
  risk: z.enum(['low', 'medium', 'high']).default('low'),
  codeNeeded: z.boolean().default(false),
  vouchedAt: z.number().optional(),
  doubts: z.int().min(0).default(0),
  doubtAlerts: z.array(z.string()).default([]),
  lockedFor: z.enum(['idle', 'risk']).optional(),
  endedFor: z.custom<EndReason>((value) => typeof value === 'string').optional(),
  endedAt: z.number().optional(),
});

/** Every batch of evidence reads its session, which changes once in a while. About a KB each. */
const MOST_HELD = 10_000;

/** Under the root key: a session is read on every request, and before a customer's own key may be touched. */
export const sessionKind = defineRecordKind<StoredSession>({
  kind: 'session',
  sealedWith: 'root',
  parse: (value) => Object.freeze(shape.parse(value)),
  hold: MOST_HELD,
});

/** Activity is written at most this often: the lock may come that much early, never late. */
const ACTIVITY_STEP_MS = 5_000;
/**
 * Most re-authentications by typing alone that one session grows out of. A dispute of any of them must know whether the card was used after it, so
 * none is dropped from the list unseen: the next one asks for a code, which notes itself at all of them and empties the list.
 */
export const MOST_SIGN_INS = 50;

/** Whether a session may grow out of one more sign-in without a code of the card. */
export function mayGrow({ signIns }: Pick<StoredSession, 'signIns'>): boolean {
  return signIns.length < MOST_SIGN_INS;
}

export interface NewSession {
  subject: string;
  hostSubject: string;
  role: StoredSession['role'];
  scope: StoredSession['scope'];
  browser: string;
  amr: string[];
  /** Ids of the sign-ins that it grows out of and that no code of the card has vouched for since, the oldest first. */
  signIns: readonly string[];
  pending?: PendingStepUp;
  /** The session that this one replaces. Its family, its absolute end, and what was doubted of it are kept. */
  previous?: Stored<StoredSession>;
}

/** Opens a session with an id and tokens of its own; the one it replaces is ended in the same transaction. */
export async function createSession(
  ctx: Context,
  tx: StoreTransaction,
  session: NewSession,
): Promise<{ session: Stored<StoredSession>; tokens: SessionTokens }> {
  const { subject, scope, previous, pending = null } = session;
  const now = ctx.clock();
  const id = ctx.newId();
  if (previous !== undefined) {
    await endSession(ctx, tx, previous, 'raised');
  }
  const lifetime = scope === 'full' ? ctx.policy.session.absoluteMs : ctx.policy.session.stepUpMs;
  const expiresAt = previous?.value.scope === 'full' ? previous.value.expiresAt : now + lifetime;
  const value: StoredSession = {
    hostSubject: session.hostSubject,
    role: session.role,
    family: previous?.value.family ?? id,
    scope,
    state: 'open',
    startedAt: now,
    expiresAt,
    lastActivityAt: now,
    generation: 1,
    rotatedAt: now,
    browser: session.browser,
    amr: session.amr,
    signIns: [...session.signIns],
    reauthFailures: 0,
    pending,
    // Nobody gets rid of a doubt by idling and giving the password again.
    ...doubtOf(previous?.value ?? { risk: 'low', codeNeeded: false, doubts: 0, doubtAlerts: [] }),
  };
  const due = dueOf(ctx, value);
  await sessionKind.insert(ctx, tx, { subject, id, value, at: now, due });
  const stored: Stored<StoredSession> = { subject, id, value, at: now, due, version: 1 };
  sessionChanged(ctx, tx, stored);
  return { session: stored, tokens: await sessionTokens(ctx, stored) };
}

export async function sessionTokens(ctx: Context, session: Stored<StoredSession>): Promise<SessionTokens> {
  const { subject, id, value } = session;
  const access = await signAccessToken(ctx, { subject, session: id, scope: value.scope, amr: value.amr });
  return { access, refresh: refreshToken(ctx, session, value.generation) };
}

/** Writes a changed session and returns it as it now is. */
export async function putSession(
  ctx: Context,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  changes: Partial<StoredSession>,
): Promise<Stored<StoredSession>> {
  const { subject, id, at, version } = session;
  const value = { ...session.value, ...changes };
  const due = dueOf(ctx, value);
  await sessionKind.put(ctx, tx, { subject, id, value, at, due });
  const stored = { subject, id, value, at, due, version: version + 1 };
  const { state, risk, codeNeeded } = session.value;
  if (value.state !== state || value.risk !== risk || value.codeNeeded !== codeNeeded) {
    sessionChanged(ctx, tx, stored);
  }
  return stored;
}

/** A step-up that is waited for is looked at when it lapses, an open session when it has idled, and any when it expires. */
function dueOf(ctx: Context, { state, scope, expiresAt, pending, lastActivityAt }: StoredSession): number {
  if (state === 'ended') {
    return expiresAt;
  }
  const idleAt = scope === 'full' && state === 'open' ? lastActivityAt + ctx.policy.session.idleMs + 1 : expiresAt;
  return Math.min(expiresAt, idleAt, pending?.expiresAt ?? expiresAt);
}

function doubtOf({ risk, codeNeeded, doubts, doubtAlerts }: Pick<StoredSession, 'risk' | 'codeNeeded' | 'doubts' | 'doubtAlerts'>) {
  return { risk, codeNeeded, doubts, doubtAlerts };
}

/** Locks a session and settles what its evidence taught. */
export async function lockSession(
  ctx: Context,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  lockedFor: 'idle' | 'risk',
  changes: Partial<StoredSession> = {},
): Promise<Stored<StoredSession>> {
  const locked = await putSession(ctx, tx, session, { ...changes, state: 'locked', lockedFor });
  await sessionClosed(ctx, tx, locked, isDoubted(locked.value) ? 'ill' : 'well');
  return locked;
}

function isDoubted({ risk, codeNeeded, lockedFor }: StoredSession): boolean {
  return risk !== 'low' || codeNeeded || lockedFor === 'risk';
}

/** A session that was neither ended nor has expired; idle ones are locked here, by the server itself. */
export async function liveSession(
  ctx: Context,
  tx: StoreTransaction,
  { subject, id }: SessionReference,
  options: { activity?: boolean } = {},
): Promise<Stored<StoredSession> | undefined> {
  const found = await sessionKind.get(ctx, tx, subject, id);
  const now = ctx.clock();
  if (found === undefined || found.value.state === 'ended' || now >= found.value.expiresAt) {
    return undefined;
  }
  const { scope, state, lastActivityAt } = found.value;
  if (scope === 'full' && state === 'open' && now - lastActivityAt > ctx.policy.session.idleMs) {
    return lockSession(ctx, tx, found, 'idle');
  }
  if (options.activity && state === 'open' && now - lastActivityAt >= ACTIVITY_STEP_MS) {
    return putSession(ctx, tx, found, { lastActivityAt: now });
  }
  return found;
}

/** Ends a session. Its record stays until it would have expired, so that a token of it is known as dead. */
export async function endSession(
  ctx: Context,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  reason: EndReason,
  changes: Partial<StoredSession> = {},
): Promise<Stored<StoredSession>> {
  const ended = await putSession(ctx, tx, session, { ...changes, state: 'ended', pending: null, endedFor: reason, endedAt: ctx.clock() });
  await sessionClosed(ctx, tx, ended, WELL.includes(reason) && !isDoubted(ended.value) ? 'well' : 'ill');
  return ended;
}

/** Settles what the evidence of a session taught that has expired; its record is deleted by the caller. */
export async function settleExpired(ctx: Context, tx: StoreTransaction, session: Stored<StoredSession>): Promise<void> {
  if (session.value.state !== 'ended') {
    sessionChanged(ctx, tx, session);
    await sessionClosed(ctx, tx, session, isDoubted(session.value) ? 'ill' : 'well');
  }
}

/**
 * A session that was replaced by its own success not long ago. Its reply may have been lost: whoever still holds its tokens may have the stored
 * outcome again, and nothing else.
 */
export async function replacedSession(
  ctx: Context,
  tx: StoreTransaction,
  { subject, id }: SessionReference,
): Promise<Stored<StoredSession> | undefined> {
  const found = await sessionKind.get(ctx, tx, subject, id);
  const { endedFor, endedAt = 0 } = found?.value ?? {};
  const replaced = endedFor === 'raised' || endedFor === 'password-changed';
  return replaced && ctx.clock() - endedAt < ctx.policy.challenge.outcomeMs ? found : undefined;
}
