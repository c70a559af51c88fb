import { importDataKey } from './data-key';
import type { RandomSource } from './random';

/** A repeatable source for tests (xorshift32, Marsaglia 2003): uniform enough for a chi-square test, and never for anything else. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0 || 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 11) & 255;
    });
}

export const testKey = (seed = 1) => importDataKey(seededRandom(seed)(32));
export const utf8Bytes = (text: string) => new TextEncoder().encode(text);
export const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What a call throws; fails when it returns. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('expected a throw');
}

/** More iterations of the same test in the long form. */
export const runs = (short: number): number => (process.env.TACIT_SOAK === '1' ? short * 20 : short);
