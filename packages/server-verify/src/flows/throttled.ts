import { retryAfterSeconds } from '../errors';
import type { StoreTransaction } from '../store';
import { reserveAttempt, type ThrottleKey } from '../throttle';
import type { FlowContext } from './flow-context';
import { type Refused, refuse } from './types';

/** Reserves an attempt for `judgeOnce`; the refusal is the same for everybody. */
export async function reserveOrRefuse(
  { ctx }: FlowContext,
  tx: StoreTransaction,
  keys: readonly ThrottleKey[],
): Promise<{ refused: Refused } | undefined> {
  const reservation = await reserveAttempt(ctx, tx, keys);
  return reservation.allowed
    ? undefined
    : { refused: refuse('ERR_THROTTLED', { retryAfter: retryAfterSeconds(reservation.retryAfterMs) }) };
}
