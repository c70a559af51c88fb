import type { PointerEvents } from './pointer-events';
import { POINTER_EVENT_KINDS } from './pointer-sample';
import { POINTER_ACTION_KINDS, type PointerSegments, pathLength } from './pointer-segments';

/**
 * Pauses and presses, in ms and px. Of a drag the pause is from the last movement to the release, the hold is of the whole drag, and the pause before it is
 * from the press to the first movement. What there was not is missing (NaN).
 */
export const POINTER_CLICK_FEATURES = ['pauseAtPress', 'hold', 'sinceRelease', 'pressedPath', 'otherButton', 'pauseBefore'] as const;

/** Where each stops, in ms. A second click follows within a second or is no double click. */
const CAPS = Object.freeze({ pauseAtPress: 3_000, hold: 3_000, dragHold: 20_000, sinceRelease: 1_000, pauseBefore: 10_000 });

/** Writes the pauses of segment `place`; `kind` is what the action turned out to be. */
export function writePointerClicks(
  events: PointerEvents,
  segments: PointerSegments,
  place: number,
  kind: number,
  row: Float64Array,
  offset: number,
): void {
  const { at, kinds, x, y } = events;
  const from = segments.from[place]!;
  const to = segments.to[place]!;
  const press = segments.press[place]!;
  const release = segments.release[place]!;
  const isDrag = kind === POINTER_ACTION_KINDS.drag;
  row.fill(Number.NaN, offset, offset + POINTER_CLICK_FEATURES.length);
  if (press >= 0) {
    const pressed = at[press]!;
    const released = at[release]!;
    if (isDrag) {
      row[offset] = Math.min(released - at[release - 1]!, CAPS.pauseAtPress);
    } else if (to > from) {
      row[offset] = Math.min(pressed - at[to - 1]!, CAPS.pauseAtPress);
    }
    row[offset + 1] = Math.min(released - pressed, isDrag ? CAPS.dragHold : CAPS.hold);
    row[offset + 2] = Math.min(pressed - segments.previousRelease[place]!, CAPS.sinceRelease);
    row[offset + 3] = pathLength(x, y, press, release);
    row[offset + 4] = kinds[press] === POINTER_EVENT_KINDS.press ? 0 : 1;
  }
  const start = to > from ? at[from]! : at[press]!;
  const pause = isDrag ? at[press + 1]! - at[press]! : start - segments.previousEnd[place]!;
  if (pause < CAPS.pauseBefore) {
    row[offset + 5] = pause;
  }
}
