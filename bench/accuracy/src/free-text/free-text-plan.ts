import type { RowHead } from '../jobs';
import type { FreeTextSetName } from './free-text-sets';

/** Which population judges. */
export type PopulationChoice =
  /** Trained on people of Aalto. */
  | 'trained'
  /** The one that ships. */
  | 'default'
  /** As the one that ships is trained, without the people under test: folds by person. */
  | 'cross-fit';

/** A protocol on one set. */
export interface FreeTextTrial {
  readonly set: FreeTextSetName;
  readonly population: PopulationChoice;
  /** Words of the condition after the set. */
  readonly words: string;
  /** The first so many recordings (sentences, sessions) enrol. */
  readonly enrol: number;
  /** Only so many first keys of each enrolled recording; null: all. */
  readonly enrolKeys: number | null;
  /** Recordings that probe, from the first to before the second. */
  readonly probes: readonly [from: number, to: number];
  /** `each`: a recording cut to its first `keys` keys is a probe. `run`: probes of exactly `keys` keys, across recordings of the same sitting. */
  readonly cut: 'each' | 'run';
  readonly keys: number;
  /** Probes of all others, or one of each of them. */
  readonly impostors: 'all' | 'one';
  /** Whose times lie on a clock of 16 ms. */
  readonly clock: 'both' | 'probe' | null;
  /** The population is centred on the enrolled templates. */
  readonly centred: boolean;
}

/** Folds by person in which the shipped kind of population is trained without those under test. */
export const CROSS_FIT_FOLDS = 5;

const ENROLMENTS = [1, 2, 5, 10];
const KEYS = [25, 50, 100, 200];
const AALTO_SENTENCES = 15;

const BASE = { enrolKeys: null, impostors: 'one', clock: null, centred: false } as const;

export interface FreeTextPlanOptions {
  /** The sets that there are. */
  readonly sets: readonly FreeTextSetName[];
  /** Whether there is a population trained on Aalto. */
  readonly trained: boolean;
  /** Whether the shipped population is asked for. */
  readonly shipped: boolean;
  /** The rows that floors need. */
  readonly small: boolean;
}

/** Every protocol of the suite, in the order of its rows. */
export function freeTextTrials({ sets, trained, shipped, small }: FreeTextPlanOptions): FreeTextTrial[] {
  const choices: readonly (readonly [aalto: PopulationChoice, others: PopulationChoice])[] = [
    ...(trained ? ([['trained', 'trained']] as const) : []),
    ...(shipped ? ([['default', 'cross-fit']] as const) : []),
  ];
  const all = [
    ...choices.flatMap(([aalto]) => aaltoTrials(aalto)),
    ...choices.flatMap(([, others]) => [...villaniTrials(others), ...fableTrials(others)]),
  ].filter(({ set }) => sets.includes(set));
  return small ? all.filter(isFloor) : all;
}

function aaltoTrials(population: PopulationChoice): FreeTextTrial[] {
  const base = { ...BASE, set: 'aalto-desktop', population, enrolKeys: 50 } as const;
  const five = (enrol: number): FreeTextTrial => ({
    ...base,
    words: 'keys=50 protocol=5x50',
    enrol,
    probes: [10, AALTO_SENTENCES],
    cut: 'each',
    keys: 50,
    impostors: 'all',
  });
  return [
    ...(population === 'trained' ? ENROLMENTS : [5]).map(five),
    ...(population === 'trained' ? (['both', 'probe'] as const) : (['both'] as const)).map((clock) => ({
      ...five(5),
      clock,
      words: `keys=50 protocol=5x50 clock=16ms${clock === 'probe' ? ' probe-only' : ''}`,
    })),
    ...KEYS.flatMap((keys) =>
      ENROLMENTS.map(
        (enrol): FreeTextTrial => ({
          ...base,
          words: `keys=${keys}`,
          enrol,
          probes: [Math.max(enrol, 5), AALTO_SENTENCES],
          cut: 'run',
          keys,
        }),
      ),
    ),
  ];
}

function villaniTrials(population: PopulationChoice): FreeTextTrial[] {
  const fit = population === 'cross-fit' ? ` cross-fit=${CROSS_FIT_FOLDS}` : '';
  const trial = (enrol: number, keys: number, centred: boolean): FreeTextTrial => ({
    ...BASE,
    set: 'villani-freetext',
    population,
    words: `sessions=${enrol} keys=${keys}${fit}${centred ? ' centred' : ''}`,
    enrol,
    probes: [enrol, 6],
    cut: 'run',
    keys,
    centred,
  });
  const keys = [...KEYS, 500];
  return [
    ...[1, 2, 3, 5].flatMap((enrol) => keys.map((each) => trial(enrol, each, false))),
    ...(population === 'trained' ? keys.map((each) => trial(3, each, true)) : []),
  ];
}

function fableTrials(population: PopulationChoice): FreeTextTrial[] {
  const fit = population === 'cross-fit' ? ` cross-fit=${CROSS_FIT_FOLDS}` : '';
  const trial = (enrol: number, keys: number, centred: boolean): FreeTextTrial => ({
    ...BASE,
    set: 'monaco-fable',
    population,
    words: `sessions=${enrol} keys=${keys}${fit}${centred ? ' centred' : ''}`,
    enrol,
    probes: [2, 4],
    cut: 'run',
    keys,
    centred,
  });
  return [
    ...[1, 2].flatMap((enrol) => KEYS.map((each) => trial(enrol, each, false))),
    ...(population === 'trained' ? KEYS.map((each) => trial(2, each, true)) : []),
  ];
}

/** What a check measures: the shipped population, with five sentences or three sessions. */
function isFloor({ set, population, enrol, keys, clock, words }: FreeTextTrial): boolean {
  if (population === 'trained') return isNamed(words, set, enrol);
  if (set === 'aalto-desktop') return population === 'default' && enrol === 5 && clock === null && (words.includes('5x50') || keys === 100);
  return false;
}

/** Rows with a bound of their own where a population was trained. */
function isNamed(words: string, set: FreeTextSetName, enrol: number): boolean {
  if (set === 'aalto-desktop') return enrol === 5 && (words.includes('5x50') || words === 'keys=100');
  return set === 'villani-freetext' && words === 'sessions=3 keys=200';
}

export function headOf({ set, population, words, enrol }: FreeTextTrial): RowHead {
  return { suite: 'free-text', detector: population === 'trained' ? 'trained' : 'default', condition: `${set} ${words}`, enrol };
}
