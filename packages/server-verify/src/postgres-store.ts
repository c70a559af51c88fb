import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { assertBoolean, assertFunction, assertObject } from './arguments';
import { TacitServerError } from './errors';
import type { Log } from './log';
import { type Migration, POSTGRES_TYPES } from './migrations/migration';
import { MIGRATIONS, migrateSchema } from './migrations/migrator';
import { PostgresFailure, storeError } from './postgres-errors';
import { openPool, type PostgresPool, type PostgresPoolOptions } from './postgres-pool';
import { PostgresLease, type PostgresTransaction, runTransaction } from './postgres-transaction';
import { recordQueries, type Schema } from './record-queries';
import type { Store } from './store';
import { assertNumberBetween, assertTenant } from './store-checks';
import { TransactionFrames } from './transaction-frames';

export interface PostgresOptions extends PostgresPoolOptions {
  /** Keeps apart installations that share a database: 1-64 characters of `[A-Za-z0-9_-]`. Default `default`. */
  tenant?: string;
  /** How long one statement may take, in ms: 100-600,000. Default 10,000. */
  statementTimeoutMs?: number;
  /** How long a transaction may pause between two tries, all in all, while others are in its way: ms, 0-60,000. Default 5,000. */
  busyTimeoutMs?: number;
  /** False behind a pooler that hands connections on between transactions and knows no prepared statements. Default true. */
  preparedStatements?: boolean;
  /**
   * Whether `scrub` writes the table anew (`VACUUM FULL`), which locks it for as long as that takes. Default false: `VACUUM`, and bytes of
   * deleted rows stay in files until something is written over them.
   */
  rewriteOnScrub?: boolean;
  /** Where pauses come from. Default: the timer of the platform. */
  wait?: (ms: number) => Promise<void>;
  /** Bytes that scatter the pauses. Default: the generator of the platform. */
  random?: (length: number) => Uint8Array;
  /** Connections that were lost, by code. Default: nothing is logged. */
  log?: Log;
}

/** Pauses double from the first to the longest. */
const FIRST_PAUSE_MS = 4;
const MAX_PAUSE_MS = 250;
/** What a host does inside a transaction (a key provider that is asked) must not hold its rows for ever. */
const IDLE_TIMEOUT_MS = 60_000;
/** How much longer than the server may take for it an answer may take: then the way to the server is gone, whatever the operating system thinks. */
const ANSWER_MARGIN_MS = 5_000;
/** A step of the schema may build an index over a large table. */
const MIGRATION_TIMEOUT_MS = 3_600_000;
/** Of two that make the same table at once, one is refused in one of these ways. */
const MADE_BY_ANOTHER = /^(?:23505|42P07|42710)$/;
/** Engines that speak the protocol, but have no `VACUUM`. */
const NO_VACUUM = /^(?:42601|0A000)$/;

/**
 * A store in PostgreSQL, for any number of servers. Transactions are `SERIALIZABLE`; one that gets in the way of another is run again, so
 * **`work` may run more than once**: it must have no effects beside those of its verbs. Ids and subjects are ordered by bytes whatever the database's locale.
 *
 * @throws TypeError, RangeError for options. What the database says comes as TacitServerError `ERR_STORE_BUSY` or `ERR_STORE_FAILED`,
 * whose cause carries the SQLSTATE and nothing else
 */
export function postgres(options: PostgresOptions): Store {
  return postgresOf(options, MIGRATIONS);
}

