import { type FixedTextVector, hasHolds, insufficient, keysOf } from '@tacit-auth/features';
import type { Detector } from './detector';
import { assertVectors, unfitKeys } from './fixed-text-limits';
import { parseForest, serializeForest } from './forest-bytes';
import type { SampleCalibration } from './forest-calibration';
import { timingRows, timingsOf } from './forest-timings';
import { assertSeed, trainForest } from './forest-training';
import { assertCount, assertForest, FOREST_LIMITS, type Forest } from './forest-trees';
import { logOddsAgainst } from './forest-votes';
import { ModelError } from './model-error';
import { STORED_DETECTOR } from './profile-bytes';
import { entryOf } from './retained-entries';
import { type RetainingProfile, retainingDetector } from './retaining-detector';

export const RANDOM_FOREST_SCHEMA = 'random-forest-profile/1';

export interface RandomForestOptions {
  /**
   * Entries of the same text by other people, with hold times; 2 to 20,000. Many people with a few entries each serve better than few with many:
   * on CMU 5 each did as well as 50.
   */
  readonly background: readonly FixedTextVector[];
  /** 1 to 1000, 300 by default. */
  readonly trees?: number;
  /** Any 32-bit integer, 42 by default. */
  readonly seed?: number;
}

/** Bounds on the background of a random forest. */
export const RANDOM_FOREST_LIMITS = Object.freeze({ minBackground: 2, maxBackground: 20_000 });

interface RandomForestModel {
  readonly forest: Forest;
}

/** The newest entries, at most 256, and the forest that tells them from the background, of which nothing else is kept. Plain data. */
export type RandomForestProfile = RetainingProfile<typeof RANDOM_FOREST_SCHEMA, RandomForestModel>;

const LEAST_SAMPLES = 3;
const CUSTOMER = 1;
/** Trees whose splits are of one random timing each differ most, and erred least on unknown people. */
const TIMINGS_PER_SPLIT = 1;

/**
 * Evidence is the log odds of the trees for the customer. From the 26 even-numbered CMU subjects, 13 drawn at random as a background of 20 entries
 * each (6th to 177th) and 13 as customers, the other way round, and four times over: profiles of the entries before the 201st, genuine the 50 from it
 * on, strangers the first five and five practised entries of each other customer; cut-offs against the practised.
 */
const CALIBRATION: SampleCalibration = {
  id: 'random-forest-cmu/1',
  rows: [
    { samples: 5, slope: 4.832, offset: 0.685, cutOffs: [0.908, 0.691, 0.502, 0.377, 0.133] },
    { samples: 10, slope: 4.124, offset: 1.312, cutOffs: [0.821, 0.581, 0.404, 0.24, -0.027] },
    { samples: 20, slope: 3.871, offset: 1.489, cutOffs: [0.876, 0.523, 0.363, 0.173, -0.113] },
    { samples: 50, slope: 3.774, offset: 1.109, cutOffs: [0.797, 0.559, 0.39, 0.153, -0.173] },
    { samples: 100, slope: 3.621, offset: 0.499, cutOffs: [1.222, 0.691, 0.446, 0.24, -0.12] },
    { samples: 200, slope: 3.261, offset: 0, cutOffs: [1.713, 1.222, 0.852, 0.46, 0.04] },
  ],
};

/**
 * Random forest per customer against a background of other people's entries of the same text, over all timings of an entry: hold, press-press and
 * release-press, 31 for 11 keys. Each tree is grown on as many draws of the background as of the customer's entries (C. Chen, A. Liaw, L. Breiman,
 * "Using Random Forest to Learn Imbalanced Data", 2004). `raw` is the log odds of the trees for a stranger to those for the customer. Needs hold
 * times: `missing-releases` without; `length-mismatch` for a text of another length than the background's.
 *
 * For comparison: on CMU it erred a tenth to a quarter less on the people of the background than on others; its calibration is for a background of 13
 * people, and its thresholds do not travel. Practised strangers are told best by a background of practised entries, unpractised ones by first entries.
 * The background is needed by `fit` and `update`, not by `score` or `parse`. An entry unlike anybody's falls to whichever side of the splits it happens
 * to lie on: hour-long holds pass for a customer who is slower than everybody of the background.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function randomForest(options: RandomForestOptions): Detector<RandomForestProfile> {
  const { background, trees = 300, seed = 42 } = options;
  const { strangers, count, keys: textKeys } = backgroundRows(background);
  assertCount(trees, 'trees', 1, FOREST_LIMITS.maxTrees);
  assertSeed(seed);
  return retainingDetector<typeof RANDOM_FOREST_SCHEMA, RandomForestModel>({
    id: 'random-forest/1',
    schema: RANDOM_FOREST_SCHEMA,
    minimumEnrolment: LEAST_SAMPLES,
    stored: STORED_DETECTOR.randomForest,
    version: 1,
    calibration: CALIBRATION,

    unfit: (keys) =>
      keys === textKeys ? undefined : insufficient('length-mismatch', `${keys} keys against ${textKeys} of the background`),

    train({ entries, keys, samples }) {
      const own = timingRows(entries, keys);
      const rows = new Float32Array(strangers.length + own.length);
      rows.set(strangers);
      rows.set(own, strangers.length);
      const labels = new Uint16Array(count + samples).fill(CUSTOMER, count);
      const features = timingsOf(keys);
      const drawsPerClass = [samples, samples];
      return {
        forest: trainForest({ rows, features, labels, classes: 2, trees, seed, featuresPerSplit: TIMINGS_PER_SPLIT, drawsPerClass }),
      };
    },

    assertModel({ keys, forest }) {
      assertForest(forest, 'profile.forest');
      if (forest.features !== timingsOf(keys) || forest.labels !== 2) {
        throw new RangeError('profile.forest must be of its timings and two classes');
      }
    },

    raw: ({ keys, forest }, entry) => logOddsAgainst(forest, timingRows(entry, keys), CUSTOMER),
    evidence: (raw) => -raw,
    modelBytes: ({ forest }) => serializeForest(forest),

    parseModel(data, { keys }) {
      const forest = parseForest(data);
      if (forest.features !== timingsOf(keys) || forest.labels !== 2) {
        throw new ModelError('ERR_PROFILE_SIZE', 'the forest is of another count of timings or classes', { field: 'forest' });
      }
      return { forest };
    },
  });
}

function backgroundRows(background: unknown): { strangers: Float32Array; count: number; keys: number } {
  assertVectors(background, 'background');
  assertCount(background.length, 'background.length', RANDOM_FOREST_LIMITS.minBackground, RANDOM_FOREST_LIMITS.maxBackground);
  const keys = keysOf(background[0]);
  if (unfitKeys(keys) !== undefined || background.some((vector) => keysOf(vector) !== keys || !hasHolds(vector))) {
    throw new RangeError('background must have entries of one text with hold times');
  }
  const width = timingsOf(keys);
  const strangers = new Float32Array(background.length * width);
  background.forEach((vector, i) => {
    strangers.set(timingRows(entryOf(vector), keys), i * width);
  });
  return { strangers, count: background.length, keys };
}
