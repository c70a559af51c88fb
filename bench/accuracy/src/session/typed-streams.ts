import { FREE_TEXT_BOUNDS, type FreeTextTimings, freeTextTimingsFrom } from '@tacit-auth/features';
import type { FreeTextRecording } from '../data/free-text-people';

/** A window of a stream, and which keys of the stream it holds. */
export interface TypedWindow {
  readonly window: FreeTextTimings;
  readonly from: number;
  readonly to: number;
}

/** Fewest keys of a window that a pause cuts short. */
const LEAST_KEYS = 25;
/** Between two sessions: long enough to end a window. */
const APART = 2 * FREE_TEXT_BOUNDS.longestPause;
/** Between the last key of the customer and the first of whoever takes over. */
const TAKING_OVER = 1_000;

/** One recording after the other, with a pause between them. */
export function inSuccession(recordings: readonly FreeTextRecording[], pause = APART): FreeTextRecording {
  const keys: number[] = [];
  const press: number[] = [];
  const release: number[] = [];
  for (const each of recordings) {
    const shift = press.length === 0 ? 0 : (press.at(-1) ?? 0) + pause - (each.press[0] ?? 0);
    keys.push(...each.keys);
    for (let i = 0; i < each.press.length; i++) {
      press.push((each.press[i] ?? 0) + shift);
      release.push((each.release[i] ?? Number.NaN) + shift);
    }
  }
  return { session: 'stream', keys: Uint8Array.from(keys), press: Float64Array.from(press), release: Float64Array.from(release) };
}

/** Windows without overlap, in order; what a pause leaves shorter than 25 keys is typed, and in none. */
export function cutStream({ keys, press, release }: FreeTextRecording, size: number): TypedWindow[] {
  const windows: TypedWindow[] = [];
  let from = 0;
  for (let to = 1; to <= keys.length; to++) {
    const pause = to === keys.length || (press[to] ?? 0) - (press[to - 1] ?? 0) > FREE_TEXT_BOUNDS.longestPause;
    if (!pause && to - from < size) continue;
    if (to - from >= Math.min(LEAST_KEYS, size)) {
      const window = freeTextTimingsFrom({
        keys: keys.subarray(from, to),
        press: press.subarray(from, to),
        // A release so late was missed.
        release: release
          .subarray(from, to)
          .map((time, i) => (time - (press[from + i] ?? 0) <= FREE_TEXT_BOUNDS.longestPause ? time : Number.NaN)),
      });
      windows.push({ window, from, to });
    }
    from = to;
  }
  return windows;
}

/** A stream in which somebody takes over. */
export interface TypedSwitch {
  /** Windows of the customer's own stream that come before. */
  readonly after: number;
  /** The others; of `from` and `to` only what the other person typed counts. */
  readonly windows: readonly TypedWindow[];
}

/**
 * The other person takes over within the last window of the customer's stream, of which the first `kept` keys stay. Undefined where the stream has no
 * window.
 */
export function takeOver(
  own: FreeTextRecording,
  cut: readonly TypedWindow[],
  other: FreeTextRecording,
  kept: number,
  size: number,
): TypedSwitch | undefined {
  const last = cut.at(-1);
  if (last === undefined) return undefined;
  const own1 = part(own, last.from, Math.min(last.from + kept, last.to));
  const begun = own1.keys.length;
  const windows = cutStream(inSuccession(begun === 0 ? [other] : [own1, other], TAKING_OVER), size);
  return {
    after: cut.length - 1,
    windows: windows.map(({ window, from, to }) => ({ window, from: Math.max(from - begun, 0), to: to - begun })),
  };
}

function part({ session, keys, press, release }: FreeTextRecording, from: number, to: number): FreeTextRecording {
  return { session, keys: keys.slice(from, to), press: press.slice(from, to), release: release.slice(from, to) };
}
