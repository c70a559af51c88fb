import { assertFixedTextVector, type FixedTextVector, isParsedTypingSample, type ParsedTypingSample } from '@tacit-auth/features';
import { believedClockStep } from './clock-grid';
import { comparableEntries } from './replay-comparable';
import { type NearestReplay, nearestReplay } from './replay-distance';
import { layOutAll, preparedTimes, type ReplayHistory } from './replay-history';
import { nearestOfTwo } from './replay-neighbours';
import { nearestInTempo } from './replay-tempo';

/** Every check, in the order in which {@link checkTyping} reports them. */
export const CHECK_IDS = ['untrusted-events', 'too-fast', 'too-regular', 'constant-hold', 'impossible-overlap', 'replayed'] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/**
 * What `replayed` measured.
 * - `distance`: from the nearest earlier entry, in ms.
 * - `share`: that distance in parts of the one from the second nearest.
 * - `tempo`: how unlike the nearest earlier entry is but for its tempo, as the mean difference of logarithms.
 */
export type ReplayMeasure = 'distance' | 'share' | 'tempo';

/** One check as data. `value` fails where it is on the wrong side of `limit`; both are in the unit named at the check. */
export interface Check {
  readonly id: CheckId;
  /** `not-applicable`: too few keys, a clock too coarse, or nothing to compare with. Never a reason to refuse. */
  readonly outcome: 'pass' | 'fail' | 'not-applicable';
  readonly value?: number;
  readonly limit?: number;
  /** Of `replayed` alone: what `value` and `limit` are of. The first that failed, or `distance`. */
  readonly measure?: ReplayMeasure;
}

export interface TypingChecks {
  /** Ids of the checks that failed; empty for an honest entry. */
  readonly failed: readonly CheckId[];
  readonly checks: readonly Check[];
}

export interface TypingCheckInput {
  readonly sample: ParsedTypingSample;
  /** The sample's fixed-text vector, where there is one; without it the replay check does not apply. */
  readonly vector?: FixedTextVector;
  /** Vectors of earlier entries, in any order, or the same prepared; those of another length are passed over. */
  readonly history: readonly FixedTextVector[] | ReplayHistory;
}

/** Words per minute, five key presses to a word. The fastest of the 20,400 entries of the CMU set reached 117. */
const FASTEST_WPM = 250;
const SPEED_LEAST_KEYS = 5;
/** Least standard deviation of press-press and of hold times, in ms, over at least so many keys. */
const LEAST_DEVIATION = 0.5;
const REGULARITY_LEAST_KEYS = 10;
/** Most keys down at once: one for each finger. */
const MOST_KEYS_DOWN = 10;
/**
 * Coarsest clock, in ms, on which regular times are no accident. A typing sample whose clock is coarser escapes `too-regular`, whether the
 * clock is as claimed or the times were rounded to bear the claim out, so a policy does well to ask for a second factor.
 */
export const COARSEST_JUDGED_CLOCK_MS = 20;
/** The same where a device tells no key-ups: press times alone repeat more easily, so the replay check ends earlier. */
export const COARSEST_JUDGED_CLOCK_OF_PRESS_TIMES_MS = 8.5;
/** The same for holds: they are short, so theirs is finer. */
const COARSEST_CLOCK_FOR_HOLDS = 5;
/** Codes that name one key. Classes of keys may repeat while another key of the class is down. */
const ONE_KEY = /^(Key[A-Z]|Digit[0-9]|Space)$/;

/**
 * Checks of a typing sample for scripts and replays: untrusted events; speed (WPM); regularity of press-press times and of holds (standard
 * deviation, ms); more than ten keys down, or one key pressed while it is down (count); near-duplicate of an earlier entry, as it was, with noise or
 * stretched in time ({@link ReplayMeasure}).
 * All is data: what follows is the caller's policy. A clock that is too coarse for a check makes it not applicable, if the times bear the claim
 * out.
 *
 * @throws TypeError if `sample` was not parsed, or `vector` or `history` is of another kind; RangeError if a vector's lengths disagree or a
 * time is not finite.
 */
export function checkTyping(input: TypingCheckInput): TypingChecks {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError('input must be an object');
  }
  const { sample, vector, history } = input;
  if (!isParsedTypingSample(sample)) {
    throw new TypeError('sample must come from parseTypingSample');
  }
  if (vector !== undefined) {
    assertFixedTextVector(vector, 'vector');
  }
  const times = timesOf(history);
  const step = believedClockStep(sample);
  const checks: Check[] = [
    { id: 'untrusted-events', outcome: sample.flags.untrusted === true ? 'fail' : 'pass' },
    checkSpeed(sample, step),
    checkRegularity(sample, step),
    checkHolds(sample, step),
    checkOverlap(sample),
    checkReplay(vector, times, step),
  ];
  return { failed: checks.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id), checks };
}