/** The store with other steps of the schema, for tests of what brings it up to date. */
export function postgresOf(options: PostgresOptions, migrations: readonly Migration[]): Store {
  const { tenant, statementTimeoutMs, busyTimeoutMs, preparedStatements, rewriteOnScrub, wait, random, log } = readOptions(options);
  const { pool, owned } = openPool(options, log);
  const db = compiler();
  const queries = recordQueries(db, tenant);
  const frames = new TransactionFrames();
  const running = new Set<Promise<unknown>>();
  let state: 'new' | 'migrated' | 'closed' = 'new';
  let closing: Promise<void> | undefined;

  /** Waits longer and longer, scattered, so that those who met do not meet again; false when it has waited for long enough. */
  function pauses(): () => Promise<boolean> {
    let waited = 0;
    let longest = FIRST_PAUSE_MS;
    return async () => {
      if (waited >= busyTimeoutMs) {
        return false;
      }
      const [byte = 0] = random(1);
      const pause = Math.max(1, Math.round(longest * (0.5 + byte / 512)));
      longest = Math.min(2 * longest, MAX_PAUSE_MS);
      waited += pause;
      await wait(pause);
      return true;
    };
  }

  /** Runs `work` on a connection of its own until it commits, `work` itself throws, or there is no use in trying again. */
  async function untilCommitted<T>(
    { text: begin, answerMs }: { text: string; answerMs: number },
    work: (transaction: PostgresTransaction) => Promise<T>,
    again: (failure: PostgresFailure) => boolean,
  ): Promise<T> {
    const pause = pauses();
    for (;;) {
      try {
        return await PostgresLease.during(pool, answerMs, (lease) => runTransaction(lease, { begin, prepared: preparedStatements }, work));
      } catch (error) {
        if (!(error instanceof PostgresFailure) || !again(error) || !(await pause())) {
          throw error instanceof PostgresFailure ? storeError(error) : error;
        }
      }
    }
  }

  /** Refuses what comes too late or from inside a transaction; `close` waits for it. */
  function admitted<T>(work: () => Promise<T>, needs: 'migrated' | 'open'): Promise<T> {
    const refusal = frames.inside()
      ? 'ERR_STORE_NESTED'
      : state === 'closed'
        ? 'ERR_STORE_CLOSED'
        : state === 'new' && needs === 'migrated'
          ? 'ERR_STORE_NOT_MIGRATED'
          : undefined;
    if (refusal !== undefined) {
      return Promise.reject(new TacitServerError(refusal));
    }
    const result = frames.run(work);
    const settled: Promise<unknown> = result.then(
      () => running.delete(settled),
      () => running.delete(settled),
    );
    running.add(settled);
    return result;
  }

  async function bringUpToDate(): Promise<void> {
    const migration = (transaction: PostgresTransaction) =>
      migrateSchema(db as unknown as Kysely<unknown>, async (query) => (await transaction.execute(query)).rows, {
        types: POSTGRES_TYPES,
        migrations,
      });
    await untilCommitted(beginMigration, migration, (failure) => isPassing(failure) || MADE_BY_ANOTHER.test(failure.code));
  }

  const begin = (isolation: string, timeoutMs: number) => ({
    text: `begin isolation level ${isolation}; set local statement_timeout = ${timeoutMs}; set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`,
    answerMs: timeoutMs + ANSWER_MARGIN_MS,
  });
  const beginWork = begin('serializable', statementTimeoutMs);
  const beginMigration = begin('read committed', MIGRATION_TIMEOUT_MS);

  return {
    migrate: () =>
      admitted(async () => {
        if ((await storedVersion(pool, beginWork.answerMs)) !== migrations.at(-1)?.version) {
          await bringUpToDate();
        }
        if (state === 'new') {
          state = 'migrated';
        }
      }, 'open'),
    transaction: (work) =>
      admitted(() => untilCommitted(beginWork, (transaction) => work(transaction.verbs(queries)), isPassing), 'migrated'),
    scrub: () =>
      admitted(async () => {
        const text = rewriteOnScrub ? 'vacuum (full) tacit_record' : 'vacuum tacit_record';
        try {
          // Takes as long as the table is large.
          await PostgresLease.during(pool, 0, (lease) => lease.query({ text }));
        } catch (error) {
          if (!(error instanceof PostgresFailure && NO_VACUUM.test(error.code))) {
            throw storeError(error);
          }
        }
      }, 'open'),
    close() {
      if (frames.inside()) {
        return Promise.reject(new TacitServerError('ERR_STORE_NESTED'));
      }
      state = 'closed';
      closing ??= Promise.all(running).then(() => (owned ? pool.end() : undefined));
      return closing;
    },
  };
}

function readOptions(options: PostgresOptions) {
  const given: unknown = options;
  assertObject(given, 'options');
  const {
    tenant = 'default',
    statementTimeoutMs = 10_000,
    busyTimeoutMs = 5_000,
    preparedStatements = true,
    rewriteOnScrub = false,
  } = options;
  const wait = options.wait ?? platformWait;
  const random = options.random ?? platformRandom;
  const log: Log = options.log ?? (() => undefined);
  assertTenant(tenant);
  assertNumberBetween(statementTimeoutMs, 'statementTimeoutMs', 100, 600_000);
  assertNumberBetween(busyTimeoutMs, 'busyTimeoutMs', 0, 60_000);
  assertBoolean(preparedStatements, 'preparedStatements');
  assertBoolean(rewriteOnScrub, 'rewriteOnScrub');
  for (const [name, value] of Object.entries({ wait, random, log })) {
    assertFunction(value, name);
  }
  return { tenant, statementTimeoutMs, busyTimeoutMs, preparedStatements, rewriteOnScrub, wait, random, log };
}

/**
 * The version of the schema, where it can be read: a server that has nothing to bring up to date takes no lock, and needs no right to. Undefined where it can not,
 * for whatever reason; bringing it up to date says why.
 */
async function storedVersion(pool: PostgresPool, answerMs: number): Promise<number | undefined> {
  try {
    const { rows } = await PostgresLease.during(pool, answerMs, (lease) =>
      lease.query({ text: 'select version from tacit_schema where id = 1' }),
    );
    return Number((rows[0] as { version: number } | undefined)?.version);
  } catch (error) {
    if (!(error instanceof PostgresFailure)) {
      throw error;
    }
    return undefined;
  }
}

/** Whether the same may go well if it is run again: nothing of it was written. */
function isPassing({ trouble }: PostgresFailure): boolean {
  return trouble === 'contention' || trouble === 'lost';
}

/** Writes statements, and runs none. */
function compiler(): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

function platformWait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function platformRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
