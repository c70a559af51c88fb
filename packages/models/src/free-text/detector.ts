import {
  assertFreeTextTimings,
  FREE_TEXT_BOUNDS,
  type FreeTextTimings,
  freeTextSummary,
  freeTextWindows,
  type Insufficient,
  insufficient,
  isInsufficient,
} from '@tacit-auth/features';
import type { WindowDetector, WindowScore } from '../window-detector';
import { calibrated, fused, MANY_WINDOWS, thresholdAt } from './calibration';
import { embeddingOfSummary } from './embedding';
import { PAIR_FEATURES, pairFeatures, remoteness, WINDOW_KEYS } from './pair-features';
import { follows, implausible } from './plausible-windows';
import { assertFreeTextPopulation, embeddingLength, type FreeTextPopulation } from './population';
import {
  assertFreeTextProfile,
  FREE_TEXT_PROFILE_SCHEMA,
  type FreeTextProfile,
  parseFreeTextProfile,
  serializeFreeTextProfile,
} from './profile';

/** Name of the method and of its version. */
export const FREE_TEXT_DETECTOR = 'free-text-plda/1';

/** Bounds on what is judged. */
export const FREE_TEXT_LIMITS = Object.freeze({
  /** Fewest keys of a window that is judged. */
  minWindowKeys: 20,
  /** Most windows of one call, as they are given. */
  maxWindows: 1_000,
  /** Most keys of one call. */
  maxKeys: 100_000,
});

export interface FreeTextDetectorOptions {
  /** What is known of other people; null where nothing is, which makes every answer `insufficient: no-population`. */
  population: FreeTextPopulation | null;
}

interface Embedded {
  readonly mean: Float64Array;
  readonly windows: number;
  readonly keys: number;
}

interface EmbeddedWindow {
  readonly embedding: Float64Array;
  /** Keys. */
  readonly weight: number;
}

interface KnownWindow {
  readonly stamp: number;
  readonly outcome: readonly EmbeddedWindow[] | Insufficient;
}

type KnownWindows = WeakMap<FreeTextTimings, KnownWindow>;

/**
 * Recognises people by what they type in the course of a session, whatever the text: each window of about fifty keys becomes a summary measured against how
 * others type the same keys, projected to where people differ most, and compared with the mean of the customer's windows by a two-covariance log
 * likelihood ratio per family of numbers. A regression on people that the projections have not seen weighs the families, and the
 * outcome is calibrated by the amount of evidence. Timings of more than fifty keys, and those with a pause of more than 30 s, are cut into windows. What a window was projected to is
 * remembered for as long as the window itself is held and unchanged.
 *
 * `fit`, `score`: insufficient `no-population`, also where a profile was made with other projections; `too-few-keys` where no window has 20 keys;
 * `degenerate-input` for what no person typed. RangeError beyond `FREE_TEXT_LIMITS`.
 *
 * @throws TypeError for a population of another schema.
 */
export function freeTextDetector({ population }: FreeTextDetectorOptions): WindowDetector<FreeTextProfile, FreeTextTimings> {
  if (population !== null) {
    assertFreeTextPopulation(population);
  }
  const features = new Float64Array(PAIR_FEATURES.length);
  // A window that is held against many profiles is embedded once.
  const known: KnownWindows = new WeakMap();

  function fit(windows: readonly FreeTextTimings[]): FreeTextProfile | Insufficient {
    assertWindows(windows);
    if (population === null) {
      return insufficient('no-population');
    }
    if (windows.length === 0) {
      return insufficient('too-few-windows', '0 of at least 1 window');
    }
    const embedded = embed(windows, population, known);
    return isInsufficient(embedded) ? embedded : profileOf(embedded, population);
  }

  function score(profile: FreeTextProfile, windows: readonly FreeTextTimings[]): WindowScore | Insufficient {
    assertFreeTextProfile(profile);
    assertWindows(windows);
    if (population === null) {
      return insufficient('no-population');
    }
    if (!fits(profile, population)) {
      return insufficient('no-population', 'the profile was made with other projections');
    }
    if (windows.length === 0) {
      return insufficient('too-few-windows', '0 of at least 1 window');
    }
    const probe = embed(windows, population, known);
    if (isInsufficient(probe)) {
      return probe;
    }
    pairFeatures(sideOf(profile), sideOf(probe), population, features);
    const { few, many } = population.fusion;
    const raw = fused(features, profile.windows < MANY_WINDOWS ? few : many);
    return {
      status: 'scored',
      llr: calibrated(raw, population, probe.keys, profile.windows),
      raw,
      calibration: `${FREE_TEXT_DETECTOR} ${population.id.slice(0, 16)}`,
      evidence: { enrolled: profile.keys, probe: probe.keys },
    };
  }

  function update(profile: FreeTextProfile, windows: readonly FreeTextTimings[]): FreeTextProfile {
    assertFreeTextProfile(profile);
    assertWindows(windows);
    if (population === null || !fits(profile, population) || windows.length === 0) {
      return profile;
    }
    const learned = embed(windows, population, known);
    if (isInsufficient(learned)) {
      return profile;
    }
    const keys = profile.keys + learned.keys;
    const mean = Float64Array.from(profile.mean, (number, i) => number + ((learned.mean[i] - number) * learned.keys) / keys);
    return profileOf({ mean, windows: profile.windows + learned.windows, keys }, population);
  }

  function threshold(profile: FreeTextProfile, targetFmr: number, { probe }: WindowScore['evidence']): number {
    assertFreeTextProfile(profile);
    if (typeof probe !== 'number' || !(probe >= 0)) {
      throw new TypeError('evidence.probe must be a number of keys');
    }
    if (population === null) {
      throw new RangeError('population must be given: without one there is no score and no threshold');
    }
    return thresholdAt(targetFmr, population, probe, profile.windows);
  }

  return Object.freeze({
    id: FREE_TEXT_DETECTOR,
    minimumEnrolment: 1,
    fit,
    score,
    update,
    threshold,
    serialize: serializeFreeTextProfile,
    parse: parseFreeTextProfile,
  });
}

