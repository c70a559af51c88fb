import type { TypingMode, TypingSample } from '@tacit-auth/features';
import {
  assertFunction,
  assertInteger,
  assertMode,
  assertName,
  assertOptionalEventTarget,
  assertOptionalTarget,
  assertOptions,
  assertTextField,
} from './assert';
import { clockStep, timesOf } from './clock-step';
import { CaptureError, destroyed } from './errors';
import { assertTimer, pageTimer, type Timer } from './timer';
import { observeTyping, type TextField } from './typing-observer';

export interface RecordTypingOptions {
  /**
   * `secret` for passwords: times only, no key is named. `text` for fields whose text the server knows already: codes of physical keys are
   * kept.
   */
  mode: Exclude<TypingMode, 'window'>;
  /** Your name for the field, 1-64 characters of `[A-Za-z0-9._-]`. The server sees it; do not put personal data into it. */
  field: string;
  /** The text to be typed, 1-2,000 characters. Mode `text` only; it never leaves the page. See {@link TypingRecording.matchesTarget}. */
  target?: string;
  /** Destroys the recording when it is aborted. */
  signal?: AbortSignal;
  /** The page's clock in ms, on the base of `event.timeStamp`; `performance.now` by default. Only the clock step is measured with it. */
  clock?: () => number;
  /** Timers for {@link TypingRecording.finishWhenReleased}; the page's by default. */
  timer?: Timer;
}

export type TypingRecordingState = 'idle' | 'recording' | 'finished' | 'destroyed';

export interface FinishWhenReleasedOptions {
  /** Longest wait for keys that are down, in ms: 0-5,000; 300 by default. */
  timeoutMs?: number;
}

/** A recording of one field. It listens from `start()` to `finish()` or `destroy()`, and never changes or delays what is typed. */
export interface TypingRecording {
  readonly state: TypingRecordingState;
  /** Keys recorded so far. */
  readonly count: number;
  /** Whether the field holds `target` exactly. False without a `target`. */
  readonly matchesTarget: boolean;
  /**
   * Begins a new sample. While one is recorded it does nothing.
   *
   * @throws CaptureError `ERR_CAPTURE_DESTROYED`.
   */
  start(): void;
  /**
   * Ends the sample and stops listening. A key that is still down has a release of null. Called again, it returns the same sample.
   *
   * @throws CaptureError `ERR_CAPTURE_NOT_STARTED` or `ERR_CAPTURE_DESTROYED`.
   */
  finish(): TypingSample;
  /**
   * As {@link finish}, but waits for the keys that are down: fast typists hold the last letter while they press Enter. New keys are not recorded
   * meanwhile. Calls that overlap get the same sample.
   *
   * @throws CaptureError `ERR_CAPTURE_NOT_STARTED` or `ERR_CAPTURE_DESTROYED`, also when the recording is reset or destroyed during the wait.
   */
  finishWhenReleased(options?: FinishWhenReleasedOptions): Promise<TypingSample>;
  /** Drops everything recorded. A recording that listens goes on with an empty sample. */
  reset(): void;
  /** Stops listening and drops everything recorded, for good. May be called twice. */
  destroy(): void;
}

interface Waiter {
  resolve: (sample: TypingSample) => void;
  reject: (error: CaptureError) => void;
  timeout: unknown;
}

const MAX_WAIT_MS = 5_000;
const CODE = /^[A-Za-z0-9]{1,24}$/;
// Forgiving: a browser that knows only one of the names ignores the other.
const AUTOFILLED = ':is(:autofill, :-webkit-autofill)';

/**
 * Records the rhythm in which one field is typed. Nothing is listened to before {@link TypingRecording.start}.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function recordTyping(input: TextField, options: RecordTypingOptions): TypingRecording {
  assertTextField(input, 'input');
  assertOptions(options, 'options');
  const { mode, field, target, signal, clock = () => performance.now(), timer = pageTimer } = options;
  assertMode(mode, 'mode');
  assertName(field, 'field');
  assertOptionalTarget(target, 'target', mode);
  assertOptionalEventTarget(signal, 'signal');
  assertFunction(clock, 'clock');
  assertTimer(timer);

  const observer = observeTyping({
    ...(mode === 'text' && { nameOf: codeOnTheWire }),
    onEvent() {
      if (observer.buffer.held === 0) {
        finishWaiting();
      }
    },
  });
  let state: TypingRecordingState = 'idle';
  let startedAt = 0;
  let sample: TypingSample | undefined;
  let waiters: Waiter[] = [];

  function finishWaiting(): void {
    if (waiters.length > 0) {
      finish();
    }
  }

  function end(): void {
    observer.listen([input], false);
    observer.clear();
  }

  function settle(act: (waiter: Waiter) => void): void {
    const settled = waiters;
    waiters = [];
    for (const waiter of settled) {
      timer.clear(waiter.timeout);
      act(waiter);
    }
  }

  function notAvailable(): CaptureError {
    return state === 'destroyed'
      ? destroyed('recording')
      : new CaptureError('ERR_CAPTURE_NOT_STARTED', 'there is no sample: call start() first');
  }

  function finish(): TypingSample {
    if (state === 'recording') {
      const result = toSample();
      sample = result;
      end();
      state = 'finished';
      settle(({ resolve }) => resolve(result));
    }
    if (sample === undefined) {
      throw notAvailable();
    }
    return sample;
  }

  function toSample(): TypingSample {
    const keys = observer.buffer.toKeys();
    // The observer makes a new object for each sample, so this one may leave.
    const { flags } = observer;
    if (input.matches(AUTOFILLED)) {
      flags.autofilled = true;
    }
    const times = timesOf(keys);
    // So few keys say little about the clock: the page's own reading helps, where it has the same step.
    if (times.length < 8) {
      times.push(Math.round((clock() - startedAt) * 10));
    }
    return { version: 1, mode, field, keys, flags, clockStep: clockStep(times), device: observer.device };
  }

  function destroy(): void {
    if (state !== 'destroyed') {
      end();
      signal?.removeEventListener('abort', destroy);
      state = 'destroyed';
      sample = undefined;
      settle(({ reject }) => reject(notAvailable()));
    }
  }

  if (signal?.aborted) {
    destroy();
  } else {
    signal?.addEventListener('abort', destroy);
  }

  return {
    get state() {
      return state;
    },
    get count() {
      return sample?.keys.length ?? observer.buffer.count;
    },
    get matchesTarget() {
      return target !== undefined && input.value.normalize() === target.normalize();
    },
    start() {
      if (state === 'destroyed') {
        throw notAvailable();
      }
      if (state !== 'recording') {
        sample = undefined;
        startedAt = clock();
        observer.clear();
        observer.listen([input], true);
        state = 'recording';
      }
    },
    finish,
    async finishWhenReleased({ timeoutMs = 300 } = {}) {
      assertInteger(timeoutMs, 'timeoutMs', 0, MAX_WAIT_MS);
      if (state !== 'recording' || observer.buffer.held === 0) {
        return finish();
      }
      observer.close();
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject, timeout: timer.set(finishWaiting, timeoutMs) });
      });
    },
    reset() {
      if (state !== 'destroyed') {
        observer.clear();
        sample = undefined;
        if (state === 'finished') {
          state = 'idle';
        }
        settle(({ reject }) => reject(notAvailable()));
      }
    },
    destroy,
  };
}

function codeOnTheWire(code: string | null): string | null {
  return code !== null && CODE.test(code) ? code : null;
}
