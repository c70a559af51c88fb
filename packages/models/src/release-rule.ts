import type { FixedTextVector } from '@tacit-auth/features';
import { defaultDetector, templateOf } from './default-detector';
import { type DefaultProfile, LEAST_SAMPLES } from './default-profile';
import { assertFits, assertVectors } from './fixed-text-limits';
import { assertPolicy, type PolicyRanges } from './policy-ranges';
import { entryOf, withoutEntry } from './profile-entries';

/** The numbers of {@link judgeRelease}. */
export interface ReleasePolicy {
  /**
   * Most entries that one independent factor may release, the likest first. Integer, 0 or more; 0 by default: learn verified entries alone. Any
   * other number lets a near twin in: see the README for how far.
   */
  readonly mostReleased: number;
  /** Verified samples from which the anchor can judge the quarantine. Integer, 1 to 100. Below it, and below 4, nothing is released. */
  readonly readyAt: number;
  /** Share of the anchor's own entries that must score lower than an entry that is released. A fraction, 0 to 1. */
  readonly ownQuantile: number;
  /** The anchor's latest entries whose scores count. Integer, 1 to 100. */
  readonly ownWindow: number;
}

/** Defaults: nothing is released. */
export const releasePolicy: ReleasePolicy = Object.freeze({ mostReleased: 0, readyAt: 20, ownQuantile: 0.5, ownWindow: 20 });

export type ReleaseReason =
  /** Learn: as much like the verified entries as they are like each other. */
  | 'like-verified'
  /** Drop: only verified entries are learned. */
  | 'not-verified'
  /** Drop: too few verified entries to say what is like them. */
  | 'young-anchor'
  /** Drop: less like the verified entries than they are like each other. */
  | 'unlike-verified'
  /** Drop: as many entries as may be released were liker. */
  | 'release-cap';

/** What becomes of one quarantined entry, and why. */
export type ReleaseVerdict =
  | { readonly action: 'learn'; readonly reason: 'like-verified' }
  | { readonly action: 'drop'; readonly reason: Exclude<ReleaseReason, 'like-verified'> };

export interface ReleaseInput {
  /** The profile that would learn. */
  readonly profile: DefaultProfile;
  /** A profile of verified entries alone, the one whose factor has just passed among them. */
  readonly anchor: DefaultProfile;
  /** The entries in quarantine, oldest first. */
  readonly quarantined: readonly FixedTextVector[];
  /** Numbers that differ from {@link releasePolicy}. */
  readonly policy?: Partial<ReleasePolicy>;
}

/**
 * Which quarantined entries may be learned when an independent factor has passed. The factor vouches for the login that it was part of, not for
 * those before it: a near twin who knows the password may have made them. So by default none is learned; with `policy.mostReleased` above 0 those
 * that score against the verified entries at least as the middle one of these scores against the others.
 *
 * @returns one verdict an entry, in order.
 * @throws TypeError for wrong kinds; RangeError for sizes that do not agree or numbers out of range.
 */
export function judgeRelease(input: ReleaseInput): ReleaseVerdict[] {
  const { mostReleased, ...policy } = assertReleaseInput(input);
  const { anchor, quarantined } = input;
  if (mostReleased === 0) {
    return quarantined.map(() => ({ action: 'drop', reason: 'not-verified' }));
  }
  if (anchor.samples < Math.max(policy.readyAt, LEAST_SAMPLES + 1)) {
    return quarantined.map(() => ({ action: 'drop', reason: 'young-anchor' }));
  }
  const limit = ownScore(anchor, policy);
  const scores = quarantined.map((vector) => scoreAgainst(anchor, vector));
  const likest = [...scores.keys()].filter((i) => scores[i] >= limit).sort((a, b) => scores[b] - scores[a] || b - a);
  const released = new Set(likest.slice(0, mostReleased));
  return scores.map((score, i) => {
    if (released.has(i)) {
      return { action: 'learn', reason: 'like-verified' };
    }
    return { action: 'drop', reason: score >= limit ? 'release-cap' : 'unlike-verified' };
  });
}

/** The quantile of the scores of a profile's latest entries, each once and against the others. */
function ownScore(profile: DefaultProfile, { ownQuantile, ownWindow }: Pick<ReleasePolicy, 'ownQuantile' | 'ownWindow'>): number {
  const { samples } = profile;
  const own = new Float64Array(Math.min(samples, ownWindow));
  for (let i = 0; i < own.length; i++) {
    const row = samples - own.length + i;
    own[i] = scoreAgainst(withoutEntry(profile, row), entryOf(profile, row));
  }
  own.sort();
  return own[Math.min(Math.floor(ownQuantile * own.length), own.length - 1)];
}

/** Every entry was found to fit. */
function scoreAgainst(profile: DefaultProfile, vector: FixedTextVector): number {
  const score = defaultDetector.score(profile, vector);
  return score.status === 'scored' ? score.llr : Number.NEGATIVE_INFINITY;
}

const RELEASE_RANGES: PolicyRanges<ReleasePolicy> = {
  mostReleased: [0, 10_000, true],
  readyAt: [1, 100, true],
  ownQuantile: [0, 1, false],
  ownWindow: [1, 100, true],
};

function assertReleaseInput(input: ReleaseInput): ReleasePolicy {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError('input must be an object');
  }
  const { profile, anchor, quarantined } = input;
  const policy = assertPolicy({ ...releasePolicy, ...input.policy }, RELEASE_RANGES);
  templateOf(profile, 'profile');
  templateOf(anchor, 'anchor');
  if (anchor.keys !== profile.keys || anchor.holds !== profile.holds) {
    throw new RangeError('anchor must be of the text of profile');
  }
  assertVectors(quarantined, 'quarantined');
  for (let i = 0; i < quarantined.length; i++) {
    assertFits(profile, quarantined[i], `quarantined[${i}]`);
  }
  return policy;
}
