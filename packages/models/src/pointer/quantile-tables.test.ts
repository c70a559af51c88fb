import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_COUNT, gaussianised, TABLE_POINTS, trainQuantileTables } from './quantile-tables';

/** Rows in which every feature has the value of `values`. */
function rowsOf(values: readonly number[]): Float64Array {
  return Float64Array.from({ length: values.length * FEATURE_COUNT }, (_, i) => values[Math.floor(i / FEATURE_COUNT)]);
}

function normals(values: readonly number[], table: readonly number[]): number[] {
  const out = gaussianised({ features: rowsOf(values) }, trainQuantileTables(rowsOf(table)));
  return values.map((_, row) => out[row * FEATURE_COUNT + (row % FEATURE_COUNT)]);
}

describe('quantile tables', () => {
  it('make normal numbers of ranks, whatever the unit', () => {
    const values = Array.from({ length: 1_001 }, (_, i) => Math.exp(i / 100));
    const [low, middle, quarter] = normals([values[0] / 2, values[500], values[250]], values);
    expect(low).toBeCloseTo(-2.326, 3);
    expect(middle).toBeCloseTo(0, 3);
    expect(quarter).toBeCloseTo(-0.6745, 2);
  });

  it('put what is equal in its middle', () => {
    const values = [...new Array(60).fill(0), ...Array.from({ length: 40 }, (_, i) => i + 1)];
    const [zero, below] = normals([0, -1], values);
    expect(zero).toBeCloseTo(-0.53, 1);
    expect(below).toBeCloseTo(-2.326, 3);
    expect(normals([5, 4, 6], new Array(9).fill(5))).toEqual([0, expect.closeTo(-2.326, 3), expect.closeTo(2.326, 3)]);
  });

  it("keep nobody's extreme", () => {
    const values = [-1e9, ...Array.from({ length: 998 }, (_, i) => i), 1e9];
    const tables = trainQuantileTables(rowsOf(values));
    expect(tables[0]).toBeGreaterThan(-1);
    expect(tables[TABLE_POINTS - 1]).toBeLessThan(999);
  });

  it('never fall, stay within 2.33, and leave what is missing missing', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 80 }), fc.array(number, { minLength: 2, maxLength: 40 }), (table, asked) => {
        const sorted = [...asked].sort((a, b) => a - b);
        const out = normals([...sorted, Number.NaN], table);
        expect(out.pop()).toBeNaN();
        expect(out.every((value, i) => Math.abs(value) <= 2.33 && (i === 0 || value >= out[i - 1]))).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(trainQuantileTables(rowsOf([Number.NaN])).every((point) => point === 0)).toBe(true);
  });
});
