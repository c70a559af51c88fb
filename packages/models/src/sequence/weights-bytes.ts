import { TacitError } from '@tacit-auth/features';
import type { CalibrationRow, DualBranchCalibration } from './dual-branch-calibration';
import {
  assertDualBranchWeights,
  DUAL_BRANCH_LIMITS,
  DUAL_BRANCH_TENSORS,
  DUAL_BRANCH_WEIGHTS_SCHEMA,
  type DualBranchTensor,
  type DualBranchWeights,
  dualBranchShapes,
} from './dual-branch-weights';

/** Why weights were refused. */
export type WeightsErrorCode =
  /** Not bytes, or not begun by the mark of weights. */
  | 'ERR_WEIGHTS_FORMAT'
  /** A version that this release does not read. */
  | 'ERR_WEIGHTS_VERSION'
  /** Sizes out of bounds, or more or fewer bytes than they call for. */
  | 'ERR_WEIGHTS_SIZE'
  /** A number that is not finite or out of its range. */
  | 'ERR_WEIGHTS_VALUE'
  /** Training alone: the network does not tell people apart, so that its score can be given no meaning. */
  | 'ERR_WEIGHTS_CALIBRATION';

/** Weights that are not whole, not known, or good for nothing. */
export class WeightsError extends TacitError<WeightsErrorCode> {
  override readonly name: string = 'WeightsError';
}

/** `TCTN`, the first bytes of stored weights. */
const MARK = 0x5443544e;
const VERSION = 1;
/** Mark, version, four sizes, length and stride, counts of rates and of rows. */
const HEADER = 15;

/**
 * The bytes of trained weights: `TCTN`, version, sizes of embedding, times, keys and dense (8 bits each), window length and stride (16), counts of rates and
 * of rows of the calibration (8); as float64 the rates, then row by row samples, offset, slope and cut-offs; as float32 the tensors in the order
 * of {@link DUAL_BRANCH_TENSORS}. Big-endian. 97 KB at the published size.
 *
 * @throws TypeError or RangeError if `weights` are not whole.
 */
export function serializeDualBranchWeights(weights: DualBranchWeights): Uint8Array {
  assertDualBranchWeights(weights);
  const { window, units, tensors, calibration } = weights;
  const { rates, rows } = calibration;
  const bytes = new Uint8Array(lengthOf(weights.units, rates.length, rows.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  [VERSION, units.embedding, units.times, units.keys, units.dense].forEach((value, index) => {
    view.setUint8(4 + index, value);
  });
  view.setUint16(9, window.length);
  view.setUint16(11, window.stride);
  view.setUint8(13, rates.length);
  view.setUint8(14, rows.length);
  let at = HEADER;
  for (const value of [...rates, ...rows.flatMap(({ samples, offset, slope, cutOffs }) => [samples, offset, slope, ...cutOffs])]) {
    view.setFloat64(at, value);
    at += 8;
  }
  for (const name of DUAL_BRANCH_TENSORS) {
    for (const value of tensors[name]) {
      view.setFloat32(at, value);
      at += 4;
    }
  }
  return bytes;
}

/** The weights of {@link serializeDualBranchWeights}. Sizes are checked before anything is allocated. @throws WeightsError for anything else. */
export function parseDualBranchWeights(data: Uint8Array): DualBranchWeights {
  if (!(data instanceof Uint8Array)) {
    throw new WeightsError('ERR_WEIGHTS_FORMAT', 'data must be a Uint8Array');
  }
  if (data.byteLength < HEADER) {
    throw new WeightsError('ERR_WEIGHTS_SIZE', 'data is shorter than the header of weights');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0) !== MARK) {
    throw new WeightsError('ERR_WEIGHTS_FORMAT', 'data does not begin with the mark of weights');
  }
  if (view.getUint8(4) !== VERSION) {
    throw new WeightsError('ERR_WEIGHTS_VERSION', `only version ${VERSION} of weights can be read`, { field: 'version' });
  }
  const [embedding, times, keys, dense] = [5, 6, 7, 8].map((at) => view.getUint8(at));
  const units = { embedding, times, keys, dense };
  const window = { length: view.getUint16(9), stride: view.getUint16(11) };
  const [rates, rows] = [view.getUint8(13), view.getUint8(14)];
  if (Object.values(units).some((size) => size < 1 || size > DUAL_BRANCH_LIMITS.maxUnits)) {
    throw new WeightsError('ERR_WEIGHTS_SIZE', `units must be 1 to ${DUAL_BRANCH_LIMITS.maxUnits}`, { field: 'units' });
  }
  if (data.byteLength !== lengthOf(units, rates, rows)) {
    throw new WeightsError('ERR_WEIGHTS_SIZE', 'data has more or fewer bytes than its sizes call for');
  }
  const calibration = readCalibration(view, rates, rows);
  const weights = { schema: DUAL_BRANCH_WEIGHTS_SCHEMA, window, units, tensors: readTensors(view, units), calibration } as const;
  try {
    assertDualBranchWeights(weights);
  } catch (error) {
    // The shape is right by now: what is wrong is a number.
    throw new WeightsError('ERR_WEIGHTS_VALUE', (error as Error).message);
  }
  return weights;
}

function calibrationNumbers(rates: number, rows: number): number {
  return rates + rows * (3 + rates);
}

function lengthOf(units: DualBranchWeights['units'], rates: number, rows: number): number {
  const numbers = Object.values(dualBranchShapes(units)).reduce((sum, [height, width]) => sum + height * width, 0);
  return HEADER + 8 * calibrationNumbers(rates, rows) + 4 * numbers;
}

function readCalibration(view: DataView, rates: number, rows: number): DualBranchCalibration {
  const numbers = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => view.getFloat64(HEADER + 8 * (first + index)));
  return {
    rates: numbers(0, rates),
    rows: Array.from({ length: rows }, (_, row): CalibrationRow => {
      const [samples, offset, slope, ...cutOffs] = numbers(rates + row * (3 + rates), 3 + rates);
      return { samples, offset, slope, cutOffs };
    }),
  };
}

function readTensors(view: DataView, units: DualBranchWeights['units']): DualBranchWeights['tensors'] {
  const shapes = dualBranchShapes(units);
  const counts = DUAL_BRANCH_TENSORS.map((name) => shapes[name][0] * shapes[name][1]);
  let at = view.byteLength - 4 * counts.reduce((sum, count) => sum + count, 0);
  const entries = DUAL_BRANCH_TENSORS.map((name, index): [DualBranchTensor, Float32Array] => {
    const tensor = new Float32Array(counts[index]);
    for (let i = 0; i < tensor.length; i++, at += 4) {
      tensor[i] = view.getFloat32(at);
    }
    return [name, tensor];
  });
  return Object.fromEntries(entries) as { [Name in DualBranchTensor]: Float32Array };
}

/**
 * A short name for the contents of weights: 64 bits of FNV-1a over their bytes, as 16 hexadecimal digits. It tells weights apart that were mixed up
 * by mistake; it is no proof against somebody who means to deceive.
 */
export function dualBranchWeightsId(weights: DualBranchWeights): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of serializeDualBranchWeights(weights)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
