import { assertFixedTextVector, type FixedTextVector, type Insufficient, insufficient } from '@tacit-auth/features';

/** Bounds on every fixed-text profile. */
export const PROFILE_LIMITS = Object.freeze({
  /** Fewest keys of a text: a hold rhythm and one transition. */
  minKeys: 2,
  maxKeys: 128,
  /** Longest time in a profile, in ms: one hour. */
  maxTime: 3_600_000,
});

/** Count of independent times of a text of K keys: K holds and K - 1 press-press times. */
export function timesOf(keys: number): number {
  return 2 * keys - 1;
}

/**
 * Checks a vector at a public door: its shape, and that hold and press-press times lie in a profile's range. The number of its keys is for the
 * caller to compare: it comes from outside, so that a wrong one is an outcome and no misuse.
 *
 * @throws TypeError for another shape; RangeError for a time out of range.
 */
export function assertVector(value: unknown, name: string): asserts value is FixedTextVector {
  assertFixedTextVector(value, name);
  for (const times of [value.hold, value.pressPress]) {
    for (const time of times) {
      if (!(time >= 0 && time <= PROFILE_LIMITS.maxTime)) {
        throw new RangeError(`${name} must have hold and press-press times from 0 to ${PROFILE_LIMITS.maxTime} ms`);
      }
    }
  }
}

/** Why no profile can be of a text of so many keys, or `undefined` where one can. */
export function unfitKeys(keys: number): Insufficient | undefined {
  if (keys < PROFILE_LIMITS.minKeys) {
    return insufficient('too-few-keys', `${keys} of at least ${PROFILE_LIMITS.minKeys} keys`);
  }
  return keys > PROFILE_LIMITS.maxKeys ? insufficient('too-many-keys', `${keys} of at most ${PROFILE_LIMITS.maxKeys} keys`) : undefined;
}

/** Checks enrolment samples: an array of vectors. */
export function assertVectors(value: unknown, name: string): asserts value is readonly FixedTextVector[] {
  if (!Array.isArray(value)) {
    throw new TypeError(`${name} must be an array of vectors`);
  }
  for (let i = 0; i < value.length; i++) {
    assertVector(value[i], `${name}[${i}]`);
  }
}
