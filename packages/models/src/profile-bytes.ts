import { PROFILE_LIMITS } from './fixed-text-limits';
import { ModelError } from './model-error';

/** `TCTP`, the first bytes of every stored profile. */
const MARK = 0x54435450;
const HEADER = 10;

/** Which detector a stored profile is of. A number is never used again for another. */
export const STORED_DETECTOR = Object.freeze({
  kernel: 1,
  scaledManhattan: 2,
  isolationForest: 3,
  randomForest: 4,
  oneClassSvm: 5,
  dualBranch: 6,
  globalForest: 7,
  sessionForest: 8,
});

export interface ProfileHeader {
  readonly detector: number;
  readonly version: number;
  readonly keys: number;
  readonly samples: number;
}

/** Bytes of a stored profile: mark, detector, version, counts, then `bodyLength` bytes for the caller. Big-endian throughout. */
export function createProfileBytes(header: ProfileHeader, bodyLength: number): { bytes: Uint8Array; body: DataView } {
  const bytes = new Uint8Array(HEADER + bodyLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, header.detector);
  view.setUint8(5, header.version);
  view.setUint16(6, header.keys);
  view.setUint16(8, header.samples);
  return { bytes, body: new DataView(bytes.buffer, HEADER) };
}

/**
 * Reads the header of a stored profile and checks it and the length of the whole before anything is allocated.
 *
 * @param wanted detector, versions and sample count that the caller reads, and the length of the body by its counts and, where need be, its
 * version and first byte (0 where there is no body).
 * @throws ModelError ERR_PROFILE_FORMAT, _DETECTOR, _VERSION, _SIZE.
 */
export function openProfileBytes(
  data: unknown,
  wanted: {
    detector: number;
    /** The version that is written now; and those before it that are still read. */
    version: number;
    formerVersions?: readonly number[];
    minSamples: number;
    maxSamples: number;
    bodyLength: (keys: number, samples: number, version: number, firstByte: number) => number;
  },
): { keys: number; samples: number; version: number; body: DataView } {
  if (!(data instanceof Uint8Array)) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data must be a Uint8Array');
  }
  if (data.byteLength < HEADER) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data is shorter than the header of a profile');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0) !== MARK) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data does not begin with the mark of a profile');
  }
  if (view.getUint8(4) !== wanted.detector) {
    throw new ModelError('ERR_PROFILE_DETECTOR', 'data is a profile of another detector', { field: 'detector' });
  }
  const version = view.getUint8(5);
  if (version !== wanted.version && !wanted.formerVersions?.includes(version)) {
    throw new ModelError('ERR_PROFILE_VERSION', `no later version of this profile than ${wanted.version} can be read`, {
      field: 'version',
    });
  }
  const keys = view.getUint16(6);
  if (keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new ModelError('ERR_PROFILE_SIZE', `keys must be ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`, { field: 'keys' });
  }
  const samples = view.getUint16(8);
  if (samples < wanted.minSamples || samples > wanted.maxSamples) {
    throw new ModelError('ERR_PROFILE_SIZE', `samples must be ${wanted.minSamples} to ${wanted.maxSamples}`, { field: 'samples' });
  }
  const firstByte = data.byteLength > HEADER ? view.getUint8(HEADER) : 0;
  if (data.byteLength !== HEADER + wanted.bodyLength(keys, samples, version, firstByte)) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
  }
  return { keys, samples, version, body: new DataView(data.buffer, data.byteOffset + HEADER) };
}

/**
 * The bytes of a profile that has a mark of its own: mark, version, and what its detector writes after these. Checked as far as its header.
 *
 * @throws ModelError ERR_PROFILE_FORMAT, _SIZE, _VERSION.
 */
export function openMarkedProfile(data: unknown, wanted: { mark: number; version: number; header: number; name: string }): DataView {
  if (!(data instanceof Uint8Array)) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data must be a Uint8Array');
  }
  if (data.byteLength < wanted.header) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data is shorter than the header of a profile');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0) !== wanted.mark) {
    throw new ModelError('ERR_PROFILE_FORMAT', `data does not begin with the mark of a ${wanted.name} profile`);
  }
  if (view.getUint8(4) !== wanted.version) {
    throw new ModelError('ERR_PROFILE_VERSION', `no later version of this profile than ${wanted.version} can be read`, {
      field: 'version',
    });
  }
  return view;
}

/** A number of a stored profile, in range. @throws ModelError ERR_PROFILE_VALUE. */
export function checkedNumber(value: number, minimum: number, maximum: number, field: string): number {
  if (!(value >= minimum && value <= maximum)) {
    throw new ModelError('ERR_PROFILE_VALUE', `${field} must be from ${minimum} to ${maximum}`, { field });
  }
  return value;
}
