import { Worker } from 'node:worker_threads';
import type { DetectorOptions } from './detectors';
import type { Job, JobResult } from './jobs';
import type { WorkerAnswer } from './worker';

/** What of a worker thread is used. */
export interface JobThread {
  postMessage(job: Job): void;
  on(event: 'message', listener: (answer: WorkerAnswer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  terminate(): Promise<unknown>;
}

interface RunJobs {
  readonly jobs: readonly Job[];
  readonly threads: number;
  readonly options: DetectorOptions;
  /** Told of each part of a job that is done, as a share of the job. */
  readonly onProgress: (job: Job, share: number) => void;
  /** Starts a thread; a worker of this bench by default. */
  readonly start?: (options: DetectorOptions) => JobThread;
}

function startWorker(options: DetectorOptions): JobThread {
  return new Worker(new URL('./worker-entry.mjs', import.meta.url), { workerData: options });
}

/** Runs jobs on worker threads. Results come in the order of the jobs, so that nothing depends on which thread was quicker. */
export async function runJobs({ jobs, threads, options, onProgress, start = startWorker }: RunJobs): Promise<JobResult[]> {
  const results: JobResult[] = [];
  let next = 0;
  const workers: JobThread[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = start(options);
      workers.push(worker);
      let current = -1;
      let share = 0;
      const give = () => {
        current = next++;
        share = 0;
        const job = jobs[current];
        if (job === undefined) resolve();
        else worker.postMessage(job);
      };
      worker.on('error', reject);
      worker.on('message', ({ result, error, progress }: WorkerAnswer) => {
        const job = jobs[current];
        if (job !== undefined && error === undefined) {
          const now = progress ?? 1;
          onProgress(job, now - share);
          share = now;
        }
        if (progress !== undefined) return;
        if (result === undefined) {
          reject(new Error(error));
          return;
        }
        results[current] = result;
        give();
      });
      give();
    });
  try {
    await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}
