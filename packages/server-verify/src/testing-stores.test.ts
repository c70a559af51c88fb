import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import type { Store } from './store';
import { replayed } from './testing-stores';

const record = { kind: 'mail', subject: 's', id: 'a', body: Uint8Array.of(1), at: 0, due: null };

async function opened(): Promise<Store> {
  const store = replayed(memoryStore());
  await store.migrate();
  return store;
}

describe('replayed', () => {
  it('runs the work twice, and writes what the second run wrote', async () => {
    const store = await opened();
    let runs = 0;
    const result = await store.transaction(async (tx) => {
      runs++;
      await tx.put({ ...record, body: Uint8Array.of(runs) });
      return runs;
    });
    expect([runs, result]).toEqual([2, 2]);
    expect(await store.transaction((tx) => tx.get('mail', 's', 'a'))).toMatchObject({ version: 1, body: Uint8Array.of(2) });
  });

  it('throws what is refused both times, and finds out what is refused only once', async () => {
    const store = await opened();
    const refusal = new Error('on purpose');
    await expect(store.transaction(() => Promise.reject(refusal))).rejects.toBe(refusal);
    let runs = 0;
    const onRun = (refused: number) =>
      store.transaction(async () => {
        runs++;
        if (runs % 2 === refused) {
          throw refusal;
        }
      });
    await expect(onRun(0)).rejects.toThrow('only when it was run again');
    await expect(onRun(1)).rejects.toThrow('only when it was run first');
  });

  it('lets nobody in between the two runs', async () => {
    const store = await opened();
    const seen: number[] = [];
    await Promise.all(
      [1, 2, 3].map((i) =>
        store.transaction(async (tx) => {
          seen.push(i);
          await tx.put({ ...record, id: `r-${i}` });
        }),
      ),
    );
    expect(seen).toEqual([1, 1, 2, 2, 3, 3]);
  });
});
