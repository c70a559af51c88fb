import fc from 'fast-check';
import { expect, it } from 'vitest';
import { constantTimeEqual } from './constant-time-equal';
import { runs } from './seeded-random.test-support';

it('is equality of bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 20 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => constantTimeEqual(a, b) === (Buffer.compare(a, b) === 0) && constantTimeEqual(a, a.slice())),
    { numRuns: runs(200) },
  );
});

it('sees a difference in any single bit', () => {
  for (let bit = 0; bit < 32 * 8; bit++) {
    const other = new Uint8Array(32);
    other[bit >> 3] = 1 << (bit & 7);
    expect(constantTimeEqual(new Uint8Array(32), other)).toBe(false);
  }
});

it('refuses strings, which have no bytes to compare', () => {
  expect(() => constantTimeEqual('a' as never, new Uint8Array(1))).toThrow(new TypeError('a must be a Uint8Array'));
  expect(() => constantTimeEqual(new Uint8Array(1), 'a' as never)).toThrow(new TypeError('b must be a Uint8Array'));
});
