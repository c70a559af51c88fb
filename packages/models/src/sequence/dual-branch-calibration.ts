import { cutOffAt } from '../threshold-table';

/** The largest size of a log-likelihood ratio: no number of background people supports more. */
const LARGEST_LLR = 12;
/** A distance below this says no more for the customer. */
const LEAST_DISTANCE = 1e-4;

/** What distances mean where the profile has so many samples. */
export interface CalibrationRow {
  readonly samples: number;
  /** Log odds = offset + slope x ln(distance). The slope is below 0: what lies nearer speaks for the customer. */
  readonly offset: number;
  readonly slope: number;
  /** The log odds at or above which impostors lie, for each of the rates. */
  readonly cutOffs: readonly number[];
}

/** From distances to log-likelihood ratios; fitted on the background people of the network and kept with its weights. */
export interface DualBranchCalibration {
  /** False match rates, ascending. */
  readonly rates: readonly number[];
  /** Ascending in samples; between two of them it is interpolated in the logarithm of samples, beyond them the nearest counts. */
  readonly rows: readonly CalibrationRow[];
}

/** Log-likelihood ratio of a distance from 0 to 1. */
export function llrOf(calibration: DualBranchCalibration, samples: number, distance: number): number {
  const logDistance = logOf(distance);
  return bounded(between(calibration, samples, ({ offset, slope }) => offset + slope * logDistance));
}

/** The least log-likelihood ratio to accept at a false match rate. @throws TypeError, RangeError outside the rates of the calibration. */
export function dualBranchThreshold(calibration: DualBranchCalibration, samples: number, targetFmr: number): number {
  return bounded(
    between(calibration, samples, ({ cutOffs }) => {
      return cutOffAt(
        calibration.rates.map((rate, index) => [rate, cutOffs[index]] as const),
        targetFmr,
      );
    }),
  );
}

/** The logarithm of a distance that calibrations use. */
export function logOf(distance: number): number {
  return Math.log(Math.max(distance, LEAST_DISTANCE));
}

/** Largest number in a calibration, and most rates and rows. */
const BOUNDS = { number: 1000, rates: 16, rows: 16, samples: 65_535 };

/** @throws TypeError for another shape; RangeError for a number out of range or out of order. */
export function assertCalibration(value: unknown): asserts value is DualBranchCalibration {
  const { rates, rows } = (value ?? {}) as Partial<DualBranchCalibration>;
  if (
    !Array.isArray(rates) ||
    !Array.isArray(rows) ||
    rows.some((row) => !Array.isArray((row as Partial<CalibrationRow> | null)?.cutOffs))
  ) {
    throw new TypeError('weights.calibration must have rates, and rows with cutOffs');
  }
  if (rates.length < 2 || rates.length > BOUNDS.rates || !isAscending(rates) || !(rates[0] > 0 && rates[rates.length - 1] < 1)) {
    throw new RangeError(`weights.calibration.rates must be 2 to ${BOUNDS.rates} ascending fractions`);
  }
  const table = rows as readonly CalibrationRow[];
  const samples = table.map((row) => row.samples);
  if (
    table.length < 1 ||
    table.length > BOUNDS.rows ||
    !isAscending(samples) ||
    !(samples[0] >= 1 && samples[samples.length - 1] <= BOUNDS.samples)
  ) {
    throw new RangeError(`weights.calibration.rows must be 1 to ${BOUNDS.rows}, ascending in samples from 1 to ${BOUNDS.samples}`);
  }
  for (const { offset, slope, cutOffs } of table) {
    if (cutOffs.length !== rates.length || ![offset, slope, ...cutOffs].every((each) => Math.abs(each) <= BOUNDS.number) || !(slope < 0)) {
      throw new RangeError(`weights.calibration.rows must have a cut-off a rate, a slope below 0 and numbers within ${BOUNDS.number}`);
    }
  }
}

function isAscending(values: readonly unknown[]): values is readonly number[] {
  return values.every(
    (value, index) => typeof value === 'number' && (index === 0 ? Number.isFinite(value) : value > (values[index - 1] as number)),
  );
}

function between({ rows }: DualBranchCalibration, samples: number, value: (row: CalibrationRow) => number): number {
  const above = rows.findIndex((row) => row.samples >= samples);
  if (above <= 0) {
    return value(above === 0 ? rows[0] : rows[rows.length - 1]);
  }
  const [low, high] = [rows[above - 1], rows[above]];
  const share = Math.log(samples / low.samples) / Math.log(high.samples / low.samples);
  return value(low) + share * (value(high) - value(low));
}

function bounded(llr: number): number {
  return Math.min(Math.max(llr, -LARGEST_LLR), LARGEST_LLR);
}
