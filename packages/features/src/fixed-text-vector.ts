import { assertNumbers } from './assert-numbers';
import { type Insufficient, type InsufficientReason, insufficient } from './insufficient';
import { isCharacterKey, isCorrectionKey } from './key-codes';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_LIMITS, type TypingFlag } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of {@link FixedTextVector}. A change of meaning is a new number. */
export const FIXED_TEXT_SCHEMA = 'fixed-text/1';

/**
 * The timings of one entry of a text of K characters, in ms and in order of press. Where the device told no key-up at all, `hold`,
 * `releaseRelease` and `releasePress` are empty and `pressPress` alone counts: see {@link hasHolds} and {@link keysOf}.
 */
export interface FixedTextVector {
  readonly schema: typeof FIXED_TEXT_SCHEMA;
  /** K: release - press of each key. Or empty. */
  readonly hold: Float64Array;
  /** K - 1: press of the next key - press of this one. */
  readonly pressPress: Float64Array;
  /** K - 1: release of the next key - release of this one. Negative when the next key comes up first. Or empty. */
  readonly releaseRelease: Float64Array;
  /** K - 1: press of the next key - release of this one, the flight time. Negative under roll-over. Or empty. */
  readonly releasePress: Float64Array;
}

export interface FixedTextOptions {
  /** Fewest character keys that make a vector. Integer, 1 or more; 2 by default. */
  minimumKeys?: number;
}

export interface FixedTextTimings {
  /** K hold times in ms, K >= 1; empty where the device tells none. */
  hold: ArrayLike<number>;
  /** K - 1 press-press times in ms. */
  pressPress: ArrayLike<number>;
}

type Disqualifying = Extract<TypingFlag, InsufficientReason>;
const DISQUALIFYING: readonly Disqualifying[] = ['pasted', 'dropped', 'autofilled', 'composed', 'corrected'];

/** K, the number of keys of the text: one more than there are transitions. */
export function keysOf(vector: FixedTextVector): number {
  return vector.pressPress.length + 1;
}

/** Whether the vector has hold times, or press-press times alone. */
export function hasHolds(vector: FixedTextVector): boolean {
  return vector.hold.length > 0;
}

/**
 * The fixed-text vector of a sample. Modifiers, Tab and Enter are left out, as `secret` mode never records them. Where no key has a release
 * (touch keyboards that tell text alone), the vector has press-press times only.
 *
 * Insufficient: `free-text-window` for a sample of `window` mode, `pasted`, `dropped`, `autofilled`, `composed`, `corrected` (by flag or by a key that deletes or moves the cursor),
 * `too-few-keys`, `missing-releases` (some keys have a release and some have none, or the only key has none).
 *
 * @throws TacitError `ERR_SAMPLE_UNPARSED`; RangeError or TypeError for a wrong `minimumKeys`.
 */
export function fixedTextVector(sample: ParsedTypingSample, options: FixedTextOptions = {}): FixedTextVector | Insufficient {
  assertParsedTypingSample(sample);
  const minimumKeys = options.minimumKeys ?? 2;
  if (typeof minimumKeys !== 'number') {
    throw new TypeError('minimumKeys must be a number');
  }
  if (!Number.isInteger(minimumKeys) || minimumKeys < 1 || minimumKeys > TYPING_LIMITS.maxKeys) {
    throw new RangeError(`minimumKeys must be an integer from 1 to ${TYPING_LIMITS.maxKeys}`);
  }
  if (sample.mode === 'window') {
    return insufficient('free-text-window');
  }
  for (const flag of DISQUALIFYING) {
    if (sample.flags[flag]) {
      return insufficient(flag);
    }
  }
  let count = 0;
  let missing = 0;
  for (const [key, , release] of sample.keys) {
    if (isCorrectionKey(key)) {
      return insufficient('corrected');
    }
    if (isCharacterKey(key)) {
      count++;
      missing += release === null ? 1 : 0;
    }
  }
  if (count < minimumKeys) {
    return insufficient('too-few-keys', `${count} of at least ${minimumKeys} keys`);
  }
  const holds = missing === 0;
  if (!holds && (missing < count || count === 1)) {
    return insufficient('missing-releases', `${missing} of ${count} keys`);
  }

  const vector = emptyVector(count, holds);
  let index = 0;
  let previousPress = 0;
  let previousRelease = 0;
  for (const [key, press, release] of sample.keys) {
    if (!isCharacterKey(key)) {
      continue;
    }
    if (index > 0) {
      vector.pressPress[index - 1] = toMilliseconds(press - previousPress);
    }
    if (release !== null) {
      vector.hold[index] = toMilliseconds(release - press);
      if (index > 0) {
        vector.releaseRelease[index - 1] = toMilliseconds(release - previousRelease);
        vector.releasePress[index - 1] = toMilliseconds(press - previousRelease);
      }
      previousRelease = release;
    }
    previousPress = press;
    index++;
  }
  return vector;
}

