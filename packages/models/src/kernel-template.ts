import { type FeatureLayout, FIXED_TEXT_KINDS, featureLayout, KIND_CONSTANTS, writeFeatures } from './fixed-text-features';

/** Entries that the default detector's template holds. */
export const WINDOW = 100;
/** Age, in entries, at which an entry's weight has fallen to 1/e. */
const FADE = 40;
/** Weight, in entries, of the population's deviation beside the customer's own. */
const PRIOR_WEIGHT = 10;
/** Share of the way from the population to the customer at which the generic typist of this text is placed. */
const BACKGROUND_SHIFT = 0.25;
/** As rounded by the study whose figures this reproduces. */
export const ROOT_TWO_PI = 2.5066;

/**
 * A template made ready for scoring: everything that does not depend on the probe. Derived from the stored times alone, so that it can be
 * thrown away and rebuilt; never stored.
 */
export interface KernelTemplate {
  readonly layout: FeatureLayout;
  readonly samples: number;
  /** Feature by feature, `samples` values each, oldest first. */
  readonly columns: Float64Array;
  readonly median: Float64Array;
  /** 1 / the mean absolute deviation, drawn towards the population's. */
  readonly perDeviation: Float64Array;
  /** Centre of the generic typist. */
  readonly centre: Float64Array;
  /** Kernel of feature f at distance d: laplaceScale exp(-d laplaceRate) + gaussScale exp(-d^2 gaussRate). */
  readonly laplaceRate: Float64Array;
  readonly laplaceScale: Float64Array;
  readonly gaussRate: Float64Array;
  readonly gaussScale: Float64Array;
  /** Weight of each entry by its age; they sum to 1. */
  readonly weights: Float64Array;
}

/**
 * @param times `samples` rows of K hold and K - 1 press-press times in ms, oldest first.
 */
export function buildTemplate(keys: number, samples: number, times: Float32Array): KernelTemplate {
  const layout = featureLayout(keys);
  const columns = new Float64Array(layout.count * samples);
  const row = new Float64Array(layout.count);
  const width = times.length / samples;
  for (let j = 0; j < samples; j++) {
    writeFeatures(layout, times.subarray(j * width, (j + 1) * width), row);
    for (let f = 0; f < layout.count; f++) {
      columns[f * samples + j] = row[f];
    }
  }
  return deriveTemplate(layout, samples, columns);
}

/** The template after one more row, from the features that are already there: the same numbers as a template built anew. */
export function extendTemplate(template: KernelTemplate, times: Float32Array): KernelTemplate {
  const { layout, samples: before, columns: old } = template;
  const dropped = before === WINDOW ? 1 : 0;
  const samples = before + 1 - dropped;
  const row = new Float64Array(layout.count);
  writeFeatures(layout, times, row);
  const columns = new Float64Array(layout.count * samples);
  for (let f = 0; f < layout.count; f++) {
    columns.set(old.subarray(f * before + dropped, (f + 1) * before), f * samples);
    columns[(f + 1) * samples - 1] = row[f];
  }
  return deriveTemplate(layout, samples, columns);
}

/** The template without one row, as if that entry had never been made. */
export function withoutRow(template: KernelTemplate, index: number): KernelTemplate {
  const { layout, samples: before, columns: old } = template;
  const samples = before - 1;
  const columns = new Float64Array(layout.count * samples);
  for (let f = 0; f < layout.count; f++) {
    columns.set(old.subarray(f * before, f * before + index), f * samples);
    columns.set(old.subarray(f * before + index + 1, (f + 1) * before), f * samples + index);
  }
  return deriveTemplate(layout, samples, columns);
}

/** Writes the features of one row of a template. */
export function rowOf(template: KernelTemplate, index: number, target: Float64Array): void {
  const { layout, samples, columns } = template;
  for (let f = 0; f < layout.count; f++) {
    target[f] = columns[f * samples + index];
  }
}

function deriveTemplate(layout: FeatureLayout, samples: number, columns: Float64Array): KernelTemplate {
  const { count } = layout;
  const template = {
    layout,
    samples,
    columns,
    median: new Float64Array(count),
    perDeviation: new Float64Array(count),
    centre: new Float64Array(count),
    laplaceRate: new Float64Array(count),
    laplaceScale: new Float64Array(count),
    gaussRate: new Float64Array(count),
    gaussScale: new Float64Array(count),
    weights: weightsByAge(samples),
  };
  const sorted = new Float64Array(samples);
  const middle = samples >> 1;
  // Few entries do not show how much a person varies: their kernels are wider.
  const widening = 1.25 * (1 + (0.8 * Math.max(0, 20 - samples)) / 20);
  for (let k = 0; k < FIXED_TEXT_KINDS.length; k++) {
    const kind = FIXED_TEXT_KINDS[k];
    const next = FIXED_TEXT_KINDS[k + 1];
    const end = next === undefined ? count : layout.start[next];
    const { location, within } = KIND_CONSTANTS[kind];
    for (let f = layout.start[kind]; f < end; f++) {
      const from = f * samples;
      for (let j = 0; j < samples; j++) {
        sorted[j] = columns[from + j];
      }
      sorted.sort();
      const median = samples % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      let absolute = 0;
      for (let j = 0; j < samples; j++) {
        absolute += Math.abs(columns[from + j] - median);
      }
      const deviation = (PRIOR_WEIGHT * within + absolute) / (PRIOR_WEIGHT + samples);
      const laplace = 0.7 * widening * deviation;
      const gauss = 0.5 * widening * deviation;
      template.median[f] = median;
      template.perDeviation[f] = 1 / deviation;
      template.centre[f] = location + BACKGROUND_SHIFT * (median - location);
      template.laplaceRate[f] = 1 / laplace;
      template.laplaceScale[f] = 0.5 / (2 * laplace);
      template.gaussRate[f] = 1 / (2 * gauss * gauss);
      template.gaussScale[f] = 0.5 / (ROOT_TWO_PI * gauss);
    }
  }
  return template;
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
