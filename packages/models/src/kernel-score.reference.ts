import type { FixedTextVector } from '@tacit-auth/features';

/**
 * For tests: the default detector's score by plain loops over plain arrays, from its published description, and nothing shared with the
 * product's code. Slow, and easy to read. Not exported by the package.
 */

type Kind = 'H' | 'R' | 'U' | 'Q' | 'D';
type Kinds = Record<Kind, number[]>;

/** A density at distance d of an entry, for a bandwidth b. */
type Kernel = (d: number, b: number) => number;

/** What the studies and the product differ in. */
export interface Method {
  readonly kernel: Kernel;
  /** Of the middle of the generic typist's density; its tails always have the spread of the first study. */
  readonly spread: Record<Kind, number>;
  /** Where he is centred, from his location mu0, the median m of the feature and the median of these over the kind. */
  readonly centre: (mu0: number, m: number, level: number) => number;
  /** His share in the customer's density. */
  readonly mixture: number;
  /** Least log ratio of one feature. */
  readonly mostReward: number;
  /** Age at which a weight has fallen to 1/e. */
  readonly fade: number;
  readonly cap: number;
  readonly neighbours: number;
}

/** The first study: half Laplacian, half Gaussian. */
export const firstStudy: Method = {
  kernel: (d, b) => {
    const b1 = 0.7 * b;
    const b2 = 0.5 * b;
    return (0.5 * Math.exp(-d / b1)) / (2 * b1) + (0.5 * Math.exp(-(d ** 2) / (2 * b2 ** 2))) / (2.5066 * b2);
  },
  spread: { H: 0.34, R: 0.23, U: 1.15, Q: 0.63, D: 0.6 },
  centre: (mu0, m) => mu0 + 0.25 * (m - mu0),
  mixture: 0.1,
  mostReward: Number.NEGATIVE_INFINITY,
  fade: 40,
  cap: 4,
  neighbours: 1.2,
};

/** The second: a Laplacian alone, a generic typist at the customer's pace. */
export const secondStudy: Method = {
  kernel: (d, b) => Math.exp(-d / (0.55 * b)) / (2 * 0.55 * b),
  spread: { H: 0.31, R: 0.21, U: 1.06, Q: 0.58, D: 0.55 },
  centre: (mu0, m, level) => mu0 + 0.5 * (level - mu0) + 0.05 * (m - level),
  mixture: 0.2,
  mostReward: -2,
  fade: 25,
  cap: 3,
  neighbours: 1.3,
};

/** The product: the second study with half a Laplacian and half a Matern 3/2 kernel of a third of its scale. */
export const product: Method = {
  ...secondStudy,
  kernel: (d, b) => {
    const l = 0.75 * b;
    const m = 0.25 * b;
    return (0.5 * Math.exp(-d / l)) / (2 * l) + (0.5 * (1 + d / m) * Math.exp(-d / m)) / (4 * m);
  },
};

/** Location, spread over people and keys, and deviation within a person of each kind. */
const CONSTANTS: Record<Kind, readonly [number, number, number]> = {
  H: [-2.4, 0.34, 0.12],
  R: [0, 0.23, 0.11],
  U: [1.3, 1.15, 0.32],
  Q: [-1.7, 0.63, 0.21],
  D: [-1.72, 0.6, 0.2],
};

function kindsOf({ hold, pressPress }: FixedTextVector): Kinds {
  const h = [...hold].map((time) => time / 1000);
  const d = [...pressPress].map((time) => time / 1000);
  const H = h.map((time) => Math.log(Math.max(time, 0.01)));
  const mean = H.reduce((sum, value) => sum + value, 0) / H.length;
  const withHolds = h.length > 0;
  return {
    H,
    R: H.map((value) => value - mean),
    U: withHolds ? d.map((time, i) => Math.asinh((time - h[i]) / 0.05)) : [],
    Q: withHolds ? d.map((time, i) => Math.log(Math.max(time - h[i] + h[i + 1], 0.01))) : [],
    D: d.map((time) => Math.log(Math.max(time, 0.01))),
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  return n % 2 === 1 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/** @param samples oldest first. */
export function referenceScore(samples: readonly FixedTextVector[], probe: FixedTextVector, method: Method): number {
  const t = samples.map(kindsOf);
  const x = kindsOf(probe);
  const n = t.length;
  const weights = t.map((_, j) => Math.exp(-(n - (j + 1)) / method.fade));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const summed = (kind: Kind, i: number) => {
    const values = t.map((entry) => entry[kind][i]);
    const m = medianOf(values);
    const a = (10 * CONSTANTS[kind][2] + values.reduce((sum, value) => sum + Math.abs(value - m), 0)) / (10 + n);
    return { values, m, a };
  };
  const known: Record<Kind, ReturnType<typeof summed>[]> = { H: [], R: [], U: [], Q: [], D: [] };
  for (const kind of Object.keys(known) as Kind[]) {
    known[kind] = x[kind].map((_, i) => summed(kind, i));
  }
  const ratio = (kind: Kind): number => {
    const [mu0, tail] = CONSTANTS[kind];
    const spread = method.spread[kind];
    const level = medianOf(known[kind].map(({ m }) => m));
    const logs = x[kind].map((value, i) => {
      const { values, m, a } = known[kind][i];
      const b = 1.25 * a * (1 + (0.8 * Math.max(0, 20 - n)) / 20);
      const q = values.map((v, j) => (weights[j] / total) * method.kernel(Math.abs(value - v), b)).reduce((sum, part) => sum + part, 0);
      const distance = Math.abs(value - method.centre(mu0, m, level));
      const middle = (0.9 * Math.exp(-(distance ** 2) / (2 * spread ** 2))) / (2.5066 * spread);
      const p = middle + (0.1 * Math.exp(-distance / (2 * tail))) / (4 * tail);
      return Math.max(Math.log(p) - Math.log((1 - method.mixture) * q + method.mixture * p), method.mostReward);
    });
    return logs.reduce((sum, value) => sum + value, 0) / logs.length;
  };
  const near: readonly Kind[] = probe.hold.length > 0 ? ['H', 'U', 'D'] : ['D'];
  const distances = t.map((_, j) => {
    const parts = near.flatMap((kind) =>
      x[kind].map((value, i) => {
        const { values, a } = known[kind][i];
        return Math.min(Math.abs(value - values[j]) / a, method.cap);
      }),
    );
    return parts.reduce((sum, part) => sum + part, 0) / parts.length + 0.003 * (n - (j + 1));
  });
  const nearest = distances.sort((a, b) => a - b).slice(0, 3);
  const N = nearest.reduce((sum, distance) => sum + distance, 0) / nearest.length;
  if (probe.hold.length === 0) {
    return 2.5 * ratio('D') + method.neighbours * N;
  }
  return ratio('H') + 1.3 * ratio('R') + 0.7 * ratio('U') + 0.9 * ratio('Q') + method.neighbours * N;
}
