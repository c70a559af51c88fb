import { Progress } from '@tacit-internal/bench-shared/progress';
import { runJobs, workerThread } from '@tacit-internal/bench-shared/run-jobs';
import { CROSS_FIT_FOLDS } from '../free-text/free-text-plan';
import { type FreeTextSetName, FreeTextSets } from '../free-text/free-text-sets';
import type { FreeTextTraining } from '../free-text/free-text-training';
import { aaltoTraining, aaltoUnderTest, crossFit, foldOf, runFreeText } from '../free-text/measure-free-text';
import { runPointer } from '../pointer/measure-pointer';
import { GRIDS, PointerSets, usersOf } from '../pointer/pointer-sets';
import { type PointerTraining, pointerTraining } from '../pointer/pointer-training';
import type { WindowSuiteOptions } from '../windows/window-options';
import type { SessionJob } from './session-job';
import { chooses, hashOf, type SessionSetName, type SessionTrial } from './session-plan';

const QUICK_PEOPLE = 24;
const OWNERS_PER_JOB = 24;

/** What a trial's customers gave, by the half of the people. */
export interface TrialResults<Trial, Result> {
  readonly trial: Trial;
  readonly choose: readonly Result[];
  readonly report: readonly Result[];
}

/** Runs trials, one result a customer, on threads of a module; populations that an earlier run trained are taken from the cache. */
export async function runTrials<Trial extends SessionTrial, Result>(
  trials: readonly Trial[],
  options: WindowSuiteOptions,
  { module, name }: { readonly module: URL; readonly name: string },
): Promise<TrialResults<Trial, Result>[]> {
  const plan = new SessionPlan(options);
  const planned: { readonly trial: Trial; readonly jobs: readonly PlannedJob[] }[] = [];
  for (const trial of trials) planned.push({ trial, jobs: await plan.jobsOf(trial) });
  await runFreeText(plan.typingTrainings, [], options);
  await runPointer(plan.pointerTrainings, [], options);

  const all = planned.flatMap(({ jobs }) => jobs);
  const progress = new Progress(all.reduce((sum, { job }) => sum + workOf(job), 0));
  const results = await runJobs<SessionJob, readonly Result[]>({
    jobs: all.map(({ job }) => job),
    threads: options.threads,
    start: () => workerThread(module.href, {}),
    onProgress: (job, share) => progress.add(share * workOf(job), `${name} ${job.trial.detector} ${job.trial.set}`),
  });
  let place = 0;
  return planned.map(({ trial, jobs }) => {
    const halves: { choose: Result[]; report: Result[] } = { choose: [], report: [] };
    for (const { half } of jobs) halves[half].push(...(results[place++] ?? []));
    return { trial, ...halves };
  });
}

interface PlannedJob {
  readonly half: 'choose' | 'report';
  readonly job: SessionJob;
}

/** People whom one population may judge together. */
interface Group {
  readonly half: PlannedJob['half'];
  readonly people: readonly string[];
  readonly population: string | null;
}

/** Gathers jobs, and the trainings that they need, each once. */
class SessionPlan {
  readonly #options: WindowSuiteOptions;
  readonly #typed = new FreeTextSets();
  readonly #pointed = new PointerSets();
  readonly #typingTrainings = new Map<string, FreeTextTraining>();
  readonly #pointerTrainings = new Map<string, PointerTraining>();

  constructor(options: WindowSuiteOptions) {
    this.#options = options;
  }

