import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { calibrated, fused, thresholdAt } from './calibration';
import { PAIR_FEATURES, pairFeatures, remoteness, type Side } from './pair-features';
import { type FreeTextProjection, PROJECTED_BLOCKS } from './population';

const SIZES = [4, 4, 4, 4, 2, 10];
const normal = seededNormals(3, 1);
const projections: FreeTextProjection[] = PROJECTED_BLOCKS.map(({ length }, block) => ({
  dimensions: SIZES[block],
  directions: new Int8Array(SIZES[block] * length),
  scale: new Float64Array(SIZES[block]).fill(1),
  offset: Float64Array.from({ length: SIZES[block] }, normal),
  within: new Float64Array(SIZES[block]).fill(1),
  between: Float64Array.from({ length: SIZES[block] }, (_, d) => 3 / (d + 1)),
}));
const known = { projections, shortWindow: 1.2 };
const LENGTH = 28;

const side = (mean: Float64Array, windows = 1, keysOfWindow = 50): Side => ({ mean, windows, keysOfWindow });
function features(template: Side, probe: Side): Float64Array {
  const out = new Float64Array(PAIR_FEATURES.length + 2).fill(7);
  pairFeatures(template, probe, known, out, 1);
  expect([out[0], out[out.length - 1]]).toEqual([7, 7]);
  return out.slice(1, -1);
}

describe('pairFeatures', () => {
  it('are the log likelihood ratio of two normals, one person against two, where nothing is capped', () => {
    const offset = projections.flatMap((projection) => Array.from(projection.offset));
    const a = Float64Array.from(offset, (centre) => centre + 0.5 * normal());
    const b = Float64Array.from(a, (value) => value + 0.3 * normal());
    const out = features(side(a, 2), side(b, 1));
    const ln = (x: number, mean: number, variance: number) => -((x - mean) ** 2) / (2 * variance);
    let from = 0;
    projections.forEach(({ dimensions, within, between }, block) => {
      let sum = 0;
      for (let d = 0; d < dimensions; d++) {
        const [x, y] = [a[from + d] - offset[from + d], b[from + d] - offset[from + d]];
        const noise = within[d] / (0.3 * 2);
        const posterior = between[d] / (between[d] + noise);
        sum += ln(y, posterior * x, posterior * noise + within[d]) - ln(y, 0, between[d] + within[d]);
      }
      expect(out[block]).toBeCloseTo(sum, 10);
      from += dimensions;
    });
    const quarters = PAIR_FEATURES.map((name, i) => (name.startsWith('dimensions') ? out[i] : 0));
    expect(quarters.reduce((sum, value) => sum + value, 0)).toBeCloseTo(out[5], 10);
  });

  it('are bounded and finite, however far the embeddings lie', () => {
    const anyMean = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: LENGTH, maxLength: LENGTH });
    fc.assert(
      fc.property(anyMean, anyMean, fc.integer({ min: 1, max: 1_000 }), (a, b, windows) => {
        const out = features(side(Float64Array.from(a), windows), side(Float64Array.from(b), windows, 20));
        out.forEach((value, i) => {
          expect(Math.abs(value), PAIR_FEATURES[i]).toBeLessThanOrEqual(4.5 * 10);
        });
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 10_000 : 300 },
    );
  });

  it('say more for the same nearness where more windows stand behind it', () => {
    const near = Float64Array.from({ length: LENGTH }, (_, d) => 2 + d / 10);
    const sum = (windows: number) => features(side(near, windows), side(near, windows))[5];
    expect(sum(2)).toBeGreaterThan(sum(1));
    expect(sum(10)).toBeGreaterThan(sum(2));
    expect(sum(500)).toBe(sum(10));
  });
});

describe('remoteness', () => {
  it('is 0 at the average person and at most 25', () => {
    const offset = Float64Array.from(projections.flatMap((projection) => Array.from(projection.offset)));
    expect(remoteness(offset, { projections })).toBe(0);
    expect(remoteness(new Float64Array(LENGTH).fill(1e9), { projections })).toBe(25);
  });
});

describe('calibration', () => {
  // Slope 1 + keys step, offset windows step, thresholds by rate.
  const calibration = Array.from({ length: 20 }, (_, cell) => ({
    slope: 1 + Math.floor(cell / 4),
    offset: cell % 4,
    thresholds: Float64Array.of(0, 1, 2, 3).map((rate) => rate + cell),
  }));

  it('lies between cells by the logarithm of keys and windows, and beyond them as at the edge', () => {
    expect(calibrated(1, { calibration }, 50, 1)).toBeCloseTo(2, 12);
    expect(calibrated(1, { calibration }, Math.sqrt(50 * 100), 5)).toBeCloseTo(2.5 + 2, 12);
    expect(calibrated(1, { calibration }, 1, 1)).toBeCloseTo(1, 12);
    expect(calibrated(1, { calibration }, 5_000, 100)).toBeCloseTo(5 + 3, 12);
    // Four windows have the weights of five, three those of two.
    expect(calibrated(0, { calibration }, 25, 4)).toBe(2);
    expect(calibrated(0, { calibration }, 25, 3)).toBe(1);
    expect(calibrated(0, { calibration }, 25, 7)).toBeCloseTo(2 + Math.log(7 / 5) / Math.log(2), 12);
  });

  it('is bounded', () => {
    expect(calibrated(1e9, { calibration }, 50, 1)).toBe(12);
    expect(calibrated(-1e9, { calibration }, 50, 1)).toBe(-12);
  });

  it('has thresholds by the logarithm of the rate', () => {
    expect([0.1, 0.05, 0.01, 0.001].map((rate) => thresholdAt(rate, { calibration }, 25, 1))).toEqual([0, 1, 2, 3]);
    expect(thresholdAt(Math.sqrt(0.01 * 0.001), { calibration }, 25, 1)).toBeCloseTo(2.5, 12);
    expect(() => thresholdAt(0.2, { calibration }, 25, 1)).toThrow(RangeError);
  });

  it('adds weighted features to a bias', () => {
    const row = Float64Array.from([9, ...PAIR_FEATURES.map((_, i) => i)]);
    const weights = Float64Array.from([...PAIR_FEATURES.map(() => 2), 0.5]);
    expect(fused(row, weights, 1)).toBe(2 * 91 + 0.5);
  });
});
