import { isTacitServerError, TacitServerError } from './errors';
import type { RecordQueries, RecordTable } from './record-queries';
import { type SqliteConnection, toBytes } from './sqlite-database';
import type { NewRecord, StoreRecord, StoreTransaction } from './store';
import {
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

/** Whether a transaction is still running, and whether each of its statements went well. */
export class TransactionScope {
  open = true;
  #failure: unknown;

  run<T>(work: () => T): T {
    if (!this.open) {
      throw new TacitServerError('ERR_STORE_TRANSACTION_ENDED');
    }
    this.assertSound();
    try {
      return work();
    } catch (error) {
      // The engine may have rolled back by itself; what followed would then be outside any transaction.
      if (isTacitServerError(error)) {
        this.#failure = error;
      }
      throw error;
    }
  }

  assertSound(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }
}

export function transactionOver(connection: SqliteConnection, queries: RecordQueries, scope: TransactionScope): StoreTransaction {
  const read = (query: Parameters<SqliteConnection['rows']>[0]): StoreRecord[] =>
    scope.run(() => connection.rows(query).map((row) => toRecord(row as RecordTable)));
  const write = (query: Parameters<SqliteConnection['run']>[0]): number => scope.run(() => connection.run(query));

  // Every verb does its work before it returns: a verb that is not awaited can not fall behind the end of the transaction.
  return {
    async get(kind, subject, id) {
      assertKey(kind, subject, id);
      return read(queries.get(kind, subject, id))[0];
    },
    async list(kind, subject, options) {
      assertKind(kind);
      assertSubject(subject);
      assertListOptions(options);
      return read(queries.list(kind, subject, options));
    },
    async listKind(kind, options) {
      assertKind(kind);
      assertLimit(options.limit);
      if (options.after !== undefined) {
        assertSubject(options.after.subject, 'after.subject');
        assertId(options.after.id, 'after.id');
      }
      return read(queries.listKind(kind, options));
    },
    async insert(record) {
      assertNewRecord(record);
      return write(queries.insert(record)) === 1;
    },
    async put(record, { ifVersion } = {}) {
      assertNewRecord(record);
      assertIfVersion(ifVersion);
      return write(putQuery(queries, record, ifVersion)) === 1;
    },
    async delete(kind, subject, id) {
      assertKey(kind, subject, id);
      return write(queries.delete(kind, subject, id)) === 1;
    },
    async deleteSubject(subject, { keep = [] } = {}) {
      assertOwnedSubject(subject);
      keep.forEach((kind) => {
        assertKind(kind, 'keep');
      });
      return write(queries.deleteSubject(subject, keep));
    },
    async due(kind, now, limit) {
      assertKind(kind);
      assertTime(now, 'now');
      assertLimit(limit);
      return read(queries.due(kind, now, limit));
    },
    async count(kind, subject) {
      assertKind(kind);
      assertSubject(subject);
      const [row] = scope.run(() => connection.rows(queries.count(kind, subject))) as Array<{ count: number | bigint }>;
      return Number(row?.count ?? 0);
    },
  };
}

function putQuery(queries: RecordQueries, record: NewRecord, ifVersion: number | undefined) {
  if (ifVersion === undefined) {
    return queries.upsert(record);
  }
  return ifVersion === 0 ? queries.insert(record) : queries.update(record, ifVersion);
}

function toRecord({ kind, subject, id, body, at, due, version }: RecordTable): StoreRecord {
  return { kind, subject, id, body: toBytes(body), at: Number(at), due: due === null ? null : Number(due), version: Number(version) };
}
