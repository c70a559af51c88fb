import type { StoreTransaction } from '../store';
import { ALICE, type Case, codeOf, counter, type Expect, fill, increment, KIND, record, rejection, text } from './contract-tools';

export function transactionCases(expect: Expect): Case[] {
  const cases: Case[] = [
    [
      'sees its own writes, and undoes all of them when the work throws',
      async ({ store }) => {
        await fill(store, [{ id: 'kept', body: text('old') }, { id: 'gone' }]);
        const failure = new Error('on purpose');
        const thrown = await rejection(() =>
          store.transaction(async (tx) => {
            await tx.put(record({ id: 'kept', body: text('new') }));
            await tx.put(record({ id: 'kept', body: text('newer') }));
            await tx.insert(record({ id: 'new' }));
            await tx.delete(KIND, ALICE, 'gone');
            expect((await tx.get(KIND, ALICE, 'kept'))?.version).toEqual(3);
            expect((await tx.list(KIND, ALICE, { limit: 10 })).length).toEqual(2);
            await tx.deleteSubject(ALICE);
            expect(await tx.count(KIND, ALICE)).toEqual(0);
            throw failure;
          }),
        );
        expect(thrown === failure).toEqual(true);
        await store.transaction(async (tx) => {
          expect(await tx.get(KIND, ALICE, 'kept')).toEqual({ ...record({ id: 'kept', body: text('old') }), version: 1 });
          expect(await tx.count(KIND, ALICE)).toEqual(2);
        });
      },
    ],
    [
      'goes on after a failed transaction, and gives what the work returns',
      async ({ store }) => {
        await rejection(() => store.transaction(() => Promise.reject(new Error('on purpose'))));
        expect(await store.transaction(async () => 42)).toEqual(42);
      },
    ],
    [
      'leaves nothing open behind work that throws before it gives a promise',
      async ({ store, another }) => {
        const failure = new Error('on purpose');
        let begun: Promise<unknown> | undefined;
        const thrown = await rejection(() =>
          store.transaction((tx) => {
            begun = tx.put(record({ id: 'half' }));
            throw failure;
          }),
        );
        await Promise.allSettled([begun]);
        expect(thrown === failure).toEqual(true);
        // The next one may be given the same connection: what was begun on it must not be committed with it, nor keep others away.
        await increment(store);
        const other = (await another?.()) ?? store;
        await other.migrate();
        await increment(other);
        expect([await counter(store), await store.transaction((tx) => tx.count(KIND, ALICE))]).toEqual([2, 1]);
        if (other !== store) {
          await other.close();
        }
      },
    ],
    [
      'loses no increment under parallel transactions',
      async ({ store }) => {
        await Promise.all(Array.from({ length: 40 }, () => increment(store)));
        expect(await counter(store)).toEqual(40);
      },
    ],
    [
      'lets one of many parallel inserts win',
      async ({ store }) => {
        const won = await Promise.all(
          Array.from({ length: 20 }, (_, i) => store.transaction((tx) => tx.insert(record({ id: 'a', body: text(String(i)) })))),
        );
        expect(won.filter(Boolean).length).toEqual(1);
      },
    ],
    [
      'never shows the half of another transaction',
      async ({ store }) => {
        const sums: number[] = [];
        const move = (i: number) =>
          store.transaction(async (tx) => {
            await tx.put(record({ id: 'from', body: text(String(-i)) }));
            await tx.count(KIND, ALICE);
            await tx.put(record({ id: 'to', body: text(String(i)) }));
          });
        const look = () =>
          store.transaction(async (tx) => {
            const found = await tx.list(KIND, ALICE, { limit: 2 });
            sums.push(found.reduce((sum, { body }) => sum + Number(new TextDecoder().decode(body)), 0));
          });
        await Promise.all(Array.from({ length: 20 }, (_, i) => Promise.all([move(i), look()])));
        expect(sums).toEqual(sums.map(() => 0));
      },
    ],
    [
      'refuses a transaction inside another, and a verb after the end',
      async ({ store }) => {
        expect(codeOf(await rejection(() => store.transaction(() => store.transaction(async () => 1))))).toEqual('ERR_STORE_NESTED');
        let escaped: StoreTransaction | undefined;
        await store.transaction(async (tx) => {
          escaped = tx;
        });
        expect(codeOf(await rejection(() => escaped!.put(record({ id: 'late' }))))).toEqual('ERR_STORE_TRANSACTION_ENDED');
        expect(await store.transaction((tx) => tx.count(KIND, ALICE))).toEqual(0);
      },
    ],
    [
      'allows a transaction after another of the same caller',
      async ({ store }) => {
        await store.transaction((tx) => tx.insert(record({ id: 'a' })));
        await store.transaction((tx) => tx.insert(record({ id: 'b' })));
        expect(await store.transaction((tx) => tx.count(KIND, ALICE))).toEqual(2);
      },
    ],
    [
      'migrates and scrubs as often as asked without losing anything',
      async ({ store }) => {
        await fill(store, [{ id: 'a' }]);
        await Promise.all([store.migrate(), store.migrate()]);
        await store.scrub();
        await store.scrub();
        expect(await store.transaction((tx) => tx.count(KIND, ALICE))).toEqual(1);
      },
    ],
    [
      'refuses everything once closed',
      async ({ store }) => {
        await store.close();
        await store.close();
        expect(codeOf(await rejection(() => store.transaction(async () => 1)))).toEqual('ERR_STORE_CLOSED');
        expect(codeOf(await rejection(() => store.migrate()))).toEqual('ERR_STORE_CLOSED');
        expect(codeOf(await rejection(() => store.scrub()))).toEqual('ERR_STORE_CLOSED');
      },
    ],
    [
      'shares its data with another store on it, one transaction at a time',
      async ({ store, another }) => {
        if (another === undefined) {
          return;
        }
        const second = await another();
        await second.migrate();
        await Promise.all(Array.from({ length: 20 }, (_, i) => increment(i % 2 === 0 ? store : second)));
        expect([await counter(store), await counter(second)]).toEqual([20, 20]);
        await store.close();
        expect(await counter(second)).toEqual(20);
        await second.close();
        const third = await another();
        await third.migrate();
        expect(await counter(third)).toEqual(20);
        await third.close();
      },
    ],
  ];
  return cases;
}
