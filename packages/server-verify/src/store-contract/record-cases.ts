import { ALICE, BOB, type Case, type Expect, fill, KIND, record, text } from './contract-tools';

export function recordCases(expect: Expect): Case[] {
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
