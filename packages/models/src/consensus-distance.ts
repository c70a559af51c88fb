import type { FixedTextVector } from '@tacit-auth/features';
import { probeOf, templateOf } from './default-detector';
import type { DefaultProfile } from './default-profile';
import { assertFits, assertVector } from './fixed-text-limits';

/** Largest distance of one feature, in deviations. */
export const CONSENSUS_CAP = 4;

/**
 * How far an entry lies from the middle of a profile: the mean over hold, up-down and down-down features (down-down alone for a profile of press
 * times alone) of min(|x - median| / mean absolute deviation, 4). From 0 to 4, lower = nearer. Unlike the score it does not reward lying near any one earlier entry, so that a second person
 * inside the profile does not draw it towards himself.
 *
 * @throws TypeError for wrong kinds; RangeError if `vector` has another number of keys than the profile, or no hold times where the profile
 * has them.
 */
export function consensusDistance(profile: DefaultProfile, vector: FixedTextVector): number {
  const template = templateOf(profile);
  assertVector(vector, 'vector');
  assertFits(profile, vector, 'vector');
  const probe = probeOf(template, vector);
  const { layout, median, perDeviation } = template;
  const { near, count } = layout;
  let sum = 0;
  for (let f = near; f < count; f++) {
    sum += Math.min(Math.abs(probe[f] - median[f]) * perDeviation[f], CONSENSUS_CAP);
  }
  return sum / (count - near);
}
