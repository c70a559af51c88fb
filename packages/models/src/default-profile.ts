import { PROFILE_LIMITS, timesOf } from './fixed-text-limits';
import { WINDOW } from './kernel-template';
import { ModelError } from './model-error';
import { checkedNumber, createProfileBytes, openProfileBytes, STORED_DETECTOR } from './profile-bytes';
import { MOST_TIMES, mergedRows } from './profile-counts';
import type { CohortStatistics } from './simulated-cohort';

export const DEFAULT_PROFILE_SCHEMA = 'kernel-profile/3';

/** Calibration of one profile. */
export interface ProfileCalibration extends CohortStatistics {
  /**
   * `current`: measured on these very samples. `pending`: measured before the last samples were added, or by a former version; still usable, and
   * to be renewed by `calibrateInSteps`.
   */
  readonly state: 'current' | 'pending';
}

/** A profile of the default detector: plain data that can be cloned, posted to a worker and stored. Never changed in place. */
export interface DefaultProfile {
  readonly schema: typeof DEFAULT_PROFILE_SCHEMA;
  /** K, 2 to 128. */
  readonly keys: number;
  /** Whether entries have hold times; without, the profile judges by press-press times alone. */
  readonly holds: boolean;
  /** Entries, each once: rows in `times`, 3 to 100. What the profile's evidence is counted by. */
  readonly samples: number;
  /** Row after row, oldest first: K hold times (where there are holds), then K - 1 press-press times, in ms. */
  readonly times: Float32Array;
  /** How often each entry was learned, 1 to 10; 100 in all at most. It weighs as so many copies in a row would, and vouches once. */
  readonly counts: Uint8Array;
  readonly calibration: ProfileCalibration;
}

/** Fewest samples of a profile. */
export const LEAST_SAMPLES = 3;

const VERSION = 3;
/** Version 2 had no counts, and copies of an entry instead. */
const WITHOUT_COUNTS = 2;
/** Version 1 had hold times always, and no byte to say so. */
const WITH_HOLDS = 1;
/** Id of the calibration whose numbers are stored: 3 is `fixed-text-travelling/3`. */
const STORED_CALIBRATION = 3;
/** The same numbers of the same scores, and thresholds that took copies of an entry for entries. */
const OF_COPIES = 2;
const OF_OTHER_SCORES = 1;
/** Which calibrations a version may hold. */
const CALIBRATIONS: Readonly<Record<number, readonly number[]>> = {
  [VERSION]: [STORED_CALIBRATION, OF_COPIES],
  [WITHOUT_COUNTS]: [OF_COPIES],
  [WITH_HOLDS]: [OF_OTHER_SCORES],
};
const CALIBRATION_BYTES = 26;
/**
 * What the numbers of calibration 1 come to on the scores of today, until they are measured anew: lines through 2,600 profiles of CMU and Aalto
 * typists, which miss the mean by .09, the deviation by .04 and the leave-one-out by .25.
 */
const TRANSLATED = { mean: [0.556, 1.067], deviation: [0.626, 0.156], leaveOneOut: [0.87, 0.24] } as const;
/** No raw score lies outside this; nor can a mean, a median or a deviation of raw scores. */
const RAW_BOUND = 16;

