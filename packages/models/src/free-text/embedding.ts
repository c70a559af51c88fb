import { FREE_TEXT_SUMMARY_LENGTH, type FreeTextTimings, freeTextSummary } from '@tacit-auth/features';
import { embeddingLength, type FreeTextPopulation, PROJECTED_BLOCKS } from './population';

/** A standardised number is cut to this: no single one carries a projection. */
export const STANDARDISED_BOUND = 3;

const standardised = new Float64Array(FREE_TEXT_SUMMARY_LENGTH);

type Projecting = Pick<FreeTextPopulation, 'table' | 'mean' | 'deviation' | 'projections'>;

/** A summary in standard deviations of the population, cut to {@link STANDARDISED_BOUND}, written into `out` from `at` on. */
export function standardise(
  summary: Float64Array,
  { mean, deviation }: Pick<FreeTextPopulation, 'mean' | 'deviation'>,
  out: Float64Array | Float32Array,
  at = 0,
): void {
  for (let i = 0; i < summary.length; i++) {
    out[at + i] = Math.min(Math.max((summary[i] - mean[i]) / deviation[i], -STANDARDISED_BOUND), STANDARDISED_BOUND);
  }
}

/** The embedding of a window: its projections, family by family, not yet centred on the average person. */
export function embeddingOf(window: FreeTextTimings, population: Projecting): Float64Array {
  return embeddingOfSummary(freeTextSummary(window, population.table), population);
}

export function embeddingOfSummary(summary: Float64Array, population: Omit<Projecting, 'table'>): Float64Array {
  standardise(summary, population, standardised);
  return projected(standardised, population);
}

/** The embedding of standardised numbers, from `start` on. */
export function projected(
  numbers: Float64Array | Float32Array,
  { projections }: Pick<FreeTextPopulation, 'projections'>,
  start = 0,
): Float64Array {
  const out = new Float64Array(embeddingLength({ projections }));
  let to = 0;
  for (let block = 0; block < projections.length; block++) {
    const { dimensions, directions, scale } = projections[block];
    const { start: offset, length } = PROJECTED_BLOCKS[block];
    const first = start + offset;
    let d = 0;
    // Four directions at a time: an addition need not wait for that of another sum, and each sum is added up in the same order as alone.
    for (; d + 3 < dimensions; d += 4) {
      const row = d * length;
      const second = row + length;
      const third = second + length;
      const fourth = third + length;
      let a = 0;
      let b = 0;
      let c = 0;
      let e = 0;
      for (let i = 0; i < length; i++) {
        const number = numbers[first + i];
        a += directions[row + i] * number;
        b += directions[second + i] * number;
        c += directions[third + i] * number;
        e += directions[fourth + i] * number;
      }
      out[to] = a * scale[d];
      out[to + 1] = b * scale[d + 1];
      out[to + 2] = c * scale[d + 2];
      out[to + 3] = e * scale[d + 3];
      to += 4;
    }
    for (; d < dimensions; d++) {
      const row = d * length;
      let sum = 0;
      for (let i = 0; i < length; i++) {
        sum += directions[row + i] * numbers[first + i];
      }
      out[to++] = sum * scale[d];
    }
  }
  return out;
}
