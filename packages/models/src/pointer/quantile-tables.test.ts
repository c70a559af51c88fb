import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile';
import { FEATURE_COUNT, gaussianised, TABLE_POINTS, trainQuantileTables } from './quantile-tables';

/** Rows in which every feature has the value of `values`. */
function rowsOf(values: readonly number[]): Float64Array {
  return Float64Array.from({ length: values.length * FEATURE_COUNT }, (_, i) => values[Math.floor(i / FEATURE_COUNT)]);
}

function normals(values: readonly number[], table: readonly number[]): number[] {
  const out = gaussianised({ features: rowsOf(values) }, trainQuantileTables(rowsOf(table)));
  return values.map((_, row) => out[row * FEATURE_COUNT + (row % FEATURE_COUNT)]);
}

/** The normal number of one value by its definition, with a table looked through from its beginning. */
function plainNormal(number: number, table: Float32Array): number {
  const value = Math.fround(number);
  const normalAt = (half: number) => normalQuantile(Math.min(Math.max(half / (2 * TABLE_POINTS - 2), 0.01), 0.99));
  const point = table.findIndex((each) => each >= value);
  if (Number.isNaN(value)) return Number.NaN;
  if (point === -1) return Math.fround(normalAt(2 * TABLE_POINTS - 2));
  if (table[point] === value) return Math.fround(normalAt(point + table.lastIndexOf(value)));
  if (point === 0) return Math.fround(normalAt(0));
  const normal = normalAt(2 * point - 2);
  const share = (value - table[point - 1]) / (table[point] - table[point - 1]);
  return Math.fround(normal + share * (normalAt(2 * point) - normal));
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

  it('give to the last bit what a search of the whole table gives', () => {
    const number = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }).map(Math.exp),
      fc.integer({ min: -3, max: 3 }),
    );
    const points = fc.array(number, { minLength: TABLE_POINTS, maxLength: TABLE_POINTS }).map((all) => Float32Array.from(all).sort());
    fc.assert(
      fc.property(points, fc.array(number, { maxLength: 30 }), (table, others) => {
        const tables = new Float32Array(FEATURE_COUNT * TABLE_POINTS);
        for (let feature = 0; feature < FEATURE_COUNT; feature++) tables.set(table, feature * TABLE_POINTS);
        // Also on the points, between them, and right beside them.
        const near = [...table].flatMap((point, i) => [
          point,
          (point + table[Math.max(i - 1, 0)]) / 2,
          point * (1 - 2 ** -23),
          point * (1 + 2 ** -23),
        ]);
        const asked = [...others, ...near, Number.NaN].filter((value) => Math.abs(value) !== Number.POSITIVE_INFINITY);
        const out = gaussianised({ features: rowsOf(asked) }, tables);
        asked.forEach((value, row) => {
          expect(out[row * FEATURE_COUNT + (row % FEATURE_COUNT)]).toBe(plainNormal(value, table));
        });
      }),
      { numRuns: 60 },
    );
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
