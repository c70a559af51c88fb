import type { Frames } from './free-text-frames';
import { DIGRAPH_CLASSES, FINGERS } from './free-text-hands';
import { handGroups } from './free-text-hold-summary';
import { groupMeans, shareOf, softCorrelation, softHistogram, spread } from './free-text-statistics';

const KNOTS = Float64Array.from({ length: 9 }, (_, i) => -3 + (i * 6) / 8);
/** How much overlap of two keys counts as a long one: asinh(ms / 40) below -1 is more than 47 ms. */
const LONG_OVERLAP = -1;
/** About the share of transitions that overlap, over all people. */
const USUAL_ROLLOVER = 0.25;
const JOINT_BINS = 4;
const joint = new Float64Array(JOINT_BINS * JOINT_BINS);
let overlaps = new Float64Array(128);

/** Where, among its numbers, it writes ln(.1 + standard deviation) of the deviations of holds; those of press-press times follow. */
export const SPREADS_OF_RHYTHM = DIGRAPH_CLASSES + FINGERS + 2;

/** Numbers that {@link rhythmSummary} writes. */
export const RHYTHM_NUMBERS = DIGRAPH_CLASSES + FINGERS + 2 + 6 + 6 + 6 + 48 + 27;

/**
 * How the times go together: roll-over (the next key pressed before this one is up) by class of the digraph and by finger, spreads of the deviations, how holds and
 * latencies rise and fall with one another, their joint and single distributions.
 */
export function rhythmSummary(frames: Frames, out: Float64Array, start: number): number {
  const { count, hold, previousHold, pressPress, releasePress, releaseRelease } = frames;
  let at = rollover(frames, out, start);
  const hands = handGroups(frames);
  for (const values of [hold, pressPress, releasePress, releaseRelease]) {
    out[at++] = Math.log(0.1 + spread(values, count));
  }
  out[at++] = Math.log(0.1 + meanStep(hold, count));
  out[at++] = Math.log(0.1 + meanStep(pressPress, count));
  for (const values of [hold, releasePress]) {
    for (let hand = 0; hand < 3; hand++) {
      const sd = spreadOfThree(values, count, hands, hand);
      out[at++] = sd === undefined ? 0 : Math.log(0.3 + sd);
    }
  }
  out[at++] = softCorrelation(hold, previousHold, count);
  out[at++] = softCorrelation(hold, pressPress, count);
  out[at++] = softCorrelation(previousHold, pressPress, count);
  out[at++] = softCorrelation(hold, releasePress, count);
  out[at++] = softCorrelation(previousHold, releasePress, count);
  out[at++] = softCorrelation(pressPress, pressPress, count, 1);
  at = jointShares(previousHold, releasePress, count, out, at);
  at = jointShares(hold, releasePress, count, out, at);
  at = jointShares(previousHold, hold, count, out, at);
  at = softHistogram(out, at, KNOTS, hold, count);
  at = softHistogram(out, at, KNOTS, releasePress, count);
  return softHistogram(out, at, KNOTS, pressPress, count);
}

function rollover({ count, digraph, finger, releasePressRaw }: Frames, out: Float64Array, start: number): number {
  if (overlaps.length < count) {
    overlaps = new Float64Array(2 * count);
  }
  let all = 0;
  let long = 0;
  for (let i = 0; i < count; i++) {
    const overlap = releasePressRaw[i]! < 0 ? 1 : 0;
    overlaps[i] = overlap - USUAL_ROLLOVER;
    all += overlap;
    long += releasePressRaw[i]! < LONG_OVERLAP ? 1 : 0;
  }
  let at = groupMeans(out, start, DIGRAPH_CLASSES, digraph, overlaps, count, 2, 2);
  at = groupMeans(out, at, FINGERS, finger, overlaps, count, 2, 2);
  out[at++] = (2 * all) / count;
  out[at++] = 2 * Math.sqrt(long / count);
  return at;
}

function meanStep(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 1; i < count; i++) {
    sum += Math.abs(values[i]! - values[i - 1]!);
  }
  return count > 1 ? sum / (count - 1) : 0;
}

/** Undefined for two values or fewer. */
function spreadOfThree(values: Float64Array, count: number, groupOf: Uint8Array, group: number): number | undefined {
  let size = 0;
  for (let i = 0; i < count; i++) {
    size += groupOf[i] === group ? 1 : 0;
  }
  return size > 2 ? spread(values, count, groupOf, group) : undefined;
}

function jointShares(x: Float64Array, y: Float64Array, count: number, out: Float64Array, at: number): number {
  joint.fill(0);
  for (let i = 0; i < count; i++) {
    joint[binOf(x[i]!) * JOINT_BINS + binOf(y[i]!)]!++;
  }
  for (let bin = 0; bin < joint.length; bin++) {
    out[at++] = shareOf(joint[bin]!, count);
  }
  return at;
}

/** Four bins of deviations: below -.4, to .4, to 1.2, above. */
function binOf(deviation: number): number {
  return Math.min(Math.max(Math.trunc((deviation + 1.2) / 0.8), 0), JOINT_BINS - 1);
}
