import { DIGRAPH_CLASS_OF, FINGER_OF } from './free-text-hands';
import type { FreeTextTable } from './free-text-table';
import type { FreeTextTimings } from './free-text-timings';
import { KEY_CLASSES } from './key-classes';

/** Every deviation is cut to so many scales: no single time can carry a window. */
export const LARGEST_DEVIATION = 4;

/**
 * The transitions of a window, as numbers on scales that people vary on evenly: ln of hold and press-press times (8 to 800 and 8 to 2,000 ms), asinh(ms / 40)
 * of release-press and release-release times (-400 to 2,000 ms), which has the sign of a roll-over and grows as a logarithm. Lower case names without
 * `Raw` are deviations from what others do on the same key or pair, in scales, cut to 4.
 *
 * Only the first `count` entries count. The arrays are scratch: the next window overwrites them.
 */
export interface Frames {
  /** Transitions: one less than keys. */
  count: number;
  /** Class of the key, of the one before it, index of the pair, class of the digraph, fingers of the two keys. */
  key: Uint8Array;
  previous: Uint8Array;
  pair: Uint16Array;
  digraph: Uint8Array;
  finger: Uint8Array;
  previousFinger: Uint8Array;
  /** Of the key, and of the one before it. */
  hold: Float64Array;
  previousHold: Float64Array;
  pressPress: Float64Array;
  releasePress: Float64Array;
  releaseRelease: Float64Array;
  holdRaw: Float64Array;
  pressPressRaw: Float64Array;
  releasePressRaw: Float64Array;
}

function frames(capacity: number): Frames {
  const numbers = () => new Float64Array(capacity);
  const classes = () => new Uint8Array(capacity);
  return {
    count: 0,
    key: classes(),
    previous: classes(),
    pair: new Uint16Array(capacity),
    digraph: classes(),
    finger: classes(),
    previousFinger: classes(),
    hold: numbers(),
    previousHold: numbers(),
    pressPress: numbers(),
    releasePress: numbers(),
    releaseRelease: numbers(),
    holdRaw: numbers(),
    pressPressRaw: numbers(),
    releasePressRaw: numbers(),
  };
}

let scratch = frames(128);

/** ln of a hold time in ms, 8 to 800. */
export function holdOf(ms: number): number {
  return Math.log(Math.min(Math.max(ms, 8), 800));
}

/** ln of a press-press time in ms, 8 to 2,000. */
export function pressPressOf(ms: number): number {
  return Math.log(Math.min(Math.max(ms, 8), 2000));
}

/** asinh(ms / 40) of a time after a release, -400 to 2,000 ms. */
export function afterReleaseOf(ms: number): number {
  return Math.asinh(Math.min(Math.max(ms, -400), 2000) / 40);
}

/**
 * The frames of a window. Where a release was not seen, the table's hold time of that key stands in for it.
 */
export function framesOf(timings: FreeTextTimings, table: FreeTextTable): Frames {
  const { keys, hold, pressPress } = timings;
  const count = keys.length - 1;
  if (scratch.key.length < count) {
    scratch = frames(2 * count);
  }
  const out = scratch;
  out.count = count;
  let previous = keys[0]!;
  let previousMs = seenHold(hold[0]!, previous, table);
  let previousHold = deviation(holdOf(previousMs), table.holdLocation[previous]!, table.holdScale[previous]!);
  for (let i = 0; i < count; i++) {
    const key = keys[i + 1]!;
    const pair = previous * KEY_CLASSES + key;
    out.key[i] = key;
    out.previous[i] = previous;
    out.pair[i] = pair;
    out.digraph[i] = DIGRAPH_CLASS_OF[pair]!;
    out.finger[i] = FINGER_OF[key]!;
    out.previousFinger[i] = FINGER_OF[previous]!;
    const ms = seenHold(hold[i + 1]!, key, table);
    const gap = pressPress[i]!;
    const holdRaw = holdOf(ms);
    const pressRaw = pressPressOf(gap);
    const releaseRaw = afterReleaseOf(gap - previousMs);
    out.holdRaw[i] = holdRaw;
    out.pressPressRaw[i] = pressRaw;
    out.releasePressRaw[i] = releaseRaw;
    out.previousHold[i] = previousHold;
    out.hold[i] = previousHold = deviation(holdRaw, table.holdLocation[key]!, table.holdScale[key]!);
    out.pressPress[i] = deviation(pressRaw, table.pressPressLocation[pair]!, table.pressPressScale[pair]!);
    out.releasePress[i] = deviation(releaseRaw, table.releasePressLocation[pair]!, table.releasePressScale[pair]!);
    const releases = afterReleaseOf(gap - previousMs + ms);
    out.releaseRelease[i] = deviation(releases, table.releaseReleaseLocation[pair]!, table.releaseReleaseScale[pair]!);
    previous = key;
    previousMs = ms;
  }
  return out;
}

function seenHold(ms: number, key: number, table: FreeTextTable): number {
  return Number.isNaN(ms) ? Math.exp(table.holdLocation[key]!) : ms;
}

function deviation(value: number, location: number, scale: number): number {
  return Math.min(Math.max((value - location) / scale, -LARGEST_DEVIATION), LARGEST_DEVIATION);
}
