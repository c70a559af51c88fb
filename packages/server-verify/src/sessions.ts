import { z } from 'zod';
import type { Context } from './context';
import { defineRecordKind, type Stored } from './record-kind';
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
  endedFor?: EndReason | undefined;
  endedAt?: number | undefined;
}

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
  | 'erased';

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
  endedFor: z.custom<EndReason>((value) => typeof value === 'string').optional(),
  endedAt: z.number().optional(),
});

/** Under the root key: a session is read on every request, and before a customer's own key may be touched. */
export const sessionKind = defineRecordKind<StoredSession>({ kind: 'session', sealedWith: 'root', parse: (value) => shape.parse(value) });

/** Two requests that refresh at once, or a reply that got lost, are no theft: within this time the same browser may repeat itself. */
export const REFRESH_GRACE_MS = 10_000;
/** Activity is written at most this often: the lock may come that much early, never late. */
const ACTIVITY_STEP_MS = 5_000;
const PAGE = 200;
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
  /** The session that this one replaces. Its family and absolute end are kept. */
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
  };
  await sessionKind.insert(ctx, tx, { subject, id, value, at: now, due: expiresAt });
  const stored: Stored<StoredSession> = { subject, id, value, at: now, due: expiresAt, version: 1 };
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
  // A pending step-up of a locked session is looked at when it lapses, before the session itself does.
  const due = value.state === 'ended' || value.pending === null ? value.expiresAt : Math.min(value.expiresAt, value.pending.expiresAt);
  await sessionKind.put(ctx, tx, { subject, id, value, at, due });
  return { subject, id, value, at, due, version: version + 1 };
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
    return putSession(ctx, tx, found, { state: 'locked' });
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
): Promise<Stored<StoredSession>> {
  return putSession(ctx, tx, session, { state: 'ended', pending: null, endedFor: reason, endedAt: ctx.clock() });
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

export async function listSessions(ctx: Context, tx: StoreTransaction, subject: string): Promise<Stored<StoredSession>[]> {
  const now = ctx.clock();
  const live: Stored<StoredSession>[] = [];
  let page = await sessionKind.list(ctx, tx, subject, { limit: PAGE });
  for (;;) {
    live.push(...page.filter(({ value }) => value.state !== 'ended' && value.expiresAt > now));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) {
      return live;
    }
    page = await sessionKind.list(ctx, tx, subject, { limit: PAGE, after: { at: last.at, id: last.id } });
  }
}

/** Ends every live session of a customer; the ended ones are returned as they were. */
export async function endAllSessions(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  reason: EndReason,
  which: (session: Stored<StoredSession>) => boolean = () => true,
): Promise<Stored<StoredSession>[]> {
  const sessions = (await listSessions(ctx, tx, subject)).filter(which);
  for (const session of sessions) {
    await endSession(ctx, tx, session, reason);
  }
  return sessions;
}

export type RefreshResult =
  | { status: 'refreshed'; session: Stored<StoredSession>; tokens: SessionTokens }
  | { status: 'none' }
  /** An old token came back: the family was ended. */
  | { status: 'reused'; session: Stored<StoredSession> };

/**
 * Rotates the refresh token. The token before the last is accepted for 10 s from the same browser and is given the very same successor (the
 * token follows from the generation), so tabs that refresh at once stay signed in and share one token; any other old token is a sign of
 * theft and ends every session of the family.
 */
export async function refreshSession(
  ctx: Context,
  tx: StoreTransaction,
  token: SessionReference & { generation: number },
  browser: string,
): Promise<RefreshResult> {
  const found = await liveSession(ctx, tx, token);
  if (found === undefined) {
    return { status: 'none' };
  }
  const { generation, rotatedAt } = found.value;
  const now = ctx.clock();
  const sameBrowser = found.value.browser === browser;
  if (sameBrowser && token.generation === generation) {
    const session = await putSession(ctx, tx, found, { generation: generation + 1, rotatedAt: now });
    return { status: 'refreshed', session, tokens: await sessionTokens(ctx, session) };
  }
  if (sameBrowser && token.generation === generation - 1 && now - rotatedAt <= REFRESH_GRACE_MS) {
    return { status: 'refreshed', session: found, tokens: await sessionTokens(ctx, found) };
  }
  await endAllSessions(ctx, tx, found.subject, 'refresh-reused', ({ value }) => value.family === found.value.family);
  return { status: 'reused', session: found };
}
