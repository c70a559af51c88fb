/**
 * Squared distance in seconds between two entries of K holds and K - 1 press-press times (ms), over the hold of each key and the down-down, up-down,
 * down-up and up-up times of each digraph, which follow from them.
 */
export function squaredDistance(a: Float32Array, aAt: number, b: Float32Array, bAt: number, keys: number): number {
  let hold = a[aAt] - b[bAt];
  let sum = hold * hold;
  for (let i = 1; i < keys; i++) {
    const next = a[aAt + i] - b[bAt + i];
    const downDown = a[aAt + keys - 1 + i] - b[bAt + keys - 1 + i];
    const upDown = downDown - hold;
    const downUp = downDown + next;
    const upUp = upDown + next;
    sum += next * next + downDown * downDown + upDown * upDown + downUp * downUp + upUp * upUp;
    hold = next;
  }
  return sum / 1e6;
}

/** Kernel exp(-gamma distance^2) of every pair of entries, row by row. */
export function kernelMatrix(entries: Float32Array, keys: number, gamma: number): Float64Array {
  const times = 2 * keys - 1;
  const count = entries.length / times;
  const matrix = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    matrix[i * count + i] = 1;
    for (let j = 0; j < i; j++) {
      const value = Math.exp(-gamma * squaredDistance(entries, i * times, entries, j * times, keys));
      matrix[i * count + j] = value;
      matrix[j * count + i] = value;
    }
  }
  return matrix;
}

/**
 * Logarithm of the weighted kernels of an entry over the offset: 0 or more inside. It orders entries as the difference of the two does, but goes on
 * telling far from farther where the kernels are lost in rounding.
 */
export function logRatio(
  svm: {
    readonly keys: number;
    readonly entries: Float32Array;
    readonly gamma: number;
    readonly weights: Float64Array;
    readonly offset: number;
  },
  entry: Float32Array,
): number {
  const { keys, entries, gamma, weights, offset } = svm;
  const times = 2 * keys - 1;
  // The sum is kept as a multiple of its greatest kernel, as exponents of far entries would underflow.
  let nearest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] > 0) {
      const exponent = gamma * squaredDistance(entries, i * times, entry, 0, keys);
      if (exponent < nearest) {
        sum = sum * Math.exp(exponent - nearest) + weights[i];
        nearest = exponent;
      } else {
        sum += weights[i] * Math.exp(nearest - exponent);
      }
    }
  }
  return Math.log(sum) - nearest - Math.log(offset);
}
