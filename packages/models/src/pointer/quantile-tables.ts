import { POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';
import { normalQuantile } from './normal-quantile';

export const FEATURE_COUNT = POINTER_FEATURES.length;

/** Points of the table of one feature, at the probabilities 0, 1/64 .. 1. */
export const TABLE_POINTS = 65;
const STEPS = TABLE_POINTS - 1;

/** Probabilities are cut to this and one less it: no number says more than that it is among the one per cent at an end. */
const LEAST_PROBABILITY = 0.01;
/** The ends of a table are these quantiles, so that nobody's extreme is kept. */
const LEAST_QUANTILE = 0.005;

/**
 * Distribution tables of the 61 features, feature after feature.
 *
 * @param rows rows of features, as in `PointerActions.features`.
 */
export function trainQuantileTables(rows: Float64Array): Float32Array {
  const tables = new Float32Array(FEATURE_COUNT * TABLE_POINTS);
  const count = rows.length / FEATURE_COUNT;
  const column = new Float64Array(count);
  for (let feature = 0; feature < FEATURE_COUNT; feature++) {
    let present = 0;
    for (let row = 0; row < count; row++) {
      const value = rows[row * FEATURE_COUNT + feature];
      if (!Number.isNaN(value)) {
        column[present++] = value;
      }
    }
    if (present === 0) {
      continue;
    }
    const sorted = column.subarray(0, present).sort();
    for (let point = 0; point < TABLE_POINTS; point++) {
      const probability = Math.min(Math.max(point / STEPS, LEAST_QUANTILE), 1 - LEAST_QUANTILE);
      const place = probability * (present - 1);
      const below = Math.floor(place);
      const above = Math.min(below + 1, present - 1);
      tables[feature * TABLE_POINTS + point] = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
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
      const value = features[row + feature];
      out[row + feature] = Number.isNaN(value) ? Number.NaN : normalOf(value, tables, feature * TABLE_POINTS);
    }
  }
  return out;
}

function normalOf(value: number, tables: Float32Array, start: number): number {
  // The first point that is not below the value.
  let low = 0;
  let high = TABLE_POINTS;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tables[start + middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low === TABLE_POINTS) {
    return NORMAL[2 * STEPS];
  }
  if (tables[start + low] === value) {
    let last = low;
    while (last < STEPS && tables[start + last + 1] === value) {
      last++;
    }
    return NORMAL[low + last];
  }
  if (low === 0) {
    return NORMAL[0];
  }
  const before = tables[start + low - 1];
  const share = (value - before) / (tables[start + low] - before);
  return NORMAL[2 * low - 2] + share * (NORMAL[2 * low] - NORMAL[2 * low - 2]);
}
