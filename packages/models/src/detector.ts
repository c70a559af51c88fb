import type { FixedTextVector, Insufficient } from '@tacit-auth/features';

/** What a detector says of one entry. */
export interface Score {
  readonly status: 'scored';
  /** Natural-log likelihood ratio, positive = the customer. What {@link Detector.threshold} is compared with. */
  readonly llr: number;
  /** The method's own number before calibration: a distance, lower = more like the customer. For evaluation, not for decisions. */
  readonly raw: number;
  /** Id of the calibration that made `llr` of `raw`. Scores of different ids are not comparable. */
  readonly calibration: string;
  /** What the score rests on: samples in the profile and keys in the entry. */
  readonly evidence: { readonly samples: number; readonly keys: number };
}

/**
 * One-to-one verification of fixed text: is this entry of a text by the person whose entries made the profile?
 *
 * Profiles are plain data and never change: `update` returns a new one. All functions are pure. Wrong arguments throw TypeError
 * (kind) or RangeError (size); too little data is an `Insufficient`, never a default score.
 */
export interface Detector<P> {
  /** Name of the method and of its version, such as `scaled-manhattan/1`. */
  readonly id: string;
  /** Fewest samples that `fit` accepts. */
  readonly minimumEnrolment: number;
  /**
   * A profile of samples of one text by one person, oldest first.
   * Insufficient: `too-few-samples`, `too-few-keys`, `too-many-keys`, `length-mismatch`, `missing-releases` (hold times are needed, or only some of
   * the samples have them).
   */
  fit(samples: readonly FixedTextVector[]): P | Insufficient;
  /** Insufficient: `length-mismatch`, `missing-releases`. An entry scores as genuine where `llr >= threshold(profile, targetFmr)`. */
  score(profile: P, sample: FixedTextVector): Score | Insufficient;
  /** The profile with one more accepted sample. The old profile stays usable. RangeError for a sample of another length, or without needed holds. */
  update(profile: P, sample: FixedTextVector): P;
  /** The least `llr` to accept at a false match rate (fraction). RangeError outside the range of the calibration. */
  threshold(profile: P, targetFmr: number): number;
  /** Compact bytes: mark, detector, version, counts, numbers. */
  serialize(profile: P): Uint8Array;
  /** The profile of {@link serialize}, scoring identically. `ModelError` for anything that is not a whole profile of a known version. */
  parse(data: Uint8Array): P;
}
