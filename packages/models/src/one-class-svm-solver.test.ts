import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelMatrix, logRatio, squaredDistance } from './one-class-svm-kernel';
import { OPTIMALITY, solveOneClass } from './one-class-svm-solver';
import { seededUniforms } from './seeded-normals';

const SOAK = process.env.TACIT_SOAK === '1';

/** Holds 40 to 160 ms, press-press 60 to 460 ms. */
function randomEntries(count: number, keys: number, seed: number): Float32Array {
  const uniform = seededUniforms(seed, 2);
  return Float32Array.from({ length: count * (2 * keys - 1) }, (_, i) =>
    i % (2 * keys - 1) < keys ? 40 + 120 * uniform() : 60 + 400 * uniform(),
  );
}

/** Conditions of an optimum (Karush, Kuhn, Tucker). */
function expectOptimal(kernel: Float64Array, count: number, nu: number): void {
  const { weights, offset } = solveOneClass(kernel, count, nu);
  const most = 1 / (nu * count);
  expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 9);
  for (let i = 0; i < count; i++) {
    expect(weights[i]).toBeGreaterThanOrEqual(0);
    expect(weights[i]).toBeLessThanOrEqual(most);
    let value = 0;
    for (let j = 0; j < count; j++) {
      value += kernel[i * count + j] * weights[j];
    }
    if (weights[i] > 0) {
      expect(value).toBeLessThan(offset + 2 * OPTIMALITY);
    }
    if (weights[i] < most) {
      expect(value).toBeGreaterThan(offset - 2 * OPTIMALITY);
    }
  }
}

describe('solveOneClass', () => {
  it('meets the conditions of an optimum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 2, max: 8 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.constantFrom(0.5, 26, 2000),
        fc.nat(),
        (count, keys, nu, gamma, seed) => {
          expectOptimal(kernelMatrix(randomEntries(count, keys, seed), keys, gamma), count, nu);
        },
      ),
      { numRuns: SOAK ? 3000 : 150 },
    );
  });

  it('does so for 256 entries, and for entries that are all the same', () => {
    expectOptimal(kernelMatrix(randomEntries(256, 11, 1), 11, 26), 256, 0.5);
    expectOptimal(new Float64Array(400).fill(1), 20, 0.3);
  });

  it('leaves at most the share nu outside, and lets at least that share support', () => {
    const count = 100;
    const kernel = kernelMatrix(randomEntries(count, 3, 5), 3, 26);
    for (const nu of [0.05, 0.2, 0.5, 0.9]) {
      const { weights } = solveOneClass(kernel, count, nu);
      const most = 1 / (nu * count);
      expect(weights.filter((weight) => weight === most).length).toBeLessThanOrEqual(nu * count + 1e-9);
      expect(weights.filter((weight) => weight > 0).length).toBeGreaterThanOrEqual(nu * count - 1e-9);
    }
  });
});

describe('squaredDistance', () => {
  it('is that over hold, down-down, up-down, down-up and up-up times in seconds', () => {
    const entries = randomEntries(2, 5, 9);
    const grams = [0, 1].map((i) => {
      const hold = [...entries.subarray(9 * i, 9 * i + 5)];
      const downDown = [...entries.subarray(9 * i + 5, 9 * i + 9)];
      const upDown = downDown.map((time, k) => time - hold[k]);
      const downUp = downDown.map((time, k) => time + hold[k + 1]);
      const upUp = upDown.map((time, k) => time + hold[k + 1]);
      return [hold, downDown, upDown, downUp, upUp].flat().map((time) => time / 1000);
    });
    const expected = grams[0].reduce((sum, time, f) => sum + (time - grams[1][f]) ** 2, 0);
    expect(squaredDistance(entries, 0, entries, 9, 5)).toBeCloseTo(expected, 12);
  });
});

describe('against libsvm, by scikit-learn 1.9.1, tolerance 1e-12', () => {
  const keys = 3;
  const times = (i: number) => [
    ...[0, 1, 2].map((k) => 90 + 7 * ((3 * i + 5 * k) % 11)),
    ...[0, 1].map((k) => 180 + 13 * ((5 * i + 3 * k) % 7)),
  ];
  const entries = Float32Array.from(Array.from({ length: 12 }, (_, i) => times(i)).flat());
  const probes = [
    [100, 110, 120, 200, 210],
    [90, 90, 90, 180, 180],
    [200, 60, 100, 350, 120],
  ];

  it.each([
    {
      nu: 0.5,
      offset: 0.5231760058156062,
      weights: [0.00855267, 0, 0.16666667, 0.12366621, 0.16666667, 0.16666667, 0, 0.16666667, 0.03444779, 0, 0, 0.16666667],
      ratios: [0.07738889827103028, -0.4064441991532182, -1.1534745800865038],
    },
    {
      nu: 0.2,
      offset: 0.48384852053612476,
      weights: [0, 0, 0.20862825, 0, 0.09675242, 0.24174924, 0, 0.26367002, 0, 0, 0, 0.18920007],
      ratios: [0.14041021731539, -0.33779803110654155, -1.115064639376853],
    },
  ])('has the same weights, offset and decisions at nu $nu', ({ nu, offset, weights, ratios }) => {
    const solved = solveOneClass(kernelMatrix(entries, keys, 26), 12, nu);
    expect(solved.offset).toBeCloseTo(offset, 6);
    expect([...solved.weights]).toEqual(weights.map((weight) => expect.closeTo(weight, 5)));
    const svm = { keys, entries, gamma: 26, ...solved };
    expect(probes.map((probe) => logRatio(svm, Float32Array.from(probe)))).toEqual(ratios.map((ratio) => expect.closeTo(ratio, 5)));
  });

  it('tells far entries from farther, where libsvm has nothing left', () => {
    const svm = { keys, entries, gamma: 26, ...solveOneClass(kernelMatrix(entries, keys, 26), 12, 0.5) };
    const far = logRatio(svm, Float32Array.from([400, 400, 400, 900, 900]));
    const farther = logRatio(svm, Float32Array.from([3_600_000, 0, 0, 0, 3_600_000]));
    expect(far).toBeLessThan(-60);
    expect(farther).toBeLessThan(far);
    expect(Number.isFinite(farther)).toBe(true);
  });
});
