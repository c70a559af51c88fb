import { closeSync, openSync } from 'node:fs';
import type { CompiledQuery } from 'kysely';
import Libsql from 'libsql';
import { TacitServerError } from './errors';

/** What the store needs of a database; `libsql` and `better-sqlite3` both have it. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

/** Statements held ready; the store has about twenty, and as many again for lists with and without a cursor. */
const MAX_STATEMENTS = 128;

/** A database with its statements held ready and its errors coded. All calls are synchronous. */
export class SqliteConnection {
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  rows({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): unknown[] {
    return coded(() => this.#prepare(sql).all(parameters));
  }

  /** Runs a statement that gives no rows; the number of rows it changed. */
  run({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): number {
    return coded(() => Number(this.#prepare(sql).run(parameters).changes));
  }

  execute(query: Pick<CompiledQuery, 'sql' | 'parameters'>): unknown[] {
    if (coded(() => this.#prepare(query.sql)).reader) {
      return this.rows(query);
    }
    this.run(query);
    return [];
  }

  pragma(pragma: string): Record<string, unknown> {
    // Not held ready: some of them change how later statements are compiled.
    const rows = coded(() => {
      const statement = this.#database.prepare(`pragma ${pragma}`);
      return statement.reader ? statement.all([]) : [];
    });
    return (rows[0] ?? {}) as Record<string, unknown>;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      return known;
    }
    const statement = this.#database.prepare(sql);
    if (this.#statements.size >= MAX_STATEMENTS) {
      this.#statements.delete(this.#statements.keys().next().value as string);
    }
    this.#statements.set(sql, statement);
    return statement;
  }
}

/**
 * Opens a file of this machine, made readable to its owner only when it is new.
 *
 * @throws RangeError for an address instead of a path; TacitServerError `ERR_STORE_FAILED`
 */
export function openSqliteFile(path: string): SqliteDatabase {
  if (path === '' || path.includes('://') || path.startsWith('file:')) {
    throw new RangeError('database must be the path of a file, or a database');
  }
  return coded(() => {
    if (path !== ':memory:') {
      closeSync(openSync(path, 'a', 0o600));
    }
    return new Libsql(path);
  });
}

/** Bytes as libsql gives them are an ArrayBuffer, as better-sqlite3 gives them a Buffer. */
export function toBytes(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) {
    return new Uint8Array(value);
  }
  if (value instanceof Uint8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw new TacitServerError('ERR_RECORD_CORRUPT', { field: 'body' });
}

function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error ? (cause as { code?: unknown }).code : undefined;
    const busy = typeof code === 'string' && /^SQLITE_(?:BUSY|LOCKED)/.test(code);
    throw new TacitServerError(busy ? 'ERR_STORE_BUSY' : 'ERR_STORE_FAILED', { cause });
  }
}
