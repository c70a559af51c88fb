import type { NewRecord, Store, StoreRecord, StoreTransaction } from './store';

/** One fresh, empty store, and other ways to the same data where the engine has them. */
export interface StoreUnderTest {
  store: Store;
  /** A second, independent store on the same data, as another server would open it. */
  another?: () => Promise<Store>;
  /** Closes everything and deletes the data. */
  dispose(): Promise<void>;
}

/** What the contract needs of a test runner. Vitest's own will do; under `node:test` give an `expect` over `assert.deepStrictEqual`. */
export interface StoreContractTools {
  describe: (name: string, body: () => void) => unknown;
  it: (name: string, body: () => Promise<void>) => unknown;
  expect: (actual: unknown) => { toEqual(expected: unknown): unknown };
}

type Case = [name: string, run: (given: StoreUnderTest) => Promise<void>];

const KIND = 'sign-in';
const ALICE = 'alice';
const BOB = 'bob';

/**
 * The contract test of a store: run it on your own, and Tacit can keep its records there.
 *
 * @param name of the store, for the report
 * @param makeStore makes a fresh one for each test; the contract migrates it
 */
export function storeContract(name: string, makeStore: () => Promise<StoreUnderTest>, { describe, it, expect }: StoreContractTools): void {
  const cases = [...recordCases(expect), ...listCases(expect), ...transactionCases(expect), ...boundCases(expect)];
  describe(`store contract: ${name}`, () => {
    for (const [title, run] of cases) {
      it(title, async () => {
        const given = await makeStore();
        try {
          await given.store.migrate();
          await run(given);
        } finally {
          await given.dispose();
        }
      });
    }
  });
}

type Expect = StoreContractTools['expect'];

function recordCases(expect: Expect): Case[] {
  return [
    [
      'gives back what was inserted, bytes and all, with version 1',
      async ({ store }) => {
        const body = Uint8Array.from({ length: 256 }, (_, i) => i);
        const given = record({ id: 'a', body, at: 1_767_603_600_123, due: 1_767_603_600_456 });
        await store.transaction(async (tx) => expect(await tx.insert(given)).toEqual(true));
        const found = await store.transaction((tx) => tx.get(KIND, ALICE, 'a'));
        expect(found).toEqual({ ...given, version: 1 });
        expect(Object.getPrototypeOf(found?.body) === Uint8Array.prototype).toEqual(true);
        expect(await store.transaction((tx) => tx.get(KIND, BOB, 'a'))).toEqual(undefined);
        expect(await store.transaction((tx) => tx.get('mail', ALICE, 'a'))).toEqual(undefined);
      },
    ],
    [
      'keeps an empty body and a due of null',
      async ({ store }) => {
        const given = record({ id: 'a', body: new Uint8Array(0), due: null, subject: '' });
        await store.transaction((tx) => tx.insert(given));
        expect(await store.transaction((tx) => tx.get(KIND, '', 'a'))).toEqual({ ...given, version: 1 });
      },
    ],
    [
      'is not touched by what the caller does to the bytes before or after',
      async ({ store }) => {
        const body = Uint8Array.of(1, 2, 3);
        await store.transaction((tx) => tx.insert(record({ id: 'a', body })));
        body.fill(9);
        (await store.transaction((tx) => tx.get(KIND, ALICE, 'a')))?.body.fill(8);
        expect((await store.transaction((tx) => tx.get(KIND, ALICE, 'a')))?.body).toEqual(Uint8Array.of(1, 2, 3));
      },
    ],
    [
      'inserts only where nothing is',
      async ({ store }) => {
        await store.transaction((tx) => tx.insert(record({ id: 'a', body: text('first') })));
        expect(await store.transaction((tx) => tx.insert(record({ id: 'a', body: text('second') })))).toEqual(false);
        expect((await store.transaction((tx) => tx.get(KIND, ALICE, 'a')))?.body).toEqual(text('first'));
      },
    ],
    [
      'puts where something is or not, and counts versions',
      async ({ store }) => {
        expect(await store.transaction((tx) => tx.put(record({ id: 'a', at: 1, due: 5 })))).toEqual(true);
        const changed = record({ id: 'a', at: 2, due: null, body: text('second') });
        expect(await store.transaction((tx) => tx.put(changed))).toEqual(true);
        expect(await store.transaction((tx) => tx.get(KIND, ALICE, 'a'))).toEqual({ ...changed, version: 2 });
      },
    ],
    [
      'puts with ifVersion only onto that version, 0 being none',
      async ({ store }) => {
        const put = (ifVersion: number, body: string) =>
          store.transaction((tx) => tx.put(record({ id: 'a', body: text(body) }), { ifVersion }));
        expect(await put(1, 'too early')).toEqual(false);
        expect(await store.transaction((tx) => tx.get(KIND, ALICE, 'a'))).toEqual(undefined);
        expect(await put(0, 'one')).toEqual(true);
        expect(await put(0, 'again')).toEqual(false);
        expect(await put(1, 'two')).toEqual(true);
        expect(await put(1, 'late')).toEqual(false);
        const found = await store.transaction((tx) => tx.get(KIND, ALICE, 'a'));
        expect([found?.version, found?.body]).toEqual([2, text('two')]);
      },
    ],
    [
      'starts at version 1 again after a deletion',
      async ({ store }) => {
        await store.transaction(async (tx) => {
          await tx.put(record({ id: 'a' }));
          await tx.put(record({ id: 'a' }));
          expect(await tx.delete(KIND, ALICE, 'a')).toEqual(true);
          expect(await tx.delete(KIND, ALICE, 'a')).toEqual(false);
          await tx.put(record({ id: 'a' }));
          expect((await tx.get(KIND, ALICE, 'a'))?.version).toEqual(1);
        });
      },
    ],
    [
      'deletes all of a subject but the kinds to keep, and counts them',
      async ({ store }) => {
        await fill(store, [
          { kind: 'mail', id: 'a' },
          { kind: 'mail', id: 'b' },
          { kind: 'audit', id: 'a' },
          { kind: 'alert', id: 'a' },
          { kind: 'mail', id: 'a', subject: BOB },
          { kind: 'mail', id: 'a', subject: '' },
        ]);
        expect(await store.transaction((tx) => tx.deleteSubject(ALICE, { keep: ['audit', 'audit-head'] }))).toEqual(3);
        await store.transaction(async (tx) => {
          expect(await tx.count('mail', ALICE)).toEqual(0);
          expect(await tx.count('audit', ALICE)).toEqual(1);
          expect(await tx.count('mail', BOB)).toEqual(1);
          expect(await tx.count('mail', '')).toEqual(1);
          expect(await tx.deleteSubject(ALICE)).toEqual(1);
        });
      },
    ],
  ];
}

