import type { RowHead } from '../jobs';
import type { PointerCut } from './pointer-cuts';
import type { PointerSetName } from './pointer-sets';

/** Which population judges. */
export type PointerPopulationChoice =
  /** Of other people of the same set. */
  | 'window-plda'
  /** Of people of another folder. */
  | 'trained'
  /** None ships. */
  | 'default';

/** A protocol on one set. */
export interface PointerTrial {
  readonly set: PointerSetName;
  readonly population: PointerPopulationChoice;
  /** Words of the condition after the set. */
  readonly words: string;
  readonly cut: PointerCut;
  /** `labelled`: test sessions as they are labelled. `others`: test sessions of the other people. */
  readonly impostors: 'labelled' | 'others';
  /** Only impostors whose device reports as often as the customer's. */
  readonly sameRate: boolean;
}

const SECONDS = [10, 20, 30, 60];
const ACTIONS = [5, 10, 20, 50];

const CUTS: readonly { readonly words: string; readonly cut: PointerCut }[] = [
  { words: 'session', cut: null },
  ...SECONDS.map((seconds) => ({ words: `block=${seconds}s`, cut: { seconds } })),
  ...ACTIONS.map((actions) => ({ words: `actions=${actions}`, cut: { actions } })),
];

export interface PointerPlanOptions {
  readonly sets: readonly PointerSetName[];
  /** Whether people of a set train for each other, in folds. */
  readonly folds: boolean;
  /** Whether people of another folder train. */
  readonly trained: boolean;
  /** Names of detectors; empty: all. */
  readonly detectors: readonly string[];
  /** The rows that floors need. */
  readonly small: boolean;
}

/** Rows with a bound of their own. */
const FLOORS = ['sapimouse session', 'sapimouse block=20s', 'balabit session known'];

/** Every protocol of the suite, in the order of its rows. */
export function pointerTrials({ sets, folds, trained, detectors, small }: PointerPlanOptions): PointerTrial[] {
  const asked = (name: PointerPopulationChoice) => detectors.length === 0 || detectors.includes(name);
  const choices: PointerPopulationChoice[] = [
    ...(folds && asked('window-plda') ? (['window-plda'] as const) : []),
    ...(trained && asked('trained') ? (['trained'] as const) : []),
    ...(asked('default') ? (['default'] as const) : []),
  ];
  const all = choices.flatMap((population) =>
    sets.flatMap((set) => (set === 'sapimouse' ? sapimouseTrials(population) : balabitTrials(population))),
  );
  return small ? all.filter(({ population, set, words }) => population === 'window-plda' && FLOORS.includes(`${set} ${words}`)) : all;
}

function sapimouseTrials(population: PointerPopulationChoice): PointerTrial[] {
  const base = { set: 'sapimouse', population, impostors: 'others' } as const;
  // Without a population every row is the same: refused.
  if (population === 'default') return [{ ...base, words: 'session', cut: null, sameRate: false }];
  return CUTS.flatMap(({ words, cut }) => [
    { ...base, words, cut, sameRate: false },
    { ...base, words: `${words} same-rate`, cut, sameRate: true },
  ]);
}

function balabitTrials(population: PointerPopulationChoice): PointerTrial[] {
  const base = { set: 'balabit', population, sameRate: false } as const;
  const labelled = (words: string, cut: PointerCut): PointerTrial => ({ ...base, words, cut, impostors: 'labelled' });
  if (population === 'default') return [labelled('session', null)];
  if (population === 'trained') return [labelled('session', null)];
  return [
    labelled('session known', null),
    ...ACTIONS.map((actions) => labelled(`actions=${actions} known`, { actions })),
    { ...base, words: 'session unknown', cut: null, impostors: 'others' },
    { ...base, words: 'session unknown same-client', cut: null, impostors: 'others', sameRate: true },
  ];
}

/** Sessions that enrol: SapiMouse's first; of Balabit all training sessions of an account, which are five at least. */
const ENROLLED: Readonly<Record<PointerSetName, number>> = { sapimouse: 1, balabit: 5 };

export function headOf({ set, population, words }: PointerTrial): RowHead {
  return { suite: 'pointer', detector: population, condition: `${set} ${words}`, enrol: ENROLLED[set] };
}
