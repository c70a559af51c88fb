import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textSimilarity } from './text-similarity';

describe('textSimilarity', () => {
  it('is 1 for the same text whatever its case and spacing, and counts one edit', () => {
    expect(textSimilarity('The quick  fox', 'the quick fox')).toBe(1);
    expect(textSimilarity('kitten', 'sitting')).toBeCloseTo(1 - 3 / 7, 12);
    expect(textSimilarity('', '')).toBe(1);
    expect(textSimilarity('abc', '')).toBe(0);
  });

  it('is symmetric and within 0 and 1', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (a, b) => {
        const value = textSimilarity(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(textSimilarity(b, a)).toBeCloseTo(value, 12);
      }),
      { numRuns: 100 },
    );
  });
});
