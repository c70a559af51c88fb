import { Worker } from 'node:worker_threads';
import type { Job, JobResult } from './run-job';
import type { WorkerAnswer } from './worker';

interface RunJobs {
  readonly jobs: readonly Job[];
  readonly threads: number;
  readonly options: { readonly data: string; readonly seed: number };
  readonly onDone: () => void;
}

/** Runs jobs on worker threads. Results come in the order of the jobs, so that nothing depends on which thread was quicker. */
export async function runJobs({ jobs, threads, options, onDone }: RunJobs): Promise<JobResult[]> {
  const results: JobResult[] = [];
  let next = 0;
  const workers: Worker[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker-entry.mjs', import.meta.url), { workerData: options });
      workers.push(worker);
      let current = -1;
      const give = () => {
        current = next++;
        const job = jobs[current];
        if (job === undefined) resolve();
        else worker.postMessage(job);
      };
      worker.on('error', reject);
      worker.on('message', ({ result, error }: WorkerAnswer) => {
        if (result === undefined) {
          reject(new Error(error));
          return;
        }
        results[current] = result;
        onDone();
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
