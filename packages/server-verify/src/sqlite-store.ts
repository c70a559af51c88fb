import { Kysely, SqliteDialect } from 'kysely';
import { isTacitServerError, TacitServerError } from './errors';
import { migrateSchema } from './migrations/migrator';
import { recordQueries, type Schema } from './record-queries';
import { openSqliteFile, SqliteConnection, type SqliteDatabase } from './sqlite-database';
import { TransactionScope, transactionOver } from './sqlite-transaction';
import type { Store } from './store';
import { assertNumberBetween, assertTenant } from './store-checks';
import { TransactionQueue } from './transaction-queue';

export type { SqliteDatabase, SqliteStatement } from './sqlite-database';

export interface SqliteOptions {
  /** Keeps apart installations that share a file: 1-64 characters of `[A-Za-z0-9_-]`. Default `default`. */
  tenant?: string;
  /** How long to wait for a lock that another process holds, in ms: 0-60,000. Default 5,000. */
  busyTimeoutMs?: number;
  /** Where that waiting comes from. Default: the timer of the platform. */
  wait?: (ms: number) => Promise<void>;
}

/** Longest pause between two looks at a lock. */
const MAX_PAUSE_MS = 20;

const statement = (sql: string) => ({ sql, parameters: [] });
const BEGIN = statement('begin immediate');
const COMMIT = statement('commit');
const ROLLBACK = statement('rollback');
// secure_delete clears what is deleted, but not the copies that a page keeps when rows move to another page. Only a rebuilt file has none.
const VACUUM = statement('vacuum');

/**
 * A store in an SQLite file, durable (write-ahead log, `synchronous = FULL`, `secure_delete = ON`), for one machine. Several processes may use
 * one file. A database that is handed in must not be used for anything else while a transaction runs, and is not closed by `close`.
 * `scrub` writes the file anew, about half a second for each 100 MB.
 *
 * @param database path of the file, made when there is none; or an open database of `libsql` or `better-sqlite3`
 * @throws TypeError, RangeError for arguments; TacitServerError `ERR_STORE_FAILED` when the file can not be opened. `migrate` rejects with the
 * same code where the file can not have a write-ahead log
 */
export function sqlite(database: string | SqliteDatabase, options: SqliteOptions = {}): Store {
  const { tenant = 'default', busyTimeoutMs = 5_000, wait = platformWait } = options;
  assertTenant(tenant);
  assertNumberBetween(busyTimeoutMs, 'busyTimeoutMs', 0, 60_000);
  const owned = typeof database === 'string';
  const opened = owned ? openSqliteFile(database) : assertDatabase(database);
  const connection = new SqliteConnection(opened);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: opened }) });
  const queries = recordQueries(db, tenant);
  const queue = new TransactionQueue();
  let state: 'new' | 'migrated' | 'closed' = 'new';
  let nextScrub: Promise<void> | undefined;

  function assertOpen(): void {
    if (state === 'closed') {
      throw new TacitServerError('ERR_STORE_CLOSED');
    }
  }

  /** Waits between looks without blocking the process: who holds the lock may be another store in it. */
  async function whenFree<T>(work: () => T): Promise<T> {
    let waited = 0;
    for (let pause = 1; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
      try {
        return work();
      } catch (error) {
        if (!isTacitServerError(error, 'ERR_STORE_BUSY') || waited >= busyTimeoutMs) {
          throw error;
        }
      }
      await wait(pause);
      waited += pause;
    }
  }

  async function inTransaction<T>(work: () => Promise<T>, assertCommittable: () => void): Promise<T> {
    await whenFree(() => connection.run(BEGIN));
    try {
      const result = await work();
      assertCommittable();
      connection.run(COMMIT);
      return result;
    } catch (error) {
      rollBack(connection);
      throw error;
    }
  }

  return {
    migrate: () =>
      queue.run(async () => {
        assertOpen();
        // Another process may be opening the same new file: its mode is changed under a lock, too.
        await whenFree(() => configure(connection));
        await inTransaction(
          () => migrateSchema(db as unknown as Kysely<unknown>, (query) => connection.execute(query)),
          () => undefined,
        );
        state = 'migrated';
      }),
    transaction: (work) =>
      queue.run(async () => {
        assertOpen();
        if (state === 'new') {
          throw new TacitServerError('ERR_STORE_NOT_MIGRATED');
        }
        const scope = new TransactionScope();
        try {
          return await inTransaction(
            () => work(transactionOver(connection, queries, scope)),
            () => scope.assertSound(),
          );
        } finally {
          scope.open = false;
        }
      }),
    scrub() {
      if (queue.insideTransaction()) {
        return Promise.reject(new TacitServerError('ERR_STORE_NESTED'));
      }
      // One that has not begun yet wipes what this caller deleted, too.
      nextScrub ??= queue.run(async () => {
        nextScrub = undefined;
        assertOpen();
        await whenFree(() => connection.run(VACUUM));
        await whenFree(() => {
          const { busy } = connection.pragma('wal_checkpoint(TRUNCATE)');
          if (busy === 1) {
            throw new TacitServerError('ERR_STORE_BUSY');
          }
        });
      });
      return nextScrub;
    },
    close: () =>
      queue.run(async () => {
        if (state !== 'closed' && owned) {
          connection.close();
        }
        state = 'closed';
      }),
  };
}

function configure(connection: SqliteConnection): void {
  // Locks are waited for above, without blocking the process.
  connection.pragma('busy_timeout = 0');
  const { journal_mode: mode } = connection.pragma('journal_mode = WAL');
  if (mode !== 'wal' && mode !== 'memory') {
    throw new TacitServerError('ERR_STORE_FAILED', { message: 'The database has no write-ahead log: keep the file on a local disk.' });
  }
  connection.pragma('synchronous = FULL');
  connection.pragma('secure_delete = ON');
}

function rollBack(connection: SqliteConnection): void {
  try {
    connection.run(ROLLBACK);
  } catch (error) {
    // After some failures the engine has rolled back by itself, and there is no transaction left. The first error is the one to report.
    if (!isTacitServerError(error, 'ERR_STORE_FAILED')) {
      throw error;
    }
  }
}

function assertDatabase(database: SqliteDatabase): SqliteDatabase {
  if (typeof database !== 'object' || database === null || typeof database.prepare !== 'function') {
    throw new TypeError('database must be a path or a database');
  }
  return database;
}

function platformWait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
