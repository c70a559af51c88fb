import { assertFunction, assertOptions, assertString, assertTextField } from './assert';
import { destroyed } from './errors';
import { setListeners } from './listeners';
import type { TextField } from './typing-observer';

/** How one letter of the target stands. */
export type LetterState = 'pending' | 'right' | 'wrong';

/** What the meter shows. It describes the text on the screen; it is no measurement for recognition. */
export interface MeterReading {
  /** Words per minute: (letters typed / 5) / minutes. 0 until time has passed. */
  readonly wpm: number;
  /** Right letters among the letters typed, in percent: 0-100. 100 while nothing is typed. */
  readonly accuracy: number;
  /** From the first key or input to the latest input, in ms. */
  readonly durationMs: number;
  /** Keys pressed, auto-repeat not counted; on keyboards that name no keys, changes of the text. */
  readonly keys: number;
  /** One entry a letter (Unicode code point) of the target. */
  readonly letters: readonly LetterState[];
  /** Letters typed beyond the end of the target; each counts as wrong. */
  readonly extra: number;
  /** Whether the field holds the target exactly. */
  readonly complete: boolean;
}

export interface TypingMeterOptions {
  /** The text to be typed, 1-2,000 characters. */
  target: string;
  /** Called after each change of the field, with a new reading. */
  onChange: (reading: MeterReading) => void;
  /** Any clock in ms that does not run backwards; `performance.now` by default. */
  clock?: () => number;
}

/** A live meter on one field. It listens from `start()` to `stop()` or `destroy()`. */
export interface TypingMeter {
  readonly reading: MeterReading;
  /** @throws CaptureError `ERR_CAPTURE_DESTROYED`. */
  start(): void;
  stop(): void;
  /** Begins anew: time, keys and letters as if nothing was typed. The field is left as it is. */
  reset(): void;
  destroy(): void;
}

const MAX_TARGET_LENGTH = 2_000;
const EVENTS = ['keydown', 'input'] as const;

/**
 * Shows people how fast and how exactly they type a given text.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function typingMeter(input: TextField, options: TypingMeterOptions): TypingMeter {
  assertTextField(input, 'input');
  assertOptions(options, 'options');
  const { target, onChange, clock = () => performance.now() } = options;
  assertString(target, 'target', 1, MAX_TARGET_LENGTH);
  assertFunction(onChange, 'onChange');
  assertFunction(clock, 'clock');

  const wanted = Array.from(target.normalize());
  let ended = false;
  let startedAt: number | undefined;
  let keys = 0;
  let namedKeys = false;
  let reading = read('', 0);

  function read(text: string, durationMs: number): MeterReading {
    const typed = Array.from(text.normalize());
    let right = 0;
    const letters = wanted.map((letter, index): LetterState => {
      if (index >= typed.length) {
        return 'pending';
      }
      const isRight = typed[index] === letter;
      right += isRight ? 1 : 0;
      return isRight ? 'right' : 'wrong';
    });
    return {
      wpm: durationMs > 0 ? typed.length / 5 / (durationMs / 60_000) : 0,
      accuracy: typed.length > 0 ? (100 * right) / typed.length : 100,
      durationMs,
      keys,
      letters,
      extra: Math.max(0, typed.length - wanted.length),
      complete: right === wanted.length && typed.length === wanted.length,
    };
  }

  function listen(event: Event): void {
    if (event.type === 'keydown') {
      const { repeat, code } = event as KeyboardEvent;
      if (!repeat && code) {
        startedAt ??= clock();
        keys++;
        namedKeys = true;
      }
      return;
    }
    startedAt ??= clock();
    if (!namedKeys) {
      keys++;
    }
    // Longer text can only be wrong; it must not make each key dearer than the last.
    reading = read(input.value.slice(0, 2 * MAX_TARGET_LENGTH), Math.max(0, clock() - startedAt));
    onChange(reading);
  }

  function stop(): void {
    setListeners(input, EVENTS, listen, false);
  }

  return {
    get reading() {
      return reading;
    },
    start() {
      if (ended) {
        throw destroyed('meter');
      }
      setListeners(input, EVENTS, listen, true);
    },
    stop,
    reset() {
      startedAt = undefined;
      keys = 0;
      namedKeys = false;
      reading = read('', 0);
    },
    destroy() {
      ended = true;
      stop();
    },
  };
}
