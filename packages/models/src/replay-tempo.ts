import type { ComparableEntries } from './replay-comparable';
import type { NearestReplay } from './replay-distance';

/** Under so many ms the clock's step and a slip of the finger outweigh the tempo; such a time is passed over. */
const LEAST_TIME = 10;
/** Most that one time may count: a time of twice or half as long. */
const MOST_RATIO = 0.7;
/** Entries so much alike but for their tempo are one; see the README. Fewer times come out alike more easily, and so few always might. */
const LIMIT = 0.035;
const LIMIT_OF_TIME = 0.0025;
const TIMES_BY_CHANCE = 7;
/** Rounding may order two sums of the same times differently; by so much a bound must lie above before an entry is passed over. */
const ROUNDING = 1 + 1e-9;

/**
 * The replay stretched in time: an earlier entry whose times are all longer, or all shorter, by one factor. The distance is the mean of
 * |ln(time / earlier time) - m|, each counted to at most .7, where m is the median of the logarithms, over times that are 10 ms or more in both entries.
 *
 * @returns the nearest by distance in parts of the limit, where it is below it.
 */
export function nearestInTempo(kinds: readonly ComparableEntries[]): NearestReplay | undefined {
  let found: NearestReplay | undefined;
  for (const { own, times, starts } of kinds) {
    const logs = new Float64Array(own.length);
    // The limit is widest where no time is passed over.
    const widest = limitOf(own.length) * own.length * ROUNDING;
    for (const start of starts) {
      const most = found === undefined ? widest : (found.distance / found.limit) * widest;
      if (leastSum(own, times, start, most) <= most) {
        const here = exactDistance(own, times, start, logs);
        if (here.distance * (found?.limit ?? 1) < here.limit * (found?.distance ?? 1)) {
          found = here;
        }
      }
    }
  }
  return found;
}

const limitOf = (count: number): number => Math.min(LIMIT, LIMIT_OF_TIME * (count - TIMES_BY_CHANCE));

/**
 * A sum that the true one is not below, without logarithms and without the median: |a - m| + |b - m| >= |a - b| for each pair of neighbours, capped or
 * not, and |ln q| >= 1 - q. Given up above `most`: nearly every honest pair of entries gets there within its first third.
 */
function leastSum(own: Float64Array, times: Float64Array, start: number, most: number): number {
  let sum = 0;
  let ownBefore = 0;
  let earlierBefore = 0;
  for (let i = 0; i < own.length && sum <= most; i++) {
    const time = own[i];
    const earlier = times[start + i];
    if (time < LEAST_TIME || earlier < LEAST_TIME) {
      continue;
    }
    if (ownBefore === 0) {
      ownBefore = time;
      earlierBefore = earlier;
      continue;
    }
    const one = time * earlierBefore;
    const other = earlier * ownBefore;
    const apart = Math.abs(one - other);
    // 1 less the smaller in parts of the greater.
    sum += Math.min((2 * apart) / (one + other + apart), MOST_RATIO);
    ownBefore = 0;
  }
  return sum;
}

/** `logs` is room for as many numbers as there are times. */
function exactDistance(own: Float64Array, times: Float64Array, start: number, logs: Float64Array): NearestReplay {
  let count = 0;
  for (let i = 0; i < own.length; i++) {
    if (own[i] >= LEAST_TIME && times[start + i] >= LEAST_TIME) {
      logs[count++] = Math.log(own[i] / times[start + i]);
    }
  }
  const limit = limitOf(count);
  if (limit <= 0) {
    return { distance: Number.POSITIVE_INFINITY, limit };
  }
  const sorted = logs.subarray(0, count).sort();
  const median = (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
  let sum = 0;
  for (const log of sorted) {
    sum += Math.min(Math.abs(log - median), MOST_RATIO);
  }
  return { distance: sum / count, limit };
}