/** @throws TypeError for another shape; RangeError for counts, times or calibration out of bounds. */
export function assertDefaultProfile(value: unknown, name = 'profile'): asserts value is DefaultProfile {
  const profile = value as Partial<DefaultProfile> | null | undefined;
  if (typeof profile !== 'object' || profile === null || profile.schema !== DEFAULT_PROFILE_SCHEMA) {
    throw new TypeError(`${name} must be a profile of schema ${DEFAULT_PROFILE_SCHEMA}`);
  }
  const { keys, holds, samples, times, counts, calibration } = profile;
  if (typeof keys !== 'number' || typeof holds !== 'boolean' || typeof samples !== 'number') {
    throw new TypeError(`${name} must have keys, whether there are holds, and samples`);
  }
  if (!(times instanceof Float32Array) || !(counts instanceof Uint8Array)) {
    throw new TypeError(`${name} must have its times as Float32Array and their counts as Uint8Array`);
  }
  if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new RangeError(`${name}.keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
  }
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > WINDOW) {
    throw new RangeError(`${name}.samples must be an integer from ${LEAST_SAMPLES} to ${WINDOW}`);
  }
  const width = timesOf(keys, holds);
  if (times.length !== samples * width) {
    throw new RangeError(`${name}.times must have ${samples} rows of ${width} times`);
  }
  if (!times.every((time) => time >= 0 && time <= PROFILE_LIMITS.maxTime)) {
    throw new RangeError(`${name}.times must be from 0 to ${PROFILE_LIMITS.maxTime} ms`);
  }
  if (counts.length !== samples || !counts.every((times) => times >= 1 && times <= MOST_TIMES) || totalOf(counts) > WINDOW) {
    throw new RangeError(`${name}.counts must be ${samples} integers from 1 to ${MOST_TIMES}, ${WINDOW} in all at most`);
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

function totalOf(counts: Uint8Array): number {
  return counts.reduce((sum, times) => sum + times, 0);
}

/**
 * Body: 1 if there are holds, else 0; calibration id, state (0 current, 1 pending), mean, deviation, leave-one-out as float64; a byte for how often
 * each entry counts; then the times as float32.
 */
export function serializeDefaultProfile(profile: DefaultProfile): Uint8Array {
  assertDefaultProfile(profile);
  const { keys, holds, samples, times, counts, calibration } = profile;
  const header = { detector: STORED_DETECTOR.kernel, version: VERSION, keys, samples };
  const { bytes, body } = createProfileBytes(header, bodyLength(keys, samples, VERSION, holds ? 1 : 0));
  body.setUint8(0, holds ? 1 : 0);
  body.setUint8(1, STORED_CALIBRATION);
  body.setUint8(2, calibration.state === 'current' ? 0 : 1);
  body.setFloat64(3, calibration.mean);
  body.setFloat64(11, calibration.deviation);
  body.setFloat64(19, calibration.leaveOneOut);
  const atCounts = 1 + CALIBRATION_BYTES;
  for (let i = 0; i < samples; i++) {
    body.setUint8(atCounts + i, counts[i]);
  }
  for (let i = 0; i < times.length; i++) {
    body.setFloat32(atCounts + samples + 4 * i, times[i]);
  }
  return bytes;
}

/**
 * Reads versions 1 and 2 too. Of version 1 the entries are the same, and the calibration, which was made for other scores, is translated. Of
 * version 2 an entry that follows its like is a count of it. What a former calibration made is `pending`.
 *
 * @throws ModelError for anything that {@link serializeDefaultProfile}, or that of a former version, would not have written.
 */
export function parseDefaultProfile(data: Uint8Array): DefaultProfile {
  const { keys, samples, version, body } = openProfileBytes(data, {
    detector: STORED_DETECTOR.kernel,
    version: VERSION,
    formerVersions: [WITHOUT_COUNTS, WITH_HOLDS],
    minSamples: LEAST_SAMPLES,
    maxSamples: WINDOW,
    bodyLength,
  });
  const former = version === WITH_HOLDS;
  const holds = former || checkedNumber(body.getUint8(0), 0, 1, 'holds') === 1;
  let at = former ? 0 : 1;
  const calibratedBy = body.getUint8(at);
  if (!CALIBRATIONS[version].includes(calibratedBy)) {
    throw new ModelError('ERR_PROFILE_VERSION', 'the profile was calibrated by another method', { field: 'calibration' });
  }
  const isPending = checkedNumber(body.getUint8(at + 1), 0, 1, 'calibration.state') === 1;
  const mean = checkedNumber(body.getFloat64(at + 2), -RAW_BOUND, RAW_BOUND, 'calibration.mean');
  const deviation = checkedNumber(body.getFloat64(at + 10), 0, RAW_BOUND, 'calibration.deviation');
  const leaveOneOut = checkedNumber(body.getFloat64(at + 18), -RAW_BOUND, RAW_BOUND, 'calibration.leaveOneOut');
  at += CALIBRATION_BYTES;
  const stored = version === VERSION ? new Uint8Array(samples) : undefined;
  if (stored !== undefined) {
    for (let i = 0; i < samples; i++) {
      stored[i] = checkedNumber(body.getUint8(at + i), 1, MOST_TIMES, 'counts');
    }
    checkedNumber(totalOf(stored), samples, WINDOW, 'counts');
    at += samples;
  }
  const times = new Float32Array(samples * timesOf(keys, holds));
  for (let i = 0; i < times.length; i++) {
    times[i] = checkedNumber(body.getFloat32(at + 4 * i), 0, PROFILE_LIMITS.maxTime, 'times');
  }
  const rows = stored === undefined ? mergedRows(times, timesOf(keys, holds), LEAST_SAMPLES) : { times, counts: stored };
  const calibration: ProfileCalibration =
    calibratedBy === OF_OTHER_SCORES
      ? translated({ mean, deviation, leaveOneOut })
      : { state: isPending || calibratedBy === OF_COPIES ? 'pending' : 'current', mean, deviation, leaveOneOut };
  return { schema: DEFAULT_PROFILE_SCHEMA, keys, holds, samples: rows.counts.length, ...rows, calibration };
}

function translated(former: CohortStatistics): ProfileCalibration {
  const along = (field: keyof CohortStatistics) => TRANSLATED[field][0] * former[field] + TRANSLATED[field][1];
  return { state: 'pending', mean: along('mean'), deviation: along('deviation'), leaveOneOut: along('leaveOneOut') };
}

function bodyLength(keys: number, samples: number, version: number, firstByte: number): number {
  const former = version === WITH_HOLDS;
  const counts = version === VERSION ? samples : 0;
  return (former ? 0 : 1) + CALIBRATION_BYTES + counts + 4 * samples * timesOf(keys, former || firstByte === 1);
}
