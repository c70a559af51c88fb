import type { CohortStatistics } from './simulated-cohort';
import { cutOffAt, type ThresholdTable } from './threshold-table';

/**
 * Id of the calibration below. A change of any number in this file is a new id, and so is a change of what `samples` counts: 2 had these numbers, and
 * took each copy of an entry for another entry, which made another threshold of the same profile.
 */
export const FIXED_TEXT_CALIBRATION = 'fixed-text-travelling/3';

/** Bound on the log-likelihood ratio, both ways: more than this no evaluation has shown. */
export const LARGEST_LLR = 12;

/**
 * The travelling score T = (S - .75 mean - .5 leave-one-out) / sqrt(deviation): the raw score against a simulated cohort that types this very
 * text, and against how the template scores its own entries.
 */
const COHORT_SHARE = 0.75;
const LEAVE_ONE_OUT_SHARE = 0.5;
/** Least cohort deviation that is believed; templates of people lie between about .8 and 1.8. */
const LEAST_DEVIATION = 0.25;

/**
 * Each end as log odds that this is the customer, slope x score + offset, by logistic regression on 26 CMU subjects with equal priors and
 * impostors half novice, half practised. Travelling: on 5, 10 and 20 entries. Raw: on 100 entries.
 */
const TRAVELLING = { slope: -2.54, offset: -0.42 } as const;
/** The same for press-press times alone, which say less at the same T. */
const TRAVELLING_OF_PRESS_TIMES = { slope: -2.05, offset: -0.7 } as const;
const RAW = { slope: -3.3, offset: 3.5 } as const;

/** Travelling cut-offs, from glued phrases of Aalto desktop typists: stricter than CMU alone would give, because that text is easy to tell people by. */
const TRAVELLING_CUT_OFFS: ThresholdTable = [
  [0.001, -2.43],
  [0.005, -1.93],
  [0.01, -1.71],
  [0.02, -1.45],
  [0.05, -1.01],
];
/** Raw cut-offs of 26 CMU subjects against practised impostors at 100 entries. */
const RAW_CUT_OFFS: ThresholdTable = [
  [0.001, -0.3],
  [0.005, 0.15],
  [0.01, 0.4],
  [0.02, 0.64],
  [0.05, 1.07],
];

/** Entries at which the raw score begins to count, and at which it counts most. */
const FADE_FROM = 20;
const FADE_TO = 100;
/**
 * Most weight of the raw score. Its cut-off does not travel: the more weight, the more strangers on other texts at 40 entries, and the fewer of the
 * customers' own entries refused on CMU. The README has the rates.
 */
const MOST_RAW_WEIGHT = 0.25;

/** What a calibration depends on: how much the profile knows, and how it scores strangers and its own. */
export interface CalibratedProfile {
  readonly samples: number;
  readonly holds: boolean;
  readonly calibration: CohortStatistics;
}

/** The raw score was measured with hold times; without them it never counts. */
function rawWeight({ samples, holds }: Pick<CalibratedProfile, 'samples' | 'holds'>): number {
  const share = Math.log(samples / FADE_FROM) / Math.log(FADE_TO / FADE_FROM);
  return holds ? MOST_RAW_WEIGHT * Math.min(Math.max(share, 0), 1) : 0;
}

/** The log-likelihood ratio of a raw score against a profile. */
export function calibratedLlr(raw: number, profile: CalibratedProfile): number {
  const { mean, deviation, leaveOneOut } = profile.calibration;
  const travelling = (raw - COHORT_SHARE * mean - LEAVE_ONE_OUT_SHARE * leaveOneOut) / Math.sqrt(Math.max(deviation, LEAST_DEVIATION));
  const llr = blend(profile, travelling, raw);
  return Math.min(Math.max(llr, -LARGEST_LLR), LARGEST_LLR);
}

/** The least log-likelihood ratio to accept at a false match rate. @throws RangeError outside .001 to .05. */
export function calibratedThreshold(targetFmr: number, profile: Pick<CalibratedProfile, 'samples' | 'holds'>): number {
  return blend(profile, cutOffAt(TRAVELLING_CUT_OFFS, targetFmr), cutOffAt(RAW_CUT_OFFS, targetFmr));
}

function blend(profile: Pick<CalibratedProfile, 'samples' | 'holds'>, travelling: number, raw: number): number {
  const weight = rawWeight(profile);
  const { slope, offset } = profile.holds ? TRAVELLING : TRAVELLING_OF_PRESS_TIMES;
  return (1 - weight) * (slope * travelling + offset) + weight * (RAW.slope * raw + RAW.offset);
}
