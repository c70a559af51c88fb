import { Progress } from '@tacit-internal/bench-shared/progress';
import { type JobRunner, type JobThread, runJobs, workerThread } from '@tacit-internal/bench-shared/run-jobs';
import { type Figures, type Gathered, rowsOf } from './assemble';
import type { ReportRow } from './report';

/** The figures of one row: its intervals take as long as resamples times attempts. */
export interface FiguresJob {
  readonly row: Gathered;
  readonly figures: Figures;
}

/** For the threads that run jobs. */
export const jobRunner = (): JobRunner<FiguresJob, ReportRow[]> => ({ run: async ({ row, figures }) => rowsOf([row], figures) });

/** As `rowsOf`, each row with figures of its own, on threads of their own. */
export async function rowsOnThreads(
  jobs: readonly FiguresJob[],
  threads: number,
  start = (): JobThread<FiguresJob, ReportRow[]> => workerThread(import.meta.url, {}),
): Promise<ReportRow[]> {
  const progress = new Progress(jobs.reduce((sum, job) => sum + workOf(job), 0));
  const rows = await runJobs<FiguresJob, ReportRow[]>({
    jobs,
    threads,
    start,
    onProgress: (job, share) => progress.add(share * workOf(job), `intervals of ${job.row.head.suite} ${job.row.head.condition}`),
  });
  return rows.flat();
}

/** Sorting and reading the scores counts as a few hundred resamples. */
const SORTING = 300;

function workOf({ row, figures }: FiguresJob): number {
  return row.users.reduce((sum, { genuine, impostor }) => sum + genuine.length + impostor.length, 1) * (SORTING + figures.resamples);
}
