import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lengthPrefixed, uint64 } from './length-prefixed';
import { runs, toHex } from './seeded-random.test-support';

it('gives different bytes for different lists, whatever the parts hold', () => {
  const lists = fc.array(fc.uint8Array({ maxLength: 6, max: 3 }), { maxLength: 4 });
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const same = a.length === b.length && a.every((part, i) => toHex(part) === toHex(b[i]!));
      expect(toHex(lengthPrefixed(a)) === toHex(lengthPrefixed(b))).toBe(same);
    }),
    { numRuns: runs(500) },
  );
});

it('writes 64-bit numbers big-endian up to the largest safe integer', () => {
  expect(toHex(uint64(0))).toBe('0000000000000000');
  expect(toHex(uint64(0xffff_ffff))).toBe('00000000ffffffff');
  expect(toHex(uint64(0x1_0000_0000))).toBe('0000000100000000');
  expect(toHex(uint64(Number.MAX_SAFE_INTEGER))).toBe('001fffffffffffff');
});
