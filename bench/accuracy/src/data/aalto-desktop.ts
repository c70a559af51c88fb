import { createHash } from 'node:crypto';
import { readLines } from '@tacit-internal/bench-shared/read-lines';
import {
  FREE_TEXT_LIMITS,
  FreeTextPeople,
  type FreeTextPerson,
  type FreeTextRecording,
  recordingOf,
  type Stroke,
} from './free-text-people';
import { keyClassOfKeyCode } from './key-names';

/** The file inside the folder of the sets. */
export const AALTO_FILE = 'aalto-desktop/aalto_desktop.jsonl.gz';

/**
 * V. Dhakal et al., CHI 2018, the part of `aalto-desktop`: sentences of many people, each in one sitting. Times count from 1970, so that the pauses between
 * sentences are known.
 *
 * @throws Error that names the line at fault.
 */
export async function readAaltoDesktop(folder: string): Promise<FreeTextPerson[]> {
  const people = new FreeTextPeople();
  let line = 0;
  for await (const text of readLines(`${folder}/${AALTO_FILE}`)) {
    line++;
    try {
      const { user, recording } = sentenceOf(text);
      people.add(user, recording);
    } catch (cause) {
      throw new Error(`${AALTO_FILE}, line ${line}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  // A few sentences of the file are not in the order in which they were typed.
  return people
    .list()
    .map(({ user, recordings }) => ({ user, recordings: recordings.toSorted((a, b) => beginningOf(a) - beginningOf(b)) }));
}

const beginningOf = ({ press }: FreeTextRecording): number => press[0] ?? 0;

interface Sentence {
  readonly user: string;
  readonly recording: FreeTextRecording;
}

function sentenceOf(text: string): Sentence {
  const { u, s, t0, k } = JSON.parse(text) as { u?: unknown; s?: unknown; t0?: unknown; k?: unknown };
  if (!isName(u)) throw new TypeError('u must be a participant');
  if (!isName(s)) throw new TypeError('s must be a section');
  if (typeof t0 !== 'number') throw new TypeError('t0 must be a time in ms');
  if (!Array.isArray(k)) throw new TypeError('k must be a list of keys');
  if (k.length > FREE_TEXT_LIMITS.keys) throw new RangeError(`k must have at most ${FREE_TEXT_LIMITS.keys} keys`);
  return {
    user: String(u),
    recording: recordingOf(
      String(s),
      k.map((key, place) => strokeOf(key, place, t0)),
    ),
  };
}

function isName(value: unknown): value is number | string {
  return Number.isSafeInteger(value) || (typeof value === 'string' && value !== '');
}

function strokeOf(value: unknown, place: number, start: number): Stroke {
  const [keyCode, letter, press, release] = Array.isArray(value) ? (value as unknown[]) : [];
  if (!Number.isSafeInteger(keyCode) || typeof letter !== 'string' || typeof press !== 'number') {
    throw new TypeError(`k[${place}] must be a key code, a letter, a press and a release`);
  }
  return [keyClassOfKeyCode(keyCode as number, letter), start + press, typeof release === 'number' ? start + release : Number.NaN];
}

/** People who train, of all in the set. */
export const AALTO_TRAINING_PEOPLE = 900;

/** Splits people by the SHA-256 of `tacit:aalto:` and their id: a split that depends on nothing but the ids. Both parts in that order. */
export function splitAalto<Person extends { readonly user: string }>(
  people: readonly Person[],
  training = AALTO_TRAINING_PEOPLE,
): { readonly train: Person[]; readonly test: Person[] } {
  const sorted = people
    .map((person) => ({ person, digest: createHash('sha256').update(`tacit:aalto:${person.user}`).digest('hex') }))
    .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
    .map(({ person }) => person);
  return { train: sorted.slice(0, training), test: sorted.slice(training) };
}
