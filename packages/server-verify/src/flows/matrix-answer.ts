import { raiseAlert } from '../alerts';
import { audit } from '../audit-log';
import { type CardSlot, currentCoordinates, judgeMatrixCode, type MatrixCodeVerdict } from '../matrix-card';
import { noticeTime, notify } from '../notices';
import type { StoreTransaction } from '../store';
import type { FlowContext } from './flow-context';
import { type Refused, refuse } from './types';

interface Answer {
  subject: string;
  code: string;
  card?: CardSlot;
}

/** Judges a code, and says whether it was the one that suspended the card. */
export async function judgeCode(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  { subject, code, card = 'current' }: Answer,
): Promise<MatrixCodeVerdict & { suspendedNow: boolean }> {
  const wasAsked = 'coordinates' in (await currentCoordinates(ctx, tx, subject, card));
  const verdict = await judgeMatrixCode(ctx, tx, { subject, code, card });
  return { ...verdict, suspendedNow: wasAsked && !verdict.matched && verdict.reason === 'suspended' };
}

/** A code outside a sign-in suspended the card: no other mail tells its owner. */
export function tellSuspension({ ctx }: FlowContext, tx: StoreTransaction, subject: string): Promise<void> {
  return notify(ctx, tx, subject, 'card-suspended', noticeTime(ctx));
}

/** Judges a code where a wrong one has no other consequence than being counted; undefined for a right one. */
export async function refuseWrongCode(flow: FlowContext, tx: StoreTransaction, answer: Answer): Promise<Refused | undefined> {
  const { ctx } = flow;
  const { subject, card = 'current' } = answer;
  const verdict = await judgeCode(flow, tx, answer);
  if (verdict.matched) {
    return undefined;
  }
  const suspended = verdict.reason !== 'wrong' || verdict.left === 0;
  await audit(ctx, tx, { chain: subject, type: 'step-up-failed', reason: verdict.reason });
  if (suspended && card === 'current') {
    await raiseAlert(ctx, tx, { subject, code: 'card-suspended' });
    if (verdict.suspendedNow) {
      await tellSuspension(flow, tx, subject);
    }
  }
  return suspended ? refuse('ERR_CARD_SUSPENDED') : refuse('ERR_CODE_WRONG', { left: verdict.left });
}
