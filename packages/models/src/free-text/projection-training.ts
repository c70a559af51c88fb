import { addScatter } from '../linear-algebra/scatter';
import { discriminantDirections } from './discriminant';
import { type FreeTextProjection, PROJECTED_BLOCKS } from './population';

/** Dimensions of each of `PROJECTED_BLOCKS`. */
const DIMENSIONS = [60, 60, 60, 60, 6, 100];
/** Steps of a stored number of a direction, either side of 0. */
const STEPS = 127;
/** Least variance of people along a direction, where that of a person's windows is about 1. */
const LEAST_BETWEEN = 0.001;

/** Windows of people, standardised. */
export interface StandardisedPeople {
  readonly width: number;
  /** Row by row, each person's rows together: every window, then every window on a coarse clock. */
  readonly rows: Float32Array;
  /** First row of each person; one more than there are people. */
  readonly firstRow: Uint32Array;
}

/** What a group of people adds to a training: sums, so that groups can be put together at will. */
export interface GroupSums {
  /** Scatter of rows about their person's mean, upper triangle. */
  readonly scatter: Float64Array;
  /** Rows less people. */
  readonly freedom: number;
  /** Mean of each person, row by row. */
  readonly means: Float64Array;
  /** Sum of 1 / windows. */
  readonly noise: number;
}

export function groupSums({ width, rows, firstRow }: StandardisedPeople, people: readonly number[]): GroupSums {
  const scatter = new Float64Array(width * width);
  const means = new Float64Array(people.length * width);
  let freedom = 0;
  let noise = 0;
  people.forEach((person, place) => {
    const count = firstRow[person + 1] - firstRow[person];
    const own = Float64Array.from(rows.subarray(firstRow[person] * width, firstRow[person + 1] * width));
    const mean = means.subarray(place * width, (place + 1) * width);
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < width; i++) {
        mean[i] += own[row * width + i] / count;
      }
    }
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < width; i++) {
        own[row * width + i] -= mean[i];
      }
    }
    addScatter(scatter, own, count, width);
    freedom += count - 1;
    // A window and its copy on a coarse clock are one window.
    noise += 2 / count;
  });
  return { scatter, freedom, means, noise };
}

/** Projections trained on groups of people. @param mostDimensions the same for every training whose outcomes are to be compared. */
export function trainProjections(groups: readonly GroupSums[], width: number, mostDimensions: number): FreeTextProjection[] {
  const within = new Float64Array(width * width);
  const freedom = groups.reduce((sum, group) => sum + group.freedom, 0);
  for (const { scatter } of groups) {
    for (let i = 0; i < within.length; i++) {
      within[i] += scatter[i] / freedom;
    }
  }
  const people = groups.reduce((sum, { means }) => sum + means.length / width, 0);
  const means = new Float64Array(people * width);
  let at = 0;
  for (const group of groups) {
    means.set(group.means, at);
    at += group.means.length;
  }
  const noise = groups.reduce((sum, group) => sum + group.noise, 0) / people;
  return PROJECTED_BLOCKS.map(({ start, length }, block) => {
    const directions = discriminantDirections({
      within,
      means,
      width,
      start,
      length,
      dimensions: Math.min(DIMENSIONS[block], mostDimensions),
    });
    return measured(directions, { within, means, noise, width, start, length });
  });
}

/** Directions as they are stored, and how a person and how people vary along what is stored. */
function measured(
  exact: readonly Float64Array[],
  {
    within,
    means,
    noise,
    width,
    start,
    length,
  }: { within: Float64Array; means: Float64Array; noise: number; width: number; start: number; length: number },
): FreeTextProjection {
  const dimensions = exact.length;
  const directions = new Int8Array(dimensions * length);
  const numbers = {
    scale: new Float64Array(dimensions),
    offset: new Float64Array(dimensions),
    within: new Float64Array(dimensions),
    between: new Float64Array(dimensions),
  };
  const people = means.length / width;
  exact.forEach((direction, d) => {
    const largest = direction.reduce((kept, value) => Math.max(kept, Math.abs(value)), 0);
    const scale = Math.fround(largest / STEPS);
    const stored = directions.subarray(d * length, (d + 1) * length);
    stored.set(direction.map((value) => Math.round(value / scale)));
    let variance = 0;
    for (let i = 0; i < length; i++) {
      const row = (start + i) * width + start;
      variance += stored[i] * stored[i] * within[row + i];
      for (let j = i + 1; j < length; j++) {
        variance += 2 * stored[i] * stored[j] * within[row + j];
      }
    }
    const projected = Float64Array.from({ length: people }, (_, person) => {
      let sum = 0;
      for (let i = 0; i < length; i++) {
        sum += stored[i] * means[person * width + start + i];
      }
      return scale * sum;
    });
    const mean = projected.reduce((sum, value) => sum + value, 0) / people;
    const spread = projected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (people - 1);
    numbers.scale[d] = scale;
    numbers.offset[d] = mean;
    numbers.within[d] = scale * scale * variance;
    numbers.between[d] = Math.max(spread - numbers.within[d] * noise, LEAST_BETWEEN);
  });
  return { dimensions, directions, ...numbers };
}
