import type { FreeTextPopulation } from './population';

/** What is known of one side of a comparison: a mean embedding, and how much stands behind it. */
export interface Side {
  readonly mean: Float64Array | Float32Array;
  readonly windows: number;
  /** Keys of a window, on average. */
  readonly keysOfWindow: number;
}

/** Names of the features of a pair, in the order of the weights. */
export const PAIR_FEATURES = [
  'hold',
  'latency',
  'rhythm',
  'digraph',
  'habits',
  'all',
  'all capped low',
  'cosine',
  'template norm',
  'probe norm',
  'dimensions 1',
  'dimensions 2',
  'dimensions 3',
  'dimensions 4',
] as const;

/** Most that one dimension says for or against, twice in nats: heavier tails than the normal's, so that one freak dimension decides nothing. */
const CAP = 9;
const LOW_CAP = 4;
/** Share of the windows of one sitting that count as independent. */
const INDEPENDENT = 0.3;
/** More windows than this add nothing that the calibration has seen. */
export const MOST_WINDOWS = 10;
/** How much each further window of a probe adds to the first. */
const FURTHER_WINDOW = 0.5;
/** Keys of a whole window. */
export const WINDOW_KEYS = 50;
/** Where the dimensions of the last family are cut into four, as shares of their number. */
const CUTS = [0.1, 0.3, 0.6, 1];
const FIRST_CUT = PAIR_FEATURES.indexOf('dimensions 1');

type Known = Pick<FreeTextPopulation, 'projections' | 'shortWindow'>;

/**
 * How like two embeddings are, by the two-covariance model (Brümmer and de Villiers 2010; PLDA: Ioffe 2006, Prince and Elder 2007): the log likelihood
 * ratio of one person against two, per dimension, capped, summed by family; and what else a regression weighs against it. Every feature is bounded.
 *
 * @param out {@link PAIR_FEATURES}.length numbers from `at` on.
 */
export function pairFeatures(template: Side, probe: Side, { projections, shortWindow }: Known, out: Float64Array, at = 0): void {
  const windows = Math.min(template.windows, MOST_WINDOWS);
  const templateVariance = varianceOf(template.keysOfWindow, shortWindow) / (INDEPENDENT * windows);
  const probeVariance = varianceOf(probe.keysOfWindow, shortWindow) / (1 + FURTHER_WINDOW * (Math.min(probe.windows, MOST_WINDOWS) - 1));
  let from = 0;
  for (let block = 0; block < projections.length; block++) {
    const { dimensions, offset, within, between } = projections[block];
    const last = block === projections.length - 1;
    let sum = 0;
    let low = 0;
    let dot = 0;
    let templateNorm = 0;
    let probeNorm = 0;
    let templateLength = 0;
    let probeLength = 0;
    let cut = 0;
    out.fill(0, at + FIRST_CUT, at + PAIR_FEATURES.length);
    for (let d = 0; d < dimensions; d++) {
      const a = template.mean[from + d] - offset[d];
      const b = probe.mean[from + d] - offset[d];
      const noise = within[d] * templateVariance;
      const certainty = between[d] / (between[d] + noise);
      const probeNoise = within[d] * probeVariance;
      const near = (b - certainty * a) ** 2 / (certainty * noise + probeNoise);
      const far = (b * b) / (between[d] + probeNoise);
      const ratio = (Math.min(far, CAP) - Math.min(near, CAP)) / 2;
      sum += ratio;
      if (last) {
        low += (Math.min(far, LOW_CAP) - Math.min(near, LOW_CAP)) / 2;
        dot += a * b;
        templateLength += a * a;
        probeLength += b * b;
        templateNorm += Math.min((a * a) / (between[d] + noise), CAP);
        probeNorm += Math.min(far, CAP);
        while (d >= Math.floor(CUTS[cut] * dimensions)) {
          cut++;
        }
        out[at + FIRST_CUT + cut] += ratio;
      }
    }
    out[at + block] = sum;
    if (last) {
      out[at + block + 1] = low;
      out[at + block + 2] = dot / Math.sqrt(templateLength * probeLength + 1e-12);
      out[at + block + 3] = templateNorm / dimensions;
      out[at + block + 4] = probeNorm / dimensions;
    }
    from += dimensions;
  }
}

/** How much a window of fewer keys varies, against one of fifty: 1 at 50, `short` at 25, in between by 1 / keys. */
function varianceOf(keys: number, short: number): number {
  return 1 + (short - 1) * (WINDOW_KEYS / Math.min(Math.max(keys, 10), WINDOW_KEYS) - 1);
}

/** How far an embedding lies from everybody: mean over the dimensions of all families of its squared deviation, each cut to 25. */
export function remoteness(embedding: Float64Array | Float32Array, { projections }: Pick<FreeTextPopulation, 'projections'>): number {
  let sum = 0;
  let from = 0;
  for (const { dimensions, offset, within, between } of projections) {
    for (let d = 0; d < dimensions; d++) {
      sum += Math.min((embedding[from + d] - offset[d]) ** 2 / (between[d] + within[d]), 25);
    }
    from += dimensions;
  }
  return sum / from;
}
