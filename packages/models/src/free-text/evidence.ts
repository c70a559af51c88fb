import {
  FREE_TEXT_BOUNDS,
  type FreeTextTimings,
  freeTextSummary,
  freeTextWindows,
  type Insufficient,
  insufficient,
} from '@tacit-auth/features';
import { embeddingOfSummary } from './embedding';
import { remoteness, WINDOW_KEYS } from './pair-features';
import { follows, implausible } from './plausible-windows';
import { embeddingLength, type FreeTextPopulation, PROJECTED_BLOCKS } from './population';
import { FREE_TEXT_PROFILE_LIMITS } from './profile';

/** Fewest keys of a window that is judged. */
export const LEAST_WINDOW_KEYS = 20;
/** Evidence of a stream is the mean of its latest keys, about so many: as far as the calibration goes. */
export const STREAM_MEMORY = 500;

/** What windows say of who typed them, before they are compared with anybody: plain data of bounded size, in which no key and no time is left. */
export interface FreeTextEvidence {
  /** The projections that made the embedding: see `FreeTextPopulation.projectionId`. */
  readonly projectionId: string;
  /** Windows and keys that it is the mean of, each window weighing as its keys. */
  readonly windows: number;
  readonly keys: number;
  readonly mean: Float32Array;
}

/** The mean embedding of windows. One that no person typed makes all of them degenerate; those too short are left out. */
export function evidenceOf(given: readonly FreeTextTimings[], population: FreeTextPopulation): FreeTextEvidence | Insufficient {
  const mean = new Float64Array(embeddingLength(population));
  let keys = 0;
  let windows = 0;
  for (const timings of given) {
    for (const window of isOneWindow(timings) ? [timings] : cut(timings)) {
      const weight = window.keys.length;
      if (weight < LEAST_WINDOW_KEYS) {
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
      windows++;
      keys += weight;
      for (let i = 0; i < mean.length; i++) {
        mean[i] += ((embedding[i] - mean[i]) * weight) / keys;
      }
    }
  }
  return windows === 0
    ? insufficient('too-few-keys', `no window of at least ${LEAST_WINDOW_KEYS} keys`)
    : { projectionId: population.projectionId, windows, keys, mean: Float32Array.from(mean) };
}

/** Both together, each weighing as its keys; older ones fade where there are more than {@link STREAM_MEMORY}. */
export function addedEvidence(earlier: FreeTextEvidence, later: FreeTextEvidence): FreeTextEvidence {
  assertFreeTextEvidence(earlier, 'earlier');
  assertFreeTextEvidence(later, 'later');
  if (earlier.projectionId !== later.projectionId || earlier.mean.length !== later.mean.length) {
    throw new RangeError('earlier and later must be made with one population');
  }
  const kept = Math.min(earlier.keys, Math.max(STREAM_MEMORY - later.keys, 0));
  // What has faded is no evidence any more; what is left of it is of at least one window.
  const windows = kept === 0 ? 0 : Math.max(1, Math.round((earlier.windows * kept) / earlier.keys));
  return joinedEvidence({ ...earlier, windows, keys: kept }, later);
}

/** The mean of both, each weighing as its keys. */
export function joinedEvidence(earlier: FreeTextEvidence, later: FreeTextEvidence): FreeTextEvidence {
  const keys = earlier.keys + later.keys;
  const mean = earlier.mean.map((number, i) => number + ((later.mean[i] - number) * later.keys) / keys);
  return { projectionId: later.projectionId, windows: earlier.windows + later.windows, keys, mean };
}

/** Refuses whatever is no evidence. Throws TypeError or RangeError. */
export function assertFreeTextEvidence(value: unknown, name: string): asserts value is FreeTextEvidence {
  const evidence = value as Partial<FreeTextEvidence> | null | undefined;
  if (typeof evidence !== 'object' || evidence === null || !(evidence.mean instanceof Float32Array)) {
    throw new TypeError(`${name} must be evidence of this detector`);
  }
  const { projectionId, windows, keys, mean } = evidence;
  if (typeof projectionId !== 'string' || typeof windows !== 'number' || typeof keys !== 'number') {
    throw new TypeError(`${name} must have a projectionId and counts`);
  }
  const { maxKeys, maxLength, largestNumber } = FREE_TEXT_PROFILE_LIMITS;
  if (!Number.isInteger(windows) || windows < 1 || !Number.isInteger(keys) || keys < windows || keys > maxKeys) {
    throw new RangeError(`${name} must have at least one window, and a key of each`);
  }
  if (mean.length < PROJECTED_BLOCKS.length || mean.length > maxLength || !mean.every((number) => Math.abs(number) <= largestNumber)) {
    throw new RangeError(`${name}.mean must be at most ${maxLength} numbers up to ${largestNumber}`);
  }
}

function isOneWindow({ keys, pressPress }: FreeTextTimings): boolean {
  return keys.length <= WINDOW_KEYS && pressPress.every((time) => time <= FREE_TEXT_BOUNDS.longestPause);
}

function cut(timings: FreeTextTimings): FreeTextTimings[] {
  return freeTextWindows(timings, { keys: WINDOW_KEYS, minimum: LEAST_WINDOW_KEYS });
}
