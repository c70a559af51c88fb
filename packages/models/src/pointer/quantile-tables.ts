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

/** Parts of equal width of what a table spans, by which the search for a number's place begins. */
const PARTS = 256;

/** What is worked out of tables once, however many numbers are looked up in them. */
interface Guides {
  /** Of each part of each table, and of its upper end: the first point that lies in no part before it. */
  readonly first: Uint8Array;
  /** Of each point the last that is equal to it. */
  readonly last: Uint8Array;
  /** Parts of a unit of each feature. */
  readonly scale: Float64Array;
}

/** Tables are never written to once they are trained or read. */
const guidesOf = new WeakMap<Float32Array, Guides>();

function guidesFor(tables: Float32Array): Guides {
  const guides = guidesOf.get(tables) ?? newGuides(tables);
  guidesOf.set(tables, guides);
  return guides;
}

function newGuides(tables: Float32Array): Guides {
  const first = new Uint8Array(FEATURE_COUNT * (PARTS + 1));
  const last = new Uint8Array(FEATURE_COUNT * TABLE_POINTS);
  const scale = new Float64Array(FEATURE_COUNT);
  for (let feature = 0; feature < FEATURE_COUNT; feature++) {
    const start = feature * TABLE_POINTS;
    const least = tables[start];
    const most = tables[start + STEPS];
    scale[feature] = most > least ? PARTS / (most - least) : 0;
    for (let point = STEPS; point >= 0; point--) {
      const isTied = point < STEPS && tables[start + point + 1] === tables[start + point];
      last[start + point] = isTied ? last[start + point + 1] : point;
    }
    let point = 0;
    for (let part = 0; part <= PARTS; part++) {
      while (point < STEPS && partOf(tables[start + point], least, scale[feature]) < part) {
        point++;
      }
      first[feature * (PARTS + 1) + part] = point;
    }
  }
  return { first, last, scale };
}

/** Points and numbers go through the same rounding, which keeps their order: a point of an earlier part lies below every number of a later one. */
function partOf(value: number, least: number, scale: number): number {
  return ((value - least) * scale) | 0;
}

/**
 * Every number as the normal number of its rank among the population's (inverse normal transform), so that features of any unit and any tail can be added up:
 * between the table's points by a line, and in the middle of those that are equal to it. NaN stays NaN.
 */
export function gaussianised({ features }: Pick<PointerActions, 'features'>, tables: Float32Array): Float32Array {
  const out = new Float32Array(features.length);
  const { first, last, scale } = guidesFor(tables);
  // Names of its own for what a bundle would look up at every step.
  const normals = NORMAL;
  const width = FEATURE_COUNT;
  // Feature by feature: a table at a time, whose numbers often go the same way.
  for (let feature = 0; feature < width; feature++) {
    const start = feature * TABLE_POINTS;
    const guide = feature * (PARTS + 1);
    const partsAUnit = scale[feature];
    const least = tables[start];
    const most = tables[start + STEPS];
    for (let place = feature; place < features.length; place += width) {
      // As precise as the tables: what is equal to their points must be found to be.
      const value = Math.fround(features[place]);
      if (!(value >= least && value <= most)) {
        out[place] = value < least ? normals[0] : value > most ? normals[2 * STEPS] : Number.NaN;
        continue;
      }
      let point = first[guide + partOf(value, least, partsAUnit)];
      while (tables[start + point] < value) {
        point = last[start + point] + 1;
      }
      const above = tables[start + point];
      if (above === value) {
        out[place] = normals[point + last[start + point]];
        continue;
      }
      const below = tables[start + point - 1];
      const normal = normals[2 * point - 2];
      out[place] = normal + ((value - below) / (above - below)) * (normals[2 * point] - normal);
    }
  }
  return out;
}
