import type { PointerActions } from '@tacit-auth/features';

/** How actions are cut into windows: by time, in ms, or by their number. Windows overlap where `hop` is less than `length`. */
export interface PointerWindowing {
  readonly unit: 'time' | 'actions';
  readonly length: number;
  readonly hop: number;
}

/** For steady use, such as a web page's. */
export const WINDOWS_BY_TIME: PointerWindowing = Object.freeze({ unit: 'time', length: 20_000, hop: 5_000 });
/** For use with long rests, such as office work. */
export const WINDOWS_BY_ACTIONS: PointerWindowing = Object.freeze({ unit: 'actions', length: 60, hop: 30 });

/** Bounds on a window's length, by its unit. */
const LENGTHS = { time: [1_000, 3_600_000], actions: [20, 1_000] } as const;
/** Windows that begin within the length of one. */
const MOST_OVERLAP = 20;

/** What is wrong with a windowing, or `undefined`. Quarters of the length are whole, because windows of half of it are trained on too. */
export function windowingFault({ unit, length, hop }: PointerWindowing): string | undefined {
  const [least, most] = LENGTHS[unit];
  if (Number.isInteger(length) && length % 4 === 0 && length >= least && length <= most) {
    return Number.isInteger(hop) && hop >= length / MOST_OVERLAP && hop <= length
      ? undefined
      : 'windowing.hop must be an integer from a twentieth of the length to all of it';
  }
  return `windowing.length must be a multiple of 4 from ${least} to ${most}`;
}

/** Fewest actions of a window. */
export const LEAST_WINDOW_ACTIONS = 3;

/** A window: the actions `from` to `to`, exclusive. */
export type WindowRange = readonly [from: number, to: number];

/** The windows of a block, oldest first. A block shorter than a window is one. */
export function windowsOf(actions: Pick<PointerActions, 'start' | 'end'>, windowing: PointerWindowing): WindowRange[] {
  return windowing.unit === 'time' ? byTime(actions, windowing) : byCount(actions.end.length, windowing);
}

function byCount(count: number, { length, hop }: PointerWindowing): WindowRange[] {
  if (count <= length) {
    return count >= LEAST_WINDOW_ACTIONS ? [[0, count]] : [];
  }
  const ranges: WindowRange[] = [];
  for (let from = 0; from + length <= count; from += hop) {
    ranges.push([from, from + length]);
  }
  return ranges;
}

/** An action is in the window in which it ends. Windows begin with the block's first action, and a rest is passed over at once. */
function byTime({ start, end }: Pick<PointerActions, 'start' | 'end'>, { length, hop }: PointerWindowing): WindowRange[] {
  const count = end.length;
  const ranges: WindowRange[] = [];
  if (count === 0) {
    return ranges;
  }
  const first = start[0];
  const last = end[count - 1];
  let from = 0;
  let to = 0;
  for (let window = 0; ; ) {
    const opens = first + window * hop;
    const closes = opens + length;
    while (from < count && end[from] < opens) {
      from++;
    }
    to = Math.max(to, from);
    while (to < count && end[to] < closes) {
      to++;
    }
    if (to - from >= LEAST_WINDOW_ACTIONS) {
      ranges.push([from, to]);
    }
    if (closes > last) {
      return ranges;
    }
    // The next window that holds the first action not yet in one, or the next in order.
    const next = to > from ? window + 1 : Math.floor((end[from] - length - first) / hop) + 1;
    window = Math.max(window + 1, next);
  }
}
