import { SEQUENCE_CHANNELS, SEQUENCE_KEY_IDS } from '@tacit-auth/features';
import { assertCalibration, type DualBranchCalibration } from './dual-branch-calibration';

export const DUAL_BRANCH_WEIGHTS_SCHEMA = 'dual-branch-weights/1';

/** Bounds on a network. */
export const DUAL_BRANCH_LIMITS = Object.freeze({
  maxUnits: 128,
  maxWindow: 2_000,
  /** Largest size of one weight. */
  maxWeight: 10_000,
});

/** The sizes of a network; 32 each in the published form. */
export interface DualBranchUnits {
  /** Numbers a key id becomes. */
  readonly embedding: number;
  /** Units of each direction over the times. */
  readonly times: number;
  /** Units over the embedded keys. */
  readonly keys: number;
  /** Units of the layer whose outputs are compared. */
  readonly dense: number;
}

/** The tensors of a network, in the order of their bytes. Kernels are row by row, one row an input; gates are in the order input, forget, cell, output. */
export const DUAL_BRANCH_TENSORS = [
  'timesForwardKernel',
  'timesForwardRecurrent',
  'timesForwardBias',
  'timesBackwardKernel',
  'timesBackwardRecurrent',
  'timesBackwardBias',
  'embedding',
  'keysKernel',
  'keysRecurrent',
  'keysBias',
  'denseKernel',
  'denseBias',
] as const;
export type DualBranchTensor = (typeof DUAL_BRANCH_TENSORS)[number];
export type DualBranchTensors = { readonly [Name in DualBranchTensor]: Float32Array };

/** A trained network with all that serving it needs. Plain data. */
export interface DualBranchWeights {
  readonly schema: typeof DUAL_BRANCH_WEIGHTS_SCHEMA;
  /** Rows of a window and keys from one to the next, as in training. */
  readonly window: { readonly length: number; readonly stride: number };
  readonly units: DualBranchUnits;
  readonly tensors: DualBranchTensors;
  readonly calibration: DualBranchCalibration;
}

const CHANNELS = SEQUENCE_CHANNELS.length;
const VOCABULARY = SEQUENCE_KEY_IDS.length;

/** Rows and columns of each tensor; a bias has one row. */
export function dualBranchShapes(units: DualBranchUnits): {
  readonly [Name in DualBranchTensor]: readonly [rows: number, columns: number];
} {
  const { embedding, times, keys, dense } = units;
  return {
    timesForwardKernel: [CHANNELS, 4 * times],
    timesForwardRecurrent: [times, 4 * times],
    timesForwardBias: [1, 4 * times],
    timesBackwardKernel: [CHANNELS, 4 * times],
    timesBackwardRecurrent: [times, 4 * times],
    timesBackwardBias: [1, 4 * times],
    embedding: [VOCABULARY, embedding],
    keysKernel: [embedding, 4 * keys],
    keysRecurrent: [keys, 4 * keys],
    keysBias: [1, 4 * keys],
    denseKernel: [2 * times + keys, dense],
    denseBias: [1, dense],
  };
}

/**
 * Checks that weights are whole: every size, every tensor, every number.
 *
 * @throws TypeError for another shape; RangeError for a size or a number out of range.
 */
export function assertDualBranchWeights(value: unknown): asserts value is DualBranchWeights {
  const weights = value as Partial<DualBranchWeights> | null | undefined;
  if (typeof weights !== 'object' || weights === null || weights.schema !== DUAL_BRANCH_WEIGHTS_SCHEMA) {
    throw new TypeError(`weights must be of schema ${DUAL_BRANCH_WEIGHTS_SCHEMA}`);
  }
  const { window, units, tensors, calibration } = weights;
  if ([window, units, tensors, calibration].some((part) => typeof part !== 'object' || part === null)) {
    throw new TypeError('weights must have window, units, tensors and calibration');
  }
  assertSizes(weights as DualBranchWeights);
  const shapes = dualBranchShapes(weights.units as DualBranchUnits);
  for (const name of DUAL_BRANCH_TENSORS) {
    const tensor: unknown = weights.tensors?.[name];
    if (!(tensor instanceof Float32Array)) {
      throw new TypeError(`weights.tensors.${name} must be a Float32Array`);
    }
    if (tensor.length !== shapes[name][0] * shapes[name][1]) {
      throw new RangeError(`weights.tensors.${name} must hold ${shapes[name].join(' x ')} numbers`);
    }
    // A comparison that NaN fails too.
    if (!tensor.every((weight) => Math.abs(weight) <= DUAL_BRANCH_LIMITS.maxWeight)) {
      throw new RangeError(`weights.tensors.${name} must hold numbers of at most ${DUAL_BRANCH_LIMITS.maxWeight}`);
    }
  }
  assertCalibration(weights.calibration);
}

function assertSizes({ window: { length, stride }, units }: DualBranchWeights): void {
  const { maxUnits, maxWindow } = DUAL_BRANCH_LIMITS;
  const { embedding, times, keys, dense } = units;
  for (const [name, size, most] of [
    ['units.embedding', embedding, maxUnits],
    ['units.times', times, maxUnits],
    ['units.keys', keys, maxUnits],
    ['units.dense', dense, maxUnits],
    ['window.length', length, maxWindow],
    ['window.stride', stride, length],
  ] as const) {
    if (typeof size !== 'number') {
      throw new TypeError(`weights.${name} must be a number`);
    }
    if (!Number.isInteger(size) || size < 1 || size > most) {
      throw new RangeError(`weights.${name} must be an integer from 1 to ${most}`);
    }
  }
}
