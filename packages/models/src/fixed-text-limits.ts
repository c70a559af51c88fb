import { assertFixedTextVector, type FixedTextVector, hasHolds, type Insufficient, insufficient, keysOf } from '@tacit-auth/features';

/** Bounds on every fixed-text profile. */
export const PROFILE_LIMITS = Object.freeze({
  /** Fewest keys of a text: a hold rhythm and one transition. */
  minKeys: 2,
  maxKeys: 128,
  /** Longest time in a profile, in ms: one hour. */
  maxTime: 3_600_000,
});

/** Count of independent times of a text of K keys: K holds, where there are holds, and K - 1 press-press times. */
export function timesOf(keys: number, holds = true): number {
  return holds ? 2 * keys - 1 : keys - 1;
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

/**
 * Why samples make no profile, or `undefined` where they do: too few, of different lengths, some with hold times and some without, or of a text
 * that no profile can be of.
 */
export function unfitSamples(samples: readonly FixedTextVector[], least: number): Insufficient | undefined {
  if (samples.length < least) {
    return insufficient('too-few-samples', `${samples.length} of at least ${least} samples`);
  }
  const keys = keysOf(samples[0]);
  if (samples.some((sample) => keysOf(sample) !== keys)) {
    return insufficient('length-mismatch', 'the samples differ in their number of keys');
  }
  const withHolds = samples.filter(hasHolds).length;
  if (withHolds > 0 && withHolds < samples.length) {
    return insufficient('missing-releases', `${samples.length - withHolds} of ${samples.length} samples have no hold times`);
  }
  return unfitKeys(keys);
}

/** Why a profile cannot judge an entry, or `undefined` where it can. A profile of press times alone judges every entry by those. */
export function unfitEntry(profile: { readonly keys: number; readonly holds: boolean }, sample: FixedTextVector): Insufficient | undefined {
  const keys = keysOf(sample);
  if (keys !== profile.keys) {
    return insufficient('length-mismatch', `${keys} keys against ${profile.keys} of the profile`);
  }
  return profile.holds && !hasHolds(sample)
    ? insufficient('missing-releases', 'the profile has hold times, the entry has none')
    : undefined;
}

/** @throws RangeError for an entry that the profile cannot hold; `name` is the entry's. */
export function assertFits(profile: { readonly keys: number; readonly holds: boolean }, sample: FixedTextVector, name: string): void {
  const unfit = unfitEntry(profile, sample);
  if (unfit !== undefined) {
    const wanted = unfit.reason === 'length-mismatch' ? 'as many keys as the profile' : 'hold times, as the profile has';
    throw new RangeError(`${name} must have ${wanted}`);
  }
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
