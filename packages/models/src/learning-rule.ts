import type { FixedTextVector } from '@tacit-auth/features';
import { CONSENSUS_CAP, consensusDistance } from './consensus-distance';
import { defaultDetector, templateOf } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import { assertPolicy, type PolicyRanges } from './policy-ranges';

/** The numbers of the learning rule. */
export interface LearningPolicy {
  /**
   * Entries of the profile, each once, from which typing gives a verdict of its own. Integer, 1 to 100. Below it the template is young. A profile whose
   * entries all count w times holds 100 / w.
   */
  readonly readyAt: number;
  /** Most samples that may be quarantined or learned in a week without an independent factor. Integer, 0 or more. */
  readonly weeklyCap: number;
  /** False match rate at which the frozen anchor must still know the entry. A fraction in the detector's range. */
  readonly anchorFmr: number;
  /** How far the entry's consensus distance may lie above the median of the recent ones. */
  readonly consensusMargin: number;
  /** Recent consensus distances that count; fewer than `consensusWarmUp` of them, and `consensusAtFirst` is the limit instead. */
  readonly consensusWindow: number;
  readonly consensusWarmUp: number;
  readonly consensusAtFirst: number;
  /** How often a verified entry counts in a profile that is ready. Integer, 1 to 10. See {@link verifiedTimes}. */
  readonly verifiedWeight: number;
}

/**
 * Defaults. The consensus numbers are those that held a persistent near twin best on CMU, at a cost of about one genuine update in six
 * (see the README); the others are the product's.
 */
export const learningPolicy: LearningPolicy = Object.freeze({
  readyAt: 20,
  weeklyCap: 30,
  anchorFmr: 0.05,
  consensusMargin: 0.25,
  consensusWindow: 30,
  consensusWarmUp: 10,
  consensusAtFirst: 1.7,
  verifiedWeight: 3,
});

/**
 * What else the login rested on. `independent`: a factor that its owner alone holds, such as a matrix code or a passkey. `possession-free`: a
 * factor that can be copied from afar, such as a face. `none`: password and typing alone.
 */
export type LearningFactor = 'independent' | 'possession-free' | 'none';

export type LearningReason =
  /** Learn: an independent factor passed. */
  | 'independent-factor'
  /** Quarantine: inside every gate; to be learned when an independent factor passes, or dropped on an alert. */
  | 'inside-gates'
  /** Discard: the login was not accepted. */
  | 'not-accepted'
  /** Discard: the template is too young for typing to speak, and no other factor did. */
  | 'young-template'
  /** Discard: as many samples as a week may bring. */
  | 'weekly-cap'
  /** Discard: the frozen anchor no longer knows the entry. */
  | 'outside-anchor'
  /** Discard: far from the middle of the profile, compared with recent entries. */
  | 'outside-consensus';

export interface LearningInput {
  /** The profile that would learn. */
  readonly profile: DefaultProfile;
  /** A profile of verified entries that learning never changes; renewed only under an independent factor. */
  readonly anchor: DefaultProfile;
  readonly vector: FixedTextVector;
  /** The score of this very entry against `profile`. */
  readonly score: Score;
  /** Whether the login as a whole was accepted. */
  readonly accepted: boolean;
  readonly factor: LearningFactor;
  /** Consensus distances of entries that were accepted before, oldest first. */
  readonly recentConsensus: readonly number[];
  /** Samples learned or quarantined in the last seven days without an independent factor. */
  readonly learnedThisWeek: number;
  /** Numbers that differ from {@link learningPolicy}. */
  readonly policy?: Partial<LearningPolicy>;
}

/** What becomes of the entry, why, and its consensus distance, to be kept where the entry is. */
export type LearningVerdict =
  | { readonly action: 'learn'; readonly reason: 'independent-factor'; readonly consensus: number }
  | { readonly action: 'quarantine'; readonly reason: 'inside-gates'; readonly consensus: number }
  | {
      readonly action: 'discard';
      readonly reason: Exclude<LearningReason, 'independent-factor' | 'inside-gates'>;
      readonly consensus: number;
    };

/**
 * Whether a profile may learn an entry. No rule that looks at timing alone keeps out a persistent near twin who knows the password: only an
 * independent factor lets an entry in at once. Any other accepted entry waits in quarantine, if the frozen anchor, the consensus of the profile
 * and the weekly cap allow.
 *
 * @throws TypeError for wrong kinds; RangeError for sizes that do not agree (`vector`, `anchor` and `score` must be of the profile's text) or
 * numbers out of range.
 */
