import { LARGEST_LLR } from './fixed-text-calibration';
import { cutOffAt } from './threshold-table';

/** What raw evidence means for profiles of so many samples. */
export interface CalibrationRow {
  readonly samples: number;
  /** Log odds that this is the customer = slope x evidence + offset, for equal priors. */
  readonly slope: number;
  readonly offset: number;
  /** Evidence that impostors exceed at each of {@link CALIBRATED_RATES}. */
  readonly cutOffs: readonly number[];
}

/** Numbers for a method by the size of a profile, ascending in samples. A change of any is a new id. */
export interface SampleCalibration {
  readonly id: string;
  readonly rows: readonly CalibrationRow[];
}

/** False match rates at which cut-offs were measured. */
export const CALIBRATED_RATES = Object.freeze([0.001, 0.005, 0.01, 0.02, 0.05]);

/** The log-likelihood ratio of evidence (higher = customer), interpolated in the logarithm of the samples and bounded to -12..12. */
export function llrBySamples({ rows }: SampleCalibration, samples: number, evidence: number): number {
  const slope = bySamples(rows, samples, (row) => row.slope);
  const offset = bySamples(rows, samples, (row) => row.offset);
  return Math.min(Math.max(slope * evidence + offset, -LARGEST_LLR), LARGEST_LLR);
}

/** The least log-likelihood ratio to accept at a false match rate. @throws TypeError, or RangeError outside the rates measured. */
export function thresholdBySamples(calibration: SampleCalibration, samples: number, targetFmr: number): number {
  const cutOffs = CALIBRATED_RATES.map((rate, i) => [rate, bySamples(calibration.rows, samples, (row) => row.cutOffs[i])] as const);
  return llrBySamples(calibration, samples, cutOffAt(cutOffs, targetFmr));
}

function bySamples(rows: readonly CalibrationRow[], samples: number, number: (row: CalibrationRow) => number): number {
  if (samples <= rows[0].samples) {
    return number(rows[0]);
  }
  for (let i = 1; i < rows.length; i++) {
    const low = rows[i - 1];
    const high = rows[i];
    if (samples <= high.samples) {
      const share = Math.log(samples / low.samples) / Math.log(high.samples / low.samples);
      return number(low) + share * (number(high) - number(low));
    }
  }
  return number(rows[rows.length - 1]);
}
