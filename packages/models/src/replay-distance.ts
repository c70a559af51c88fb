import type { FixedTextVector } from '@tacit-auth/features';

/** Most that one time may count, in ms. */
const MOST_DIFFERENCE = 50;
/**
 * Share of the times, those that differ most, that may be altered in a replay, and how much more the mean of the others counts for: people come
 * nearer to themselves in their nearest four fifths, but not five times as near.
 */
const ALTERED_SHARE = 0.2;
const REST_WEIGHT = 5;
/** Coarsest clock, in ms, on which that holds: 120 Hz. On coarser ones most times of two honest entries may fall on the same ticks. */
const COARSEST_CLOCK_FOR_REST = 8.5;

/** Fewest keys of which a repetition by chance is unlikely. */
export const REPLAY_LEAST_KEYS = 5;

/**
 * Distance in ms under which two entries of K keys are taken for one. People do not come so near to themselves: see the README for how often
 * 51 people did in 400 entries each. Shorter texts repeat more easily.
 */
export function replayLimit(keys: number): number {
  return Math.min(4, 0.4 * keys);
}

/** Rounding may order two sums of the same times differently; by so much a bound must lie above before an entry is passed over. */
const ROUNDING = 1 + 1e-9;

/**
 * How far the nearest of earlier entries lies from an entry, in ms; Infinity where none has as many keys. The distance of two entries is the mean
 * absolute difference of their hold and press-press times, each counted to at most 50; or, on clocks to 8.5 ms, five times that of the nearest
 * four fifths of the times where this is less, so that a replay with a few altered keys is still a replay. Noise of 1 ms on each event adds about
 * 1.1.
 *
 * @param times the earlier entries as a replay history lays them out.
 * @param clockStep step, in ms, of the clock that `vector` was measured with.
 */
export function nearestReplay({ hold, pressPress }: FixedTextVector, times: Float64Array, clockStep: number): number {
  const keys = hold.length;
  const count = 2 * keys - 1;
  const altered = Math.floor(ALTERED_SHARE * count);
  const differences = new Float64Array(count);
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < times.length; at += 2 * times[at]) {
    if (times[at] !== keys) {
      continue;
    }
    let sum = 0;
    let largest = 0;
    for (let i = 0; i < count; i++) {
      const time = i < keys ? hold[i] : pressPress[i - keys];
      const difference = Math.min(Math.abs(time - times[at + 1 + i]), MOST_DIFFERENCE);
      differences[i] = difference;
      sum += difference;
      largest = Math.max(largest, difference);
    }
    // No share of the times that is left out sums to more than this; most entries are too far away for their exact distance to matter.
    const leastOfRest = (sum - altered * largest) / (count - altered);
    if (distanceOf(sum / count, leastOfRest, clockStep) < nearest * ROUNDING) {
      nearest = Math.min(nearest, exactDistance(differences, altered, clockStep));
    }
  }
  return nearest;
}

/** Sorts `differences`. */
function exactDistance(differences: Float64Array, altered: number, clockStep: number): number {
  differences.sort();
  const rest = differences.length - altered;
  let sum = 0;
  for (let i = 0; i < rest; i++) {
    sum += differences[i];
  }
  const ofRest = sum / rest;
  for (let i = rest; i < differences.length; i++) {
    sum += differences[i];
  }
  return distanceOf(sum / differences.length, ofRest, clockStep);
}

function distanceOf(ofAll: number, ofRest: number, clockStep: number): number {
  return clockStep > COARSEST_CLOCK_FOR_REST ? ofAll : Math.min(ofAll, REST_WEIGHT * ofRest);
}
