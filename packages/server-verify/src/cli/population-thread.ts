import { Worker } from 'node:worker_threads';
import { isTacitError } from '@tacit-auth/features';
import { CliError } from './cli-error';
import type { CliTraining } from './cli-streams';
import type { PopulationJob, TrainedPopulation } from './population-training';

/** What the thread says: the share that is done, then the population or why there is none. */
export type TrainingAnswer =
  | { readonly share: number }
  | { readonly population: TrainedPopulation }
  /** An error of Tacit's own, whose message may be shown; or of a wrong argument. */
  | { readonly refused: string }
  | { readonly failed: string };

/** The entry beside the built command. */
const ENTRY = new URL('./population-worker.js', import.meta.url);

/** Trains in a thread of its own, which ends with the work or where that is called off. */
export const workerTraining: CliTraining = createWorkerTraining(ENTRY);

export function createWorkerTraining(entry: URL): CliTraining {
  return {
    async run(job, { onProgress, signal }) {
      signal.throwIfAborted();
      const worker = new Worker(entry, { workerData: job });
      const stop = (): void => void worker.terminate();
      signal.addEventListener('abort', stop);
      try {
        return await new Promise<TrainedPopulation>((resolve, reject) => {
          worker.on('message', (answer: TrainingAnswer) => {
            if ('share' in answer) {
              onProgress(answer.share);
            } else if ('population' in answer) {
              resolve(answer.population);
            } else {
              reject('refused' in answer ? new CliError(answer.refused) : new Error(answer.failed));
            }
          });
          worker.on('error', reject);
          // After a population or a refusal this comes too late to matter.
          worker.on('exit', () => reject(signal.aborted ? signal.reason : new Error('the thread that trains ended early')));
        });
      } finally {
        signal.removeEventListener('abort', stop);
        await worker.terminate();
      }
    },
  };
}

/** The answer to what training threw: refusals are for the user to read, all else is a fault. */
export function answerTo(error: unknown): TrainingAnswer {
  if (isTacitError(error)) {
    return { refused: `${error.message} (${error.code})` };
  }
  if (error instanceof RangeError) {
    return { refused: error.message };
  }
  return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Trains in this thread, for tests. */
export function trainingHere(train: (job: PopulationJob, onProgress: (share: number) => void) => Promise<TrainedPopulation>): CliTraining {
  return {
    async run(job, { onProgress, signal }) {
      try {
        const population = await train(job, onProgress);
        signal.throwIfAborted();
        return population;
      } catch (error) {
        const answer = answerTo(error);
        throw 'refused' in answer ? new CliError(answer.refused) : error;
      }
    },
  };
}
