import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { oweCode } from '../code-owed';
import type { Context } from '../context';
import type { ReactToRisk, RiskChange } from '../continuous/judge-types';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import { recordReference } from '../record-reference';
import { endSession, lockSession, putSession, type SessionRisk, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import { failStepUp } from './failed-step-up';
import type { FlowContext } from './flow-context';

const RANK: Readonly<Record<SessionRisk, number>> = { low: 0, medium: 1, high: 2 };

/**
 * What follows in a session where its evidence says something else of who is at it. The risk of a session falls by a right code, a medium
 * one by a text of the server's choice, too, and by nothing else; so does what is asked for: nobody behaves himself out of a doubt.
 */
export function reactToRisk(ctx: Context): ReactToRisk {
  return async (tx, session, change) => {
    const { value } = session;
    if (value.state !== 'open' || value.scope !== 'full') {
      return session;
    }
    const risk = RANK[change.to] > RANK[value.risk] ? change.to : value.risk;
    if (change.action === 'none') {
      return risk === value.risk ? session : putSession(ctx, tx, session, { risk });
    }
    if (change.action === 'step-up' && value.codeNeeded && risk === value.risk) {
      // The same doubt, come back before it was answered.
      return session;
    }
    return doubt(ctx, tx, session, { ...change, to: risk });
  };
}

async function doubt(
  ctx: Context,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  { to: risk, action, reasons }: RiskChange,
): Promise<Stored<StoredSession>> {
  const { subject, id, value } = session;
  const detail = { risk, action, reasons: reasons.join(' ').slice(0, 128), session: recordReference(subject, id) };
  const alert = await raiseAlert(ctx, tx, { subject, code: risk === 'high' ? 'session-taken-over' : 'session-doubt', detail });
  const changes: Partial<StoredSession> = {
    risk,
    codeNeeded: true,
    doubts: value.doubts + 1,
    doubtAlerts: [...value.doubtAlerts, alert.id],
  };
  const reason = reasons[0] ?? 'doubt';
  if (action === 'step-up') {
    // Signing out, or in beside it, is no way out of a doubt either.
    await oweCode(ctx, tx, subject, value.family);
    await audit(ctx, tx, { chain: subject, type: 'session-doubted', reason, detail: { risk } });
    if (risk === 'high') {
      await notify(ctx, tx, subject, 'session-doubted', noticeTime(ctx));
    }
    return putSession(ctx, tx, session, changes);
  }
  await oweCode(ctx, tx, subject);
  if (action === 'lock') {
    await audit(ctx, tx, { chain: subject, type: 'session-locked', reason, detail: { risk } });
    await notify(ctx, tx, subject, 'session-locked', noticeTime(ctx));
    return lockSession(ctx, tx, session, 'risk', changes);
  }
  await audit(ctx, tx, { chain: subject, type: 'session-ended', reason, detail: { risk } });
  await notify(ctx, tx, subject, 'session-ended', { ...noticeTime(ctx), by: 'checks' });
  return endSession(ctx, tx, session, 'taken-over', changes);
}

/** An operator ends a session: whoever was at it does not come in again without password and code. */
export async function endByOperator(flow: FlowContext, tx: StoreTransaction, session: Stored<StoredSession>): Promise<void> {
  const { ctx } = flow;
  const { subject } = session;
  await failStepUp(flow, tx, session, 'abandoned');
  await oweCode(ctx, tx, subject);
  await audit(ctx, tx, { chain: subject, type: 'session-ended', reason: 'by-operator' });
  await notify(ctx, tx, subject, 'session-ended', { ...noticeTime(ctx), by: 'us' });
  await endSession(ctx, tx, session, 'ended-by-operator');
}
