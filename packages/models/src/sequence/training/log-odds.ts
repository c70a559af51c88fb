export interface WeightedCase {
  readonly x: number;
  readonly truth: 0 | 1;
  readonly weight: number;
}

/** Keeps the slope finite where the two kinds do not overlap. */
const RIDGE = 1e-4;
const ITERATIONS = 50;
const CONVERGED = 1e-9;

/** Logistic regression of truth on x by Newton's method: log odds = offset + slope x. Weights that sum to a half for each truth make likelihood ratios of the odds. */
export function fitLogOdds(cases: readonly WeightedCase[]): { offset: number; slope: number } {
  let offset = 0;
  let slope = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let [gradient0, gradient1] = [-RIDGE * offset, -RIDGE * slope];
    let [curve00, curve01, curve11] = [RIDGE, 0, RIDGE];
    for (const { x, truth, weight } of cases) {
      const chance = 1 / (1 + Math.exp(-(offset + slope * x)));
      const error = weight * (truth - chance);
      gradient0 += error;
      gradient1 += error * x;
      const curve = weight * chance * (1 - chance);
      curve00 += curve;
      curve01 += curve * x;
      curve11 += curve * x * x;
    }
    const determinant = curve00 * curve11 - curve01 * curve01;
    const step0 = (curve11 * gradient0 - curve01 * gradient1) / determinant;
    const step1 = (curve00 * gradient1 - curve01 * gradient0) / determinant;
    offset += step0;
    slope += step1;
    if (Math.abs(step0) + Math.abs(step1) < CONVERGED) {
      break;
    }
  }
  return { offset, slope };
}
