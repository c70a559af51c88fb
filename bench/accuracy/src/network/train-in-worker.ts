import { Worker } from 'node:worker_threads';
import type { TrainDualBranchOptions, TrainingProgress } from '@tacit-auth/models/sequence-training';

/** What a fold is trained by: data and numbers alone, so that it can be posted to a thread and digested for the cache. */
export type TrainingJob = Omit<TrainDualBranchOptions, 'drawImpostor' | 'onProgress' | 'signal' | 'backend'>;

export type TrainingMessage =
  | { readonly kind: 'progress'; readonly progress: TrainingProgress }
  | {
      readonly kind: 'trained';
      readonly bytes: Uint8Array;
      readonly best: number;
      readonly epochs: number;
      readonly stoppedEarly: boolean;
    };

/** Trains in a thread of its own and returns the bytes of the weights. An abort ends the thread at once. */
export function trainInWorker(
  job: TrainingJob,
  onProgress: (progress: TrainingProgress) => void,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./training-worker.mjs', import.meta.url), { workerData: job });
    const abort = (): void => {
      reject(signal?.reason);
      void worker.terminate();
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (message: TrainingMessage) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else resolve(message.bytes);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      // Without effect where weights or an error came before.
      reject(new Error(`the training thread ended with code ${code} and without weights`));
    });
  });
}
