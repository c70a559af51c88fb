import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { ScoredUser } from '@tacit-auth/models/evaluation';
import { digestOf } from '@tacit-internal/bench-shared/public-data';
import { gather } from '../assemble';
import { AALTO_FILE, splitAalto } from '../data/aalto-desktop';
import { type FreeTextPerson, withoutTested } from '../data/free-text-people';
import type { ScoresOf } from '../jobs';
import { rowsOnThreads } from '../row-figures';
import type { TrainedPopulation } from '../windows/population-lines';
import { trainThenScore } from '../windows/train-then-score';
import type { WindowSuiteOptions } from '../windows/window-options';
import type { FreeTextJob } from './free-text-job';
import { CROSS_FIT_FOLDS, type FreeTextTrial, freeTextTrials } from './free-text-plan';
import type { FreeTextReport } from './free-text-report';
import { type FreeTextSetName, FreeTextSets, freeTextFiles } from './free-text-sets';
import { type FreeTextTraining, freeTextTraining, personOf } from './free-text-training';

const QUICK_PEOPLE = 12;
const OWNERS_PER_JOB = 40;

/** Resamples of the people for rows of more than half a million attempts, whose intervals would else take longer than their scores. */
export const RESAMPLES_OF_LARGE = 500;
const LARGE = 500_000;

function isLarge(users: readonly ScoredUser[]): boolean {
  return users.reduce((sum, { impostor }) => sum + impostor.length, 0) > LARGE;
}

type People = readonly FreeTextPerson[];

/** Measures the free-text detector; populations that an earlier run trained are taken from the cache. */
export async function measureFreeText(options: WindowSuiteOptions): Promise<FreeTextReport> {
  const { data, trainData, seed, resamples, small, quick, detectors } = options;
  const sets = new FreeTextSets();
  const under = async (name: FreeTextSetName): Promise<People> => {
    const people = name === 'aalto-desktop' ? await aaltoUnderTest(options, sets) : await sets.get(data, name);
    return quick ? people.slice(0, QUICK_PEOPLE) : people;
  };
  const asked = (name: string) => detectors.length === 0 || detectors.includes(name);
  const trials = freeTextTrials({
    sets: freeTextFiles(data, false).map(({ name }) => name),
    trained: trainData !== null && asked('trained'),
    shipped: asked('default'),
    small,
  }).filter(({ centred }) => !(quick && centred));
  const trainings = new Map<string, FreeTextTraining>();
  const populations: TrainedPopulation[] = [];
  const scoring: FreeTextJob[] = [];
  for (const trial of trials) {
    const people = await under(trial.set);
    if (trial.population === 'cross-fit') {
      for (let fold = 0; fold < CROSS_FIT_FOLDS; fold++) {
        const training = trainings.get(`cross-fit ${fold}`) ?? (await crossFit(data, sets, fold, seed));
        trainings.set(`cross-fit ${fold}`, training);
        scoring.push(
          ...scoringJobs(
            trial,
            options,
            people.filter(({ user }) => foldOf(trial.set, user) === fold),
            training.path,
          ),
        );
      }
      continue;
    }
    if (trial.population === 'trained' && !trainings.has('trained')) {
      const { training, dropped } = await aaltoTraining(options, sets);
      trainings.set('trained', training);
      populations.push({ name: 'trained', people: training.parts.reduce((sum, { users }) => sum + users.length, 0), dropped });
    }
    scoring.push(...scoringJobs(trial, options, people, trial.population === 'trained' ? (trainings.get('trained')?.path ?? null) : null));
  }
  const scores = await runFreeText([...trainings.values()], scoring, options);
  const intervals = gather(scores).map((row) => ({
    row,
    figures: { seed, resamples: isLarge(row.users) ? Math.min(resamples, RESAMPLES_OF_LARGE) : resamples },
  }));
  return { rows: await rowsOnThreads(intervals, options.threads), populations };
}

