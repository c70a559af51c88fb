import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FreeTextTimings } from '@tacit-auth/features';
import { type FreeTextPopulation, serializeFreeTextPopulation } from '@tacit-auth/models';
import { type FreeTextTrainingPerson, trainFreeTextPopulation } from '@tacit-auth/models/population-training';
import type { FreeTextPerson } from '../data/free-text-people';
import { type PaceSet, pacePersonOf, readMonacoFable, readVillaniFreetext } from '../data/pace-sessions';
import { enrolmentWindows } from './free-text-cuts';

/** What the shipped population says of itself. */
export const SHIPPED_SOURCE = 'villani-freetext and monaco-fable: Pace University, released by J. V. Monaco 2016 under a BSD licence';
export const SHIPPED_SEED = 1;
/** Where the package keeps it. */
const SHIPPED_FILE = fileURLToPath(new URL('../../../../packages/models/src/free-text/default-population-bytes.ts', import.meta.url));

/** The people of the two sets, each recording a sitting of another day; who is in both is one person. */
export async function shippedPeople(folder: string): Promise<FreeTextTrainingPerson[]> {
  const sets: readonly (readonly [PaceSet, readonly FreeTextPerson[]])[] = [
    ['villani-freetext', await readVillaniFreetext(folder)],
    ['monaco-fable', await readMonacoFable(folder)],
  ];
  const sessions = new Map<string, FreeTextTimings[][]>();
  for (const [set, people] of sets) {
    for (const { user, recordings } of people) {
      const person = pacePersonOf(set, user);
      sessions.set(person, [...(sessions.get(person) ?? []), ...recordings.map((recording) => enrolmentWindows(recording))]);
    }
  }
  return Array.from(sessions, ([user, own]) => ({ user, sessions: own }));
}

/** The population that the package ships, made again: the same people give the same bytes. */
export function trainShippedPopulation(
  people: readonly FreeTextTrainingPerson[],
  onProgress: (share: number) => void = () => undefined,
): FreeTextPopulation {
  return trainFreeTextPopulation({ people, source: SHIPPED_SOURCE, seed: SHIPPED_SEED, onProgress });
}

/** The file of the package that holds it. */
export function shippedFile(population: FreeTextPopulation): string {
  const text = Buffer.from(serializeFreeTextPopulation(population)).toString('base64');
  return [
    '/**',
    ' * Made by bench/accuracy/src/free-text/train-shipped.ts of villani-freetext and monaco-fable alone; not to be changed by hand.',
    ' * Constants trained on data of Pace University released by J. V. Monaco: BSD licence, 2016 Vinnie Monaco. See NOTICE.',
    ' */',
    `export const DEFAULT_FREE_TEXT_POPULATION =\n  '${text}';`,
    '',
  ].join('\n');
}

// `node --import tsx src/free-text/train-shipped.ts DIR`, DIR being the folder of the data sets.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new RangeError('say where the data sets lie: train-shipped.ts DIR');
  const people = await shippedPeople(folder);
  const population = trainShippedPopulation(people, (share) => process.stderr.write(`\r${Math.round(100 * share)} %`));
  await writeFile(SHIPPED_FILE, shippedFile(population));
  process.stderr.write(`\n${population.users} people, ${population.windows} windows, ${population.id}\n`);
}