  get typingTrainings(): FreeTextTraining[] {
    return [...this.#typingTrainings.values()];
  }

  get pointerTrainings(): PointerTraining[] {
    return [...this.#pointerTrainings.values()];
  }

  async jobsOf(trial: SessionTrial): Promise<PlannedJob[]> {
    const groups = await this.#groupsOf(trial);
    return groups.flatMap(({ half, people, population }) =>
      Array.from({ length: Math.ceil(people.length / OWNERS_PER_JOB) }, (_, part) => ({
        half,
        job: {
          trial,
          folder: this.#options.data,
          population,
          people,
          owners: people.slice(part * OWNERS_PER_JOB, (part + 1) * OWNERS_PER_JOB),
        },
      })),
    );
  }

  async #groupsOf(trial: SessionTrial): Promise<Group[]> {
    const users = await this.#usersOf(trial.set);
    if (trial.crossFit) return this.#folds(users);
    if (trial.detector === 'window-plda') return this.#twoFolds(trial.set, users);
    const population = trial.detector === 'trained' ? await this.#trained(trial.set) : null;
    return halvesOf(trial.set, users).map((group) => ({ ...group, population }));
  }

  /** In an order drawn by their names, in which each is taken over by the next ones. */
  async #usersOf(set: SessionSetName): Promise<string[]> {
    const { data, quick } = this.#options;
    const users =
      set === 'sapimouse' || set === 'balabit'
        ? usersOf(data, set)
        : (set === 'aalto-desktop'
            ? await aaltoUnderTest(this.#options, this.#typed)
            : await this.#typed.get(data, set as FreeTextSetName)
          ).map(({ user }) => user);
    const drawn = users.map((user) => ({ user, at: hashOf(`tacit:order:${set}:${user}`) })).toSorted((a, b) => a.at - b.at);
    return drawn.map(({ user }) => user).slice(0, quick ? QUICK_PEOPLE : users.length);
  }

  /** As the shipped population is made, without the people of a fold; they are judged among themselves. */
  async #folds(users: readonly string[]): Promise<Group[]> {
    const groups: Group[] = [];
    for (let fold = 0; fold < CROSS_FIT_FOLDS; fold++) {
      const training = await crossFit(this.#options.data, this.#typed, fold, this.#options.seed);
      this.#typingTrainings.set(training.path, training);
      groups.push({
        half: fold < 2 ? 'choose' : 'report',
        people: users.filter((user) => foldOf('villani-freetext', user) === fold),
        population: training.path,
      });
    }
    return groups;
  }

  /** Each of two folds is judged by a population of the other, as the suite on the pointer has it. */
  async #twoFolds(set: SessionSetName, users: readonly string[]): Promise<Group[]> {
    const { data, seed } = this.#options;
    const gridMs = GRIDS.sapimouse;
    const groups: Group[] = [];
    const all = usersOf(data, 'sapimouse');
    for (const fold of [0, 1]) {
      const others = all.filter((_, place) => place % 2 !== fold);
      const training = pointerTraining(
        { folder: data, set: 'sapimouse', gridMs, seed },
        await this.#pointed.people(data, 'sapimouse', others, gridMs),
      );
      this.#pointerTrainings.set(training.path, training);
      const own = users.filter((user) => !others.includes(user));
      groups.push(...halvesOf(set, own).map((group) => ({ ...group, population: training.path })));
    }
    return groups;
  }

  /** A population of people of the training folder who are not under test. */
  async #trained(set: SessionSetName): Promise<string> {
    if (set !== 'balabit') {
      const { training } = await aaltoTraining(this.#options, this.#typed);
      this.#typingTrainings.set(training.path, training);
      return training.path;
    }
    const folder = this.#options.trainData ?? this.#options.data;
    const people = await this.#pointed.people(folder, 'sapimouse', usersOf(folder, 'sapimouse'), GRIDS.balabit);
    const training = pointerTraining({ folder, set: 'sapimouse', gridMs: GRIDS.balabit, seed: this.#options.seed }, people);
    this.#pointerTrainings.set(training.path, training);
    return training.path;
  }
}

function halvesOf(set: SessionSetName, users: readonly string[]): Omit<Group, 'population'>[] {
  return [
    { half: 'choose', people: users.filter((user) => chooses(set, user)) },
    { half: 'report', people: users.filter((user) => !chooses(set, user)) },
  ];
}

/** A guess at what a job costs beside others, for the progress bar. */
function workOf({ trial, owners, people }: SessionJob): number {
  return owners.length * (2 + Math.min(trial.takers, people.length));
}
