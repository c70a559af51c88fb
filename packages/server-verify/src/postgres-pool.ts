import pg from 'pg';
import { assertFunction } from './arguments';
import type { Log } from './log';
import { postgresFailure } from './postgres-errors';
import { assertNumberBetween } from './store-checks';

/** What the store needs of a pool; that of `pg` has it. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** A connection of a pool. */
export interface PostgresClient {
  /** `query_timeout`: ms without an answer after which it rejects, as `pg` does. */
  query(query: { text: string; values?: unknown[]; name?: string; query_timeout?: number }): Promise<PostgresResult>;
  /** Back to the pool; with `true` the connection is closed. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresResult {
  /** The first word of what was done, such as `COMMIT`. */
  readonly command: string;
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

export interface PostgresPoolOptions {
  /** `postgres://user:password@host:port/database`, with `sslmode` and others as `pg` reads them. This, or `pool`. */
  connectionString?: string;
  /** A pool of your own. It is not ended by `close`. */
  pool?: PostgresPool;
  /** Most connections at once, 1-500. Default 10. */
  maxConnections?: number;
  /** How long to wait for a connection, in ms: 1-60,000. Default 5,000. */
  connectTimeoutMs?: number;
}

/** Where the data is: the given pool, or one of its own. */
export interface OpenedPool {
  pool: PostgresPool;
  /** Whether it ends with whoever opened it. */
  owned: boolean;
}

/** @throws TypeError, RangeError for options out of bounds; a connection string is never repeated */
export function openPool(options: PostgresPoolOptions, log: Log): OpenedPool {
  const { connectionString, pool, maxConnections = 10, connectTimeoutMs = 5_000 } = options;
  assertNumberBetween(maxConnections, 'maxConnections', 1, 500);
  assertNumberBetween(connectTimeoutMs, 'connectTimeoutMs', 1, 60_000);
  if ((connectionString === undefined) === (pool === undefined)) {
    throw new TypeError('either connectionString or pool must be given');
  }
  const opened: OpenedPool =
    pool === undefined
      ? {
          owned: true,
          pool: new pg.Pool({
            connectionString: assertConnectionString(connectionString),
            max: maxConnections,
            connectionTimeoutMillis: connectTimeoutMs,
            application_name: 'tacit',
            keepAlive: true,
            allowExitOnIdle: true,
          }),
        }
      : { owned: false, pool };
  assertFunction(opened.pool.connect, 'pool.connect');
  // A connection that is lost while nobody uses it has left the pool already, and the next transaction opens another.
  opened.pool.on('error', (error) => log({ level: 'warn', event: 'store-connection-lost', code: postgresFailure(error).code }));
  return opened;
}

/** @throws TypeError, RangeError; the message does not repeat it */
export function assertConnectionString(value: unknown): string {
  if (typeof value !== 'string') {
    throw new TypeError('connectionString must be a string');
  }
  if (!/^postgres(?:ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw new RangeError('connectionString must be postgres://user:password@host:port/database');
  }
  return value;
}
