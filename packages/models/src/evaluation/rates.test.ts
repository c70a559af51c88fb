import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc, equalErrorRate, falseMatchRate, falseNonMatchRate, fnmrAtFmr, rocCurve } from './rates';

const genuine = Float64Array.of(0.9, 0.8, 0.4, 0.7);
const impostor = Float64Array.of(0.1, 0.5, 0.3, 0.2, 0.4);

/** Scores on a coarse grid, so that ties are common. */
const scores = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 }).map((values) => Float64Array.from(values));

describe('rates at a threshold', () => {
  it('accept at the threshold itself', () => {
    expect(falseMatchRate(impostor, 0.4)).toBe(2 / 5);
    expect(falseNonMatchRate(genuine, 0.4)).toBe(0);
    expect(falseMatchRate(impostor, 0.41)).toBe(1 / 5);
    expect(falseNonMatchRate(genuine, 0.41)).toBe(1 / 4);
    expect(falseMatchRate(impostor, Number.NEGATIVE_INFINITY)).toBe(1);
    expect(falseNonMatchRate(genuine, Number.POSITIVE_INFINITY)).toBe(1);
  });
});

describe('rocCurve', () => {
  it('has a point for each distinct score, and one that accepts nobody', () => {
    const points = rocCurve(genuine, impostor);
    expect(points.map(({ threshold }) => threshold)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9, Number.POSITIVE_INFINITY]);
    expect(points[0]).toEqual({ threshold: 0.1, fmr: 1, fnmr: 0 });
    expect(points[4]).toEqual({ threshold: 0.5, fmr: 1 / 5, fnmr: 1 / 4 });
    expect(points[8]).toEqual({ threshold: Number.POSITIVE_INFINITY, fmr: 0, fnmr: 1 });
  });

  it('agrees with the rates counted one by one, and leaves its arguments as they are', () => {
    fc.assert(
      fc.property(scores, scores, (own, others) => {
        const before = [[...own], [...others]];
        for (const { threshold, fmr, fnmr } of rocCurve(own, others)) {
          expect(fmr).toBe(falseMatchRate(others, threshold));
          expect(fnmr).toBe(falseNonMatchRate(own, threshold));
        }
        expect([[...own], [...others]]).toEqual(before);
      }),
    );
  });
});

describe('equalErrorRate', () => {
  it('is where the curves cross', () => {
    // At .4: FMR 2/5, FNMR 0; at .5: FMR 1/5, FNMR 1/4. On the line between, both are 2/9.
    expect(equalErrorRate(genuine, impostor)).toBeCloseTo(2 / 9, 12);
  });

  it('is 0 for separate, 1 for inverted and a half for equal scores', () => {
    expect(equalErrorRate(Float64Array.of(2, 3), Float64Array.of(0, 1))).toBe(0);
    expect(equalErrorRate(Float64Array.of(0, 1), Float64Array.of(2, 3))).toBe(1);
    expect(equalErrorRate(Float64Array.of(1, 1), Float64Array.of(1, 1))).toBe(0.5);
    expect(equalErrorRate(Float64Array.of(0, 1, 2, 3), Float64Array.of(0, 1, 2, 3))).toBeCloseTo(0.5, 12);
  });

  it('agrees with a fine search along the polygon of operating points', () => {
    fc.assert(
      fc.property(scores, scores, (own, others) => {
        const levels = [...new Set([...own, ...others])].sort((a, b) => a - b).concat(Number.POSITIVE_INFINITY);
        const corners = levels.map((level) => [falseMatchRate(others, level), falseNonMatchRate(own, level)]);
        let best = Number.POSITIVE_INFINITY;
        let rate = Number.NaN;
        for (let i = 1; i < corners.length; i++) {
          for (let part = 0; part <= 1000; part++) {
            const at = [0, 1].map((axis) => corners[i - 1][axis] + (part / 1000) * (corners[i][axis] - corners[i - 1][axis]));
            const gap = Math.abs(at[0] - at[1]);
            if (gap < best) {
              best = gap;
              rate = (at[0] + at[1]) / 2;
            }
          }
        }
        expect(Math.abs(equalErrorRate(own, others) - rate)).toBeLessThan(0.001);
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the scale of the scores', () => {
    fc.assert(
      fc.property(scores, scores, (own, others) => {
        const stretch = (values: Float64Array) => values.map((value) => Math.exp(value) * 3 - 7);
        expect(equalErrorRate(stretch(own), stretch(others))).toBeCloseTo(equalErrorRate(own, others), 12);
      }),
    );
  });
});

describe('fnmrAtFmr', () => {
  it('is the least rate of a threshold that holds the target', () => {
    expect(fnmrAtFmr(genuine, impostor, 0.2)).toBe(1 / 4);
    expect(fnmrAtFmr(genuine, impostor, 0.199)).toBe(1 / 4);
    expect(fnmrAtFmr(genuine, impostor, 0.4)).toBe(0);
    expect(fnmrAtFmr(genuine, Float64Array.of(1), 0)).toBe(1);
  });

  it('agrees with a search over every threshold', () => {
    fc.assert(
      fc.property(scores, scores, fc.double({ min: 0, max: 1, noNaN: true }), (own, others, target) => {
        const thresholds = [...own, ...others, Number.POSITIVE_INFINITY].filter((level) => falseMatchRate(others, level) <= target);
        expect(fnmrAtFmr(own, others, target)).toBe(Math.min(...thresholds.map((level) => falseNonMatchRate(own, level))));
      }),
    );
  });

  it('asks for a fraction', () => {
    expect(() => fnmrAtFmr(genuine, impostor, 1.1)).toThrow(RangeError);
    expect(() => fnmrAtFmr(genuine, impostor, Number.NaN)).toThrow(RangeError);
    expect(() => fnmrAtFmr(genuine, impostor, '1' as never)).toThrow(TypeError);
  });
});

describe('auc', () => {
  it('is the chance that a genuine score is the higher one, ties counting half', () => {
    // 20 pairs: .4 against .5 is lost, .4 against .4 is a tie.
    expect(auc(genuine, impostor)).toBeCloseTo(18.5 / 20, 12);
    fc.assert(
      fc.property(scores, scores, (own, others) => {
        let won = 0;
        for (const a of own) {
          for (const b of others) {
            won += a > b ? 1 : a === b ? 0.5 : 0;
          }
        }
        expect(auc(own, others)).toBeCloseTo(won / (own.length * others.length), 10);
      }),
    );
  });
});

describe('arguments', () => {
  it.each([
    ['genuine', () => equalErrorRate([1] as never, impostor), TypeError],
    ['impostor', () => rocCurve(genuine, new Float32Array(1) as never), TypeError],
    ['genuine', () => auc(new Float64Array(0), impostor), RangeError],
    ['impostor', () => auc(genuine, Float64Array.of(Number.NaN)), RangeError],
    ['threshold', () => falseMatchRate(impostor, Number.NaN), RangeError],
    ['threshold', () => falseNonMatchRate(genuine, '0' as never), TypeError],
  ])('are asserted: %s', (name, call, kind) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
