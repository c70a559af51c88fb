import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import { refreshSession } from '../refresh-session';
import { type EndReason, endSession, liveSession, lockSession, replacedSession, type StoredSession, sessionKind } from '../sessions';
import type { StoreTransaction } from '../store';
import { readAccessToken, readRefreshToken, type SessionReference } from '../tokens';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';
import { type NeedOptions, refusalFor } from './session-need';
import { grantOf, sessionView } from './session-view';
import { askIfSilent } from './silence';
import { type FlowClient, type FlowResult, refuse, type SessionGrant, type SessionView } from './types';

export interface SentTokens {
  access?: string;
  refresh?: string;
}

export type SessionCheck =
  /** `ended`: there was one, of this browser, and it was ended for safety's sake. */
  | { status: 'none'; ended?: true }
  /** The access token has expired, but there is a refresh token: refresh, then repeat. */
  | { status: 'expired' }
  | { status: 'live'; grant: SessionGrant /** Of the access token, ms since the epoch. */; tokenExpiresAt: number; view?: SessionView }
  /** Replaced by its own success a moment ago: good for asking for that outcome again. */
  | { status: 'replaced'; grant: SessionGrant };

/** Ends that whoever was at the session is told of: he did nothing for it, and should know why he has to sign in again. */
const ENDED_FOR_SAFETY: readonly unknown[] = ['taken-over', 'ended-by-operator', 'refresh-reused'] satisfies EndReason[];

export interface SessionFlows {
  /**
   * The session behind the tokens of a request, from its record: state, idle lock and browser are checked on every call.
   *
   * @param options.activity whether the request is an action of the user; anything else does not keep a session from locking
   * @param options.sensitive whether it must be the customer who is at it: then a session that its checks have heard nothing of for long is doubted
   * @param options.view whether to say what the browser may know
   */
  check(options: {
    client: FlowClient;
    tokens: SentTokens;
    activity?: boolean;
    sensitive?: boolean;
    view?: boolean;
  }): Promise<SessionCheck>;
  refresh(options: { client: FlowClient; tokens: SentTokens }): Promise<FlowResult<SessionView>>;
  lock(options: { session: SessionGrant }): Promise<FlowResult<SessionView>>;
  /** Ends the session of the tokens, also when its access token has expired. Always succeeds. */
  logout(options: { client: FlowClient; tokens: SentTokens }): Promise<FlowResult<{ status: 'signed-out' }>>;
  endOther(options: { session: SessionGrant; other: string }): Promise<FlowResult<{ status: 'ended' }>>;
}

