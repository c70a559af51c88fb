import { gather } from '../assemble';
import { withoutTested } from '../data/free-text-people';
import { rowsOnThreads } from '../row-figures';
import type { WindowSuiteOptions } from '../windows/window-options';
import { type FreeTextFileScoring, readFreeTextFile } from './free-text-file-job';
import type { FreeTextReport } from './free-text-report';
import { FreeTextSets } from './free-text-sets';
import { freeTextTraining } from './free-text-training';
import { runFreeText } from './measure-free-text';

interface FreeTextFile extends Pick<WindowSuiteOptions, 'trainData' | 'seed' | 'threads' | 'resamples'> {
  readonly file: string;
  readonly enrol: number;
  readonly window: number | null;
}

const OWNERS_PER_JOB = 40;

/** One row for a file of free text in the generic format, by a population of everybody in the training data whose recordings are not in the file. */
export async function measureFreeTextFile({
  file,
  enrol,
  window,
  trainData,
  seed,
  threads,
  resamples,
}: FreeTextFile): Promise<FreeTextReport> {
  const tested = await readFreeTextFile(file);
  const willing = trainData === null ? [] : await new FreeTextSets().get(trainData, 'aalto-desktop');
  const people = withoutTested(willing, tested);
  const training =
    trainData === null ? undefined : freeTextTraining('aalto-desktop', [{ folder: trainData, set: 'aalto-desktop', people }], seed);
  const names = tested.map(({ user }) => user);
  const jobs = Array.from(
    { length: Math.ceil(names.length / OWNERS_PER_JOB) },
    (_, part): FreeTextFileScoring => ({
      kind: 'score-file',
      file,
      enrol,
      window,
      population: training?.path ?? null,
      owners: names.slice(part * OWNERS_PER_JOB, (part + 1) * OWNERS_PER_JOB),
    }),
  );
  const scores = await runFreeText(training === undefined ? [] : [training], jobs, { threads });
  return {
    rows: await rowsOnThreads(
      gather(scores).map((row) => ({ row, figures: { seed, resamples } })),
      threads,
    ),
    populations: training === undefined ? [] : [{ name: 'trained', people: people.length, dropped: willing.length - people.length }],
  };
}
