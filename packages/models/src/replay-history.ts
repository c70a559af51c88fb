import { assertFixedTextVector, type FixedTextVector, hasHolds, keysOf } from '@tacit-auth/features';

/**
 * Earlier entries, checked once and laid out for the replay check of `checkTyping`: for a host that looks through a long history at every
 * login. Made by {@link replayHistory} and {@link appendToReplayHistory}; never changes.
 */
export interface ReplayHistory {
  /** How many entries it holds. */
  readonly entries: number;
}

/**
 * For each entry, the oldest first: its number of keys K, K hold times and K - 1 press-press times, in ms; an entry without hold times has -K and
 * then its K - 1 press-press times. So an entry takes 2K numbers, or K.
 */
const layouts = new WeakMap<ReplayHistory, Float64Array>();

/**
 * Prepares earlier entries for the replay check.
 *
 * @param times for each entry, the oldest first: its number of keys K, its K hold times in ms, its K - 1 press-press times in ms; for an entry
 * without hold times -K and its K - 1 press-press times. Copied.
 * @throws TypeError if `times` is not a Float64Array; RangeError for a K that is not an integer from 1 (or -K from 2), an entry that is cut off, or
 * a time that is not finite
 */
export function replayHistory(times: Float64Array): ReplayHistory {
  if (!(times instanceof Float64Array)) {
    throw new TypeError('times must be a Float64Array');
  }
  let entries = 0;
  for (let at = 0; at < times.length; at += lengthAt(times, at)) {
    if (!Number.isInteger(times[at]) || (times[at] < 1 && times[at] > -2)) {
      throw new RangeError(`times[${at}] must be a number of keys: an integer, 1 or more, or -2 or less where there are no hold times`);
    }
    const length = lengthAt(times, at);
    if (at + length > times.length) {
      throw new RangeError(`times must have ${length - 1} times after times[${at}]`);
    }
    entries++;
  }
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i])) {
      throw new RangeError(`times[${i}] must be finite`);
    }
  }
  return prepared(times.slice(), entries);
}

/**
 * The history with one more entry, of which the last `most` are kept.
 *
 * @throws TypeError if `history` was not prepared or `vector` is of another kind; RangeError if `most` is not an integer from 1.
 */
export function appendToReplayHistory(history: ReplayHistory, vector: FixedTextVector, most: number): ReplayHistory {
  const times = layouts.get(history);
  if (times === undefined) {
    throw new TypeError('history must come from replayHistory');
  }
  assertFixedTextVector(vector, 'vector');
  if (!Number.isInteger(most) || most < 1) {
    throw new RangeError('most must be an integer, 1 or more');
  }
  const surplus = Math.max(0, history.entries + 1 - most);
  let from = 0;
  for (let i = 0; i < surplus; i++) {
    from += lengthAt(times, from);
  }
  const kept = times.length - from;
  const next = new Float64Array(kept + lengthOf(vector));
  next.set(times.subarray(from));
  layOut(next, kept, vector);
  return prepared(next, history.entries + 1 - surplus);
}

/** The layout of a prepared history; undefined for anything else. */
export function preparedTimes(history: object): Float64Array | undefined {
  return layouts.get(history as ReplayHistory);
}

/** The layout of vectors that were checked. */
export function layOutAll(vectors: readonly FixedTextVector[]): Float64Array {
  const times = new Float64Array(vectors.reduce((length, vector) => length + lengthOf(vector), 0));
  let at = 0;
  for (const vector of vectors) {
    layOut(times, at, vector);
    at += lengthOf(vector);
  }
  return times;
}

/** How many numbers the entry at `at` takes. */
export function lengthAt(times: Float64Array, at: number): number {
  const keys = keysAt(times, at);
  return keys > 0 ? 2 * keys : -keys;
}

/** As a small integer: places reckoned in floating point make a search several times as slow. */
function keysAt(times: Float64Array, at: number): number {
  return times[at] | 0;
}

/** The entry at `at`: its number of keys, whether it has hold times (they come first), and where its press-press times begin. */
export function entryAt(times: Float64Array, at: number): { keys: number; holds: boolean; firstPress: number } {
  const holds = times[at] > 0;
  const keys = Math.abs(keysAt(times, at));
  return { keys, holds, firstPress: at + 1 + (holds ? keys : 0) };
}

function lengthOf({ hold, pressPress }: FixedTextVector): number {
  return 1 + hold.length + pressPress.length;
}

function layOut(times: Float64Array, at: number, vector: FixedTextVector): void {
  const { hold, pressPress } = vector;
  times[at] = hasHolds(vector) ? keysOf(vector) : -keysOf(vector);
  times.set(hold, at + 1);
  times.set(pressPress, at + 1 + hold.length);
}

function prepared(times: Float64Array, entries: number): ReplayHistory {
  const history = Object.freeze({ entries });
  layouts.set(history, times);
  return history;
}
