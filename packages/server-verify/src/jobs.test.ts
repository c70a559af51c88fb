import { describe, expect, it } from 'vitest';
import { TacitServerError } from './errors';
import { inProcessJobs, type Timer } from './job-runner';
import { createJobs, type Job } from './jobs';
import type { LogEvent } from './log';

function manualTimer(): Timer & { fire(): void; waits: number[] } {
  let pending: (() => void) | undefined;
  const waits: number[] = [];
  return {
    waits,
    set: (work, ms) => {
      waits.push(ms);
      pending = work;
      return work;
    },
    clear: (handle) => {
      if (handle === pending) {
        pending = undefined;
      }
    },
    fire: () => {
      const work = pending;
      pending = undefined;
      work?.();
    },
  };
}

/** A job that is at work until it is told to end. */
function gatedJob(name: string): Job & { runs: number; end(): void } {
  let release = (): void => undefined;
  const job = {
    name,
    runs: 0,
    end: () => release(),
    run() {
      job.runs++;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    },
  };
  return job;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createJobs', () => {
  it('runs every job, logs a failure by its code, and goes on', async () => {
    const events: LogEvent[] = [];
    const ran: string[] = [];
    const jobs: Job[] = [
      { name: 'first', run: () => Promise.reject(new TacitServerError('ERR_STORE_FAILED', { message: 'alice' })) },
      { name: 'second', run: async () => void ran.push('second') },
      {
        name: 'third',
        run: () => {
          throw new TypeError('alice');
        },
      },
    ];
    await createJobs({ log: (event) => events.push(event) }, jobs, { intervalMs: 1_000 }).runOnce();
    expect(ran).toEqual(['second']);
    expect(events.sort((a, b) => String(a.job).localeCompare(String(b.job)))).toEqual([
      { level: 'error', event: 'job-failed', job: 'first', code: 'ERR_STORE_FAILED' },
      { level: 'error', event: 'job-failed', job: 'third', code: 'TypeError' },
    ]);
  });

  it('begins the next round only when the last has ended', async () => {
    const timer = manualTimer();
    const job = gatedJob('slow');
    const jobs = createJobs({ log: () => undefined }, [job], { intervalMs: 7_000, runner: inProcessJobs({ timer }) });
    await jobs.start();
    await jobs.start();
    expect([timer.waits, job.runs]).toEqual([[7_000], 0]);
    timer.fire();
    await settled();
    expect([timer.waits, job.runs]).toEqual([[7_000], 1]);
    job.end();
    await settled();
    expect(timer.waits).toEqual([7_000, 7_000]);
    timer.fire();
    expect(job.runs).toBe(2);
    job.end();
    await jobs.stop();
  });

  it('does not run one job twice at once', async () => {
    const job = gatedJob('slow');
    const jobs = createJobs({ log: () => undefined }, [job], { intervalMs: 1_000 });
    const [first, second] = [jobs.runOnce(), jobs.runOnce()];
    await settled();
    expect(job.runs).toBe(1);
    job.end();
    await Promise.all([first, second]);
  });

  it('waits at stop for what is at work, and begins nothing after', async () => {
    const timer = manualTimer();
    const job = gatedJob('slow');
    const jobs = createJobs({ log: () => undefined }, [job], { intervalMs: 1_000, runner: inProcessJobs({ timer }) });
    await jobs.start();
    timer.fire();
    let stopped = false;
    const stopping = jobs.stop().then(() => {
      stopped = true;
    });
    await settled();
    expect(stopped).toBe(false);
    job.end();
    await stopping;
    timer.fire();
    expect([job.runs, timer.waits]).toEqual([1, [1_000]]);
  });

  it('can be stopped before it was started, and started again', async () => {
    const timer = manualTimer();
    const jobs = createJobs({ log: () => undefined }, [], { intervalMs: 1_000, runner: inProcessJobs({ timer }) });
    await jobs.stop();
    await jobs.start();
    await jobs.stop();
    await jobs.start();
    expect(timer.waits).toEqual([1_000, 1_000]);
    await jobs.stop();
  });
});
