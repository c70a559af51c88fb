/** Log likelihood ratio = offset + slope x distance + curvature x distance^2. */
export interface LlrCurve {
  readonly offset: number;
  readonly slope: number;
  readonly curvature: number;
}

/** Weight of all pairs of one person together in a fit; those of two have the rest. Decisions are made where strangers are few. */
const GENUINE_WEIGHT = 0.1;
const ROUNDS = 60;
const SMALLEST_STEP = 1e-10;

/** Logistic regression on distances and their squares, by Newton's method, with the weight of the prior taken out again. */
export function fitLlr(genuine: Float64Array, impostor: Float64Array): LlrCurve {
  const prior = Math.log(GENUINE_WEIGHT / (1 - GENUINE_WEIGHT));
  let weights: Vector = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const gradient: Vector = [0, 0, 0];
    const hessian = [0, 0, 0, 0, 0];
    for (const [distances, label, weight] of [
      [genuine, 1, GENUINE_WEIGHT / genuine.length],
      [impostor, 0, (1 - GENUINE_WEIGHT) / impostor.length],
    ] as const) {
      for (const distance of distances) {
        const square = distance * distance;
        const p = 1 / (1 + Math.exp(-(prior + weights[0] + weights[1] * distance + weights[2] * square)));
        const error = weight * (label - p);
        const curve = weight * p * (1 - p);
        gradient[0] += error;
        gradient[1] += error * distance;
        gradient[2] += error * square;
        // Sums of the powers 0 to 4: the matrix is made of these alone.
        hessian[0]! += curve;
        hessian[1]! += curve * distance;
        hessian[2]! += curve * square;
        hessian[3]! += curve * square * distance;
        hessian[4]! += curve * square * square;
      }
    }
    const step = solved(hessian, gradient);
    // The first steps of Newton's method can be too long: no more than a unit of each term at once would be slow, so they are halved while they are.
    const scale = Math.min(1, 20 / Math.max(...step.map(Math.abs)));
    weights = [weights[0] + scale * step[0], weights[1] + scale * step[1], weights[2] + scale * step[2]];
    if (Math.max(...step.map(Math.abs)) < SMALLEST_STEP) break;
  }
  return { offset: weights[0], slope: weights[1], curvature: weights[2] };
}

type Vector = [number, number, number];

/** Solves the symmetric 3 x 3 system of sums of powers, by Cramer's rule. */
function solved(powers: readonly number[], right: Vector): Vector {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = powers;
  const det = (m: readonly [Vector, Vector, Vector]) =>
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
    m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
    m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  const whole = det([
    [a, b, c],
    [b, c, d],
    [c, d, e],
  ]);
  const [x, y, z] = right;
  return [
    det([
      [x, b, c],
      [y, c, d],
      [z, d, e],
    ]) / whole,
    det([
      [a, x, c],
      [b, y, d],
      [c, z, e],
    ]) / whole,
    det([
      [a, b, x],
      [b, c, y],
      [c, d, z],
    ]) / whole,
  ];
}

/**
 * Cost of log likelihood ratios in bits (N. Brummer, J. du Preez, "Application-independent evaluation of speaker detection", 2006): 0 is perfect, 1 is what
 * always saying 0 costs.
 */
export function llrCost(genuine: Float64Array, impostor: Float64Array): number {
  const mean = (llrs: Float64Array, sign: 1 | -1) => llrs.reduce((sum, llr) => sum + Math.log2(1 + Math.exp(-sign * llr)), 0) / llrs.length;
  return (mean(genuine, 1) + mean(impostor, -1)) / 2;
}

/** The same cost for the best possible monotone calibration of these very scores, by pooling adjacent violators. */
export function leastLlrCost(genuine: Float64Array, impostor: Float64Array): number {
  const scores = [
    ...Array.from(genuine, (llr) => ({ llr, own: 1 / genuine.length, other: 0 })),
    ...Array.from(impostor, (llr) => ({ llr, own: 0, other: 1 / impostor.length })),
  ].sort((a, b) => a.llr - b.llr || b.own - a.own);
  const blocks: { own: number; other: number }[] = [];
  for (const { own, other } of scores) {
    blocks.push({ own, other });
    for (;;) {
      const last = blocks.at(-1);
      const before = blocks.at(-2);
      if (last === undefined || before === undefined || before.own * last.other < last.own * before.other) break;
      blocks.splice(-2, 2, { own: before.own + last.own, other: before.other + last.other });
    }
  }
  let cost = 0;
  for (const { own, other } of blocks) {
    if (own > 0) cost += own * Math.log2(1 + other / own);
    if (other > 0) cost += other * Math.log2(1 + own / other);
  }
  return cost / 2;
}
