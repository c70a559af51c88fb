import { type FixedTextVector, hasHolds, type Insufficient, keysOf } from '@tacit-auth/features';
import {
  assertDefaultProfile,
  DEFAULT_PROFILE_SCHEMA,
  type DefaultProfile,
  LEAST_SAMPLES,
  parseDefaultProfile,
  serializeDefaultProfile,
} from './default-profile';
import type { Detector, Score } from './detector';
import { calibratedLlr, calibratedThreshold, FIXED_TEXT_CALIBRATION } from './fixed-text-calibration';
import { writeFeatures } from './fixed-text-features';
import { assertFits, assertVector, assertVectors, timesOf, unfitEntry, unfitSamples } from './fixed-text-limits';
import { rawScore } from './kernel-score';
import { buildTemplate, extendTemplate, type KernelTemplate, WINDOW } from './kernel-template';
import { learnRow, MOST_TIMES, mergedRows } from './profile-counts';
import { cohortInSteps } from './simulated-cohort';

/**
 * Templates derived from profiles. A template is a function of its profile alone, so that losing one costs time and nothing else; a profile
 * that was cloned or parsed gets its own at the first use.
 */
const templates = new WeakMap<DefaultProfile, KernelTemplate>();

/** The template of a profile; a profile that is not known yet is checked first. */
export function templateOf(profile: DefaultProfile, name = 'profile'): KernelTemplate {
  const known = typeof profile === 'object' && profile !== null ? templates.get(profile) : undefined;
  if (known !== undefined) {
    return known;
  }
  assertDefaultProfile(profile, name);
  const template = buildTemplate(profile.keys, profile.holds, profile.samples, profile.times, profile.counts);
  templates.set(profile, template);
  return template;
}

/** The features of an entry in the template's layout; for a template of press times alone its hold times are passed over. */
export function probeOf(template: KernelTemplate, vector: FixedTextVector): Float64Array {
  const { layout } = template;
  const times = new Float32Array(layout.width);
  writeRow(vector, layout.holds, times, 0);
  const probe = new Float64Array(layout.count);
  writeFeatures(layout, times, probe);
  return probe;
}

function writeRow(vector: FixedTextVector, holds: boolean, times: Float32Array, offset: number): void {
  if (holds) {
    times.set(vector.hold, offset);
    times.set(vector.pressPress, offset + vector.hold.length);
  } else {
    times.set(vector.pressPress, offset);
  }
}

function fit(samples: readonly FixedTextVector[]): DefaultProfile | Insufficient {
  assertVectors(samples, 'samples');
  const unfit = unfitSamples(samples, LEAST_SAMPLES);
  if (unfit !== undefined) {
    return unfit;
  }
  const kept = samples.slice(-WINDOW);
  const keys = keysOf(kept[0]);
  const holds = hasHolds(kept[0]);
  const width = timesOf(keys, holds);
  const times = new Float32Array(kept.length * width);
  for (let j = 0; j < kept.length; j++) {
    writeRow(kept[j], holds, times, j * width);
  }
  const rows = mergedRows(times, width, LEAST_SAMPLES);
  const uncalibrated: DefaultProfile = {
    schema: DEFAULT_PROFILE_SCHEMA,
    keys,
    holds,
    samples: rows.counts.length,
    ...rows,
    calibration: { state: 'pending', mean: 0, deviation: 0, leaveOneOut: 0 },
  };
  return finish(calibrateInSteps(uncalibrated));
}

function score(profile: DefaultProfile, sample: FixedTextVector): Score | Insufficient {
  const template = templateOf(profile);
  assertVector(sample, 'sample');
  const unfit = unfitEntry(profile, sample);
  if (unfit !== undefined) {
    return unfit;
  }
  const raw = rawScore(template, probeOf(template, sample));
  return {
    status: 'scored',
    llr: calibratedLlr(raw, profile),
    raw,
    calibration: FIXED_TEXT_CALIBRATION,
    evidence: { samples: profile.samples, keys: profile.keys },
  };
}

