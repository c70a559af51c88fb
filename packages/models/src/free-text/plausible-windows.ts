import { FREE_TEXT_SPREADS, type FreeTextTimings, type Insufficient, insufficient } from '@tacit-auth/features';

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

/**
 * How much the deviations of a person's times from those of others differ among themselves, at least, in scales of the table: of holds, of press-press times, and of the more
 * uneven of the two. Of 30,384 windows of Aalto's training people, on their own clock and on one of 16 ms, and of 3,786 of Pace University, by
 * populations of either, the least are .25, .30 and .38.
 */
const LEAST_SPREAD = { hold: 0.2, pressPress: 0.25, either: 0.35 } as const;

/**
 * Whether a summary is of times that follow those of all people more closely than any person does. Such a window is near everybody: the ratio alone would take it for the
 * customer more often than it takes a stranger.
 */
export function follows(summary: Float64Array): Insufficient | undefined {
  const [hold, pressPress] = [FREE_TEXT_SPREADS.hold, FREE_TEXT_SPREADS.pressPress].map((at) => Math.exp(summary[at]) - 0.1);
  return hold < LEAST_SPREAD.hold || pressPress < LEAST_SPREAD.pressPress || Math.max(hold, pressPress) < LEAST_SPREAD.either
    ? insufficient('degenerate-input', 'nearer to the times of all people than any person')
    : undefined;
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
