import { type FixedTextVector, hasHolds, keysOf } from '@tacit-auth/features';
import { keepsGrid } from './clock-grid';
import { entryAt, lengthAt } from './replay-history';

/** Coarsest clock, in ms, on which entries are compared whatever clock the earlier ones were taken with. */
const COARSEST_CLOCK = 4;
/**
 * Coarsest clock on which entries are compared with those that a finer one took: with holds, and by press-press times alone. Who owns a coarse clock has a
 * history on its grid, and there times repeat by chance; who rounds a stolen entry and claims a coarse clock has not.
 */
const COARSEST_CLAIM = 20;
const COARSEST_CLAIM_OF_PRESS_TIMES = 8.5;
/** Fewest times that are worth comparing. */
const LEAST_TIMES = 7;

/** Earlier entries that an entry can be compared with, time by time. */
export interface ComparableEntries {
  /** The times of the entry, in ms: holds, where all have them, and press-press times. */
  readonly own: Float64Array;
  /** The times of the earlier entries, and where those of each begin: as many as `own`, in the same order. */
  readonly times: Float64Array;
  readonly starts: readonly number[];
}

/**
 * The earlier entries of as many keys: those with hold times and those of press-press times alone apart, as many kinds as there are.
 *
 * @param times the earlier entries as a replay history lays them out.
 * @param clockStep step, in ms, of the clock that `vector` was measured with.
 */
export function comparableEntries(vector: FixedTextVector, times: Float64Array, clockStep: number): ComparableEntries[] {
  const keys = keysOf(vector);
  const whole = Float64Array.of(...vector.hold, ...vector.pressPress);
  const wholeStarts: number[] = [];
  const pressStarts: number[] = [];
  for (let at = 0; at < times.length; at += lengthAt(times, at)) {
    const earlier = entryAt(times, at);
    if (earlier.keys !== keys) {
      continue;
    }
    const holds = earlier.holds && hasHolds(vector);
    const start = holds ? earlier.firstPress - keys : earlier.firstPress;
    const count = holds ? whole.length : keys - 1;
    if (count >= LEAST_TIMES && (clockStep <= COARSEST_CLOCK || !onGrid(times, start, count, clockStep))) {
      (holds ? wholeStarts : pressStarts).push(start);
    }
  }
  const found: ComparableEntries[] = [];
  if (wholeStarts.length > 0 && clockStep <= COARSEST_CLAIM) {
    found.push({ own: whole, times, starts: wholeStarts });
  }
  if (pressStarts.length > 0 && clockStep <= COARSEST_CLAIM_OF_PRESS_TIMES) {
    found.push({ own: vector.pressPress, times, starts: pressStarts });
  }
  return found;
}

function onGrid(times: Float64Array, from: number, count: number, clockStep: number): boolean {
  for (let i = from; i < from + count; i++) {
    if (!keepsGrid(10 * times[i], 10 * clockStep)) {
      return false;
    }
  }
  return true;
}
