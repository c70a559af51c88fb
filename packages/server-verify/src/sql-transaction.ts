import type { CompiledQuery } from 'kysely';
import type { RecordQueries, RecordTable } from './record-queries';
import { toBytes } from './sqlite-database';
import type { NewRecord, StoreRecord, StoreTransaction } from './store';
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

/** How a transaction of one engine runs a statement. Called before the verb returns, so that one that is not awaited can not fall behind the end. */
export interface SqlRunner {
  rows(query: CompiledQuery): unknown[] | Promise<unknown[]>;
  /** The number of rows that were changed. */
  run(query: CompiledQuery): number | Promise<number>;
  /**
   * An update writes the entries of every index anew that has one of its columns, also where that stays as it is. One without those columns is tried first, by an
   * engine that answers at once.
   */
  readonly rewritesIndexes?: boolean;
}

/** The verbs of a transaction over SQL. */
export function sqlTransaction(queries: RecordQueries, runner: SqlRunner): StoreTransaction {
  const read = async (query: CompiledQuery): Promise<StoreRecord[]> =>
    (await runner.rows(query)).map((row) => toRecord(row as RecordTable));

  return {
    async get(kind, subject, id) {
      assertKey(kind, subject, id);
      return (await read(queries.get(kind, subject, id)))[0];
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
      return (await runner.run(queries.insert(record))) === 1;
    },
    async put(record, { ifVersion } = {}) {
      assertNewRecord(record);
      assertIfVersion(ifVersion);
      if (runner.rewritesIndexes && ifVersion !== 0 && runner.run(queries.updateBody(record, ifVersion)) === 1) {
        return true;
      }
      return (await runner.run(putQuery(queries, record, ifVersion))) === 1;
    },
    async delete(kind, subject, id) {
      assertKey(kind, subject, id);
      return (await runner.run(queries.delete(kind, subject, id))) === 1;
    },
    async deleteSubject(subject, { keep = [] } = {}) {
      assertOwnedSubject(subject);
      keep.forEach((kind) => {
        assertKind(kind, 'keep');
      });
      return runner.run(queries.deleteSubject(subject, keep));
    },
    async due(kind, now, limit) {
      assertKind(kind);
      assertTime(now, 'now');
      assertLimit(limit);
      return read(queries.due(kind, now, limit));
    },
    async dueLast(kind, options) {
      assertKind(kind);
      assertDueLastOptions(options);
      return read(queries.dueLast(kind, options));
    },
    async count(kind, subject) {
      assertKind(kind);
      assertSubject(subject);
      const [row] = (await runner.rows(queries.count(kind, subject))) as Array<{ count: number | bigint | string }>;
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
