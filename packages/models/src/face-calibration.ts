import { FACE_PIPELINE } from '@tacit-auth/features';
import { cutOffAt, type ThresholdTable } from './threshold-table';

/** Id of the calibration below. Scores of different ids are not comparable. */
export const FACE_CALIBRATION = 'face-lfw/1';
/** The pipeline that was calibrated: its distances mean nothing for another. */
export const CALIBRATED_PIPELINE = FACE_PIPELINE;

/** The distance that the recognition network's authors suggest: about one stranger in a hundred lies within it. */
export const CONVENTIONAL_DISTANCE = 0.6;
/** No two descriptors that the parser lets pass are further apart. */
export const LARGEST_DISTANCE = 4;

/**
 * Log likelihood ratio = offset + slope x distance + curvature x distance^2: logistic regression on all pairs of photographs of one half of the people of LFW's
 * development test part (G. Huang et al., UMass TR 07-49, 2007): 483 pairs of one person, 290,220 of two, weighted 1 to 9 together, because decisions
 * are made where strangers are few.
 */
const LOG_ODDS = { offset: 53.73, slope: -135.55, curvature: 77.23 } as const;
/** Where that parabola turns. Beyond it a greater distance must not speak for the customer again. */
const TURNING_POINT = 0.8776;
/**
 * What such data can show, and no more: one pair of the same person in fifty lies as far apart as strangers (a wrong face of the picture, a bad crop), and
 * pairs of strangers as near as the upper bound are too few to say by how much nearer ones speak for one person.
 */
const LEAST_FACE_LLR = -4;
const LARGEST_FACE_LLR = 8;

/** Distances within which the strangers of that half fall at a rate; the other half tells whether they hold. */
const CUT_OFFS: ThresholdTable = [
  [0.0001, 0.468],
  [0.001, 0.537],
  [0.01, 0.6],
  [0.05, 0.658],
];

/** Natural-log likelihood ratio that two descriptors at that distance are of one person, -4 to 8. Never rises with the distance. */
export function faceLlr(distance: number): number {
  const { offset, slope, curvature } = LOG_ODDS;
  const bounded = Math.min(distance, TURNING_POINT);
  return Math.min(Math.max(offset + bounded * (slope + bounded * curvature), LEAST_FACE_LLR), LARGEST_FACE_LLR);
}

/**
 * The same for a distance that is to be a threshold: only where the ratio tells it from other distances. Nearer, and one would pass who lies
 * further away; from the least ratio on, everybody would.
 *
 * @throws RangeError outside that span, about .456 to .727.
 */
export function faceLlrOfThreshold(distance: number): number {
  const { offset, slope, curvature } = LOG_ODDS;
  const ratio = offset + distance * (slope + distance * curvature);
  if (!(distance < TURNING_POINT && ratio > LEAST_FACE_LLR && ratio <= LARGEST_FACE_LLR)) {
    throw new RangeError('distance must be from about .456 to .727, where the calibration tells distances apart');
  }
  return ratio;
}

/** The distance at a false match rate. @throws TypeError or RangeError outside the measured range. */
export function faceDistanceAt(targetFmr: number): number {
  return cutOffAt(CUT_OFFS, targetFmr);
}
