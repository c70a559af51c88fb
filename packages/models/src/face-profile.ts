import { FACE_LIMITS } from '@tacit-auth/features';
import { ModelError } from './model-error';
import { checkedNumber, openMarkedProfile } from './profile-bytes';

export const FACE_PROFILE_SCHEMA = 'face-profile/1';

/** What a profile may hold. */
export const FACE_PROFILE_LIMITS = Object.freeze({
  maxSamples: 16,
  maxPipelineLength: 64,
  /** Largest mean squared distance from the centre: frames of one person lie well within. */
  maxSpread: 1,
});

/** Mean of a customer's descriptors and how far they lie from it. Plain data. */
export interface FaceProfile {
  readonly schema: typeof FACE_PROFILE_SCHEMA;
  /** Id of the pipeline that made the descriptors. */
  readonly pipeline: string;
  /** Samples and descriptors that the profile rests on. */
  readonly samples: number;
  readonly descriptors: number;
  /** 128 numbers, in the recognition network's own unit. */
  readonly centre: Float64Array;
  /** Mean squared distance of the descriptors from their mean. */
  readonly spread: number;
}

/** `TCTF`, the first bytes of every stored profile. */
const MARK = 0x54435446;
const VERSION = 1;
/** Mark, version, length of the pipeline's id. */
const HEADER = 6;
/** Samples, descriptors, spread, centre. */
const BODY = 2 + 2 + 8 + 8 * FACE_LIMITS.descriptorLength;
const PIPELINE = /^[a-z0-9./-]{1,64}$/;
const MOST_DESCRIPTORS = FACE_PROFILE_LIMITS.maxSamples * FACE_LIMITS.maxDescriptors;

/** Refuses whatever is no profile. Throws TypeError or RangeError. */
export function assertFaceProfile(value: unknown): asserts value is FaceProfile {
  const profile = value as Partial<FaceProfile> | null | undefined;
  if (typeof profile !== 'object' || profile === null || profile.schema !== FACE_PROFILE_SCHEMA) {
    throw new TypeError(`profile must be a profile of schema ${FACE_PROFILE_SCHEMA}`);
  }
  const { pipeline, samples, descriptors, centre, spread } = profile;
  if (typeof pipeline !== 'string' || typeof samples !== 'number' || typeof descriptors !== 'number' || typeof spread !== 'number') {
    throw new TypeError('profile must have a pipeline, counts and a spread');
  }
  if (!(centre instanceof Float64Array)) {
    throw new TypeError('profile must have its centre as Float64Array');
  }
  if (!PIPELINE.test(pipeline)) {
    throw new RangeError('profile.pipeline must be the id of a pipeline');
  }
  if (!Number.isInteger(samples) || samples < 1 || samples > FACE_PROFILE_LIMITS.maxSamples) {
    throw new RangeError(`profile.samples must be an integer from 1 to ${FACE_PROFILE_LIMITS.maxSamples}`);
  }
  if (
    !Number.isInteger(descriptors) ||
    descriptors < samples * FACE_LIMITS.minDescriptors ||
    descriptors > samples * FACE_LIMITS.maxDescriptors
  ) {
    throw new RangeError('profile.descriptors must be what the samples can hold');
  }
  if (centre.length !== FACE_LIMITS.descriptorLength || !centre.every((number) => Math.abs(number) <= 1)) {
    throw new RangeError(`profile.centre must be ${FACE_LIMITS.descriptorLength} numbers from -1 to 1`);
  }
  if (!(spread >= 0 && spread <= FACE_PROFILE_LIMITS.maxSpread)) {
    throw new RangeError(`profile.spread must be from 0 to ${FACE_PROFILE_LIMITS.maxSpread}`);
  }
}

/** Compact bytes, big-endian: mark, version, the pipeline's id after its length, counts, then spread and centre as float64. */
export function serializeFaceProfile(profile: FaceProfile): Uint8Array {
  assertFaceProfile(profile);
  const { pipeline, samples, descriptors, centre, spread } = profile;
  const bytes = new Uint8Array(HEADER + pipeline.length + BODY);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, VERSION);
  view.setUint8(5, pipeline.length);
  for (let i = 0; i < pipeline.length; i++) {
    view.setUint8(HEADER + i, pipeline.charCodeAt(i));
  }
  const body = new DataView(bytes.buffer, HEADER + pipeline.length);
  body.setUint16(0, samples);
  body.setUint16(2, descriptors);
  body.setFloat64(4, spread);
  for (let i = 0; i < centre.length; i++) {
    body.setFloat64(12 + 8 * i, centre[i]);
  }
  return bytes;
}

/** The profile of {@link serializeFaceProfile}. @throws ModelError for anything that is not a whole profile of a known version. */
export function parseFaceProfile(data: Uint8Array): FaceProfile {
  const view = openMarkedProfile(data, { mark: MARK, version: VERSION, header: HEADER, name: 'face' });
  const length = view.getUint8(5);
  if (length > FACE_PROFILE_LIMITS.maxPipelineLength || data.byteLength !== HEADER + length + BODY) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
  }
  const pipeline = String.fromCharCode(...data.subarray(HEADER, HEADER + length));
  if (!PIPELINE.test(pipeline)) {
    throw new ModelError('ERR_PROFILE_VALUE', 'pipeline must be the id of a pipeline', { field: 'pipeline' });
  }
  const body = new DataView(data.buffer, data.byteOffset + HEADER + length);
  const samples = checkedNumber(body.getUint16(0), 1, FACE_PROFILE_LIMITS.maxSamples, 'samples');
  const fewest = samples * FACE_LIMITS.minDescriptors;
  const most = Math.min(samples * FACE_LIMITS.maxDescriptors, MOST_DESCRIPTORS);
  const descriptors = checkedNumber(body.getUint16(2), fewest, most, 'descriptors');
  const spread = checkedNumber(body.getFloat64(4), 0, FACE_PROFILE_LIMITS.maxSpread, 'spread');
  const centre = new Float64Array(FACE_LIMITS.descriptorLength);
  for (let i = 0; i < centre.length; i++) {
    centre[i] = checkedNumber(body.getFloat64(12 + 8 * i), -1, 1, 'centre');
  }
  return { schema: FACE_PROFILE_SCHEMA, pipeline, samples, descriptors, centre, spread };
}
