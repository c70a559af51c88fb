import { describe, expect, it } from 'vitest';
import { bitsOf } from './studies';

describe('bitsOf', () => {
  it.each([
    ['aaaa', 4 * Math.log2(26)],
    ['.tie5Roanl', 10 * Math.log2(26 + 26 + 10 + 33)],
    ['the rolling stones', 18 * Math.log2(26 + 33)],
    ['2014', 4 * Math.log2(10)],
  ])('of %s', (text, bits) => {
    expect(bitsOf(text)).toBeCloseTo(bits, 12);
  });
});
