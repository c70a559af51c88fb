import { type FixedTextVector, type Insufficient, insufficient, isInsufficient, keysOf, sequenceWindowsFrom } from '@tacit-auth/features';
import type { Detector, Score } from '../detector';
import { assertVector, assertVectors, PROFILE_LIMITS, unfitSamples } from '../fixed-text-limits';
import { ModelError } from '../model-error';
import { checkedNumber, createProfileBytes, openProfileBytes, STORED_DETECTOR } from '../profile-bytes';
import { dualBranchThreshold, llrOf } from './dual-branch-calibration';
import { dualBranchNetwork } from './dual-branch-network';
import { assertDualBranchWeights, type DualBranchWeights } from './dual-branch-weights';
import { addTo, cosineDistance, embedWindows, meanOf } from './embedding';
import { dualBranchWeightsId } from './weights-bytes';

export const DUAL_BRANCH_PROFILE_SCHEMA = 'dual-branch-profile/1';

/** Where the network puts a customer: the mean of his entries, each of length 1. Plain data, of use with the same weights only. */
export interface DualBranchProfile {
  readonly schema: typeof DUAL_BRANCH_PROFILE_SCHEMA;
  /** Id of the weights that made it. */
  readonly weights: string;
  readonly keys: number;
  /** Samples that the profile rests on; counted to 65,535. */
  readonly samples: number;
  readonly mean: Float64Array;
}

export interface DualBranchOptions {
  /** As trained, or parsed by `parseDualBranchWeights`. */
  weights: DualBranchWeights;
  /** `KeyboardEvent.code` of each key of the text, as in training. Without it every key is unknown to the network. */
  keys?: readonly (string | null)[];
}

const LEAST_SAMPLES = 3;
const MOST_SAMPLES = 65_535;
/** After so many samples each new one moves the mean by one part in as many. */
const LONGEST_MEMORY = 100;
/** 1, and room for rounding. */
const LARGEST_MEAN = 1 + 1e-9;
const VERSION = 1;

/**
 * One-to-one verification by the dual-branch network: the cosine between the outputs of its dense layer for an entry and their mean over the enrolment,
 * turned into a log-likelihood ratio by the calibration in the weights. The softmax over background people, with which it was trained, is not used: to be
 * told from strangers is another task than to be named among acquaintances.
 *
 * `raw` is the distance (1 - cosine) from 0 to 1. An entry longer than a window counts as the mean of its windows.
 * Insufficient, besides those of the contract: `missing-releases`, and `too-few-keys` below 3. A profile made by other weights throws RangeError, and
 * `parse` refuses it with ERR_PROFILE_VERSION: enrol again from entries, there is no way across.
 *
 * @throws TypeError or RangeError if `weights` are not whole or `keys` no key names.
 */
