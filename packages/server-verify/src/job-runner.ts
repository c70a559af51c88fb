import type { Log } from './log';

/** What a verifier has its runner do. */
export interface JobRounds {
  /** The jobs, `[a-z-]{1,32}` each; complete when the verifier starts. */
  readonly names: readonly string[];
  /** Wait between two rounds of one job, in ms. */
  readonly intervalMs: number;
  /** Does one round of one job now; one that is at work in this process is waited for. Failures are logged already: never rejects. */
  run(name: string): Promise<void>;
  /** For failures of the runner itself. */
  readonly log: Log;
}

/**
 * Decides when jobs run, and on which server. Each job is safe to run on several servers at once; a runner that knows of the others spares the work.
 */
export interface JobRunner {
  /** Runs every job again and again, until `stop`. The first round comes one interval after. */
  start(rounds: JobRounds): Promise<void>;
  /** Asks for a round of one job as soon as can be, on any server. Never throws, and does nothing where the runner is not started: the next round comes anyway. */
  wake(name: string): void;
  /** Begins nothing more, and waits for what is at work here. Does nothing where it was not started. */
  stop(): Promise<void>;
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

/** Runs all jobs in this process, side by side, one round after another. Several servers that do so do some of the work twice, and none of it wrongly. */
export function inProcessJobs({ timer = platformTimer }: { timer?: Timer } = {}): JobRunner {
  let started: JobRounds | undefined;
  let handle: unknown;
  let round: Promise<unknown> | undefined;
  const woken = new Set<string>();
  /** The last run of each job that was woken. */
  const runs = new Map<string, Promise<void>>();

  function schedule(rounds: JobRounds): void {
    handle = timer.set(() => {
      round = Promise.all(rounds.names.map((name) => rounds.run(name))).finally(() => {
        round = undefined;
        if (started === rounds) {
          schedule(rounds);
        }
      });
    }, rounds.intervalMs);
  }

  return {
    async start(rounds) {
      if (started === undefined) {
        started = rounds;
        schedule(rounds);
      }
    },
    wake(name) {
      const rounds = started;
      if (rounds === undefined || !rounds.names.includes(name) || woken.has(name)) {
        return;
      }
      woken.add(name);
      // A run that is at work may have looked before there was anything to do, so another follows it. The caller's own work comes first.
      const run = Promise.all([round, runs.get(name)]).then(() => {
        woken.delete(name);
        return started === rounds ? rounds.run(name) : undefined;
      });
      runs.set(name, run);
    },
    async stop() {
      started = undefined;
      timer.clear(handle);
      await Promise.all([round, ...runs.values()]);
    },
  };
}
