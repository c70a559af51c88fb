import { type FixedTextVector, fixedTextVectorFrom, hasHolds, type Insufficient, insufficient, keysOf } from '@tacit-auth/features';
import type { DefaultProfile } from '@tacit-auth/models';

/** The entries of a profile, oldest first. */
export function profileEntries(profile: DefaultProfile): FixedTextVector[] {
  const { keys, holds, samples, times } = profile;
  const width = times.length / samples;
  return Array.from({ length: samples }, (_, row) => {
    const start = row * width;
    const split = start + (holds ? keys : 0);
    return fixedTextVectorFrom({ hold: times.subarray(start, split), pressPress: times.subarray(split, start + width) });
  });
}

/** The first entries of a profile alone; its calibration is still that of them all, and to be renewed. */
export function firstEntries(profile: DefaultProfile, samples: number): DefaultProfile {
  const width = profile.times.length / profile.samples;
  return {
    ...profile,
    samples,
    times: profile.times.slice(0, samples * width),
    calibration: { ...profile.calibration, state: 'pending' },
  };
}

/** Why an entry can not be compared with a profile, or be learned by it; undefined where it can. */
export function misfit(profile: DefaultProfile, vector: FixedTextVector): Insufficient | undefined {
  if (keysOf(vector) !== profile.keys) {
    return insufficient('length-mismatch');
  }
  return profile.holds && !hasHolds(vector) ? insufficient('missing-releases') : undefined;
}
