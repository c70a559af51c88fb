import { assertFixedTextVector, type FixedTextVector, hasHolds, keysOf } from './fixed-text-vector';
import { type Insufficient, type InsufficientReason, insufficient } from './insufficient';
import { SEQUENCE_KEY_IDS, sequenceKeyId } from './sequence-keys';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_LIMITS, type TypingFlag } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of {@link SequenceWindow}. A change of meaning is a new number. */
export const SEQUENCE_WINDOW_SCHEMA = 'sequence-window/1';

/** The five numbers of each key of a window, in this order. */
export const SEQUENCE_CHANNELS = ['hold', 'flight', 'delay', 'hold-linear', 'press-press'] as const;

/** The numbers that {@link sequenceWindows} works with. */
export const SEQUENCE_BOUNDS = Object.freeze({
  /** Every time is cut to this, in ms. */
  longestTime: 3000,
  /** The divisor of ln(1 + ms). */
  logScale: 7,
  /** A hold of so many ms or more is 1 on the linear channel. */
  linearHold: 200,
  /** Fewest keys: five events are two keys and a half. */
  minimumKeys: 3,
});

/** A run of keys as recurrent networks read it. Rows after the last key are padding: five zeros and key id 0. */
export interface SequenceWindow {
  readonly schema: typeof SEQUENCE_WINDOW_SCHEMA;
  /** Index of the first key of the window among the counted keys of the entry. */
  readonly start: number;
  /** Keys in the window. Its length in rows is `keyIds.length`. */
  readonly keys: number;
  /** Row by row the five {@link SEQUENCE_CHANNELS}, each 0 or more. */
  readonly times: Float32Array;
  /** 0 is padding, 1 a key without a name or outside the vocabulary; see {@link SEQUENCE_KEY_IDS}. A row is padding exactly where its id is 0. */
  readonly keyIds: Uint8Array;
}

export interface SequenceOptions {
  /** Rows of a window. Integer from 1 to 2000; 50 by default. */
  length?: number;
  /** Keys from the start of one window to the start of the next. Integer from 1 to `length`; half the length by default (25). */
  stride?: number;
}

export interface SequenceVectorOptions extends SequenceOptions {
  /** `KeyboardEvent.code` of each key of the text, the same for every entry of it. Without it every key has id 1. */
  keys?: readonly (string | null)[];
}

/** Events of counted keys, in ms, in order of press. */
interface Strokes {
  readonly press: Float64Array;
  readonly release: Float64Array;
  readonly keyIds: Uint8Array;
}

const DISQUALIFYING: readonly Extract<TypingFlag, InsufficientReason>[] = ['pasted', 'dropped', 'autofilled', 'composed'];
const UNCOUNTED: ReadonlySet<string | null> = new Set(['ShiftLeft', 'ShiftRight', 'Backspace']);
const DEFAULT_LENGTH = 50;
const CHANNELS = SEQUENCE_CHANNELS.length;

/**
 * Windows of an entry of any text, for recurrent networks. Shift and Backspace are left out; corrected entries count.
 *
 * With times in ms, cut to 3 s, each key has ln(1 + hold) / 7; ln(1 + flight) / 7, where flight is the time from the release of the key before (0 where
 * negative); ln(1 + delay) / 7, where delay is the time from the last press or release before; min(hold / 200, 1); and ln(1 + press-press) / 7. The three
 * that look back are 0 for the first key of the entry. Windows begin every `stride` keys, and one more holds the last `length` keys; an entry
 * shorter than a window makes one that is padded.
 *
 * Insufficient: `free-text-window` for a sample of `window` mode, whose keys are no codes; `pasted`, `dropped`, `autofilled`, `composed` (by flag),
 * `too-few-keys` below 3, `missing-releases`.
 *
 * @throws TacitError `ERR_SAMPLE_UNPARSED`; TypeError or RangeError for wrong options.
 */
export function sequenceWindows(sample: ParsedTypingSample, options: SequenceOptions = {}): SequenceWindow[] | Insufficient {
  assertParsedTypingSample(sample);
  const { length, stride } = checkedOptions(options);
  if (sample.mode === 'window') {
    return insufficient('free-text-window');
  }
  for (const flag of DISQUALIFYING) {
    if (sample.flags[flag]) {
      return insufficient(flag);
    }
  }
  const keys = sample.keys.filter(([key]) => !UNCOUNTED.has(key));
  const missing = keys.filter(([, , release]) => release === null).length;
  if (missing > 0 && keys.length >= SEQUENCE_BOUNDS.minimumKeys) {
    return insufficient('missing-releases', `${missing} of ${keys.length} keys`);
  }
  const strokes: Strokes = {
    press: Float64Array.from(keys, ([, press]) => toMilliseconds(press)),
    release: Float64Array.from(keys, ([, press, release]) => toMilliseconds(release ?? press)),
    keyIds: Uint8Array.from(keys, ([key]) => sequenceKeyId(key)),
  };
  return windowsOf(strokes, length, stride);
}

