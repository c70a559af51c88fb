import { assertPointerActions, type Insufficient, insufficient, isInsufficient, type PointerActions } from '@tacit-auth/features';
import type { WindowDetector, WindowScore } from '../window-detector';
import { calibratedPointer, pointerThreshold } from './calibration';
import { embedded } from './embedding';
import { implausibleActions } from './plausible-actions';
import { assertPointerPopulation, type PointerPopulation } from './population';
import {
  assertPointerProfile,
  POINTER_PROFILE_LIMITS,
  POINTER_PROFILE_SCHEMA,
  type PointerProfile,
  parsePointerProfile,
  serializePointerProfile,
} from './profile';
import { twoCovarianceRatio } from './two-covariance';

/** Name of the method and of its version. */
export const POINTER_DETECTOR = 'pointer-plda/1';

/** Bounds on what is judged. */
export const POINTER_DETECTOR_LIMITS = Object.freeze({
  /**
   * Fewest actions that are judged, and of a block on average: fewer say almost nothing. Calibrations are of stretches in one piece: on SapiMouse, 40 actions in
   * blocks of 3 let in .152 of strangers where .05 were asked for, in blocks of 10 .060, in one .031.
   */
  minProbeActions: 10,
  /** Most blocks, and most actions, of one call. */
  maxBlocks: 1_000,
  maxActions: 200_000,
  /** Evidence of a stream is the mean of its latest actions, about so many; a profile's of about so many. */
  streamMemory: 240,
  profileMemory: 10_000,
});

export interface PointerDetectorOptions {
  /** What is known of other people; null where nothing is, which makes every answer `insufficient: no-population`. */
  population: PointerPopulation | null;
}

/** What a stretch of a stream says of who moved the pointer, before it is compared with anybody. Plain data; add such stretches to judge them together. */
export interface PointerEvidence {
  readonly projectionId: string;
  readonly windows: number;
  readonly actions: number;
  readonly mean: Float32Array;
}

/** A {@link WindowDetector} whose window is a block of actions, of any length: the detector cuts it into windows itself. */
export interface PointerDetector extends WindowDetector<PointerProfile, PointerActions> {
  /** The evidence of blocks. Insufficient as `score`: gather actions until there are 10, then add up. */
  evidence(blocks: readonly PointerActions[]): PointerEvidence | Insufficient;
  /** Both together, for continuous use: costs the same however long the stream is. Older actions fade where there are more than 240. */
  addEvidence(earlier: PointerEvidence, later: PointerEvidence): PointerEvidence;
  /** As `score` of the blocks that made the evidence. */
  scoreEvidence(profile: PointerProfile, evidence: PointerEvidence): WindowScore | Insufficient;
  /** As `fit` of the blocks that made the evidence: of 60 actions and more. */
  fitEvidence(evidence: PointerEvidence): PointerProfile | Insufficient;
  /** As `update` with the blocks that made the evidence. */
  updateEvidence(profile: PointerProfile, evidence: PointerEvidence): PointerProfile;
}

/**
 * Recognises people by how they move the pointer: each window of actions becomes mean and spread of 61 numbers a kind of action, measured against
 * the population, projected to where people differ most, and compared with the mean of the customer's windows by a two-covariance log-likelihood ratio, which is
 * calibrated by the amount of evidence.
 *
 * `fit` takes blocks of consecutive actions (sessions, or parts of them) of 60 actions in all; 250 and more, of two sessions, make a good profile. `score` takes
 * 10 actions and more. Blocks are of 10 actions or more on average. `update` never gives new blocks more weight than all that the profile rests on.
 *
 * Insufficient: `no-population`, also for actions of another device than the population's and for a profile made with other projections;
 * `too-few-windows` without a block; `too-few-actions`; `degenerate-input` for what no person makes.
 *
 * @throws TypeError for a population of another schema. The functions throw RangeError for actions of another grid.
 */
