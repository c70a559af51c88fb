import { textDifference } from './edit-distance';
import { TacitError } from './errors';
import { type Insufficient, insufficient } from './insufficient';
import { isCharacterKey, isCorrectionKey } from './key-codes';
import { assertParsedTypingSample, type ParsedTypingSample, TYPING_LIMITS, type TypingSampleErrorCode } from './typing-sample';
import { toMilliseconds } from './units';

/** The schema of {@link Mechanics}. A change of meaning is a new number. */
export const MECHANICS_SCHEMA = 'mechanics/1';

export interface MechanicsOptions {
  /** The text as it stood at the end, at most `TYPING_LIMITS.maxTextLength` UTF-16 units. */
  text: string;
  /** The text that was asked for, with the same bound. */
  target?: string;
}

/** Speed, errors and habits of one text. `text` and `target` are compared in Unicode NFC; a character is a code point. */
export interface Mechanics {
  readonly schema: typeof MECHANICS_SCHEMA;
  /** First to last press of keys that write, delete or move, in ms. */
  readonly duration: number;
  /** Characters of the final text. */
  readonly characters: number;
  /** Presses of keys that write a character, those later deleted included. */
  readonly keystrokes: number;
  /** Characters / 5 / minutes. */
  readonly wordsPerMinute: number;
  readonly charactersPerMinute: number;
  readonly charactersPerSecond: number;
  /** Words per minute - errors left in the text / minutes, at least 0; null without a target. */
  readonly netWordsPerMinute: number | null;
  /**
   * C / (C + INF + IF) of Soukoreff & MacKenzie 2003: INF errors left in the text (edit distance to the target; 0 without one), IF characters
   * typed and deleted again, C characters that are right (the longer length - INF). Without a target: characters kept / characters typed.
   */
  readonly accuracy: number;
  /** 1 - accuracy. */
  readonly errorRate: number;
  /** Runs of Backspace or Delete. */
  readonly corrections: number;
  /** Mean time in ms from the press of a character to the press of the Backspace or Delete that follows it; null where none does. */
  readonly correctionLatency: number | null;
  /**
   * Letters of the target that were mistyped, most often first and then by code point: those wrong or missing in the final text, and, where
   * the strokes account for the text exactly, those at which a run of Backspace stopped. Empty without a target.
   */
  readonly mistyped: readonly { readonly letter: string; readonly count: number }[];
  /** Presses of each Shift, and the one that is pressed more. */
  readonly shift: { readonly left: number; readonly right: number; readonly preference: 'left' | 'right' | 'both' | 'none' };
}

const NOT_TYPED = ['pasted', 'dropped', 'autofilled', 'composed'] as const;

/**
 * The mechanics of a text that the server knows.
 *
 * Insufficient: `pasted`, `dropped`, `autofilled`, `composed` by flag; `too-few-keys` below 2 characters typed; `no-duration`.
 *
 * @throws TacitError `ERR_SAMPLE_UNPARSED`, or `ERR_SAMPLE_MODE` for a sample of `secret` mode; TypeError or RangeError for a wrong `text` or `target`.
 */
