import { describe, expect, it } from 'vitest';
import type { Job, JobResult } from './jobs';
import { NO_RESULT } from './jobs';
import { type JobThread, runJobs } from './run-jobs';
import type { WorkerAnswer } from './worker';

const jobs = ['a', 'b', 'c', 'd', 'e'].map(
  (file): Job => ({ kind: 'typing-jsonl', file, detector: 'default', enrol: 5, adaptive: null, seed: 1 }),
);

function nameIn(job: Job): string {
  return job.kind === 'typing-jsonl' ? job.file : '';
}

/** Threads whose answers come when the test says so. */
function heldThreads() {
  const waiting: { job: Job; answer: (message: WorkerAnswer) => void }[] = [];
  let running = 0;
  const start = (): JobThread => {
    let listener: (message: WorkerAnswer) => void = () => {};
    running++;
    return {
      postMessage: (job) => waiting.push({ job, answer: listener }),
      on(event: string, listen: never) {
        if (event === 'message') listener = listen;
      },
      terminate: async () => running--,
    };
  };
  return { waiting, start, running: () => running };
}

const resultOf = (job: Job): JobResult => ({ ...NO_RESULT, rows: [nameIn(job)] });

describe('runJobs', () => {
  it('gives results in the order of the jobs, whichever thread was quicker', async () => {
    const held = heldThreads();
    const done: [name: string, share: number][] = [];
    const options = { data: '', train: false };
    const running = runJobs({ jobs, threads: 2, options, onProgress: (job, share) => done.push([nameIn(job), share]), start: held.start });
    // The second thread answers twice for each answer of the first.
    for (const pick of [1, 1, 0, 1, 0]) {
      const [next] = held.waiting.splice(Math.min(pick, held.waiting.length - 1), 1);
      next?.answer({ progress: 0.25 });
      next?.answer({ result: resultOf(next.job) });
    }
    const results = await running;
    expect(results.map(({ rows }) => rows[0])).toEqual(['a', 'b', 'c', 'd', 'e']);
    const names = done.filter(([, share]) => share === 0.75).map(([name]) => name);
    expect(names).not.toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(names.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(done.reduce((sum, [, share]) => sum + share, 0)).toBe(5);
    expect(held.running()).toBe(0);
  });

  it('ends every thread and tells the error of a job that failed', async () => {
    const held = heldThreads();
    const running = runJobs({ jobs, threads: 2, options: { data: '', train: false }, onProgress: () => {}, start: held.start });
    held.waiting[0]?.answer({ error: 'no such set: a' });
    await expect(running).rejects.toThrow('no such set: a');
    expect(held.running()).toBe(0);
  });
});
