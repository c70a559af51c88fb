import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALIBRATED_PIPELINE, CONVENTIONAL_DISTANCE, faceDistanceAt, faceLlr, LARGEST_DISTANCE } from './face-calibration';

const anyDistance = fc.double({ min: 0, max: LARGEST_DISTANCE, noNaN: true });

describe('faceLlr', () => {
  it('is what was fitted, at the distances that decide', () => {
    // In parentheses: pooled-adjacent-violators ratios of the fitting half, and of the half that was not fitted.
    expect(faceLlr(0.6)).toBeCloseTo(0.2, 1); // (between 0.7 and -2.1; 0.2)
    expect(faceLlr(0.537)).toBeCloseTo(3.2, 1); // (3.5; 3.3)
    expect(faceLlr(0.49)).toBeCloseTo(5.9, 1); // (6.5; 5.8)
    expect(faceLlr(0.468)).toBeCloseTo(7.2, 1); // (6.8; 7.3)
  });

  it('never rises with the distance, and stays within what the data can show', () => {
    fc.assert(
      fc.property(anyDistance, anyDistance, (a, b) => {
        const [near, far] = [faceLlr(Math.min(a, b)), faceLlr(Math.max(a, b))];
        expect(near).toBeGreaterThanOrEqual(far);
        expect(far).toBeGreaterThanOrEqual(-4);
        expect(near).toBeLessThanOrEqual(8);
      }),
    );
    expect([faceLlr(0), faceLlr(LARGEST_DISTANCE)]).toEqual([8, -4]);
  });

  it('tells every shipped threshold from the next', () => {
    const llrs = [0.05, 0.01, 0.001, 0.0001].map((rate) => faceLlr(faceDistanceAt(rate)));
    expect(llrs).toEqual([...llrs].sort((a, b) => a - b));
    expect(llrs[3]).toBeLessThan(8);
    expect(llrs[0]).toBeGreaterThan(-4);
  });
});

it('calls .6 what it is: about one stranger in a hundred', () => {
  expect(faceDistanceAt(0.01)).toBe(CONVENTIONAL_DISTANCE);
  expect(CALIBRATED_PIPELINE).toBe('face-api-tiny416-mirror/1');
});
