import { SESSION_TRUST_LIMITS, TRUST_CLIP, type TrustPart, type TrustPartState } from './session-trust-state';

/**
 * How evidence counts that was compared with the session's own beginning (`ownBeginning`). What is below a share of what the customer usually reaches there speaks against him. That is learned
 * from the windows that speak for him, from so few nats on as if they had been two windows already: before, of a session of which nothing is known, it is low.
 */
export const TRUST_OWN = Object.freeze({ share: 0.6, first: Object.freeze({ freeText: 4, pointer: 2 }), firstWindows: 2 });

/** How a session stands beside its own beginning: the sum of what speaks against the customer, what he usually reaches there, and of how many windows that is. */
export type OwnStanding = Pick<TrustPartState, 'own' | 'usual' | 'seen'>;

/**
 * The standing after one more window, which came to `llr` nats beside the beginning: own = max(0, own - clip(llr - .6 usual)), at most `most`. Pure.
 */
export function ownStanding(
  before: OwnStanding,
  part: Exclude<TrustPart, 'context'>,
  llr: number,
  most = Number.POSITIVE_INFINITY,
): OwnStanding {
  const usual = before.seen === 0 ? TRUST_OWN.first[part] : before.usual;
  const evidence = llr - TRUST_OWN.share * usual;
  const own = Math.min(Math.max(before.own - Math.min(Math.max(evidence, -TRUST_CLIP), TRUST_CLIP), 0), most);
  if (evidence <= 0) {
    return { own, usual: before.usual, seen: before.seen };
  }
  const seen = Math.min(before.seen + 1, SESSION_TRUST_LIMITS.mostSeen);
  const learned = usual + (llr - usual) / (seen + TRUST_OWN.firstWindows);
  return { own, usual: rounded(Math.min(Math.max(learned, 0), SESSION_TRUST_LIMITS.mostUsual)), seen };
}

/** Few digits, for a state is small. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
