import type { GateName } from '@tacit-auth/models/evaluation';
import type { PublicSet } from '@tacit-internal/bench-shared/public-data';
import { WEEKLY_CAP } from '@tacit-internal/bench-shared/weekly-cap';
import { sourceOf } from './data/text-sets';
import type { Job, Range, StaticTrial } from './jobs';

export const SUITES = ['cmu-static', 'cmu-practised', 'cmu-adaptive', 'phrases', 'free-text', 'pointer', 'session', 'face'] as const;
export type Suite = (typeof SUITES)[number];

/** Trials whose scores make a table or a curve of their own, and no row. */
export const TRAVEL = 'travel';
export const LEARNING_CURVE = 'learning-curve';

/** Adaptive templates are calibrated after every learned entry, as the product does. */
export const CALIBRATE_EVERY = 1;

const NOVICE_AND_PRACTISED: StaticTrial['impostors'] = [
  { words: 'novice', entries: [0, 5] },
  { words: 'practised', entries: [195, 200] },
];
const AFTER_200: Range = [200, 400];
const FIRST_OF_CMU = [3, 5, 10, 20, 50, 200];
const LATEST_OF_CMU = [3, 5, 10];
const CURVE_OF_CMU = [3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200];
const GREYC = ['greyc-nislab 1', 'greyc-nislab 2', 'greyc-nislab 3'];
const MOBIKEY = ['mobikey easy', 'mobikey strong', 'mobikey logical'];
/** Detectors whose cut-offs are tried on other sets, and which have a curve over the number of entries and rows for odd people alone. */
export const MAIN_DETECTORS: readonly string[] = ['default', 'scaled-manhattan'];
const GATES: readonly { readonly gate: GateName; readonly mostReleased: number | null }[] = [
  { gate: 'timing', mostReleased: null },
  { gate: 'product', mostReleased: null },
  { gate: 'product', mostReleased: 10 },
  { gate: 'product-step-up', mostReleased: null },
];

export interface PlanOptions {
  readonly suites: readonly Suite[];
  /** Names of detectors that are there. */
  readonly detectors: readonly string[];
  /** Rows that the floors need, and no more. */
  readonly check: boolean;
  readonly quick: boolean;
  readonly seed: number;
}

const PEOPLE = { cmu: 51, 'greyc-nislab': 55, keystroke100: 100, mobikey: 54, 'meu-mobile': 56 };
const QUICK_PEOPLE = 12;
/** People a job: small enough to keep two threads busy to the end. */
const OWNERS_PER_JOB = 6;

/** Everything that a run measures, in the order of its report. */
export function planJobs(options: PlanOptions): Job[] {
  const { suites, detectors, check } = options;
  const jobs: Job[] = [];
  const trials = (list: readonly StaticTrial[], names: readonly string[]) => {
    for (const detector of names) for (const trial of list) jobs.push(...staticJobs(trial, detector, options));
  };
  const main = detectors.filter((name) => MAIN_DETECTORS.includes(name));
  /** Of these a check needs the default one alone. */
  const judged = check ? main.filter((name) => name === 'default') : main;
  if (suites.includes('cmu-static')) {
    trials(firstOfCmu('cmu-static', check ? [10, 200] : FIRST_OF_CMU), detectors);
    if (!check) trials(firstOfCmu(LEARNING_CURVE, CURVE_OF_CMU, 'first'), main);
  }
  if (suites.includes('cmu-practised')) {
    trials(latestOfCmu('cmu-practised', check ? [5] : LATEST_OF_CMU), check ? judged : detectors);
    if (!check) trials(latestOfCmu(LEARNING_CURVE, CURVE_OF_CMU, 'latest'), main);
  }
  if (suites.includes('cmu-adaptive')) {
    for (const detector of judged) {
      const gates = detector === 'default' ? GATES.filter(({ mostReleased }) => !check || mostReleased === null) : GATES.slice(0, 1);
      for (const { gate, mostReleased } of gates) {
        for (const owners of shared(peopleIn('cmu', options))) {
          jobs.push({
            kind: 'adaptive',
            detector,
            gate,
            weeklyCap: WEEKLY_CAP,
            mostReleased,
            calibrateEvery: CALIBRATE_EVERY,
            owners,
            people: peopleIn('cmu', options),
            seed: options.seed,
          });
        }
      }
    }
  }
  if (suites.includes('phrases')) {
    trials(phrases(check), judged);
    trials(travel(), judged);
    if (!check) jobs.push(...crossTyping(main, options.seed));
  }
  return jobs;
}

function firstOfCmu(suite: string, counts: readonly number[], words = ''): StaticTrial[] {
  return counts.map((n) => ({ suite, set: 'cmu', words, enrol: [0, n], genuine: AFTER_200, impostors: NOVICE_AND_PRACTISED }));
}

function latestOfCmu(suite: string, counts: readonly number[], words = ''): StaticTrial[] {
  return counts.map((n) => ({ suite, set: 'cmu', words, enrol: [200 - n, 200], genuine: AFTER_200, impostors: NOVICE_AND_PRACTISED }));
}

/** The first n entries enrol, the rest are genuine probes, impostors are the first 2 probes of every other person. */
function generic(suite: string, set: string, n: number, genuineTo: number): StaticTrial {
  return { suite, set, words: set, enrol: [0, n], genuine: [n, genuineTo], impostors: [{ words: '', entries: [n, n + 2] }] };
}

const ALL = 1_000;

