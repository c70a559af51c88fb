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

/**
 * How far two entries of the same length lie apart, in ms: the mean absolute difference of their hold and press-press times, each counted to at
 * most 50; or, on clocks to 8.5 ms, five times that of the nearest four fifths of the times where this is less, so that a replay with a few
 * altered keys is still a replay. Noise of 1 ms on each event adds about 1.1.
 *
 * @param clockStep step, in ms, of the clock that `a` was measured with.
 */
export function replayDistance(a: FixedTextVector, b: FixedTextVector, clockStep: number): number {
  const keys = a.hold.length;
  const differences = new Float64Array(2 * keys - 1);
  for (let i = 0; i < keys; i++) {
    differences[i] = Math.min(Math.abs(a.hold[i] - b.hold[i]), MOST_DIFFERENCE);
  }
  for (let i = 0; i < keys - 1; i++) {
    differences[keys + i] = Math.min(Math.abs(a.pressPress[i] - b.pressPress[i]), MOST_DIFFERENCE);
  }
  differences.sort();
  const rest = differences.length - Math.floor(ALTERED_SHARE * differences.length);
  let sum = 0;
  for (let i = 0; i < rest; i++) {
    sum += differences[i];
  }
  const ofRest = sum / rest;
  for (let i = rest; i < differences.length; i++) {
    sum += differences[i];
  }
  const ofAll = sum / differences.length;
  return clockStep > COARSEST_CLOCK_FOR_REST ? ofAll : Math.min(ofAll, REST_WEIGHT * ofRest);
}
