import { audit } from '../audit-log';
import { hasSessionConsent } from '../consent';
import type { Stored } from '../record-kind';
import { putSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';

/**
 * What a page does not send speaks for nobody. Where somebody has been active for long in a session that is to be checked, and nothing came by which he could be told, the
 * code is asked for before anything sensitive: a page in other hands that sends nothing, nothing but empty batches, or what it has recorded before, is no better off
 * than one that is honest. Returns the session as it then is.
 */
export async function askIfSilent(flow: FlowContext, tx: StoreTransaction, session: Stored<StoredSession>): Promise<Stored<StoredSession>> {
  const { ctx, judge } = flow;
  const { subject, value } = session;
  const { role, scope, state, codeNeeded, startedAt, vouchedAt = 0, lastActivityAt } = value;
  const isSilent = (since: number) => lastActivityAt - Math.max(since, vouchedAt) > ctx.policy.continuous.silentMs;
  // Most sessions are young, and cost no more than this.
  if (role !== 'customer' || scope !== 'full' || state !== 'open' || codeNeeded || !isSilent(startedAt)) {
    return session;
  }
  const since = (await hasSessionConsent(ctx, tx, subject)) ? await judge.silentSince(tx, session) : undefined;
  if (since === undefined || !isSilent(since)) {
    return session;
  }
  await audit(ctx, tx, { chain: subject, type: 'session-doubted', reason: 'silent', detail: { risk: value.risk } });
  return putSession(ctx, tx, session, { codeNeeded: true, doubts: value.doubts + 1 });
}
