import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { assertDefaultProfile, type DefaultProfile, LEAST_SAMPLES } from './default-profile';

/**
 * The entries of a profile, oldest first and each once, however often it counts: `profile.counts` says how often.
 *
 * @throws TypeError or RangeError for what is no profile.
 */
export function profileEntries(profile: DefaultProfile): FixedTextVector[] {
  assertDefaultProfile(profile);
  return Array.from({ length: profile.samples }, (_, row) => entryOf(profile, row));
}

/** One entry of a profile that was checked. */
export function entryOf({ keys, holds, samples, times }: DefaultProfile, row: number): FixedTextVector {
  const width = times.length / samples;
  const start = row * width;
  const split = start + (holds ? keys : 0);
  return fixedTextVectorFrom({ hold: times.subarray(start, split), pressPress: times.subarray(split, start + width) });
}

/**
 * The profile of its first entries alone, 3 or more, as if the later ones had never been learned. Its calibration is still that of them all, and
 * `pending`.
 *
 * @throws TypeError or RangeError for what is no profile, or has no so many entries.
 */
export function firstEntries(profile: DefaultProfile, samples: number): DefaultProfile {
  assertDefaultProfile(profile);
  if (typeof samples !== 'number') {
    throw new TypeError('samples must be a number');
  }
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > profile.samples) {
    throw new RangeError(`samples must be an integer from ${LEAST_SAMPLES} to those of profile`);
  }
  const width = profile.times.length / profile.samples;
  return {
    ...profile,
    samples,
    times: profile.times.slice(0, samples * width),
    counts: profile.counts.slice(0, samples),
    calibration: { ...profile.calibration, state: 'pending' },
  };
}

/** A checked profile of 4 entries or more without one of them, however often it counts. */
export function withoutEntry(profile: DefaultProfile, row: number): DefaultProfile {
  const { samples, times, counts } = profile;
  const width = times.length / samples;
  const others = new Float32Array(times.length - width);
  others.set(times.subarray(0, row * width));
  others.set(times.subarray((row + 1) * width), row * width);
  return { ...profile, samples: samples - 1, times: others, counts: counts.filter((_, i) => i !== row) };
}
