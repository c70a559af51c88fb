import { assertInteger, assertLabel, assertObject, utf8 } from './arguments';

const encoder = new TextEncoder();

/**
 * What a sealed record or a wrapped key belongs to. It is authenticated with the ciphertext, so a record of one subject or purpose does not
 * open under another.
 */
export interface SealContext {
  /** Whose it is: any well-formed string of 1 to 512 bytes of UTF-8. */
  subject: string;
  /** What it is, in the developer's own terms: 1 to 64 characters of `A-Z a-z 0-9 . _ : / -`. */
  purpose: string;
  /** The version of what is inside, 1 to 4,294,967,295; leaving it out means 1. */
  version?: number;
}

/**
 * Joins parts so that no two different lists give the same bytes: each part follows its own length (4 bytes, big-endian).
 */
export function lengthPrefixed(parts: readonly (Uint8Array | string)[]): Uint8Array {
  const pieces = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
  let length = 0;
  for (const piece of pieces) length += 4 + piece.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    writeUint32(joined, at, piece.length);
    joined.set(piece, at + 4);
    at += 4 + piece.length;
  }
  return joined;
}

export function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}

/** A whole number up to 2^53 - 1 as 8 bytes, big-endian. */
export function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeUint32(bytes, 0, Math.floor(value / 0x1_0000_0000));
  writeUint32(bytes, 4, value >>> 0);
  return bytes;
}

/** The subject of a record as bytes: 1 to 512 bytes of well-formed UTF-8. */
export const subjectBytes = (subject: unknown, name: string): Uint8Array => utf8(subject, name, 1, 512);

/** The context as associated data: format, subject and purpose length-prefixed, version as 4 bytes. */
export function encodeContext(label: string, context: SealContext): Uint8Array {
  assertObject(context, 'context');
  const subject = subjectBytes(context.subject, 'context.subject');
  assertLabel(context.purpose, 'context.purpose');
  const number = context.version ?? 1;
  assertInteger(number, 'context.version', 1, 0xffff_ffff);
  const version = new Uint8Array(4);
  writeUint32(version, 0, number);
  return lengthPrefixed([label, subject, context.purpose, version]);
}
