import { addScatter } from './scatter';
import { normalised, topEigenpairs } from './top-eigenvectors';

/** An eigenvalue of so small a part of the largest is noise of the arithmetic: there is no direction behind it. */
const NEGLIGIBLE = 1e-10;

/**
 * The directions along which rows vary most about 0, most first: the eigenvectors of the sum of x x', of length 1, each with its largest entry positive, so that the
 * same rows give the same directions. By way of the products of rows with each other where there are fewer rows than columns.
 *
 * @param rows `count` rows of `width` numbers, row-major.
 * @returns at most `wanted` directions; fewer where the rows span fewer.
 */
export function principalDirections(rows: Float64Array, count: number, width: number, wanted: number): Float64Array[] {
  const byRows = count < width;
  const size = byRows ? count : width;
  const product = new Float64Array(size * size);
  if (byRows) {
    for (let i = 0; i < count; i++) {
      for (let j = i; j < count; j++) {
        let sum = 0;
        for (let k = 0; k < width; k++) {
          sum += rows[i * width + k] * rows[j * width + k];
        }
        product[i * size + j] = sum;
      }
    }
  } else {
    addScatter(product, rows, count, width);
  }
  const pairs = topEigenpairs(product, size, wanted);
  return pairs
    .filter(({ value }) => value > NEGLIGIBLE * pairs[0].value)
    .map(({ vector }) => (byRows ? normalised(combined(rows, vector, width)) : vector));
}

/** The rows, each times its share. */
function combined(rows: Float64Array, shares: Float64Array, width: number): Float64Array {
  const out = new Float64Array(width);
  shares.forEach((share, row) => {
    for (let i = 0; i < width; i++) {
      out[i] += share * rows[row * width + i];
    }
  });
  return out;
}
