/** Rows that are added together: each number of the sum is then loaded and stored once for four products. */
const STRIPE = 4;

/**
 * Adds x x' of every row x to the upper triangle of a symmetric matrix, row by row.
 *
 * @param rows `count` rows of `width` numbers, row-major.
 * @param sum `width` x `width`, row-major.
 */
export function addScatter(sum: Float64Array, rows: Float64Array | Float32Array, count: number, width: number): void {
  const whole = count - (count % STRIPE);
  for (let row = 0; row < whole; row += STRIPE) {
    const first = row * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    for (let i = 0; i < width; i++) {
      const a = rows[first + i];
      const b = rows[second + i];
      const c = rows[third + i];
      const d = rows[fourth + i];
      const at = i * width;
      for (let j = i; j < width; j++) {
        sum[at + j] += a * rows[first + j] + b * rows[second + j] + c * rows[third + j] + d * rows[fourth + j];
      }
    }
  }
  for (let row = whole; row < count; row++) {
    const start = row * width;
    for (let i = 0; i < width; i++) {
      const value = rows[start + i];
      for (let j = i; j < width; j++) {
        sum[i * width + j] += value * rows[start + j];
      }
    }
  }
}
