import type { PointerDevice, PointerEventKind, PointerSample } from '@tacit-auth/features';
import { clockStep } from './clock-step';

// Bounds of the wire type; a test holds them equal to the parser's.
/** One hour after the first event, in 0.1 ms. */
const MAX_TIME = 36_000_000;
/** 100,000 CSS pixels, in tenths. */
const MAX_COORDINATE = 1_000_000;
/** Moves within one such stretch of time, in ms, are one: the last. More would tell how often the device reports, not how a hand moves. */
const GRID_MS = 4;
const MOVE = 0;
const WHEEL = 5;

/** Whether moves at these times are one: the buffer keeps the later one only. */
export function isSameStretch(before: number, after: number): boolean {
  return Math.floor(before / GRID_MS) === Math.floor(after / GRID_MS);
}

/** What holds for a whole sample. */
export interface PointerScene {
  device: PointerDevice;
  /** In thousandths. */
  pixelRatio: number;
  viewport: [width: number, height: number];
}

/** The last events of a pointer, in memory that was allocated once. Times go in as `event.timeStamp` in ms, places in CSS pixels. */
export interface PointerBuffer {
  readonly count: number;
  /** The events to come are of a new sample. */
  begin(scene: PointerScene): void;
  add(kind: PointerEventKind, time: number, x: number, y: number, trusted: boolean): void;
  /** The samples in the form of the wire, oldest first, and empties the buffer. The sample under way is over. */
  take(): PointerSample[];
  clear(): void;
}

interface Run extends PointerScene {
  /** Number of its first event, counted from the first of all. */
  first: number;
  startedAt: number;
  flags: PointerSample['flags'];
}

/** @param capacity Events that are kept: when there are more, the oldest go. */
export function createPointerBuffer(capacity: number): PointerBuffer {
  const kinds = new Uint8Array(capacity);
  const times = new Float64Array(capacity);
  const xs = new Int32Array(capacity);
  const ys = new Int32Array(capacity);
  /** Samples that have an event in the buffer, oldest first: never more than events. */
  let runs: Run[] = [];
  let scene: PointerScene | undefined;
  let last: Run | undefined;
  let first = 0;
  let end = 0;

  function makeRoom(): void {
    if (end - first === capacity) {
      first++;
      if (runs[1] !== undefined && runs[1].first <= first) {
        runs.shift();
      }
      runs[0]!.flags.lost = true;
    }
  }

  function startRun(time: number): Run {
    const run: Run = { ...scene!, first: end, startedAt: time, flags: {} };
    runs.push(run);
    last = run;
    return run;
  }

  function eventsOf(from: number, to: number): PointerSample['events'] {
    const start = times[from % capacity]!;
    const events: PointerSample['events'] = [];
    for (let i = from; i < to; i++) {
      const place = i % capacity;
      events.push([kinds[place] as PointerEventKind, Math.round((times[place]! - start) * 10), xs[place]!, ys[place]!]);
    }
    return events;
  }

  function clear(): void {
    runs = [];
    scene = last = undefined;
    first = end = 0;
    for (const numbers of [kinds, times, xs, ys]) {
      numbers.fill(0);
    }
  }

  return {
    get count() {
      return end - first;
    },
    begin(next) {
      scene = next;
      last = undefined;
    },
    add(kind, time, x, y, trusted) {
      let run = last;
      let at = time;
      let place = (end + capacity - 1) % capacity;
      if (run !== undefined) {
        // Events are handed out in order; a stamp that is not must not make an unreadable sample.
        at = Math.max(time, times[place]!);
        if ((at - run.startedAt) * 10 > MAX_TIME) {
          run = undefined;
        }
      }
      const sameStretch =
        run !== undefined && kinds[place] === kind && (kind === MOVE || kind === WHEEL) && isSameStretch(times[place]!, at);
      if (!sameStretch) {
        run ??= startRun(at);
        makeRoom();
        end++;
        place = (end - 1) % capacity;
      }
      kinds[place] = kind;
      times[place] = at;
      xs[place] = tenths(x);
      ys[place] = tenths(y);
      if (!trusted) {
        run!.flags.untrusted = true;
      }
    },
    take() {
      const samples = runs.map(({ first: from, startedAt: _, ...rest }, index): PointerSample => {
        const events = eventsOf(Math.max(from, first), runs[index + 1]?.first ?? end);
        return { version: 1, ...rest, events, clockStep: clockStep(events.map(([, at]) => at)) };
      });
      clear();
      return samples;
    },
    clear,
  };
}

function tenths(pixels: number): number {
  // Adding 0 turns -0 into 0.
  return Math.max(-MAX_COORDINATE, Math.min(MAX_COORDINATE, Math.round(pixels * 10))) + 0;
}
