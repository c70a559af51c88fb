import { assertNumbers } from './assert-numbers';
import { TacitError } from './errors';
import { type Insufficient, insufficient } from './insufficient';
import { KEY_CLASSES, keyClassOf } from './key-classes';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_LIMITS, type TypingSampleErrorCode } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of {@link FreeTextTimings}. A change of meaning is a new number. */
export const FREE_TEXT_SCHEMA = 'free-text/1';

/** The numbers that {@link freeTextTimings} and {@link freeTextWindows} work with. */
export const FREE_TEXT_BOUNDS = Object.freeze({
  /** Fewest keys of timings: two keys are one transition. */
  minimumKeys: 2,
  /** Coarsest clock that is judged, in ms: two frames of a screen of 60 Hz, and what a coarse timer of that step tells of a hold of 100 ms. */
  coarsestClock: 34,
  /** Largest share of keys whose release was not seen. */
  mostMissingReleases: 0.25,
  /** A pause longer than this, in ms, ends a window: what follows may be another task, or another person. */
  longestPause: 30_000,
});

/** The timings of a run of n keys of any text, in ms and in order of press, with the classes of the keys. */
export interface FreeTextTimings {
  readonly schema: typeof FREE_TEXT_SCHEMA;
  /** n classes, 0 to 38: see `keyClassOf`. */
  readonly keys: Uint8Array;
  /** n: release - press. NaN where the release was not seen. */
  readonly hold: Float64Array;
  /** n - 1: press - press of the key before. */
  readonly pressPress: Float64Array;
  /** n - 1: press - release of the key before, the flight time; negative under roll-over. NaN where that release was not seen. */
  readonly releasePress: Float64Array;
  /** n - 1: release - release of the key before. NaN where one of the two was not seen. */
  readonly releaseRelease: Float64Array;
}

export interface FreeTextEvents {
  /** Classes of the keys, 0 to 38, in order of press. */
  keys: ArrayLike<number>;
  /** Times of press in ms, never falling. */
  press: ArrayLike<number>;
  /** Times of release in ms, none before its press; NaN where it was not seen. */
  release: ArrayLike<number>;
}

export interface FreeTextWindowOptions {
  /** Keys of a window. Integer from 2 to 2,000; 50 by default. */
  keys?: number;
  /** Fewest keys of a window that a pause or the end cut short. Integer from 2 to `keys`; 25 by default, or `keys` where that is less. */
  minimum?: number;
}

/**
 * The timings of a sample of `window` mode, or of `text` mode, whose codes are turned into classes. All keys count: corrections, Shift and Enter are habits.
 *
 * Insufficient: `composed` (by flag), `too-few-keys` below 2, `coarse-clock` for a clock of steps over 34 ms, `missing-releases` where more than a
 * quarter of the releases was not seen.
 *
 * @throws TacitError `ERR_SAMPLE_UNPARSED`, or `ERR_SAMPLE_MODE` for a sample of `secret` mode, which names no key.
 */
export function freeTextTimings(sample: ParsedTypingSample): FreeTextTimings | Insufficient {
  assertParsedTypingSample(sample);
  if (sample.mode === 'secret') {
    throw new TacitError<TypingSampleErrorCode>('ERR_SAMPLE_MODE', "sample must be of mode 'window' or 'text'", { field: 'mode' });
  }
  if (sample.flags.composed) {
    return insufficient('composed');
  }
  const { minimumKeys, coarsestClock, mostMissingReleases } = FREE_TEXT_BOUNDS;
  const count = sample.keys.length;
  if (count < minimumKeys) {
    return insufficient('too-few-keys', `${count} of at least ${minimumKeys} keys`);
  }
  if (toMilliseconds(sample.clockStep) > coarsestClock) {
    return insufficient('coarse-clock', `${toMilliseconds(sample.clockStep)} ms`);
  }
  const missing = sample.keys.filter(([, , release]) => release === null).length;
  if (missing > mostMissingReleases * count) {
    return insufficient('missing-releases', `${missing} of ${count} keys`);
  }
  return timingsOf(
    Uint8Array.from(sample.keys, ([key]) => keyClassOf(key ?? '')),
    Float64Array.from(sample.keys, ([, press]) => toMilliseconds(press)),
    Float64Array.from(sample.keys, ([, , release]) => (release === null ? Number.NaN : toMilliseconds(release))),
  );
}

/**
 * Timings from events measured elsewhere.
 *
 * @throws TypeError if an argument is not an array of numbers; RangeError for fewer than 2 or more than 2,000 keys, lengths that disagree, a class outside 0
 * to 38, a press that is not finite or before the one before it, a release before its press or infinite, or times that span more than an hour.
 */
export function freeTextTimingsFrom({ keys, press, release }: FreeTextEvents): FreeTextTimings {
  for (const [name, values] of Object.entries({ keys, press, release })) {
    assertNumbers(values, name);
  }
  const count = keys.length;
  if (count < FREE_TEXT_BOUNDS.minimumKeys || count > TYPING_LIMITS.maxKeys) {
    throw new RangeError(`keys must have ${FREE_TEXT_BOUNDS.minimumKeys} to ${TYPING_LIMITS.maxKeys} entries`);
  }
  if (press.length !== count || release.length !== count) {
    throw new RangeError('press and release must have as many entries as keys');
  }
  const latest = press[0]! + toMilliseconds(TYPING_LIMITS.maxTime);
  for (let i = 0; i < count; i++) {
    const key: unknown = keys[i];
    if (!(Number.isInteger(key) && (key as number) >= 0 && (key as number) < KEY_CLASSES)) {
      throw new RangeError(`keys[${i}] must be an integer from 0 to ${KEY_CLASSES - 1}`);
    }
    if (!(Number.isFinite(press[i]) && press[i]! >= press[Math.max(0, i - 1)]! && press[i]! <= latest)) {
      throw new RangeError(`press[${i}] must be finite, not before the press before it, and within an hour of the first`);
    }
    if (typeof release[i] !== 'number' || release[i]! < press[i]! || release[i]! > latest) {
      throw new RangeError(`release[${i}] must be NaN or a time from its press to an hour after the first press`);
    }
  }
  return timingsOf(Uint8Array.from(keys), Float64Array.from(press), Float64Array.from(release));
}

