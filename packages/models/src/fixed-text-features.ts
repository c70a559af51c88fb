/** The five kinds of number that the default detector sees in one entry of a text of K keys. */
export const FIXED_TEXT_KINDS = ['hold', 'holdRhythm', 'upDown', 'releaseRelease', 'downDown'] as const;
export type FixedTextKind = (typeof FIXED_TEXT_KINDS)[number];

/** Population constants of one kind; sources at {@link KIND_CONSTANTS}. */
export interface KindConstants {
  /** Median over people and keys. */
  readonly location: number;
  /** Spread (68 % absolute deviation) over people and keys. */
  readonly spread: number;
  /** Mean absolute deviation within one person and key. */
  readonly within: number;
}

/**
 * Medians and scales by kind, between those of 450 people of the Aalto desktop set (Dhakal et al., CHI 2018; English sentences) and those of 26
 * people of the CMU password set (Killourhy & Maxion, DSN 2009). Facts about typing at large: no person's data.
 */
export const KIND_CONSTANTS: Readonly<Record<FixedTextKind, KindConstants>> = {
  hold: { location: -2.4, spread: 0.34, within: 0.12 },
  holdRhythm: { location: 0, spread: 0.23, within: 0.11 },
  upDown: { location: 1.3, spread: 1.15, within: 0.32 },
  releaseRelease: { location: -1.7, spread: 0.63, within: 0.21 },
  downDown: { location: -1.72, spread: 0.6, within: 0.2 },
};

/** First index of each kind among the 5K - 3 features, and their count. */
export interface FeatureLayout {
  readonly keys: number;
  readonly start: Readonly<Record<FixedTextKind, number>>;
  /** End of the last kind. */
  readonly count: number;
}

export function featureLayout(keys: number): FeatureLayout {
  const transitions = keys - 1;
  return {
    keys,
    start: {
      hold: 0,
      holdRhythm: keys,
      upDown: 2 * keys,
      releaseRelease: 2 * keys + transitions,
      downDown: 2 * keys + 2 * transitions,
    },
    count: 2 * keys + 3 * transitions,
  };
}

/** Shorter times than this, in s, are read as this: below it a logarithm measures the clock. */
const SHORTEST = 0.01;
/** Scale of the up-down time in s: linear under it, logarithmic above, and defined for roll-over (negative) times. */
const UP_DOWN_SCALE = 0.05;

/**
 * Writes the features of one entry, in the order of {@link featureLayout}:
 * H = ln hold, R = H - its mean, U = asinh(up-down / 50 ms), Q = ln release-release, D = ln down-down, all in seconds, logarithms of at least 10 ms.
 *
 * @param times K hold times, then K - 1 press-press times, in ms.
 */
export function writeFeatures(layout: FeatureLayout, times: Float32Array, target: Float64Array): void {
  const { keys, start } = layout;
  let sum = 0;
  for (let i = 0; i < keys; i++) {
    const value = Math.log(Math.max(times[i] / 1000, SHORTEST));
    target[i] = value;
    sum += value;
  }
  const mean = sum / keys;
  for (let i = 0; i < keys; i++) {
    target[start.holdRhythm + i] = target[i] - mean;
  }
  for (let i = 0; i < keys - 1; i++) {
    const downDown = times[keys + i] / 1000;
    const upDown = downDown - times[i] / 1000;
    target[start.upDown + i] = Math.asinh(upDown / UP_DOWN_SCALE);
    target[start.releaseRelease + i] = Math.log(Math.max(upDown + times[i + 1] / 1000, SHORTEST));
    target[start.downDown + i] = Math.log(Math.max(downDown, SHORTEST));
  }
}
