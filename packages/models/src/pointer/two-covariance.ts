import type { PointerPopulation } from './population';

/**
 * How many independent windows an action counts for: overlapping windows, and actions of one task, are alike. A window of 20 s with 25 actions
 * counts .9.
 */
const WINDOWS_PER_ACTION = 0.9 / 25;
/** However much was seen, days differ: the customer is not known better than from so many independent windows. */
const MOST_WINDOWS = 20;

export interface Side {
  readonly mean: ArrayLike<number>;
  readonly actions: number;
}

/**
 * Natural-log likelihood ratio that both sides are of one person, by the two-covariance model (Brümmer and de Villiers, _The speaker partitioning problem_,
 * Odyssey 2010): in each dimension people lie about the average with variance b, and the mean of n windows about the person with variance 1/n.
 * Its quadratic form has a largest value, whatever the probe: in a dimension no probe gains more than the profile itself is unusual.
 */
export function twoCovarianceRatio(profile: Side, probe: Side, { between, centre }: Pick<PointerPopulation, 'between' | 'centre'>): number {
  const enrolled = Math.min(profile.actions * WINDOWS_PER_ACTION, MOST_WINDOWS);
  const probed = Math.min(probe.actions * WINDOWS_PER_ACTION, MOST_WINDOWS);
  let sum = 0;
  for (let d = 0; d < between.length; d++) {
    const b = between[d];
    const posterior = 1 / (1 / b + enrolled);
    const expected = posterior * enrolled * (profile.mean[d] - centre[d]);
    const seen = probe.mean[d] - centre[d];
    const same = posterior + 1 / probed;
    const other = b + 1 / probed;
    const off = seen - expected;
    sum += Math.log(other / same) + (seen * seen) / other - (off * off) / same;
  }
  return sum / 2;
}
