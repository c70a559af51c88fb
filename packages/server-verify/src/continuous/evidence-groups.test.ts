import { describe, expect, it } from 'vitest';
import { createEvidenceGroups, type Outcome } from './evidence-groups';
import { testTimer } from './testing-evidence';

const tick = () => new Promise((resolve) => setImmediate(resolve));

function testGroups({ mostGrouped = 100, mostWaiting = 1_000 } = {}) {
  const groups: number[][] = [];
  const running: Array<() => void> = [];
  const timer = testTimer();
  const waits: number[] = [];
  const taken: number[] = [];
  const made = createEvidenceGroups<number, string>({
    groupMs: 50,
    mostGrouped,
    mostWaiting,
    timer: {
      set(work, ms) {
        waits.push(ms);
        return timer.set(work, ms);
      },
      clear: timer.clear,
    },
    taken: (item) => taken.push(item),
    run: async (items) => {
      groups.push([...items]);
      await new Promise<void>((resolve) => running.push(resolve));
      return items.map((item): Outcome<string> => (item < 0 ? { error: new Error(`bad ${item}`) } : { answer: `done ${item}` }));
    },
  });
  return { ...made, groups, waits, taken, timer, finish: () => running.shift()?.() };
}

describe('groups', () => {
  it('judges together what came while the first waited, in order, and answers each', async () => {
    const { add, groups, timer, finish } = testGroups();
    const answers = [1, 2, 3].map(add);
    await tick();
    expect(groups).toEqual([]);
    timer.fire();
    expect(groups).toEqual([[1, 2, 3]]);
    finish();
    expect(await Promise.all(answers)).toEqual(['done 1', 'done 2', 'done 3']);
    expect(timer.waiting).toBe(0);
  });

  it('begins at once where there is enough, and the rest waits its own time', async () => {
    const { add, groups, timer, finish } = testGroups({ mostGrouped: 2 });
    const answers = [1, 2, 3].map(add);
    expect(groups).toEqual([[1, 2]]);
    finish();
    await answers[1];
    await tick();
    expect(groups).toHaveLength(1);
    timer.fire();
    expect(groups).toEqual([[1, 2], [3]]);
    finish();
    expect(await answers[2]).toBe('done 3');
  });

  it('judges one group at a time', async () => {
    const { add, groups, timer, finish } = testGroups();
    const first = add(1);
    timer.fire();
    const second = add(2);
    timer.fire();
    await tick();
    expect(groups).toEqual([[1]]);
    finish();
    expect(await first).toBe('done 1');
    await tick();
    expect(groups).toEqual([[1], [2]]);
    finish();
    expect(await second).toBe('done 2');
  });

  it('gathers for twice as long after a large group, and no longer once less comes', async () => {
    const { add, groups, waits, timer, finish } = testGroups();
    for (const count of [7, 8, 8, 7, 1]) {
      const answers = Array.from({ length: count }, (_, i) => add(i));
      timer.fire();
      finish();
      await Promise.all(answers);
      await tick();
    }
    expect(groups.map(({ length }) => length)).toEqual([7, 8, 8, 7, 1]);
    expect(waits).toEqual([50, 50, 100, 100, 50]);
  });

  it('lets a bad one fail alone', async () => {
    const { add, timer, finish } = testGroups();
    const answers = Promise.allSettled([1, -2, 3].map(add));
    timer.fire();
    finish();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses what would wait behind too many, and takes more when they are answered', async () => {
    const { add, taken, timer, finish } = testGroups({ mostWaiting: 2 });
    const answers = [1, 2].map(add);
    await expect(add(3)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', retryAfter: 1 });
    timer.fire();
    // Those that are being judged wait as well.
    await expect(add(4)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY' });
    finish();
    await Promise.all(answers);
    const fifth = add(5);
    timer.fire();
    finish();
    expect(await fifth).toBe('done 5');
    // Nothing is worked out of what was refused.
    expect(taken).toEqual([1, 2, 5]);
  });

  it('answers everything that it took before it is closed, and takes nothing after', async () => {
    const { add, close, groups, finish } = testGroups({ mostGrouped: 2 });
    const answers = Promise.all([1, 2, 3].map(add));
    const closed = close();
    await expect(add(4)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    finish();
    await tick();
    finish();
    await closed;
    expect(await answers).toHaveLength(3);
    expect(groups).toEqual([[1, 2], [3]]);
  });

  it('fails a whole group by what its judging throws, and goes on', async () => {
    const timer = testTimer();
    let calls = 0;
    const { add } = createEvidenceGroups<number, number>({
      groupMs: 50,
      mostGrouped: 10,
      mostWaiting: 10,
      timer,
      run: async (items) => {
        calls++;
        if (calls === 1) {
          throw new Error('the store is gone');
        }
        return items.map((answer) => ({ answer }));
      },
    });
    const failed = add(1);
    timer.fire();
    await expect(failed).rejects.toThrow('the store is gone');
    const good = add(2);
    timer.fire();
    expect(await good).toBe(2);
  });
});
