import { assertFreeTextTimings, type FreeTextTimings, type Insufficient, insufficient, isInsufficient } from '@tacit-auth/features';
import type { WindowDetector, WindowScore } from '../window-detector';
import { calibrated, fused, MANY_WINDOWS, thresholdAt } from './calibration';
import {
  addedEvidence,
  assertFreeTextEvidence,
  evidenceOf,
  type FreeTextEvidence,
  joinedEvidence,
  LEAST_WINDOW_KEYS,
  STREAM_MEMORY,
} from './evidence';
import { PAIR_FEATURES, pairFeatures } from './pair-features';
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
  minWindowKeys: LEAST_WINDOW_KEYS,
  /** Most windows of one call, as they are given. */
  maxWindows: 1_000,
  /** Most keys of one call. */
  maxKeys: 100_000,
  /** Evidence that is added up is the mean of the latest keys, about so many. */
  streamMemory: STREAM_MEMORY,
});

export interface FreeTextDetectorOptions {
  /** What is known of other people; null where nothing is, which makes every answer `insufficient: no-population`. */
  population: FreeTextPopulation | null;
}

/** A {@link WindowDetector} that can judge in two steps: what windows say, and how near that is to a customer. */
export interface FreeTextDetector extends WindowDetector<FreeTextProfile, FreeTextTimings> {
  /** What windows say, before they are compared with anybody; insufficient as `score`. */
  evidence(windows: readonly FreeTextTimings[]): FreeTextEvidence | Insufficient;
  /** Both together, for continuous use: takes the same space and time however long the stream is. Older keys fade where there are more than 500. */
  addEvidence(earlier: FreeTextEvidence, later: FreeTextEvidence): FreeTextEvidence;
  /** As `score` of the windows that made the evidence. */
  scoreEvidence(profile: FreeTextProfile, evidence: FreeTextEvidence): WindowScore | Insufficient;
  /** As `fit` of the windows that made the evidence. */
  fitEvidence(evidence: FreeTextEvidence): FreeTextProfile | Insufficient;
  /** As `update` with the windows that made the evidence. */
  updateEvidence(profile: FreeTextProfile, evidence: FreeTextEvidence): FreeTextProfile;
}

/**
 * Recognises people by what they type in the course of a session, whatever the text: each window of about fifty keys becomes a summary measured against how
 * others type the same keys, projected to where people differ most, and compared with the mean of the customer's windows by a two-covariance log
 * likelihood ratio per family of numbers. A regression on people that the projections have not seen weighs the families, and the
 * outcome is calibrated by the amount of evidence. Timings of more than fifty keys, and those with a pause of more than 30 s, are cut into windows.
 *
 * The costly part is `evidence`: what is held against many profiles, or scored and then learned, is best worked out once and handed on.
 *
 * `fit`, `score`: insufficient `no-population`, also where a profile was made with other projections; `too-few-keys` where no window has 20 keys;
 * `degenerate-input` for what no person typed. RangeError beyond `FREE_TEXT_LIMITS`.
 *
 * @throws TypeError for a population of another schema.
 */
export function freeTextDetector({ population }: FreeTextDetectorOptions): FreeTextDetector {
  if (population !== null) {
    assertFreeTextPopulation(population);
  }
  const features = new Float64Array(PAIR_FEATURES.length);

  function evidence(windows: readonly FreeTextTimings[]): FreeTextEvidence | Insufficient {
    assertWindows(windows);
    if (population === null) {
      return insufficient('no-population');
    }
    return windows.length === 0 ? insufficient('too-few-windows', '0 of at least 1 window') : evidenceOf(windows, population);
  }

  function fit(windows: readonly FreeTextTimings[]): FreeTextProfile | Insufficient {
    const found = evidence(windows);
    return isInsufficient(found) ? found : profileOf(found);
  }

  function fitEvidence(found: FreeTextEvidence): FreeTextProfile | Insufficient {
    assertFreeTextEvidence(found, 'evidence');
    return population !== null && fits(found, population) ? profileOf(found) : otherPopulation(population);
  }

  function score(profile: FreeTextProfile, windows: readonly FreeTextTimings[]): WindowScore | Insufficient {
    assertFreeTextProfile(profile);
    if (population !== null && !fits(profile, population)) {
      assertWindows(windows);
      return otherPopulation(population);
    }
    const found = evidence(windows);
    return isInsufficient(found) ? found : scoreEvidence(profile, found);
  }

  function scoreEvidence(profile: FreeTextProfile, probe: FreeTextEvidence): WindowScore | Insufficient {
    assertFreeTextProfile(profile);
    assertFreeTextEvidence(probe, 'evidence');
    if (population === null || !fits(profile, population) || !fits(probe, population)) {
      return otherPopulation(population);
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
    const found = evidence(windows);
    return isInsufficient(found) ? profile : updateEvidence(profile, found);
  }

  function updateEvidence(profile: FreeTextProfile, learned: FreeTextEvidence): FreeTextProfile {
    assertFreeTextProfile(profile);
    assertFreeTextEvidence(learned, 'evidence');
    const own = population !== null && fits(profile, population) && fits(learned, population);
    return own ? profileOf(joinedEvidence(profile, learned)) : profile;
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
    evidence,
    addEvidence: addedEvidence,
    scoreEvidence,
    fitEvidence,
    updateEvidence,
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

function fits({ projectionId, mean }: FreeTextEvidence, population: FreeTextPopulation): boolean {
  return projectionId === population.projectionId && mean.length === embeddingLength(population);
}

function otherPopulation(population: FreeTextPopulation | null): Insufficient {
  return population === null ? insufficient('no-population') : insufficient('no-population', 'the profile was made with other projections');
}

function sideOf({ mean, windows, keys }: FreeTextEvidence) {
  return { mean, windows, keysOfWindow: keys / windows };
}

function profileOf({ projectionId, windows, keys, mean }: FreeTextEvidence): FreeTextProfile {
  return { schema: FREE_TEXT_PROFILE_SCHEMA, projectionId, windows, keys, mean };
}
