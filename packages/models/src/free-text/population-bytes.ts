import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { assertFreeTextTable, FREE_TEXT_SUMMARY_LENGTH, FREQUENT_PAIRS, type FreeTextTable, TABLE_PARTS } from '@tacit-auth/features';
import { ModelError } from '../model-error';
import { checkedNumber } from '../profile-bytes';
import { CALIBRATED_KEYS, CALIBRATED_RATES, CALIBRATED_WINDOWS } from './calibration';
import { PAIR_FEATURES } from './pair-features';
import {
  assertFreeTextPopulation,
  type CalibrationCell,
  embeddingLength,
  FREE_TEXT_POPULATION_LIMITS,
  FREE_TEXT_POPULATION_SCHEMA,
  type FreeTextPopulation,
  type FreeTextProjection,
  PROJECTED_BLOCKS,
} from './population';
import { FREE_TEXT_PROFILE_LIMITS } from './profile';
import { dequantised, NUMBER_RANGE, quantised } from './quantised-numbers';

/** `TCTL`, the first bytes of every stored population. */
const MARK = 0x5443544c;
const VERSION = 1;
/** Largest magnitude of any number beside the table. */
const LARGEST = 1e6;
const SMALLEST_POSITIVE = 1e-9;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** What a population is made of, before it has ids. */
export type FreeTextPopulationParts = Omit<FreeTextPopulation, 'schema' | 'id' | 'projectionId'>;

/** A population with its ids. Numbers are rounded to what its bytes keep, so that it scores as after a journey through them. */
export function identifiedPopulation(parts: FreeTextPopulationParts): FreeTextPopulation {
  return parseFreeTextPopulation(bytesOf(parts));
}

/**
 * The bytes of a population, big-endian: mark, version, counts, source, table in 16 bits, projections in 8 bits with a scale per direction, the rest as float32.
 * At most `FREE_TEXT_POPULATION_LIMITS.maxBytes`.
 *
 * @throws TypeError or RangeError for what is no population.
 */
export function serializeFreeTextPopulation(population: FreeTextPopulation): Uint8Array {
  assertFreeTextPopulation(population);
  return bytesOf(population);
}

function bytesOf(population: FreeTextPopulationParts): Uint8Array {
  const { source, users, windows, table, mean, deviation, projections, shortWindow, farthest, fusion, calibration } = population;
  if (typeof source !== 'string' || source.length > FREE_TEXT_POPULATION_LIMITS.maxSourceLength || !PRINTABLE.test(source)) {
    throw new RangeError(`source must be at most ${FREE_TEXT_POPULATION_LIMITS.maxSourceLength} printable ASCII characters`);
  }
  const writer = new Writer();
  writer.u32(MARK);
  writer.u8(VERSION);
  writer.u32(users);
  writer.u32(windows);
  writer.u8(source.length);
  for (let i = 0; i < source.length; i++) {
    writer.u8(source.charCodeAt(i));
  }
  writeProjecting(writer, { table, mean, deviation, projections });
  for (const { offset, within, between } of projections) {
    for (const numbers of [offset, within, between]) {
      writer.f32s(numbers);
    }
  }
  writer.f32s([shortWindow, farthest, ...fusion.few, ...fusion.many]);
  for (const { slope, offset, thresholds } of calibration) {
    writer.f32s([slope, offset, ...thresholds]);
  }
  return writer.bytes();
}

/** What decides an embedding. */
function writeProjecting(
  writer: Writer,
  { table, mean, deviation, projections }: Pick<FreeTextPopulation, 'table' | 'mean' | 'deviation' | 'projections'>,
): void {
  for (const [name] of TABLE_PARTS) {
    writer.i16s(quantised(table[name], NUMBER_RANGE));
  }
  for (const pair of table.frequentPairs) {
    writer.u16(pair);
  }
  writer.f32s(mean);
  writer.f32s(deviation);
  for (const { dimensions, directions, scale } of projections) {
    writer.u8(dimensions);
    writer.f32s(scale);
    for (const number of directions) {
      writer.u8(number & 0xff);
    }
  }
}

/**
 * The population of {@link serializeFreeTextPopulation}, scoring identically. The size is checked before anything is read, every number before it is used.
 *
 * @throws ModelError for anything that is not a whole population of a known version.
 */