/**
 * The profile with one more accepted sample, scored by the calibration it had: cheap, for the way of a request. Its calibration is `pending`
 * until {@link calibrateInSteps} renews it; the two together give what `defaultDetector.update` gives, bit for bit. A sample equal to the newest
 * entry is no entry more: that one counts once more.
 *
 * @throws RangeError if `sample` has another number of keys than the profile, or no hold times where the profile has them.
 */
export function updateUncalibrated(profile: DefaultProfile, sample: FixedTextVector): DefaultProfile {
  return updateCounted(profile, sample, 1);
}

/**
 * {@link updateUncalibrated} with a sample that counts several times, such as a verified one: it weighs as so many copies of it in a row would, and
 * is one entry wherever evidence is counted. Where the counts would come to more than 100, the oldest leave.
 *
 * @param times 1 to 10: see `verifiedTimes`.
 * @throws TypeError for wrong kinds; RangeError if `sample` has another number of keys than the profile, or no hold times where the profile has
 * them, or for `times` out of range.
 */
export function updateCounted(profile: DefaultProfile, sample: FixedTextVector, times: number): DefaultProfile {
  const template = templateOf(profile);
  assertVector(sample, 'sample');
  assertFits(profile, sample, 'sample');
  if (typeof times !== 'number') {
    throw new TypeError('times must be a number');
  }
  if (!Number.isInteger(times) || times < 1 || times > MOST_TIMES) {
    throw new RangeError(`times must be an integer from 1 to ${MOST_TIMES}`);
  }
  const row = new Float32Array(timesOf(profile.keys, profile.holds));
  writeRow(sample, profile.holds, row, 0);
  const { dropped, again, ...rows } = learnRow(profile, row, times);
  const updated: DefaultProfile = {
    ...profile,
    samples: rows.counts.length,
    ...rows,
    calibration: { ...profile.calibration, state: 'pending' },
  };
  templates.set(updated, extendTemplate(template, rows.counts, dropped, again ? undefined : row));
  return updated;
}

/**
 * Calibrates a profile against the simulated cohort, in slices of about 2 ms, so that a server may serve requests between them. Returns the
 * profile with a `current` calibration; when it is resumed does not change the result. With 100 samples 2 slices for 11 keys, 20 for 128.
 *
 * @throws TypeError or RangeError at the first step if `profile` is not a profile.
 */
export function* calibrateInSteps(profile: DefaultProfile): Generator<void, DefaultProfile> {
  const template = templateOf(profile);
  if (profile.calibration.state === 'current') {
    return profile;
  }
  const { mean, deviation, leaveOneOut } = yield* cohortInSteps(template);
  const calibrated: DefaultProfile = { ...profile, calibration: { state: 'current', mean, deviation, leaveOneOut } };
  templates.set(calibrated, template);
  return calibrated;
}

function finish(steps: Generator<void, DefaultProfile>): DefaultProfile {
  let step = steps.next();
  while (!step.done) {
    step = steps.next();
  }
  return step.value;
}

/**
 * The detector that the product uses: for each timing the likelihood under a generic typist against a kernel density over the customer's last
 * accepted entries (100, or fewer that count 100 times in all; the newest weigh most), and the distance to the nearest of them. Only times are used, never which keys. Where no entry of
 * the enrolment has hold times, the profile judges by press-press times alone.
 *
 * `threshold` takes a false match rate from .001 to .05. See the package's README for what was measured and what was not.
 */
export const defaultDetector: Detector<DefaultProfile> = Object.freeze({
  id: 'kernel/2',
  minimumEnrolment: LEAST_SAMPLES,
  fit,
  score,
  update: (profile: DefaultProfile, sample: FixedTextVector) => finish(calibrateInSteps(updateUncalibrated(profile, sample))),
  threshold(profile: DefaultProfile, targetFmr: number): number {
    templateOf(profile);
    return calibratedThreshold(targetFmr, profile);
  },
  serialize: serializeDefaultProfile,
  parse: parseDefaultProfile,
});
