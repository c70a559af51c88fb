import { assertFixedTextVector, type FixedTextVector, hasHolds, keysOf } from './fixed-text-vector';
import { type Insufficient, insufficient } from './insufficient';
import { type MeanAndDeviation, meanAndDeviation } from './mean-and-deviation';

/** The schema of {@link SummaryOfEight}. A change of meaning is a new number. */
export const SUMMARY_OF_EIGHT_SCHEMA = 'summary-of-eight/1';

/** Mean and sample standard deviation of each of the four kinds of timing, in ms. */
export interface SummaryOfEight {
  readonly schema: typeof SUMMARY_OF_EIGHT_SCHEMA;
  readonly hold: MeanAndDeviation;
  readonly pressPress: MeanAndDeviation;
  readonly releaseRelease: MeanAndDeviation;
  readonly releasePress: MeanAndDeviation;
}

/**
 * The classical eight numbers of an entry.
 *
 * Insufficient: `too-few-keys` for a single key, which has no transition; `missing-releases` for press-press times alone.
 *
 * @throws TypeError or RangeError if `vector` is not a fixed-text vector.
 */
export function summaryOfEight(vector: FixedTextVector): SummaryOfEight | Insufficient {
  assertFixedTextVector(vector);
  if (keysOf(vector) < 2) {
    return insufficient('too-few-keys', '1 of at least 2 keys');
  }
  if (!hasHolds(vector)) {
    return insufficient('missing-releases', 'press-press times alone');
  }
  return {
    schema: SUMMARY_OF_EIGHT_SCHEMA,
    hold: meanAndDeviation(vector.hold),
    pressPress: meanAndDeviation(vector.pressPress),
    releaseRelease: meanAndDeviation(vector.releaseRelease),
    releasePress: meanAndDeviation(vector.releasePress),
  };
}
