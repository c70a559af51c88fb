import type { FixedTextVector } from '@tacit-auth/features';
import { probeOf, templateOf } from './default-detector';
import type { DefaultProfile } from './default-profile';
import { assertVector } from './fixed-text-limits';
import { DISTANCE_CAP } from './kernel-score';

/**
 * How far an entry lies from the middle of a profile: the mean over hold, up-down and down-down features of min(|x - median| / mean absolute
 * deviation, 4). From 0 to 4, lower = nearer. Unlike the score it does not reward lying near any one earlier entry, so that a second person
 * inside the profile does not draw it towards himself.
 *
 * @throws TypeError for wrong kinds; RangeError if `vector` has another number of keys than the profile.
 */
export function consensusDistance(profile: DefaultProfile, vector: FixedTextVector): number {
  const template = templateOf(profile);
  assertVector(vector, 'vector');
  if (vector.hold.length !== profile.keys) {
    throw new RangeError('vector must have as many keys as the profile');
  }
  const probe = probeOf(template, vector);
  const { layout, median, perDeviation } = template;
  const { start, count } = layout;
  let sum = 0;
  let features = 0;
  for (const [from, to] of [
    [start.hold, start.holdRhythm],
    [start.upDown, start.releaseRelease],
    [start.downDown, count],
  ]) {
    for (let f = from; f < to; f++) {
      sum += Math.min(Math.abs(probe[f] - median[f]) * perDeviation[f], DISTANCE_CAP);
      features++;
    }
  }
  return sum / features;
}
