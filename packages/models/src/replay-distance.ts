import type { FixedTextVector } from '@tacit-auth/features';

/** Most that one time may count, in ms: a replay with one altered key is still a replay. */
const MOST_DIFFERENCE = 50;

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
 * Mean absolute difference of the hold and press-press times of two entries of the same length, in ms, each difference counted to at most 50.
 * Noise of 1 ms on each event adds about 1.1.
 */
export function replayDistance(a: FixedTextVector, b: FixedTextVector): number {
  const keys = a.hold.length;
  let sum = 0;
  for (let i = 0; i < keys; i++) {
    sum += Math.min(Math.abs(a.hold[i] - b.hold[i]), MOST_DIFFERENCE);
  }
  for (let i = 0; i < keys - 1; i++) {
    sum += Math.min(Math.abs(a.pressPress[i] - b.pressPress[i]), MOST_DIFFERENCE);
  }
  return sum / (2 * keys - 1);
}
