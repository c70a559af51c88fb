import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * The eigenvectors of the largest eigenvalues of a symmetric matrix, largest first, each of length 1 and with its largest entry positive, so
 * that the same matrix gives the same vectors everywhere.
 *
 * @param matrix n x n, row-major, of which the upper triangle is read.
 */
export function topEigenvectors(matrix: Float64Array, n: number, count: number): Float64Array[] {
  return topEigenpairs(matrix, n, count).map(({ vector }) => vector);
}

/** The same, with the eigenvalues. */
export function topEigenpairs(matrix: Float64Array, n: number, count: number): { value: number; vector: Float64Array }[] {
  const whole = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      whole.set(i, j, matrix[i * n + j]);
      whole.set(j, i, matrix[i * n + j]);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(whole, { assumeSymmetric: true });
  return Array.from(realEigenvalues.keys())
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a] || a - b)
    .slice(0, count)
    .map((column) => ({
      value: realEigenvalues[column],
      vector: normalised(Float64Array.from({ length: n }, (_, row) => eigenvectorMatrix.get(row, column))),
    }));
}

/** The vector at length 1, with its largest entry positive. */
export function normalised(vector: Float64Array): Float64Array {
  let largest = 0;
  let squares = 0;
  for (const value of vector) {
    squares += value * value;
    largest = Math.abs(value) > Math.abs(largest) ? value : largest;
  }
  const factor = (largest < 0 ? -1 : 1) / Math.sqrt(squares);
  return vector.map((value) => value * factor);
}
