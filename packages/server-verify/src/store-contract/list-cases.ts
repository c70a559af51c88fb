import type { StoreRecord } from '../store';
import { ALICE, BOB, type Case, type Expect, fill, KIND, pages } from './contract-tools';

export function listCases(expect: Expect): Case[] {
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
    [
      'gives what is due last, over all subjects, and goes on behind a cursor',
      async ({ store }) => {
        await fill(store, [
          { id: 'b', due: 100 },
          { id: 'a', due: 100 },
          { id: 'a', due: 100, subject: BOB },
          { id: 'first', due: 5, subject: BOB },
          { id: 'never', due: null },
          { id: 'last', due: 101, subject: '' },
          { id: 'mail', due: 200, kind: 'mail' },
        ]);
        for (const limit of [1, 2, 3, 10]) {
          const found: string[] = [];
          let after: StoreRecord | undefined;
          do {
            const from = after;
            const page = await store.transaction((tx) => tx.dueLast(KIND, { limit, ...(from && { after: from }) }));
            found.push(...page.map(({ subject, id }) => `${subject}/${id}`));
            after = page.at(-1);
          } while (after !== undefined);
          expect(found).toEqual(['/last', `${BOB}/a`, `${ALICE}/b`, `${ALICE}/a`, `${BOB}/first`]);
        }
      },
    ],
  ];
}
