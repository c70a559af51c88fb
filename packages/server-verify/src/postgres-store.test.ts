import { inspect } from 'node:util';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type PostgresOptions, type PostgresPool, postgres } from './postgres';
import { storeContract } from './testing';
import { deferred, increment, postgresForTests, read, record } from './testing-postgres-store';

const bank = postgresForTests();

storeContract(
  'PostgreSQL',
  async () => {
    const open = () => postgres({ connectionString: bank.url, tenant: bank.tenant });
    const store = open();
    return { store, another: async () => open(), dispose: () => store.close() };
  },
  { describe, it, expect },
);

/** Connections of stores that the server knows of. */
const connections = async (): Promise<number> =>
  Number(
    (await bank.ask("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'tacit'"))[0]?.count,
  );

describe('a store on PostgreSQL', () => {
  it('says nothing of where it is or how it gets there', async () => {
    const secret = 'correct-horse-42';
    const { hostname, port } = new URL(bank.url);
    const failures = [
      `postgres://tacit:${secret}@${hostname}:${port}/postgres?sslmode=verify-full&sslrootcert=/nowhere/root.crt`,
      `postgres://tacit:${secret}@${hostname}:${port}/nowhere`,
      `postgres://nobody:${secret}@${hostname}:${port}/postgres`,
      `postgres://tacit:${secret}@${hostname}:1/postgres`,
      `postgres://tacit:${secret}@no-such-host.invalid:5432/postgres`,
    ].map(async (connectionString) => {
      const store = postgres({ connectionString, ...bank.noPause, busyTimeoutMs: 0 });
      const failure = await store.migrate().catch((error: unknown) => error);
      await store.close();
      return failure;
    });
    for (const failure of await Promise.all(failures)) {
      expect(failure).toMatchObject({ code: 'ERR_STORE_FAILED', cause: { code: expect.stringMatching(/^[A-Z0-9_]+$/) } });
      const told = inspect(failure, { depth: 10, showHidden: true }) + JSON.stringify(failure);
      for (const part of [secret, 'no-such-host', 'nobody', 'nowhere', hostname]) {
        expect(told).not.toContain(part);
      }
    }
  });

  it.each([
    ['no address', {}, TypeError],
    ['an address and a pool', { connectionString: 'postgres://h/d', pool: new pg.Pool() }, TypeError],
    ['another address', { connectionString: 'mysql://user:secret@host/db' }, RangeError],
    ['an address that is none', { connectionString: 'postgres://us er:secret@host:port/db' }, RangeError],
    ['an address that is no string', { connectionString: 5 as unknown as string }, TypeError],
    ['a pool that is none', { pool: {} as PostgresPool }, TypeError],
    ['a tenant out of bounds', { connectionString: 'postgres://h/d', tenant: 'a b' }, RangeError],
    ['no connections', { connectionString: 'postgres://h/d', maxConnections: 0 }, RangeError],
    ['a time out of bounds', { connectionString: 'postgres://h/d', statementTimeoutMs: 1 }, RangeError],
    ['a time that is no number', { connectionString: 'postgres://h/d', busyTimeoutMs: '1' as unknown as number }, TypeError],
    ['a wait that is no function', { connectionString: 'postgres://h/d', wait: 1 as unknown as () => Promise<void> }, TypeError],
  ])('refuses %s, without repeating it', (_name, options: PostgresOptions, kind) => {
    const refusal = (() => {
      try {
        return postgres(options);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(kind);
    expect(String(refusal)).not.toContain('secret');
  });

  it('lets what runs come to its end when it is closed, and leaves no connection', async () => {
    const before = await connections();
    const store = await bank.opened();
    const [entered, gate] = [deferred(), deferred()];
    const running = store.transaction(async (tx) => {
      entered.resolve();
      await gate.promise;
      await tx.put(record('a', 7));
    });
    await entered.promise;
    const closing = store.close();
    await expect(increment(store)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
    gate.resolve();
    await Promise.all([running, closing]);
    while ((await connections()) > before) {
      // The server takes a moment to see that they are gone.
    }
    const again = await bank.opened();
    expect(await read(again, 'a')).toBe(7);
    await again.close();
  });

  it('leaves a pool that it was given open, and works without prepared statements', async () => {
    const pool = new pg.Pool({ connectionString: bank.url });
    const store = await bank.opened({ pool, preparedStatements: false });
    await increment(store);
    expect((await pool.query('select count(*)::int as held from pg_prepared_statements')).rows).toEqual([{ held: 0 }]);
    await store.close();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  it('takes verbs side by side, and what was not awaited belongs to the transaction', async () => {
    const store = await bank.opened();
    await store.transaction(async (tx) => {
      const values = await Promise.all(Array.from({ length: 20 }, (_, i) => tx.put(record(`p-${i}`, i))));
      expect(values.every(Boolean)).toBe(true);
      const late = record('late', 9);
      void tx.put(late);
      late.body.fill(1);
    });
    expect(await read(store, 'late')).toBe(9);
    expect(await store.transaction((tx) => tx.count('mail', 's'))).toBe(21);
    await store.close();
  });

  it('frees deleted rows when it is scrubbed, and writes the table anew where that is wished', async () => {
    const file = async () => (await bank.ask("select pg_relation_filenode('tacit_record') as file"))[0]?.file;
    const store = await bank.opened();
    const before = await file();
    await increment(store);
    await store.scrub();
    expect(await file()).toBe(before);
    expect(await bank.ask("select vacuum_count > 0 as done from pg_stat_user_tables where relname = 'tacit_record'")).toEqual([
      { done: true },
    ]);
    await store.close();
    const rewriting = await bank.opened({ rewriteOnScrub: true });
    await rewriting.scrub();
    expect(await file()).not.toBe(before);
    expect(await read(rewriting, 'a')).toBe(1);
    await rewriting.close();
  });
});
