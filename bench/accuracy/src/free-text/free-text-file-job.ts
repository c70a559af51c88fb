import { type FreeTextTimings, keyClassOf } from '@tacit-auth/features';
import { FreeTextPeople, type FreeTextPerson, recordingOf } from '../data/free-text-people';
import type { ScoresOf } from '../jobs';
import { readTypingFile } from '../typing-file-job';
import { type AnyWindowDetector, WindowScores } from '../windows/window-scores';
import { enrolmentWindows, firstKeys, type Probe, probesOf, WINDOW_KEYS } from './free-text-cuts';

/** Scores some people of a file in the generic typing format. */
export interface FreeTextFileScoring {
  readonly kind: 'score-file';
  readonly file: string;
  /** The first so many samples enrol. */
  readonly enrol: number;
  /** Keys of a probe, and most keys of an enrolled sample; null: windows of the product, and whole samples. */
  readonly window: number | null;
  /** File of the population; null: the one that ships. */
  readonly population: string | null;
  readonly owners: readonly string[];
}

/** Fewest keys of the last probe of a sample. */
const LEAST_KEYS = 25;
/** A key without a name. */
const OTHER = '38';

/** People of a file, in order of first appearance. */
export async function readFreeTextFile(file: string): Promise<FreeTextPerson[]> {
  const people = new FreeTextPeople();
  for (const { user, session, keys } of await readTypingFile(file)) {
    people.add(
      user,
      recordingOf(
        String(session ?? ''),
        keys.map(([key, press, release]) => [keyClassOf(key ?? OTHER), press, release ?? Number.NaN]),
      ),
    );
  }
  return people.list();
}

interface FileRun extends Omit<FreeTextFileScoring, 'kind' | 'file'> {
  readonly people: readonly FreeTextPerson[];
  readonly detector: AnyWindowDetector<FreeTextTimings>;
  readonly onProgress: (share: number) => void;
}

/** The generic protocol: later samples are genuine probes, the first probe of each other person an impostor's. */
export function scoreFile({ people, detector, enrol, window, population, owners, onProgress }: FileRun): ScoresOf[] {
  const probes = new Map(people.map((person) => [person.user, probesOfPerson(person, enrol, window)]));
  const head = {
    suite: 'typing-jsonl',
    detector: population === null ? 'default' : 'trained',
    condition: window === null ? 'free' : `free keys=${window}`,
    enrol,
  };
  return owners.map((user, done) => {
    onProgress(done / owners.length);
    const owner = people.find((person) => person.user === user);
    const windows = (owner?.recordings ?? [])
      .slice(0, enrol)
      .flatMap((recording) => enrolmentWindows(window === null ? recording : firstKeys(recording, window), 2));
    const scores = new WindowScores(detector, detector.fit(windows));
    for (const [other, own] of probes) {
      if (other === user) for (const probe of own) scores.add('genuine', probe);
      else for (const probe of own.slice(0, 1)) scores.add('impostor', probe);
    }
    return { head, user: scores.of(user) };
  });
}

/** A sample too short for a window counts as one probe that is refused. */
function probesOfPerson({ recordings }: FreeTextPerson, enrol: number, window: number | null): Probe[] {
  const keys = window ?? WINDOW_KEYS;
  return recordings.slice(enrol).flatMap((recording) => {
    const probes = probesOf(recording, { keys, least: LEAST_KEYS });
    return probes.length === 0 ? [[]] : probes;
  });
}
