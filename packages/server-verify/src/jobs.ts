import type { Context } from './context';
import { errorCode } from './errors';
import { inProcessJobs, type JobRunner } from './job-runner';

export { platformTimer, type Timer } from './job-runner';

/** Work that is done again and again, off the path of requests. Must be safe to run on several servers at once. */
export interface Job {
  /** For logs: `[a-z-]`. */
  readonly name: string;
  run(): Promise<void>;
}

export interface JobsOptions {
  /** Wait between the end of one round and the begin of the next. */
  intervalMs: number;
  /** Default: all in this process. */
  runner?: JobRunner;
}

export interface Jobs {
  /** Runs every job once, here, side by side; a job that is still at work is waited for, not begun twice. Never rejects. */
  runOnce(): Promise<void>;
  /** Hands the jobs that there are by now to the runner. Does nothing while they run. */
  start(): Promise<void>;
  /** Has nothing more begun, and waits for what is at work. */
  stop(): Promise<void>;
}

/** A failure of one job is logged by its code, and stops neither the others nor the next round. */
export function createJobs(ctx: Pick<Context, 'log'>, jobs: readonly Job[], { intervalMs, runner = inProcessJobs() }: JobsOptions): Jobs {
  const working = new Map<Job, Promise<void>>();
  let started: Promise<void> | undefined;

  function runJob(job: Job): Promise<void> {
    const atWork = working.get(job);
    if (atWork !== undefined) {
      return atWork;
    }
    const run = attempt(job).finally(() => working.delete(job));
    working.set(job, run);
    return run;
  }

  async function attempt(job: Job): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      ctx.log({ level: 'error', event: 'job-failed', job: job.name, code: errorCode(error) });
    }
  }

  return {
    async runOnce() {
      await Promise.all(jobs.map(runJob));
    },
    start() {
      const byName = new Map(jobs.map((job) => [job.name, job]));
      started ??= runner
        .start({
          names: [...byName.keys()],
          intervalMs,
          run: async (name) => {
            const job = byName.get(name);
            await (job && runJob(job));
          },
          log: ctx.log,
        })
        .catch((error: unknown) => {
          started = undefined;
          throw error;
        });
      return started;
    },
    async stop() {
      started = undefined;
      await runner.stop();
      await Promise.all(working.values());
    },
  };
}
