import { fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendToHistory, emptyHistory, historyVectors } from './typing-history';

const tenths = fc.integer({ min: 0, max: 36_000_000 });
const entry = fc
  .integer({ min: 1, max: 40 })
  .chain((keys) =>
    fc.tuple(fc.array(tenths, { minLength: keys, maxLength: keys }), fc.array(tenths, { minLength: keys - 1, maxLength: keys - 1 })),
  )
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
    expect(() => historyVectors({ ...history, packed: history.packed.slice(0, -2) })).toThrow(RangeError);
  });
});