export function mechanics(sample: ParsedTypingSample, { text, target }: MechanicsOptions): Mechanics | Insufficient {
  assertParsedTypingSample(sample);
  if (sample.mode !== 'text') {
    throw new TacitError<TypingSampleErrorCode>('ERR_SAMPLE_MODE', "sample must be of mode 'text'", { field: 'mode' });
  }
  const typed = charactersOf(text, 'text');
  const wanted = target === undefined ? undefined : charactersOf(target, 'target');
  for (const flag of NOT_TYPED) {
    if (sample.flags[flag]) {
      return insufficient(flag);
    }
  }
  const strokes = sample.keys.filter(([key]) => isCharacterKey(key) || isCorrectionKey(key));
  const keystrokes = strokes.filter(([key]) => isCharacterKey(key)).length;
  if (keystrokes < 2) {
    return insufficient('too-few-keys', `${keystrokes} of at least 2 characters typed`);
  }
  const duration = toMilliseconds(strokes.at(-1)![1] - strokes[0]![1]);
  if (duration === 0) {
    return insufficient('no-duration');
  }

  const characters = typed.length;
  const minutes = duration / 60_000;
  const wordsPerMinute = characters / 5 / minutes;
  const difference = wanted === undefined ? undefined : textDifference(typed, wanted);
  const left = difference?.distance ?? 0;
  const deleted = Math.max(0, keystrokes - characters);
  const right = Math.max(characters, wanted?.length ?? 0) - left;
  const accuracy = right / (right + left + deleted);
  const mistyped = wanted === undefined ? [] : [...difference!.mistyped, ...correctedLetters(sample, characters, wanted)];
  return {
    schema: MECHANICS_SCHEMA,
    duration,
    characters,
    keystrokes,
    wordsPerMinute,
    charactersPerMinute: characters / minutes,
    charactersPerSecond: characters / (duration / 1000),
    netWordsPerMinute: wanted === undefined ? null : Math.max(0, wordsPerMinute - left / minutes),
    accuracy,
    errorRate: 1 - accuracy,
    ...correctionsOf(strokes),
    mistyped: byCount(mistyped),
    shift: shiftOf(sample),
  };
}

function charactersOf(text: unknown, name: string): string[] {
  if (typeof text !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  // Some characters grow when they are normalised, so both forms are bounded.
  const normal = text.length > TYPING_LIMITS.maxTextLength ? text : text.normalize('NFC');
  if (normal.length > TYPING_LIMITS.maxTextLength) {
    throw new RangeError(`${name} must have at most ${TYPING_LIMITS.maxTextLength} UTF-16 units`);
  }
  return Array.from(normal);
}

function correctionsOf(strokes: ParsedTypingSample['keys']): Pick<Mechanics, 'corrections' | 'correctionLatency'> {
  let corrections = 0;
  let latencies = 0;
  let latency = 0;
  for (let i = 0; i < strokes.length; i++) {
    const before = strokes[i - 1];
    if (!deletes(strokes[i]![0]) || (before !== undefined && deletes(before[0]))) {
      continue;
    }
    corrections++;
    if (before !== undefined && isCharacterKey(before[0])) {
      latency += toMilliseconds(strokes[i]![1] - before[1]);
      latencies++;
    }
  }
  return { corrections, correctionLatency: latencies === 0 ? null : latency / latencies };
}

function deletes(key: string | null): boolean {
  return key === 'Backspace' || key === 'Delete';
}

/** Letters of the target at the places where runs of Backspace stopped; none where anything else moved the cursor or the count does not come out. */
function correctedLetters(sample: ParsedTypingSample, characters: number, target: readonly string[]): string[] {
  const letters: string[] = [];
  let length = 0;
  let deleting = false;
  for (const [key] of sample.keys) {
    if (key === 'Backspace') {
      if (length > 0) {
        length--;
        deleting = true;
      }
      continue;
    }
    // With Control, Alt or Meta held, a key is a command; AltRight writes characters on many layouts.
    if (isCorrectionKey(key) || (key !== null && /^(Control|AltLeft|Meta|OS)/.test(key))) {
      return [];
    }
    if (isCharacterKey(key)) {
      if (deleting && length < target.length) {
        letters.push(target[length]!);
      }
      deleting = false;
      length++;
    }
  }
  return length === characters ? letters : [];
}

function byCount(letters: readonly string[]): Mechanics['mistyped'] {
  const counts = new Map<string, number>();
  for (const letter of letters) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts]
    .map(([letter, count]) => ({ letter, count }))
    .sort((a, b) => b.count - a.count || a.letter.codePointAt(0)! - b.letter.codePointAt(0)!);
}

function shiftOf(sample: ParsedTypingSample): Mechanics['shift'] {
  let left = 0;
  let right = 0;
  for (const [key] of sample.keys) {
    left += key === 'ShiftLeft' ? 1 : 0;
    right += key === 'ShiftRight' ? 1 : 0;
  }
  const more = left > right ? 'left' : 'right';
  const preference = left !== right ? more : left === 0 ? 'none' : 'both';
  return { left, right, preference };
}
