import { CONVENTIONAL_DISTANCE } from '@tacit-auth/models';
import { auc, equalErrorRate, fnmrAtFmr, type Interval, seededUniforms, type VerificationFigures } from '@tacit-auth/models/evaluation';

/** Distances of pairs of pictures; NaN where one of the two showed no face. */
export interface PairDistances {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** What a trial of pairs adds to the figures of every row. */
export interface PairFigures extends VerificationFigures {
  /** Share of the pairs judged right where a distance of at most .6 means the same person. */
  readonly accuracy_at_06: number | null;
  readonly accuracy_at_06_ci: Interval | null;
  readonly fmr_at_06: number | null;
  readonly fnmr_at_06: number | null;
  /** The best that any one distance does on these very pairs, and that distance: a flattering figure. */
  readonly best_accuracy: number | null;
  readonly best_threshold: number | null;
  /** Share of the pictures that gave no descriptor. */
  readonly failure_to_acquire: number;
}

export interface PairOptions {
  readonly seed: number;
  readonly resamples: number;
  /** People on the pictures. */
  readonly users: number;
  readonly failureToAcquire: number;
}

/** Rates of pairs. Intervals resample the pairs, those of one person and those of two apart. */
export function pairFigures({ genuine: allGenuine, impostor: allImpostor }: PairDistances, options: PairOptions): PairFigures {
  const genuine = scoresOf(allGenuine);
  const impostor = scoresOf(allImpostor);
  const all = allGenuine.length + allImpostor.length;
  const insufficient = all === 0 ? 1 : (all - genuine.length - impostor.length) / all;
  const counts = {
    users: options.users,
    genuine: genuine.length,
    impostor: impostor.length,
    insufficient,
    failure_to_acquire: options.failureToAcquire,
  };
  if (genuine.length === 0 || impostor.length === 0) return { ...NOTHING, ...counts };
  const best = bestAccuracy(genuine, impostor);
  const ci = pairIntervals(genuine, impostor, options);
  return {
    ...counts,
    eer_user: null,
    eer_user_ci: null,
    eer_global: equalErrorRate(genuine, impostor),
    eer_global_ci: ci(equalErrorRate),
    auc: areaUnderCurve(genuine, impostor),
    auc_ci: ci(areaUnderCurve),
    fnmr_at_fmr_1pct: fnmrAtFmr(genuine, impostor, 0.01),
    fnmr_at_fmr_1pct_ci: ci((own, others) => fnmrAtFmr(own, others, 0.01)),
    fnmr_at_fmr_01pct: fnmrAtFmr(genuine, impostor, 0.001),
    fnmr_at_fmr_01pct_ci: ci((own, others) => fnmrAtFmr(own, others, 0.001)),
    fmr_01pct_rests_on: Math.floor(0.001 * impostor.length),
    fmr_claimable: 3 / impostor.length,
    accuracy_at_06: accuracyAt(genuine, impostor, -CONVENTIONAL_DISTANCE),
    accuracy_at_06_ci: ci((own, others) => accuracyAt(own, others, -CONVENTIONAL_DISTANCE)),
    fmr_at_06: shareAtLeast(impostor, -CONVENTIONAL_DISTANCE),
    fnmr_at_06: 1 - shareAtLeast(genuine, -CONVENTIONAL_DISTANCE),
    best_accuracy: best.accuracy,
    best_threshold: best.distance,
  };
}

const NOTHING = {
  eer_user: null,
  eer_user_ci: null,
  eer_global: null,
  eer_global_ci: null,
  auc: null,
  auc_ci: null,
  fnmr_at_fmr_1pct: null,
  fnmr_at_fmr_1pct_ci: null,
  fnmr_at_fmr_01pct: null,
  fnmr_at_fmr_01pct_ci: null,
  fmr_01pct_rests_on: null,
  fmr_claimable: null,
  accuracy_at_06: null,
  accuracy_at_06_ci: null,
  fmr_at_06: null,
  fnmr_at_06: null,
  best_accuracy: null,
  best_threshold: null,
} as const;

/** Higher = more alike; without the pairs that could not be judged. */
function scoresOf(distances: Float64Array): Float64Array {
  return distances.filter((distance) => !Number.isNaN(distance)).map((distance) => -distance);
}

export function shareAtLeast(scores: Float64Array, threshold: number): number {
  let count = 0;
  for (const score of scores) count += score >= threshold ? 1 : 0;
  return count / scores.length;
}

/** As the protocol has it: all pairs alike, however many there are of each kind. */
function accuracyAt(genuine: Float64Array, impostor: Float64Array, threshold: number): number {
  const right = shareAtLeast(genuine, threshold) * genuine.length + (1 - shareAtLeast(impostor, threshold)) * impostor.length;
  return right / (genuine.length + impostor.length);
}

function bestAccuracy(genuine: Float64Array, impostor: Float64Array): { accuracy: number; distance: number } {
  let best = { accuracy: 0, distance: 0 };
  for (const score of [...genuine, ...impostor]) {
    const accuracy = accuracyAt(genuine, impostor, score);
    if (accuracy > best.accuracy) best = { accuracy, distance: -score };
  }
  return best;
}

/** A sum of many shares may come out a little above 1. */
function areaUnderCurve(genuine: Float64Array, impostor: Float64Array): number {
  return Math.min(auc(genuine, impostor), 1);
}

type Statistic = (genuine: Float64Array, impostor: Float64Array) => number;

function pairIntervals(
  genuine: Float64Array,
  impostor: Float64Array,
  { seed, resamples }: PairOptions,
): (statistic: Statistic) => Interval | null {
  const draws = drawnPairs(genuine, impostor, seed, resamples);
  return (statistic) => percentiles(draws.map(([own, others]) => statistic(own, others)));
}

function drawnPairs(
  genuine: Float64Array,
  impostor: Float64Array,
  seed: number,
  resamples: number,
): (readonly [Float64Array, Float64Array])[] {
  const uniform = seededUniforms(seed, STREAM);
  const drawn = (scores: Float64Array) => scores.map(() => scores[Math.floor(uniform() * scores.length)] ?? Number.NaN);
  return Array.from({ length: resamples }, () => [drawn(genuine), drawn(impostor)] as const);
}

/** A stream of its own, so that these draws are no others'. */
const STREAM = 0x66_61_63_65;

export function percentiles(values: readonly number[]): Interval | null {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)] ?? Number.NaN;
    const high = sorted[Math.ceil(place)] ?? Number.NaN;
    return low + (place - Math.floor(place)) * (high - low);
  };
  return sorted.length === 0 ? null : [at(0.025), at(0.975)];
}
