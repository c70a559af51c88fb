import { createHash } from 'node:crypto';
import type { PointerActions } from '@tacit-auth/features';
import { serializePointerPopulation, WINDOWS_BY_ACTIONS, WINDOWS_BY_TIME } from '@tacit-auth/models';
import { trainPointerPopulation } from '@tacit-auth/models/population-training';
import { populationPath, writePopulation } from '../windows/population-file';
import { GRIDS, type PointerPerson, type PointerSession, type PointerSetName, type PointerSets } from './pointer-sets';

/** Trains a population and writes it to a file. */
export interface PointerTraining {
  readonly kind: 'train';
  readonly path: string;
  /** Where the people come from, for people to read. */
  readonly source: string;
  readonly folder: string;
  readonly set: PointerSetName;
  readonly users: readonly string[];
  /** That of the set under test. */
  readonly gridMs: number;
  readonly seed: number;
}

/** A training of these people, at the path that names all it depends on. */
export function pointerTraining(
  { folder, set, gridMs, seed }: Pick<PointerTraining, 'folder' | 'set' | 'gridMs' | 'seed'>,
  people: readonly PointerPerson[],
): PointerTraining {
  const digests = people.map((person) => [person.user, sessionsOf(person).map(({ actions }) => digestOfActions(actions))]);
  return {
    kind: 'train',
    path: populationPath('pointer', [set, gridMs, seed, digests]),
    source: set,
    folder,
    set,
    users: people.map(({ user }) => user),
    gridMs,
    seed,
  };
}

/** Of a person's sessions those that may train: of Balabit the training sessions, since the test sessions are by whoever. */
function sessionsOf({ enrolment, test }: PointerPerson): PointerSession[] {
  return [...enrolment, ...test.filter(({ illegal }) => illegal === undefined)];
}

export async function trainPointer(
  { path, source, folder, set, users, gridMs, seed }: PointerTraining,
  sets: PointerSets,
  onProgress: (share: number) => void,
): Promise<void> {
  const people = await sets.people(folder, set, users, gridMs);
  const population = trainPointerPopulation({
    people: people.map((person) => ({ user: person.user, sessions: sessionsOf(person).map(({ actions }) => actions) })),
    source,
    windowing: gridMs === GRIDS.balabit ? WINDOWS_BY_ACTIONS : WINDOWS_BY_TIME,
    ...(gridMs === GRIDS[set] ? {} : { dimensions: FOREIGN_DIMENSIONS }),
    minimumUsers: LEAST_USERS,
    seed,
    onProgress,
  });
  await writePopulation(path, serializePointerPopulation(population));
}

/** Folds of research sets are smaller than what an operator should train on. */
const LEAST_USERS = 9;
/** Of people at other work, on other devices, fewer directions hold. */
const FOREIGN_DIMENSIONS = 10;

/** What tells a session's actions from all others, whatever names its person. */
export function digestOfActions({ kinds, features }: PointerActions): string {
  return createHash('sha256')
    .update(kinds)
    .update(new Uint8Array(features.buffer, features.byteOffset, features.byteLength))
    .digest('hex');
}

/** Of people who would train, those none of whose sessions is among those of the people under test. */
export function withoutTestedPointers(train: readonly PointerPerson[], tested: readonly PointerPerson[]): PointerPerson[] {
  const digests = (person: PointerPerson) => sessionsOf(person).map(({ actions }) => digestOfActions(actions));
  const known = new Set(tested.flatMap(digests));
  return train.filter((person) => !digests(person).some((digest) => known.has(digest)));
}
