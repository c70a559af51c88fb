import { describe, expect, it } from 'vitest';
import { seededNormals } from '../seeded-normals';
import { cholesky, solveLower, solveLowerTransposed } from './cholesky';
import { logisticRegression } from './logistic-regression';
import { principalDirections } from './principal-directions';
import { addScatter } from './scatter';
import { topEigenpairs, topEigenvectors } from './top-eigenvectors';

const normal = seededNormals(1, 1);
const normals = (count: number) => Float64Array.from({ length: count }, normal);

/** rows' rows, whole, by three plain loops. */
function plainScatter(rows: Float64Array, count: number, width: number): number[][] {
  return Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) =>
      Array.from({ length: count }, (_, row) => rows[row * width + i] * rows[row * width + j]).reduce((a, b) => a + b, 0),
    ),
  );
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

describe('addScatter', () => {
  it.each([1, 3, 4, 9, 10])('adds the products of %i rows to the upper triangle', (count) => {
    const width = 5;
    const rows = normals(count * width);
    const sum = new Float64Array(width * width).fill(1);
    addScatter(sum, rows, count, width);
    const plain = plainScatter(rows, count, width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) {
        expect(sum[i * width + j]).toBeCloseTo(1 + (j >= i ? plain[i][j] : 0), 12);
      }
    }
  });
});

describe('cholesky', () => {
  const n = 6;
  const matrix = Float64Array.from(plainScatter(normals(20 * n), 20, n).flat());
  const lower = cholesky(matrix, n);

  it('gives L with L L = A', () => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const product = dot(lower.slice(i * n, i * n + n), lower.slice(j * n, j * n + n));
        expect(product).toBeCloseTo(matrix[i * n + j], 9);
      }
      expect(lower.slice(i * n + i + 1, (i + 1) * n).every((value) => value === 0)).toBe(true);
    }
  });

  it('solves by L and by its transpose, from any entry on', () => {
    const wanted = normals(n);
    const right = new Float64Array(n + 2).fill(9);
    for (let i = 0; i < n; i++) {
      right[2 + i] = dot(matrix.slice(i * n, i * n + n), wanted);
    }
    solveLower(lower, n, right, 2);
    solveLowerTransposed(lower, n, right, 2);
    wanted.forEach((value, i) => {
      expect(right[2 + i]).toBeCloseTo(value, 8);
    });
    expect(Array.from(right.slice(0, 2))).toEqual([9, 9]);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(RangeError);
    expect(() => cholesky(Float64Array.of(Number.NaN), 1)).toThrow(RangeError);
  });
});

describe('topEigenvectors', () => {
  it('gives vectors that the matrix only stretches, largest eigenvalue first', () => {
    const n = 8;
    const matrix = Float64Array.from(plainScatter(normals(30 * n), 30, n).flat());
    const pairs = topEigenpairs(matrix, n, 3);
    expect(pairs.map(({ value }) => value)).toEqual(pairs.map(({ value }) => value).toSorted((a, b) => b - a));
    for (const { value, vector } of pairs) {
      vector.forEach((entry, i) => {
        expect(dot(matrix.slice(i * n, i * n + n), vector)).toBeCloseTo(value * entry, 8);
      });
      expect(dot(vector, vector)).toBeCloseTo(1, 12);
      expect(Math.max(...vector)).toBe(Math.max(...vector.map(Math.abs)));
    }
    expect(topEigenvectors(matrix, n, 1)[0]).toEqual(pairs[0].vector);
  });
});

describe('principalDirections', () => {
  it('are the same by way of the rows and by way of the columns', () => {
    const [count, width] = [6, 9];
    const rows = normals(count * width);
    const few = principalDirections(rows, count, width, 4);
    // Rows of zeros change nothing but the way.
    const padded = new Float64Array(20 * width);
    padded.set(rows);
    const many = principalDirections(padded, 20, width, 4);
    few.forEach((direction, d) => {
      direction.forEach((entry, i) => {
        expect(entry).toBeCloseTo(many[d][i], 8);
      });
    });
  });

  it('are no more than the rows span', () => {
    const row = normals(7);
    expect(principalDirections(Float64Array.from([...row, ...row, ...row]), 3, 7, 3)).toHaveLength(1);
  });
});

describe('logisticRegression', () => {
  it('finds the log likelihood ratio of two normal classes, whatever their sizes', () => {
    // Means -1 and 1, deviation 1: the ratio is 2 x, whatever second number is given beside.
    const [strangers, genuine] = [9_000, 3_000];
    const labels = Uint8Array.from({ length: strangers + genuine }, (_, i) => (i < genuine ? 1 : 0));
    const rows = new Float64Array(2 * labels.length);
    labels.forEach((label, i) => {
      rows[2 * i] = 2 * label - 1 + normal();
      rows[2 * i + 1] = normal();
    });
    const { weights, bias } = logisticRegression({ rows, width: 2, labels });
    expect(weights[0]).toBeCloseTo(2, 0);
    expect(Math.abs(weights[1])).toBeLessThan(0.15);
    expect(Math.abs(bias)).toBeLessThan(0.15);
  });

  it('stays finite where the classes can be parted', () => {
    const { weights, bias } = logisticRegression({ rows: Float64Array.of(-2, -1, 1, 2), width: 1, labels: Uint8Array.of(0, 0, 1, 1) });
    expect(weights[0]).toBeGreaterThan(0);
    expect(Math.abs(bias)).toBeLessThan(1e-6);
    expect(Number.isFinite(weights[0])).toBe(true);
  });

  it('needs both classes', () => {
    expect(() => logisticRegression({ rows: Float64Array.of(1, 2), width: 1, labels: Uint8Array.of(1, 1) })).toThrow(RangeError);
  });
});
