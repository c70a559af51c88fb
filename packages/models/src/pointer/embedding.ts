import type { PointerActions } from '@tacit-auth/features';
import type { PointerPopulation } from './population';
import { gaussianised } from './quantile-tables';
import { WINDOW_VECTOR_LENGTH, writeWindowVector } from './window-vector';
import { windowsOf } from './windows';

/** A standardised number is cut to this: no single one carries a projection. Chosen on SapiMouse, where both halves of the people prefer it to 5. */
export const STANDARDISED_BOUND = 2.5;

/** How far a window lies from the average one: mean of the squares of its standardised numbers, each cut to this before. */
const REMOTENESS_BOUND = 10;

export type Projecting = Pick<PointerPopulation, 'tables' | 'mean' | 'deviation' | 'directions' | 'between' | 'windowing'>;

/** Windows of one person: the mean of their embeddings, not yet centred on the average person. */
export interface Embedded {
  readonly mean: Float64Array;
  /** Windows that count, and actions in them. */
  readonly windows: number;
  readonly actions: number;
  /** Windows that were left out, because they lie further from everybody than any that a person made. */
  readonly remote: number;
  /** The largest remoteness of a window that counts. */
  readonly farthest: number;
}

const vector = new Float64Array(WINDOW_VECTOR_LENGTH);

/** Mean embedding of the windows of blocks that are not further from everybody than `limit`. `windows` is 0 where there is none. */
export function embedded(blocks: readonly PointerActions[], population: Projecting, limit = Number.POSITIVE_INFINITY): Embedded {
  const { directions, between, tables, windowing } = population;
  const sum = new Float64Array(between.length);
  let windows = 0;
  let actions = 0;
  let remote = 0;
  let farthest = 0;
  for (const block of blocks) {
    const ranges = windowsOf(block, windowing);
    const values = ranges.length === 0 ? new Float32Array(0) : gaussianised(block, tables);
    let counted = 0;
    for (const [from, to] of ranges) {
      writeWindowVector(values, block.kinds, from, to, vector);
      const remoteness = standardise(vector, population);
      if (remoteness > limit) {
        remote++;
        continue;
      }
      addProjection(sum, vector, directions);
      farthest = Math.max(farthest, remoteness);
      windows++;
      actions += to - Math.max(from, counted);
      counted = to;
    }
  }
  return { mean: windows === 0 ? sum : sum.map((number) => number / windows), windows, actions, remote, farthest };
}

/** Puts a window's numbers into deviations of the population, cut to {@link STANDARDISED_BOUND}. @returns how far it lies from the average window. */
export function standardise(
  numbers: Float64Array | Float32Array,
  { mean, deviation }: Pick<Projecting, 'mean' | 'deviation'>,
  at = 0,
): number {
  let squares = 0;
  for (let i = 0; i < WINDOW_VECTOR_LENGTH; i++) {
    const number = (numbers[at + i] - mean[i]) / deviation[i];
    const far = Math.min(Math.abs(number), REMOTENESS_BOUND);
    squares += far * far;
    numbers[at + i] = Math.min(Math.max(number, -STANDARDISED_BOUND), STANDARDISED_BOUND);
  }
  return squares / WINDOW_VECTOR_LENGTH;
}

/** Adds the projections of standardised numbers to `sum`: two directions at a time, so that each number is read half as often. */
export function addProjection(sum: Float64Array, numbers: Float64Array, directions: Float32Array): void {
  const width = WINDOW_VECTOR_LENGTH;
  const whole = width - (width % 4);
  for (let d = 0; d < sum.length; d += 2) {
    // The last of an odd number goes alone, as both of a pair.
    const other = Math.min(d + 1, sum.length - 1);
    const row = d * width;
    const otherRow = other * width;
    // Four sums of each, so that no addition waits for the one before it.
    let a = 0;
    let b = 0;
    let c = 0;
    let rest = 0;
    let otherA = 0;
    let otherB = 0;
    let otherC = 0;
    let otherRest = 0;
    for (let i = 0; i < whole; i += 4) {
      const first = numbers[i];
      const second = numbers[i + 1];
      const third = numbers[i + 2];
      const fourth = numbers[i + 3];
      a += directions[row + i] * first;
      b += directions[row + i + 1] * second;
      c += directions[row + i + 2] * third;
      rest += directions[row + i + 3] * fourth;
      otherA += directions[otherRow + i] * first;
      otherB += directions[otherRow + i + 1] * second;
      otherC += directions[otherRow + i + 2] * third;
      otherRest += directions[otherRow + i + 3] * fourth;
    }
    for (let i = whole; i < width; i++) {
      rest += directions[row + i] * numbers[i];
      otherRest += directions[otherRow + i] * numbers[i];
    }
    sum[d] += a + b + c + rest;
    if (other > d) {
      sum[other] += otherA + otherB + otherC + otherRest;
    }
  }
}
