import { type Insufficient, isInsufficient } from '@tacit-auth/features';
import type { WindowScore } from './window-detector';

/**
 * What a session has to show of its own beginning before what follows is compared with that, in keys and actions, and with how much of it that learns no more. In hours of pointing (Balabit) one
 * that learned on noticed fewer of the others, and had no fewer false alarms; people's public sittings at a keyboard are too short to tell.
 */
export const OWN_BEGINNING = Object.freeze({
  freeText: Object.freeze({ least: 200, most: Number.POSITIVE_INFINITY }),
  pointer: Object.freeze({ least: 60, most: 120 }),
});

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
  /**
   * The beginning with later evidence: all of it at first, then what leaves no doubt, until it holds `most`. Whoever is near enough to the customer would otherwise be taken into what he is
   * compared with, and not be noticed later. Older evidence fades as in a stream.
   *
   * @param doubt the sum beside the beginning after this evidence: `own` of its part in a `TrustState`, or of `ownStanding`; undefined where it was not compared
   */
  learn(beginning: E | null, evidence: E, doubt: number | undefined): E;
}

export interface OwnBeginningOptions<E> {
  /** From so many keys or actions on it is compared with: see `OWN_BEGINNING`. */
  readonly least: number;
  /** From so many on it learns no more; without end by default. */
  readonly most?: number;
  readonly amountOf: (evidence: E) => number;
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
  { least, most = Number.POSITIVE_INFINITY, amountOf }: OwnBeginningOptions<E>,
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
    learn(beginning, evidence, doubt) {
      if (beginning === null || !isAlike(beginning, evidence)) {
        return evidence;
      }
      const learns = doubt === undefined || (doubt === 0 && amountOf(beginning) < most);
      return learns ? detector.addEvidence(beginning, evidence) : beginning;
    },
  });
}
