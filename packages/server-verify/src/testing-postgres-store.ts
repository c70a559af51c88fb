import pg from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type PostgresClient, type PostgresOptions, type PostgresPool, postgres } from './postgres';
import type { NewRecord, Store, StoreTransaction } from './store';
import { type AdministeredDatabase, administeredDatabase } from './testing-postgres-database';

let installations = 0;

/** A database for the tests of a file, with another tenant and no pauses for each test. */
export function postgresForTests() {
  let database: AdministeredDatabase;
  let tenant = '';
  const waits: number[] = [];
  beforeAll(async () => {
    database = await administeredDatabase();
  }, 60_000);
  afterAll(() => database.close());
  beforeEach(() => {
    installations++;
    tenant = `t-${installations}`;
    waits.length = 0;
  });

  const noPause: Partial<PostgresOptions> = {
    wait: async (ms) => {
      waits.push(ms);
    },
    random: (length) => new Uint8Array(length).fill(128),
  };

  async function opened(options: PostgresOptions = {}): Promise<Store> {
    const where = options.pool === undefined ? { connectionString: database.url } : {};
    const store = postgres({ ...where, tenant, ...noPause, ...options });
    await store.migrate();
    return store;
  }

  return {
    noPause,
    /** The pauses of all stores of the test. */
    waits,
    get url() {
      return database.url;
    },
    get tenant() {
      return tenant;
    },
    ask: (sql: string) => database.ask(sql),
    opened,
    /** Two stores on the same records, as two servers have them. */
    async pair(options: PostgresOptions = {}): Promise<[Store, Store]> {
      const stores: [Store, Store] = [await opened(options), await opened()];
      waits.length = 0;
      return stores;
    },
    kill: (condition: string) => database.kill(condition),
  };
}

type Query = Parameters<PostgresClient['query']>[0];

/** A pool that shows every statement before it is sent, and sends what is made of it. */
export function pryingPool(
  connectionString: string,
  pry: (query: Query, client: pg.PoolClient) => Query | Promise<Query>,
): PostgresPool & Pick<pg.Pool, 'totalCount'> {
  const pool = new pg.Pool({ connectionString });
  return {
    async connect() {
      const client = await pool.connect();
      return {
        query: async (query) => client.query(await pry(query, client)),
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      };
    },
    end: () => pool.end(),
    on: (event, listener) => pool.on(event, listener),
    get totalCount() {
      return pool.totalCount;
    },
  };
}

export const record = (id: string, value: number): NewRecord => ({
  kind: 'mail',
  subject: 's',
  id,
  body: Uint8Array.of(value),
  at: 0,
  due: null,
});
export const valueAt = async (tx: StoreTransaction, id: string): Promise<number> => (await tx.get('mail', 's', id))?.body[0] ?? 0;
export const read = (store: Store, id: string): Promise<number> => store.transaction((tx) => valueAt(tx, id));
export const increment = (store: Store): Promise<boolean> =>
  store.transaction(async (tx) => tx.put(record('a', (await valueAt(tx, 'a')) + 1)));

export function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}
