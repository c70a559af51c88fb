import type { PointerDevice, PointerEventKind, PointerSample } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertOptionalEventTarget, assertOptions } from './assert';
import { CaptureError, destroyed } from './errors';
import { setListeners } from './listeners';
import { createPointerBuffer, isSameStretch } from './pointer-buffer';
import { leftOutPlaces } from './pointer-left-out';
import { documentOf, ignoreSelector } from './pointer-target';
import { assertTimer, pageTimer, type Timer } from './timer';

export interface RecordPointerOptions {
  /** Gets each sample: `everyMs` after its first event, when the buffer is full, when the page is hidden, at `flush()` and at `stop()`. */
  onSample?: (sample: PointerSample) => void;
  /**
   * A CSS selector of elements in which nothing is recorded, beside those that have the attribute `data-tacit-ignore`: where a place tells a secret,
   * such as the keys of a PIN pad.
   */
  ignore?: string;
  /** Time from the first event of a sample until it is handed to `onSample`, in ms: 1,000-60,000; 20,000 by default. It waits for a rest of 1 s, at most as long again. */
  everyMs?: number;
  /** Events that are kept: 256-20,000; 4,096 by default. Where nobody takes them the oldest go, and the sample is flagged `lost`. */
  capacity?: number;
  /** Destroys the recording when it is aborted. */
  signal?: AbortSignal;
  /** The page's clock in ms, on the base of `event.timeStamp`; `performance.now` by default. Only rests are measured with it. */
  clock?: () => number;
  /** Timers for `everyMs`; the page's by default. None runs while nothing happens. */
  timer?: Timer;
}

export type PointerRecordingState = 'stopped' | 'recording' | 'destroyed';

/** A recording of how a pointer is moved: when, where and which buttons, never what lies under it. It never changes or delays what is done. */
export interface PointerRecording {
  readonly state: PointerRecordingState;
  /** Events that are kept now. */
  readonly count: number;
  /**
   * Begins to listen. While it listens it does nothing.
   *
   * @throws CaptureError `ERR_CAPTURE_DESTROYED`, or `ERR_CAPTURE_NO_DOCUMENT` for a document that no window shows.
   */
  start(): void;
  /** Hands what is kept to `onSample`, now. Without `onSample` it does nothing. */
  flush(): void;
  /** Gives what is kept, oldest first, and empties the buffer. One sample for each device, viewport and stretch that was not interrupted. */
  take(): PointerSample[];
  /** Stops listening. What is kept goes to `onSample`; without one it stays, for {@link PointerRecording.take}. */
  stop(): void;
  /** Stops listening and drops what is kept, for good. May be called twice. */
  destroy(): void;
}

const EVENTS = ['pointermove', 'pointerdown', 'pointerup', 'pointercancel', 'wheel'] as const;
const DEVICES: ReadonlySet<string> = new Set(['mouse', 'touch', 'pen'] satisfies PointerDevice[]);
const REST_MS = 1_000;
const MAX_VIEWPORT = 100_000;
const MOVE = 0;
const MAIN_RELEASE = 3;
const WHEEL = 5;

