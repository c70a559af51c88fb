import type { PointerActions, PointerEvents } from '@tacit-auth/features';
import { sliceActions } from '../pointer/pointer-cuts';

/** A stretch of use, and its events where a detector looks at them. */
export interface PointedSession {
  readonly actions: PointerActions;
  readonly events: PointerEvents | null;
}

/** Some actions in a row, or of two people where one takes over, and the events meanwhile. */
export interface PointedWindow {
  readonly actions: PointerActions;
  readonly events: PointerEvents | null;
  /** Actions of the stream, or of the other person in a switch, at the end of the window. */
  readonly done: number;
}

/** Windows of so many actions; a session's rest is done, and in none. */
export function cutActions(sessions: readonly PointedSession[], size: number): PointedWindow[] {
  const windows: PointedWindow[] = [];
  let before = 0;
  for (const { actions, events } of sessions) {
    const count = actions.kinds.length;
    for (let to = size; to <= count; to += size) {
      const own = sliceActions(actions, to - size, to);
      windows.push({ actions: own, events: events === null ? null : eventsOf(events, own), done: before + to });
    }
    before += count;
  }
  return windows;
}

/**
 * Another person takes over after `kept` actions of the customer's last window: windows of `size` actions, the first of which both made. What a detector
 * looks at events for it judges by the other person's alone, from the first window that is all his.
 */
export function takeOverActions(last: PointedWindow, other: readonly PointedSession[], kept: number, size: number): PointedWindow[] {
  const [first, ...rest] = other;
  if (first === undefined) return [];
  const own = size - kept;
  if (first.actions.kinds.length < own) return cutActions(other, size);
  const mixed = joinedActions(sliceActions(last.actions, 0, kept), sliceActions(first.actions, 0, own));
  const later = { actions: sliceActions(first.actions, own, first.actions.kinds.length), events: first.events };
  return [
    { actions: mixed, events: null, done: own },
    ...cutActions([later, ...rest], size).map((window) => ({ ...window, done: window.done + own })),
  ];
}

function joinedActions(a: PointerActions, b: PointerActions): PointerActions {
  // One clock for both: the other person begins a second after the customer's last action.
  const shift = (a.end.at(-1) ?? 0) + 1_000 - (b.start[0] ?? 0);
  return {
    ...a,
    kinds: Uint8Array.of(...a.kinds, ...b.kinds),
    start: Float64Array.of(...a.start, ...b.start.map((time) => time + shift)),
    end: Float64Array.of(...a.end, ...b.end.map((time) => time + shift)),
    features: Float64Array.of(...a.features, ...b.features),
  };
}

function eventsOf({ kinds, at, x, y }: PointerEvents, { start, end }: PointerActions): PointerEvents {
  const from = at.findIndex((time) => time >= (start[0] ?? 0));
  const after = at.findIndex((time) => time > (end.at(-1) ?? 0));
  const to = after < 0 ? at.length : after;
  return { kinds: kinds.slice(from, to), at: at.slice(from, to), x: x.slice(from, to), y: y.slice(from, to) };
}
