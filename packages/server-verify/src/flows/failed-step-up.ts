import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { noticeTime, notify } from '../notices';
import type { Stored } from '../record-kind';
import type { StoredSession } from '../sessions';
import { updateSignIn } from '../sign-ins';
import type { StoreTransaction } from '../store';
import { dropQuarantine, settleHeldSample } from '../typing-learning';
import type { FlowContext } from './flow-context';

/**
 * A right password was not followed by a right code. The owner is told whatever the cause, the sample is not learned, and neither is what typing
 * alone accepted since the last right code: whoever has the password may have been here before. The caller ends the session or clears its pending step-up in the same transaction, so this happens once.
 */
export async function failStepUp(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  session: Stored<StoredSession>,
  cause: 'failed' | 'abandoned',
): Promise<void> {
  const { subject, value } = session;
  const { pending } = value;
  if (pending === null) {
    return;
  }
  if (pending.heldSample !== undefined) {
    await settleHeldSample(ctx, tx, { subject, heldSample: pending.heldSample, factor: 'none' });
  }
  await dropQuarantine(ctx, tx, subject);
  await updateSignIn(ctx, tx, subject, pending.signIn, () => ({ outcome: cause === 'failed' ? 'refused' : 'abandoned' }));
  await audit(ctx, tx, { chain: subject, type: `step-up-${cause}` });
  await raiseAlert(ctx, tx, { subject, code: `step-up-${cause}` });
  await notify(ctx, tx, subject, `step-up-${cause}`, noticeTime(ctx));
}
