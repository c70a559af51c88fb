import { settleAlert } from '../alerts';
import { audit } from '../audit-log';
import { doubtPaid } from '../code-owed';
import type { Stored } from '../record-kind';
import { putSession, type StoredSession } from '../sessions';
import { updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';

/**
 * Notes that a code of the card was right in a session, at the sign-ins that the session grew out of: a dispute of one of them asks for it. They need
 * not be noted again, so the session forgets them. And whoever has the card is the customer: doubts of who is at it begin anew.
 */
export async function noteCardUse(flow: FlowContext, tx: StoreTransaction, session: Stored<StoredSession>): Promise<Stored<StoredSession>> {
  const { ctx, judge } = flow;
  const { subject, value } = session;
  for (const id of value.signIns) {
    await updateSignIn(ctx, tx, subject, id, () => ({ cardUsed: true }));
  }
  if (value.scope === 'full' && value.role === 'customer') {
    await judge.confirmed(tx, session);
  }
  for (const alert of value.doubtAlerts) {
    await settleAlert(ctx, tx, alert);
  }
  const { risk, codeNeeded } = value;
  const doubted = risk !== 'low' || codeNeeded;
  if (doubted) {
    await doubtPaid(tx, subject, value.family);
    await audit(ctx, tx, { chain: subject, type: 'session-trusted', reason: 'matrix-code', detail: { risk } });
  }
  const isFull = value.scope === 'full';
  return value.signIns.length === 0 && !doubted && !isFull
    ? session
    : putSession(ctx, tx, session, {
        signIns: [],
        risk: 'low',
        codeNeeded: false,
        doubtAlerts: [],
        ...(isFull ? { vouchedAt: ctx.clock() } : {}),
      });
}
