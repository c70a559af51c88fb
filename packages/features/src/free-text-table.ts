import { KEY_CLASSES } from './key-classes';

/** Ordered pairs of key classes; the index of a pair is `first * 39 + second`. */
export const KEY_PAIRS = KEY_CLASSES * KEY_CLASSES;

/** How many of the most frequent pairs the summary of a window looks at one by one. */
export const FREQUENT_PAIRS = 60;

/**
 * How other people type each key and each ordered pair of keys: locations and scales on the scales of `free-text-frames.ts`. Where few people
 * typed a key or a pair, the numbers are those of all keys, or of the two keys of the pair.
 */
export interface FreeTextTable {
  /** 39: ln ms. */
  readonly holdLocation: Float64Array;
  readonly holdScale: Float64Array;
  /** 1,521 each, by index of the pair: ln ms. */
  readonly pressPressLocation: Float64Array;
  readonly pressPressScale: Float64Array;
  /** asinh of ms / 40. */
  readonly releasePressLocation: Float64Array;
  readonly releasePressScale: Float64Array;
  readonly releaseReleaseLocation: Float64Array;
  readonly releaseReleaseScale: Float64Array;
  /** 60 different indices of pairs, most frequent first. */
  readonly frequentPairs: Uint16Array;
}

/** Name, length and range of every array of numbers of a table. A scale is never so small that a value could run away. */
export const TABLE_PARTS = Object.freeze([
  ['holdLocation', KEY_CLASSES, 0, 10],
  ['holdScale', KEY_CLASSES, 0.02, 10],
  ['pressPressLocation', KEY_PAIRS, 0, 10],
  ['pressPressScale', KEY_PAIRS, 0.02, 10],
  ['releasePressLocation', KEY_PAIRS, -10, 10],
  ['releasePressScale', KEY_PAIRS, 0.02, 10],
  ['releaseReleaseLocation', KEY_PAIRS, -10, 10],
  ['releaseReleaseScale', KEY_PAIRS, 0.02, 10],
] as const satisfies readonly (readonly [keyof FreeTextTable, number, number, number])[]);

/**
 * Refuses whatever is no table.
 *
 * @throws TypeError for another shape; RangeError for a wrong length, a number out of range or a pair named twice.
 */
export function assertFreeTextTable(value: unknown, name = 'table'): asserts value is FreeTextTable {
  const table = value as Partial<FreeTextTable> | null | undefined;
  if (typeof table !== 'object' || table === null) {
    throw new TypeError(`${name} must be a FreeTextTable`);
  }
  for (const [part, length, least, most] of TABLE_PARTS) {
    const numbers: unknown = table[part];
    if (!(numbers instanceof Float64Array)) {
      throw new TypeError(`${name}.${part} must be a Float64Array`);
    }
    if (numbers.length !== length || !numbers.every((number) => number >= least && number <= most)) {
      throw new RangeError(`${name}.${part} must be ${length} numbers from ${least} to ${most}`);
    }
  }
  const { frequentPairs } = table;
  if (!(frequentPairs instanceof Uint16Array)) {
    throw new TypeError(`${name}.frequentPairs must be a Uint16Array`);
  }
  if (
    frequentPairs.length !== FREQUENT_PAIRS ||
    new Set(frequentPairs).size !== FREQUENT_PAIRS ||
    frequentPairs.some((pair) => pair >= KEY_PAIRS)
  ) {
    throw new RangeError(`${name}.frequentPairs must be ${FREQUENT_PAIRS} different pairs`);
  }
}
