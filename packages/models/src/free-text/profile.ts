import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { ModelError } from '../model-error';
import { checkedNumber, openMarkedProfile } from '../profile-bytes';
import { PROJECTED_BLOCKS } from './population';

export const FREE_TEXT_PROFILE_SCHEMA = 'free-text-profile/1';

/** What a profile may hold. */
export const FREE_TEXT_PROFILE_LIMITS = Object.freeze({
  maxBytes: 2_048,
  maxLength: 500,
  maxKeys: 1_000_000_000,
  /** Largest magnitude of a number of an embedding. */
  largestNumber: 1e6,
});

/** The mean embedding of a customer's windows. Plain data: no key, no time, no text. */
export interface FreeTextProfile {
  readonly schema: typeof FREE_TEXT_PROFILE_SCHEMA;
  /** The projections that made the embedding: see `FreeTextPopulation.projectionId`. */
  readonly projectionId: string;
  /** Windows and keys that it is the mean of, each window weighing as its keys. */
  readonly windows: number;
  readonly keys: number;
  readonly mean: Float32Array;
}

/** `TCTW`, the first bytes of every stored profile. */
const MARK = 0x54435457;
const VERSION = 1;
/** Mark, version, length of the embedding, windows, keys, id of the projections. */
const HEADER = 4 + 1 + 2 + 4 + 4 + 32;
const ID = /^[0-9a-f]{64}$/;

/** Refuses whatever is no profile. Throws TypeError or RangeError. */
export function assertFreeTextProfile(value: unknown, name = 'profile'): asserts value is FreeTextProfile {
  const profile = value as Partial<FreeTextProfile> | null | undefined;
  if (typeof profile !== 'object' || profile === null || profile.schema !== FREE_TEXT_PROFILE_SCHEMA) {
    throw new TypeError(`${name} must be a profile of schema ${FREE_TEXT_PROFILE_SCHEMA}`);
  }
  const { projectionId, windows, keys, mean } = profile;
  if (typeof projectionId !== 'string' || typeof windows !== 'number' || typeof keys !== 'number' || !(mean instanceof Float32Array)) {
    throw new TypeError(`${name} must have a projectionId, counts, and its mean as Float32Array`);
  }
  const { maxKeys, maxLength, largestNumber } = FREE_TEXT_PROFILE_LIMITS;
  if (!ID.test(projectionId)) {
    throw new RangeError(`${name}.projectionId must be 64 hexadecimal digits`);
  }
  if (!Number.isInteger(windows) || windows < 1 || !Number.isInteger(keys) || keys < windows || keys > maxKeys) {
    throw new RangeError(`${name} must have at least one window, and a key of each`);
  }
  if (mean.length < PROJECTED_BLOCKS.length || mean.length > maxLength || !mean.every((number) => Math.abs(number) <= largestNumber)) {
    throw new RangeError(`${name}.mean must be at most ${maxLength} numbers up to ${largestNumber}`);
  }
}

/** Compact bytes, big-endian: mark, version, counts, id of the projections, then the embedding as float32. */
export function serializeFreeTextProfile(profile: FreeTextProfile): Uint8Array {
  assertFreeTextProfile(profile);
  const { projectionId, windows, keys, mean } = profile;
  const bytes = new Uint8Array(HEADER + 4 * mean.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, VERSION);
  view.setUint16(5, mean.length);
  view.setUint32(7, windows);
  view.setUint32(11, keys);
  bytes.set(hexToBytes(projectionId), 15);
  for (let i = 0; i < mean.length; i++) {
    view.setFloat32(HEADER + 4 * i, mean[i]);
  }
  return bytes;
}

/** The profile of {@link serializeFreeTextProfile}. @throws ModelError for anything that is not a whole profile of a known version. */
export function parseFreeTextProfile(data: Uint8Array): FreeTextProfile {
  const view = openMarkedProfile(data, { mark: MARK, version: VERSION, header: HEADER, name: 'free-text' });
  const { maxKeys, maxLength, largestNumber } = FREE_TEXT_PROFILE_LIMITS;
  const length = checkedNumber(view.getUint16(5), PROJECTED_BLOCKS.length, maxLength, 'length');
  if (data.byteLength !== HEADER + 4 * length) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
  }
  const windows = checkedNumber(view.getUint32(7), 1, maxKeys, 'windows');
  const keys = checkedNumber(view.getUint32(11), windows, maxKeys, 'keys');
  const projectionId = bytesToHex(data.subarray(15, HEADER));
  const mean = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    mean[i] = checkedNumber(view.getFloat32(HEADER + 4 * i), -largestNumber, largestNumber, 'mean');
  }
  return { schema: FREE_TEXT_PROFILE_SCHEMA, projectionId, windows, keys, mean };
}