function listCases(expect: Expect): Case[] {
  return [
    [
      'lists the newest first, then by id, and goes on behind a cursor',
      async ({ store }) => {
        await fill(store, [
          { id: 'b', at: 10 },
          { id: 'a', at: 10 },
          { id: 'c', at: 30 },
          { id: 'd', at: 20 },
          { id: 'x', at: 15, subject: BOB },
        ]);
        const newest = await pages((tx, after) => tx.list(KIND, ALICE, { limit: 2, ...(after && { after }) }), store);
        expect(newest).toEqual(['c', 'd', 'b', 'a']);
        const oldest = await pages((tx, after) => tx.list(KIND, ALICE, { limit: 1, order: 'oldest', ...(after && { after }) }), store);
        expect(oldest).toEqual(['a', 'b', 'd', 'c']);
      },
    ],
    [
      'orders ids and subjects by code unit, whatever the locale says',
      async ({ store }) => {
        const ids = ['a', 'B', '_', '-', '0', ':', '.'];
        await fill(
          store,
          ids.map((id) => ({ id, at: 1 })),
        );
        const listed = await store.transaction((tx) => tx.list(KIND, ALICE, { limit: 10, order: 'oldest' }));
        expect(listed.map(({ id }) => id)).toEqual([...ids].sort());
      },
    ],
    [
      'lists one kind over all subjects, by subject and id, behind a cursor',
      async ({ store }) => {
        await fill(store, [
          { id: 'b', subject: BOB },
          { id: 'a', subject: BOB },
          { id: 'z', subject: ALICE },
          { id: 'q', subject: '' },
          { id: 'm', kind: 'mail' },
        ]);
        const first = await store.transaction((tx) => tx.listKind(KIND, { limit: 2 }));
        expect(first.map(({ subject, id }) => [subject, id])).toEqual([
          ['', 'q'],
          [ALICE, 'z'],
        ]);
        const rest = await store.transaction((tx) => tx.listKind(KIND, { limit: 10, after: { subject: ALICE, id: 'z' } }));
        expect(rest.map(({ subject, id }) => [subject, id])).toEqual([
          [BOB, 'a'],
          [BOB, 'b'],
        ]);
      },
    ],
    [
      'gives what is due, the longest overdue first, up to a limit',
      async ({ store }) => {
        await fill(store, [
          { id: 'later', due: 101 },
          { id: 'now', due: 100 },
          { id: 'never', due: null },
          { id: 'long', due: 5, subject: BOB },
          { id: 'mail', due: 1, kind: 'mail' },
        ]);
        const due = (now: number, limit: number) => store.transaction(async (tx) => (await tx.due(KIND, now, limit)).map(({ id }) => id));
        expect(await due(100, 10)).toEqual(['long', 'now']);
        expect(await due(100, 1)).toEqual(['long']);
        expect(await due(4, 10)).toEqual([]);
      },
    ],
  ];
}

