import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { ModelError } from '../model-error';
import { checkedNumber, openMarkedProfile } from '../profile-bytes';
import { POINTER_POPULATION_LIMITS } from './population';

export const POINTER_PROFILE_SCHEMA = 'pointer-profile/1';

/** What a profile may hold. */
export const POINTER_PROFILE_LIMITS = Object.freeze({
  /** Fewest actions of an enrolment. */
  minActions: 60,
  maxActions: 1_000_000_000,
  /** Largest magnitude of a number of an embedding. */
  largestNumber: 1e6,
});

/** The mean embedding of a customer's windows. Plain data: no place, no time, no path. */
export interface PointerProfile {
  readonly schema: typeof POINTER_PROFILE_SCHEMA;
  /** The projections that made the embedding: see `PointerPopulation.projectionId`. */
  readonly projectionId: string;
  /** Windows that it is the mean of, and their actions. */
  readonly windows: number;
  readonly actions: number;
  readonly mean: Float32Array;
}

/** `TCTQ`, the first bytes of every stored profile. */
const MARK = 0x54435451;
const VERSION = 1;
/** Mark, version, dimensions, windows, actions, id of the projections. */
const ID_AT = 4 + 1 + 1 + 4 + 4;
const HEADER = ID_AT + 32;
const ID = /^[0-9a-f]{64}$/;

/** Refuses whatever is no profile. Throws TypeError or RangeError. */
export function assertPointerProfile(value: unknown, name = 'profile'): asserts value is PointerProfile {
  const profile = value as Partial<PointerProfile> | null | undefined;
  if (typeof profile !== 'object' || profile === null || profile.schema !== POINTER_PROFILE_SCHEMA) {
    throw new TypeError(`${name} must be a profile of schema ${POINTER_PROFILE_SCHEMA}`);
  }
  const { projectionId, windows, actions, mean } = profile;
  if (typeof projectionId !== 'string' || typeof windows !== 'number' || typeof actions !== 'number' || !(mean instanceof Float32Array)) {
    throw new TypeError(`${name} must have a projectionId, counts, and its mean as Float32Array`);
  }
  const { minActions, maxActions, largestNumber } = POINTER_PROFILE_LIMITS;
  if (!ID.test(projectionId)) {
    throw new RangeError(`${name}.projectionId must be 64 hexadecimal digits`);
  }
  if (!Number.isInteger(windows) || windows < 1 || windows > maxActions) {
    throw new RangeError(`${name}.windows must be an integer from 1 to ${maxActions}`);
  }
  if (!Number.isInteger(actions) || actions < minActions || actions > maxActions) {
    throw new RangeError(`${name}.actions must be an integer from ${minActions} to ${maxActions}`);
  }
  const { maxDimensions } = POINTER_POPULATION_LIMITS;
  if (mean.length < 1 || mean.length > maxDimensions || !mean.every((number) => Math.abs(number) <= largestNumber)) {
    throw new RangeError(`${name}.mean must be 1 to ${maxDimensions} numbers up to ${largestNumber}`);
  }
}

/** Compact bytes, big-endian: mark, version, counts, id of the projections, then the embedding as float32. 238 bytes at most. */
export function serializePointerProfile(profile: PointerProfile): Uint8Array {
  assertPointerProfile(profile);
  const { projectionId, windows, actions, mean } = profile;
  const bytes = new Uint8Array(HEADER + 4 * mean.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, VERSION);
  view.setUint8(5, mean.length);
  view.setUint32(6, windows);
  view.setUint32(10, actions);
  bytes.set(hexToBytes(projectionId), ID_AT);
  for (let i = 0; i < mean.length; i++) {
    view.setFloat32(HEADER + 4 * i, mean[i]);
  }
  return bytes;
}

/** The profile of {@link serializePointerProfile}. @throws ModelError for anything that is not a whole profile of a known version. */
export function parsePointerProfile(data: Uint8Array): PointerProfile {
  const view = openMarkedProfile(data, { mark: MARK, version: VERSION, header: HEADER, name: 'pointer' });
  const { minActions, maxActions, largestNumber } = POINTER_PROFILE_LIMITS;
  const dimensions = checkedNumber(view.getUint8(5), 1, POINTER_POPULATION_LIMITS.maxDimensions, 'dimensions');
  if (data.byteLength !== HEADER + 4 * dimensions) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
  }
  const windows = checkedNumber(view.getUint32(6), 1, maxActions, 'windows');
  const actions = checkedNumber(view.getUint32(10), minActions, maxActions, 'actions');
  const projectionId = bytesToHex(data.subarray(ID_AT, HEADER));
  const mean = new Float32Array(dimensions);
  for (let i = 0; i < dimensions; i++) {
    mean[i] = checkedNumber(view.getFloat32(HEADER + 4 * i), -largestNumber, largestNumber, 'mean');
  }
  return { schema: POINTER_PROFILE_SCHEMA, projectionId, windows, actions, mean };
}
