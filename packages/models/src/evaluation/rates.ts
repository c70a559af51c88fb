/**
 * Rates of verification errors. In every function higher scores are more genuine, an attempt is accepted where score >= threshold, and rates are
 * fractions. Arrays are not changed.
 *
 * @throws TypeError where an argument is not a Float64Array; RangeError where one is empty or holds a number that is not finite.
 */

/** One operating point: what happens when attempts scoring at least `threshold` are accepted. */
export interface OperatingPoint {
  readonly threshold: number;
  /** False match rate: share of impostor attempts accepted. */
  readonly fmr: number;
  /** False non-match rate: share of genuine attempts rejected. */
  readonly fnmr: number;
}

export function assertScores(scores: unknown, name: string): asserts scores is Float64Array {
  if (!(scores instanceof Float64Array)) {
    throw new TypeError(`${name} must be a Float64Array`);
  }
  if (scores.length === 0) {
    throw new RangeError(`${name} must not be empty`);
  }
  if (!scores.every(Number.isFinite)) {
    throw new RangeError(`${name} must hold finite numbers`);
  }
}

export function assertThreshold(threshold: unknown): asserts threshold is number {
  if (typeof threshold !== 'number') {
    throw new TypeError('threshold must be a number');
  }
  if (Number.isNaN(threshold)) {
    throw new RangeError('threshold must not be NaN');
  }
}

function shareAtLeast(scores: Float64Array, threshold: number): number {
  let count = 0;
  for (const score of scores) {
    count += score >= threshold ? 1 : 0;
  }
  return count / scores.length;
}

/** Share of impostor attempts with score >= threshold. */
export function falseMatchRate(impostor: Float64Array, threshold: number): number {
  assertScores(impostor, 'impostor');
  assertThreshold(threshold);
  return shareAtLeast(impostor, threshold);
}

/** Share of genuine attempts with score < threshold. */
export function falseNonMatchRate(genuine: Float64Array, threshold: number): number {
  assertScores(genuine, 'genuine');
  assertThreshold(threshold);
  let rejected = 0;
  for (const score of genuine) {
    rejected += score < threshold ? 1 : 0;
  }
  return rejected / genuine.length;
}

/**
 * Every operating point, by rising threshold: one for each distinct score, and a last one at Infinity that accepts nobody. FMR falls, FNMR rises.
 */
export function rocCurve(genuine: Float64Array, impostor: Float64Array): OperatingPoint[] {
  assertScores(genuine, 'genuine');
  assertScores(impostor, 'impostor');
  const own = genuine.slice().sort();
  const others = impostor.slice().sort();
  const points: OperatingPoint[] = [];
  let below = 0;
  let othersBelow = 0;
  while (below < own.length || othersBelow < others.length) {
    const threshold = Math.min(own[below] ?? Number.POSITIVE_INFINITY, others[othersBelow] ?? Number.POSITIVE_INFINITY);
    points.push({ threshold, fmr: (others.length - othersBelow) / others.length, fnmr: below / own.length });
    while (below < own.length && own[below] === threshold) {
      below++;
    }
    while (othersBelow < others.length && others[othersBelow] === threshold) {
      othersBelow++;
    }
  }
  points.push({ threshold: Number.POSITIVE_INFINITY, fmr: 0, fnmr: 1 });
  return points;
}

/**
 * The rate at which FMR and FNMR are equal: where the two step curves cross, interpolated linearly between the operating points on either side.
 * (The mean of both rates at the nearest threshold would flatter a person with few genuine attempts.)
 */
export function equalErrorRate(genuine: Float64Array, impostor: Float64Array): number {
  const points = rocCurve(genuine, impostor);
  // The first point accepts everybody (FNMR 0, FMR 1), the last nobody: there is a crossing.
  let i = 1;
  while (points[i].fnmr < points[i].fmr) {
    i++;
  }
  const before = points[i - 1];
  const after = points[i];
  const gapBefore = before.fmr - before.fnmr;
  const gapAfter = after.fnmr - after.fmr;
  const share = gapBefore / (gapBefore + gapAfter);
  return before.fmr + share * (after.fmr - before.fmr);
}

/**
 * The least FNMR of any operating point whose FMR is at most `targetFmr`. Not interpolated: a threshold either holds the rate or does not.
 *
 * @throws TypeError or RangeError if `targetFmr` is not a number from 0 to 1.
 */
export function fnmrAtFmr(genuine: Float64Array, impostor: Float64Array, targetFmr: number): number {
  if (typeof targetFmr !== 'number') {
    throw new TypeError('targetFmr must be a number');
  }
  if (!(targetFmr >= 0 && targetFmr <= 1)) {
    throw new RangeError('targetFmr must be a fraction from 0 to 1');
  }
  const points = rocCurve(genuine, impostor);
  let i = 0;
  while (points[i].fmr > targetFmr) {
    i++;
  }
  return points[i].fnmr;
}

/** Area under the ROC curve: the chance that a random genuine attempt scores above a random impostor one, ties counting half. */
export function auc(genuine: Float64Array, impostor: Float64Array): number {
  const points = rocCurve(genuine, impostor);
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const { fmr, fnmr } = points[i];
    const before = points[i - 1];
    area += (before.fmr - fmr) * (1 - (before.fnmr + fnmr) / 2);
  }
  // Rounding of a long sum may pass 1.
  return Math.min(1, area);
}