function assertWindows(windows: unknown): asserts windows is readonly FreeTextTimings[] {
  if (!Array.isArray(windows)) {
    throw new TypeError('windows must be an array of timings');
  }
  if (windows.length > FREE_TEXT_LIMITS.maxWindows) {
    throw new RangeError(`windows must have at most ${FREE_TEXT_LIMITS.maxWindows} entries`);
  }
  let keys = 0;
  windows.forEach((window: unknown, i) => {
    assertFreeTextTimings(window, `windows[${i}]`);
    keys += window.keys.length;
  });
  if (keys > FREE_TEXT_LIMITS.maxKeys) {
    throw new RangeError(`windows must have at most ${FREE_TEXT_LIMITS.maxKeys} keys together`);
  }
}

function fits({ projectionId, mean }: FreeTextProfile, population: FreeTextPopulation): boolean {
  return projectionId === population.projectionId && mean.length === embeddingLength(population);
}

/** The mean embedding of windows, each weighing as its keys. One that no person typed makes all of them degenerate; those too short are left out. */
function embed(given: readonly FreeTextTimings[], population: FreeTextPopulation, known: KnownWindows): Embedded | Insufficient {
  const mean = new Float64Array(embeddingLength(population));
  let keys = 0;
  let windows = 0;
  for (const timings of given) {
    const stamp = stampOf(timings);
    const kept = known.get(timings);
    const embedded = kept?.stamp === stamp ? kept.outcome : embedCut(timings, population);
    if (kept?.stamp !== stamp) {
      known.set(timings, { stamp, outcome: embedded });
    }
    if (isInsufficient(embedded)) {
      return embedded;
    }
    for (const { embedding, weight } of embedded) {
      windows++;
      keys += weight;
      for (let i = 0; i < mean.length; i++) {
        mean[i] += ((embedding[i] - mean[i]) * weight) / keys;
      }
    }
  }
  return windows === 0
    ? insufficient('too-few-keys', `no window of at least ${FREE_TEXT_LIMITS.minWindowKeys} keys`)
    : { mean, windows, keys };
}

/** A number that changes with what a window holds: arrays that are filled anew are other windows. */
function stampOf({ keys, hold, pressPress }: FreeTextTimings): number {
  let stamp = keys.length;
  for (let i = 0; i < keys.length; i++) {
    // A release that was not seen is no number to add.
    const held = Number.isNaN(hold[i]) ? -1 : hold[i];
    stamp += (i + 1) * (keys[i] + Math.SQRT2 * held + (i === 0 ? 0 : Math.E * pressPress[i - 1]));
  }
  return stamp;
}

function embedCut(timings: FreeTextTimings, population: FreeTextPopulation): EmbeddedWindow[] | Insufficient {
  const embedded: EmbeddedWindow[] = [];
  for (const window of isOneWindow(timings) ? [timings] : cut(timings)) {
    const weight = window.keys.length;
    if (weight < FREE_TEXT_LIMITS.minWindowKeys) {
      continue;
    }
    const unfit = implausible(window);
    if (unfit !== undefined) {
      return unfit;
    }
    const summary = freeTextSummary(window, population.table);
    const near = follows(summary);
    if (near !== undefined) {
      return near;
    }
    const embedding = embeddingOfSummary(summary, population);
    if (remoteness(embedding, population) > population.farthest) {
      return insufficient('degenerate-input', 'further from everybody than any person');
    }
    embedded.push({ embedding, weight });
  }
  return embedded;
}

function isOneWindow({ keys, pressPress }: FreeTextTimings): boolean {
  return keys.length <= WINDOW_KEYS && pressPress.every((time) => time <= FREE_TEXT_BOUNDS.longestPause);
}

function cut(timings: FreeTextTimings): FreeTextTimings[] {
  return freeTextWindows(timings, { keys: WINDOW_KEYS, minimum: FREE_TEXT_LIMITS.minWindowKeys });
}

function sideOf({ mean, windows, keys }: Pick<FreeTextProfile, 'windows' | 'keys'> & { mean: Float64Array | Float32Array }) {
  return { mean, windows, keysOfWindow: keys / windows };
}

function profileOf({ mean, windows, keys }: Embedded, { projectionId }: FreeTextPopulation): FreeTextProfile {
  return { schema: FREE_TEXT_PROFILE_SCHEMA, projectionId, windows, keys, mean: Float32Array.from(mean) };
}
