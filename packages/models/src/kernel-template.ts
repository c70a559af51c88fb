import { type FeatureLayout, featureLayout, KIND_CONSTANTS, writeFeatures } from './fixed-text-features';
import { densitySums } from './kernel-sums';

/** How often the entries of the default detector's template count, all together, at most: older ones leave. */
export const WINDOW = 100;
/** Age, in entries, at which an entry's weight has fallen to 1/e. */
const FADE = 25;
/** Weight, in entries, of the population's deviation beside the customer's own. */
const PRIOR_WEIGHT = 10;
/**
 * Where the generic typist is placed between the population and the customer: half the way to the customer's level (his median over the keys), so that
 * he is compared at his own pace, and hardly any of the way to his single keys, which tell him from others.
 */
const LEVEL_SHIFT = 0.5;
const KEY_SHIFT = 0.05;

/**
 * A template made ready for scoring: everything that does not depend on the probe. Derived from the stored times alone, so that it can be
 * thrown away and rebuilt; never stored. In single precision where there is a number for each entry: 150 KB for 11 keys and 100 entries, 50 KB for 33
 * that count three times each. An entry that counts several times gives the score that so many copies of it in a row would give.
 */
export interface KernelTemplate {
  readonly layout: FeatureLayout;
  /** Rows: the entries, each once. */
  readonly samples: number;
  /** How often each entry counts, and all of them together. */
  readonly counts: Uint8Array;
  readonly total: number;
  /** Entry by entry, oldest first, the features of each. */
  readonly rows: Float32Array;
  /** Feature by feature, the entries in order of that feature, equal ones by age. */
  readonly order: Uint8Array;
  /** Feature by feature, its values in that order. */
  readonly sorted: Float32Array;
  readonly median: Float64Array;
  /** 1 / the mean absolute deviation, drawn towards the population's. */
  readonly perDeviation: Float64Array;
  /** Centre of the generic typist. */
  readonly centre: Float64Array;
  /** Of each weighed feature, 1 / the scale of the wider kernel, and the sums of kernels: see {@link densitySums}. */
  readonly rate: Float64Array;
  readonly sums: Float32Array;
  /** Weight of each entry by its age and count; they sum to 1. */
  readonly weights: Float64Array;
}

/**
 * @param times `samples` rows of times in ms, oldest first: K hold (where there are holds) and K - 1 press-press times.
 * @param counts how often each row counts; once by default.
 */
export function buildTemplate(
  keys: number,
  holds: boolean,
  samples: number,
  times: Float32Array,
  counts: Uint8Array = new Uint8Array(samples).fill(1),
): KernelTemplate {
  const layout = featureLayout(keys, holds);
  const { count, width } = layout;
  const parts = partsOf(layout, samples);
  const row = new Float64Array(count);
  for (let j = 0; j < samples; j++) {
    writeFeatures(layout, times.subarray(j * width, (j + 1) * width), row);
    parts.rows.set(row, j * count);
    for (let f = 0; f < count; f++) {
      insert(parts, f * samples, j, parts.rows[j * count + f]);
    }
  }
  return deriveTemplate(layout, counts, parts);
}

/**
 * The template with other counts, less its oldest rows and with one more, from what is there already: the same numbers as a template built anew.
 *
 * @param counts of the rows that stay and, last, of the new one.
 * @param dropped how many rows, the oldest, leave.
 * @param times of the new row; `undefined` where there is none.
 */
export function extendTemplate(
  template: KernelTemplate,
  counts: Uint8Array,
  dropped: number,
  times: Float32Array | undefined,
): KernelTemplate {
  const { layout } = template;
  const { count } = layout;
  const samples = counts.length;
  const parts = partsOf(layout, samples);
  copyWithout(template, 0, dropped, parts, samples);
  if (times === undefined) {
    return deriveTemplate(layout, counts, parts);
  }
  const kept = samples - 1;
  const row = new Float64Array(count);
  writeFeatures(layout, times, row);
  parts.rows.set(row, count * kept);
  for (let f = 0; f < count; f++) {
    insert(parts, f * samples, kept, parts.rows[kept * count + f]);
  }
  return deriveTemplate(layout, counts, parts);
}

/** The template without one row, however often it counts, as if that entry had never been made. */
export function withoutRow(template: KernelTemplate, index: number): KernelTemplate {
  const samples = template.samples - 1;
  const parts = partsOf(template.layout, samples);
  copyWithout(template, index, index + 1, parts, samples);
  return deriveTemplate(
    template.layout,
    template.counts.filter((_, j) => j !== index),
    parts,
  );
}

