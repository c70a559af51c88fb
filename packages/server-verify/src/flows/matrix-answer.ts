import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { type CardSlot, judgeMatrixCode } from '../matrix-card';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';
import { type Refused, refuse } from './types';

/** Judges a code where a wrong one has no other consequence than being counted; undefined for a right one. */
export async function refuseWrongCode(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  { subject, code, card = 'current' }: { subject: string; code: string; card?: CardSlot },
): Promise<Refused | undefined> {
  const verdict = await judgeMatrixCode(ctx, tx, { subject, code, card });
  if (verdict.matched) {
    return undefined;
  }
  const suspended = verdict.reason !== 'wrong' || verdict.left === 0;
  await audit(ctx, tx, { chain: subject, type: 'step-up-failed', reason: verdict.reason });
  if (suspended && card === 'current') {
    await raiseAlert(ctx, tx, { subject, code: 'card-suspended' });
  }
  return suspended ? refuse('ERR_CARD_SUSPENDED') : refuse('ERR_CODE_WRONG', { left: verdict.left });
}
