import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { assertObject } from './arguments';
import { base64urlDecode, base64urlEncode } from './base64';
import type { DataKey } from './data-key';
import { CryptoError } from './errors';
import { lengthPrefixed, subjectBytes } from './length-prefixed';
import { CELL_COUNT, cardCells, coordinateAt, coordinateIndex, isCardId, MAX_COORDINATES, type MatrixCard } from './matrix-card';
import { ownSubKey } from './sub-key';

/** What is stored of a card: plain data, nothing of it readable without the data key. */
export interface MatrixCardRecord {
  version: 1;
  cardId: string;
  /** Base64url of 64 digests of 16 bytes in reading order (A1, B1 ... H8): 1,366 characters. */
  digests: string;
}

export interface MatrixDigestsOptions {
  key: DataKey;
  /** Whose card it is: 1 to 512 bytes of UTF-8. */
  subject: string;
  card: MatrixCard;
}

export interface VerifyMatrixCodeOptions {
  key: DataKey;
  subject: string;
  record: MatrixCardRecord;
  /** The 1 to 8 distinct coordinates that were asked, in the order in which they were asked. */
  coordinates: readonly string[];
  /** What the person typed. Case, white space and dashes do not matter. */
  answer: string;
}

export type VerifyMatrixCodeResult = { matched: true; reason?: never } | { matched: false; reason: 'wrong' | 'malformed' };

const DIGEST_BYTES = 16;
const MAX_ANSWER_LENGTH = 64;

function digest(subKey: Uint8Array, subject: Uint8Array, cardId: string, index: number, cell: string): Uint8Array {
  return hmac(sha256, subKey, lengthPrefixed(['matrix/1', subject, cardId, coordinateAt(index), cell])).subarray(0, DIGEST_BYTES);
}

/**
 * The record of a card: for each cell HMAC-SHA-256, cut to 16 bytes, under a sub-key of the data key, over subject, card id, coordinate and
 * cell. A cell has only 1,024 values, so the digests protect it from those who do not have the key and from no one else.
 *
 * @throws TypeError, RangeError, CryptoError ERR_KEY_DESTROYED
 */
export function matrixDigests(options: MatrixDigestsOptions): MatrixCardRecord {
  assertObject(options, 'options');
  const { key, card } = options;
  const subject = subjectBytes(options.subject, 'subject');
  const cells = cardCells(card);
  const subKey = ownSubKey(key, 'matrix');
  const digests = new Uint8Array(CELL_COUNT * DIGEST_BYTES);
  for (const [index, cell] of cells.entries()) digests.set(digest(subKey, subject, card.id, index, cell), index * DIGEST_BYTES);
  return { version: 1, cardId: card.id, digests: base64urlEncode(digests) };
}

/**
 * Reads a stored record.
 *
 * @throws CryptoError ERR_MATRIX_RECORD naming the field
 */
export function parseMatrixCardRecord(input: unknown): MatrixCardRecord {
  readDigests(input);
  const { cardId, digests } = input as MatrixCardRecord;
  return { version: 1, cardId, digests };
}

function readDigests(input: unknown): Uint8Array {
  const wrong = (field: string, expected: string) => new CryptoError('ERR_MATRIX_RECORD', `${field} must be ${expected}`, { field });
  if (typeof input !== 'object' || input === null) throw wrong('record', 'an object');
  const { version, cardId, digests } = input as Record<string, unknown>;
  if (version !== 1) throw wrong('record.version', '1');
  if (!isCardId(cardId)) throw wrong('record.cardId', '12 characters of the card alphabet');
  const expected = `base64url of ${CELL_COUNT * DIGEST_BYTES} bytes`;
  if (typeof digests !== 'string' || digests.length !== Math.ceil((CELL_COUNT * DIGEST_BYTES * 4) / 3))
    throw wrong('record.digests', expected);
  try {
    return base64urlDecode(digests, { maxBytes: CELL_COUNT * DIGEST_BYTES });
  } catch (error) {
    if (error instanceof CryptoError) throw wrong('record.digests', expected);
    throw error;
  }
}

/**
 * Compares an answer with the record. Every coordinate is computed and compared whatever the others gave. It keeps no state: who asks must
 * keep the coordinates until they are answered rightly, count wrong answers and suspend the card.
 *
 * @returns `malformed` when the answer cannot be a code of that many cells (it need not count as a guess), `wrong` when it is not this code
 * @throws TypeError, RangeError; CryptoError ERR_MATRIX_RECORD, ERR_KEY_DESTROYED
 */
export function verifyMatrixCode(options: VerifyMatrixCodeOptions): VerifyMatrixCodeResult {
  assertObject(options, 'options');
  const { key, record, coordinates, answer } = options;
  const subject = subjectBytes(options.subject, 'subject');
  const digests = readDigests(record);
  const indices = askedIndices(coordinates);
  const subKey = ownSubKey(key, 'matrix');
  if (typeof answer !== 'string') throw new TypeError('answer must be a string');
  const code = normaliseAnswer(answer);
  if (code?.length !== indices.length * 2) return { matched: false, reason: 'malformed' };

  let difference = 0;
  for (const [place, index] of indices.entries()) {
    const given = digest(subKey, subject, record.cardId, index, code.slice(place * 2, place * 2 + 2));
    for (let i = 0; i < DIGEST_BYTES; i++) difference |= given[i]! ^ digests[index * DIGEST_BYTES + i]!;
  }
  return difference === 0 ? { matched: true } : { matched: false, reason: 'wrong' };
}

function askedIndices(coordinates: readonly string[]): number[] {
  if (!Array.isArray(coordinates)) throw new TypeError('coordinates must be an array');
  if (coordinates.length < 1 || coordinates.length > MAX_COORDINATES) {
    throw new RangeError(`coordinates must have 1 to ${MAX_COORDINATES} entries`);
  }
  // Not `map`: it passes over holes.
  const indices = Array.from(coordinates as readonly unknown[], (coordinate) => {
    const index = coordinateIndex(coordinate);
    if (index === undefined) throw new RangeError('coordinates must be A1 to H8');
    return index;
  });
  if (new Set(indices).size !== indices.length) throw new RangeError('coordinates must be distinct');
  return indices;
}

/** Upper case without white space and dashes, or `undefined` when another character is in it. Nothing is mapped: no two letters look alike. */
function normaliseAnswer(answer: string): string | undefined {
  if (answer.length > MAX_ANSWER_LENGTH) return undefined;
  const code = answer.replace(/[\s\u2010-\u2015\u2212-]/g, '');
  // Before the change of case: some letters outside ASCII have upper case inside it.
  return /^[A-HJ-NP-Za-hj-np-z2-9]*$/.test(code) ? code.toUpperCase() : undefined;
}
