/** Where the greatest violation of the conditions is below this, kernels being 0 to 1, the solution is taken. */
export const OPTIMALITY = 1e-7;
/** Far above what any kernel matrix of 256 entries was seen to need; what is found by then keeps all bounds. */
const MOST_STEPS = 1_000_000;
/** Least curvature of a step: two entries may be the same. */
const LEAST_CURVATURE = 1e-12;

/**
 * Minimises w'Kw / 2 where every weight is from 0 to 1 / (nu n) and all come to 1, by sequential minimal optimisation with second-order choice of the
 * pair (R.-E. Fan, P.-H. Chen, C.-J. Lin, JMLR 6, 2005). `offset` is what the weighted kernels of entries on the boundary come to.
 *
 * @param kernel n x n kernel matrix, row by row.
 */
export function solveOneClass(kernel: Float64Array, count: number, nu: number): { weights: Float64Array; offset: number } {
  const most = 1 / (nu * count);
  const weights = new Float64Array(count);
  let rest = 1;
  for (let i = 0; i < count; i++) {
    weights[i] = Math.min(most, rest);
    rest -= weights[i];
    // What rounding leaves over must not become the weight of one more entry.
    rest = rest < 1e-12 ? 0 : rest;
  }
  const gradient = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      gradient[i] += kernel[i * count + j] * weights[j];
    }
  }

  for (let step = 0; step < MOST_STEPS; step++) {
    let up = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      if (weights[i] < most && (up < 0 || gradient[i] < gradient[up])) {
        up = i;
      }
      if (weights[i] > 0 && gradient[i] > highest) {
        highest = gradient[i];
      }
    }
    if (up < 0 || highest - gradient[up] < OPTIMALITY) {
      break;
    }
    let down = -1;
    let bestGain = 0;
    let curvature = 1;
    for (let j = 0; j < count; j++) {
      const slope = gradient[j] - gradient[up];
      if (weights[j] > 0 && slope > 0) {
        const bend = Math.max(kernel[up * count + up] + kernel[j * count + j] - 2 * kernel[up * count + j], LEAST_CURVATURE);
        if ((slope * slope) / bend > bestGain) {
          bestGain = (slope * slope) / bend;
          down = j;
          curvature = bend;
        }
      }
    }
    const move = Math.min((gradient[down] - gradient[up]) / curvature, most - weights[up], weights[down]);
    // At a bound exactly: a hair beside it would be chosen again for ever.
    weights[up] = move === most - weights[up] ? most : weights[up] + move;
    weights[down] = move === weights[down] ? 0 : weights[down] - move;
    for (let i = 0; i < count; i++) {
      gradient[i] += move * (kernel[i * count + up] - kernel[i * count + down]);
    }
  }
  return { weights, offset: offsetOf(weights, gradient, most) };
}

/** The weighted kernels of the entries on the boundary; where none is on it, halfway between those outside and those inside. */
function offsetOf(weights: Float64Array, gradient: Float64Array, most: number): number {
  let sum = 0;
  let free = 0;
  let outside = Number.NEGATIVE_INFINITY;
  let inside = Number.POSITIVE_INFINITY;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) {
      inside = Math.min(inside, gradient[i]);
    } else if (weights[i] === most) {
      outside = Math.max(outside, gradient[i]);
    } else {
      sum += gradient[i];
      free++;
    }
  }
  if (free > 0) {
    return sum / free;
  }
  return inside === Number.POSITIVE_INFINITY ? outside : (outside + inside) / 2;
}
