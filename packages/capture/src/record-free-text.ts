import { KEY_CLASSES, keyClassOf, type TypingSample } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertName, assertOptionalEventTarget, assertOptions } from './assert';
import { clockStep, timesOf } from './clock-step';
import { CaptureError, destroyed } from './errors';
import { assertFreeTextField, type FreeTextField, holdsPassword, isOfOthers } from './free-text-field';
import { setListeners } from './listeners';
import { assertTimer, pageTimer, type Timer } from './timer';
import { observeTyping, type TextField } from './typing-observer';

export interface RecordFreeTextOptions {
  /** The fields that take part, at most 256; more with {@link FreeTextRecording.add}. None by default. */
  fields?: FreeTextField | readonly FreeTextField[];
  /** Gets each window, in the moment in which it ends. */
  onWindow: (window: TypingSample) => void;
  /** Your name for the stream, 1-64 characters of `[A-Za-z0-9._-]`; `free-text` by default. The server sees it. */
  field?: string;
  /** Keys of a window: 10-500; 50 by default. A window ends with the release of its last key, so fast typists fit up to 10 keys more in. */
  keys?: number;
  /** Fewest keys of a window that ends early: 2 to `keys`; 25 by default, or `keys` where that is less. */
  minimumKeys?: number;
  /** A pause after which a window ends early, in ms: 1,000-30,000; 5,000 by default. */
  pauseMs?: number;
  /** Destroys the recording when it is aborted. */
  signal?: AbortSignal;
  /** The page's clock in ms; `performance.now` by default. Only pauses are measured with it. */
  clock?: () => number;
  /** Timers for the end of a window after a pause; the page's by default. None runs while nobody types. */
  timer?: Timer;
}

export type FreeTextRecordingState = 'stopped' | 'recording' | 'destroyed';

/** A recording of what is typed in the fields that opted in, handed over in windows. It never changes or delays what is typed. */
export interface FreeTextRecording {
  readonly state: FreeTextRecordingState;
  /** Keys of the window that is under way. */
  readonly count: number;
  /**
   * Lets a field take part. Added again, nothing changes.
   *
   * @throws TypeError for what is no field of text, RangeError for the 257th, CaptureError `ERR_CAPTURE_PASSWORD_FIELD` or `ERR_CAPTURE_DESTROYED`.
   */
  add(field: FreeTextField): void;
  /** Ends the part of a field, and lets go of it. What was typed in it stays in the window under way. */
  remove(field: FreeTextField): void;
  /**
   * Begins to listen, with an empty window. While it listens it does nothing.
   *
   * @throws CaptureError `ERR_CAPTURE_DESTROYED` or `ERR_CAPTURE_NO_DOCUMENT`.
   */
  start(): void;
  /** Ends the window under way and hands it over, if it has `minimumKeys`; one with fewer goes on. */
  flush(): void;
  /** As {@link flush}, then drops a window with fewer keys and stops listening. */
  stop(): void;
  /** Stops listening and drops the window under way, for good. May be called twice. */
  destroy(): void;
}

const MAX_FIELDS = 256;
/** Most keys that a window waits for the release of its last ones. */
const MAX_OVERLAP = 10;
/** A window with fewer keys than the minimum goes on after a pause of up to this, in ms: after a longer one another person may be typing. */
const LONGEST_PAUSE_MS = 30_000;
/** Age in ms at which a window ends, whatever its keys: well within the hour of the wire type. */
const LONGEST_WINDOW_MS = 600_000;
/** Class of a key that names none, such as those of a keyboard on glass. */
const NAMELESS_KEY = KEY_CLASSES - 1;
/** Layouts have digits on other keys too, and may have one there that the row of digits lacks. */
const DIGIT_KEY = keyClassOf('Digit0');

/**
 * Records the rhythm of free text: never the text, and of each key only which of 39 classes it is, in which all digits are one. Nothing is
 * listened to before {@link FreeTextRecording.start}, and nothing but the fields that are given.
 *
 * @throws TypeError or RangeError for a wrong argument, CaptureError `ERR_CAPTURE_PASSWORD_FIELD` for a field of a password.
 */
