import type { Frames } from './free-text-frames';
import { DIGRAPH_CLASSES, FINGERS, HAND_GROUP_OF } from './free-text-hands';
import { groupMeans, quantiles, SEVEN, softHistogram, THREE } from './free-text-statistics';
import { KEY_CLASSES } from './key-classes';

const GROUPS = 10;
const KNOTS = Float64Array.from({ length: 12 }, (_, i) => Math.log(40) + (i / 11) * Math.log(220 / 40));
let handGroup = new Uint8Array(128);

/** Numbers that {@link holdSummary} writes. */
export const HOLD_NUMBERS = KEY_CLASSES + 3 * GROUPS + 14 + 9 + 12;

/** The group of hands of the key of each frame: scratch. */
export function handGroups({ key, count }: Frames): Uint8Array {
  if (handGroup.length < count) {
    handGroup = new Uint8Array(2 * count);
  }
  for (let i = 0; i < count; i++) {
    handGroup[i] = HAND_GROUP_OF[key[i]!]!;
  }
  return handGroup;
}

/**
 * How long keys are held: deviations by key, by class of the digraph and by finger, those of the key before by class of the digraph; quantiles of deviations and of ln
 * ms, of all keys and by hand; a histogram of ln ms.
 */
export function holdSummary(frames: Frames, out: Float64Array, start: number): number {
  const { count, key, digraph, finger, hold, previousHold, holdRaw } = frames;
  let at = groupMeans(out, start, KEY_CLASSES, key, hold, count, 2);
  at = groupMeans(out, at, DIGRAPH_CLASSES, digraph, hold, count, 2);
  at = groupMeans(out, at, FINGERS, finger, hold, count, 2);
  at = groupMeans(out, at, DIGRAPH_CLASSES, digraph, previousHold, count, 2);
  at = quantiles(out, at, SEVEN, hold, count);
  at = quantiles(out, at, SEVEN, holdRaw, count, 2);
  const hands = handGroups(frames);
  for (let hand = 0; hand < 3; hand++) {
    at = quantiles(out, at, THREE, hold, count, 1, hands, hand);
  }
  return softHistogram(out, at, KNOTS, holdRaw, count);
}
