import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { product } from './kernel-score.reference';
import { densityAt, densitySums } from './kernel-sums';

/** One feature of entries with these values and weights. */
function sumsOf(values: readonly number[], weights: readonly number[], deviation: number) {
  const order = values.map((_, j) => j).sort((a, b) => values[a] - values[b]);
  const samples = values.length;
  const sorted = Float32Array.from(order, (j) => values[j]);
  const inputs = { samples, total: samples, features: 1, sorted, order: Uint8Array.from(order), weights: Float64Array.from(weights) };
  return { samples, sorted, ...densitySums({ ...inputs, deviation: Float64Array.of(deviation) }) };
}

function bandwidth(samples: number, deviation: number): number {
  return 1.25 * deviation * (1 + (0.8 * Math.max(0, 20 - samples)) / 20);
}

describe('density sums', () => {
  it('give what adding up the kernels gives, wherever the probe lies, for equal values too', () => {
    const value = fc.oneof(fc.constantFrom(-4.6, 0, 12), fc.float({ min: -5, max: 12, noNaN: true })).map(Math.fround);
    const entry = fc.tuple(value, fc.double({ min: 0.001, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 60 }),
        fc.oneof(value, fc.double({ min: -20, max: 20, noNaN: true })),
        fc.double({ min: 0.03, max: 3, noNaN: true }),
        (all, x, deviation) => {
          const sums = sumsOf(
            all.map(([one]) => one),
            all.map(([, weight]) => weight),
            deviation,
          );
          const b = bandwidth(all.length, deviation);
          const direct = all.reduce((sum, [one, weight]) => sum + weight * product.kernel(Math.abs(x - one), b), 0);
          expect(Math.abs(densityAt(sums, 0, x) - direct)).toBeLessThanOrEqual(1e-6 * direct + 1e-30);
        },
      ),
    );
  });

  it('are of a density: its area is 1', () => {
    const sums = sumsOf([-1, 0.2, 0.2, 3], [0.1, 0.2, 0.3, 0.4], 0.2);
    let area = 0;
    for (let x = -30; x < 30; x += 0.001) {
      area += 0.001 * densityAt(sums, 0, x);
    }
    expect(area).toBeCloseTo(1, 4);
  });
});
