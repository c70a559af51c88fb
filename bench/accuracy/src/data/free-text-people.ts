import { createHash } from 'node:crypto';

/** What one person typed at a stretch: a sentence, a session. Keys are class ids (`keyClassOf`), times ms from any origin, sorted by press. */
export interface FreeTextRecording {
  readonly session: string;
  readonly keys: Uint8Array;
  readonly press: Float64Array;
  /** NaN where the release was not seen, or lies before the press. */
  readonly release: Float64Array;
}

export interface FreeTextPerson {
  readonly user: string;
  /** In order of time. */
  readonly recordings: readonly FreeTextRecording[];
}

/** One stroke as a data file gives it. */
export type Stroke = readonly [keyClass: number, press: number, release: number];

/** Bounds on a set: its people lie in memory together. */
export const FREE_TEXT_LIMITS = Object.freeze({ recordings: 500_000, keys: 20_000, time: 1e14 });

/** @throws RangeError for more strokes, or times further from 0, than {@link FREE_TEXT_LIMITS} allows, and for key classes that there are not. */
export function recordingOf(session: string, strokes: readonly Stroke[]): FreeTextRecording {
  if (strokes.length > FREE_TEXT_LIMITS.keys) throw new RangeError(`a recording has at most ${FREE_TEXT_LIMITS.keys} keys`);
  for (const [keyClass, press, release] of strokes) {
    if (!Number.isInteger(keyClass) || keyClass < 0 || keyClass > 38) throw new RangeError('a key class is an integer from 0 to 38');
    if (!(Math.abs(press) <= FREE_TEXT_LIMITS.time)) throw new RangeError('a press must be a time in ms');
    if (Math.abs(release) > FREE_TEXT_LIMITS.time) throw new RangeError('a release must be a time in ms');
  }
  // Stable: keys pressed at the same tick stay as they were written.
  const sorted = strokes.toSorted((a, b) => a[1] - b[1]);
  return {
    session,
    keys: Uint8Array.from(sorted, ([keyClass]) => keyClass),
    press: Float64Array.from(sorted, ([, press]) => press),
    release: Float64Array.from(sorted, ([, press, release]) => (release >= press ? release : Number.NaN)),
  };
}

/** Collects recordings by person, in order of first appearance. */
export class FreeTextPeople {
  readonly #people = new Map<string, FreeTextRecording[]>();
  #count = 0;

  /** @throws RangeError for more recordings than {@link FREE_TEXT_LIMITS} allows. */
  add(user: string, recording: FreeTextRecording): void {
    if (++this.#count > FREE_TEXT_LIMITS.recordings) throw new RangeError(`a set has at most ${FREE_TEXT_LIMITS.recordings} recordings`);
    const known = this.#people.get(user);
    if (known === undefined) this.#people.set(user, [recording]);
    else known.push(recording);
  }

  list(): FreeTextPerson[] {
    return [...this.#people].map(([user, recordings]) => ({ user, recordings }));
  }
}

/**
 * What tells a recording from all others, whatever names its person and its keys: a digest of its times between presses and of its holds, to the ms.
 * Recordings of fewer than ten keys have none: they could be alike by chance.
 */
export function digestOfRecording({ press, release }: FreeTextRecording): string | undefined {
  if (press.length < 10) return undefined;
  const times = new Int32Array(2 * press.length);
  press.forEach((time, i) => {
    times[2 * i] = i === 0 ? 0 : Math.round(time - (press[i - 1] ?? 0));
    times[2 * i + 1] = Number.isNaN(release[i]) ? -1 : Math.round((release[i] ?? 0) - time);
  });
  return createHash('sha256').update(new Uint8Array(times.buffer)).digest('hex');
}

/** Of people who would train, those none of whose recordings is among those of the people under test. */
export function withoutTested(train: readonly FreeTextPerson[], tested: readonly FreeTextPerson[]): FreeTextPerson[] {
  const known = new Set(tested.flatMap(({ recordings }) => recordings.flatMap((each) => digestOfRecording(each) ?? [])));
  return train.filter(({ recordings }) => !recordings.some((each) => known.has(digestOfRecording(each) ?? '')));
}
