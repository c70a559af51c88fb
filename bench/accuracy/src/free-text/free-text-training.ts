import type { FreeTextTimings } from '@tacit-auth/features';
import { serializeFreeTextPopulation } from '@tacit-auth/models';
import { type FreeTextTrainingPerson, trainFreeTextPopulation } from '@tacit-auth/models/population-training';
import { digestOfRecording, type FreeTextPerson } from '../data/free-text-people';
import { pacePersonOf } from '../data/pace-sessions';
import { populationPath, writePopulation } from '../windows/population-file';
import { enrolmentWindows } from './free-text-cuts';
import type { FreeTextSetName, FreeTextSets } from './free-text-sets';

/** Trains a population and writes it to a file. */
export interface FreeTextTraining {
  readonly kind: 'train';
  readonly path: string;
  /** Where the people come from, for people to read. */
  readonly source: string;
  readonly parts: readonly TrainingPart[];
  readonly seed: number;
}

export interface TrainingPart {
  readonly folder: string;
  readonly set: FreeTextSetName;
  readonly users: readonly string[];
}

/** A training of these people, at the path that names all it depends on. */
export function freeTextTraining(
  source: string,
  parts: readonly { readonly folder: string; readonly set: FreeTextSetName; readonly people: readonly FreeTextPerson[] }[],
  seed: number,
): FreeTextTraining {
  const digests = parts.map(({ set, people }) => [
    set,
    people.map(({ user, recordings }) => [user, recordings.map((each) => digestOfRecording(each) ?? null)]),
  ]);
  return {
    kind: 'train',
    path: populationPath('free-text', [source, seed, digests]),
    source,
    parts: parts.map(({ folder, set, people }) => ({ folder, set, users: people.map(({ user }) => user) })),
    seed,
  };
}

export async function trainFreeText(
  { path, source, parts, seed }: FreeTextTraining,
  sets: FreeTextSets,
  onProgress: (share: number) => void,
): Promise<void> {
  const sessions = new Map<string, (readonly FreeTextTimings[])[]>();
  for (const { folder, set, users } of parts) {
    for (const { user, recordings } of await sets.people(folder, set, users)) {
      const person = personOf(set, user);
      const own = sittingsOf(
        set,
        recordings.map((recording) => enrolmentWindows(recording)),
      );
      sessions.set(person, [...(sessions.get(person) ?? []), ...own]);
    }
  }
  const people: FreeTextTrainingPerson[] = Array.from(sessions, ([user, own]) => ({ user, sessions: own }));
  await writePopulation(path, serializeFreeTextPopulation(trainFreeTextPopulation({ people, source, seed, onProgress })));
}

/** Aalto's people sat once; the others' recordings are of different days. */
function sittingsOf(set: FreeTextSetName, recordings: readonly (readonly FreeTextTimings[])[]): FreeTextTrainingPerson['sessions'] {
  return set === 'aalto-desktop' ? [recordings.flat()] : recordings;
}

/** One name for a person, whatever the set. */
export function personOf(set: FreeTextSetName, user: string): string {
  return set === 'aalto-desktop' ? `${set} ${user}` : pacePersonOf(set, user);
}
