import { FREE_TEXT_BOUNDS, type FreeTextTimings, freeTextTimingsFrom, freeTextWindows } from '@tacit-auth/features';
import type { FreeTextRecording } from '../data/free-text-people';

/** Keys of a window as the product makes them: what is longer is judged as several windows together. */
export const WINDOW_KEYS = 50;
/** Fewest keys of the last, shorter window of a longer probe. */
const LEAST_KEYS = 25;
/** Keys of one {@link FreeTextTimings}. */
const MOST_KEYS = 2_000;

/** A probe: windows that are judged together. */
export type Probe = readonly FreeTextTimings[];

/** The first keys of a recording; `undefined` for one of a single key, which has no timing. */
export function firstKeys({ keys, press, release, session }: FreeTextRecording, count: number): FreeTextRecording {
  return { session, keys: keys.slice(0, count), press: press.slice(0, count), release: release.slice(0, count) };
}

/** What was typed in several recordings, one after the other; what was pressed before the recording ahead ended is left out. */
export function joinedRecordings(recordings: readonly FreeTextRecording[]): FreeTextRecording {
  const keys: number[] = [];
  const press: number[] = [];
  const release: number[] = [];
  for (const each of recordings) {
    for (let i = 0; i < each.keys.length; i++) {
      const time = each.press[i] ?? 0;
      if (press.length > 0 && time < (press.at(-1) ?? 0)) continue;
      keys.push(each.keys[i] ?? 0);
      press.push(time);
      release.push(each.release[i] ?? Number.NaN);
    }
  }
  return {
    session: recordings.map(({ session }) => session).join('+'),
    keys: Uint8Array.from(keys),
    press: Float64Array.from(press),
    release: Float64Array.from(release),
  };
}

/** Windows of at most {@link WINDOW_KEYS} keys, for a template. */
export function enrolmentWindows(recording: FreeTextRecording, least = LEAST_KEYS): FreeTextTimings[] {
  return timingsOf(recording).flatMap((timings) => freeTextWindows(timings, { keys: WINDOW_KEYS, minimum: least }));
}

export interface ProbeCut {
  /** Keys of a probe. */
  readonly keys: number;
  /** Fewest keys of the last probe of a stretch; as many as any other unless given. */
  readonly least?: number;
}

/** Probes of a recording: runs of `keys` keys without a long pause, each cut into windows that are judged together. */
export function probesOf(recording: FreeTextRecording, { keys, least = keys }: ProbeCut): Probe[] {
  const runs = timingsOf(recording).flatMap((timings) => freeTextWindows(timings, { keys, minimum: Math.min(least, keys) }));
  return runs.map((run) => windowsOfRun(run));
}

function windowsOfRun(run: FreeTextTimings): Probe {
  const count = run.keys.length;
  if (count <= WINDOW_KEYS) return [run];
  return freeTextWindows(run, { keys: WINDOW_KEYS, minimum: LEAST_KEYS });
}

/** Joins probes of so many keys to probes of several times as many; what is left over is dropped. */
export function joinedProbes(probes: readonly Probe[], count: number): Probe[] {
  return Array.from({ length: Math.floor(probes.length / count) }, (_, i) => probes.slice(i * count, (i + 1) * count).flat());
}

/** Timings of the stretches of a recording between pauses that end a window, in pieces that one object holds. */
function timingsOf({ keys, press, release }: FreeTextRecording): FreeTextTimings[] {
  const pieces: FreeTextTimings[] = [];
  let start = 0;
  for (let end = 1; end <= keys.length; end++) {
    const pause = end < keys.length ? (press[end] ?? 0) - (press[end - 1] ?? 0) : Number.POSITIVE_INFINITY;
    if (pause <= FREE_TEXT_BOUNDS.longestPause && end - start < MOST_KEYS) continue;
    if (end - start >= FREE_TEXT_BOUNDS.minimumKeys) {
      pieces.push(
        freeTextTimingsFrom({
          keys: keys.subarray(start, end),
          press: press.subarray(start, end),
          release: releasesWithin(press, release, start, end),
        }),
      );
    }
    start = end;
  }
  return pieces;
}

/** A hold of more than half a minute is a release that was missed, such as that of a key let go in another window. */
function releasesWithin(press: Float64Array, release: Float64Array, start: number, end: number): Float64Array {
  return release.slice(start, end).map((time, i) => (time - (press[start + i] ?? 0) <= FREE_TEXT_BOUNDS.longestPause ? time : Number.NaN));
}

/** A clock of coarse steps, each recording at a phase of its own: times are floored to it. */
export function onClock({ session, keys, press, release }: FreeTextRecording, step: number, phase: number): FreeTextRecording {
  const floor = (time: number) => Math.floor((time + phase) / step) * step;
  return { session, keys, press: press.map(floor), release: release.map(floor) };
}
