import { describe, expect, it } from 'vitest';
import { type JobThread, runJobs, type WorkerAnswer, workerThread } from './run-jobs';

const jobs = ['a', 'b', 'c', 'd', 'e'];

/** Threads whose answers come when the test says so. */
function heldThreads() {
  const waiting: { job: string; answer: (message: WorkerAnswer<string>) => void }[] = [];
  let running = 0;
  const start = (): JobThread<string, string> => {
    let listener: (message: WorkerAnswer<string>) => void = () => {};
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

describe('runJobs', () => {
  it('gives results in the order of the jobs, whichever thread was quicker', async () => {
    const held = heldThreads();
    const done: [name: string, share: number][] = [];
    const running = runJobs({ jobs, threads: 2, start: held.start, onProgress: (job, share) => done.push([job, share]) });
    // The second thread answers twice for each answer of the first.
    for (const pick of [1, 1, 0, 1, 0]) {
      const [next] = held.waiting.splice(Math.min(pick, held.waiting.length - 1), 1);
      next?.answer({ progress: 0.25 });
      next?.answer({ result: `${next.job}!` });
    }
    expect(await running).toEqual(['a!', 'b!', 'c!', 'd!', 'e!']);
    const names = done.filter(([, share]) => share === 0.75).map(([name]) => name);
    expect(names).not.toEqual(jobs);
    expect(names.toSorted()).toEqual(jobs);
    expect(done.reduce((sum, [, share]) => sum + share, 0)).toBe(5);
    expect(held.running()).toBe(0);
  });

  it('ends every thread and tells the error of a job that failed', async () => {
    const held = heldThreads();
    const running = runJobs({ jobs, threads: 2, start: held.start, onProgress: () => {} });
    held.waiting[0]?.answer({ error: 'no such set: a' });
    await expect(running).rejects.toThrow('no such set: a');
    expect(held.running()).toBe(0);
  });

  it('runs them on worker threads by the runner of a module', async () => {
    const source = `export const jobRunner = ({ sign }) => ({
      async run(job, onProgress) { onProgress(.5); if (job === 'e') throw new Error('not e'); return job + sign; } });`;
    const start = () => workerThread<string, string>(`data:text/javascript,${encodeURIComponent(source)}`, { sign: '?' });
    const shares: number[] = [];
    const run = (list: readonly string[]) => runJobs({ jobs: list, threads: 2, start, onProgress: (_, share) => shares.push(share) });
    expect(await run(jobs.slice(0, 3))).toEqual(['a?', 'b?', 'c?']);
    expect(shares).toEqual(new Array(6).fill(0.5));
    await expect(run(jobs)).rejects.toThrow('not e');
  });
});
