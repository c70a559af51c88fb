import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { PROFILE_LIMITS } from './fixed-text-limits';

/** Shortest time of a made-up hold or between two made-up presses, in ms: keyboards report every 8 ms at best, and less tells of the clock. */
export const SHORTEST_SYNTHETIC = 8;

/** @throws TypeError or RangeError, naming `keys`. */
export function assertTextKeys(keys: unknown): asserts keys is number {
  if (typeof keys !== 'number') {
    throw new TypeError('keys must be a number');
  }
  if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new RangeError(`keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
  }
}

/** @throws TypeError or RangeError, naming the argument. */
export function assertSeed(seed: unknown, name = 'seed'): asserts seed is number {
  if (typeof seed !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32) {
    throw new RangeError(`${name} must be a 32-bit integer`);
  }
}

/** An entry from its holds and flights in ms, key by key, each cut off at the shortest time. */
export function vectorOfFlights(input: {
  readonly keys: number;
  readonly holds: boolean;
  readonly hold: (key: number) => number;
  readonly flight: (transition: number) => number;
}): FixedTextVector {
  const { keys, holds } = input;
  const hold = new Float64Array(keys);
  const pressPress = new Float64Array(keys - 1);
  for (let i = 0; i < keys; i++) {
    hold[i] = cutOff(input.hold(i));
    if (i < keys - 1) {
      pressPress[i] = cutOff(hold[i] + input.flight(i));
    }
  }
  return vectorOfTimes(hold, pressPress, holds);
}

/** An entry from its holds and press-press times in ms, cut off at both ends. */
export function vectorOfTimes(hold: Float64Array, pressPress: Float64Array, holds: boolean): FixedTextVector {
  return fixedTextVectorFrom({ hold: holds ? hold.map(cutOff) : new Float64Array(0), pressPress: pressPress.map(cutOff) });
}

function cutOff(time: number): number {
  return Math.min(Math.max(time, SHORTEST_SYNTHETIC), PROFILE_LIMITS.maxTime);
}
