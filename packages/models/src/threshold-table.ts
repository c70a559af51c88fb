/** Cut-offs measured at a few false match rates, ascending in rate. */
export type ThresholdTable = readonly (readonly [falseMatchRate: number, cutOff: number])[];

/**
 * The cut-off at a false match rate, interpolated in its logarithm. Never extrapolated: beyond the table nothing was measured.
 *
 * @throws TypeError if `targetFmr` is not a number; RangeError outside the table.
 */
export function cutOffAt(table: ThresholdTable, targetFmr: number): number {
  if (typeof targetFmr !== 'number') {
    throw new TypeError('targetFmr must be a number');
  }
  for (let i = 1; i < table.length; i++) {
    const [lowRate, lowCut] = table[i - 1];
    const [highRate, highCut] = table[i];
    if (targetFmr >= lowRate && targetFmr <= highRate) {
      const share = Math.log(targetFmr / lowRate) / Math.log(highRate / lowRate);
      return lowCut + share * (highCut - lowCut);
    }
  }
  throw new RangeError(`targetFmr must be a fraction from ${table[0][0]} to ${table[table.length - 1][0]}`);
}
