import { type Insufficient, isInsufficient } from '@tacit-auth/features';
import type { WindowDetector, WindowScore } from '@tacit-auth/models';
import { type AnyWindowDetector, erased } from './window-scores';

/** A detector that judges in two steps. */
export interface EvidenceDetector<P, W, E> extends WindowDetector<P, W> {
  evidence(windows: readonly W[]): E | Insufficient;
  scoreEvidence(profile: P, evidence: E): WindowScore | Insufficient;
}

/** The same detector, which works out once what a probe says, however many templates that is held against: a probe is known by its array. */
export function remembering<P, W, E extends object>(detector: EvidenceDetector<P, W, E>): AnyWindowDetector<W> {
  const known = new WeakMap<readonly W[], E | Insufficient>();
  return erased({
    ...detector,
    score(profile, windows) {
      const found = known.get(windows) ?? detector.evidence(windows);
      known.set(windows, found);
      return isInsufficient(found) ? found : detector.scoreEvidence(profile, found);
    },
  });
}
