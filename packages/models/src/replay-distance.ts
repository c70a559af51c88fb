import { type FixedTextVector, hasHolds, keysOf } from '@tacit-auth/features';
import { entryAt, lengthAt } from './replay-history';

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

/** Where two entries are compared, and under which distance in ms they are taken for one. */
interface Rule {
  /** Fewest keys of which a repetition by chance is unlikely. */
  readonly leastKeys: number;
  /** Coarsest clock, in ms, on which repeated times are no accident. */
  readonly coarsestClock: number;
  limit(keys: number): number;
}

/** People do not come so near to themselves: see the README for how often 51 people did in 400 entries each. Shorter texts repeat more easily. */
const WITH_HOLDS: Rule = { leastKeys: 5, coarsestClock: 20, limit: (keys) => Math.min(4, 0.4 * keys) };
/** Half as many times tell less. */
const PRESS_TIMES_ALONE: Rule = { leastKeys: 8, coarsestClock: 8.5, limit: (keys) => Math.min(2.5, 0.3 * (keys - 1)) };

/** Rounding may order two sums of the same times differently; by so much a bound must lie above before an entry is passed over. */
const ROUNDING = 1 + 1e-9;

export interface NearestReplay {
  /** In ms. */
  readonly distance: number;
  /** Under it, the entry is taken for a replay. */
  readonly limit: number;
}

/**
 * The nearest of earlier entries, by distance in parts of the limit; undefined where none can be compared: none has as many keys, or there are too
 * few keys, or the clock is too coarse. The distance of two entries is the mean absolute difference of their hold and press-press times (of
 * press-press times alone, where either has no holds), each counted to at most 50 ms; or, on clocks to 8.5 ms, five times that of the nearest
 * four fifths of the times where this is less, so that a replay with a few altered keys is still a replay. Noise of 1 ms on each event adds about
 * 1.1.
 *
 * @param times the earlier entries as a replay history lays them out.
 * @param clockStep step, in ms, of the clock that `vector` was measured with.
 */
export function nearestReplay(vector: FixedTextVector, times: Float64Array, clockStep: number): NearestReplay | undefined {
  const keys = keysOf(vector);
  const whole = Float64Array.of(...vector.hold, ...vector.pressPress);
  const differences = new Float64Array(whole.length);
  let nearest = Number.POSITIVE_INFINITY;
  let found: NearestReplay | undefined;
  for (let at = 0; at < times.length; at += lengthAt(times, at)) {
    const earlier = entryAt(times, at);
    const holds = earlier.holds && hasHolds(vector);
    const rule = holds ? WITH_HOLDS : PRESS_TIMES_ALONE;
    if (earlier.keys !== keys || keys < rule.leastKeys || clockStep > rule.coarsestClock) {
      continue;
    }
    const own = holds ? whole : vector.pressPress;
    const start = holds ? earlier.firstPress - keys : earlier.firstPress;
    const altered = Math.floor(ALTERED_SHARE * own.length);
    let sum = 0;
    let largest = 0;
    for (let i = 0; i < own.length; i++) {
      const difference = Math.abs(own[i] - times[start + i]);
      sum += difference - Math.abs(difference - MOST_DIFFERENCE) + MOST_DIFFERENCE;
      largest = Math.max(largest, difference);
    }
    sum /= 2;
    largest = Math.min(largest, MOST_DIFFERENCE);
    const limit = rule.limit(keys);
    // No share of the times that is left out sums to more than this; most entries are too far away for their exact distance to matter.
    const leastOfRest = (sum - altered * largest) / (own.length - altered);
    if (distanceOf(sum / own.length, leastOfRest, clockStep) < nearest * limit * ROUNDING) {
      for (let i = 0; i < own.length; i++) {
        differences[i] = Math.min(Math.abs(own[i] - times[start + i]), MOST_DIFFERENCE);
      }
      const distance = exactDistance(differences.subarray(0, own.length), altered, clockStep);
      if (distance < nearest * limit) {
        nearest = distance / limit;
        found = { distance, limit };
      }
    }
  }
  return found;
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
