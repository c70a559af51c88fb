import { describe, expect, it } from 'vitest';
import { assertIdempotencyKey, newIdempotencyKey } from './idempotency-key';

describe('newIdempotencyKey', () => {
  it('is 128 random bits in hexadecimal, and one that the transport takes', () => {
    const key = newIdempotencyKey({ random: (length) => Uint8Array.from({ length }, (_, i) => i) });
    expect(key).toBe('000102030405060708090a0b0c0d0e0f');
    expect(assertIdempotencyKey(key)).toBeUndefined();
  });

  it('differs each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => newIdempotencyKey())).size).toBe(100);
  });

  it('refuses randomness that is none', () => {
    expect(() => newIdempotencyKey({ random: () => new Uint8Array(3) })).toThrow(RangeError);
    expect(() => Reflect.apply(newIdempotencyKey, undefined, [{ random: () => 'x' }])).toThrow(TypeError);
  });
});