/**
 * The same of an entry of a fixed text, of which only the times are at hand.
 *
 * Insufficient: `missing-releases` where the vector has no holds, `too-few-keys` below 3, `length-mismatch` where `keys` names another number of keys.
 *
 * @throws TypeError or RangeError if `vector` is not a fixed-text vector or an option is wrong.
 */
export function sequenceWindowsFrom(vector: FixedTextVector, options: SequenceVectorOptions = {}): SequenceWindow[] | Insufficient {
  assertFixedTextVector(vector);
  const { length, stride } = checkedOptions(options);
  const { keys } = options;
  if (keys !== undefined && !(Array.isArray(keys) && keys.every((key: unknown) => key === null || typeof key === 'string'))) {
    throw new TypeError('keys must be an array of key names or null');
  }
  const count = keysOf(vector);
  if (count < SEQUENCE_BOUNDS.minimumKeys) {
    return tooFew(count);
  }
  if (!hasHolds(vector)) {
    return insufficient('missing-releases', `${count} of ${count} keys`);
  }
  if (keys !== undefined && keys.length !== count) {
    return insufficient('length-mismatch', `${count} keys against ${keys.length} names`);
  }
  const strokes: Strokes = {
    press: new Float64Array(count),
    release: new Float64Array(count),
    keyIds: Uint8Array.from({ length: count }, (_, index) => sequenceKeyId(keys?.[index] ?? null)),
  };
  for (let i = 0; i < count; i++) {
    strokes.press[i] = i === 0 ? 0 : toMicroseconds(strokes.press[i - 1]! + vector.pressPress[i - 1]!);
    strokes.release[i] = toMicroseconds(strokes.press[i]! + vector.hold[i]!);
  }
  return windowsOf(strokes, length, stride);
}

/** Rid of the rounding of sums, which would decide which of two events at one instant came first. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function checkedOptions({ length = DEFAULT_LENGTH, stride = Math.max(1, Math.floor(length / 2)) }: SequenceOptions) {
  for (const [name, value] of Object.entries({ length, stride })) {
    if (typeof value !== 'number') {
      throw new TypeError(`${name} must be a number`);
    }
  }
  if (!Number.isInteger(length) || length < 1 || length > TYPING_LIMITS.maxKeys) {
    throw new RangeError(`length must be an integer from 1 to ${TYPING_LIMITS.maxKeys}`);
  }
  // A longer stride would leave keys out.
  if (!Number.isInteger(stride) || stride < 1 || stride > length) {
    throw new RangeError('stride must be an integer from 1 to length');
  }
  return { length, stride };
}

function tooFew(count: number): Insufficient {
  return insufficient('too-few-keys', `${count} of at least ${SEQUENCE_BOUNDS.minimumKeys} keys`);
}

function windowsOf(strokes: Strokes, length: number, stride: number): SequenceWindow[] | Insufficient {
  const count = strokes.press.length;
  if (count < SEQUENCE_BOUNDS.minimumKeys) {
    return tooFew(count);
  }
  const rows = channelsOf(strokes);
  const windows: SequenceWindow[] = [];
  const last = Math.max(0, count - length);
  for (let start = 0; ; start = Math.min(start + stride, last)) {
    const end = Math.min(start + length, count);
    const times = new Float32Array(length * CHANNELS);
    times.set(rows.subarray(start * CHANNELS, end * CHANNELS));
    const keyIds = new Uint8Array(length);
    keyIds.set(strokes.keyIds.subarray(start, end));
    windows.push({ schema: SEQUENCE_WINDOW_SCHEMA, start, keys: end - start, times, keyIds });
    if (start === last) {
      return windows;
    }
  }
}

function channelsOf({ press, release }: Strokes): Float32Array {
  const rows = new Float32Array(press.length * CHANNELS);
  // Releases that have not come by the press at hand; at most as many as keys are down.
  let down: number[] = [];
  let lastRelease = 0;
  for (let i = 0; i < press.length; i++) {
    const now = press[i]!;
    const hold = release[i]! - now;
    const at = i * CHANNELS;
    rows[at] = logTime(hold);
    rows[at + 3] = Math.min(hold / SEQUENCE_BOUNDS.linearHold, 1);
    if (i > 0) {
      for (const time of down) {
        if (time <= now) {
          lastRelease = Math.max(lastRelease, time);
        }
      }
      down = down.filter((time) => time > now);
      rows[at + 1] = logTime(now - release[i - 1]!);
      rows[at + 2] = logTime(now - Math.max(lastRelease, press[i - 1]!));
      rows[at + 4] = logTime(now - press[i - 1]!);
    }
    down.push(release[i]!);
  }
  return rows;
}

function logTime(ms: number): number {
  return Math.log1p(Math.min(Math.max(ms, 0), SEQUENCE_BOUNDS.longestTime)) / SEQUENCE_BOUNDS.logScale;
}
