import { assertFreeTextTimings, type FreeTextTimings, freeTextTimingsFrom, freeTextWindows } from '@tacit-auth/features';
import { seededUniforms } from '../seeded-normals';
import { WINDOW_KEYS } from './pair-features';
import { implausible } from './plausible-windows';

/** One person who trains a population. */
export interface FreeTextTrainingPerson {
  /** Tells people apart in what is given; kept nowhere. */
  readonly user: string;
  /** What was typed at each sitting, in order of time; timings longer than fifty keys are cut into windows. */
  readonly sessions: readonly (readonly FreeTextTimings[])[];
}

/** The windows of a person who trains. */
export interface TrainingWindows {
  readonly windows: readonly FreeTextTimings[];
  /** Number of the sitting of each window. */
  readonly sitting: Int32Array;
}

/** Most windows of one person, spread evenly over all of them, so that nobody weighs more than twelve or so do who typed least. */
const MOST_WINDOWS_OF_PERSON = 60;
const LEAST_WINDOW_KEYS = 25;
/** Fewer windows show nothing of how a person varies. */
export const LEAST_WINDOWS_OF_PERSON = 3;
/** Step of the coarse clock that every window is seen on as well, in ms: 60 Hz, and the clock of many older machines. */
const COARSE_CLOCK = 16;

/** The windows of each person with enough of them, in the order given. @throws TypeError or RangeError for wrong people, or two of one name. */
export function trainingWindows(people: readonly FreeTextTrainingPerson[]): TrainingWindows[] {
  if (!Array.isArray(people)) {
    throw new TypeError('people must be an array');
  }
  const users = new Set<string>();
  return people
    .map(({ user, sessions }: FreeTextTrainingPerson, p): TrainingWindows => {
      if (typeof user !== 'string' || !Array.isArray(sessions)) {
        throw new TypeError(`people[${p}] must have a user and sessions`);
      }
      if (users.has(user)) {
        throw new RangeError(`people[${p}].user must be named once: its windows would be taken for a stranger's`);
      }
      users.add(user);
      const all: [FreeTextTimings, number][] = [];
      sessions.forEach((session: readonly FreeTextTimings[], sitting) => {
        for (const timings of session) {
          assertFreeTextTimings(timings, `people[${p}].sessions[${sitting}]`);
          for (const window of timings.keys.length < LEAST_WINDOW_KEYS
            ? []
            : freeTextWindows(timings, { keys: WINDOW_KEYS, minimum: LEAST_WINDOW_KEYS })) {
            if (implausible(window) === undefined) {
              all.push([window, sitting]);
            }
          }
        }
      });
      const kept =
        all.length <= MOST_WINDOWS_OF_PERSON
          ? all
          : Array.from({ length: MOST_WINDOWS_OF_PERSON }, (_, i) => all[Math.floor((i * all.length) / MOST_WINDOWS_OF_PERSON)]);
      return { windows: kept.map(([window]) => window), sitting: Int32Array.from(kept, ([, sitting]) => sitting) };
    })
    .filter(({ windows }) => windows.length >= LEAST_WINDOWS_OF_PERSON);
}

/** The same window as a clock of 16 ms steps at some phase would have told it. */
export function onCoarseClock(window: FreeTextTimings, phase: number): FreeTextTimings {
  const { keys, hold, pressPress } = window;
  const press = new Float64Array(keys.length);
  const release = new Float64Array(keys.length);
  const floor = (time: number) => Math.floor(time / COARSE_CLOCK) * COARSE_CLOCK;
  let time = phase * COARSE_CLOCK;
  for (let i = 0; i < keys.length; i++) {
    time += i === 0 ? 0 : pressPress[i - 1];
    press[i] = floor(time);
    release[i] = floor(time + hold[i]);
  }
  return freeTextTimingsFrom({ keys, press, release });
}

/** Phases of clocks, from a seed. */
export function clockPhases(seed: number): () => number {
  return seededUniforms(seed, 16);
}
