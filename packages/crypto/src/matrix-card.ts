import { assertInteger, assertObject } from './arguments';
import { draw, type RandomSource, randomSource } from './random';

/** The 32 characters of a card: no 0 and O, no 1 and I. */
export const MATRIX_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
export const COLUMNS = 'ABCDEFGH';
export const ROWS = '12345678';
export const CELL_COUNT = 64;
const ID_LENGTH = 12;
/** How many coordinates one challenge may ask. */
export const MAX_COORDINATES = 8;

type Column = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H';
type Row = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8';
/** A cell's name: column A to H, row 1 to 8, for instance `B3`. */
export type MatrixCoordinate = `${Column}${Row}`;

/** A card as it is printed. It is a secret: show it once, keep only its digests. */
export interface MatrixCard {
  /** 12 characters of the alphabet; not secret, names the card on paper and in the record. */
  id: string;
  /** 8 rows from 1 to 8, each of 8 cells from A to H, each cell 2 characters of the alphabet. */
  cells: readonly (readonly string[])[];
}

/** Draws a card: 64 cells of 10 bits each, and an id of 60 bits. */
export function createMatrixCard(options: { random?: RandomSource } = {}): MatrixCard {
  assertObject(options, 'options');
  const random = randomSource(options.random);
  const id = letters(random, ID_LENGTH);
  const all = letters(random, CELL_COUNT * 2);
  const cells = Array.from({ length: 8 }, (_, row) => Array.from({ length: 8 }, (_, column) => all.substr((row * 8 + column) * 2, 2)));
  return { id, cells };
}

function letters(random: RandomSource, count: number): string {
  // 256 is a multiple of 32, so the low five bits of a byte favour no letter.
  return Array.from(draw(random, count), (byte) => MATRIX_ALPHABET[byte & 31]!).join('');
}

/**
 * Draws distinct coordinates, each set equally likely.
 *
 * @param options.count 1 to 8, default 3
 */
export function chooseCoordinates(options: { random?: RandomSource; count?: number } = {}): MatrixCoordinate[] {
  assertObject(options, 'options');
  const random = randomSource(options.random);
  const count = options.count ?? 3;
  assertInteger(count, 'count', 1, MAX_COORDINATES);
  // A card has 64 cells and 256 is a multiple of 64; a cell drawn twice is drawn again.
  const chosen = new Set<number>();
  for (let drawn = 0; chosen.size < count; drawn++) {
    if (drawn === 1000) throw new RangeError('random must not repeat itself');
    chosen.add(draw(random, 1)[0]! & 63);
  }
  return [...chosen].map(coordinateAt);
}

export const coordinateAt = (index: number): MatrixCoordinate =>
  `${COLUMNS[index & 7] as Column}${ROWS[index >> 3] as Row}` satisfies MatrixCoordinate;

/** The place of a coordinate in reading order, 0 to 63, or `undefined` when it is none. */
export function coordinateIndex(coordinate: unknown): number | undefined {
  if (typeof coordinate !== 'string' || coordinate.length !== 2) return undefined;
  const column = COLUMNS.indexOf(coordinate[0]!);
  const row = ROWS.indexOf(coordinate[1]!);
  return column < 0 || row < 0 ? undefined : row * 8 + column;
}

const CARD_ID = /^[A-HJ-NP-Z2-9]{12}$/;
const CELL = /^[A-HJ-NP-Z2-9]{2}$/;

export const isCardId = (value: unknown): value is string => typeof value === 'string' && CARD_ID.test(value);

/** The 64 cells in reading order, checked: what is printed or digested is always a whole card. */
export function cardCells(card: MatrixCard): string[] {
  assertObject(card, 'card');
  if (!isCardId(card.id)) throw new RangeError('card.id must be 12 characters of the card alphabet');
  if (!Array.isArray(card.cells)) throw new TypeError('card.cells must be an array');
  if (card.cells.length !== 8) throw new RangeError('card.cells must have 8 rows');
  const cells: string[] = [];
  for (const row of card.cells as readonly unknown[]) {
    if (!Array.isArray(row)) throw new TypeError('card.cells must hold arrays');
    if (row.length !== 8) throw new RangeError('card.cells must have 8 cells in each row');
    for (const cell of row as unknown[]) {
      if (typeof cell !== 'string') throw new TypeError('card.cells must hold strings');
      if (!CELL.test(cell)) throw new RangeError('card.cells must hold cells of 2 characters of the card alphabet');
      cells.push(cell);
    }
  }
  return cells;
}