export function dualBranchDetector({ weights, keys: keyNames }: DualBranchOptions): Detector<DualBranchProfile> {
  assertDualBranchWeights(weights);
  if (keyNames !== undefined && !(Array.isArray(keyNames) && keyNames.every((key: unknown) => key === null || typeof key === 'string'))) {
    throw new TypeError('keys must be an array of key names or null');
  }
  const { calibration, window, units } = weights;
  const weightsId = dualBranchWeightsId(weights);
  const network = dualBranchNetwork(units, weights.tensors);
  const windowOptions = keyNames === undefined ? window : { ...window, keys: [...keyNames] };

  function embed(entry: FixedTextVector): Float64Array | Insufficient {
    const windows = sequenceWindowsFrom(entry, windowOptions);
    if (isInsufficient(windows)) {
      return windows;
    }
    return embedWindows(network, windows);
  }

  function fit(samples: readonly FixedTextVector[]): DualBranchProfile | Insufficient {
    assertVectors(samples, 'samples');
    const unfit = unfitSamples(samples, LEAST_SAMPLES);
    if (unfit !== undefined) {
      return unfit;
    }
    if (samples.length > MOST_SAMPLES) {
      throw new RangeError(`samples must hold at most ${MOST_SAMPLES} vectors`);
    }
    const entries: Float64Array[] = [];
    for (const sample of samples) {
      const embedded = embed(sample);
      if (isInsufficient(embedded)) {
        return embedded;
      }
      entries.push(embedded);
    }
    const keys = keysOf(samples[0]);
    return { schema: DUAL_BRANCH_PROFILE_SCHEMA, weights: weightsId, keys, samples: samples.length, mean: meanOf(entries) };
  }

  function assertProfile(value: unknown): asserts value is DualBranchProfile {
    const profile = value as Partial<DualBranchProfile> | null | undefined;
    if (typeof profile !== 'object' || profile === null || profile.schema !== DUAL_BRANCH_PROFILE_SCHEMA) {
      throw new TypeError(`profile must be a profile of schema ${DUAL_BRANCH_PROFILE_SCHEMA}`);
    }
    const { keys, samples, mean } = profile;
    if (typeof keys !== 'number' || typeof samples !== 'number' || !(mean instanceof Float64Array)) {
      throw new TypeError('profile must have counts and its mean as Float64Array');
    }
    if (profile.weights !== weightsId) {
      throw new RangeError('profile must be made by the weights of this detector');
    }
    if (!Number.isInteger(keys) || keys < PROFILE_LIMITS.minKeys || keys > PROFILE_LIMITS.maxKeys) {
      throw new RangeError(`profile.keys must be an integer from ${PROFILE_LIMITS.minKeys} to ${PROFILE_LIMITS.maxKeys}`);
    }
    if (!Number.isInteger(samples) || samples < LEAST_SAMPLES || samples > MOST_SAMPLES) {
      throw new RangeError(`profile.samples must be an integer from ${LEAST_SAMPLES} to ${MOST_SAMPLES}`);
    }
    if (mean.length !== units.dense || !mean.every((each) => each >= 0 && each <= LARGEST_MEAN)) {
      throw new RangeError(`profile.mean must hold ${units.dense} numbers from 0 to 1`);
    }
  }

  return Object.freeze<Detector<DualBranchProfile>>({
    id: 'dual-branch-lstm/1',
    minimumEnrolment: LEAST_SAMPLES,
    fit,
    score(profile, sample): Score | Insufficient {
      assertProfile(profile);
      assertVector(sample, 'sample');
      if (keysOf(sample) !== profile.keys) {
        return lengthMismatch(keysOf(sample), profile.keys);
      }
      const embedded = embed(sample);
      if (isInsufficient(embedded)) {
        return embedded;
      }
      const raw = cosineDistance(profile.mean, embedded);
      return {
        status: 'scored',
        llr: llrOf(calibration, profile.samples, raw),
        raw,
        calibration: `dual-branch/${weightsId}`,
        evidence: { samples: profile.samples, keys: profile.keys },
      };
    },
    update(profile, sample): DualBranchProfile {
      assertProfile(profile);
      assertVector(sample, 'sample');
      const embedded = keysOf(sample) === profile.keys ? embed(sample) : lengthMismatch(keysOf(sample), profile.keys);
      if (isInsufficient(embedded)) {
        throw new RangeError(`sample must fit the profile: ${embedded.reason}`);
      }
      const share = 1 / Math.min(profile.samples + 1, LONGEST_MEMORY);
      const mean = profile.mean.map((value) => (1 - share) * value);
      addTo(mean, embedded, share);
      return { ...profile, samples: Math.min(profile.samples + 1, MOST_SAMPLES), mean };
    },
    threshold(profile, targetFmr): number {
      assertProfile(profile);
      return dualBranchThreshold(calibration, profile.samples, targetFmr);
    },
    serialize(profile): Uint8Array {
      assertProfile(profile);
      const { keys, samples, mean } = profile;
      const { bytes, body } = createProfileBytes(
        { detector: STORED_DETECTOR.dualBranch, version: VERSION, keys, samples },
        8 + 8 * mean.length,
      );
      body.setBigUint64(0, BigInt(`0x${weightsId}`));
      mean.forEach((each, index) => {
        body.setFloat64(8 + 8 * index, each);
      });
      return bytes;
    },
    parse(data): DualBranchProfile {
      const { keys, samples, body } = openProfileBytes(data, {
        detector: STORED_DETECTOR.dualBranch,
        version: VERSION,
        minSamples: LEAST_SAMPLES,
        maxSamples: MOST_SAMPLES,
        bodyLength: () => 8 + 8 * units.dense,
      });
      if (body.getBigUint64(0) !== BigInt(`0x${weightsId}`)) {
        throw new ModelError('ERR_PROFILE_VERSION', 'data is a profile made by other weights', { field: 'weights' });
      }
      const mean = Float64Array.from({ length: units.dense }, (_, index) =>
        checkedNumber(body.getFloat64(8 + 8 * index), 0, LARGEST_MEAN, 'mean'),
      );
      return { schema: DUAL_BRANCH_PROFILE_SCHEMA, weights: weightsId, keys, samples, mean };
    },
  });
}

function lengthMismatch(keys: number, ofProfile: number): Insufficient {
  return insufficient('length-mismatch', `${keys} keys against ${ofProfile} of the profile`);
}
