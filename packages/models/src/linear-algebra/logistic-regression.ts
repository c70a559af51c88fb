import { cholesky, solveLower, solveLowerTransposed } from './cholesky';

export interface LogisticInput {
  /** Rows of `width` numbers, row-major. */
  readonly rows: Float64Array;
  readonly width: number;
  /** 1 or 0 for each row. */
  readonly labels: Uint8Array;
  /** Penalty on squared weights of features divided by their deviations, against the mean weighted loss times the number of rows. Default 1. */
  readonly penalty?: number;
}

export interface LogisticWeights {
  readonly weights: Float64Array;
  readonly bias: number;
}

const STEPS = 60;
const CLOSE = 1e-9;

/**
 * Logistic regression by Newton's method, both classes weighing the same, so that its linear form is a natural-log likelihood ratio at equal priors (Brümmer 2010).
 *
 * @throws RangeError where one of the classes is missing.
 */
export function logisticRegression({ rows, width, labels, penalty = 1 }: LogisticInput): LogisticWeights {
  const count = labels.length;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === count) {
    throw new RangeError('labels must be of both classes');
  }
  const deviations = deviationsOf(rows, width, count);
  const size = width + 1;
  const solution = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    for (let r = 0; r < count; r++) {
      let sum = solution[width];
      for (let i = 0; i < width; i++) {
        row[i] = rows[r * width + i] / deviations[i];
        sum += row[i] * solution[i];
      }
      const probability = 1 / (1 + Math.exp(-sum));
      const weight = count / (2 * (labels[r] === 1 ? positives : count - positives));
      const error = weight * (probability - labels[r]);
      const curvature = weight * probability * (1 - probability);
      for (let i = 0; i < size; i++) {
        gradient[i] += error * row[i];
        const part = curvature * row[i];
        for (let j = 0; j <= i; j++) {
          hessian[i * size + j] += part * row[j];
        }
      }
    }
    for (let i = 0; i < size; i++) {
      const own = i < width ? penalty : 0;
      gradient[i] += own * solution[i];
      hessian[i * size + i] += own + 1e-9;
    }
    const lower = cholesky(hessian, size);
    solveLower(lower, size, gradient);
    solveLowerTransposed(lower, size, gradient);
    let largest = 0;
    for (let i = 0; i < size; i++) {
      solution[i] -= gradient[i];
      largest = Math.max(largest, Math.abs(gradient[i]));
    }
    if (largest < CLOSE) {
      break;
    }
  }
  return { weights: deviations.map((deviation, i) => solution[i] / deviation), bias: solution[width] };
}

function deviationsOf(rows: Float64Array, width: number, count: number): Float64Array {
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < width; i++) {
      mean[i] += rows[r * width + i] / count;
    }
  }
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < width; i++) {
      squares[i] += (rows[r * width + i] - mean[i]) ** 2 / count;
    }
  }
  return squares.map((square) => Math.sqrt(square) + 1e-9);
}
