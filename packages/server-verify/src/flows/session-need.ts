import type { FlowRefusal, SessionGrant } from './types';

/**
 * What a deed asks of a session. `any`: a session of whatever scope and state. `waiting`: one that can answer a matrix code, also locked. `open`: full and not
 * locked, or step-up. `full`: full and not locked.
 */
export type SessionNeed = 'any' | 'waiting' | 'open' | 'full';

export interface NeedOptions {
  need: SessionNeed;
  /** Whether a session that is doubted is refused until a code of the card was right in it. */
  sensitive?: boolean;
}

/** Why a session may not do it; undefined where it may. */
export function refusalFor(
  { need, sensitive = false }: NeedOptions,
  session: Pick<SessionGrant, 'scope' | 'locked' | 'stepUpNeeded'>,
): FlowRefusal | undefined {
  if (need === 'any' || need === 'waiting') {
    return undefined;
  }
  if (session.locked) {
    return { code: 'ERR_SESSION_LOCKED' };
  }
  if (need === 'full' && session.scope !== 'full') {
    return { code: 'ERR_SESSION_SCOPE' };
  }
  return sensitive && session.stepUpNeeded ? { code: 'ERR_STEP_UP_NEEDED' } : undefined;
}
