import type { FaceAgreementId, FaceCheckId } from '@tacit-auth/models';

/**
 * - `accept`: the customer's face, done as asked, here and now as far as the numbers tell.
 * - `step-up`: the face can not carry this sign-in; ask for another factor.
 * - `reject`: not what a person in front of a camera sends (the actions were not done, or the numbers were sent before).
 * - `retry`: the look into the camera can not be judged (moved too much, face lost, somebody else in the picture); have it repeated. Not a failure.
 */
export type FaceDecision = 'accept' | 'step-up' | 'reject' | 'retry';

/** Why a look into the camera is to be repeated. May be told to the customer: it says nothing of whose face it was. */
export type FaceRetryReason =
  /** The face was lost, or never there. */
  | 'no-face'
  /** Somebody else was in the picture. */
  | 'many-faces'
  /** The head was turned away where it should have been in front. */
  | 'turned-away'
  /** Blurred, badly lit, or too few frames a second. */
  | 'unstable';

/** Why the face did not carry the sign-in. */
export type FaceReason =
  /** The customer declined or withdrew the use of his face; nothing was kept. */
  | 'no-consent'
  /** No face was enrolled, or the enrolment is not active yet; nothing was kept. */
  | 'no-template'
  /** The descriptors come from another pipeline than the template's, and can not be compared: enrol again. */
  | 'other-pipeline'
  /** Too many refusals: see `retryAfter`, or use another factor. Nothing was judged. */
  | 'throttled'
  /** Too many looks that could not be judged, one after another. Nothing was judged. */
  | 'too-many-tries'
  /** Too far from the template. */
  | 'face-mismatch'
  /** One of the descriptors was sent before: a camera never gives the same twice. */
  | 'replayed'
  /** A check of the frames and actions, or of the descriptors among themselves, that failed. */
  | FaceCheckId
  | FaceAgreementId;

/** The figures behind a verdict. For the server and its operators: a customer's browser must never see them. */
export interface FaceFigures {
  /** Natural-log likelihood ratio; positive = the customer. */
  readonly score: number;
  /** The score from which the face counts as the customer's. */
  readonly threshold: number;
  /** Euclidean distance between the descriptors and the template. */
  readonly distance: number;
  /** `1 / (1 + exp(-score))`: the probability of the customer at equal priors, 0..1. */
  readonly confidence: number;
  /** Id of the calibration; scores of different ids are not comparable. */
  readonly calibration: string;
}

export type FaceResult =
  | (FaceFigures & { readonly decision: 'accept'; readonly reasons: readonly [] })
  | (Partial<FaceFigures> & {
      readonly decision: Exclude<FaceDecision, 'accept'>;
      readonly reasons: readonly [FaceReason, ...FaceReason[]];
      /** Whole seconds until the face may be tried again; with `throttled` only. */
      readonly retryAfter?: number;
    });
