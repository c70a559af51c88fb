import { type Insufficient, isInsufficient } from '@tacit-auth/features';
import type { WindowScore } from './window-detector';

/** What a session has to show of its own beginning before what follows is compared with that, in keys and actions. */
export const OWN_BEGINNING = Object.freeze({ freeText: 200, pointer: 60 });

/** What a detector offers that judges in two steps, as those of free text and of the pointer do. */
export interface TwoStepDetector<P, E> {
  addEvidence(earlier: E, later: E): E;
  fitEvidence(evidence: E): P | Insufficient;
  scoreEvidence(profile: P, evidence: E): WindowScore | Insufficient;
}

export interface OwnBeginning<E> {
  /**
   * How near evidence is to what the session began with, as a natural-log likelihood ratio, positive = the same person. Undefined where the beginning is too short yet, or
   * was made with other projections.
   */
  compare(beginning: E | null, evidence: E): number | undefined;
  /** The beginning with later evidence: all of it at first, then what speaks for the same person. Older evidence fades as in a stream. */
  learn(beginning: E | null, evidence: E, llr: number | undefined): E;
}

interface Projected {
  readonly projectionId: string;
  readonly mean: Float32Array;
}

/**
 * A session against its own beginning. People are not the same from day to day, but they are within a sitting; and who takes over a session was not there when it began. So what an
 * independent factor let in at the start is the best template of today that there is. It says nothing of somebody who was there from the start.
 *
 * Pure; evidence is plain data, and never changed in place.
 */
export function ownBeginning<P, E extends Projected>(
  detector: TwoStepDetector<P, E>,
  { least, amountOf }: { readonly least: number; readonly amountOf: (evidence: E) => number },
): OwnBeginning<E> {
  const isAlike = (one: E, other: E) => one.projectionId === other.projectionId && one.mean.length === other.mean.length;

  return Object.freeze<OwnBeginning<E>>({
    compare(beginning, evidence) {
      if (beginning === null || amountOf(beginning) < least || !isAlike(beginning, evidence)) {
        return undefined;
      }
      const profile = detector.fitEvidence(beginning);
      // A profile is never of a kind that says why there is none.
      const score = isInsufficient(profile) ? profile : detector.scoreEvidence(profile as P, evidence);
      return isInsufficient(score) ? undefined : score.llr;
    },
    learn(beginning, evidence, llr) {
      if (beginning === null || !isAlike(beginning, evidence)) {
        return evidence;
      }
      return llr === undefined || llr > 0 ? detector.addEvidence(beginning, evidence) : beginning;
    },
  });
}
