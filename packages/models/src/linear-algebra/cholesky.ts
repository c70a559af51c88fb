/**
 * The lower triangular L with L L' = A (Cholesky), of a symmetric positive definite matrix of which the lower triangle is read.
 *
 * @param matrix n x n, row-major.
 * @throws RangeError where the matrix is not positive definite.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j];
      for (let k = 0; k < j; k++) {
        rest -= lower[i * n + k] * lower[j * n + k];
      }
      if (i !== j) {
        lower[i * n + j] = rest / lower[j * n + j];
      } else if (rest > 0) {
        lower[i * n + i] = Math.sqrt(rest);
      } else {
        throw new RangeError('matrix must be positive definite');
      }
    }
  }
  return lower;
}

/** Solves L x = b in place, `vector` being b and then x, from its entry `start` on. */
export function solveLower(lower: Float64Array, n: number, vector: Float64Array, start = 0): void {
  for (let i = 0; i < n; i++) {
    let rest = vector[start + i];
    for (let k = 0; k < i; k++) {
      rest -= lower[i * n + k] * vector[start + k];
    }
    vector[start + i] = rest / lower[i * n + i];
  }
}

/** Solves L' x = b in place. */
export function solveLowerTransposed(lower: Float64Array, n: number, vector: Float64Array, start = 0): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = vector[start + i] / lower[i * n + i];
    vector[start + i] = value;
    for (let k = 0; k < i; k++) {
      vector[start + k] -= lower[i * n + k] * value;
    }
  }
}