/** Writes the features of one row of a template. */
export function rowOf(template: KernelTemplate, index: number, target: Float64Array): void {
  const { count } = template.layout;
  target.set(template.rows.subarray(index * count, (index + 1) * count));
}

type Parts = Pick<KernelTemplate, 'rows' | 'order' | 'sorted'>;

function partsOf({ count }: FeatureLayout, samples: number): Parts {
  const length = count * samples;
  return { rows: new Float32Array(length), order: new Uint8Array(length), sorted: new Float32Array(length) };
}

/** Puts entry `j` at its place among the `j` entries before it, after those of the same value. */
function insert({ order, sorted }: Parts, first: number, j: number, value: number): void {
  let at = first + j;
  while (at > first && sorted[at - 1] > value) {
    sorted[at] = sorted[at - 1];
    order[at] = order[at - 1];
    at--;
  }
  sorted[at] = value;
  order[at] = j;
}

/** Copies a template's entries, but those from `from` to `end`, into parts with room for `room` entries; those after them move up. */
function copyWithout(template: KernelTemplate, from: number, end: number, to: Parts, room: number): void {
  const { layout, samples, rows, order, sorted } = template;
  const { count } = layout;
  const skipped = end - from;
  to.rows.set(rows.subarray(0, count * from));
  to.rows.set(rows.subarray(count * end), count * from);
  for (let f = 0; f < count; f++) {
    let at = f * room;
    for (let i = f * samples; i < (f + 1) * samples; i++) {
      const j = order[i];
      if (j < from || j >= end) {
        to.order[at] = j < from ? j : j - skipped;
        to.sorted[at] = sorted[i];
        at++;
      }
    }
  }
}

function deriveTemplate(layout: FeatureLayout, counts: Uint8Array, { rows, order, sorted }: Parts): KernelTemplate {
  const { count, weighed } = layout;
  const samples = counts.length;
  const total = counts.reduce((sum, times) => sum + times, 0);
  const median = new Float64Array(count);
  const perDeviation = new Float64Array(count);
  const centre = new Float64Array(count);
  const deviation = new Float64Array(count);
  for (const { kind, from, to } of layout.kinds) {
    const { location, within } = KIND_CONSTANTS[kind];
    for (let f = from; f < to; f++) {
      const first = f * samples;
      const own = total === samples ? medianOf(sorted, first, samples) : weightedMedian(sorted, order, counts, first, total);
      let absolute = 0;
      for (let i = first; i < first + samples; i++) {
        absolute += counts[order[i]] * Math.abs(sorted[i] - own);
      }
      deviation[f] = (PRIOR_WEIGHT * within + absolute) / (PRIOR_WEIGHT + total);
      perDeviation[f] = 1 / deviation[f];
      median[f] = own;
    }
    const level = medianOf(median.slice(from, to).sort(), 0, to - from);
    for (let f = from; f < to; f++) {
      centre[f] = location + LEVEL_SHIFT * (level - location) + KEY_SHIFT * (median[f] - level);
    }
  }
  const weights = weightsByAge(counts);
  const { rate, sums } = densitySums({ samples, total, features: weighed, sorted, order, weights, deviation });
  return { layout, samples, counts, total, rows, order, sorted, median, perDeviation, centre, rate, sums, weights };
}

function medianOf(sorted: Float32Array | Float64Array, first: number, count: number): number {
  const middle = first + (count >> 1);
  return count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of values of which each is there as often as its entry counts. */
function weightedMedian(sorted: Float32Array, order: Uint8Array, counts: Uint8Array, first: number, total: number): number {
  // Of an even number, the values at both sides of the middle.
  const middle = total >> 1;
  let i = first;
  let passed = counts[order[i]];
  while (passed < middle) {
    i++;
    passed += counts[order[i]];
  }
  if (passed > middle) {
    return sorted[i];
  }
  return total % 2 === 1 ? sorted[i + 1] : (sorted[i] + sorted[i + 1]) / 2;
}

function weightsByAge(counts: Uint8Array): Float64Array {
  const samples = counts.length;
  const weights = new Float64Array(samples);
  let sum = 0;
  let age = 0;
  for (let j = samples - 1; j >= 0; j--) {
    // The newest entry has age 0; one that counts several times is as many, each older by one.
    for (let k = 0; k < counts[j]; k++) {
      weights[j] += Math.exp(-age / FADE);
      age++;
    }
  }
  for (let j = 0; j < samples; j++) {
    sum += weights[j];
  }
  for (let j = 0; j < samples; j++) {
    weights[j] = weights[j] / sum;
  }
  return weights;
}
