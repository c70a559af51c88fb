import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach } from 'vitest';
import { testDatabase } from './testing-postgres';

/** A fresh database, and a connection of its owner beside whatever is tested. */
export async function administeredDatabase() {
  const database = await testDatabase();
  const administrator = new pg.Client({ connectionString: database.url });
  await administrator.connect();
  return {
    url: database.url,
    /** Runs a statement beside what is tested. */
    ask: async (sql: string, values: unknown[] = []): Promise<Array<Record<string, unknown>>> =>
      (await administrator.query(sql, values)).rows,
    /** Ends the connections of which this is true. */
    kill: (condition = 'true') =>
      administrator.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
      ),
    async close(): Promise<void> {
      await administrator.end();
      await database.close();
    },
  };
}

export type AdministeredDatabase = Awaited<ReturnType<typeof administeredDatabase>>;

/** The same for each test of a file. */
export function databaseOfEachTest() {
  let database: AdministeredDatabase;
  let ending: Array<() => Promise<unknown>> = [];
  beforeEach(async () => {
    database = await administeredDatabase();
  }, 60_000);
  afterEach(async () => {
    const all = ending;
    ending = [];
    await Promise.all(all.map((end) => end()));
    await database.close();
  });

  return {
    get url() {
      return database.url;
    },
    ask: (sql: string, values?: unknown[]) => database.ask(sql, values),
    kill: (condition?: string) => database.kill(condition),
    /** What is done at the end of the test, before the database goes. */
    atEnd: (work: () => Promise<unknown>) => {
      ending.push(work);
    },
  };
}

/** A way to a database that can break off or fall silent. */
export async function proxyTo(database: string) {
  const { hostname, port } = new URL(database);
  const ends = new Set<Socket>();
  const silent = new Set<Socket>();
  let wanted: { word: string; tell: () => void } | undefined;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      ends.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    near.on('data', (data) => {
      if (wanted !== undefined && data.includes(wanted.word)) {
        cut();
        wanted.tell();
        wanted = undefined;
      } else if (!silent.has(near)) {
        far.write(data);
      }
    });
    far.on('data', (data) => silent.has(far) || near.write(data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(database);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    /** Breaks a connection off, once, when this is said on it. Resolves then. */
    cutAt: (word: string) =>
      new Promise<void>((resolve) => {
        wanted = { word, tell: resolve };
      }),
    /** Nothing comes through any more on the connections that there are, either way. */
    mute() {
      for (const end of ends) {
        silent.add(end);
        // Nor is a goodbye answered.
        end.allowHalfOpen = true;
      }
    },
    async close() {
      for (const end of ends) {
        end.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
