import { type FreeTextTimings, type Insufficient, insufficient } from '@tacit-auth/features';

/** Fewest different keys of a window of a person's text, and of its times in tenths of a ms: a clock of 34 ms leaves as many. */
const LEAST_DIFFERENT = { keys: 5, times: 3 } as const;
/** Largest share of a window that one key or one time may have. */
const LARGEST_SHARE = 0.8;

/**
 * What every person's holds and press-press times go beyond, in ms: the median, and the width of the middle four fifths. Of 15,192 windows of Aalto's
 * sentences, on their own clock and on one of 16 ms, and of 3,800 of Pace University, none falls below: the least are 42 and 8, 40 and 47.
 */
const LEAST_TIMES = {
  hold: { median: 15, width: 6 },
  pressPress: { median: 30, width: 20 },
} as const;

/**
 * Whether a window is one that a person could have typed as text: several keys and times, none of which is nearly all, no metronome, at a pace that hands
 * have. Whether the times are a person's at all is for the population to say, and whether they come from a script for the checks.
 */
export function implausible({ keys, hold, pressPress }: FreeTextTimings): Insufficient | undefined {
  if (isMonotonous(keys, LEAST_DIFFERENT.keys)) {
    return insufficient('degenerate-input', 'nearly the same keys');
  }
  for (const [name, times, { median, width }] of [
    ['hold', hold, LEAST_TIMES.hold],
    ['press-press', pressPress, LEAST_TIMES.pressPress],
  ] as const) {
    // No two of NaN are alike, and none is a time.
    const seen = times.filter((time) => !Number.isNaN(time)).sort();
    const at = (share: number) => seen[Math.floor(share * (seen.length - 1))];
    const tenths = seen.map((time) => Math.round(10 * time));
    if (seen.length < 2 || isMonotonous(tenths, LEAST_DIFFERENT.times) || at(0.5) < median || at(0.9) - at(0.1) < width) {
      return insufficient('degenerate-input', `nearly the same ${name} times, or faster than hands`);
    }
  }
  return undefined;
}

function isMonotonous(values: Uint8Array | Float64Array, leastDifferent: number): boolean {
  const counts = new Map<number, number>();
  let most = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    most = Math.max(most, count);
  }
  return counts.size < leastDifferent || most > LARGEST_SHARE * values.length;
}
