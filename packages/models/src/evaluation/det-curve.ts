import { type OperatingPoint, rocCurve } from './rates';

/** An operating point on the axes of a DET plot. */
export interface DetPoint extends OperatingPoint {
  /** Standard normal deviate of the false match rate. */
  readonly fmrDeviate: number;
  readonly fnmrDeviate: number;
}

/**
 * The detection error trade-off (A. Martin et al., Eurospeech 1997): the corners of the curve of operating points, by rising threshold, with
 * both rates as normal deviates. Points where a rate is 0 or 1 have no deviate and are left out, so that two separate sets have an empty curve.
 *
 * @throws as the other rates.
 */
export function detCurve(genuine: Float64Array, impostor: Float64Array): DetPoint[] {
  const points = rocCurve(genuine, impostor).filter(({ fmr, fnmr }) => fmr > 0 && fmr < 1 && fnmr > 0 && fnmr < 1);
  // Where only one rate moves before and after a point, it lies on a straight line between its neighbours.
  const corners = points.filter((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined || after === undefined) {
      return true;
    }
    const level = before.fnmr === point.fnmr && point.fnmr === after.fnmr;
    const upright = before.fmr === point.fmr && point.fmr === after.fmr;
    return !level && !upright;
  });
  return corners.map((point) => ({ ...point, fmrDeviate: normalDeviate(point.fmr), fnmrDeviate: normalDeviate(point.fnmr) }));
}

const CENTRE = [2.50662823884, -18.61500062529, 41.39119773534, -25.44106049637];
const CENTRE_BELOW = [-8.4735109309, 23.08336743743, -21.06224101826, 3.13082909833];
const TAIL = [
  0.3374754822726147, 0.9761690190917186, 0.1607979714918209, 0.0276438810333863, 0.0038405729373609, 0.0003951896511919,
  0.0000321767881768, 0.0000002888167364, 0.0000003960315187,
];

/**
 * The standard normal deviate below which a share of the distribution lies, to 3e-9 (B. Moro, "The full Monte", Risk 8(2), 1995).
 *
 * @param share between 0 and 1.
 * @throws TypeError or RangeError for anything else.
 */
export function normalDeviate(share: number): number {
  if (typeof share !== 'number') {
    throw new TypeError('share must be a number');
  }
  if (!(share > 0 && share < 1)) {
    throw new RangeError('share must lie between 0 and 1');
  }
  const y = share - 0.5;
  if (Math.abs(y) < 0.42) {
    const square = y * y;
    const below = 1 + square * polynomial(CENTRE_BELOW, square);
    return (y * polynomial(CENTRE, square)) / below;
  }
  const tail = y > 0 ? 1 - share : share;
  const deviate = polynomial(TAIL, Math.log(-Math.log(tail)));
  return y > 0 ? deviate : -deviate;
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
