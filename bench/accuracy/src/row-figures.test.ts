import { type ScoredUser, seededUniforms } from '@tacit-auth/models/evaluation';
import type { JobThread, WorkerAnswer } from '@tacit-internal/bench-shared/run-jobs';
import { expect, it } from 'vitest';
import { type Gathered, rowsOf } from './assemble';
import type { ReportRow } from './report';
import { type FiguresJob, jobRunner, rowsOnThreads } from './row-figures';

/** A row of made-up scores; those of each person are alike. */
function rowOf(condition: string, people: number): Gathered {
  const uniform = seededUniforms(people, 1);
  const users = Array.from({ length: people }, (_, i): ScoredUser => {
    const level = uniform();
    const genuine = Float64Array.from({ length: 6 }, () => level + uniform() + 0.5);
    const impostor = Float64Array.from({ length: 12 }, () => level + uniform());
    const decisions = [{ targetFmr: 0.05, genuineRejected: Math.floor(6 * uniform()), impostorAccepted: Math.floor(12 * uniform()) }];
    return { user: `u${i}`, genuine, impostor, refused: { genuine: 1, impostor: 0 }, decisions };
  });
  return { head: { suite: 'free-text', detector: 'default', condition, enrol: 5 }, users, odd: [] };
}

/** A thread in name: what it is given and what it answers are copies, as between threads. The later of two answers first. */
function copyingThread(): JobThread<FiguresJob, ReportRow[]> {
  const runner = jobRunner();
  let listener: (answer: WorkerAnswer<ReportRow[]>) => void = () => {};
  return {
    async postMessage(job) {
      const result = await runner.run(structuredClone(job), () => {});
      if (job.row.head.condition === 'first') await new Promise(setImmediate);
      listener(structuredClone({ result }));
    },
    on(event: string, listen: never) {
      if (event === 'message') listener = listen;
    },
    terminate: async () => {},
  };
}

it('makes on threads the rows that are made without them, in the same order', async () => {
  const jobs = ['first', 'second', 'third'].map((condition, i) => ({
    row: rowOf(condition, 5 + i),
    figures: { seed: 3, resamples: 100 + 50 * i },
  }));
  const rows = await rowsOnThreads(jobs, 2, copyingThread);
  expect(rows).toEqual(jobs.flatMap(({ row, figures }) => rowsOf([row], figures)));
  expect(rows.map(({ condition }) => condition)).toEqual(['first', 'second', 'third']);
  const [low, high] = rows[0]?.eer_user_ci ?? [0, 0];
  expect(high).toBeGreaterThan(low);
});
