import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { twoCovarianceRatio } from './two-covariance';

const population = (between: number, centre = 0) => ({ between: Float32Array.of(between), centre: Float32Array.of(centre) });
/** Actions that count for one window. */
const WINDOW = 25 / 0.9;
const normal = (x: number, mean: number, variance: number): number =>
  -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) ** 2 / variance);

describe('two-covariance ratio', () => {
  it('is that of the densities: of one person by integration over who it may be, of two by their product', () => {
    for (const [b, e, t, enrolled, probed] of [
      [4, 2, 1.5, 6, 1],
      [4, 2, -3, 6, 1],
      [0.5, -1, 0.2, 2, 0.4],
    ]) {
      let same = 0;
      const step = 0.001;
      for (let mean = -40; mean < 40; mean += step) {
        same += step * Math.exp(normal(mean, 0, b) + normal(e, mean, 1 / enrolled) + normal(t, mean, 1 / probed));
      }
      const other = normal(e, 0, b + 1 / enrolled) + normal(t, 0, b + 1 / probed);
      const ratio = twoCovarianceRatio({ mean: [e], actions: enrolled * WINDOW }, { mean: [t], actions: probed * WINDOW }, population(b));
      expect(ratio).toBeCloseTo(Math.log(same) - other, 6);
    }
  });

  it('is symmetric, and the same wherever the average person lies', () => {
    const [a, c] = [
      { mean: [1.2], actions: 100 },
      { mean: [0.4], actions: 30 },
    ];
    const ratio = twoCovarianceRatio(a, c, population(3));
    expect(twoCovarianceRatio(c, a, population(3))).toBeCloseTo(ratio, 10);
    const moved = (side: { mean: number[]; actions: number }) => ({ ...side, mean: side.mean.map((number) => number + 7) });
    expect(twoCovarianceRatio(moved(a), moved(c), population(3, 7))).toBeCloseTo(ratio, 10);
  });

  it('has a bound that the profile sets, whatever the probe', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (e, t) => {
        const [b, enrolled, probed] = [3, 5, 1];
        const ratio = twoCovarianceRatio({ mean: [e], actions: enrolled * WINDOW }, { mean: [t], actions: probed * WINDOW }, population(b));
        const posterior = 1 / (1 / b + enrolled);
        const expected = posterior * enrolled * e;
        const most = 0.5 * (Math.log((b + 1 / probed) / (posterior + 1 / probed)) + expected ** 2 / (b - posterior));
        expect(ratio).toBeLessThanOrEqual(most + 1e-6);
      }),
      { numRuns: 300 },
    );
  });
});
