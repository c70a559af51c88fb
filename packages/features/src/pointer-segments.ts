import type { PointerEvents } from './pointer-events';
import { POINTER_EVENT_KINDS } from './pointer-sample';

/** What an action is. */
export const POINTER_ACTION_KINDS = Object.freeze({
  /** A movement that ends in a rest or a turn of the wheel. */
  move: 0,
  /** A movement that ends in a click. */
  pointClick: 1,
  /** A movement that leads to a drag. */
  beforeDrag: 2,
  /** From press to release, with a path between; on a touch screen a swipe. */
  drag: 3,
  /** A click with no movement to speak of before it; on a touch screen a tap. */
  click: 4,
});

/** Constants of the segmentation, in ms and CSS pixels; measured on two public sets of mouse data, where rests of 300 to 3,000 ms differ little. */
export const POINTER_SEGMENTATION = Object.freeze({
  /** A rest longer than this ends a movement. */
  longestRest: 1_000,
  /** The same where the next event is a press: a pause before a click. */
  longestRestBeforePress: 3_000,
  /** A path while pressed longer than this, of at least so many points, is a drag. */
  dragLength: 8,
  dragPoints: 3,
  /** A press that is held longer has lost its release. */
  longestHold: 60_000,
});

/** Stretches of events that may be an action, oldest first. Indices are of events; -1 or NaN where there is none. */
export interface PointerSegments {
  count: number;
  readonly kinds: Uint8Array;
  /** The points of the path: `from` to `to`, exclusive; empty where a click has no movement before it. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly press: Int32Array;
  readonly release: Int32Array;
  /** When the stretch before it ended, and when a button was last released before its press, in ms. */
  readonly previousEnd: Float64Array;
  readonly previousRelease: Float64Array;
}

/** Cuts events into stretches in one pass. */
export function pointerSegments(events: PointerEvents): PointerSegments {
  const { kinds, at } = events;
  const { longestRest, longestRestBeforePress, longestHold } = POINTER_SEGMENTATION;
  const segments = createSegments(kinds.length + 1);
  let buffer = -1;
  let press = -1;
  let previousEnd = Number.NaN;
  let previousRelease = Number.NEGATIVE_INFINITY;
  const add = (kind: number, from: number, to: number, pressAt: number, releaseAt: number): void => {
    const place = segments.count++;
    segments.kinds[place] = kind;
    segments.from[place] = from;
    segments.to[place] = to;
    segments.press[place] = pressAt;
    segments.release[place] = releaseAt;
    segments.previousEnd[place] = previousEnd;
    segments.previousRelease[place] = previousRelease;
  };
  const closeMove = (end: number): void => {
    if (buffer >= 0) {
      add(POINTER_ACTION_KINDS.move, buffer, end, -1, -1);
      previousEnd = at[end - 1]!;
      buffer = -1;
    }
  };
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!;
    const isPress = kind === POINTER_EVENT_KINDS.press || kind === POINTER_EVENT_KINDS.otherPress;
    if (press >= 0) {
      const held = kinds[press]!;
      const lost = kind === held || at[i]! - at[press]! > longestHold;
      if (!lost) {
        if (kind === held + 2) {
          const start = buffer < 0 ? press : buffer;
          if (isDrag(events, press, i)) {
            add(POINTER_ACTION_KINDS.beforeDrag, start, press, press, i);
            add(POINTER_ACTION_KINDS.drag, press, i + 1, press, i);
          } else {
            add(POINTER_ACTION_KINDS.pointClick, start, press, press, i);
          }
          previousEnd = at[i]!;
          previousRelease = at[i]!;
          press = -1;
          buffer = -1;
        }
        continue;
      }
      press = -1;
      buffer = -1;
    }
    if (buffer >= 0 && at[i]! - at[i - 1]! > (isPress ? longestRestBeforePress : longestRest)) {
      closeMove(i);
    }
    if (isPress) {
      press = i;
    } else if (kind === POINTER_EVENT_KINDS.wheel) {
      closeMove(i);
    } else if (kind === POINTER_EVENT_KINDS.move && buffer < 0) {
      buffer = i;
    }
  }
  if (press < 0) {
    closeMove(kinds.length);
  }
  return segments;
}

function isDrag({ x, y }: PointerEvents, press: number, release: number): boolean {
  const { dragLength, dragPoints } = POINTER_SEGMENTATION;
  if (release - press + 1 < dragPoints) {
    return false;
  }
  return pathLength(x, y, press, release) > dragLength;
}

/** Length of the path through the points `from` to `to`, inclusive, in px. */
export function pathLength(x: Float64Array, y: Float64Array, from: number, to: number): number {
  let length = 0;
  for (let i = from; i < to; i++) {
    const dx = x[i + 1]! - x[i]!;
    const dy = y[i + 1]! - y[i]!;
    length += Math.sqrt(dx * dx + dy * dy);
  }
  return length;
}

function createSegments(capacity: number): PointerSegments {
  return {
    count: 0,
    kinds: new Uint8Array(capacity),
    from: new Int32Array(capacity),
    to: new Int32Array(capacity),
    press: new Int32Array(capacity),
    release: new Int32Array(capacity),
    previousEnd: new Float64Array(capacity),
    previousRelease: new Float64Array(capacity),
  };
}