export function recordFreeText(options: RecordFreeTextOptions): FreeTextRecording {
  assertOptions(options, 'options');
  const { onWindow, field: name = 'free-text', keys = 50, pauseMs = 5_000, signal } = options;
  const { fields = [], clock = () => performance.now(), timer = pageTimer } = options;
  assertFunction(onWindow, 'onWindow');
  assertName(name, 'field');
  assertInteger(keys, 'keys', 10, 500);
  const minimumKeys = options.minimumKeys ?? Math.min(25, keys);
  assertInteger(minimumKeys, 'minimumKeys', 2, keys);
  assertInteger(pauseMs, 'pauseMs', 1_000, LONGEST_PAUSE_MS);
  assertOptionalEventTarget(signal, 'signal');
  assertFunction(clock, 'clock');
  assertTimer(timer);

  let state: FreeTextRecordingState = 'stopped';
  const members = new Set<TextField>();
  let page: Document | undefined;
  let timeout: unknown;
  /** Keys of the window that the last event left. */
  let counted = 0;
  let firstPress = 0;
  let lastPress = 0;
  /** A window that an event was the first to be seen after. */
  let ended: TypingSample | undefined;

  const observer = observeTyping({
    nameOf: (code, writesDigit) => String(writesDigit ? DIGIT_KEY : code === null ? NAMELESS_KEY : keyClassOf(code)),
    continuous: true,
    accepts,
    onEvent,
  });
  const { buffer } = observer;

  function accepts(event: Event): boolean {
    const field = event.currentTarget as TextField;
    if (holdsPassword(field)) {
      // It was none when it was added: what was typed in it before may have been one too.
      drop();
      remove(field);
      return false;
    }
    // An editable element may hold fields of others.
    if (page!.visibilityState === 'hidden' || isOfOthers(event)) {
      return false;
    }
    // The timer may be late; and a window below the minimum has none.
    const now = clock();
    const tooOld = buffer.count > 0 && (now - lastPress > LONGEST_PAUSE_MS || now - firstPress > LONGEST_WINDOW_MS);
    if (buffer.count >= minimumKeys && (tooOld || now - lastPress > pauseMs)) {
      ended = take();
    } else if (tooOld) {
      drop();
    }
    return true;
  }

  function onPause(): void {
    timeout = undefined;
    const left = pauseMs - (clock() - lastPress);
    if (left > 0) {
      timeout = timer.set(onPause, Math.min(Math.ceil(left), pauseMs));
    } else {
      flush();
    }
  }

  function onEvent(event: Event): void {
    if (buffer.count > counted) {
      lastPress = clock();
      firstPress = counted === 0 ? lastPress : firstPress;
      timeout ??= timer.set(onPause, pauseMs);
    }
    counted = buffer.count;
    const { pasted, dropped, autofilled } = observer.flags;
    if (pasted || dropped || autofilled || (buffer.count >= keys && (buffer.held === 0 || buffer.count >= keys + MAX_OVERLAP))) {
      finish();
    } else if (event.type === 'visibilitychange') {
      flush();
    }
    // Last: whoever gets it may throw, and the event is the next window's.
    const window = ended;
    ended = undefined;
    if (window) {
      onWindow(window);
    }
  }

  function onPageHide(): void {
    buffer.loseHeld();
    flush();
  }

  /** Takes what was recorded out: all that follows is of the next window. */
  function take(): TypingSample {
    const taken = buffer.toKeys();
    const { flags, device } = observer;
    drop();
    return { version: 1, mode: 'window', field: name, keys: taken, flags, clockStep: clockStep(timesOf(taken)), device };
  }

  function drop(): void {
    timer.clear(timeout);
    timeout = undefined;
    observer.next();
    counted = 0;
  }

  function flush(): void {
    if (buffer.count >= minimumKeys) {
      onWindow(take());
    }
  }

  /** Ends the window under way, come what may. */
  function finish(): void {
    flush();
    drop();
  }

  function quit(next: FreeTextRecordingState): void {
    observer.listen(members, false);
    setListeners(globalThis, ['pagehide'], onPageHide, false);
    state = next;
  }

  function add(field: FreeTextField, label = 'field'): void {
    assertFreeTextField(field, label);
    if (state === 'destroyed') {
      throw destroyed('recording');
    }
    if (members.size >= MAX_FIELDS && !members.has(field as TextField)) {
      throw new RangeError(`fields must be at most ${MAX_FIELDS}: remove those that are gone`);
    }
    members.add(field as TextField);
    if (state === 'recording') {
      observer.listen([field as TextField], true);
    }
  }

  function remove(field: FreeTextField): void {
    if (members.delete(field as TextField) && state === 'recording') {
      observer.listen([field as TextField], false);
      // The others may be of the same document.
      observer.listen(members, true);
    }
  }

  function destroy(): void {
    if (state !== 'destroyed') {
      quit('destroyed');
      drop();
      members.clear();
      signal?.removeEventListener('abort', destroy);
    }
  }

  for (const [index, field] of [fields].flat().entries()) {
    add(field, Array.isArray(fields) ? `fields[${index}]` : 'fields');
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
      return buffer.count;
    },
    add: (field) => add(field),
    remove,
    start() {
      if (state === 'destroyed') {
        throw destroyed('recording');
      }
      if (state === 'recording') {
        return;
      }
      page = globalThis.document;
      if (page === undefined) {
        throw new CaptureError('ERR_CAPTURE_NO_DOCUMENT', 'there is no document: call start() in a page');
      }
      observer.clear();
      observer.listen(members, true);
      setListeners(globalThis, ['pagehide'], onPageHide, true);
      state = 'recording';
    },
    flush,
    stop() {
      if (state === 'recording') {
        quit('stopped');
        finish();
      }
    },
    destroy,
  };
}
