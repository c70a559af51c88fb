/** The kinds of number that the default detector sees in one entry of a text of K keys. */
export const FIXED_TEXT_KINDS = ['holdRhythm', 'releaseRelease', 'hold', 'upDown', 'downDown'] as const;
export type FixedTextKind = (typeof FIXED_TEXT_KINDS)[number];

/** Population constants of one kind; sources at {@link KIND_CONSTANTS}. */
export interface KindConstants {
  /** Median over people and keys. */
  readonly location: number;
  /** Spread of the generic typist's density: of its middle, and of its tails, which is the 68 % absolute deviation over people and keys. */
  readonly spread: number;
  readonly tailSpread: number;
  /** Mean absolute deviation within one person and key. */
  readonly within: number;
}

/**
 * Medians and scales by kind, between those of 450 people of the Aalto desktop set (Dhakal et al., CHI 2018; English sentences) and those of 26
 * people of the CMU password set (Killourhy & Maxion, DSN 2009). The spread of the middle is smaller: what is common to a person's keys is already
 * in the centre. Facts about typing at large: no person's data.
 */
export const KIND_CONSTANTS: Readonly<Record<FixedTextKind, KindConstants>> = {
  holdRhythm: { location: 0, spread: 0.21, tailSpread: 0.23, within: 0.11 },
  releaseRelease: { location: -1.7, spread: 0.58, tailSpread: 0.63, within: 0.21 },
  hold: { location: -2.4, spread: 0.31, tailSpread: 0.34, within: 0.12 },
  upDown: { location: 1.3, spread: 1.06, tailSpread: 1.15, within: 0.32 },
  downDown: { location: -1.72, spread: 0.55, tailSpread: 0.6, within: 0.2 },
};

/** Where the features of one kind lie. */
export interface KindRange {
  readonly kind: FixedTextKind;
  readonly from: number;
  readonly to: number;
  /** Weight of the mean log ratio of these features in the raw score; 0 where they count as distances alone. */
  readonly weight: number;
}

/**
 * The features of a text: those weighed by density first, those of the nearest neighbours last, and most kinds in both, so that each part of the
 * score runs over one stretch.
 */
export interface FeatureLayout {
  readonly keys: number;
  /** Whether entries have hold times, or press-press times alone. */
  readonly holds: boolean;
  /** Times of one entry: K holds, where there are holds, and K - 1 press-press times. */
  readonly width: number;
  readonly kinds: readonly KindRange[];
  /** End of the features that are weighed by density. */
  readonly weighed: number;
  /** First feature of the nearest neighbours, which reach to the end. */
  readonly near: number;
  readonly count: number;
}

/** Weights of each kind: log-odds fits on half of the CMU subjects, rounded; for press times alone, one of four tried on latencies. */
const WEIGHTS = { holdRhythm: 1.3, releaseRelease: 0.9, hold: 1, upDown: 0.7 } as const;
const WEIGHT_OF_PRESS_TIMES_ALONE = 2.5;

/** Layout of a text of K keys: 5K - 3 features with holds, K - 1 without. */
export function featureLayout(keys: number, holds: boolean): FeatureLayout {
  const transitions = keys - 1;
  if (!holds) {
    const kinds: KindRange[] = [{ kind: 'downDown', from: 0, to: transitions, weight: WEIGHT_OF_PRESS_TIMES_ALONE }];
    return { keys, holds, width: transitions, kinds, weighed: transitions, near: 0, count: transitions };
  }
  const near = keys + transitions;
  const weighed = 2 * near;
  const count = weighed + transitions;
  const kinds: KindRange[] = [
    { kind: 'holdRhythm', from: 0, to: keys, weight: WEIGHTS.holdRhythm },
    { kind: 'releaseRelease', from: keys, to: near, weight: WEIGHTS.releaseRelease },
    { kind: 'hold', from: near, to: near + keys, weight: WEIGHTS.hold },
    { kind: 'upDown', from: near + keys, to: weighed, weight: WEIGHTS.upDown },
    { kind: 'downDown', from: weighed, to: count, weight: 0 },
  ];
  return { keys, holds, width: near, kinds, weighed, near, count };
}

/** Shorter times than this, in s, are read as this: below it a logarithm measures the clock. */
const SHORTEST = 0.01;
/** Scale of the up-down time in s: linear under it, logarithmic above, and defined for roll-over (negative) times. */
const UP_DOWN_SCALE = 0.05;

/**
 * Writes the features of one entry, in the order of {@link featureLayout}:
 * R = H - its mean, Q = ln release-release, H = ln hold, U = asinh(up-down / 50 ms), D = ln down-down, all in seconds, logarithms of at least 10 ms.
 *
 * @param times K hold times, where there are holds, then K - 1 press-press times, in ms.
 */
export function writeFeatures(layout: FeatureLayout, times: Float32Array, target: Float64Array): void {
  const { keys, holds, near, weighed } = layout;
  const transitions = keys - 1;
  if (!holds) {
    for (let i = 0; i < transitions; i++) {
      target[i] = Math.log(Math.max(times[i] / 1000, SHORTEST));
    }
    return;
  }
  let sum = 0;
  for (let i = 0; i < keys; i++) {
    const value = Math.log(Math.max(times[i] / 1000, SHORTEST));
    target[near + i] = value;
    sum += value;
  }
  const mean = sum / keys;
  for (let i = 0; i < keys; i++) {
    target[i] = target[near + i] - mean;
  }
  for (let i = 0; i < transitions; i++) {
    const downDown = times[keys + i] / 1000;
    const upDown = downDown - times[i] / 1000;
    target[keys + i] = Math.log(Math.max(upDown + times[i + 1] / 1000, SHORTEST));
    target[near + keys + i] = Math.asinh(upDown / UP_DOWN_SCALE);
    target[weighed + i] = Math.log(Math.max(downDown, SHORTEST));
  }
}
