import { cholesky, solveLower, solveLowerTransposed } from '../linear-algebra/cholesky';
import { principalDirections } from '../linear-algebra/principal-directions';

/** Part of the mean within-person variance that is added to each number's own: with more numbers than people, the covariance alone would be trusted too far. */
const RIDGE = 0.1;

export interface DiscriminantInput {
  /** Pooled within-person covariance of all numbers, upper triangle, `width` x `width`. */
  readonly within: Float64Array;
  /** Mean of each person, row by row, `width` numbers each. */
  readonly means: Float64Array;
  readonly width: number;
  readonly start: number;
  readonly length: number;
  readonly dimensions: number;
}

/**
 * Linear discriminant analysis of a part of the numbers: the directions that maximise between-person against regularised within-person variance, whose
 * within-person variance is 1.
 *
 * @returns at most `dimensions` rows of `length` numbers.
 */
export function discriminantDirections(input: DiscriminantInput): Float64Array[] {
  const { within, means, width, start, length, dimensions } = input;
  const people = means.length / width;
  const covariance = new Float64Array(length * length);
  let trace = 0;
  for (let i = 0; i < length; i++) {
    trace += within[(start + i) * width + start + i];
    for (let j = i; j < length; j++) {
      const value = within[(start + i) * width + start + j];
      covariance[i * length + j] = value;
      covariance[j * length + i] = value;
    }
  }
  for (let i = 0; i < length; i++) {
    covariance[i * length + i] += (RIDGE * trace) / length;
  }
  const lower = cholesky(covariance, length);
  const whitened = new Float64Array(people * length);
  for (let i = 0; i < length; i++) {
    let mean = 0;
    for (let person = 0; person < people; person++) {
      mean += means[person * width + start + i] / people;
    }
    for (let person = 0; person < people; person++) {
      whitened[person * length + i] = means[person * width + start + i] - mean;
    }
  }
  for (let person = 0; person < people; person++) {
    solveLower(lower, length, whitened, person * length);
  }
  // Noise in the means is the same in every direction of the whitened numbers: it changes no direction.
  const directions = principalDirections(whitened, people, length, dimensions);
  for (const direction of directions) {
    solveLowerTransposed(lower, length, direction);
  }
  return directions;
}
