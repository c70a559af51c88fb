import { assertFunction, assertInteger } from './arguments';
import { CryptoError } from './errors';

/** A source of randomness: `length` bytes, each call new ones. Must be cryptographically secure outside tests. */
export type RandomSource = (length: number) => Uint8Array;

/**
 * Bytes from the platform's cryptographic generator (`crypto.getRandomValues`).
 *
 * @param length 0 to 65,536
 * @throws TypeError, RangeError for a wrong length
 */
export function randomBytes(length: number): Uint8Array {
  assertInteger(length, 'length', 0, 65_536);
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}

/** The source that an options object names, or the platform's. */
export function randomSource(random: RandomSource | undefined): RandomSource {
  if (random === undefined) return randomBytes;
  assertFunction(random, 'random');
  return random;
}

/** Draws and checks: a source that gives too little must never turn into a short key or a short nonce. */
export function draw(random: RandomSource, length: number): Uint8Array {
  const bytes: unknown = random(length);
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw new CryptoError('ERR_RANDOM', `random must return a Uint8Array of the ${length} bytes asked for`, { field: 'random' });
  }
  // A copy: a Buffer may be a view of a pool, and a source may write into the same array again.
  return new Uint8Array(bytes);
}
