import { Worker } from 'node:worker_threads';

/** Runs the jobs of one thread. What it keeps between them must not change their results. */
export interface JobRunner<Job, Result> {
  /** @param onProgress told the share of the job that is done. */
  run(job: Job, onProgress: (share: number) => void): Promise<Result>;
}

/** What a thread answers: the share of the job that is done, then its result or its error. */
export interface WorkerAnswer<Result> {
  readonly result?: Result;
  readonly error?: string;
  readonly progress?: number;
}

/** What of a worker thread is used. */
export interface JobThread<Job, Result> {
  postMessage(job: Job): void;
  on(event: 'message', listener: (answer: WorkerAnswer<Result>) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  terminate(): Promise<unknown>;
}

export interface RunJobs<Job, Result> {
  readonly jobs: readonly Job[];
  readonly threads: number;
  /** Starts a thread. */
  readonly start: () => JobThread<Job, Result>;
  /** Told of each part of a job that is done, as a share of the job. */
  readonly onProgress: (job: Job, share: number) => void;
}

/** A thread that runs jobs by the runner that the module's `jobRunner(options)` makes. */
export function workerThread<Job, Result>(module: string, options: object): JobThread<Job, Result> {
  return new Worker(new URL('./worker-entry.mjs', import.meta.url), { workerData: { runner: module, options } });
}

/** Runs jobs on threads. Results come in the order of the jobs, so that nothing depends on which thread was quicker. */
export async function runJobs<Job, Result>({ jobs, threads, start, onProgress }: RunJobs<Job, Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const workers: JobThread<Job, Result>[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = start();
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
      worker.on('message', ({ result, error, progress }: WorkerAnswer<Result>) => {
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
