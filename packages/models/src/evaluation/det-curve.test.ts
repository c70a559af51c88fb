import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { detCurve, normalDeviate } from './det-curve';
import { rocCurve } from './rates';

const scores = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 }).map((values) => Float64Array.from(values));

describe('normalDeviate', () => {
  it.each([
    [0.5, 0],
    [0.841344746068543, 1],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [1e-6, -4.753424308822899],
  ])('of %s is %s', (share, deviate) => {
    expect(Math.abs(normalDeviate(share) - deviate)).toBeLessThan(1e-8);
  });

  it('is odd about a half', () => {
    for (const share of [0.001, 0.07, 0.08, 0.3]) {
      expect(normalDeviate(1 - share)).toBeCloseTo(-normalDeviate(share), 9);
    }
  });

  it('asks for a share between 0 and 1', () => {
    expect(() => normalDeviate(0)).toThrow(RangeError);
    expect(() => normalDeviate(1)).toThrow(RangeError);
    expect(() => normalDeviate('0.5' as never)).toThrow(TypeError);
  });
});

describe('detCurve', () => {
  it('is a straight line of slope -1 for two normal distributions of one width', () => {
    const normal = seededNormals(5, 5);
    const genuine = Float64Array.from({ length: 20_000 }, () => 2 + normal());
    const impostor = Float64Array.from({ length: 20_000 }, normal);
    for (const { fmrDeviate, fnmrDeviate } of detCurve(genuine, impostor).filter(({ fmr, fnmr }) => Math.min(fmr, fnmr) > 0.01)) {
      expect(Math.abs(fmrDeviate + fnmrDeviate + 2)).toBeLessThan(0.15);
    }
  });

  it('keeps operating points only, with every corner among them', () => {
    fc.assert(
      fc.property(scores, scores, (own, others) => {
        const inside = rocCurve(own, others).filter(({ fmr, fnmr }) => fmr > 0 && fmr < 1 && fnmr > 0 && fnmr < 1);
        const kept = detCurve(own, others);
        expect(inside).toEqual(expect.arrayContaining(kept.map(({ threshold, fmr, fnmr }) => ({ threshold, fmr, fnmr }))));
        // What was left out lies on a level or upright line between points that were kept.
        for (const point of inside) {
          const before = kept.filter(({ threshold }) => threshold <= point.threshold).at(-1);
          const after = kept.find(({ threshold }) => threshold >= point.threshold);
          expect([before, after]).not.toContain(undefined);
          expect(
            (before?.fmr === point.fmr && after?.fmr === point.fmr) || (before?.fnmr === point.fnmr && after?.fnmr === point.fnmr),
          ).toBe(true);
        }
      }),
    );
  });

  it('leaves out what lies on a straight line', () => {
    // One genuine score, then three impostors', then a genuine one among the rest: FMR falls 5/6, 4/6, 3/6, 2/6 at FNMR 1/3.
    const curve = detCurve(Float64Array.of(1, 5, 9), Float64Array.of(0, 2, 3, 4, 6, 7));
    expect(curve.map(({ threshold, fmr, fnmr }) => [threshold, fmr, fnmr])).toEqual([
      [2, 5 / 6, 1 / 3],
      [5, 2 / 6, 1 / 3],
      [6, 2 / 6, 2 / 3],
      [7, 1 / 6, 2 / 3],
    ]);
  });

  it('is empty for separate scores', () => {
    expect(detCurve(Float64Array.of(2, 3), Float64Array.of(0, 1))).toEqual([]);
  });
});
