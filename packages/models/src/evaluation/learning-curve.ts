import { type FigureOptions, type UserScores, type VerificationFigures, verificationFigures } from './verification-figures';

export interface LearningCurveStep {
  /** Attempts that the templates had seen. */
  readonly attempts: number;
  readonly users: readonly UserScores[];
}

export interface LearningCurvePoint extends VerificationFigures {
  readonly attempts: number;
}

/**
 * How the error falls as templates grow: the figures of each step, by rising number of attempts. Every step is resampled with the same seed, so
 * that steps over the same people are compared over the same resamples.
 *
 * @throws as {@link verificationFigures}; RangeError if a number of attempts comes twice or is no integer of 1 or more.
 */
export function learningCurve(steps: readonly LearningCurveStep[], options: FigureOptions): LearningCurvePoint[] {
  if (!Array.isArray(steps)) {
    throw new TypeError('steps must be an array');
  }
  const sorted = [...(steps as readonly LearningCurveStep[])].sort((a, b) => a.attempts - b.attempts);
  sorted.forEach(({ attempts }, i) => {
    if (!Number.isInteger(attempts) || attempts < 1 || attempts === sorted[i - 1]?.attempts) {
      throw new RangeError('steps must have different numbers of attempts, integers of 1 or more');
    }
  });
  return sorted.map(({ attempts, users }) => ({ attempts, ...verificationFigures(users, options) }));
}
