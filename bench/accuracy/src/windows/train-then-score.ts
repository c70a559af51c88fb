import { Progress } from '@tacit-internal/bench-shared/progress';
import { runJobs, workerThread } from '@tacit-internal/bench-shared/run-jobs';
import type { ScoresOf } from '../jobs';
import { isTrained } from './population-file';

/** Trains the populations that are not cached, then scores with them, on threads of their own. */
export async function trainThenScore<Job>(suite: {
  trainings: readonly (Job & { readonly path: string })[];
  scoring: readonly Job[];
  threads: number;
  /** What runs a job. */
  module: URL;
  workOf: (job: Job) => number;
  nameOf: (job: Job) => string;
}): Promise<ScoresOf[]> {
  const { scoring, threads, module, workOf, nameOf } = suite;
  const missing = suite.trainings.filter(({ path }) => !isTrained(path));
  const progress = new Progress([...missing, ...scoring].reduce((sum, job) => sum + workOf(job), 0));
  const results: (readonly ScoresOf[])[] = [];
  for (const jobs of [missing, scoring]) {
    results.push(
      ...(await runJobs<Job, readonly ScoresOf[]>({
        jobs,
        threads,
        start: () => workerThread(module.href, {}),
        onProgress: (job, share) => progress.add(share * workOf(job), nameOf(job)),
      })),
    );
  }
  return results.flat();
}
