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

  it('find what is equal to their points where it is no number of theirs, such as a third', () => {
    for (const tie of [1 / 3, 2 / 3, 0.1, 80.1]) {
      const values = [...new Array(60).fill(tie), ...Array.from({ length: 40 }, (_, i) => tie + i + 1)];
      expect(normals([tie], values)[0]).toBeCloseTo(-0.53, 1);
    }
  });

  it("keep nobody's extreme", () => {
    const values = [-1e9, ...Array.from({ length: 998 }, (_, i) => i), 1e9];
    const tables = trainQuantileTables(rowsOf(values));
    expect(tables[0]).toBeGreaterThan(-1);
    expect(tables[TABLE_POINTS - 1]).toBeLessThan(999);
  });

  it('end no further out than where five people are, or a quarter of few', () => {
    // Person p has 10 p to 10 p + 9; the last one has most of all numbers, further out than anybody.
    const people = Array.from({ length: 20 }, (_, p) =>
      p === 19 ? Array.from({ length: 500 }, (__, i) => 1e6 + i) : Array.from({ length: 10 }, (__, i) => 10 * p + i),
    );
    const endsOf = (given: readonly (readonly number[])[]): [number, number] => {
      const firstRow = Array.from({ length: given.length + 1 }, (_, person) => given.slice(0, person).flat().length);
      const tables = trainQuantileTables(rowsOf(given.flat()), firstRow);
      return [tables[0], tables[TABLE_POINTS - 1]];
    };
    expect(endsOf(people)).toEqual([40, 159]);
    expect(endsOf(people.slice(12))).toEqual([130, 189]);
    expect(endsOf([...people.slice(0, 8), ...Array.from({ length: 12 }, () => [Number.NaN])])).toEqual([0, 0]);
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
