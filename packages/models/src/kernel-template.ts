import { type FeatureLayout, featureLayout, KIND_CONSTANTS, writeFeatures } from './fixed-text-features';
import { densitySums } from './kernel-sums';

/** Entries that the default detector's template holds. */
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
 * thrown away and rebuilt; never stored. In single precision where there is a number for each entry: 150 KB for 11 keys and 100 entries.
 */
export interface KernelTemplate {
  readonly layout: FeatureLayout;
  readonly samples: number;
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
  /** Weight of each entry by its age; they sum to 1. */
  readonly weights: Float64Array;
}

/**
 * @param times `samples` rows of times in ms, oldest first: K hold (where there are holds) and K - 1 press-press times.
 */
export function buildTemplate(keys: number, holds: boolean, samples: number, times: Float32Array): KernelTemplate {
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
  return deriveTemplate(layout, samples, parts);
}

/** The template after one more row, from what is there already: the same numbers as a template built anew. */
export function extendTemplate(template: KernelTemplate, times: Float32Array): KernelTemplate {
  const { layout, samples: before } = template;
  const { count } = layout;
  const oldest = before === WINDOW ? 0 : undefined;
  const kept = oldest === undefined ? before : before - 1;
  const samples = kept + 1;
  const parts = partsOf(layout, samples);
  copyWithout(template, oldest, parts, samples);
  const row = new Float64Array(count);
  writeFeatures(layout, times, row);
  parts.rows.set(row, count * kept);
  for (let f = 0; f < count; f++) {
    insert(parts, f * samples, kept, parts.rows[kept * count + f]);
  }
  return deriveTemplate(layout, samples, parts);
}

/** The template without one row, as if that entry had never been made. */
export function withoutRow(template: KernelTemplate, index: number): KernelTemplate {
  const samples = template.samples - 1;
  const parts = partsOf(template.layout, samples);
  copyWithout(template, index, parts, samples);
  return deriveTemplate(template.layout, samples, parts);
}

/**
 * The template without an entry, however often it was learned: judged with a copy of itself among the others, an entry would vouch for itself. Of
 * entries that are all alike one is left out, so that some remain.
 */
export function withoutEntry(template: KernelTemplate, index: number): KernelTemplate {
  const copies: number[] = [];
  for (let j = template.samples - 1; j >= 0; j--) {
    if (sameRow(template, j, index)) {
      copies.push(j);
    }
  }
  if (copies.length === template.samples) {
    return withoutRow(template, index);
  }
  // From the last on, so that the places of those before stay as they are.
  return copies.reduce(withoutRow, template);
}

function sameRow({ rows, layout: { count } }: KernelTemplate, one: number, other: number): boolean {
  for (let f = 0; f < count; f++) {
    if (rows[one * count + f] !== rows[other * count + f]) {
      return false;
    }
  }
  return true;
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

/** Copies a template's entries, but one, into parts with room for `room` entries; those after it move up by one. */
function copyWithout(template: KernelTemplate, index: number | undefined, to: Parts, room: number): void {
  const { layout, samples, rows, order, sorted } = template;
  const { count } = layout;
  const skipped = index ?? samples;
  to.rows.set(rows.subarray(0, count * skipped));
  to.rows.set(rows.subarray(count * (skipped + 1)), count * skipped);
  for (let f = 0; f < count; f++) {
    let at = f * room;
    for (let i = f * samples; i < (f + 1) * samples; i++) {
      const j = order[i];
      if (j !== skipped) {
        to.order[at] = j > skipped ? j - 1 : j;
        to.sorted[at] = sorted[i];
        at++;
      }
    }
  }
}

function deriveTemplate(layout: FeatureLayout, samples: number, { rows, order, sorted }: Parts): KernelTemplate {
  const { count, weighed } = layout;
  const median = new Float64Array(count);
  const perDeviation = new Float64Array(count);
  const centre = new Float64Array(count);
  const deviation = new Float64Array(count);
  for (const { kind, from, to } of layout.kinds) {
    const { location, within } = KIND_CONSTANTS[kind];
    for (let f = from; f < to; f++) {
      const first = f * samples;
      const own = medianOf(sorted, first, samples);
      let absolute = 0;
      for (let i = first; i < first + samples; i++) {
        absolute += Math.abs(sorted[i] - own);
      }
      deviation[f] = (PRIOR_WEIGHT * within + absolute) / (PRIOR_WEIGHT + samples);
      perDeviation[f] = 1 / deviation[f];
      median[f] = own;
    }
    const level = medianOf(median.slice(from, to).sort(), 0, to - from);
    for (let f = from; f < to; f++) {
      centre[f] = location + LEVEL_SHIFT * (level - location) + KEY_SHIFT * (median[f] - level);
    }
  }
  const weights = weightsByAge(samples);
  const { rate, sums } = densitySums({ samples, features: weighed, sorted, order, weights, deviation });
  return { layout, samples, rows, order, sorted, median, perDeviation, centre, rate, sums, weights };
}

function medianOf(sorted: Float32Array | Float64Array, first: number, count: number): number {
  const middle = first + (count >> 1);
  return count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function weightsByAge(samples: number): Float64Array {
  const weights = new Float64Array(samples);
  let sum = 0;
  for (let j = 0; j < samples; j++) {
    // The newest entry has age 0.
    const weight = Math.exp(-(samples - 1 - j) / FADE);
    weights[j] = weight;
    sum += weight;
  }
  for (let j = 0; j < samples; j++) {
    weights[j] = weights[j] / sum;
  }
  return weights;
}
