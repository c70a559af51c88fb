import { gather, rowsOf } from '../assemble';
import type { ScoresOf } from '../jobs';
import type { TrainedPopulation } from '../windows/population-lines';
import { trainThenScore } from '../windows/train-then-score';
import type { WindowSuiteOptions } from '../windows/window-options';
import type { PointerJob } from './pointer-job';
import { type PointerTrial, pointerTrials } from './pointer-plan';
import type { PointerReport } from './pointer-report';
import { GRIDS, type PointerSetName, PointerSets, pointerSetsIn, usersOf } from './pointer-sets';
import { type PointerTraining, pointerTraining, withoutTestedPointers } from './pointer-training';

const QUICK_PEOPLE = 12;
/** Fewest people that a population is learned from: all of Balabit but one. */
const LEAST_FOLD = 9;

/** Measures the pointer detector; populations that an earlier run trained are taken from the cache. */
export async function measurePointer(options: WindowSuiteOptions): Promise<PointerReport> {
  const { data, trainData, seed, resamples, small, quick, detectors } = options;
  const sets = pointerSetsIn(data);
  const trials = pointerTrials({ sets, folds: trainData === null || trainData === data, trained: trainData !== null, detectors, small });
  const plan = new PointerPlan(options);
  for (const trial of trials) {
    const all = usersOf(data, trial.set);
    await plan.add(trial, quick ? all.slice(0, QUICK_PEOPLE) : all);
  }
  const scores = await runPointer(plan.trainings, plan.jobs, options);
  return { rows: rowsOf(gather(scores), { seed, resamples }), populations: plan.populations };
}

/** Gathers the jobs of protocols, and the trainings that they need, each once. */
class PointerPlan {
  readonly jobs: PointerJob[] = [];
  readonly populations: TrainedPopulation[] = [];
  readonly #options: WindowSuiteOptions;
  readonly #sets = new PointerSets();
  readonly #trainings = new Map<string, PointerTraining>();

  constructor(options: WindowSuiteOptions) {
    this.#options = options;
  }

  get trainings(): PointerTraining[] {
    const scored = new Set(this.jobs.flatMap((job) => (job.kind === 'score' ? (job.population ?? []) : [])));
    return [...this.#trainings.values()].filter(({ path }) => scored.has(path));
  }

  async add(trial: PointerTrial, users: readonly string[]): Promise<void> {
    const score: Score = (population, owners, impostors) => {
      this.jobs.push({ kind: 'score', trial, folder: this.#options.data, population, owners, impostors });
    };
    if (trial.population === 'default') score(null, users, users);
    else if (trial.population === 'trained') await this.#trained(trial, users, score);
    else if (trial.set === 'sapimouse') await this.#folds(trial, users, score);
    else if (trial.impostors === 'labelled') score((await this.#among('balabit', users)).path, users, users);
    else {
      for (const impostor of users) {
        const rest = users.filter((user) => user !== impostor);
        score((await this.#among('balabit', rest)).path, rest, [impostor]);
      }
    }
  }

  /** Where nobody is left to train, one row says so. */
  async #trained(trial: PointerTrial, users: readonly string[], score: Score): Promise<void> {
    const training = await this.#transferred(trial.set, users);
    if (training.users.length >= LEAST_FOLD) score(training.path, users, users);
    else if (trial.words === 'session') score(null, users, users);
  }

  /** Two folds by person, each judged by a population of the other; too few people have no population. */
  async #folds(trial: PointerTrial, users: readonly string[], score: Score): Promise<void> {
    for (const fold of [0, 1]) {
      const own = users.filter((_, place) => place % 2 === fold);
      const others = users.filter((_, place) => place % 2 !== fold);
      score(others.length < LEAST_FOLD ? null : (await this.#among(trial.set, others)).path, own, own);
    }
  }

  /** A population of people of the same set. */
  async #among(set: PointerSetName, users: readonly string[]): Promise<PointerTraining> {
    const { data, seed } = this.#options;
    const known = this.#trainings.get(`${set} ${users.join()}`);
    if (known !== undefined) return known;
    const people = await this.#sets.people(data, set, users, GRIDS[set]);
    return this.#keep(`${set} ${users.join()}`, pointerTraining({ folder: data, set, gridMs: GRIDS[set], seed }, people));
  }

  /** A population of everybody in the training data but those under test, on the grid of the set under test. */
  async #transferred(set: PointerSetName, tested: readonly string[]): Promise<PointerTraining> {
    const { data, trainData, seed } = this.#options;
    const known = this.#trainings.get(`transferred ${set}`);
    if (known !== undefined) return known;
    const folder = trainData ?? data;
    const gridMs = GRIDS[set];
    const willing = await this.#sets.people(folder, 'sapimouse', usersOf(folder, 'sapimouse'), gridMs);
    const people = withoutTestedPointers(willing, await this.#sets.people(data, set, tested, gridMs));
    this.populations.push({ name: `trained, for ${set}`, people: people.length, dropped: willing.length - people.length });
    return this.#keep(`transferred ${set}`, pointerTraining({ folder, set: 'sapimouse', gridMs, seed }, people));
  }

  #keep(key: string, training: PointerTraining): PointerTraining {
    this.#trainings.set(key, training);
    return training;
  }
}

type Score = (population: string | null, owners: readonly string[], impostors: readonly string[]) => void;

export async function runPointer(
  trainings: readonly PointerTraining[],
  scoring: readonly PointerJob[],
  { threads }: WindowSuiteOptions,
): Promise<ScoresOf[]> {
  return trainThenScore<PointerJob>({ trainings, scoring, threads, module: new URL('./pointer-job.ts', import.meta.url), workOf, nameOf });
}

/** A guess at what a job costs beside others, for the progress bar. */
function workOf(job: PointerJob): number {
  return job.kind === 'train' ? 20 * job.users.length : job.owners.length * (1 + job.impostors.length / 20);
}

function nameOf(job: PointerJob): string {
  return job.kind === 'train'
    ? `pointer population of ${job.users.length} people`
    : `pointer ${job.trial.population} ${job.trial.set} ${job.trial.words}`;
}
