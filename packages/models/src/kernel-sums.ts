/**
 * The kernel of the default detector's densities, at distance d of a template with bandwidth b:
 *
 *     share exp(-d / l) / 2l + (1 - share) (1 + d / m) exp(-d / m) / 4m,   m = l / ratio
 *
 * A Laplacian for the tails and, for the middle, a Matern 3/2 kernel, smooth as a Gaussian is. Both decompose: the sum over all entries on one side
 * of a point follows from the sum over those from the nearest one on, so that a density costs two exponentials whatever the number of entries,
 * and is exact. The published method has a Laplacian of l = .7 b and a Gaussian of deviation .5 b, that of this Matern kernel: scores differ by
 * a few hundredths.
 */
export const KERNEL = Object.freeze({
  laplaceShare: 0.5,
  /** l / b. */
  laplaceWidth: 0.75,
  /** l / m; a whole number, so that one exponential serves both. */
  ratio: 3,
});

/** Numbers kept for each entry and side: the sum of Laplacians, and of Matern kernels the constant and the linear part. */
const PARTS = 3;

export interface DensitySums {
  /** Of each feature, 1 / l. */
  readonly rate: Float64Array;
  /** Feature by feature, entry by entry in order of value: the parts of the sum over it and all to its left, then over it and all to its right. */
  readonly sums: Float32Array;
}

/** Few entries do not show how much a person varies: their kernels are wider. */
function bandwidth(total: number): number {
  return 1.25 * (1 + (0.8 * Math.max(0, 20 - total)) / 20);
}

/** What the densities of a template need, so that each is had without going through the entries. */
export function densitySums(input: {
  readonly samples: number;
  /** How often the entries count, all together. */
  readonly total: number;
  readonly features: number;
  /** Feature by feature, values in ascending order, and the entry that each is of. */
  readonly sorted: Float32Array;
  readonly order: Uint8Array;
  /** Weight of each entry. */
  readonly weights: Float64Array;
  /** Of each feature. */
  readonly deviation: Float64Array;
}): DensitySums {
  const { samples, total, features, sorted, order, weights, deviation } = input;
  const rate = new Float64Array(features);
  const sums = new Float32Array(features * samples * 2 * PARTS);
  // Of each entry, the distance to the one before it and what is left of a Laplacian over it; nothing lies before the first and after the last.
  const gap = new Float64Array(samples + 1);
  const fall = new Float64Array(samples + 1);
  const scale = KERNEL.laplaceWidth * bandwidth(total);
  for (let f = 0; f < features; f++) {
    const first = f * samples;
    const perWidth = 1 / (scale * deviation[f]);
    rate[f] = perWidth;
    const laplaceScale = (KERNEL.laplaceShare * perWidth) / 2;
    const maternScale = ((1 - KERNEL.laplaceShare) * KERNEL.ratio * perWidth) / 4;
    for (let i = 1; i < samples; i++) {
      gap[i] = (sorted[first + i] - sorted[first + i - 1]) * perWidth;
      fall[i] = Math.exp(-gap[i]);
    }
    for (let side = 0; side < 2; side++) {
      let laplace = 0;
      let matern = 0;
      let linear = 0;
      for (let step = 0; step < samples; step++) {
        const i = side === 0 ? step : samples - 1 - step;
        const between = side === 0 ? i : i + 1;
        const laplaceFall = fall[between];
        const maternFall = laplaceFall * laplaceFall * laplaceFall;
        const weight = weights[order[first + i]];
        linear = maternFall * (linear + KERNEL.ratio * gap[between] * matern);
        matern = maternFall * matern + maternScale * weight;
        laplace = laplaceFall * laplace + laplaceScale * weight;
        const at = ((first + i) * 2 + side) * PARTS;
        sums[at] = laplace;
        sums[at + 1] = matern;
        sums[at + 2] = linear;
      }
    }
  }
  return { rate, sums };
}

/** The density of feature `f` at `x`: the sum over all entries of weight x kernel. */
export function densityAt(
  template: { readonly samples: number; readonly sorted: Float32Array } & DensitySums,
  f: number,
  x: number,
): number {
  const { samples, sorted, rate, sums } = template;
  const first = f * samples;
  const perWidth = rate[f];
  // Entries at or left of x: halving without a branch that depends on the values.
  let at = first;
  let left = samples;
  while (left > 0) {
    const half = (left + 1) >> 1;
    at += sorted[at + half - 1] <= x ? half : 0;
    left -= half;
  }
  let density = 0;
  if (at > first) {
    density += oneSide(sums, (at - 1) * 2 * PARTS, (x - sorted[at - 1]) * perWidth);
  }
  if (at < first + samples) {
    density += oneSide(sums, (at * 2 + 1) * PARTS, (sorted[at] - x) * perWidth);
  }
  return density;
}

/** The sum over an entry and all beyond it, seen from `distance` (in widths of the Laplacian) before it. */
function oneSide(sums: Float32Array, at: number, distance: number): number {
  const fall = Math.exp(-distance);
  return fall * sums[at] + fall * fall * fall * (sums[at + 1] * (1 + KERNEL.ratio * distance) + sums[at + 2]);
}
