import { type FixedTextVector, type Insufficient, insufficient } from '@tacit-auth/features';
import type { Detector, Score } from './detector';
import { LARGEST_LLR } from './fixed-text-calibration';
import { assertVector, assertVectors, PROFILE_LIMITS, unfitKeys } from './fixed-text-limits';
import { checkedNumber, createProfileBytes, openProfileBytes, STORED_DETECTOR } from './profile-bytes';
import { cutOffAt, type ThresholdTable } from './threshold-table';

export const SCALED_MANHATTAN_SCHEMA = 'scaled-manhattan-profile/1';

/** Mean and mean absolute deviation of each timing: K hold, K - 1 press-press, K - 1 release-press, in ms. Plain data. */
export interface ScaledManhattanProfile {
  readonly schema: typeof SCALED_MANHATTAN_SCHEMA;
  readonly keys: number;
  /** Samples that the profile rests on; counted to 65,535. */
  readonly samples: number;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

const CALIBRATION = 'scaled-manhattan-cmu/1';
const LEAST_SAMPLES = 3;
const MOST_SAMPLES = 65_535;
/** After so many samples each new one moves the running estimates by one part in as many. */
const LONGEST_MEMORY = 100;
/** Least deviation, in ms: no keyboard and no clock resolves less. */
const LEAST_DEVIATION = 1;
/** A distance under this says no more for the customer. */
const LEAST_DISTANCE = 0.01;
/** Log odds = offset + slope x ln(distance): logistic regression on 26 CMU subjects with 5 to 100 samples, impostors half novice, half practised. */
const LOG_ODDS = { slope: -3.36, offset: 2.73 } as const;
/** ln(distance) below which practised impostors of the same subjects fall at that rate. */
const CUT_OFFS: ThresholdTable = [
  [0.001, -0.051],
  [0.005, 0.07],
  [0.01, 0.16],
  [0.02, 0.245],
  [0.05, 0.403],
];
const VERSION = 1;

function timingsOf(keys: number): number {
  return 3 * keys - 2;
}

function fit(samples: readonly FixedTextVector[]): ScaledManhattanProfile | Insufficient {
  assertVectors(samples, 'samples');
  if (samples.length < LEAST_SAMPLES) {
    return insufficient('too-few-samples', `${samples.length} of at least ${LEAST_SAMPLES} samples`);
  }
  if (samples.length > MOST_SAMPLES) {
    throw new RangeError(`samples must hold at most ${MOST_SAMPLES} vectors`);
  }
  const keys = samples[0].hold.length;
  if (samples.some((sample) => sample.hold.length !== keys)) {
    return insufficient('length-mismatch', 'the samples differ in their number of keys');
  }
  const unfit = unfitKeys(keys);
  if (unfit !== undefined) {
    return unfit;
  }
  const count = timingsOf(keys);
  const rows = samples.map(timings);
  const mean = new Float64Array(count);
  const deviation = new Float64Array(count);
  // Divided once at the end: a sum of quotients can round to more than the longest time, and the profile would then refuse itself.
  for (let f = 0; f < count; f++) {
    let sum = 0;
    for (const row of rows) {
      sum += row[f];
    }
    mean[f] = sum / rows.length;
    let absolute = 0;
    for (const row of rows) {
      absolute += Math.abs(row[f] - mean[f]);
    }
    deviation[f] = absolute / rows.length;
  }
  return { schema: SCALED_MANHATTAN_SCHEMA, keys, samples: rows.length, mean, deviation };
}

function score(profile: ScaledManhattanProfile, sample: FixedTextVector): Score | Insufficient {
  assertProfile(profile);
  assertVector(sample, 'sample');
  if (sample.hold.length !== profile.keys) {
    return insufficient('length-mismatch', `${sample.hold.length} keys against ${profile.keys} of the profile`);
  }
  const { mean, deviation } = profile;
  const row = timings(sample);
  let sum = 0;
  for (let f = 0; f < row.length; f++) {
    sum += Math.abs(row[f] - mean[f]) / Math.max(deviation[f], LEAST_DEVIATION);
  }
  const raw = sum / row.length;
  return {
    status: 'scored',
    llr: llrOf(Math.log(Math.max(raw, LEAST_DISTANCE))),
    raw,
    calibration: CALIBRATION,
    evidence: { samples: profile.samples, keys: profile.keys },
  };
}

function llrOf(logDistance: number): number {
  const llr = LOG_ODDS.offset + LOG_ODDS.slope * logDistance;
  return Math.min(Math.max(llr, -LARGEST_LLR), LARGEST_LLR);
}

function update(profile: ScaledManhattanProfile, sample: FixedTextVector): ScaledManhattanProfile {
  assertProfile(profile);
  assertVector(sample, 'sample');
  if (sample.hold.length !== profile.keys) {
    throw new RangeError('sample must have as many keys as the profile');
  }
  const row = timings(sample);
  const share = 1 / Math.min(profile.samples + 1, LONGEST_MEMORY);
  const mean = profile.mean.map((value, f) => value + share * (row[f] - value));
  const deviation = profile.deviation.map((value, f) => value + share * (Math.abs(row[f] - mean[f]) - value));
  return { ...profile, samples: Math.min(profile.samples + 1, MOST_SAMPLES), mean, deviation };
}

/** Release-press follows from the other two; computing it keeps a forged vector from disagreeing with itself. */
function timings(vector: FixedTextVector): Float64Array {
  const { hold, pressPress } = vector;
  const keys = hold.length;
  const row = new Float64Array(timingsOf(keys));
  row.set(hold);
  row.set(pressPress, keys);
  for (let i = 0; i < keys - 1; i++) {
    row[2 * keys - 1 + i] = pressPress[i] - hold[i];
  }
  return row;
}

function assertProfile(value: unknown): asserts value is ScaledManhattanProfile {
  const profile = value as Partial<ScaledManhattanProfile> | null | undefined;
  if (typeof profile !== 'object' || profile === null || profile.schema !== SCALED_MANHATTAN_SCHEMA) {
    throw new TypeError(`profile must be a profile of schema ${SCALED_MANHATTAN_SCHEMA}`);
  }
  const { keys, samples, mean, deviation } = profile;
  if (typeof keys !== 'number' || typeof samples !== 'number' || !(mean instanceof Float64Array) || !(deviation instanceof Float64Array)) {
    throw new TypeError('profile must have counts and its numbers as Float64Array');
  }
  if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new RangeError(`profile.keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
  }
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > MOST_SAMPLES) {
    throw new RangeError(`profile.samples must be an integer from ${LEAST_SAMPLES} to ${MOST_SAMPLES}`);
  }
  if (mean.length !== timingsOf(keys) || deviation.length !== mean.length) {
    throw new RangeError(`profile must have ${timingsOf(keys)} means and deviations`);
  }
  const { maxTime } = PROFILE_LIMITS;
  if (!mean.every((time) => Math.abs(time) <= maxTime) || !deviation.every((time) => time >= 0 && time <= 2 * maxTime)) {
    throw new RangeError('profile must have means and deviations of times in range');
  }
}

function serialize(profile: ScaledManhattanProfile): Uint8Array {
  assertProfile(profile);
  const { keys, samples, mean, deviation } = profile;
  const header = { detector: STORED_DETECTOR.scaledManhattan, version: VERSION, keys, samples };
  const { bytes, body } = createProfileBytes(header, 16 * mean.length);
  for (let f = 0; f < mean.length; f++) {
    body.setFloat64(16 * f, mean[f]);
    body.setFloat64(16 * f + 8, deviation[f]);
  }
  return bytes;
}

function parse(data: Uint8Array): ScaledManhattanProfile {
  const { keys, samples, body } = openProfileBytes(data, {
    detector: STORED_DETECTOR.scaledManhattan,
    version: VERSION,
    minSamples: LEAST_SAMPLES,
    maxSamples: MOST_SAMPLES,
    bodyLength: (count) => 16 * timingsOf(count),
  });
  const { maxTime } = PROFILE_LIMITS;
  const mean = new Float64Array(timingsOf(keys));
  const deviation = new Float64Array(mean.length);
  for (let f = 0; f < mean.length; f++) {
    mean[f] = checkedNumber(body.getFloat64(16 * f), -maxTime, maxTime, 'mean');
    deviation[f] = checkedNumber(body.getFloat64(16 * f + 8), 0, 2 * maxTime, 'deviation');
  }
  return { schema: SCALED_MANHATTAN_SCHEMA, keys, samples, mean, deviation };
}

/**
 * The published reference: the mean over hold, press-press and release-press times of |time - mean| / mean absolute deviation
 * (K. Killourhy, R. Maxion, "Comparing Anomaly-Detection Algorithms for Keystroke Dynamics", DSN 2009), with a floor of 1 ms on the deviation.
 * For comparison: its thresholds come from one text and do not travel. `update` keeps running estimates, which the publication has not.
 */
export const scaledManhattan: Detector<ScaledManhattanProfile> = Object.freeze({
  id: 'scaled-manhattan/1',
  minimumEnrolment: LEAST_SAMPLES,
  fit,
  score,
  update,
  threshold(profile: ScaledManhattanProfile, targetFmr: number): number {
    assertProfile(profile);
    return llrOf(cutOffAt(CUT_OFFS, targetFmr));
  },
  serialize,
  parse,
});