/**
 * A vector from hold and press-press times, from which the other two follow:
 * `releasePress[i] = pressPress[i] - hold[i]` and `releaseRelease[i] = releasePress[i] + hold[i + 1]`. With an empty `hold` the vector has
 * press-press times alone. The arrays are copied.
 *
 * @throws TypeError if an argument is not an array of numbers; RangeError if both are empty or there are more keys than a sample may have,
 * if `pressPress` is not one shorter than a `hold` that is not empty, or if a time is not finite, negative or longer than one hour.
 */
export function fixedTextVectorFrom({ hold, pressPress }: FixedTextTimings): FixedTextVector {
  assertNumbers(hold, 'hold');
  assertNumbers(pressPress, 'pressPress');
  const count = pressPress.length + 1;
  const holds = hold.length > 0;
  if (count > TYPING_LIMITS.maxKeys) {
    throw new RangeError(`pressPress must have at most ${TYPING_LIMITS.maxKeys - 1} entries`);
  }
  if (holds && hold.length !== count) {
    throw new RangeError('hold must be empty or have one entry more than pressPress');
  }
  if (!holds && count < 2) {
    throw new RangeError('hold must have an entry where pressPress has none');
  }
  assertTimes(hold, 'hold');
  assertTimes(pressPress, 'pressPress');
  const vector = emptyVector(count, holds);
  vector.hold.set(hold);
  vector.pressPress.set(pressPress);
  for (let i = 0; i < vector.releasePress.length; i++) {
    const flight = vector.pressPress[i]! - vector.hold[i]!;
    vector.releasePress[i] = flight;
    vector.releaseRelease[i] = flight + vector.hold[i + 1]!;
  }
  return vector;
}

/**
 * Checks that a value has the shape of a {@link FixedTextVector}: schema, typed arrays, lengths that agree, finite times.
 *
 * @throws TypeError for another shape or schema; RangeError for lengths that disagree or a time that is not finite.
 */
export function assertFixedTextVector(value: unknown, name = 'vector'): asserts value is FixedTextVector {
  const vector = value as Partial<FixedTextVector> | null | undefined;
  if (typeof vector !== 'object' || vector === null || vector.schema !== FIXED_TEXT_SCHEMA) {
    throw new TypeError(`${name} must be a vector of schema ${FIXED_TEXT_SCHEMA}`);
  }
  const { hold, pressPress, releaseRelease, releasePress } = vector;
  const parts: readonly unknown[] = [hold, pressPress, releaseRelease, releasePress];
  if (!parts.every((part) => part instanceof Float64Array)) {
    throw new TypeError(`${name} must hold its times as Float64Array`);
  }
  const [holds, presses, ...releases] = (parts as Float64Array[]).map((times) => times.length);
  const whole = holds === presses! + 1 && releases.every((count) => count === presses);
  const pressesAlone = holds === 0 && presses! > 0 && releases.every((count) => count === 0);
  if (!whole && !pressesAlone) {
    throw new RangeError(`${name} must have K hold times and K - 1 of each other time, or K - 1 press-press times alone`);
  }
  if (!(parts as Float64Array[]).every((times) => times.every(Number.isFinite))) {
    throw new RangeError(`${name} must hold finite times`);
  }
}

function emptyVector(count: number, holds: boolean): FixedTextVector {
  const transitions = count - 1;
  return {
    schema: FIXED_TEXT_SCHEMA,
    hold: new Float64Array(holds ? count : 0),
    pressPress: new Float64Array(transitions),
    releaseRelease: new Float64Array(holds ? transitions : 0),
    releasePress: new Float64Array(holds ? transitions : 0),
  };
}

function assertTimes(times: ArrayLike<number>, name: string): void {
  const longest = toMilliseconds(TYPING_LIMITS.maxTime);
  for (let i = 0; i < times.length; i++) {
    const time: unknown = times[i];
    if (typeof time !== 'number') {
      throw new TypeError(`${name}[${i}] must be a number`);
    }
    if (!(time >= 0 && time <= longest)) {
      throw new RangeError(`${name}[${i}] must be from 0 to ${longest} ms`);
    }
  }
}
