import { PAIR_FEATURES } from './pair-features';
import type { CalibrationCell, FreeTextPopulation, FusionWeights } from './population';

/** Keys of a probe, and windows of a profile, at which the calibration was measured. */
export const CALIBRATED_KEYS = [25, 50, 100, 200, 500] as const;
export const CALIBRATED_WINDOWS = [1, 2, 5, 10] as const;
/** False match rates at which thresholds were measured, falling. */
export const CALIBRATED_RATES = [0.1, 0.05, 0.01, 0.001] as const;
/** Profiles of so many windows and more have weights of their own. */
export const MANY_WINDOWS = 4;
/** No evidence of this kind says more. */
export const LARGEST_LLR = 12;

type Calibrating = Pick<FreeTextPopulation, 'calibration'>;

/** Weighted sum of the features of a pair, from `at` on, and bias. */
export function fused(features: Float64Array, weights: FusionWeights, at = 0): number {
  let sum = weights[PAIR_FEATURES.length];
  for (let i = 0; i < PAIR_FEATURES.length; i++) {
    sum += weights[i] * features[at + i];
  }
  return sum;
}

/** The calibrated ratio of a fused score, for so much evidence. */
export function calibrated(raw: number, { calibration }: Calibrating, keys: number, windows: number): number {
  const slope = interpolated(calibration, keys, windows, (cell) => cell.slope);
  const offset = interpolated(calibration, keys, windows, (cell) => cell.offset);
  return Math.min(Math.max(slope * raw + offset, -LARGEST_LLR), LARGEST_LLR);
}

/**
 * The least ratio to accept at a false match rate, interpolated in its logarithm.
 *
 * @throws TypeError if `targetFmr` is no number; RangeError outside .001 to .1.
 */
export function thresholdAt(targetFmr: number, { calibration }: Calibrating, keys: number, windows: number): number {
  if (typeof targetFmr !== 'number') {
    throw new TypeError('targetFmr must be a number');
  }
  const last = CALIBRATED_RATES.length - 1;
  if (!(targetFmr <= CALIBRATED_RATES[0] && targetFmr >= CALIBRATED_RATES[last])) {
    throw new RangeError(`targetFmr must be a fraction from ${CALIBRATED_RATES[last]} to ${CALIBRATED_RATES[0]}`);
  }
  const below = CALIBRATED_RATES.findIndex((rate) => rate <= targetFmr);
  const at = (rate: number) => interpolated(calibration, keys, windows, ({ thresholds }) => thresholds[rate]);
  if (below === 0) {
    return at(0);
  }
  const [high, low] = [CALIBRATED_RATES[below - 1], CALIBRATED_RATES[below]];
  const share = Math.log(high / targetFmr) / Math.log(high / low);
  return (1 - share) * at(below - 1) + share * at(below);
}

/** Between the cells by the logarithm of keys and windows; beyond the outer ones as there. */
function interpolated(cells: readonly CalibrationCell[], keys: number, windows: number, of: (cell: CalibrationCell) => number): number {
  const [keyPlace, keyShare] = placeIn(CALIBRATED_KEYS, keys);
  // Cells on either side of `MANY_WINDOWS` were measured with different weights: nothing lies between them.
  const [fewest, most] =
    windows < MANY_WINDOWS ? [CALIBRATED_WINDOWS[0], CALIBRATED_WINDOWS[1]] : [CALIBRATED_WINDOWS[2], CALIBRATED_WINDOWS[3]];
  const [windowPlace, windowShare] = placeIn(CALIBRATED_WINDOWS, Math.min(Math.max(windows, fewest), most));
  const cell = (key: number, window: number) => of(cells[key * CALIBRATED_WINDOWS.length + window]);
  const between = (key: number) => (1 - windowShare) * cell(key, windowPlace) + windowShare * cell(key, windowPlace + 1);
  return (1 - keyShare) * between(keyPlace) + keyShare * between(keyPlace + 1);
}

function placeIn(marks: readonly number[], value: number): [place: number, share: number] {
  const bounded = Math.min(Math.max(value, marks[0]), marks[marks.length - 1]);
  const place = Math.max(
    0,
    marks.findIndex((mark) => mark >= bounded),
  );
  const below = Math.max(0, place - 1);
  return [below, Math.log(bounded / marks[below]) / Math.log(marks[below + 1] / marks[below])];
}
