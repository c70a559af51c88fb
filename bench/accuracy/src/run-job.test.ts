import type { fixedTextVectorFrom } from '@tacit-auth/features';
import { dataFolder, writeCmu, writeData } from '@tacit-internal/bench-shared/data.test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { TextSets } from './data/text-sets';
import type { Job, StaticTrial } from './jobs';
import { JobRunner } from './run-job';

const { folder, remove } = dataFolder();
afterAll(remove);
writeCmu(folder, 4, 400);
const runner = () => new JobRunner({ data: folder, train: false });

describe('JobRunner', () => {
  const trial: StaticTrial = {
    suite: 'cmu-practised',
    set: 'cmu',
    words: '',
    enrol: [195, 200],
    genuine: [200, 210],
    impostors: [{ words: 'novice', entries: [0, 5] }],
  };
  const job = (owners: readonly number[]): Job => ({ kind: 'static', trial, detector: 'scaled-manhattan', owners, people: 4, seed: 1 });

  it('gives the same scores however the people are shared out', async () => {
    const together = (await runner().run(job([0, 1, 2, 3]))).scores;
    const one = runner();
    const apart = [...(await one.run(job([0, 1]))).scores, ...(await runner().run(job([2, 3]))).scores];
    expect(apart).toEqual(together);
    expect(together.map(({ user }) => user.impostor.length)).toEqual([15, 15, 15, 15]);
  });

  it('simulates learning: rows from 201 on, impostors at four templates, eight blocks of first days', async () => {
    const adaptive: Job = {
      kind: 'adaptive',
      detector: 'scaled-manhattan',
      gate: 'timing',
      weeklyCap: 10,
      mostReleased: null,
      calibrateEvery: 1,
      owners: [1],
      people: 4,
      seed: 1,
    };
    const { scores, blocks, learning } = await runner().run(adaptive);
    expect(scores.map(({ head, user, odd }) => [head.condition, user.genuine.length, user.impostor.length, odd?.impostor.length])).toEqual([
      ['novice gate=timing', 200, 4 * 15, 4 * 5],
      ['practised gate=timing', 200, 4 * 15, 4 * 5],
    ]);
    expect(scores[0]?.odd?.genuine).toEqual(scores[0]?.user.genuine);
    const novice = blocks.filter(({ head }) => head.condition.startsWith('novice'));
    expect(novice.map(({ from, attempts }) => [from, attempts])).toEqual([
      [6, 50],
      ...[50, 100, 150, 200, 250, 300, 350].map((last) => [last + 1, last + 50]),
    ]);
    expect(novice.map(({ user }) => user.genuine.length)).toEqual([45, 50, 50, 50, 50, 50, 50, 50]);
    expect(novice.every(({ user }) => user.impostor.length === 15)).toBe(true);
    // Genuine scores of the rows are those of the blocks from 201 on.
    expect(novice.slice(4).flatMap(({ user }) => [...user.genuine])).toEqual([...(scores[0]?.user.genuine ?? [])]);
    const record = learning[0]?.record;
    expect(record?.ownOffered).toBe(395);
    expect(record?.own).toBeLessThanOrEqual(395);
    expect(record?.ownTimes).toBe(record?.own);
    expect(record?.foreignOffered).toBeGreaterThan(20);
    expect(record?.foreignOffered).toBeLessThan(70);
  });

  it('leaves the product rule to the default detector', async () => {
    const adaptive: Job = {
      kind: 'adaptive',
      detector: 'scaled-manhattan',
      gate: 'product',
      weeklyCap: 10,
      mostReleased: null,
      calibrateEvery: 1,
      owners: [0],
      people: 4,
      seed: 1,
    };
    await expect(runner().run(adaptive)).rejects.toThrow('default detector');
  });

  it("counts who gets into each other's accounts", async () => {
    const cross: Job = {
      kind: 'cross-typing',
      set: 'cmu',
      detector: 'default',
      enrol: [190, 200],
      attempts: [200, 205],
      users: [1, 3],
      seed: 1,
    };
    const { cross: cells } = await runner().run(cross);
    expect(cells.map(({ owner, typist, attempts }) => [owner, typist, attempts])).toEqual([
      ['s001', 's001', 5],
      ['s001', 's003', 5],
      ['s003', 's001', 5],
      ['s003', 's003', 5],
    ]);
    const accepted = (own: boolean) =>
      cells.filter(({ owner, typist }) => (owner === typist) === own).reduce((sum, cell) => sum + cell.accepted, 0);
    expect(accepted(true)).toBeGreaterThan(accepted(false));
  });

  it('runs the fixed-text protocol on a file, one row and one for each text', async () => {
    const people = (await new TextSets(folder).get('cmu')).people;
    const line = (user: string, group: string, { hold, pressPress }: ReturnType<typeof fixedTextVectorFrom>) => {
      let press = 500;
      const keys = [...hold].map((time, i) => {
        press += i === 0 ? 0 : (pressPress[i - 1] ?? 0);
        return [null, press, press + time];
      });
      return JSON.stringify({ user, group, session: 0, index: 0, keys });
    };
    const lines = ['a', 'b b'].flatMap((group) =>
      people.flatMap(({ user, entries }) => entries.slice(0, 9).map((entry) => line(user, group, entry))),
    );
    const file = writeData(folder, 'held.jsonl.gz', lines.join('\n'));
    const job: Job = { kind: 'typing-jsonl', file, detector: 'default', enrol: 5, adaptive: 'timing', seed: 1 };
    const { rows } = await runner().run(job);
    expect(rows).toMatchObject([
      {
        suite: 'typing-jsonl',
        detector: 'default',
        condition: 'fixed adaptive gate=timing',
        enrol: 5,
        users: 4,
        genuine: 32,
        insufficient: 0,
      },
      { condition: 'fixed adaptive gate=timing group=a', users: 4, genuine: 16, impostor: 4 * 3 * 2 * 4 },
      { condition: 'fixed adaptive gate=timing group=b_b', users: 4, genuine: 16 },
    ]);
    const broken = writeData(folder, 'broken.jsonl', `${lines[0]}\n{"user":"a","keys":[["KeyA","now",1]]}\n`);
    await expect(runner().run({ ...job, file: broken })).rejects.toThrow(/broken\.jsonl, sample 2: keys\[0\]\[1\] must be a time/);
  });
});