function notApplicable(id: CheckId): Check {
  return { id, outcome: 'not-applicable' };
}

function checkSpeed({ keys }: ParsedTypingSample, step: number): Check {
  if (keys.length < SPEED_LEAST_KEYS) {
    return notApplicable('too-fast');
  }
  // The true span may be up to a clock step longer than the measured one; K presses span K - 1 intervals.
  const span = (keys[keys.length - 1][1] - keys[0][1]) / 10 + step;
  const value = (keys.length - 1) / 5 / (span / 60_000);
  return { id: 'too-fast', outcome: value > FASTEST_WPM ? 'fail' : 'pass', value, limit: FASTEST_WPM };
}

function checkRegularity({ keys }: ParsedTypingSample, step: number): Check {
  if (keys.length < REGULARITY_LEAST_KEYS || step > COARSEST_JUDGED_CLOCK_MS) {
    return notApplicable('too-regular');
  }
  const intervals = new Float64Array(keys.length - 1);
  for (let i = 0; i < intervals.length; i++) {
    intervals[i] = (keys[i + 1][1] - keys[i][1]) / 10;
  }
  return judgeDeviation('too-regular', intervals);
}

function checkHolds({ keys }: ParsedTypingSample, step: number): Check {
  const holds: number[] = [];
  for (const [, press, release] of keys) {
    if (release !== null) {
      holds.push((release - press) / 10);
    }
  }
  if (holds.length < REGULARITY_LEAST_KEYS || step > COARSEST_CLOCK_FOR_HOLDS) {
    return notApplicable('constant-hold');
  }
  return judgeDeviation('constant-hold', Float64Array.from(holds));
}

function judgeDeviation(id: CheckId, values: Float64Array): Check {
  let mean = 0;
  for (const value of values) {
    mean += value / values.length;
  }
  let squares = 0;
  for (const value of values) {
    squares += (value - mean) ** 2;
  }
  const value = Math.sqrt(squares / (values.length - 1));
  return { id, outcome: value < LEAST_DEVIATION ? 'fail' : 'pass', value, limit: LEAST_DEVIATION };
}

function checkOverlap({ keys }: ParsedTypingSample): Check {
  // Releases of keys that are down, with their codes. A coarse clock keeps the order of events, so it makes no overlap. A lost key-up is not
  // counted: nobody knows when it was.
  let down: { code: string | null; release: number }[] = [];
  let most = 0;
  let repeated = false;
  for (const [code, press, release] of keys) {
    down = down.filter((key) => key.release > press);
    repeated ||= code !== null && ONE_KEY.test(code) && down.some((key) => key.code === code);
    if (release !== null) {
      down.push({ code, release });
      most = Math.max(most, down.length);
    }
    // No hand holds this many: the answer is known, and a long sample must not make the search longer.
    if (most > MOST_KEYS_DOWN) {
      break;
    }
  }
  const failed = most > MOST_KEYS_DOWN || repeated;
  return { id: 'impossible-overlap', outcome: failed ? 'fail' : 'pass', value: most, limit: MOST_KEYS_DOWN };
}

function timesOf(history: unknown): Float64Array {
  const prepared = typeof history === 'object' && history !== null ? preparedTimes(history) : undefined;
  if (prepared !== undefined) {
    return prepared;
  }
  if (!Array.isArray(history)) {
    throw new TypeError('history must be an array of vectors, or come from replayHistory');
  }
  // By index: the array's own methods pass over holes.
  for (let i = 0; i < history.length; i++) {
    assertFixedTextVector(history[i], `history[${i}]`);
  }
  return layOutAll(history as readonly FixedTextVector[]);
}

function checkReplay(vector: FixedTextVector | undefined, times: Float64Array, step: number): Check {
  const nearest = vector === undefined ? undefined : nearestReplay(vector, times, step);
  if (vector === undefined || nearest === undefined) {
    return notApplicable('replayed');
  }
  if (nearest.distance < nearest.limit) {
    return replay('fail', 'distance', nearest);
  }
  const kinds = comparableEntries(vector, times, step);
  const source = nearestOfTwo(kinds);
  if (source !== undefined) {
    return replay('fail', 'share', source);
  }
  const stretched = nearestInTempo(kinds);
  return stretched === undefined ? replay('pass', 'distance', nearest) : replay('fail', 'tempo', stretched);
}

function replay(outcome: 'pass' | 'fail', measure: ReplayMeasure, { distance, limit }: NearestReplay): Check {
  return { id: 'replayed', outcome, value: distance, limit, measure };
}
