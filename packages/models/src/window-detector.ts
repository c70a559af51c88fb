import type { Insufficient } from '@tacit-auth/features';

/** What the windows of a session say together about who worked. */
export interface WindowScore {
  readonly status: 'scored';
  /** Calibrated natural-log likelihood ratio, positive = the customer. Bounded, whatever the input. */
  readonly llr: number;
  /** What the calibration was given. For evaluation, not for decisions. */
  readonly raw: number;
  /** Id of the calibration that made `llr` of `raw`. Scores of different ids are not comparable. */
  readonly calibration: string;
  /** What the score rests on, in the detector's own unit: keys for free text, actions for the pointer. */
  readonly evidence: { readonly enrolled: number; readonly probe: number };
}

/**
 * One-to-one verification from windows of a session: do these windows come from the person whose windows made the profile?
 *
 * Profiles are plain data and never change: `update` returns a new one. All functions are pure. Wrong arguments throw TypeError (kind) or
 * RangeError (size); too little data, or data that no person makes, is an `Insufficient`, never a default score.
 */
export interface WindowDetector<P, W> {
  /** Name of the method and of its version, such as `free-text-plda/1`. */
  readonly id: string;
  /** Fewest windows that `fit` accepts. */
  readonly minimumEnrolment: number;
  /**
   * A profile of windows of one person, oldest first.
   * Insufficient: `no-population` where the detector has none to compare with, `too-few-windows`, `degenerate-input`.
   */
  fit(windows: readonly W[]): P | Insufficient;
  /** One or more windows judged together. They score as genuine where `llr >= threshold(profile, targetFmr, evidence)`. */
  score(profile: P, windows: readonly W[]): WindowScore | Insufficient;
  /** The profile with more accepted windows. The old profile stays usable; windows that can not be judged change nothing. */
  update(profile: P, windows: readonly W[]): P;
  /** The least `llr` to accept at a false match rate (fraction), for so much evidence. RangeError outside the range of the calibration. */
  threshold(profile: P, targetFmr: number, evidence: WindowScore['evidence']): number;
  /** Compact bytes: at most 2 KB. */
  serialize(profile: P): Uint8Array;
  /** The profile of {@link serialize}, scoring identically. `ModelError` for anything that is not a whole profile of a known version. */
  parse(data: Uint8Array): P;
}
