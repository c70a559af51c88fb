import { PROFILE_LIMITS, timesOf } from './fixed-text-limits';
import { WINDOW } from './kernel-template';
import { ModelError } from './model-error';
import { checkedNumber, createProfileBytes, openProfileBytes, STORED_DETECTOR } from './profile-bytes';
import type { CohortStatistics } from './simulated-cohort';

export const DEFAULT_PROFILE_SCHEMA = 'kernel-profile/1';

/** Calibration of one profile. */
export interface ProfileCalibration extends CohortStatistics {
  /**
   * `current`: measured on these very samples. `pending`: measured before the last samples were added; still usable, and to be renewed by
   * `calibrateInSteps`.
   */
  readonly state: 'current' | 'pending';
}

/** A profile of the default detector: plain data that can be cloned, posted to a worker and stored. Never changed in place. */
export interface DefaultProfile {
  readonly schema: typeof DEFAULT_PROFILE_SCHEMA;
  /** K, 2 to 128. */
  readonly keys: number;
  /** Rows in `times`, 3 to 100. */
  readonly samples: number;
  /** Row after row, oldest first: K hold times, then K - 1 press-press times, in ms. */
  readonly times: Float32Array;
  readonly calibration: ProfileCalibration;
}

/** Fewest samples of a profile. */
export const LEAST_SAMPLES = 3;

const VERSION = 1;
/** Id of the calibration whose numbers are stored; see `fixed-text-travelling/1`. */
const STORED_CALIBRATION = 1;
const CALIBRATION_BYTES = 26;
/** No raw score lies outside this; nor can a mean, a median or a deviation of raw scores. */
const RAW_BOUND = 16;

/** @throws TypeError for another shape; RangeError for counts, times or calibration out of bounds. */
export function assertDefaultProfile(value: unknown, name = 'profile'): asserts value is DefaultProfile {
  const profile = value as Partial<DefaultProfile> | null | undefined;
  if (typeof profile !== 'object' || profile === null || profile.schema !== DEFAULT_PROFILE_SCHEMA) {
    throw new TypeError(`${name} must be a profile of schema ${DEFAULT_PROFILE_SCHEMA}`);
  }
  const { keys, samples, times, calibration } = profile;
  if (typeof keys !== 'number' || typeof samples !== 'number' || !(times instanceof Float32Array)) {
    throw new TypeError(`${name} must have counts and its times as Float32Array`);
  }
  if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new RangeError(`${name}.keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
  }
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > WINDOW) {
    throw new RangeError(`${name}.samples must be an integer from ${LEAST_SAMPLES} to ${WINDOW}`);
  }
  if (times.length !== samples * timesOf(keys)) {
    throw new RangeError(`${name}.times must have ${samples} rows of ${timesOf(keys)} times`);
  }
  if (!times.every((time) => time >= 0 && time <= PROFILE_LIMITS.maxTime)) {
    throw new RangeError(`${name}.times must be from 0 to ${PROFILE_LIMITS.maxTime} ms`);
  }
  if (typeof calibration !== 'object' || calibration === null || (calibration.state !== 'current' && calibration.state !== 'pending')) {
    throw new TypeError(`${name}.calibration must have a state and numbers`);
  }
  for (const field of ['mean', 'deviation', 'leaveOneOut'] as const) {
    const least = field === 'deviation' ? 0 : -RAW_BOUND;
    if (!(calibration[field] >= least && calibration[field] <= RAW_BOUND)) {
      throw new RangeError(`${name}.calibration.${field} must be from ${least} to ${RAW_BOUND}`);
    }
  }
}

/** Body: calibration id, state (0 current, 1 pending), mean, deviation, leave-one-out as float64; then the times as float32. */
export function serializeDefaultProfile(profile: DefaultProfile): Uint8Array {
  assertDefaultProfile(profile);
  const { keys, samples, times, calibration } = profile;
  const header = { detector: STORED_DETECTOR.kernel, version: VERSION, keys, samples };
  const { bytes, body } = createProfileBytes(header, bodyLength(keys, samples));
  body.setUint8(0, STORED_CALIBRATION);
  body.setUint8(1, calibration.state === 'current' ? 0 : 1);
  body.setFloat64(2, calibration.mean);
  body.setFloat64(10, calibration.deviation);
  body.setFloat64(18, calibration.leaveOneOut);
  for (let i = 0; i < times.length; i++) {
    body.setFloat32(CALIBRATION_BYTES + 4 * i, times[i]);
  }
  return bytes;
}

/** @throws ModelError for anything that {@link serializeDefaultProfile} would not have written. */
export function parseDefaultProfile(data: Uint8Array): DefaultProfile {
  const { keys, samples, body } = openProfileBytes(data, {
    detector: STORED_DETECTOR.kernel,
    version: VERSION,
    minSamples: LEAST_SAMPLES,
    maxSamples: WINDOW,
    bodyLength,
  });
  if (body.getUint8(0) !== STORED_CALIBRATION) {
    throw new ModelError('ERR_PROFILE_VERSION', 'the profile was calibrated by another method', { field: 'calibration' });
  }
  const state = checkedNumber(body.getUint8(1), 0, 1, 'calibration.state') === 0 ? 'current' : 'pending';
  const mean = checkedNumber(body.getFloat64(2), -RAW_BOUND, RAW_BOUND, 'calibration.mean');
  const deviation = checkedNumber(body.getFloat64(10), 0, RAW_BOUND, 'calibration.deviation');
  const leaveOneOut = checkedNumber(body.getFloat64(18), -RAW_BOUND, RAW_BOUND, 'calibration.leaveOneOut');
  const times = new Float32Array(samples * timesOf(keys));
  for (let i = 0; i < times.length; i++) {
    times[i] = checkedNumber(body.getFloat32(CALIBRATION_BYTES + 4 * i), 0, PROFILE_LIMITS.maxTime, 'times');
  }
  return { schema: DEFAULT_PROFILE_SCHEMA, keys, samples, times, calibration: { state, mean, deviation, leaveOneOut } };
}

function bodyLength(keys: number, samples: number): number {
  return CALIBRATION_BYTES + 4 * samples * timesOf(keys);
}