export function judgeLearning(input: LearningInput): LearningVerdict {
  const policy = assertInput(input);
  const { profile, anchor, vector, accepted, factor, recentConsensus, learnedThisWeek } = input;
  const consensus = consensusDistance(profile, vector);
  if (factor === 'independent') {
    return { action: 'learn', reason: 'independent-factor', consensus };
  }
  if (!accepted) {
    return { action: 'discard', reason: 'not-accepted', consensus };
  }
  if (factor === 'none' && profile.samples < policy.readyAt) {
    return { action: 'discard', reason: 'young-template', consensus };
  }
  if (learnedThisWeek >= policy.weeklyCap) {
    return { action: 'discard', reason: 'weekly-cap', consensus };
  }
  const anchored = defaultDetector.score(anchor, vector);
  if (anchored.status !== 'scored' || !(anchored.llr >= defaultDetector.threshold(anchor, policy.anchorFmr))) {
    return { action: 'discard', reason: 'outside-anchor', consensus };
  }
  if (!(consensus < consensusLimit(recentConsensus, policy))) {
    return { action: 'discard', reason: 'outside-consensus', consensus };
  }
  return { action: 'quarantine', reason: 'inside-gates', consensus };
}

function consensusLimit(recent: readonly number[], policy: LearningPolicy): number {
  const window = recent.slice(-policy.consensusWindow);
  if (window.length < policy.consensusWarmUp) {
    return policy.consensusAtFirst;
  }
  const sorted = Float64Array.from(window).sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return median + policy.consensusMargin;
}

const POLICY_RANGES: PolicyRanges<LearningPolicy> = {
  readyAt: [1, 100, true],
  weeklyCap: [0, 10_000, true],
  anchorFmr: [0.001, 0.05, false],
  consensusMargin: [0, 4, false],
  consensusWindow: [1, 1_000, true],
  consensusWarmUp: [1, 1_000, true],
  consensusAtFirst: [0, 4, false],
  verifiedWeight: [1, 10, true],
};

function assertInput(input: LearningInput): LearningPolicy {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError('input must be an object');
  }
  const { profile, anchor, score, accepted, factor, recentConsensus, learnedThisWeek } = input;
  if (typeof accepted !== 'boolean') {
    throw new TypeError('accepted must be a boolean');
  }
  if (factor !== 'independent' && factor !== 'possession-free' && factor !== 'none') {
    throw new TypeError("factor must be 'independent', 'possession-free' or 'none'");
  }
  if (typeof score !== 'object' || score === null || score.status !== 'scored') {
    throw new TypeError('score must be a score');
  }
  if (!Array.isArray(recentConsensus)) {
    throw new TypeError('recentConsensus must be an array of numbers');
  }
  // By index: the array's own methods pass over holes, and a hole would make the limit NaN, which nothing lies above.
  for (let i = 0; i < recentConsensus.length; i++) {
    const distance: unknown = recentConsensus[i];
    if (typeof distance !== 'number') {
      throw new TypeError(`recentConsensus[${i}] must be a number`);
    }
    if (!(distance >= 0 && distance <= CONSENSUS_CAP)) {
      throw new RangeError(`recentConsensus[${i}] must be from 0 to ${CONSENSUS_CAP}`);
    }
  }
  if (typeof learnedThisWeek !== 'number') {
    throw new TypeError('learnedThisWeek must be a number');
  }
  if (!Number.isInteger(learnedThisWeek) || learnedThisWeek < 0) {
    throw new RangeError('learnedThisWeek must be an integer, 0 or more');
  }
  const policy = assertPolicy({ ...learningPolicy, ...input.policy }, POLICY_RANGES);
  if (policy.consensusWarmUp > policy.consensusWindow) {
    throw new RangeError('policy.consensusWarmUp must be at most policy.consensusWindow');
  }
  templateOf(profile, 'profile');
  templateOf(anchor, 'anchor');
  if (score.evidence?.keys !== profile.keys || anchor.keys !== profile.keys) {
    throw new RangeError('score and anchor must be of as many keys as profile');
  }
  return policy;
}

/**
 * How often an entry that an independent factor vouches for is to count in a profile (the `times` of `updateCounted`): once while it is young and every
 * login is verified; afterwards `policy.verifiedWeight` times, because one verified entry then stands for several logins that are not learned, and the
 * profile, which ages by what it learns, would otherwise fall behind the customer.
 *
 * @throws TypeError for wrong kinds; RangeError for numbers out of range.
 */
export function verifiedTimes(profile: DefaultProfile, policy: Partial<LearningPolicy> = {}): number {
  templateOf(profile, 'profile');
  const { readyAt, verifiedWeight } = assertPolicy({ ...learningPolicy, ...policy }, POLICY_RANGES);
  return profile.samples < readyAt ? 1 : verifiedWeight;
}