export function parseFreeTextPopulation(data: Uint8Array): FreeTextPopulation {
  if (!(data instanceof Uint8Array)) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data must be a Uint8Array');
  }
  if (data.byteLength > FREE_TEXT_POPULATION_LIMITS.maxBytes) {
    throw new ModelError('ERR_PROFILE_SIZE', `data must be at most ${FREE_TEXT_POPULATION_LIMITS.maxBytes} bytes`);
  }
  const reader = new Reader(data);
  if (reader.u32() !== MARK) {
    throw new ModelError('ERR_PROFILE_FORMAT', 'data does not begin with the mark of a free-text population');
  }
  if (reader.u8() !== VERSION) {
    throw new ModelError('ERR_PROFILE_VERSION', `no later version of a population than ${VERSION} can be read`, { field: 'version' });
  }
  const users = checkedNumber(reader.u32(), 1, FREE_TEXT_POPULATION_LIMITS.maxUsers, 'users');
  const windows = checkedNumber(reader.u32(), users, 0xffffffff, 'windows');
  const sourceLength = checkedNumber(reader.u8(), 0, FREE_TEXT_POPULATION_LIMITS.maxSourceLength, 'source');
  const source = String.fromCharCode(...Array.from({ length: sourceLength }, () => checkedNumber(reader.u8(), 0x20, 0x7e, 'source')));
  const start = reader.at;
  const table = readTable(reader);
  const mean = reader.f32s(FREE_TEXT_SUMMARY_LENGTH, -LARGEST, LARGEST, 'mean');
  const deviation = reader.f32s(FREE_TEXT_SUMMARY_LENGTH, SMALLEST_POSITIVE, LARGEST, 'deviation');
  const directions = PROJECTED_BLOCKS.map(({ length }) => {
    const dimensions = checkedNumber(reader.u8(), 1, Math.min(length, FREE_TEXT_POPULATION_LIMITS.maxDimensions), 'dimensions');
    return { dimensions, scale: reader.f32s(dimensions, 0, LARGEST, 'scale'), directions: reader.i8s(dimensions * length) };
  });
  // What a profile may hold: a population whose profiles can not be stored is none.
  checkedNumber(embeddingLength({ projections: directions }), PROJECTED_BLOCKS.length, FREE_TEXT_PROFILE_LIMITS.maxLength, 'dimensions');
  const projectionId = bytesToHex(sha256(data.subarray(start, reader.at)));
  const projections = directions.map(
    (direction): FreeTextProjection => ({
      ...direction,
      offset: reader.f32s(direction.dimensions, -LARGEST, LARGEST, 'offset'),
      within: reader.f32s(direction.dimensions, SMALLEST_POSITIVE, LARGEST, 'within'),
      between: reader.f32s(direction.dimensions, SMALLEST_POSITIVE, LARGEST, 'between'),
    }),
  );
  const [shortWindow, farthest] = reader.f32s(2, 1, 100, 'shortWindow');
  const fusion = { few: readWeights(reader), many: readWeights(reader) };
  const calibration = Array.from({ length: CALIBRATED_KEYS.length * CALIBRATED_WINDOWS.length }, () => readCell(reader));
  reader.end();
  return {
    schema: FREE_TEXT_POPULATION_SCHEMA,
    id: bytesToHex(sha256(data)),
    projectionId,
    source,
    users,
    windows,
    table,
    mean,
    deviation,
    projections,
    shortWindow,
    farthest,
    fusion,
    calibration,
  };
}

function readTable(reader: Reader): FreeTextTable {
  const table: Record<string, Float64Array | Uint16Array> = {};
  for (const [name, length] of TABLE_PARTS) {
    table[name] = dequantised(reader.i16s(length), NUMBER_RANGE);
  }
  table.frequentPairs = Uint16Array.from({ length: FREQUENT_PAIRS }, () => reader.u16());
  try {
    assertFreeTextTable(table);
  } catch (error) {
    throw new ModelError('ERR_PROFILE_VALUE', 'table must be within its bounds', { field: 'table', cause: error });
  }
  return table;
}

function readWeights(reader: Reader): Float64Array {
  return reader.f32s(PAIR_FEATURES.length + 1, -LARGEST, LARGEST, 'fusion');
}

function readCell(reader: Reader): CalibrationCell {
  const [slope] = reader.f32s(1, 0, LARGEST, 'calibration');
  const [offset, ...thresholds] = reader.f32s(1 + CALIBRATED_RATES.length, -LARGEST, LARGEST, 'calibration');
  return { slope, offset, thresholds: Float64Array.from(thresholds) };
}

class Writer {
  #view = new DataView(new ArrayBuffer(FREE_TEXT_POPULATION_LIMITS.maxBytes));
  #at = 0;

  /** @throws RangeError beyond the size bound, by the view itself. */
  u8(value: number): void {
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
  }

  u16(value: number): void {
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  i16s(values: Int16Array): void {
    for (const value of values) {
      this.u16(value & 0xffff);
    }
  }

  f32s(values: Iterable<number>): void {
    for (const value of values) {
      this.#view.setFloat32(this.#at, value);
      this.#at += 4;
    }
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer.slice(0, this.#at));
  }
}

class Reader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  #take(length: number): number {
    const at = this.at;
    if (at + length > this.#data.byteLength) {
      throw new ModelError('ERR_PROFILE_SIZE', 'data has fewer bytes than its counts call for');
    }
    this.at += length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  i8s(length: number): Int8Array {
    const at = this.#take(length);
    return Int8Array.from(this.#data.subarray(at, at + length), (byte) => (byte << 24) >> 24);
  }

  i16s(length: number): Int16Array {
    const at = this.#take(2 * length);
    return Int16Array.from({ length }, (_, i) => this.#view.getInt16(at + 2 * i));
  }

  f32s(length: number, least: number, most: number, field: string): Float64Array {
    const at = this.#take(4 * length);
    return Float64Array.from({ length }, (_, i) => checkedNumber(this.#view.getFloat32(at + 4 * i), least, most, field));
  }

  end(): void {
    if (this.at !== this.#data.byteLength) {
      throw new ModelError('ERR_PROFILE_SIZE', 'data has more bytes than its counts call for');
    }
  }
}
