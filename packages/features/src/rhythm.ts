import { assertFixedTextVector, type FixedTextVector, hasHolds, keysOf } from './fixed-text-vector';
import { type Insufficient, insufficient } from './insufficient';
import { meanAndDeviation } from './mean-and-deviation';

/** The schema of {@link Rhythm}. A change of meaning is a new number. */
export const RHYTHM_SCHEMA = 'rhythm/1';

/** The bounds in ms that {@link rhythm} works with. */
export const RHYTHM_BOUNDS = Object.freeze({
  /** A flight below this belongs to a burst. */
  burst: 150,
  /** A flight above this is a pause. */
  pause: 300,
  /** Press-press times below this count as this, so that two presses at one instant have a finite speed. */
  shortestPressPress: 1,
});

/** How evenly an entry flows. Flight is the release-press time, negative under roll-over. */
export interface Rhythm {
  readonly schema: typeof RHYTHM_SCHEMA;
  /** 1 / (1 + sample sd of flight in ms): 1 is perfectly even, towards 0 is uneven. */
  readonly consistency: number;
  /** Mean of |flight of the next transition - flight of this one|, in ms: 0 is steady. */
  readonly stability: number;
  /** Share of flights below 150 ms, from 0 to 1. */
  readonly burstShare: number;
  /** Number of flights above 300 ms. */
  readonly pauses: number;
  /** 1 - pauses / keys, above 0 and at most 1. */
  readonly continuity: number;
  /** Mean rise of speed from one transition to the next where it rises, in keys per second; 0 where it never does. Speed is 1000 / press-press time. */
  readonly acceleration: number;
  /** Mean fall of speed where it falls, as a positive number of keys per second; 0 where it never does. */
  readonly deceleration: number;
}

/**
 * The rhythm of an entry.
 *
 * Insufficient: `too-few-keys` below 3 keys, which have no two transitions to compare; `missing-releases` for press-press times alone.
 *
 * @throws TypeError or RangeError if `vector` is not a fixed-text vector.
 */
export function rhythm(vector: FixedTextVector): Rhythm | Insufficient {
  assertFixedTextVector(vector);
  const keys = keysOf(vector);
  if (keys < 3) {
    return insufficient('too-few-keys', `${keys} of at least 3 keys`);
  }
  if (!hasHolds(vector)) {
    return insufficient('missing-releases', 'press-press times alone');
  }
  const flight = vector.releasePress;
  let bursts = 0;
  let pauses = 0;
  for (let i = 0; i < flight.length; i++) {
    bursts += flight[i]! < RHYTHM_BOUNDS.burst ? 1 : 0;
    pauses += flight[i]! > RHYTHM_BOUNDS.pause ? 1 : 0;
  }
  let change = 0;
  let rise = 0;
  let rises = 0;
  let fall = 0;
  let falls = 0;
  for (let i = 1; i < flight.length; i++) {
    change += Math.abs(flight[i]! - flight[i - 1]!);
    const faster = speed(vector.pressPress[i]!) - speed(vector.pressPress[i - 1]!);
    if (faster > 0) {
      rise += faster;
      rises++;
    } else if (faster < 0) {
      fall -= faster;
      falls++;
    }
  }
  return {
    schema: RHYTHM_SCHEMA,
    consistency: 1 / (1 + meanAndDeviation(flight).sd),
    stability: change / (flight.length - 1),
    burstShare: bursts / flight.length,
    pauses,
    continuity: 1 - pauses / keys,
    acceleration: rises === 0 ? 0 : rise / rises,
    deceleration: falls === 0 ? 0 : fall / falls,
  };
}

function speed(pressPress: number): number {
  return 1000 / Math.max(pressPress, RHYTHM_BOUNDS.shortestPressPress);
}
