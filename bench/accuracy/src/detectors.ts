import type { Insufficient } from '@tacit-auth/features';
import { type Detector, defaultDetector, isolationForest, oneClassSvm, randomForest, scaledManhattan } from '@tacit-auth/models';
import type { Person } from '@tacit-internal/bench-shared/text-set';
import { loadNetwork } from './network-detector';
import { loadSummaryForest } from './summary-detector';

/** Profiles are the detector's own business here. */
export type AnyDetector = Detector<unknown>;

/** What a detector may be given besides the customer's own entries. */
export interface DetectorContext {
  /**
   * The customer and the other people whom the detector may know, with the entries that enrolled each, under a name that is the same for all
   * customers who share them.
   */
  readonly enrolled: { readonly name: string; readonly people: readonly Person[] };
  readonly owner: string;
  /** Names of the keys of the text. */
  readonly keys: readonly (string | null)[];
  readonly seed: number;
}

export type DetectorFactory = (context: DetectorContext) => AnyDetector;

export interface DetectorChoice {
  readonly name: string;
  /**
   * `none`: needs nobody else. `background`: needs other people, and has a row for impostors among them (`known`), their attacks among what it was
   * trained on where the entries overlap, and one for others (`unknown`).
   * `trained`: one model trained on half of the people, tested on the other half (`unknown`).
   */
  readonly others: 'none' | 'background' | 'trained';
  /** Loaded at the first use only; throws `MissingDetector` where it is not there. */
  readonly load: (options: DetectorOptions) => Promise<DetectorFactory>;
}

export interface DetectorOptions {
  readonly data: string;
  /** Train a network where no weights are cached. */
  readonly train: boolean;
}

function erased<P>(detector: Detector<P>): AnyDetector {
  // Profiles only ever go back to the detector that made them.
  return detector as unknown as AnyDetector;
}

const ONE_CLASS = erased(oneClassSvm());

async function loadRandomForest(): Promise<DetectorFactory> {
  return ({ enrolled, owner, seed }) => {
    const others = enrolled.people.filter(({ user }) => user !== owner);
    return erased(randomForest({ background: others.flatMap(({ entries }) => entries.slice(0, BACKGROUND_ENTRIES)), seed }));
  };
}

/** Entries of each person of a background: few of many people serve better than many of few. */
const BACKGROUND_ENTRIES = 5;

export const DETECTORS: readonly DetectorChoice[] = [
  { name: 'default', others: 'none', load: async () => () => erased(defaultDetector) },
  { name: 'scaled-manhattan', others: 'none', load: async () => () => erased(scaledManhattan) },
  {
    name: 'isolation-forest',
    others: 'none',
    load:
      async () =>
      ({ seed }) =>
        erased(isolationForest({ seed })),
  },
  { name: 'one-class', others: 'none', load: async () => () => ONE_CLASS },
  { name: 'random-forest', others: 'background', load: loadRandomForest },
  { name: 'random-forest-summary', others: 'background', load: loadSummaryForest },
  { name: 'dual-branch-lstm', others: 'trained', load: loadNetwork },
];

export function detectorNamed(name: string): DetectorChoice {
  const choice = DETECTORS.find((candidate) => candidate.name === name);
  if (choice === undefined) throw new RangeError(`no such detector: ${name}; there are ${DETECTORS.map((each) => each.name).join(', ')}`);
  return choice;
}

export function isInsufficientProfile(profile: unknown): profile is Insufficient {
  return (profile as Partial<Insufficient> | null)?.status === 'insufficient';
}
