import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  packCoarse,
  packIntegers,
  packNumbers,
  packScaled,
  unpackCoarse,
  unpackIntegers,
  unpackNumbers,
  unpackScaled,
} from './packed-numbers';

describe('packed numbers', () => {
  it('keeps numbers of any magnitude to four digits in three bytes each, and which are missing', () => {
    const numbers = fc.oneof(
      fc.double({ min: -1e30, max: 1e30, noNaN: true }).filter((number) => number === 0 || Math.abs(number) > 1e-30),
      fc.constant(Number.NaN),
    );
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 20 }), (given) => {
        const bytes = packNumbers(given);
        expect(bytes).toHaveLength(3 * given.length);
        for (const [i, number] of unpackNumbers(bytes).entries()) {
          const before = given[i] as number;
          expect(Number.isNaN(number)).toBe(Number.isNaN(before));
          expect(Number.isNaN(before) || Math.abs(number - before) <= Math.abs(before) * 2e-5).toBe(true);
        }
      }),
    );
  });

  it('keeps what is too large for a float finite', () => {
    expect([...unpackNumbers(packNumbers([1e300, -1e300]))].every(Number.isFinite)).toBe(true);
  });

  it('keeps numbers of one scale to a 65,000th of the largest in two bytes each', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1_000, max: 1_000, noNaN: true }), { maxLength: 20 }), (given) => {
        const { scale, bytes } = packScaled(Float32Array.from(given));
        const most = Math.max(0, ...given.map(Math.abs));
        const unpacked = unpackScaled(bytes, scale);
        expect(unpacked).toHaveLength(given.length);
        for (const [i, number] of unpacked.entries()) {
          expect(Math.abs(number - (given[i] as number))).toBeLessThanOrEqual(most / 65_000);
        }
      }),
    );
  });

  it('keeps numbers of one scale to a 254th of the largest in one byte each', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1_000, max: 1_000, noNaN: true }), { maxLength: 20 }), (given) => {
        const { scale, bytes } = packCoarse(Float32Array.from(given));
        expect(bytes).toHaveLength(given.length);
        const most = Math.max(0, ...given.map(Math.abs));
        const unpacked = unpackCoarse(Uint8Array.of(7, ...bytes).subarray(1), scale);
        expect(unpacked).toHaveLength(given.length);
        for (const [i, number] of unpacked.entries()) {
          expect(Math.abs(number - (given[i] as number))).toBeLessThanOrEqual(most / 250);
        }
      }),
    );
  });

  it('keeps whole numbers below 2^24 in three bytes each', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 24 - 1 })), (given) => {
        const bytes = packIntegers(given, 3);
        expect(bytes).toHaveLength(3 * given.length);
        expect(unpackIntegers(bytes, 3)).toEqual(given);
      }),
    );
  });

  it('keeps whole numbers as they are, at any place of a buffer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 })), (given) => {
        const bytes = packIntegers(given);
        expect(unpackIntegers(bytes)).toEqual(given);
        expect(unpackIntegers(Uint8Array.of(7, ...bytes).subarray(1))).toEqual(given);
      }),
    );
  });
});

/** As they are defined, number by number. */
const PLAIN = {
  scaled(numbers: Float32Array) {
    const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
    const scale = largest === 0 ? 1 : largest / 32_767;
    const view = new DataView(new ArrayBuffer(2 * numbers.length));
    numbers.forEach((number, i) => {
      view.setInt16(2 * i, Math.round(number / scale), true);
    });
    return { scale, bytes: new Uint8Array(view.buffer) };
  },
  unscaled(bytes: Uint8Array, scale: number) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => view.getInt16(2 * i, true) * scale);
  },
  coarse(numbers: Float32Array) {
    const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
    const scale = largest === 0 ? 1 : largest / 127;
    return { scale, bytes: new Uint8Array(Int8Array.from(numbers, (number) => Math.round(number / scale)).buffer) };
  },
  uncoarse: (bytes: Uint8Array, scale: number) => Float32Array.from(new Int8Array(bytes), (number) => number * scale),
};

it('packs and unpacks to the bit as the definition says, wherever the bytes lie', () => {
  const numbers = fc.float32Array({ maxLength: 40, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, fc.uint8Array({ maxLength: 81 }), fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (given, noise, scale) => {
      expect(packScaled(given)).toEqual(PLAIN.scaled(given));
      expect(packCoarse(given)).toEqual(PLAIN.coarse(given));
      const bytes = noise.subarray(noise.length % 2);
      expect(unpackScaled(bytes, scale)).toEqual(PLAIN.unscaled(bytes, scale));
      expect(unpackCoarse(bytes, scale)).toEqual(PLAIN.uncoarse(bytes, scale));
    }),
  );
});
