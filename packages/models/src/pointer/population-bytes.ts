import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { POINTER_DEVICES } from '@tacit-auth/features';
import { ModelError } from '../model-error';
import { checkedNumber } from '../profile-bytes';
import { POINTER_CALIBRATED_ENROLMENTS, POINTER_CALIBRATED_PROBES, POINTER_CALIBRATED_RATES } from './calibration';
import {
  assertPointerPopulation,
  POINTER_POPULATION_LIMITS,
  POINTER_POPULATION_SCHEMA,
  type PointerCalibrationCell,
  type PointerPopulation,
} from './population';
import { FEATURE_COUNT, TABLE_POINTS } from './quantile-tables';
import { WINDOW_VECTOR_LENGTH } from './window-vector';
import { type PointerWindowing, windowingFault } from './windows';

/** `TCTM`, the first bytes of every stored population. */
const MARK = 0x5443544d;
const VERSION = 1;
const LARGEST = 1e9;
const SMALLEST_POSITIVE = 1e-9;
const PRINTABLE = /^[\x20-\x7e]*$/;
const UNITS = ['time', 'actions'] as const;
const CELL = 2 + POINTER_CALIBRATED_RATES.length;
const CELLS = POINTER_CALIBRATED_PROBES.length * POINTER_CALIBRATED_ENROLMENTS.length;
/** Mark, version, users, windows, device, unit, dimensions, length of the source. */
const HEADER = 4 + 1 + 4 + 4 + 1 + 1 + 1 + 1;

/** What a population is made of, before it has ids. */
export type PointerPopulationParts = Omit<PointerPopulation, 'schema' | 'id' | 'projectionId'>;

/** A population with its ids; it scores as after a journey through its bytes. */
export function identifiedPointerPopulation(parts: PointerPopulationParts): PointerPopulation {
  return parsePointerPopulation(bytesOf(parts));
}

/**
 * The bytes of a population, big-endian: mark, version, counts, source, then every number as float32. At most `POINTER_POPULATION_LIMITS.maxBytes`;
 * about 66,000 of 30 dimensions.
 *
 * @throws TypeError or RangeError for what is no population.
 */
export function serializePointerPopulation(population: PointerPopulation): Uint8Array {
  assertPointerPopulation(population);
  return bytesOf(population);
}

function bytesOf({ source, users, windows, device, ...parts }: PointerPopulationParts): Uint8Array {
  const { maxSourceLength, maxDimensions } = POINTER_POPULATION_LIMITS;
  if (typeof source !== 'string' || source.length > maxSourceLength || !PRINTABLE.test(source)) {
    throw new RangeError(`source must be at most ${maxSourceLength} printable ASCII characters`);
  }
  const { gridMs, windowing, tables, mean, deviation, directions, between, centre, farthest, calibration } = parts;
  if (between.length > maxDimensions) {
    throw new RangeError(`population must have at most ${maxDimensions} dimensions`);
  }
  const numbers = [
    gridMs,
    windowing.length,
    windowing.hop,
    ...tables,
    ...mean,
    ...deviation,
    ...directions,
    ...between,
    ...centre,
    farthest,
  ];
  for (const { slope, offset, thresholds } of calibration) {
    numbers.push(slope, offset, ...thresholds);
  }
  const bytes = new Uint8Array(HEADER + source.length + 4 * numbers.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MARK);
  view.setUint8(4, VERSION);
  view.setUint32(5, users);
  view.setUint32(9, windows);
  view.setUint8(13, POINTER_DEVICES.indexOf(device));
  view.setUint8(14, UNITS.indexOf(windowing.unit));
  view.setUint8(15, between.length);
  view.setUint8(16, source.length);
  for (let i = 0; i < source.length; i++) {
    view.setUint8(HEADER + i, source.charCodeAt(i));
  }
  const start = HEADER + source.length;
  for (let i = 0; i < numbers.length; i++) {
    view.setFloat32(start + 4 * i, numbers[i]);
  }
  return bytes;
}

/**
 * The population of {@link serializePointerPopulation}, scoring identically. The size is checked before anything is read, every number before it is used.
 *
 * @throws ModelError for anything that is not a whole population of a known version.
 */
