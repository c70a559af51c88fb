import { cholesky, solveLower, solveLowerTransposed } from '../linear-algebra/cholesky';
import { principalDirections } from '../linear-algebra/principal-directions';
import { addScatter } from '../linear-algebra/scatter';

import type { StandardisedWindows } from './training-people';
import { WINDOW_VECTOR_LENGTH } from './window-vector';

const WIDTH = WINDOW_VECTOR_LENGTH;

/**
 * How far the within-person covariance is drawn to its diagonal, and what is added to that: there are more numbers than people. Chosen on SapiMouse, where halves
 * of the people, asked apart, prefer .1 and .3 to .5.
 */
const RIDGE = 0.1;
const FLOOR = 0.02;
/** Least variance of people along a direction, where that of a person's windows is 1. */
const LEAST_BETWEEN = 0.001;

/** What a group of people adds to a training: sums, so that groups can be put together at will. Every person weighs the same. */
export interface GroupSums {
  /** Covariance of each person's windows, added up: upper triangle. */
  readonly scatter: Float64Array;
  /** Mean of each person, row by row. */
  readonly means: Float64Array;
}

export interface Discriminants {
  readonly directions: Float32Array;
  readonly between: Float32Array;
}

export function groupSums({ rows, firstRow }: StandardisedWindows, people: readonly number[]): GroupSums {
  const scatter = new Float64Array(WIDTH * WIDTH);
  const means = new Float64Array(people.length * WIDTH);
  people.forEach((person, place) => {
    const own = Float64Array.from(rows.subarray(firstRow[person] * WIDTH, firstRow[person + 1] * WIDTH));
    const count = own.length / WIDTH;
    const mean = means.subarray(place * WIDTH, (place + 1) * WIDTH);
    for (let i = 0; i < own.length; i++) {
      mean[i % WIDTH] += own[i] / count;
    }
    const weight = 1 / Math.sqrt(count);
    for (let i = 0; i < own.length; i++) {
      own[i] = (own[i] - mean[i % WIDTH]) * weight;
    }
    addScatter(scatter, own, count, WIDTH);
  });
  return { scatter, means };
}

/**
 * Linear discriminant analysis (Fisher 1936; Rao 1948) of groups of people: the directions that maximise the variance of people's means against the regularised
 * covariance within a person, which is 1 along each.
 */
export function discriminants(groups: readonly GroupSums[], most: number): Discriminants {
  const people = groups.reduce((sum, { means }) => sum + means.length / WIDTH, 0);
  const within = new Float64Array(WIDTH * WIDTH);
  for (const { scatter } of groups) {
    for (let i = 0; i < within.length; i++) {
      within[i] += scatter[i] / people;
    }
  }
  for (let i = 0; i < WIDTH; i++) {
    within[i * WIDTH + i] += FLOOR;
    for (let j = i + 1; j < WIDTH; j++) {
      // Off the diagonal only; `cholesky` reads the lower triangle.
      within[j * WIDTH + i] = within[i * WIDTH + j] * (1 - RIDGE);
    }
  }
  const lower = cholesky(within, WIDTH);
  const whitened = centredMeans(groups, people);
  for (let person = 0; person < people; person++) {
    solveLower(lower, WIDTH, whitened, person * WIDTH);
  }
  const vectors = principalDirections(whitened, people, WIDTH, Math.min(most, people - 1));
  const directions = new Float32Array(vectors.length * WIDTH);
  const variance = Float32Array.from(vectors, (vector) => {
    let sum = 0;
    for (let person = 0; person < people; person++) {
      let product = 0;
      for (let i = 0; i < WIDTH; i++) {
        product += vector[i] * whitened[person * WIDTH + i];
      }
      sum += (product * product) / people;
    }
    return sum;
  });
  if (!(variance[0] > LEAST_BETWEEN)) {
    throw new RangeError('people must differ from each other');
  }
  vectors.forEach((vector, d) => {
    solveLowerTransposed(lower, WIDTH, vector);
    directions.set(vector, d * WIDTH);
  });
  return { directions, between: variance.map((sum) => Math.max(sum, LEAST_BETWEEN)) };
}

function centredMeans(groups: readonly GroupSums[], people: number): Float64Array {
  const means = new Float64Array(people * WIDTH);
  let at = 0;
  for (const group of groups) {
    means.set(group.means, at);
    at += group.means.length;
  }
  for (let i = 0; i < WIDTH; i++) {
    let mean = 0;
    for (let person = 0; person < people; person++) {
      mean += means[person * WIDTH + i] / people;
    }
    for (let person = 0; person < people; person++) {
      means[person * WIDTH + i] -= mean;
    }
  }
  return means;
}
