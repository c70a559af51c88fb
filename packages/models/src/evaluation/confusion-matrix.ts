import { assertScores, assertThreshold } from './rates';

/** Decisions at one threshold against the truth. */
export interface ConfusionMatrix {
  readonly genuineAccepted: number;
  readonly genuineRejected: number;
  readonly impostorAccepted: number;
  readonly impostorRejected: number;
  /** Share of right decisions; follows the mix of attempts, so it says little where impostors outnumber the genuine. */
  readonly accuracy: number;
  /** Mean of the two shares of right decisions. */
  readonly balancedAccuracy: number;
  /** Share of accepted attempts that were genuine; NaN where none was accepted. */
  readonly precision: number;
  /** Share of genuine attempts accepted: 1 - FNMR. */
  readonly recall: number;
  /** Share of impostor attempts accepted. */
  readonly fmr: number;
  readonly fnmr: number;
}

/**
 * Counts of accepted and rejected attempts, accepted where score >= threshold.
 *
 * @throws as the other rates.
 */
export function confusionMatrix(genuine: Float64Array, impostor: Float64Array, threshold: number): ConfusionMatrix {
  assertScores(genuine, 'genuine');
  assertScores(impostor, 'impostor');
  assertThreshold(threshold);
  const genuineAccepted = acceptedOf(genuine, threshold);
  const impostorAccepted = acceptedOf(impostor, threshold);
  const genuineRejected = genuine.length - genuineAccepted;
  const impostorRejected = impostor.length - impostorAccepted;
  const recall = genuineAccepted / genuine.length;
  const fmr = impostorAccepted / impostor.length;
  return {
    genuineAccepted,
    genuineRejected,
    impostorAccepted,
    impostorRejected,
    accuracy: (genuineAccepted + impostorRejected) / (genuine.length + impostor.length),
    balancedAccuracy: (recall + 1 - fmr) / 2,
    precision: genuineAccepted / (genuineAccepted + impostorAccepted),
    recall,
    fmr,
    fnmr: genuineRejected / genuine.length,
  };
}

function acceptedOf(scores: Float64Array, threshold: number): number {
  let count = 0;
  for (const score of scores) {
    count += score >= threshold ? 1 : 0;
  }
  return count;
}
