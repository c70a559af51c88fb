import { type FixedTextVector, fixedTextVector, fixedTextVectorFrom, hasHolds, parseTypingSample } from '@tacit-auth/features';
import { checkTyping } from '@tacit-auth/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { startedTestContext } from './testing-context';
import { createTypist } from './testing-typists';
import { appendEntry, appendToHistory, emptyHistory, forgetHistory, historyVectors, readHistory, writeHistory } from './typing-history';

const tenths = fc.integer({ min: 0, max: 36_000_000 });
const entry = fc
  .integer({ min: 1, max: 40 })
  .chain((keys) => {
    const all = fc.array(tenths, { minLength: keys, maxLength: keys });
    // Some devices tell no key-ups.
    const hold = keys > 1 ? fc.oneof(all, fc.constant([])) : all;
    return fc.tuple(hold, fc.array(tenths, { minLength: keys - 1, maxLength: keys - 1 }));
  })
  .map(([hold, pressPress]) =>
    fixedTextVectorFrom({ hold: hold.map((time) => time / 10), pressPress: pressPress.map((time) => time / 10) }),
  );

describe('typing history', () => {
  it('gives back the last entries, as they were', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.integer({ min: 1, max: 10 }), (entries, size) => {
        const history = entries.reduce((kept, vector) => appendToHistory(kept, vector, size), emptyHistory());
        expect(historyVectors(history)).toEqual(entries.slice(-size));
        expect(history).toMatchObject({ total: entries.length, kept: Math.min(size, entries.length) });
      }),
    );
  });

  it('shrinks to a smaller size at the next entry', () => {
    const vectors = Array.from({ length: 9 }, (_, i) => fixedTextVectorFrom({ hold: [i, 2], pressPress: [3] }));
    const long = vectors.slice(0, 8).reduce((kept, vector) => appendToHistory(kept, vector, 100), emptyHistory());
    expect(historyVectors(appendToHistory(long, vectors[8]!, 3))).toEqual(vectors.slice(-3));
  });

  it('refuses a record that is cut off', () => {
    const history = appendToHistory(emptyHistory(), fixedTextVectorFrom({ hold: [100, 200], pressPress: [300] }), 5);
    expect(() => historyVectors({ ...history, packed: history.packed.slice(0, -2) })).toThrow(
      expect.objectContaining({ code: 'ERR_RECORD_CORRUPT' }),
    );
    // Cut between two entries.
    expect(() => historyVectors({ ...history, kept: 2 })).toThrow(expect.objectContaining({ code: 'ERR_RECORD_CORRUPT' }));
  });
});

describe('readHistory', () => {
  const vector = (hold: number) => fixedTextVectorFrom({ hold: [hold, 90], pressPress: [150] });

  async function serverWithHistory(store = memoryStore()) {
    const ctx = await startedTestContext({ store });
    const add = (hold: number) =>
      store.transaction(async (tx) => writeHistory(ctx, tx, 'alice', appendEntry(await readHistory(ctx, tx, 'alice'), vector(hold), 3)));
    const read = () => store.transaction((tx) => readHistory(ctx, tx, 'alice'));
    await store.transaction((tx) => ctx.createDataKey(tx, 'alice'));
    return { ctx, store, add, read };
  }

  it('gives the same from memory as from the store', async () => {
    const { ctx, add, read } = await serverWithHistory();
    for (const hold of [1, 2, 3, 4, 5]) {
      await add(hold);
      const held = await read();
      forgetHistory(ctx, 'alice');
      const opened = await read();
      expect(opened).not.toBe(held);
      expect(opened).toEqual(held);
      expect(historyVectors(opened.history).at(-1)).toEqual(vector(hold));
    }
    expect(await read()).toBe(await read());
  });

  it('makes entries without hold times ready for the replay check, between others', async () => {
    const { ctx, store, read } = await serverWithHistory();
    const sample = createTypist(1).sample();
    const parsed = parseTypingSample({ ...sample, keys: sample.keys.map(([key, press]) => [key, press, null]) });
    const alone = fixedTextVector(parsed) as FixedTextVector;
    expect(hasHolds(alone)).toBe(false);
    for (const entry of [vector(1), alone, vector(2)]) {
      await store.transaction(async (tx) => writeHistory(ctx, tx, 'alice', appendEntry(await readHistory(ctx, tx, 'alice'), entry, 9)));
    }
    const held = await read();
    forgetHistory(ctx, 'alice');
    const opened = await read();
    expect(historyVectors(opened.history)).toEqual([vector(1), alone, vector(2)]);
    for (const { entries } of [held, opened]) {
      expect(checkTyping({ sample: parsed, vector: alone, history: entries }).failed).toEqual(['replayed']);
    }
  });

  it('sees what another server wrote, and nothing of a transaction that failed', async () => {
    const one = await serverWithHistory();
    const two = await serverWithHistory(one.store);
    await one.add(1);
    await two.add(2);
    const stored = await one.read();
    expect(historyVectors(stored.history)).toEqual([vector(1), vector(2)]);
    await expect(
      one.store.transaction(async (tx) => {
        await writeHistory(one.ctx, tx, 'alice', appendEntry(stored, vector(3), 3));
        expect((await readHistory(one.ctx, tx, 'alice')).history.total).toBe(3);
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
    expect((await one.read()).history).toEqual(stored.history);
  });

  it('is empty once the record is gone, whatever is held', async () => {
    const { store, add, read } = await serverWithHistory();
    await add(1);
    await store.transaction((tx) => tx.deleteSubject('alice'));
    expect((await read()).history).toEqual(emptyHistory());
  });
});