/**
 * Checks that a value has the shape of {@link FreeTextTimings}: schema, typed arrays, lengths that agree, classes and times in range.
 *
 * @throws TypeError for another shape or schema; RangeError for lengths that disagree, a class outside 0 to 38 or a time that is not in range.
 */
export function assertFreeTextTimings(value: unknown, name = 'timings'): asserts value is FreeTextTimings {
  const timings = value as Partial<FreeTextTimings> | null | undefined;
  if (typeof timings !== 'object' || timings === null || timings.schema !== FREE_TEXT_SCHEMA) {
    throw new TypeError(`${name} must be timings of schema ${FREE_TEXT_SCHEMA}`);
  }
  const { keys, hold, pressPress, releasePress, releaseRelease } = timings;
  const times: readonly unknown[] = [hold, pressPress, releasePress, releaseRelease];
  if (!(keys instanceof Uint8Array) || !times.every((part) => part instanceof Float64Array)) {
    throw new TypeError(`${name} must hold keys as Uint8Array and times as Float64Array`);
  }
  const count = keys.length;
  const lengths = (times as Float64Array[]).map(({ length }) => length);
  if (count < FREE_TEXT_BOUNDS.minimumKeys || count > TYPING_LIMITS.maxKeys) {
    throw new RangeError(`${name} must have ${FREE_TEXT_BOUNDS.minimumKeys} to ${TYPING_LIMITS.maxKeys} keys`);
  }
  if (lengths.some((length, part) => length !== (part === 0 ? count : count - 1))) {
    throw new RangeError(`${name} must have n holds and n - 1 of each other time`);
  }
  const longest = toMilliseconds(TYPING_LIMITS.maxTime);
  const inRange =
    keys.every((key) => key < KEY_CLASSES) &&
    pressPress!.every((time) => time >= 0 && time <= longest) &&
    // NaN is a release that was not seen.
    hold!.every((time) => !(time < 0 || time > longest)) &&
    [releasePress!, releaseRelease!].every((part) => part.every((time) => !(Math.abs(time) > longest)));
  if (!inRange) {
    throw new RangeError(`${name} must hold classes from 0 to ${KEY_CLASSES - 1} and times of at most an hour`);
  }
}

/**
 * Cuts timings into windows without overlap: a window ends after `keys` keys, at a pause of more than 30 s, or with the last key. What is left shorter than
 * `minimum` is dropped, so there may be none.
 *
 * @throws TypeError or RangeError for wrong timings or options.
 */
export function freeTextWindows(timings: FreeTextTimings, options: FreeTextWindowOptions = {}): FreeTextTimings[] {
  assertFreeTextTimings(timings);
  const { keys = 50, minimum = Math.min(25, keys) } = options;
  assertCount(keys, 'keys', TYPING_LIMITS.maxKeys);
  assertCount(minimum, 'minimum', keys);
  const count = timings.keys.length;
  const windows: FreeTextTimings[] = [];
  let start = 0;
  for (let end = 1; end <= count; end++) {
    const whole = end - start === keys;
    if (whole || end === count || timings.pressPress[end - 1]! > FREE_TEXT_BOUNDS.longestPause) {
      if (end - start >= minimum) {
        windows.push(slice(timings, start, end));
      }
      start = end;
    }
  }
  return windows;
}

function assertCount(value: unknown, name: string, most: number): void {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!Number.isInteger(value) || value < FREE_TEXT_BOUNDS.minimumKeys || value > most) {
    throw new RangeError(`${name} must be an integer from ${FREE_TEXT_BOUNDS.minimumKeys} to ${most}`);
  }
}

function slice({ keys, hold, pressPress, releasePress, releaseRelease }: FreeTextTimings, start: number, end: number): FreeTextTimings {
  return {
    schema: FREE_TEXT_SCHEMA,
    keys: keys.slice(start, end),
    hold: hold.slice(start, end),
    pressPress: pressPress.slice(start, end - 1),
    releasePress: releasePress.slice(start, end - 1),
    releaseRelease: releaseRelease.slice(start, end - 1),
  };
}

function timingsOf(keys: Uint8Array, press: Float64Array, release: Float64Array): FreeTextTimings {
  const count = keys.length;
  const hold = new Float64Array(count);
  const pressPress = new Float64Array(count - 1);
  const releasePress = new Float64Array(count - 1);
  const releaseRelease = new Float64Array(count - 1);
  for (let i = 0; i < count; i++) {
    hold[i] = release[i]! - press[i]!;
    if (i > 0) {
      pressPress[i - 1] = press[i]! - press[i - 1]!;
      releasePress[i - 1] = press[i]! - release[i - 1]!;
      releaseRelease[i - 1] = release[i]! - release[i - 1]!;
    }
  }
  return { schema: FREE_TEXT_SCHEMA, keys, hold, pressPress, releasePress, releaseRelease };
}
