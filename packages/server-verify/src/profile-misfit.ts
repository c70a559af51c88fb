import { type FixedTextVector, hasHolds, type Insufficient, insufficient, keysOf } from '@tacit-auth/features';
import type { DefaultProfile } from '@tacit-auth/models';

/** Why an entry can not be compared with a profile, or be learned by it; undefined where it can. */
export function misfit(profile: DefaultProfile, vector: FixedTextVector): Insufficient | undefined {
  if (keysOf(vector) !== profile.keys) {
    return insufficient('length-mismatch');
  }
  return profile.holds && !hasHolds(vector) ? insufficient('missing-releases') : undefined;
}
