import { POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';
import { normalQuantile } from './normal-quantile';

export const FEATURE_COUNT = POINTER_FEATURES.length;

/** Points of the table of one feature, at the probabilities 0, 1/64 .. 1. */
export const TABLE_POINTS = 65;
const STEPS = TABLE_POINTS - 1;

/** Probabilities are cut to this and one less it: no number says more than that it is among the one per cent at an end. */
const LEAST_PROBABILITY = 0.01;
/** The ends of a table are these quantiles, and no further out than where so many people's numbers lie (a quarter of few), so that nobody's extreme is kept. */
const LEAST_QUANTILE = 0.005;
const LEAST_PEOPLE = 5;

/**
 * Distribution tables of the 61 features, feature after feature.
 *
 * A feature that fewer people have than an end needs has a table of zeros.
 *
 * @param rows rows of features, as in `PointerActions.features`, each person's together.
 * @param firstRow the first row of each person, and the number of rows. One person's by default.
 */
export function trainQuantileTables(rows: Float64Array, firstRow: ArrayLike<number> = [0, rows.length / FEATURE_COUNT]): Float32Array {
  const needed = Math.min(LEAST_PEOPLE, Math.ceil((firstRow.length - 1) / 4));
  const tables = new Float32Array(FEATURE_COUNT * TABLE_POINTS);
  const count = rows.length / FEATURE_COUNT;
  const column = new Float64Array(count);
  for (let feature = 0; feature < FEATURE_COUNT; feature++) {
    let present = 0;
    const lowest: number[] = [];
    const highest: number[] = [];
    for (let person = 0; person < firstRow.length - 1; person++) {
      const before = present;
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      for (let row = firstRow[person]; row < firstRow[person + 1]; row++) {
        const value = rows[row * FEATURE_COUNT + feature];
        if (!Number.isNaN(value)) {
          column[present++] = value;
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
      if (present > before) {
        lowest.push(least);
        highest.push(most);
      }
    }
    // Of fewer people than twice as many, the lower end could lie above the upper one.
    if (present === 0 || lowest.length < 2 * needed - 1) {
      continue;
    }
    const lowEnd = lowest.sort((a, b) => a - b)[needed - 1];
    const highEnd = highest.sort((a, b) => b - a)[needed - 1];
    const sorted = column.subarray(0, present).sort();
    for (let point = 0; point < TABLE_POINTS; point++) {
      const probability = Math.min(Math.max(point / STEPS, LEAST_QUANTILE), 1 - LEAST_QUANTILE);
      const place = probability * (present - 1);
      const below = Math.floor(place);
      const above = Math.min(below + 1, present - 1);
      const value = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
      tables[feature * TABLE_POINTS + point] = Math.min(Math.max(value, lowEnd), highEnd);
    }
  }
  return tables;
}

/** The normal numbers of the probabilities 0, 1/128 .. 1: those of the points, and of the middles between them. */
const NORMAL = Float64Array.from({ length: 2 * STEPS + 1 }, (_, half) =>
  normalQuantile(Math.min(Math.max(half / (2 * STEPS), LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)),
);

/**
 * Every number as the normal number of its rank among the population's (inverse normal transform), so that features of any unit and any tail can be added up:
 * between the table's points by a line, and in the middle of those that are equal to it. NaN stays NaN.
 */
export function gaussianised({ features }: Pick<PointerActions, 'features'>, tables: Float32Array): Float32Array {
  const out = new Float32Array(features.length);
  for (let row = 0; row < features.length; row += FEATURE_COUNT) {
    for (let feature = 0; feature < FEATURE_COUNT; feature++) {
      writeNormal(out, row + feature, features[row + feature], tables, feature * TABLE_POINTS);
    }
  }
  return out;
}

// Writes instead of returning: a returned fraction is an object of its own wherever the engine does not inline the call.
function writeNormal(out: Float32Array, index: number, number: number, tables: Float32Array, start: number): void {
  // As precise as the tables: what is equal to their points must be found to be.
  const value = Math.fround(number);
  if (Number.isNaN(value)) {
    out[index] = Number.NaN;
    return;
  }
  if (value > tables[start + STEPS]) {
    out[index] = NORMAL[2 * STEPS];
    return;
  }
  const low = firstNotBelow(value, tables, start);
  const point = tables[start + low];
  if (point === value) {
    out[index] = NORMAL[low + lastEqual(value, tables, start)];
    return;
  }
  if (low === 0) {
    out[index] = NORMAL[0];
    return;
  }
  const before = tables[start + low - 1];
  const normal = NORMAL[2 * low - 2];
  out[index] = normal + ((value - before) / (point - before)) * (NORMAL[2 * low] - normal);
}

// Both searches go by sums, not by jumps: which half a number lies in can not be foretold, and a processor that guesses wrong loses more than a step costs.

/** The first point that is not below the value, which is not above the last point. */
function firstNotBelow(value: number, tables: Float32Array, start: number): number {
  let at = start;
  at += (tables[at + 31] < value ? 1 : 0) << 5;
  at += (tables[at + 15] < value ? 1 : 0) << 4;
  at += (tables[at + 7] < value ? 1 : 0) << 3;
  at += (tables[at + 3] < value ? 1 : 0) << 2;
  at += (tables[at + 1] < value ? 1 : 0) << 1;
  at += tables[at] < value ? 1 : 0;
  at += tables[at] < value ? 1 : 0;
  return at - start;
}

/** The last point that is not above the value, which is not below the first point. Many features have the same number in most actions. */
function lastEqual(value: number, tables: Float32Array, start: number): number {
  let at = start;
  at += (tables[at + 32] <= value ? 1 : 0) << 5;
  at += (tables[at + 16] <= value ? 1 : 0) << 4;
  at += (tables[at + 8] <= value ? 1 : 0) << 3;
  at += (tables[at + 4] <= value ? 1 : 0) << 2;
  at += (tables[at + 2] <= value ? 1 : 0) << 1;
  at += tables[at + 1] <= value ? 1 : 0;
  at += at - start < STEPS && tables[at + 1] <= value ? 1 : 0;
  return at - start;
}