/** Those of the split who do not train; all people of a file that nobody of whom trains. */
export async function aaltoUnderTest({ data, trainData }: WindowSuiteOptions, sets: FreeTextSets): Promise<People> {
  const people = await sets.get(data, 'aalto-desktop');
  return (await isSameFile(data, trainData)) ? splitAalto(people).test : people;
}

export async function aaltoTraining(
  options: WindowSuiteOptions,
  sets: FreeTextSets,
): Promise<{ training: FreeTextTraining; dropped: number }> {
  const { data, trainData, seed } = options;
  const folder = trainData ?? data;
  const all = await sets.get(folder, 'aalto-desktop');
  const willing = (await isSameFile(data, trainData)) ? splitAalto(all).train : all;
  const people = withoutTested(willing, [...(await aaltoUnderTest(options, sets))]);
  return {
    training: freeTextTraining('aalto-desktop', [{ folder, set: 'aalto-desktop', people }], seed),
    dropped: willing.length - people.length,
  };
}

async function isSameFile(data: string, trainData: string | null): Promise<boolean> {
  if (trainData === null || trainData === data) return true;
  return (await digestOf(`${data}/${AALTO_FILE}`)) === (await digestOf(`${trainData}/${AALTO_FILE}`));
}

/** As the shipped population is trained, without the people of one fold. */
export async function crossFit(data: string, sets: FreeTextSets, fold: number, seed: number): Promise<FreeTextTraining> {
  const parts = await Promise.all(
    (['villani-freetext', 'monaco-fable'] as const)
      .filter((set) => existsSync(`${data}/${set}`))
      .map(async (set) => ({
        folder: data,
        set,
        people: (await sets.get(data, set)).filter(({ user }) => foldOf(set, user) !== fold),
      })),
  );
  return freeTextTraining('villani-freetext, monaco-fable', parts, seed);
}

/** The fold of a person, whichever of the sets of Pace University the number is of: who is in both is in one fold. */
export function foldOf(set: FreeTextSetName, user: string): number {
  return (
    createHash('sha256')
      .update(`tacit:pace:${personOf(set, user)}`)
      .digest()
      .readUInt32BE(0) % CROSS_FIT_FOLDS
  );
}

function scoringJobs(trial: FreeTextTrial, { data, seed }: WindowSuiteOptions, people: People, population: string | null): FreeTextJob[] {
  const names = people.map(({ user }) => user);
  return Array.from({ length: Math.ceil(names.length / OWNERS_PER_JOB) }, (_, part) => ({
    kind: 'score',
    trial,
    folder: data,
    population,
    people: names,
    owners: names.slice(part * OWNERS_PER_JOB, (part + 1) * OWNERS_PER_JOB),
    seed,
  }));
}

/** Trains what is not cached, then scores, on threads of their own. */
export async function runFreeText(
  trainings: readonly FreeTextTraining[],
  scoring: readonly FreeTextJob[],
  { threads }: Pick<WindowSuiteOptions, 'threads'>,
): Promise<ScoresOf[]> {
  return trainThenScore<FreeTextJob>({
    trainings,
    scoring,
    threads,
    module: new URL('./free-text-job.ts', import.meta.url),
    workOf,
    nameOf,
  });
}

/** A guess at what a job costs beside others, for the progress bar. */
function workOf(job: FreeTextJob): number {
  if (job.kind === 'score-file') return job.owners.length * 3;
  if (job.kind === 'train') return 60 * job.parts.reduce((sum, { users }) => sum + users.length, 0);
  return job.owners.length * (1 + (job.people.length / 100) * (job.trial.impostors === 'all' ? 5 : 1));
}

function nameOf(job: FreeTextJob): string {
  if (job.kind === 'train') return `free-text population of ${job.parts.reduce((sum, { users }) => sum + users.length, 0)} people`;
  if (job.kind === 'score-file') return 'typing-jsonl free';
  return `free-text ${job.trial.population} ${job.trial.set} ${job.trial.words}`;
}