/**
 * Records the path of the pointer over a document or an element, in CSS pixels of the viewport: scrolling the page under a pointer that rests does not
 * move it. Nothing is listened to before {@link PointerRecording.start}.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function recordPointer(target: Document | HTMLElement, options: RecordPointerOptions = {}): PointerRecording {
  const page = documentOf(target);
  assertOptions(options, 'options');
  const { onSample, everyMs = 20_000, capacity = 4_096, signal, clock = () => performance.now(), timer = pageTimer } = options;
  if (onSample !== undefined) {
    assertFunction(onSample, 'onSample');
  }
  const leftOut = leftOutPlaces(ignoreSelector(page, options.ignore));
  assertInteger(everyMs, 'everyMs', REST_MS, 60_000);
  assertInteger(capacity, 'capacity', 256, 20_000);
  assertOptionalEventTarget(signal, 'signal');
  assertFunction(clock, 'clock');
  assertTimer(timer);

  const buffer = createPointerBuffer(capacity);
  let state: PointerRecordingState = 'stopped';
  let view: Window | undefined;
  let timeout: unknown;
  let postponed = 0;
  // Of the sample under way, if one is.
  let device: string | undefined;
  let ratio = 0;
  let width = 0;
  let height = 0;
  let lastTime = 0;
  let lastX = 0;
  let lastY = 0;
  /** The buttons that are down, as `event.buttons`. */
  let buttons = 0;

  function onPointer(event: Event): void {
    if (page.visibilityState === 'hidden') {
      return;
    }
    if (leftOut.holds(event as PointerEvent)) {
      device = undefined;
    } else if (event.type === 'wheel') {
      // Only mice and touchpads turn a wheel.
      enter('mouse');
      add(event as WheelEvent, WHEEL);
    } else {
      onPrimary(event as PointerEvent);
    }
  }

  function onPrimary(event: PointerEvent): void {
    // Further fingers have paths of their own.
    if (!event.isPrimary || !DEVICES.has(event.pointerType)) {
      return;
    }
    const before = buttons;
    buttons = event.buttons;
    const under = enter(event.pointerType);
    const { type, button } = event;
    if (type === 'pointerdown') {
      add(event, button === 0 ? 1 : 2);
    } else if (type === 'pointerup') {
      add(event, button === 0 ? MAIN_RELEASE : 4);
    } else if (type === 'pointercancel') {
      // The browser took the finger over, to scroll; it does not say where.
      if (under && before & 1) {
        add({ timeStamp: event.timeStamp, clientX: lastX, clientY: lastY, isTrusted: event.isTrusted }, MAIN_RELEASE);
      }
    } else if (button >= 0 && before !== buttons) {
      // While one button is down, another comes and goes as a move.
      const changed = before ^ buttons;
      add(event, ((changed & 1 ? 1 : 2) + (changed & buttons ? 0 : 2)) as PointerEventKind);
    } else {
      addMoves(event, under);
    }
  }

  function addMoves(event: PointerEvent, under: boolean): void {
    // At the beginning of a sample the moves before this one may have been over an element that is ignored.
    const moves = under ? event.getCoalescedEvents?.() : undefined;
    if (!moves?.length) {
      add(event, MOVE);
      return;
    }
    let time = moves[0]!.timeStamp;
    for (let i = 0; i < moves.length; i++) {
      const next = moves[i + 1]?.timeStamp ?? Number.POSITIVE_INFINITY;
      // Mice of 1,000 Hz: what the buffer would not keep is not even read.
      if (!isSameStretch(time, next)) {
        add(moves[i]!, MOVE);
        // Whoever got a sample meanwhile may want no more.
        if (device === undefined) {
          return;
        }
      }
      time = next;
    }
  }

  /** Begins a sample where none is under way that this device can go on with; returns whether one was. */
  function enter(next: string): boolean {
    if (device === next && ratio === view!.devicePixelRatio) {
      return true;
    }
    device = next;
    ratio = view!.devicePixelRatio;
    width = view!.innerWidth;
    height = view!.innerHeight;
    buffer.begin({
      device: next as PointerDevice,
      pixelRatio: within(ratio * 1_000, 100, 10_000),
      viewport: [within(width, 1, MAX_VIEWPORT), within(height, 1, MAX_VIEWPORT)],
    });
    return false;
  }

  function add(event: Pick<PointerEvent, 'timeStamp' | 'clientX' | 'clientY' | 'isTrusted'>, kind: PointerEventKind): void {
    lastTime = event.timeStamp;
    lastX = event.clientX;
    lastY = event.clientY;
    buffer.add(kind, lastTime, lastX, lastY, event.isTrusted === true);
    if (onSample !== undefined && timeout === undefined) {
      postponed = 0;
      timeout = timer.set(onTime, everyMs);
    }
    if (onSample !== undefined && buffer.count >= capacity) {
      const under = device!;
      flush();
      if (state === 'recording') {
        enter(under);
      }
    }
  }

  function onTime(): void {
    // An action that is cut in two is two that nobody made.
    const wait = Math.min(REST_MS - (clock() - lastTime), REST_MS, everyMs - postponed);
    if (wait > 0) {
      postponed += wait;
      timeout = timer.set(onTime, wait);
    } else {
      flush();
    }
  }

  function onPage({ type }: Event): void {
    if (type === 'resize') {
      if (width !== view!.innerWidth || height !== view!.innerHeight) {
        device = undefined;
      }
    } else if (type === 'pagehide' || page.visibilityState === 'hidden') {
      device = undefined;
      flush();
    }
  }

  function take(): PointerSample[] {
    timer.clear(timeout);
    timeout = undefined;
    device = undefined;
    return buffer.take();
  }

  function flush(): void {
    if (onSample !== undefined) {
      let failure: { error: unknown } | undefined;
      for (const sample of take()) {
        try {
          // Whoever gets the first may want no more.
          if (state !== 'destroyed') {
            onSample(sample);
          }
        } catch (error) {
          // The others are handed over all the same.
          failure ??= { error };
        }
      }
      if (failure) {
        throw failure.error;
      }
    }
  }

  function listen(on: boolean): void {
    setListeners(target, EVENTS, onPointer, on);
    setListeners(page, ['visibilitychange'], onPage, on);
    setListeners(view!, ['resize', 'pagehide'], onPage, on);
  }

  function quit(next: PointerRecordingState): void {
    if (state === 'recording') {
      listen(false);
    }
    state = next;
  }

  function destroy(): void {
    if (state !== 'destroyed') {
      quit('destroyed');
      take();
      signal?.removeEventListener('abort', destroy);
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
      return buffer.count;
    },
    start() {
      if (state === 'destroyed') {
        throw destroyed('recording');
      }
      if (state === 'recording') {
        return;
      }
      if (!page.defaultView) {
        throw new CaptureError('ERR_CAPTURE_NO_DOCUMENT', 'no window shows the document of the target: call start() in a page');
      }
      view = page.defaultView;
      buttons = 0;
      leftOut.clear();
      listen(true);
      state = 'recording';
    },
    flush,
    take,
    stop() {
      if (state === 'recording') {
        quit('stopped');
        device = undefined;
        flush();
      }
    },
    destroy,
  };
}

function within(value: number, minimum: number, maximum: number): number {
  return Math.max(minimum, Math.min(maximum, Math.round(value)));
}