export function createSessionFlows(flow: FlowContext): SessionFlows {
  const { ctx } = flow;

  return {
    async check({ client, tokens, activity = false, sensitive = false, view = false }) {
      const reference = tokens.access === undefined ? undefined : await readAccessToken(ctx, tokens.access);
      if (reference === undefined || reference === 'expired') {
        return { status: tokens.refresh === undefined ? 'none' : 'expired' };
      }
      return ctx.store.transaction(async (tx): Promise<SessionCheck> => {
        const browser = ctx.pseudonym('browser', client.browser);
        const found = await liveSession(ctx, tx, reference, { activity });
        if (found === undefined) {
          const replaced = await replacedSession(ctx, tx, reference);
          if (replaced?.value.browser === browser) {
            return { status: 'replaced', grant: grantOf(replaced) };
          }
          const over = view ? await sessionKind.get(ctx, tx, reference.subject, reference.id) : undefined;
          const isEnded = over?.value.browser === browser && ENDED_FOR_SAFETY.includes(over.value.endedFor);
          return { status: 'none', ...(isEnded ? { ended: true } : {}) };
        }
        if (found.value.browser !== browser) {
          return { status: 'none' };
        }
        const session = sensitive ? await askIfSilent(flow, tx, found) : found;
        const { expiresAt: tokenExpiresAt } = reference;
        return { status: 'live', grant: grantOf(session), tokenExpiresAt, ...(view ? { view: await sessionView(ctx, tx, session) } : {}) };
      });
    },

    async refresh({ client, tokens }) {
      const token = tokens.refresh === undefined ? undefined : readRefreshToken(ctx, tokens.refresh);
      if (token === undefined) {
        return refuse('ERR_SESSION_NONE', {}, true);
      }
      return ctx.store.transaction(async (tx): Promise<FlowResult<SessionView>> => {
        const refreshed = await refreshSession(ctx, tx, token, ctx.pseudonym('browser', client.browser));
        if (refreshed.status === 'refreshed') {
          return { ok: true, body: await sessionView(ctx, tx, refreshed.session), tokens: refreshed.tokens };
        }
        if (refreshed.status === 'reused') {
          const { subject } = refreshed.session;
          await audit(ctx, tx, { chain: subject, type: 'session-reuse' });
          await raiseAlert(ctx, tx, { subject, code: 'session-reuse' });
          await notify(ctx, tx, subject, 'session-stolen', noticeTime(ctx));
        }
        return refuse('ERR_SESSION_NONE', {}, true);
      });
    },

    lock: ({ session }) =>
      withSession(flow, session, { need: 'any' }, async (tx, stored) => {
        if (stored.value.scope !== 'full') {
          return refuse('ERR_SESSION_SCOPE');
        }
        const locked = stored.value.state === 'locked' ? stored : await lockSession(ctx, tx, stored, 'idle');
        if (stored.value.state !== 'locked') {
          await audit(ctx, tx, { chain: stored.subject, type: 'session-locked', reason: 'by-user' });
        }
        return { ok: true, body: await sessionView(ctx, tx, locked) };
      }),

    async logout({ client, tokens }) {
      const access = tokens.access === undefined ? undefined : await readAccessToken(ctx, tokens.access);
      const refresh = tokens.refresh === undefined ? undefined : readRefreshToken(ctx, tokens.refresh);
      const reference = access === undefined || access === 'expired' ? refresh : access;
      if (reference !== undefined) {
        await ctx.store.transaction(async (tx) => {
          const stored = await liveSession(ctx, tx, reference);
          if (stored?.value.browser === ctx.pseudonym('browser', client.browser)) {
            if (stored.value.pending !== null) {
              await failStepUp(flow, tx, stored, 'abandoned');
            }
            await endSession(ctx, tx, stored, 'signed-out');
            await audit(ctx, tx, { chain: stored.subject, type: 'signed-out' });
          }
        });
      }
      return { ok: true, body: { status: 'signed-out' }, ended: true };
    },

    endOther: ({ session, other }) =>
      withSession(flow, session, { need: 'full', sensitive: true }, async (tx, stored) => {
        const found = await sessionKind.get(ctx, tx, stored.subject, other);
        if (found === undefined || found.value.state === 'ended' || other === stored.id) {
          return refuse('ERR_NOT_FOUND', { field: 'session' });
        }
        if (found.value.pending !== null) {
          await failStepUp(flow, tx, found, 'abandoned');
        }
        await endSession(ctx, tx, found, 'ended-by-customer');
        await audit(ctx, tx, { chain: stored.subject, type: 'session-ended', reason: 'by-customer' });
        return { ok: true, body: { status: 'ended' } };
      }),
  };
}

export function referenceOf(flow: FlowContext, session: SessionGrant): SessionReference {
  return { subject: flow.ctx.subjectOf(session.subject), id: session.id };
}

/**
 * Runs in one transaction with the session as it is now; one that ended meanwhile is refused, and so is one that the deed is not for: it may have been
 * locked or doubted since a route looked at it.
 */
export async function withSession<Body>(
  flow: FlowContext,
  session: SessionGrant,
  need: NeedOptions,
  work: (tx: StoreTransaction, stored: Stored<StoredSession>) => Promise<FlowResult<Body>>,
): Promise<FlowResult<Body>> {
  const reference = referenceOf(flow, session);
  return flow.ctx.store.transaction(async (tx) => {
    const found = await liveSession(flow.ctx, tx, reference);
    if (found === undefined) {
      return refuse('ERR_SESSION_NONE', {}, true);
    }
    const stored = need.sensitive ? await askIfSilent(flow, tx, found) : found;
    const error = refusalFor(need, grantOf(stored));
    return error === undefined ? work(tx, stored) : { ok: false, error };
  });
}
