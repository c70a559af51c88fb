import { Socket } from 'node:net';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { createBankTables } from './bank-tables';
import type { BankDatabase, BankTables } from './database';

/** Two transactions met, or two that were the first of their key: one of them goes again. */
const AGAIN = new Set(['40001', '40P01', '23505']);
const TRIES = 30;
/** Any number, as long as every server of the bank takes the same. */
const SCHEMA_LOCK = 7_281_441;
const POOL_SIZE = 10;
const CONNECT_MS = 5_000;
/** A connection that has said nothing for so long is given up, with what it was asked. */
const SILENT_MS = 15_000;
/** Shorter: whoever has nothing to say because he was asked nothing has left the pool before. */
const UNUSED_MS = 10_000;

/** A database for several servers. Balances and times are whole numbers far below 2^53, so they are read as numbers. */
export async function openPostgres(connectionString: string, { silentMs = SILENT_MS }: { silentMs?: number } = {}): Promise<BankDatabase> {
  const pool = new pg.Pool({
    connectionString,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: Math.min(UNUSED_MS, silentMs / 2),
    keepAlive: true,
    // A database that vanished from the network never answers: requests would wait for it, ever more of them. To end the socket is what has both the question fail and the pool
    // forget the connection; a query that is only given up leaves it busy.
    stream: () => {
      const socket: Socket = new Socket().setTimeout(silentMs, () => socket.destroy(new Error('the database does not answer')));
      return socket;
    },
    types: { getTypeParser: parserOf },
  });
  // A connection that breaks is replaced by the pool, and what it was asked fails where it was asked; without a listener it would end the process as well.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const queries = new Kysely<BankTables>({ dialect: new PostgresDialect({ pool }) });
  await queries.transaction().execute(async (tx) => {
    // Servers that start at once make the tables one after the other.
    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(tx);
    await createBankTables(tx, { bytes: 'bytea', number: 'bigint', counter: (column) => column.primaryKey().generatedAlwaysAsIdentity() });
  });
  return {
    queries,
    transact: (work) => serialisable(queries, work),
    close: () => queries.destroy(),
  };
}

async function serialisable<T>(queries: Kysely<BankTables>, work: (tx: Transaction<BankTables>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await queries.transaction().setIsolationLevel('serializable').execute(work);
    } catch (error) {
      const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
      if (attempt === TRIES || typeof code !== 'string' || !AGAIN.has(code)) throw error;
      // Spread, so that the same two do not meet again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** attempt, 100)));
    }
  }
}

const { INT8, NUMERIC } = pg.types.builtins;

const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text');
