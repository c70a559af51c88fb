import { assertString } from './assert';

export interface IdempotencyKeyOptions {
  /** Random bytes; the platform's by default. */
  random?: (length: number) => Uint8Array;
}

const KEY = /^[A-Za-z0-9_-]+$/;
const BYTES = 16;

/** Random bytes from the platform, which every browser has and Node too. */
export function platformRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A new key of 128 random bits, 32 hexadecimal digits. Make one per deed of the user, and keep it for its retries. */
export function newIdempotencyKey({ random = platformRandom }: IdempotencyKeyOptions = {}): string {
  const bytes = random(BYTES);
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError('random must return a Uint8Array');
  }
  if (bytes.length !== BYTES) {
    throw new RangeError(`random must return ${BYTES} bytes when asked for as many`);
  }
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @throws TypeError or RangeError unless `value` is 16-128 characters of `[A-Za-z0-9_-]`. */
export function assertIdempotencyKey(value: unknown): asserts value is string {
  assertString(value, 'idempotencyKey', 16, 128);
  if (!KEY.test(value)) {
    throw new RangeError('idempotencyKey must be characters of [A-Za-z0-9_-]');
  }
}