export function parsePointerPopulation(data: Uint8Array): PointerPopulation {
  if (!(data instanceof Uint8Array)) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data must be a Uint8Array');
  }
  const { maxBytes, maxDimensions, maxSourceLength, maxUsers } = POINTER_POPULATION_LIMITS;
  if (data.byteLength > maxBytes || data.byteLength < HEADER) {
    throw new ModelError('ERR_PROFILE_SIZE', `data must be ${HEADER} to ${maxBytes} bytes`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint32(0) !== MARK) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data does not begin with the mark of a pointer population');
  }
  if (view.getUint8(4) !== VERSION) {
    throw new ModelError('ERR_PROFILE_VERSION', `no later version of a population than ${VERSION} can be read`, { field: 'version' });
  }
  const users = checkedNumber(view.getUint32(5), 1, maxUsers, 'users');
  const windows = checkedNumber(view.getUint32(9), users, 0xffffffff, 'windows');
  const device = POINTER_DEVICES[checkedNumber(view.getUint8(13), 0, POINTER_DEVICES.length - 1, 'device')];
  const unit = UNITS[checkedNumber(view.getUint8(14), 0, UNITS.length - 1, 'unit')];
  const dimensions = checkedNumber(view.getUint8(15), 1, maxDimensions, 'dimensions');
  const sourceLength = checkedNumber(view.getUint8(16), 0, maxSourceLength, 'source');
  const lengths = {
    head: 3,
    tables: FEATURE_COUNT * TABLE_POINTS,
    mean: WINDOW_VECTOR_LENGTH,
    deviation: WINDOW_VECTOR_LENGTH,
    directions: dimensions * WINDOW_VECTOR_LENGTH,
    between: dimensions,
    centre: dimensions,
    farthest: 1,
    calibration: CELLS * CELL,
  };
  const start = HEADER + sourceLength;
  if (data.byteLength !== start + 4 * Object.values(lengths).reduce((sum, length) => sum + length, 0)) {
    throw new ModelError('ERR_PROFILE_SIZE', 'data has more or fewer bytes than its counts call for');
  }
  const source = String.fromCharCode(...data.subarray(HEADER, start));
  if (!PRINTABLE.test(source)) {
    throw new ModelError('ERR_PROFILE_VALUE', 'source must be printable ASCII characters', { field: 'source' });
  }
  let at = start;
  const take = (field: keyof typeof lengths, least = -LARGEST, most = LARGEST): Float32Array => {
    const numbers = new Float32Array(lengths[field]);
    for (let i = 0; i < numbers.length; i++) {
      numbers[i] = checkedNumber(view.getFloat32(at), least, most, field);
      at += 4;
    }
    return numbers;
  };
  const [gridMs, length, hop] = take('head', 1);
  const windowing: PointerWindowing = { unit, length, hop };
  const fault = windowingFault(windowing);
  if (fault !== undefined) {
    throw new ModelError('ERR_PROFILE_VALUE', fault, { field: 'windowing' });
  }
  const tables = take('tables');
  for (let i = 1; i < tables.length; i++) {
    if (i % TABLE_POINTS !== 0 && tables[i] < tables[i - 1]) {
      throw new ModelError('ERR_PROFILE_VALUE', 'tables must not fall', { field: 'tables' });
    }
  }
  const mean = take('mean');
  const deviation = take('deviation', SMALLEST_POSITIVE);
  const directions = take('directions');
  const between = take('between', SMALLEST_POSITIVE);
  const projectionId = bytesToHex(sha256(new Uint8Array([...data.subarray(13, 16), ...data.subarray(start, at)])));
  const centre = take('centre');
  const [farthest] = take('farthest', SMALLEST_POSITIVE);
  const cells = take('calibration');
  const calibration = Array.from({ length: CELLS }, (_, cell): PointerCalibrationCell => {
    const [slope, offset, ...thresholds] = cells.subarray(cell * CELL, (cell + 1) * CELL);
    return { slope: checkedNumber(slope, 0, LARGEST, 'calibration'), offset, thresholds: Float32Array.from(thresholds) };
  });
  return {
    schema: POINTER_POPULATION_SCHEMA,
    id: bytesToHex(sha256(data)),
    projectionId,
    source,
    users,
    windows,
    device,
    gridMs,
    windowing,
    tables,
    mean,
    deviation,
    directions,
    between,
    centre,
    farthest,
    calibration,
  };
}
