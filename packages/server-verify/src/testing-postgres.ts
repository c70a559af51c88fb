import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { Client } from 'pg';
import { sqlite } from './sqlite';
import type { Store } from './store';
import { isAlive, readServer, type TestServer, writeServer } from './testing-postgres-registry';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const serverFile = fileURLToPath(new URL('./testing-postgres-server.ts', import.meta.url));

export interface TestDatabase {
  /** Connects to it as its owner. */
  url: string;
  /** Drops it, whoever is still connected. */
  close(): Promise<void>;
}

/**
 * A fresh, empty database on a real PostgreSQL: the one that `TACIT_TEST_POSTGRES_URL` names (its user must be allowed to create databases), or one
 * embedded server that all test files of a run share. That one ends with the last process that asked for it, however it ends.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env.TACIT_TEST_POSTGRES_URL ?? (await sharedServer());
  const name = `tacit_test_${randomBytes(8).toString('hex')}`;
  await asAdministrator(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => asAdministrator(server, `drop database if exists ${name} with (force)`) };
}

async function asAdministrator(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

let known: Promise<string> | undefined;

function sharedServer(): Promise<string> {
  known ??= findOrStart().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}

/** Processes agree by a transaction in a file: the file is locked while one of them starts the server, and no lock outlives its process. */
async function findOrStart(): Promise<string> {
  const folder = join(root, 'node_modules/.cache/tacit-test-postgres');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'servers.db');
  const registry: Store = sqlite(path, { busyTimeoutMs: 60_000 });
  try {
    await registry.migrate();
    return await registry.transaction(async (tx) => {
      const running = await readServer(tx);
      const server = running !== undefined && isAlive(running.pid) ? running : await startServer(path);
      await writeServer(tx, { ...server, owners: [...new Set([...server.owners.filter(isAlive), ownerPid()])] });
      return server.url;
    });
  } finally {
    await registry.close();
  }
}

/** A worker process of the test runner comes and goes with its file; its parent stays to the end of the run. */
function ownerPid(): number {
  return process.env.VITEST_WORKER_ID !== undefined && isMainThread ? process.ppid : process.pid;
}

/** The server is no child of a test: it must outlive the file that asked first. */
async function startServer(registry: string): Promise<TestServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', serverFile, registry], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'packages/server-verify/tsconfig.json') },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let failure = '';
  child.stderr.on('data', (chunk: Buffer) => {
    failure += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.endsWith('\n')) {
        resolve(printed.trim());
      }
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`PostgreSQL could not be started: ${failure}`)));
  });
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return { pid: child.pid as number, url, owners: [] };
}
