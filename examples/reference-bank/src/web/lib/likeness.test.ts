import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeness } from './likeness';

describe('likeness', () => {
  it('counts the least number of changes', () => {
    expect(likeness('kitten', 'sitting')).toBeCloseTo(1 - 3 / 7);
    expect(likeness('', '')).toBe(1);
    expect(likeness('abc', '')).toBe(0);
  });

  it('is symmetric, 1 for equal texts and within 0 to 1', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
        expect(likeness(a, a)).toBe(1);
        expect(likeness(a, b)).toBeCloseTo(likeness(b, a));
        expect(likeness(a, b)).toBeGreaterThanOrEqual(0);
        expect(likeness(a, b)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
