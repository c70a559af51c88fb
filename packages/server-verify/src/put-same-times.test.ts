import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { sqlite } from './sqlite';

const ids = fc.constantFrom('a', 'b');
const puts = fc.record({
  kind: fc.constantFrom('one', 'two'),
  subject: ids,
  id: ids,
  body: fc.uint8Array({ maxLength: 4 }),
  at: fc.integer({ min: 0, max: 2 }),
  due: fc.option(fc.integer({ min: 0, max: 2 })),
  ifVersion: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});

it('puts as the model does, whether the times of a record change or stay, one after the other and several at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(puts, { minLength: 1, maxLength: 3 }), { maxLength: 25 }), async (rounds) => {
      const stores = [memoryStore(), sqlite(':memory:')];
      for (const store of stores) {
        await store.migrate();
      }
      for (const round of rounds) {
        const [model, real] = await Promise.all(
          stores.map((store) =>
            store.transaction((tx) =>
              Promise.all(round.map(({ ifVersion, ...record }) => tx.put(record, ifVersion === undefined ? {} : { ifVersion }))),
            ),
          ),
        );
        expect(real).toEqual(model);
      }
      const [model, real] = await Promise.all(
        stores.map((store) =>
          store.transaction(async (tx) => ({
            all: (await Promise.all(['one', 'two'].map((kind) => tx.listKind(kind, { limit: 9 })))).flat(),
            due: await tx.due('one', 1, 9),
            newest: await tx.list('one', 'a', { limit: 9 }),
          })),
        ),
      );
      expect(plain(real)).toEqual(plain(model));
      await Promise.all(stores.map((store) => store.close()));
    }),
    { numRuns: process.env.TACIT_SOAK === '1' ? 1_000 : 60 },
  );
});

/** A body is some kind of bytes. */
function plain<Read extends Record<string, ReadonlyArray<{ body: Uint8Array }>>>(read: Read | undefined) {
  return Object.entries(read ?? {}).map(([name, records]) => [name, records.map((record) => ({ ...record, body: [...record.body] }))]);
}
