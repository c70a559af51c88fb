import { type FixedTextVector, hasHolds, type Insufficient, keysOf } from '@tacit-auth/features';
import type { Detector, Score } from './detector';
import { LARGEST_LLR } from './fixed-text-calibration';
import { assertFits, assertVector, assertVectors, PROFILE_LIMITS, unfitEntry, unfitSamples } from './fixed-text-limits';
import { checkedNumber, createProfileBytes, openProfileBytes, STORED_DETECTOR } from './profile-bytes';
import { cutOffAt, type ThresholdTable } from './threshold-table';

export const SCALED_MANHATTAN_SCHEMA = 'scaled-manhattan-profile/2';

/**
 * Mean and mean absolute deviation of each timing: K hold, K - 1 press-press, K - 1 release-press, in ms; without holds K - 1 press-press alone.
 * Plain data.
 */
export interface ScaledManhattanProfile {
  readonly schema: typeof SCALED_MANHATTAN_SCHEMA;
  readonly keys: number;
  /** Whether entries have hold times; without, the profile judges by press-press times alone. */
  readonly holds: boolean;
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
const VERSION = 2;
/** Version 1 had hold times always, and no byte to say so. */
const FORMER_VERSION = 1;

function timingsOf(keys: number, holds: boolean): number {
  return holds ? 3 * keys - 2 : keys - 1;
}

function fit(samples: readonly FixedTextVector[]): ScaledManhattanProfile | Insufficient {
  assertVectors(samples, 'samples');
  const unfit = unfitSamples(samples, LEAST_SAMPLES);
  if (unfit !== undefined) {
    return unfit;
  }
  if (samples.length > MOST_SAMPLES) {
    throw new RangeError(`samples must hold at most ${MOST_SAMPLES} vectors`);
  }
  const keys = keysOf(samples[0]);
  const holds = hasHolds(samples[0]);
  const count = timingsOf(keys, holds);
  const rows = samples.map((sample) => timings(sample, holds));
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
  return { schema: SCALED_MANHATTAN_SCHEMA, keys, holds, samples: rows.length, mean, deviation };
}

function score(profile: ScaledManhattanProfile, sample: FixedTextVector): Score | Insufficient {
  assertProfile(profile);
  assertVector(sample, 'sample');
  const unfit = unfitEntry(profile, sample);
  if (unfit !== undefined) {
    return unfit;
  }
  const { holds, mean, deviation } = profile;
  const row = timings(sample, holds);
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
  assertFits(profile, sample, 'sample');
  const row = timings(sample, profile.holds);
  const share = 1 / Math.min(profile.samples + 1, LONGEST_MEMORY);
  const mean = profile.mean.map((value, f) => value + share * (row[f] - value));
  const deviation = profile.deviation.map((value, f) => value + share * (Math.abs(row[f] - mean[f]) - value));
  return { ...profile, samples: Math.min(profile.samples + 1, MOST_SAMPLES), mean, deviation };
}

/** Release-press follows from the other two; computing it keeps a forged vector from disagreeing with itself. */
function timings({ hold, pressPress }: FixedTextVector, holds: boolean): Float64Array {
  if (!holds) {
    return pressPress;
  }
  const keys = hold.length;
  const row = new Float64Array(timingsOf(keys, holds));
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
  const { keys, holds, samples, mean, deviation } = profile;
  if (typeof keys !== 'number' || typeof holds !== 'boolean' || typeof samples !== 'number') {
    throw new TypeError('profile must have counts, and whether there are holds');
  }
  if (!(mean instanceof Float64Array) || !(deviation instanceof Float64Array)) {
    throw new TypeError('profile must have its numbers as Float64Array');
  }
  if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
    throw new RangeError(`profile.keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
  }
  if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > MOST_SAMPLES) {
    throw new RangeError(`profile.samples must be an integer from ${LEAST_SAMPLES} to ${MOST_SAMPLES}`);
  }
  const count = timingsOf(keys, holds);
  if (mean.length !== count || deviation.length !== count) {
    throw new RangeError(`profile must have ${count} means and deviations`);
  }
  const { maxTime } = PROFILE_LIMITS;
  if (!mean.every((time) => Math.abs(time) <= maxTime) || !deviation.every((time) => time >= 0 && time <= 2 * maxTime)) {
    throw new RangeError('profile must have means and deviations of times in range');
  }
}

/** Body: 1 if there are holds, else 0; then mean and deviation of each timing as float64. */
function serialize(profile: ScaledManhattanProfile): Uint8Array {
  assertProfile(profile);
  const { keys, holds, samples, mean, deviation } = profile;
  const header = { detector: STORED_DETECTOR.scaledManhattan, version: VERSION, keys, samples };
  const { bytes, body } = createProfileBytes(header, 1 + 16 * mean.length);
  body.setUint8(0, holds ? 1 : 0);
  for (let f = 0; f < mean.length; f++) {
    body.setFloat64(1 + 16 * f, mean[f]);
    body.setFloat64(9 + 16 * f, deviation[f]);
  }
  return bytes;
}

function parse(data: Uint8Array): ScaledManhattanProfile {
  const { keys, samples, version, body } = openProfileBytes(data, {
    detector: STORED_DETECTOR.scaledManhattan,
    version: VERSION,
    formerVersions: [FORMER_VERSION],
    minSamples: LEAST_SAMPLES,
    maxSamples: MOST_SAMPLES,
    bodyLength: (count, _samples, format, firstByte) =>
      format === FORMER_VERSION ? 16 * timingsOf(count, true) : 1 + 16 * timingsOf(count, firstByte === 1),
  });
  const former = version === FORMER_VERSION;
  const holds = former || checkedNumber(body.getUint8(0), 0, 1, 'holds') === 1;
  const first = former ? 0 : 1;
  const { maxTime } = PROFILE_LIMITS;
  const mean = new Float64Array(timingsOf(keys, holds));
  const deviation = new Float64Array(mean.length);
  for (let f = 0; f < mean.length; f++) {
    mean[f] = checkedNumber(body.getFloat64(first + 16 * f), -maxTime, maxTime, 'mean');
    deviation[f] = checkedNumber(body.getFloat64(first + 16 * f + 8), 0, 2 * maxTime, 'deviation');
  }
  return { schema: SCALED_MANHATTAN_SCHEMA, keys, holds, samples, mean, deviation };
}

/**
 * The published reference: the mean over hold, press-press and release-press times of |time - mean| / mean absolute deviation
 * (K. Killourhy, R. Maxion, "Comparing Anomaly-Detection Algorithms for Keystroke Dynamics", DSN 2009), with a floor of 1 ms on the deviation. Where no entry of the
 * enrolment has hold times, press-press times alone.
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
