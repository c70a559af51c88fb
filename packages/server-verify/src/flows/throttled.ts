import { logAfter } from '../after-commit';
import { audit, OPERATORS } from '../audit-log';
import { retryAfterSeconds } from '../errors';
import { noticeTime, notifyOwnerOf } from '../notices';
import type { StoreTransaction } from '../store';
import { reserveAttempt, settleAttempt, type ThrottleKey } from '../throttle';
import type { FlowContext } from './flow-context';
import { type Refused, refuse } from './types';

/** Reserves an attempt for `judgeOnce`; the refusal is the same for everybody. */
export async function reserveOrRefuse(
  flow: FlowContext,
  tx: StoreTransaction,
  keys: readonly ThrottleKey[],
): Promise<{ refused: Refused } | undefined> {
  const reservation = await reserveAttempt(flow.ctx, tx, keys);
  if (reservation.allowed) {
    return undefined;
  }
  await reportCaps(flow, tx, reservation.reachedCap ?? []);
  return { refused: refuse('ERR_THROTTLED', { retryAfter: retryAfterSeconds(reservation.retryAfterMs) }) };
}

/** Ends an attempt that failed, and reports a counter that it has brought to its cap. */
export async function failAttempt(flow: FlowContext, tx: StoreTransaction, keys: readonly ThrottleKey[]): Promise<void> {
  await reportCaps(flow, tx, await settleAttempt(flow.ctx, tx, keys, { success: false }));
}

/**
 * A customer's counter is told to him and to operators, by a job that finds out whose it is: the same is written for a name that nobody has. An
 * address's goes to the operators' chain; it is shared, and nobody's.
 */
async function reportCaps({ ctx }: FlowContext, tx: StoreTransaction, reached: readonly ThrottleKey[]): Promise<void> {
  for (const { kind, value } of reached) {
    logAfter(ctx, tx, { level: 'warn', event: 'throttle-cap', kind });
    if (kind === 'address') {
      await audit(ctx, tx, { chain: OPERATORS, type: 'throttled', reason: 'address-cap' });
    } else {
      await notifyOwnerOf(ctx, tx, value, 'throttle-cap', noticeTime(ctx));
    }
  }
}
