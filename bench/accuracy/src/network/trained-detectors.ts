/**
 * The dual-branch network for the bench, in two folds by person.
 *
 * `trainedDetectors({ people, keys, onProgress })` trains two networks: one on the people at even places of the list, one on those at odd places. A
 * detector is handed out by person under test, and is always of the network that was trained without him:
 *
 *     const trained = await trainedDetectors({ people, keys, onProgress: (progress) => line(progressLine(progress)) });
 *     const detector = trained.detectorFor('s002');
 *     const profile = detector.fit(entries);
 *
 * Impostors against him come from all people, so half of them were in its training; `trainedOn` tells which, for a row of unknown impostors alone.
 *
 * Within a fold a fifth of the people calibrates the score and does not train; of the others whole sessions (blocks of `sessionLength` entries in order)
 * validate. Both folds train at once, each in a worker thread. Weights are kept in `bench/results/cache` under the SHA-256 of the training data, of
 * all settings and of the code that trains: the same call is served from there, and anything changed trains anew. Nothing of them may be committed or shipped.
 */
import { type Detector, PROFILE_LIMITS } from '@tacit-auth/models';
import { type DualBranchProfile, type DualBranchWeights, dualBranchDetector } from '@tacit-auth/models/sequence';
import type { TrainingProgress } from '@tacit-auth/models/sequence-training';
import type { Person } from '@tacit-internal/bench-shared/text-set';
import { type TrainingJob, trainInWorker } from './train-in-worker';
import { CACHE_FOLDER, digestOfJob, readWeights, writeWeights } from './weights-cache';

/** Chosen so that both folds of 25 people with 400 entries of 11 keys take less than 15 minutes on two cores: about 190 steps of 65 ms an epoch. */
export const TRAINING = Object.freeze({ epochs: 30, patience: 15, batch: 32, seed: 20_090_629 });

export interface FoldProgress extends TrainingProgress {
  /** 0 trains on the people at even places, 1 on those at odd places. */
  readonly fold: number;
}

export interface TrainedDetectorsOptions {
  /** At least eight, in a fixed order. */
  readonly people: readonly Person[];
  /** `KeyboardEvent.code` of each key of the text, null where unknown. */
  readonly keys: readonly (string | null)[];
  /** Entries of one sitting; 50, as in the CMU set. */
  readonly sessionLength?: number;
  /** False: use what is in the cache, and reject with {@link UntrainedError} where it is not there. */
  readonly train?: boolean;
  /** The numbers of {@link TRAINING} by default. */
  readonly settings?: Partial<Omit<TrainingJob, 'people' | 'keys' | 'window'>>;
  readonly cacheFolder?: string;
  readonly onProgress?: (progress: FoldProgress) => void;
  readonly signal?: AbortSignal;
  /** How a fold is trained: in a worker thread. */
  readonly trainFold?: typeof trainInWorker;
}

export interface TrainedDetectors {
  /** The detector of the network that was trained without this person. RangeError for somebody who is not among the people. */
  detectorFor(user: string): Detector<DualBranchProfile>;
  /** The people who trained or calibrated the network of {@link detectorFor}. */
  trainedOn(user: string): ReadonlySet<string>;
}

/** Weights are not cached and training was not asked for. */
export class UntrainedError extends Error {
  override readonly name = 'UntrainedError';
}

export async function trainedDetectors(options: TrainedDetectorsOptions): Promise<TrainedDetectors> {
  const { people, keys } = options;
  if (keys.length < PROFILE_LIMITS.minKeys) throw new RangeError('keys must name the keys of the text');
  const folds = await Promise.all(
    [0, 1].map(async (fold) => {
      const background = people.filter((_, index) => index % 2 === fold);
      const detector = dualBranchDetector({ weights: await weightsOf(background, fold, options), keys });
      return { detector, users: new Set(background.map(({ user }) => user)) };
    }),
  );
  const foldFor = (user: string) => {
    const index = people.findIndex((person) => person.user === user);
    const other = folds[1 - (index % 2)];
    if (index < 0 || other === undefined) throw new RangeError(`nobody among the people is called ${user}`);
    return other;
  };
  return { detectorFor: (user) => foldFor(user).detector, trainedOn: (user) => foldFor(user).users };
}

async function weightsOf(background: readonly Person[], fold: number, options: TrainedDetectorsOptions): Promise<DualBranchWeights> {
  const { keys, sessionLength = 50, cacheFolder = CACHE_FOLDER, trainFold = trainInWorker } = options;
  const job: TrainingJob = {
    people: background.map(({ entries }) => ({
      entries: entries.map((vector, index) => ({ vector, session: Math.floor(index / sessionLength) })),
    })),
    keys,
    // The text's own length: padding to 50 keys would cost four fifths of the time and change nothing.
    window: { length: keys.length, stride: keys.length },
    ...TRAINING,
    ...options.settings,
  };
  const digest = digestOfJob(job);
  const cached = await readWeights(cacheFolder, digest);
  if (cached !== undefined) return cached;
  if (options.train === false) throw new UntrainedError('the network has not been trained on these people with these settings');
  const bytes = await trainFold(job, (progress) => options.onProgress?.({ fold, ...progress }), options.signal);
  await writeWeights(cacheFolder, digest, bytes);
  const weights = await readWeights(cacheFolder, digest);
  if (weights === undefined) throw new Error('the weights that were just written cannot be read');
  return weights;
}

/** One line for people who wait. */
export function progressLine({ fold, epoch, epochs, step, steps, loss, finished }: FoldProgress): string {
  const place = `network ${fold + 1}/2, epoch ${epoch + 1}/${epochs}`;
  if (finished === undefined) return `${place}, step ${step}/${steps}, loss ${loss.toFixed(3)}`;
  const { validationLoss, validationAccuracy } = finished;
  return `${place}: loss ${loss.toFixed(3)}, validation loss ${validationLoss.toFixed(3)}, accuracy ${validationAccuracy.toFixed(3)}`;
}
