import type { PointerCalibrationCell, PointerPopulation } from './population';

/** Actions of a probe, and of a profile, at which the calibration was measured: about 10, 20, 30 and 60 s of steady use are 13, 25, 40 and 80 actions. */
export const POINTER_CALIBRATED_PROBES = [10, 20, 40, 80, 160] as const;
export const POINTER_CALIBRATED_ENROLMENTS = [60, 120, 240, 480] as const;
/** False match rates at which thresholds were measured, falling. */
export const POINTER_CALIBRATED_RATES = [0.2, 0.1, 0.05, 0.02, 0.01] as const;
/** No evidence of this kind says more. */
export const LARGEST_POINTER_LLR = 8;

type Calibrating = Pick<PointerPopulation, 'calibration'>;

export interface PointerEvidenceCounts {
  readonly enrolled: number;
  readonly probe: number;
}

/** The calibrated ratio of a raw one, for so much evidence. */
export function calibratedPointer(raw: number, { calibration }: Calibrating, evidence: PointerEvidenceCounts): number {
  const slope = interpolated(calibration, evidence, (cell) => cell.slope);
  const offset = interpolated(calibration, evidence, (cell) => cell.offset);
  return bounded(slope * raw + offset);
}

/** A ratio cut to {@link LARGEST_POINTER_LLR}. */
export function bounded(llr: number): number {
  return Math.min(Math.max(llr, -LARGEST_POINTER_LLR), LARGEST_POINTER_LLR);
}

/**
 * The least ratio to accept at a false match rate, interpolated in its logarithm.
 *
 * @throws TypeError if `targetFmr` is no number; RangeError outside .01 to .2: beyond, too few strangers were measured.
 */
export function pointerThreshold(targetFmr: number, { calibration }: Calibrating, evidence: PointerEvidenceCounts): number {
  if (typeof targetFmr !== 'number') {
    throw new TypeError('targetFmr must be a number');
  }
  const rates = POINTER_CALIBRATED_RATES;
  const last = rates.length - 1;
  if (!(targetFmr <= rates[0] && targetFmr >= rates[last])) {
    throw new RangeError(`targetFmr must be a fraction from ${rates[last]} to ${rates[0]}`);
  }
  const at = (rate: number): number => interpolated(calibration, evidence, ({ thresholds }) => thresholds[rate]);
  const below = rates.findIndex((rate) => rate <= targetFmr);
  if (below === 0) {
    return at(0);
  }
  const share = Math.log(rates[below - 1] / targetFmr) / Math.log(rates[below - 1] / rates[below]);
  return (1 - share) * at(below - 1) + share * at(below);
}

/** Between the cells by the logarithm of the actions; beyond the outer ones as there. */
function interpolated(
  cells: readonly PointerCalibrationCell[],
  evidence: PointerEvidenceCounts,
  of: (cell: PointerCalibrationCell) => number,
): number {
  const [probe, probeShare] = placeIn(POINTER_CALIBRATED_PROBES, evidence.probe);
  const [enrolment, enrolmentShare] = placeIn(POINTER_CALIBRATED_ENROLMENTS, evidence.enrolled);
  const width = POINTER_CALIBRATED_ENROLMENTS.length;
  const between = (row: number): number =>
    (1 - enrolmentShare) * of(cells[row * width + enrolment]) + enrolmentShare * of(cells[row * width + enrolment + 1]);
  return (1 - probeShare) * between(probe) + probeShare * between(probe + 1);
}

function placeIn(marks: readonly number[], value: number): [place: number, share: number] {
  const within = Math.min(Math.max(value, marks[0]), marks[marks.length - 1]);
  const above = Math.max(
    1,
    marks.findIndex((mark) => mark >= within),
  );
  return [above - 1, Math.log(within / marks[above - 1]) / Math.log(marks[above] / marks[above - 1])];
}
