import type { Detector } from './detector';
import type { SampleCalibration } from './forest-calibration';
import { anomalyScore, growIsolationForest } from './forest-isolation';
import { timingRows, timingsOf } from './forest-timings';
import { assertSeed } from './forest-training';
import { assertCount, assertForest, FOREST_LIMITS, type Forest } from './forest-trees';
import { ModelError } from './model-error';
import { checkedNumber, STORED_DETECTOR } from './profile-bytes';
import { MOST_RETAINED, type RetainedEntries } from './retained-entries';
import { type RetainingProfile, retainingDetector } from './retaining-detector';

export const ISOLATION_FOREST_SCHEMA = 'isolation-forest-profile/1';

export interface IsolationForestOptions {
  /** 1 to 1000, 300 by default: with few entries the score of 100 trees still depends on the seed. */
  readonly trees?: number;
  /** Entries that each tree is grown on, drawn without replacement; all where there are fewer. 2 to 256, 256 by default. */
  readonly sampleSize?: number;
  /** Any 32-bit integer, 42 by default. */
  readonly seed?: number;
}

interface IsolationForestModel {
  readonly sampleSize: number;
  readonly seed: number;
  readonly forest: Forest;
}

/** The newest entries, at most 256, and the trees that were grown on them. Plain data. */
export type IsolationForestProfile = RetainingProfile<typeof ISOLATION_FOREST_SCHEMA, IsolationForestModel>;

/**
 * Fewest entries of a profile. With three, nearly all strangers of CMU pass at a target of .01, with four up to a quarter of the practised; with five, as
 * calibrated, .004 to .017.
 */
const LEAST_SAMPLES = 5;

/**
 * Evidence is minus the anomaly score. From the 26 even-numbered CMU subjects: slopes by profiles of the entries before the 201st, genuine the 50 from
 * it on, strangers the first five and five practised entries of each other subject; cut-offs by these profiles and by those of the first entries alike,
 * against the practised. For the default options.
 */
const CALIBRATION: SampleCalibration = {
  id: 'isolation-forest-cmu/2',
  rows: [
    { samples: 5, slope: 63.11, offset: 31.35, cutOffs: [-0.426, -0.4402, -0.4481, -0.4546, -0.4642] },
    { samples: 10, slope: 49.92, offset: 26.73, cutOffs: [-0.453, -0.4654, -0.4698, -0.4772, -0.4886] },
    { samples: 20, slope: 45.31, offset: 24.17, cutOffs: [-0.4337, -0.4445, -0.4522, -0.4609, -0.4739] },
    { samples: 50, slope: 36.33, offset: 18.4, cutOffs: [-0.4108, -0.4203, -0.4271, -0.436, -0.4513] },
    { samples: 100, slope: 39.78, offset: 18.96, cutOffs: [-0.3869, -0.3985, -0.4046, -0.4133, -0.4291] },
    { samples: 200, slope: 42.51, offset: 18.92, cutOffs: [-0.3686, -0.3792, -0.3842, -0.3914, -0.4073] },
  ],
};

function grow({ entries, keys }: RetainedEntries, trees: number, sampleSize: number, seed: number): IsolationForestModel {
  return { sampleSize, seed, forest: growIsolationForest(timingRows(entries, keys), timingsOf(keys), trees, sampleSize, seed) };
}

/**
 * Isolation forest per customer over all timings of an entry: hold, press-press and release-press, 31 for 11 keys (F. T. Liu, K. M. Ting, Z.-H. Zhou,
 * "Isolation Forest", ICDM 2008). An entry that few random splits set apart from the customer's own is a stranger's; `raw` is the anomaly score of
 * the paper, 0 to 1. Needs hold times: `missing-releases` without.
 *
 * For comparison: the false match rates of its thresholds were measured on one text, with entries of the same days, and do not travel.
 * Stored profiles hold the entries and the seed, from which `parse` grows the same trees again (some 5 ms for 100 entries).
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function isolationForest(options: IsolationForestOptions = {}): Detector<IsolationForestProfile> {
  const { trees = 300, sampleSize = MOST_RETAINED, seed = 42 } = options;
  assertCount(trees, 'trees', 1, FOREST_LIMITS.maxTrees);
  assertCount(sampleSize, 'sampleSize', 2, MOST_RETAINED);
  assertSeed(seed);
  return retainingDetector<typeof ISOLATION_FOREST_SCHEMA, IsolationForestModel>({
    id: 'isolation-forest/1',
    schema: ISOLATION_FOREST_SCHEMA,
    minimumEnrolment: LEAST_SAMPLES,
    stored: STORED_DETECTOR.isolationForest,
    version: 1,
    calibration: CALIBRATION,

    train: (retained) => grow(retained, trees, sampleSize, seed),

    assertModel({ keys, sampleSize: size, seed: drawn, forest }) {
      assertForest(forest, 'profile.forest');
      assertCount(size, 'profile.sampleSize', 2, MOST_RETAINED);
      assertSeed(drawn);
      if (forest.features !== timingsOf(keys) || forest.labels !== size + 1) {
        throw new RangeError('profile.forest must be of its timings and sample size');
      }
    },

    raw: ({ keys, samples, sampleSize: size, forest }, entry) => anomalyScore(forest, timingRows(entry, keys), Math.min(size, samples)),

    evidence: (raw) => -raw,

    modelBytes({ sampleSize: size, seed: drawn, forest }) {
      const bytes = new Uint8Array(8);
      const view = new DataView(bytes.buffer);
      view.setUint16(0, forest.roots.length);
      view.setUint16(2, size);
      view.setUint32(4, drawn);
      return bytes;
    },

    parseModel(data, retained) {
      if (data.byteLength !== 8) {
        throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
      }
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      const grown = checkedNumber(view.getUint16(0), 1, FOREST_LIMITS.maxTrees, 'trees');
      const size = checkedNumber(view.getUint16(2), 2, MOST_RETAINED, 'sampleSize');
      return grow(retained, grown, size, view.getUint32(4));
    },
  });
}