function phrases(check: boolean): StaticTrial[] {
  const few = [...GREYC, 'keystroke100'];
  const many = [...MOBIKEY, 'meu-mobile'];
  return [
    ...few.map((set) => generic('phrases', set, 5, ALL)),
    ...MOBIKEY.map(
      (set): StaticTrial => ({
        suite: 'phrases',
        set,
        words: `${set} entries=36-40`,
        enrol: [35, 40],
        genuine: [40, ALL],
        impostors: [{ words: '', entries: [40, 42] }],
      }),
    ),
    ...(check ? [] : [5, 10].flatMap((n) => many.map((set) => generic('phrases', set, n, ALL)))),
  ];
}

/** Probes of a template that is judged while it is fresh. */
const NEXT = 15;
/** Entries that templates are made of; above 20 the default detector's raw score begins to count, which of all scores travels worst. */
export const TRAVEL_SIZES = [5, 10, 40] as const;

function travel(): StaticTrial[] {
  const cmu = TRAVEL_SIZES.flatMap((n) =>
    (['even', 'odd'] as const).map(
      (people): StaticTrial => ({
        suite: TRAVEL,
        set: 'cmu',
        words: `cmu ${people}`,
        enrol: [200 - n, 200],
        genuine: AFTER_200,
        impostors: [
          { words: 'novice', entries: [0, 2] },
          { words: 'practised', entries: [195, 197] },
        ],
        people,
      }),
    ),
  );
  // Ten entries a person: nine enrol where more than five are asked for, and impostors' last two attack.
  const few = [...GREYC, 'keystroke100'].flatMap((set): StaticTrial[] => [
    generic(TRAVEL, set, 5, ALL),
    { suite: TRAVEL, set, words: set, enrol: [0, 9], genuine: [9, 10], impostors: [{ words: '', entries: [8, 10] }] },
  ]);
  const many = [...MOBIKEY, 'meu-mobile'].flatMap((set) => TRAVEL_SIZES.map((n) => generic(TRAVEL, set, n, n + NEXT)));
  const later = MOBIKEY.map(
    (set): StaticTrial => ({
      suite: TRAVEL,
      set,
      words: `${set} entries=36-40`,
      enrol: [35, 40],
      genuine: [40, 40 + NEXT],
      impostors: [{ words: '', entries: [40, 42] }],
    }),
  );
  return [...cmu, ...few, ...many, ...later];
}

/** Five people with odd places, as no number was fitted on those of CMU. */
const SMALL_GROUP = [1, 3, 5, 7, 9];

function crossTyping(detectors: readonly string[], seed: number): Job[] {
  const sets: { set: string; enrol: Range; attempts: Range }[] = [
    { set: 'cmu', enrol: [190, 200], attempts: [200, 210] },
    { set: 'mobikey easy', enrol: [30, 40], attempts: [40, 50] },
    { set: 'mobikey strong', enrol: [30, 40], attempts: [40, 50] },
    { set: 'mobikey logical', enrol: [30, 40], attempts: [40, 50] },
  ];
  return detectors
    .filter((name) => name === 'default')
    .flatMap((detector) => sets.map((each): Job => ({ kind: 'cross-typing', detector, users: SMALL_GROUP, seed, ...each })));
}

/** The sets that jobs read. */
export function setsOf(jobs: readonly Job[]): PublicSet[] {
  const ids = jobs.flatMap((job) => {
    if (job.kind === 'typing-jsonl') return [];
    return job.kind === 'adaptive' ? ['cmu'] : [job.kind === 'static' ? job.trial.set : job.set];
  });
  return [...new Set(ids.map(sourceOf))];
}

function staticJobs(trial: StaticTrial, detector: string, options: PlanOptions): Job[] {
  const people = peopleIn(trial.set, options, trial.people);
  return shared(people).map((owners) => ({ kind: 'static', trial, detector, owners, people, seed: options.seed }));
}

function peopleIn(set: string, { quick }: PlanOptions, half?: 'even' | 'odd'): number {
  const all = Object.entries(PEOPLE).find(([name]) => set === name || set.startsWith(`${name} `))?.[1] ?? 0;
  const part = half === undefined ? all : half === 'even' ? Math.ceil(all / 2) : Math.floor(all / 2);
  return quick ? Math.min(part, QUICK_PEOPLE) : part;
}

function shared(people: number): number[][] {
  const parts = Math.ceil(people / OWNERS_PER_JOB);
  return Array.from({ length: parts }, (_, part) =>
    Array.from({ length: people }, (_person, place) => place).filter((place) => Math.floor(place / OWNERS_PER_JOB) === part),
  );
}

/** A guess at what a job costs beside others, for the progress bar. */
export function workOf(job: Job): number {
  if (job.kind === 'adaptive') return job.owners.length * (job.detector === 'default' ? 400 : 60);
  if (job.kind !== 'static') return 10;
  const [from, to] = job.trial.enrol;
  const slow = job.detector === 'default' ? 1 : job.detector === 'scaled-manhattan' ? 0.3 : 3;
  return job.owners.length * slow * (1 + (to - from) / 10);
}

export function nameOf(job: Job): string {
  if (job.kind === 'static')
    return `${job.trial.suite} ${job.trial.words} ${job.detector} n=${job.trial.enrol[1] - job.trial.enrol[0]}`.replace('  ', ' ');
  if (job.kind === 'adaptive') return `cmu-adaptive ${job.detector} gate=${job.gate}`;
  return job.kind === 'cross-typing' ? `each other's ${job.set}` : `typing-jsonl ${job.detector}`;
}
