import type { StoreTransaction } from '../store';
import { ALICE, type Case, type Expect, KIND, record, rejection } from './contract-tools';

export function boundCases(expect: Expect): Case[] {
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
    ['a cursor that is never due', (tx) => tx.dueLast(KIND, { limit: 1, after: { due: null, subject: ALICE, id: 'a' } }), 'TypeError'],
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
