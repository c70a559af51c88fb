import { describe, expect, it } from 'vitest';
import { afterCommit, tellChange, withEffects } from './after-commit';
import { inProcessNotifications } from './in-process-notifications';
import { memoryStore } from './memory-store';
import type { StoreTransaction } from './store';
import { replayed } from './testing-stores';

describe('work for after the commit', () => {
  it('is done once the transaction has come through, in its order, before the caller goes on', async () => {
    const store = withEffects(memoryStore());
    const done: string[] = [];
    const result = await store.transaction(async (tx) => {
      afterCommit(tx, () => done.push('first'));
      afterCommit(tx, () => done.push('second'));
      done.push('inside');
      return 7;
    });
    expect(result).toBe(7);
    expect(done).toEqual(['inside', 'first', 'second']);
  });

  it('is not done where the transaction failed', async () => {
    const store = withEffects(memoryStore());
    const done: string[] = [];
    const failing = store.transaction(async (tx) => {
      afterCommit(tx, () => done.push('never'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(done).toEqual([]);
  });

  it('is done once where a store tries the transaction again', async () => {
    const store = withEffects(replayed(memoryStore()));
    const done: string[] = [];
    let tries = 0;
    await store.transaction(async (tx) => {
      tries++;
      afterCommit(tx, () => done.push('once'));
    });
    expect([tries, done]).toEqual([2, ['once']]);
  });

  it('tells of a change', async () => {
    const notifications = inProcessNotifications();
    const heard: unknown[] = [];
    notifications.subscribe((change) => heard.push(change));
    await withEffects(memoryStore()).transaction(async (tx) => {
      tellChange({ notifications }, tx, 'session', 'a.b');
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual([{ topic: 'session', id: 'a.b' }]);
  });

  it('wants a transaction of the context', async () => {
    await memoryStore().transaction(async (tx: StoreTransaction) => {
      expect(() => afterCommit(tx, () => undefined)).toThrow(TypeError);
    });
  });
});
