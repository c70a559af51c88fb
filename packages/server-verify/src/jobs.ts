import type { Context } from './context';
import { errorCode } from './errors';

/** Work that is done again and again, off the path of requests. Must be safe to run on several servers at once. */
export interface Job {
  /** For logs: `[a-z-]`. */
  readonly name: string;
  run(): Promise<void>;
}

/** Where waiting comes from. */
export interface Timer {
  set(work: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

/** The timer of the platform; it does not keep the process alive. */
export const platformTimer: Timer = Object.freeze({
  set: (work: () => void, ms: number): unknown => setTimeout(work, ms).unref(),
  clear: (handle: unknown): void => clearTimeout(handle as NodeJS.Timeout),
});

export interface JobsOptions {
  /** Wait between the end of one round and the begin of the next. */
  intervalMs: number;
  /** Default: {@link platformTimer}. */
  timer?: Timer;
}

export interface Jobs {
  /** Runs every job once, side by side; a job that is still at work is waited for, not begun twice. Never rejects. */
  runOnce(): Promise<void>;
  start(): void;
  /** Begins nothing more, and waits for what is at work. */
  stop(): Promise<void>;
}

/** A failure of one job is logged by its code, and stops neither the others nor the next round. */
export function createJobs(ctx: Pick<Context, 'log'>, jobs: readonly Job[], { intervalMs, timer = platformTimer }: JobsOptions): Jobs {
  const working = new Map<Job, Promise<void>>();
  let handle: unknown;
  let round: Promise<void> | undefined;
  let running = false;

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

  async function runOnce(): Promise<void> {
    await Promise.all(jobs.map(runJob));
  }

  function schedule(): void {
    handle = timer.set(() => {
      round = runOnce().finally(() => {
        round = undefined;
        if (running) {
          schedule();
        }
      });
    }, intervalMs);
  }

  return {
    runOnce,
    start() {
      if (!running) {
        running = true;
        schedule();
      }
    },
    async stop() {
      if (running) {
        running = false;
        timer.clear(handle);
      }
      await Promise.all([round, ...working.values()]);
    },
  };
}
