import type { Person } from '@tacit-internal/bench-shared/text-set';
import { type AnyDetector, isInsufficientProfile } from './detectors';
import type { CrossCell, Range } from './jobs';
import { slice } from './static-job';

/** Everybody of a small group types the text against everybody's template, at the threshold that the product ships for a false match rate of .01. */
export function runCrossTyping(detector: AnyDetector, users: readonly Person[], enrol: Range, attempts: Range): CrossCell[] {
  return users.flatMap((owner) => {
    const profile = detector.fit(slice(owner, enrol));
    if (isInsufficientProfile(profile)) throw new Error('too few entries to enrol');
    const threshold = detector.threshold(profile, 0.01);
    return users.map((typist) => {
      const probes = slice(typist, attempts);
      const accepted = probes.filter((entry) => {
        const score = detector.score(profile, entry);
        return score.status === 'scored' && score.llr >= threshold;
      });
      return { owner: owner.user, typist: typist.user, accepted: accepted.length, attempts: probes.length };
    });
  });
}
