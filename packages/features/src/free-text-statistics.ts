/** Statistics of the first `count` numbers of an array, written into a summary. Scratch is reused: nothing here may be interrupted. */

const MOST_GROUPS = 64;
const counts = new Float64Array(MOST_GROUPS);
const masses = new Float64Array(MOST_GROUPS);
let sorted = new Float64Array(256);

/** What the square root of a share is scaled with, so that histograms weigh about as much as deviations. */
export const SHARE_WEIGHT = 3;

/** Quantiles of a long and of a short set: p of `quantiles`. */
export const SEVEN = Float64Array.of(0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95);
export const THREE = Float64Array.of(0.2, 0.5, 0.8);

/**
 * Mean of the values of each group, shrunk to 0 as if `shrinkage` further values of 0 had been seen: sum / (number + shrinkage). 0 for a group
 * without values. Writes `groups` numbers from `at`, each times `weight`, and returns where the next one goes.
 */
export function groupMeans(
  out: Float64Array,
  at: number,
  groups: number,
  groupOf: Uint8Array | Int8Array,
  values: Float64Array,
  count: number,
  shrinkage: number,
  weight = 1,
): number {
  counts.fill(shrinkage, 0, groups);
  out.fill(0, at, at + groups);
  for (let i = 0; i < count; i++) {
    const group = groupOf[i]!;
    // A group of -1 counts nowhere.
    if (group >= 0) {
      out[at + group]! += values[i]!;
      counts[group]!++;
    }
  }
  for (let group = 0; group < groups; group++) {
    out[at + group]! *= weight / counts[group]!;
  }
  return at + groups;
}

/**
 * Quantiles by linear interpolation at rank (n - 1) p, each times `weight`; zeros where there are no values. With `groupOf`, of the values of one group alone.
 */
export function quantiles(
  out: Float64Array,
  at: number,
  shares: Float64Array,
  values: Float64Array,
  count: number,
  weight = 1,
  groupOf?: Uint8Array,
  group = 0,
): number {
  if (sorted.length < count) {
    sorted = new Float64Array(2 * count);
  }
  let size = 0;
  for (let i = 0; i < count; i++) {
    if (groupOf === undefined || groupOf[i] === group) {
      sorted[size++] = values[i]!;
    }
  }
  if (size === 0) {
    out.fill(0, at, at + shares.length);
    return at + shares.length;
  }
  sortFirst(size);
  for (const share of shares) {
    const rank = (size - 1) * share;
    const below = Math.floor(rank);
    const low = sorted[below]!;
    const high = sorted[Math.min(below + 1, size - 1)]!;
    out[at++] = weight * (low + (rank - below) * (high - low));
  }
  return at;
}

/** Insertion sort: windows are short, and for so few numbers it beats the general one. */
function sortFirst(size: number): void {
  if (size > 96) {
    sorted.subarray(0, size).sort();
    return;
  }
  for (let i = 1; i < size; i++) {
    const value = sorted[i]!;
    let j = i - 1;
    while (j >= 0 && sorted[j]! > value) {
      sorted[j + 1] = sorted[j]!;
      j--;
    }
    sorted[j + 1] = value;
  }
}

/**
 * Histogram in which a value between two knots counts for both, by its nearness; beyond the outer ones it counts for those. Writes 3 sqrt(share + 1 %)
 * for each knot: a square root makes the variance of a share even (Anscombe), and the 1 % keeps a single value from deciding.
 */
export function softHistogram(out: Float64Array, at: number, knots: Float64Array, values: Float64Array, count: number): number {
  const last = knots.length - 1;
  masses.fill(0, 0, knots.length);
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value <= knots[0]!) {
      masses[0]!++;
    } else if (value >= knots[last]!) {
      masses[last]!++;
    } else {
      let below = 0;
      while (knots[below + 1]! < value) {
        below++;
      }
      const share = (value - knots[below]!) / (knots[below + 1]! - knots[below]!);
      masses[below]! += 1 - share;
      masses[below + 1]! += share;
    }
  }
  for (let knot = 0; knot <= last; knot++) {
    out[at++] = shareOf(masses[knot]!, count);
  }
  return at;
}

/** 3 sqrt(share + 1 %). */
export function shareOf(number: number, count: number): number {
  return SHARE_WEIGHT * Math.sqrt(number / count + 0.01);
}

/** Standard deviation, divided by n; 0 for no value. With `groupOf`, of the values of one group alone, and 0 for two or fewer. */
export function spread(values: Float64Array, count: number, groupOf?: Uint8Array, group = 0): number {
  let size = 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    if (groupOf === undefined || groupOf[i] === group) {
      size++;
      sum += values[i]!;
    }
  }
  if (size === 0) {
    return 0;
  }
  const mean = sum / size;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    if (groupOf === undefined || groupOf[i] === group) {
      squares += (values[i]! - mean) * (values[i]! - mean);
    }
  }
  return Math.sqrt(squares / size);
}

/** 2 cov(x, y) / (sd x sd y + .3): a correlation that little spread can not blow up. Both from their entry `start` on; `lag` shifts x back. */
export function softCorrelation(x: Float64Array, y: Float64Array, count: number, lag = 0): number {
  const size = count - lag;
  if (size <= 0) {
    return 0;
  }
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < size; i++) {
    sumX += x[i]!;
    sumY += y[i + lag]!;
  }
  const meanX = sumX / size;
  const meanY = sumY / size;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < size; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i + lag]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return (2 * xy) / size / (Math.sqrt((xx / size) * (yy / size)) + 0.3);
}
