import { TacitError } from '@tacit-auth/features';

/** Why a stored profile was refused. Every code means: treat the profile as lost, never as empty. */
export type ModelErrorCode =
  /** Not bytes, or not begun by the mark of a profile. */
  | 'ERR_PROFILE_FORMAT'
  /** A profile of another detector. */
  | 'ERR_PROFILE_DETECTOR'
  /** A version that this release does not read. */
  | 'ERR_PROFILE_VERSION'
  /** Counts out of bounds, or more or fewer bytes than the counts call for. */
  | 'ERR_PROFILE_SIZE'
  /** A number that is not finite or out of its range. */
  | 'ERR_PROFILE_VALUE';

/** A stored profile that is not whole or not known. Messages name the field at fault and never repeat its value. */
export class ModelError extends TacitError<ModelErrorCode> {
  override readonly name: string = 'ModelError';
}
