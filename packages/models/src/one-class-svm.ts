import type { Detector } from './detector';
import type { SampleCalibration } from './forest-calibration';
import { ModelError } from './model-error';
import { kernelMatrix, logRatio } from './one-class-svm-kernel';
import { solveOneClass } from './one-class-svm-solver';
import { checkedNumber, STORED_DETECTOR } from './profile-bytes';
import { MOST_RETAINED } from './retained-entries';
import { type RetainingProfile, retainingDetector } from './retaining-detector';

export const ONE_CLASS_SVM_SCHEMA = 'one-class-svm-profile/1';

export interface OneClassSvmOptions {
  /** Width of the kernel exp(-gamma |a - b|^2), times in seconds. Above 0, at most 1,000,000; 26 by default. */
  readonly gamma?: number;
  /** Bound on the share of entries that lie outside, and on the share that supports, from 0.01 to 1; 0.5 by default. */
  readonly nu?: number;
}

interface OneClassSvmModel {
  readonly gamma: number;
  /** Weight of each entry, in all 1: the multipliers of the paper divided by nu x entries. Entries of weight 0 support nothing. */
  readonly weights: Float64Array;
  /** What the weighted kernels have to come to for an entry to lie inside. */
  readonly offset: number;
}

/** The newest entries, at most 256, and the weight of each. Plain data. */
export type OneClassSvmProfile = RetainingProfile<typeof ONE_CLASS_SVM_SCHEMA, OneClassSvmModel>;

const LEAST_SAMPLES = 3;
const LARGEST_GAMMA = 1_000_000;
const LEAST_NU = 0.01;
/** Weights come to 1 but for rounding. */
const MOST = 1 + 1e-6;
/** Weights that come to 1 give entries on the boundary a kernel sum of 1 by their number at least; half of that leaves room for rounding. */
const LEAST_OFFSET = 0.5 / MOST_RETAINED;

/**
 * Evidence is minus asinh of the raw score. From the 26 even-numbered CMU subjects: profiles of the entries before the 201st, genuine the 50 from it
 * on, strangers the first five and five practised entries of each other subject; cut-offs against the practised. For the default options.
 */
const CALIBRATION: SampleCalibration = {
  id: 'one-class-svm-cmu/1',
  rows: [
    { samples: 5, slope: 1.057, offset: 3.168, cutOffs: [-0.8452, -1.14, -1.297, -1.494, -1.813] },
    { samples: 10, slope: 1.063, offset: 3.005, cutOffs: [-0.6896, -0.9403, -1.146, -1.357, -1.683] },
    { samples: 20, slope: 1.128, offset: 2.981, cutOffs: [-0.4825, -0.8157, -1.033, -1.225, -1.57] },
    { samples: 50, slope: 1.261, offset: 3.028, cutOffs: [-0.1899, -0.6905, -0.8834, -1.071, -1.426] },
    { samples: 100, slope: 1.376, offset: 3.023, cutOffs: [-0.0555, -0.6614, -0.7586, -0.9825, -1.306] },
    { samples: 200, slope: 1.418, offset: 2.859, cutOffs: [0.0113, -0.5451, -0.6552, -0.8445, -1.145] },
  ],
};

/**
 * One-class support vector machine on n-graphs (B. Schölkopf et al., "Estimating the Support of a High-Dimensional Distribution", Neural Computation
 * 13, 2001): up-up, up-down, down-up and down-down of each digraph and the hold of each key, in seconds, under a Gaussian kernel. An entry whose
 * weighted kernels reach the offset lies inside; systems in use compared the other way round and let strangers in. `raw` is the offset minus the
 * weighted kernels, so that lower = customer. Needs hold times: `missing-releases` without.
 *
 * For comparison: far entries all score alike, and the false match rates of its thresholds were measured on one text and do not travel. Its
 * calibration is for the default options.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function oneClassSvm(options: OneClassSvmOptions = {}): Detector<OneClassSvmProfile> {
  const { gamma = 26, nu = 0.5 } = options;
  assertNumber(gamma, 'gamma', Number.MIN_VALUE, LARGEST_GAMMA);
  assertNumber(nu, 'nu', LEAST_NU, 1);
  return retainingDetector<typeof ONE_CLASS_SVM_SCHEMA, OneClassSvmModel>({
    id: 'one-class-svm/1',
    schema: ONE_CLASS_SVM_SCHEMA,
    minimumEnrolment: LEAST_SAMPLES,
    stored: STORED_DETECTOR.oneClassSvm,
    version: 1,
    calibration: CALIBRATION,

    train: ({ entries, keys, samples }) => ({ gamma, ...solveOneClass(kernelMatrix(entries, keys, gamma), samples, nu) }),

    assertModel({ samples, gamma: width, weights, offset }) {
      assertNumber(width, 'profile.gamma', Number.MIN_VALUE, LARGEST_GAMMA);
      assertNumber(offset, 'profile.offset', LEAST_OFFSET, MOST);
      if (!(weights instanceof Float64Array)) {
        throw new TypeError('profile.weights must be a Float64Array');
      }
      if (weights.length !== samples) {
        throw new RangeError('profile.weights must have a weight for each entry');
      }
    },

    raw: (profile, entry) => -logRatio(profile, entry),
    // Far entries differ in how far they are, not in how surely they are a stranger's.
    evidence: (raw) => -Math.asinh(raw),

    modelBytes({ gamma: width, weights, offset }) {
      const bytes = new Uint8Array(16 + 8 * weights.length);
      const view = new DataView(bytes.buffer);
      view.setFloat64(0, width);
      view.setFloat64(8, offset);
      weights.forEach((weight, i) => {
        view.setFloat64(16 + 8 * i, weight);
      });
      return bytes;
    },

    parseModel(data, { samples }) {
      if (data.byteLength !== 16 + 8 * samples) {
        throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
      }
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      const width = checkedNumber(view.getFloat64(0), Number.MIN_VALUE, LARGEST_GAMMA, 'gamma');
      const offset = checkedNumber(view.getFloat64(8), LEAST_OFFSET, MOST, 'offset');
      const weights = new Float64Array(samples);
      let sum = 0;
      for (let i = 0; i < samples; i++) {
        weights[i] = checkedNumber(view.getFloat64(16 + 8 * i), 0, MOST, 'weights');
        sum += weights[i];
      }
      checkedNumber(sum, 2 - MOST, MOST, 'weights in all');
      return { gamma: width, weights, offset };
    },
  });
}

function assertNumber(value: unknown, name: string, minimum: number, maximum: number): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!(value >= minimum && value <= maximum)) {
    throw new RangeError(`${name} must be from ${minimum} to ${maximum}`);
  }
}
