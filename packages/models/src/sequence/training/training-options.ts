import { type FixedTextVector, SEQUENCE_BOUNDS } from '@tacit-auth/features';
import { DUAL_BRANCH_LIMITS, type DualBranchUnits } from '../dual-branch-weights';
import type { TrainingEpoch } from './train-dual-branch';
import type { EntryOptions, TrainingPerson } from './training-set';

/** Where the training is. Counts begin at 0 for epochs and at 1 for steps. */
export interface TrainingProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  /** Mean over the steps of this epoch so far. */
  readonly loss: number;
  /** The whole of it, once the epoch is over. */
  readonly finished?: TrainingEpoch;
}

/** Draws entry number `index` by nobody: a simulated typist. Called in order from 0. */
export type DrawImpostor = (index: number) => FixedTextVector;

export interface TrainDualBranchOptions {
  /** Four or more, each with entries in order of time; at least one with entries of two sessions. */
  people: readonly TrainingPerson[];
  /** Any 32-bit integer. It decides the split, the first weights, the order and the dropout. */
  seed: number;
  /** `KeyboardEvent.code` of each key of the text, where all entries share it. Without it every key is unknown to the network. */
  keys?: readonly (string | null)[];
  /** Rows of a window and keys from one to the next; 50 and 25. For one short text the number of its keys saves time and changes nothing. */
  window?: { length: number; stride: number };
  /** 32 each by default. */
  units?: Partial<DualBranchUnits>;
  /** Most epochs; 50. */
  epochs?: number;
  /** Epochs without a better validation loss before it stops; 15. The learning rate is halved after each 5. */
  patience?: number;
  /** Windows of a step; 16. */
  batch?: number;
  /** Of Adam at first; .001. */
  learningRate?: number;
  /** Largest norm of the gradient of one tensor; .5. */
  clip?: number;
  /** Share of the outputs of both branches that is dropped in training; .4. */
  dropout?: number;
  /** Share of each person's sessions held back for validation; .2. */
  validationShare?: number;
  /**
   * Share of the people who do not train, at least two, on whose entries the score is calibrated; .2. People whom the network has learned to tell
   * apart would promise false match rates that strangers do not keep.
   */
  calibrationShare?: number;
  /** Simulated typists as one more class, as many windows as of all people together. */
  drawImpostor?: DrawImpostor;
  /** A backend of TensorFlow.js registered in this thread; `wasm`, which this entry registers. */
  backend?: string;
  /** Called after every step and after every epoch. */
  onProgress?: (progress: TrainingProgress) => void;
  /** An `AbortSignal`, looked at after every step. */
  signal?: { throwIfAborted(): void };
}

export type CheckedOptions = Omit<
  Required<TrainDualBranchOptions>,
  'keys' | 'window' | 'units' | 'drawImpostor' | 'onProgress' | 'signal'
> &
  Pick<TrainDualBranchOptions, 'drawImpostor' | 'onProgress' | 'signal'> & {
    readonly units: DualBranchUnits;
    readonly entryOptions: EntryOptions;
  };

type Bounds = readonly [minimum: number, maximum: number, kind: 'integer' | 'number'];

/** @throws TypeError or RangeError naming the option at fault. */
export function checkedOptions(options: TrainDualBranchOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('options must be an object');
  }
  const { people, seed, keys, drawImpostor, onProgress, signal, backend = 'wasm' } = options;
  assertPeople(people);
  for (const [name, value] of Object.entries({ drawImpostor, onProgress, 'signal.throwIfAborted': signal?.throwIfAborted })) {
    if (value !== undefined && typeof value !== 'function') {
      throw new TypeError(`${name} must be a function`);
    }
  }
  if (typeof backend !== 'string') {
    throw new TypeError('backend must be a string');
  }
  const { embedding = 32, times = 32, keys: keyUnits = 32, dense = 32 } = options.units ?? {};
  const units = { embedding, times, keys: keyUnits, dense };
  for (const [name, value] of Object.entries(units)) {
    within(value, [1, DUAL_BRANCH_LIMITS.maxUnits, 'integer'], `units.${name}`);
  }
  const { length, stride } = options.window ?? { length: 50, stride: 25 };
  within(length, [SEQUENCE_BOUNDS.minimumKeys, DUAL_BRANCH_LIMITS.maxWindow, 'integer'], 'window.length');
  within(stride, [1, length, 'integer'], 'window.stride');
  const numbers = {
    epochs: 50,
    patience: 15,
    batch: 16,
    learningRate: 1e-3,
    clip: 0.5,
    dropout: 0.4,
    validationShare: 0.2,
    calibrationShare: 0.2,
  };
  const bounds: { readonly [Name in keyof typeof numbers]: Bounds } = {
    epochs: [1, 10_000, 'integer'],
    patience: [1, 10_000, 'integer'],
    batch: [1, 4_096, 'integer'],
    learningRate: [1e-9, 1, 'number'],
    clip: [1e-9, 1e9, 'number'],
    dropout: [0, 0.95, 'number'],
    validationShare: [0, 1, 'number'],
    calibrationShare: [0, 1, 'number'],
  };
  for (const name of Object.keys(numbers) as (keyof typeof numbers)[]) {
    numbers[name] = within(options[name] ?? numbers[name], bounds[name], name);
  }
  return {
    ...numbers,
    people,
    seed: within(seed, [-(2 ** 31), 2 ** 32 - 1, 'integer'], 'seed'),
    units,
    entryOptions: { length, stride, keys },
    backend,
    ...(drawImpostor === undefined ? {} : { drawImpostor }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function assertPeople(people: unknown): asserts people is readonly TrainingPerson[] {
  if (!Array.isArray(people)) {
    throw new TypeError('people must be an array');
  }
  if (people.length < 4) {
    throw new RangeError('people must be at least four');
  }
  for (const [index, person] of (people as Partial<TrainingPerson>[]).entries()) {
    if (!Array.isArray(person?.entries)) {
      throw new TypeError(`people[${index}].entries must be an array`);
    }
    if (person.entries.length === 0) {
      throw new RangeError(`people[${index}].entries must not be empty`);
    }
  }
}

function within(value: unknown, [minimum, maximum, kind]: Bounds, name: string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!(value >= minimum && value <= maximum) || (kind === 'integer' && !Number.isInteger(value))) {
    throw new RangeError(`${name} must be ${kind === 'integer' ? 'an integer' : 'a number'} from ${minimum} to ${maximum}`);
  }
  return value;
}