export function pointerDetector({ population }: PointerDetectorOptions): PointerDetector {
  if (population !== null) {
    assertPointerPopulation(population);
  }

  function evidence(blocks: readonly PointerActions[]): PointerEvidence | Insufficient {
    assertBlocks(blocks, population);
    if (population === null) {
      return insufficient('no-population');
    }
    if (blocks.length === 0) {
      return insufficient('too-few-windows', '0 of at least 1 block of actions');
    }
    if (blocks.some(({ device }) => device !== population.device)) {
      return insufficient('no-population', `the population is of ${population.device} alone`);
    }
    const { mean, windows, actions, remote } = embedded(blocks, population, population.farthest);
    if (remote > windows) {
      return insufficient('degenerate-input', `${remote} of ${remote + windows} windows further from everybody than any person`);
    }
    const needed = POINTER_DETECTOR_LIMITS.minProbeActions * blocks.length;
    if (actions < needed) {
      return insufficient('too-few-actions', `${actions} of at least ${needed} actions in ${blocks.length} blocks`);
    }
    const unfit = implausibleActions(blocks);
    return unfit ?? { projectionId: population.projectionId, windows, actions, mean: Float32Array.from(mean) };
  }

  function fit(blocks: readonly PointerActions[]): PointerProfile | Insufficient {
    const found = evidence(blocks);
    return isInsufficient(found) ? found : fitEvidence(found);
  }

  function fitEvidence(found: PointerEvidence): PointerProfile | Insufficient {
    assertEvidence(found, 'evidence');
    if (population === null || !fits(found, population)) {
      return insufficient('no-population');
    }
    const { minActions } = POINTER_PROFILE_LIMITS;
    if (found.actions < minActions) {
      return insufficient('too-few-actions', `${found.actions} of at least ${minActions} actions`);
    }
    const { projectionId, windows, actions, mean } = found;
    return { schema: POINTER_PROFILE_SCHEMA, projectionId, windows, actions, mean };
  }

  function score(profile: PointerProfile, blocks: readonly PointerActions[]): WindowScore | Insufficient {
    assertPointerProfile(profile);
    const found = evidence(blocks);
    return isInsufficient(found) ? found : scoreEvidence(profile, found);
  }

  function scoreEvidence(profile: PointerProfile, probe: PointerEvidence): WindowScore | Insufficient {
    assertPointerProfile(profile);
    assertEvidence(probe, 'evidence');
    if (population === null) {
      return insufficient('no-population');
    }
    if (!fits(profile, population) || !fits(probe, population)) {
      return insufficient('no-population', 'the profile was made with other projections');
    }
    const { minProbeActions } = POINTER_DETECTOR_LIMITS;
    if (probe.actions < minProbeActions) {
      return insufficient('too-few-actions', `${probe.actions} of at least ${minProbeActions} actions`);
    }
    const counts = { enrolled: profile.actions, probe: probe.actions };
    const raw = twoCovarianceRatio(profile, probe, population);
    const llr = calibratedPointer(raw, population, counts);
    return { status: 'scored', llr, raw, calibration: `${POINTER_DETECTOR} ${population.id.slice(0, 16)}`, evidence: counts };
  }

  function update(profile: PointerProfile, blocks: readonly PointerActions[]): PointerProfile {
    assertPointerProfile(profile);
    const found = evidence(blocks);
    return isInsufficient(found) ? profile : updateEvidence(profile, found);
  }

  function updateEvidence(profile: PointerProfile, found: PointerEvidence): PointerProfile {
    assertPointerProfile(profile);
    assertEvidence(found, 'evidence');
    if (population === null || !fits(profile, population) || !fits(found, population)) {
      return profile;
    }
    // However long a stretch was taken for the customer's in error, half of what was known stays.
    const actions = Math.min(found.actions, profile.actions, POINTER_DETECTOR_LIMITS.profileMemory / 2);
    const learned = { ...found, actions, windows: Math.max(1, Math.round((found.windows * actions) / found.actions)) };
    return { schema: POINTER_PROFILE_SCHEMA, ...joined(profile, learned, POINTER_DETECTOR_LIMITS.profileMemory) };
  }

  function threshold(profile: PointerProfile, targetFmr: number, { probe }: WindowScore['evidence']): number {
    assertPointerProfile(profile);
    if (typeof probe !== 'number' || !(probe >= 0)) {
      throw new TypeError('evidence.probe must be a number of actions');
    }
    if (population === null) {
      throw new RangeError('population must be given: without one there is no score and no threshold');
    }
    return pointerThreshold(targetFmr, population, { enrolled: profile.actions, probe });
  }

  return Object.freeze({
    id: POINTER_DETECTOR,
    minimumEnrolment: 1,
    fit,
    score,
    update,
    threshold,
    evidence,
    addEvidence,
    scoreEvidence,
    fitEvidence,
    updateEvidence,
    serialize: serializePointerProfile,
    parse: parsePointerProfile,
  });
}

