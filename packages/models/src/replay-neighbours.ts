import { sumOfCappedDifferences } from './capped-differences';
import type { ComparableEntries } from './replay-comparable';
import type { NearestReplay } from './replay-distance';

/** Most that one time may count, in ms. */
const MOST_DIFFERENCE = 50;
/** Fewest earlier entries of which the second nearest says how near a person comes to himself. */
const LEAST_ENTRIES = 20;
/** The nearest is a source of the entry where it lies at less than this share of the distance of the second nearest; see the README. */
const MOST_SHARE = 0.52;
/** The same for few times, for each of them and one more: the fewer there are, the more the two distances differ by chance. */
const SHARE_OF_TIME = 0.025;
/**
 * An earlier entry within so many times the distance of the nearest from it is no second: it may be a copy of the same entry, kept before. Among few
 * entries so wide a reach leaves no honest second.
 */
const COPY_REACH = 1.5;
const COPY_REACH_AMONG_FEW = 1.3;
const FEW_ENTRIES = 60;

/**
 * The replay with noise: an entry much nearer to one earlier entry than to any other. People come about equally near to their two nearest; a replay with 5 ms
 * of noise is beyond the limit of `nearestReplay` and yet less than half as far from its source as from the second nearest. Distances are mean
 * absolute differences of times, each counted to at most 50 ms.
 *
 * Copies of the source do not hide it: the second nearest is the nearest of those that are not near the nearest.
 *
 * @returns as `distance` the share, the distance of the nearest in parts of that of the second nearest, where it is below `limit`; undefined where no entry
 * is a source, or there are fewer than 20 entries of a kind.
 */
export function nearestOfTwo(kinds: readonly ComparableEntries[]): NearestReplay | undefined {
  for (const kind of kinds) {
    const found = kind.starts.length < LEAST_ENTRIES ? undefined : sourceAmong(kind);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function sourceAmong({ own, times, starts }: ComparableEntries): NearestReplay | undefined {
  const limit = Math.min(MOST_SHARE, SHARE_OF_TIME * (own.length + 1));
  const sums = new Float64Array(starts.length);
  let nearest = 0;
  for (let i = 0; i < sums.length; i++) {
    // Farther out than this an entry hides no source, however near the nearest turns out to be.
    const most = i === 0 ? Number.POSITIVE_INFINITY : sums[nearest] / limit;
    sums[i] = sumOfCappedDifferences(own, 0, times, starts[i], own.length, MOST_DIFFERENCE, most);
    nearest = sums[i] < sums[nearest] ? i : nearest;
  }
  if (sums.every((sum) => limit * sum <= sums[nearest])) {
    return undefined;
  }
  const reach = (sums.length < FEW_ENTRIES ? COPY_REACH_AMONG_FEW : COPY_REACH) * sums[nearest];
  const isCopy = (i: number) =>
    sumOfCappedDifferences(times, starts[nearest], times, starts[i], own.length, MOST_DIFFERENCE, reach) <= reach;
  for (let i = 0; i < sums.length; i++) {
    if (i !== nearest && limit * sums[i] <= sums[nearest] && !isCopy(i)) {
      return undefined;
    }
  }
  let second = Number.POSITIVE_INFINITY;
  for (let i = 0; i < sums.length; i++) {
    if (i !== nearest && !isCopy(i)) {
      second = Math.min(second, sumOfCappedDifferences(own, 0, times, starts[i], own.length, MOST_DIFFERENCE, second));
    }
  }
  const share = sums[nearest] / second;
  return second < Number.POSITIVE_INFINITY && share < limit ? { distance: share, limit } : undefined;
}
