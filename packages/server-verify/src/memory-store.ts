import { TacitServerError } from './errors';
import type { DueLastOptions, ListOptions, NewRecord, Store, StoreRecord, StoreTransaction } from './store';
import {
  assertDueLastOptions,
  assertId,
  assertIfVersion,
  assertKey,
  assertKind,
  assertLimit,
  assertListOptions,
  assertNewRecord,
  assertOwnedSubject,
  assertSubject,
  assertTime,
} from './store-checks';
import { TransactionQueue } from './transaction-queue';

type Records = Map<string, StoreRecord>;
type Undo = () => void;

/**
 * A store in the memory of this process, for tests and first steps: everything is lost at the end of the process.
 * Lists look through all records of a kind, so keep it small.
 */
export function memoryStore(): Store {
  /** kind -> subject -> id. */
  const kinds = new Map<string, Map<string, Records>>();
  const queue = new TransactionQueue();
  let closed = false;

  const recordsOf = (kind: string, subject: string): Records | undefined => kinds.get(kind)?.get(subject);

  function set(record: StoreRecord): void {
    const subjects = kinds.get(record.kind) ?? new Map<string, Records>();
    const records = subjects.get(record.subject) ?? new Map<string, StoreRecord>();
    records.set(record.id, record);
    subjects.set(record.subject, records);
    kinds.set(record.kind, subjects);
  }

  function unset(kind: string, subject: string, id: string): void {
    const subjects = kinds.get(kind);
    const records = subjects?.get(subject);
    records?.delete(id);
    if (records?.size === 0) {
      subjects?.delete(subject);
    }
  }

  function begin(): { tx: StoreTransaction; end: () => void; rollback: () => void } {
    const undo: Undo[] = [];
    let open = true;

    function write(record: NewRecord, stored: StoreRecord | undefined): void {
      const { kind, subject, id, body, at, due } = record;
      set(Object.freeze({ kind, subject, id, body: body.slice(), at, due, version: (stored?.version ?? 0) + 1 }));
      undo.push(stored === undefined ? () => unset(kind, subject, id) : () => set(stored));
    }

    function remove(record: StoreRecord): void {
      unset(record.kind, record.subject, record.id);
      undo.push(() => set(record));
    }

    // Every verb is a promise, so that a misuse rejects as it does in a store that has to wait.
    const verb =
      <Arguments extends unknown[], Result>(work: (...given: Arguments) => Result) =>
      async (...given: Arguments): Promise<Result> => {
        if (!open) {
          throw new TacitServerError('ERR_STORE_TRANSACTION_ENDED');
        }
        return work(...given);
      };

    const tx: StoreTransaction = {
      get: verb((kind: string, subject: string, id: string) => {
        assertKey(kind, subject, id);
        const stored = recordsOf(kind, subject)?.get(id);
        return stored && copy(stored);
      }),
      list: verb((kind: string, subject: string, options: ListOptions) => {
        assertKind(kind);
        assertSubject(subject);
        assertListOptions(options);
        const sign = options.order === 'oldest' ? 1 : -1;
        const { after } = options;
        return [...(recordsOf(kind, subject)?.values() ?? [])]
          .filter((record) => after === undefined || sign * compareAtAndId(record, after) > 0)
          .sort((a, b) => sign * compareAtAndId(a, b))
          .slice(0, options.limit)
          .map(copy);
      }),
      listKind: verb((kind: string, options: { limit: number; after?: { subject: string; id: string } }) => {
        assertKind(kind);
        assertLimit(options.limit);
        const { after } = options;
        if (after !== undefined) {
          assertSubject(after.subject, 'after.subject');
          assertId(after.id, 'after.id');
        }
        return allOf(kind)
          .filter((record) => after === undefined || compareSubjectAndId(record, after) > 0)
          .sort(compareSubjectAndId)
          .slice(0, options.limit)
          .map(copy);
      }),
      insert: verb((record: NewRecord) => {
        assertNewRecord(record);
        if (recordsOf(record.kind, record.subject)?.has(record.id)) {
          return false;
        }
        write(record, undefined);
        return true;
      }),
      put: verb((record: NewRecord, options: { ifVersion?: number } = {}) => {
        assertNewRecord(record);
        assertIfVersion(options.ifVersion);
        const stored = recordsOf(record.kind, record.subject)?.get(record.id);
        if (options.ifVersion !== undefined && options.ifVersion !== (stored?.version ?? 0)) {
          return false;
        }
        write(record, stored);
        return true;
      }),
      delete: verb((kind: string, subject: string, id: string) => {
        assertKey(kind, subject, id);
        const stored = recordsOf(kind, subject)?.get(id);
        if (stored === undefined) {
          return false;
        }
        remove(stored);
        return true;
      }),
      deleteSubject: verb((subject: string, options: { keep?: readonly string[] } = {}) => {
        assertOwnedSubject(subject);
        for (const kind of options.keep ?? []) {
          assertKind(kind, 'keep');
        }
        const keep = new Set(options.keep);
        const doomed = [...kinds]
          .filter(([kind]) => !keep.has(kind))
          .flatMap(([, subjects]) => [...(subjects.get(subject)?.values() ?? [])]);
        for (const record of doomed) {
          remove(record);
        }
        return doomed.length;
      }),
      due: verb((kind: string, now: number, limit: number) => {
        assertKind(kind);
        assertTime(now, 'now');
        assertLimit(limit);
        return allOf(kind)
          .filter((record) => record.due !== null && record.due <= now)
          .sort(compareDue)
          .slice(0, limit)
          .map(copy);
      }),
      dueLast: verb((kind: string, options: DueLastOptions) => {
        assertKind(kind);
        assertDueLastOptions(options);
        const { limit, after } = options;
        return allOf(kind)
          .filter((record) => record.due !== null && (after === undefined || compareDue(record, after) < 0))
          .sort((a, b) => compareDue(b, a))
          .slice(0, limit)
          .map(copy);
      }),
      count: verb((kind: string, subject: string) => {
        assertKind(kind);
        assertSubject(subject);
        return recordsOf(kind, subject)?.size ?? 0;
      }),
    };
    return {
      tx,
      end: () => {
        open = false;
      },
      rollback: () => {
        for (const step of undo.reverse()) {
          step();
        }
      },
    };
  }

  const allOf = (kind: string): StoreRecord[] => [...(kinds.get(kind)?.values() ?? [])].flatMap((records) => [...records.values()]);

  return {
    migrate: async () => assertOpen(closed),
    transaction: (work) =>
      queue.run(async () => {
        assertOpen(closed);
        const { tx, end, rollback } = begin();
        try {
          return await work(tx);
        } catch (error) {
          rollback();
          throw error;
        } finally {
          end();
        }
      }),
    scrub: async () => assertOpen(closed),
    close: async () => {
      closed = true;
    },
  };
}

function assertOpen(closed: boolean): void {
  if (closed) {
    throw new TacitServerError('ERR_STORE_CLOSED');
  }
}

function copy(record: StoreRecord): StoreRecord {
  return { ...record, body: record.body.slice() };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareAtAndId(a: { at: number; id: string }, b: { at: number; id: string }): number {
  return a.at - b.at || compareText(a.id, b.id);
}

type Due = Pick<StoreRecord, 'due' | 'subject' | 'id'>;

function compareDue(a: Due, b: Due): number {
  return (a.due ?? 0) - (b.due ?? 0) || compareSubjectAndId(a, b);
}

function compareSubjectAndId(a: { subject: string; id: string }, b: { subject: string; id: string }): number {
  return compareText(a.subject, b.subject) || compareText(a.id, b.id);
}
