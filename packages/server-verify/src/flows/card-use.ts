import type { Stored } from '../record-kind';
import { putSession, type StoredSession } from '../sessions';
import { updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';

/**
 * Notes that a code of the card was right in a session, at the sign-ins that the session grew out of: a dispute of one of them asks for it. They need
 * not be noted again, so the session forgets them.
 */
export async function noteCardUse(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
): Promise<Stored<StoredSession>> {
  const { subject, value } = session;
  if (value.signIns.length === 0) {
    return session;
  }
  for (const id of value.signIns) {
    await updateSignIn(ctx, tx, subject, id, () => ({ cardUsed: true }));
  }
  return putSession(ctx, tx, session, { signIns: [] });
}
