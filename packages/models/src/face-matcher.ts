import { assertParsedFaceSample, type ParsedFaceSample } from '@tacit-auth/features';
import { AGREEMENT_DISTANCE } from './face-agreement';
import {
  CALIBRATED_PIPELINE,
  CONVENTIONAL_DISTANCE,
  FACE_CALIBRATION,
  faceDistanceAt,
  faceLlr,
  faceLlrOfThreshold,
} from './face-calibration';
import { assertFaceSamples, clusterDistance, clusterOf, distancesWithin } from './face-descriptors';
import {
  assertFaceProfile,
  FACE_PROFILE_LIMITS,
  FACE_PROFILE_SCHEMA,
  type FaceProfile,
  parseFaceProfile,
  serializeFaceProfile,
} from './face-profile';

/** Why there is no profile or no score. */
export type FaceInsufficientReason =
  /** No sample at all. */
  | 'too-few-samples'
  /** Samples of different pipelines, or of another one than the profile's or the calibration's. */
  | 'other-pipeline'
  /** The descriptors of a sample, or samples that are to make one profile, are too far apart to be of one person. */
  | 'disagreement';

/** Nothing can be said, and why: never a default score. */
export interface FaceInsufficient {
  readonly status: 'insufficient';
  readonly reason: FaceInsufficientReason;
}

/** What the matcher says of one look into the camera. */
export interface FaceScore {
  readonly status: 'scored';
  /** Natural-log likelihood ratio, positive = the customer. What {@link FaceMatcher.threshold} is compared with. */
  readonly llr: number;
  /** Root mean square of the distances between the descriptors of the profile and of the sample. For evaluation, not for decisions. */
  readonly distance: number;
  /** Id of the calibration that made `llr` of `distance`. Scores of different ids are not comparable. */
  readonly calibration: string;
  /** What the score rests on: samples and descriptors in the profile, descriptors in the sample. */
  readonly evidence: { readonly samples: number; readonly profileDescriptors: number; readonly descriptors: number };
}

/** One-to-one verification of a face. Profiles are plain data and never change; all functions are pure. */
export interface FaceMatcher {
  readonly id: string;
  /** Fewest samples that `fit` accepts; each has three descriptors or more. */
  readonly minimumEnrolment: number;
  /** A profile of 1 to 16 samples of one person. Too few, of several pipelines or of several people: insufficient. */
  fit(samples: readonly ParsedFaceSample[]): FaceProfile | FaceInsufficient;
  /** A sample matches where `llr >= threshold(profile, targetFmr)`. Insufficient: `other-pipeline`, `disagreement`. */
  score(profile: FaceProfile, sample: ParsedFaceSample): FaceScore | FaceInsufficient;
  /** The least `llr` to accept at a false match rate (fraction), from .0001 to .05. The product's own is .001. RangeError outside. */
  threshold(profile: FaceProfile, targetFmr: number): number;
  /**
   * The least `llr` to accept where two faces within that distance are to pass: .6 by default, the convention of the network's authors.
   * It lets in about one stranger in a hundred: a convenience, no bank's threshold. RangeError outside of about .456 to .727: there the ratios are
   * all alike, and the threshold would not be that distance.
   */
  thresholdOfDistance(profile: FaceProfile, distance?: number): number;
  serialize(profile: FaceProfile): Uint8Array;
  /** The profile of {@link serialize}, scoring identically. `ModelError` for anything that is not a whole profile of a known version. */
  parse(data: Uint8Array): FaceProfile;
}

/** Whether a result of the matcher is {@link FaceInsufficient}. */
export function isFaceInsufficient(value: FaceProfile | FaceScore | FaceInsufficient): value is FaceInsufficient {
  return 'status' in value && value.status === 'insufficient';
}

function insufficient(reason: FaceInsufficientReason): FaceInsufficient {
  return Object.freeze({ status: 'insufficient', reason });
}

function fit(samples: readonly ParsedFaceSample[]): FaceProfile | FaceInsufficient {
  assertFaceSamples(samples, 'samples');
  if (samples.length > FACE_PROFILE_LIMITS.maxSamples) {
    throw new RangeError(`samples must hold at most ${FACE_PROFILE_LIMITS.maxSamples} samples`);
  }
  const [first] = samples;
  if (first === undefined) {
    return insufficient('too-few-samples');
  }
  if (samples.some(({ pipeline }) => pipeline !== CALIBRATED_PIPELINE)) {
    return insufficient('other-pipeline');
  }
  if (samples.some(disagrees) || farApart(samples)) {
    return insufficient('disagreement');
  }
  const { count, centre, spread } = clusterOf(samples);
  return { schema: FACE_PROFILE_SCHEMA, pipeline: first.pipeline, samples: samples.length, descriptors: count, centre, spread };
}

/** Frames of one look that are not of one person must not pass for their mean. */
function disagrees(sample: ParsedFaceSample): boolean {
  return distancesWithin(sample).most > AGREEMENT_DISTANCE;
}

function farApart(samples: readonly ParsedFaceSample[]): boolean {
  const clusters = samples.map((sample) => clusterOf([sample]));
  return clusters.some((a, i) => clusters.slice(0, i).some((b) => clusterDistance(a, b) > CONVENTIONAL_DISTANCE));
}

function score(profile: FaceProfile, sample: ParsedFaceSample): FaceScore | FaceInsufficient {
  assertFaceProfile(profile);
  assertParsedFaceSample(sample);
  if (profile.pipeline !== CALIBRATED_PIPELINE || sample.pipeline !== profile.pipeline) {
    return insufficient('other-pipeline');
  }
  if (disagrees(sample)) {
    return insufficient('disagreement');
  }
  const cluster = clusterOf([sample]);
  const distance = clusterDistance({ count: profile.descriptors, centre: profile.centre, spread: profile.spread }, cluster);
  return {
    status: 'scored',
    llr: faceLlr(distance),
    distance,
    calibration: FACE_CALIBRATION,
    evidence: { samples: profile.samples, profileDescriptors: profile.descriptors, descriptors: cluster.count },
  };
}

/**
 * Distances of descriptors, calibrated on people apart. What it tells is whether two faces look alike to the recognition network: not whether a
 * person was there, for a descriptor can be computed from any photograph.
 */
export const faceMatcher: FaceMatcher = Object.freeze({
  id: 'face-distance/1',
  minimumEnrolment: 1,
  fit,
  score,
  threshold(profile: FaceProfile, targetFmr: number): number {
    assertFaceProfile(profile);
    return faceLlr(faceDistanceAt(targetFmr));
  },
  thresholdOfDistance(profile: FaceProfile, distance: number = CONVENTIONAL_DISTANCE): number {
    assertFaceProfile(profile);
    if (typeof distance !== 'number') {
      throw new TypeError('distance must be a number');
    }
    return faceLlrOfThreshold(distance);
  },
  serialize: serializeFaceProfile,
  parse: parseFaceProfile,
});
