import { assertNumbers } from './assert-numbers';
import { type Insufficient, type InsufficientReason, insufficient } from './insufficient';
import { isCharacterKey, isCorrectionKey } from './key-codes';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_LIMITS, type TypingFlag } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of {@link FixedTextVector}. A change of meaning is a new number. */
export const FIXED_TEXT_SCHEMA = 'fixed-text/1';

/** The timings of one entry of a text of K characters, in ms and in order of press. */
export interface FixedTextVector {
  readonly schema: typeof FIXED_TEXT_SCHEMA;
  /** K: release - press of each key. */
  readonly hold: Float64Array;
  /** K - 1: press of the next key - press of this one. */
  readonly pressPress: Float64Array;
  /** K - 1: release of the next key - release of this one. Negative when the next key comes up first. */
  readonly releaseRelease: Float64Array;
  /** K - 1: press of the next key - release of this one, the flight time. Negative under roll-over. */
  readonly releasePress: Float64Array;
}

export interface FixedTextOptions {
  /** Fewest character keys that make a vector. Integer, 1 or more; 2 by default. */
  minimumKeys?: number;
}

export interface FixedTextTimings {
  /** K hold times in ms, K >= 1. */
  hold: ArrayLike<number>;
  /** K - 1 press-press times in ms. */
  pressPress: ArrayLike<number>;
}

type Disqualifying = Extract<TypingFlag, InsufficientReason>;
const DISQUALIFYING: readonly Disqualifying[] = ['pasted', 'dropped', 'autofilled', 'composed', 'corrected'];

/**
 * The fixed-text vector of a sample. Modifiers, Tab and Enter are left out, as `secret` mode never records them.
 *
 * Insufficient: `pasted`, `dropped`, `autofilled`, `composed`, `corrected` (by flag or by a key that deletes or moves the cursor),
 * `too-few-keys`, `missing-releases`.
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
  if (missing > 0) {
    return insufficient('missing-releases', `${missing} of ${count} keys`);
  }

  const vector = emptyVector(count);
  let index = 0;
  let previousPress = 0;
  let previousRelease = 0;
  for (const [key, press, release] of sample.keys) {
    if (release === null || !isCharacterKey(key)) {
      continue;
    }
    vector.hold[index] = toMilliseconds(release - press);
    if (index > 0) {
      vector.pressPress[index - 1] = toMilliseconds(press - previousPress);
      vector.releaseRelease[index - 1] = toMilliseconds(release - previousRelease);
      vector.releasePress[index - 1] = toMilliseconds(press - previousRelease);
    }
    previousPress = press;
    previousRelease = release;
    index++;
  }
  return vector;
}

/**
 * A vector from hold and press-press times, from which the other two follow:
 * `releasePress[i] = pressPress[i] - hold[i]` and `releaseRelease[i] = releasePress[i] + hold[i + 1]`. The arrays are copied.
 *
 * @throws TypeError if an argument is not an array of numbers; RangeError if `hold` is empty or longer than a sample may be,
 * if `pressPress` is not one shorter than `hold`, or if a time is not finite, negative or longer than one hour.
 */
export function fixedTextVectorFrom({ hold, pressPress }: FixedTextTimings): FixedTextVector {
  assertNumbers(hold, 'hold');
  assertNumbers(pressPress, 'pressPress');
  const count = hold.length;
  if (count < 1 || count > TYPING_LIMITS.maxKeys) {
    throw new RangeError(`hold must have 1 to ${TYPING_LIMITS.maxKeys} entries`);
  }
  if (pressPress.length !== count - 1) {
    throw new RangeError('pressPress must have one entry fewer than hold');
  }
  assertTimes(hold, 'hold');
  assertTimes(pressPress, 'pressPress');
  const vector = emptyVector(count);
  vector.hold.set(hold);
  vector.pressPress.set(pressPress);
  for (let i = 0; i < count - 1; i++) {
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
  const [holds, ...transitions] = parts as Float64Array[];
  if (holds!.length < 1 || transitions.some((times) => times.length !== holds!.length - 1)) {
    throw new RangeError(`${name} must have K hold times and K - 1 of each other time`);
  }
  if (!(parts as Float64Array[]).every((times) => times.every(Number.isFinite))) {
    throw new RangeError(`${name} must hold finite times`);
  }
}

function emptyVector(count: number): FixedTextVector {
  return {
    schema: FIXED_TEXT_SCHEMA,
    hold: new Float64Array(count),
    pressPress: new Float64Array(count - 1),
    releaseRelease: new Float64Array(count - 1),
    releasePress: new Float64Array(count - 1),
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