function addEvidence(earlier: PointerEvidence, later: PointerEvidence): PointerEvidence {
  assertEvidence(earlier, 'earlier');
  assertEvidence(later, 'later');
  if (earlier.projectionId !== later.projectionId || earlier.mean.length !== later.mean.length) {
    throw new RangeError('earlier and later must be made with one population');
  }
  return joined(earlier, later, POINTER_DETECTOR_LIMITS.streamMemory);
}

/** The mean of both, each weighing as its actions; the earlier counts at most `memory` actions less those of the later. */
function joined(earlier: PointerEvidence, later: PointerEvidence, memory: number): PointerEvidence {
  const kept = Math.min(earlier.actions, Math.max(memory - later.actions, 0));
  const share = later.actions / (kept + later.actions);
  const mean = earlier.mean.map((number, d) => number + share * (later.mean[d] - number));
  // What has faded is no evidence any more.
  const windows = Math.round((earlier.windows * kept) / earlier.actions) + later.windows;
  return { projectionId: earlier.projectionId, windows, actions: kept + later.actions, mean };
}

function fits({ projectionId, mean }: PointerEvidence, population: PointerPopulation): boolean {
  return projectionId === population.projectionId && mean.length === population.between.length;
}

function assertBlocks(blocks: unknown, population: PointerPopulation | null): asserts blocks is readonly PointerActions[] {
  if (!Array.isArray(blocks)) {
    throw new TypeError('blocks must be an array of actions');
  }
  const { maxBlocks, maxActions } = POINTER_DETECTOR_LIMITS;
  if (blocks.length > maxBlocks) {
    throw new RangeError(`blocks must have at most ${maxBlocks} entries`);
  }
  let actions = 0;
  blocks.forEach((block: unknown, i) => {
    assertPointerActions(block, `blocks[${i}]`);
    actions += block.kinds.length;
    if (population !== null && block.gridMs !== population.gridMs) {
      throw new RangeError(`blocks[${i}] must be of the population's grid, ${population.gridMs} ms`);
    }
  });
  if (actions > maxActions) {
    throw new RangeError(`blocks must have at most ${maxActions} actions`);
  }
}

function assertEvidence(value: unknown, name: string): asserts value is PointerEvidence {
  const evidence = value as Partial<PointerEvidence> | null | undefined;
  if (typeof evidence !== 'object' || evidence === null || !(evidence.mean instanceof Float32Array)) {
    throw new TypeError(`${name} must be evidence of this detector`);
  }
  const { projectionId, windows, actions, mean } = evidence;
  if (typeof projectionId !== 'string' || typeof windows !== 'number' || typeof actions !== 'number') {
    throw new TypeError(`${name} must have a projectionId and counts`);
  }
  const { maxActions, largestNumber } = POINTER_PROFILE_LIMITS;
  if (!(windows >= 1 && actions >= 1 && actions <= maxActions) || !mean.every((number) => Math.abs(number) <= largestNumber)) {
    throw new RangeError(`${name} must have counts and numbers in range`);
  }
}
