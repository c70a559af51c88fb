import { type FreeTextTimings, type Insufficient, insufficient } from '@tacit-auth/features';

/** Fewest different keys, holds and press-press times of a window of a person's text, in tenths of a ms. A clock of 16 ms leaves that many. */
const LEAST_DIFFERENT = { keys: 5, holds: 3, latencies: 3 } as const;
/** Largest share of a window that one key, one hold or one press-press time may have. */
const LARGEST_SHARE = 0.8;

/**
 * Whether a window is one that a person could have typed as text: several keys, several hold times, several press-press times, none of which is nearly all. Whether the times are a person's
 * at all is for the population to say, and whether they come from a script for the checks.
 */
export function implausible({ keys, hold, pressPress }: FreeTextTimings): Insufficient | undefined {
  const differing = [
    ['keys', keys, LEAST_DIFFERENT.keys],
    ['hold times', tenths(hold), LEAST_DIFFERENT.holds],
    ['press-press times', tenths(pressPress), LEAST_DIFFERENT.latencies],
  ] as const;
  for (const [name, values, least] of differing) {
    const counts = new Map<number, number>();
    let most = 0;
    for (const value of values) {
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      most = Math.max(most, count);
    }
    if (counts.size < least || most > LARGEST_SHARE * values.length) {
      return insufficient('degenerate-input', `${counts.size} different ${name}`);
    }
  }
  return undefined;
}

/** Missing ones left out: no two of NaN are alike, and none is a time. */
function tenths(times: Float64Array): Float64Array {
  return times.filter((time) => !Number.isNaN(time)).map((time) => Math.round(10 * time));
}