function transactionCases(expect: Expect): Case[] {
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

function boundCases(expect: Expect): Case[] {
  const refusals: Array<[title: string, verb: (tx: StoreTransaction) => Promise<unknown>, error: string]> = [
    ['a kind with capitals', (tx) => tx.get('Kind', ALICE, 'a'), 'RangeError'],
    ['an empty kind', (tx) => tx.count('', ALICE), 'RangeError'],
    ['an empty id', (tx) => tx.delete(KIND, ALICE, ''), 'RangeError'],
    ['an id with a slash', (tx) => tx.insert(record({ id: 'a/b' })), 'RangeError'],
    ['an id that is too long', (tx) => tx.insert(record({ id: 'a'.repeat(129) })), 'RangeError'],
    ['a subject that is too long', (tx) => tx.insert(record({ id: 'a', subject: 'a'.repeat(129) })), 'RangeError'],
    ['a subject that is no string', (tx) => tx.get(KIND, 1 as unknown as string, 'a'), 'TypeError'],
    ['a body that is too long', (tx) => tx.put(record({ id: 'a', body: new Uint8Array(1_048_577) })), 'RangeError'],
    ['a body that is no bytes', (tx) => tx.put(record({ id: 'a', body: 'text' as unknown as Uint8Array })), 'TypeError'],
    ['a time with a fraction', (tx) => tx.put(record({ id: 'a', at: 0.5 })), 'RangeError'],
    ['a due before the epoch', (tx) => tx.put(record({ id: 'a', due: -1 })), 'RangeError'],
    ['a negative version', (tx) => tx.put(record({ id: 'a' }), { ifVersion: -1 }), 'RangeError'],
    ['no limit', (tx) => tx.list(KIND, ALICE, { limit: 0 }), 'RangeError'],
    ['a limit that is too large', (tx) => tx.listKind(KIND, { limit: 1_001 }), 'RangeError'],
    ['a limit that is no number', (tx) => tx.due(KIND, 1, '10' as unknown as number), 'TypeError'],
    ['an unknown order', (tx) => tx.list(KIND, ALICE, { limit: 1, order: 'random' as 'newest' }), 'RangeError'],
    ['to delete the records of nobody at once', (tx) => tx.deleteSubject(''), 'RangeError'],
  ];
  return [
    [
      'takes the largest record',
      async ({ store }) => {
        const body = new Uint8Array(1_048_576).fill(7);
        await store.transaction((tx) => tx.put(record({ kind: 'k'.repeat(32), subject: 's'.repeat(128), id: 'i'.repeat(128), body })));
        const found = await store.transaction((tx) => tx.get('k'.repeat(32), 's'.repeat(128), 'i'.repeat(128)));
        expect(found?.body.length).toEqual(body.length);
      },
    ],
    ...refusals.map(
      ([title, verb, error]): Case => [
        `refuses ${title}`,
        async ({ store }) => {
          const thrown = await rejection(() => store.transaction(verb));
          expect(thrown instanceof Error ? thrown.name : thrown).toEqual(error);
          expect(await store.transaction((tx) => tx.count(KIND, ALICE))).toEqual(0);
        },
      ],
    ),
  ];
}

function record(part: Partial<NewRecord>): NewRecord {
  return { kind: KIND, subject: ALICE, id: 'a', body: text('{}'), at: 0, due: null, ...part };
}

async function fill(store: Store, parts: ReadonlyArray<Partial<NewRecord>>): Promise<void> {
  await store.transaction(async (tx) => {
    for (const part of parts) {
      await tx.insert(record(part));
    }
  });
}

async function increment(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    const found = await tx.get(KIND, ALICE, 'counter');
    const value = found === undefined ? 0 : Number(new TextDecoder().decode(found.body));
    await tx.put(record({ id: 'counter', body: text(String(value + 1)) }));
  });
}

async function counter(store: Store): Promise<number> {
  const found = await store.transaction((tx) => tx.get(KIND, ALICE, 'counter'));
  return Number(new TextDecoder().decode(found?.body));
}

async function pages(
  list: (tx: StoreTransaction, after: { at: number; id: string } | undefined) => Promise<StoreRecord[]>,
  store: Store,
): Promise<string[]> {
  const ids: string[] = [];
  let after: StoreRecord | undefined;
  do {
    const page = await store.transaction((tx) => list(tx, after));
    ids.push(...page.map(({ id }) => id));
    after = page.at(-1);
  } while (after !== undefined);
  return ids;
}

async function rejection(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return new Error('nothing was thrown');
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
