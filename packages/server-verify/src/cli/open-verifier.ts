import { envKey, fileKey, keyring } from '@tacit-auth/crypto';
import { isTacitServerError } from '../errors';
import type { LogEvent } from '../log';
import { openSqliteFile, SqliteConnection } from '../sqlite-database';
import { sqlite } from '../sqlite-store';
import { createVerifier, type Verifier } from '../verifier';
import type { Arguments, OptionSpecs } from './arguments';
import { CliError, UsageError } from './cli-error';
import type { CliWorld } from './cli-streams';
import { fileError } from './read-records';

/** Options of every command that opens the server's database. */
export const DATABASE_OPTIONS = {
  database: { value: 'FILE', help: 'the SQLite database of the server' },
  subject: { value: 'ID', help: "the server's own id of a customer" },
  tenant: { value: 'NAME', help: 'installation in a shared database (default: default)' },
  'key-env': { value: 'NAME', help: 'environment variable with the key-encryption keys (default: TACIT_KEY)' },
  'key-file': { value: 'FILE', help: 'file with these keys instead, readable by its owner only' },
} as const satisfies OptionSpecs;

const DEFAULT_VARIABLE = 'TACIT_KEY';
/**
 * The server's policy is not known here. By the strictest one that there is, no template that can not be read is made anew of fewer entries than
 * the server would ask for: such templates are left to it.
 */
const MOST_PASSWORD_ENTRIES = 20;

/**
 * Opens the verifier of a database that a server made, runs `use` and closes it again. Its jobs never run: they are the server's, which may well be
 * running, and deliver mail.
 *
 * @throws CliError where there is no such database, or nothing of this tenant in it; errors of the store and the keys
 */
export async function withVerifier<Result>(
  given: Arguments,
  world: CliWorld,
  use: (verifier: Verifier) => Promise<Result>,
): Promise<Result> {
  const database = given.text('database');
  if (database === undefined) {
    throw new UsageError('--database is missing: the SQLite database of the server, such as --database tacit.db');
  }
  const tenant = given.text('tenant') ?? 'default';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(tenant)) {
    throw new UsageError('--tenant must be 1 to 64 characters of A-Z a-z 0-9 _ -');
  }
  const readyAt = given.integer('ready-at', 5, 200);
  const provider = keyProvider(given, world);
  await assertDatabase(database, tenant, world);
  const verifier = createVerifier({
    store: sqlite(database, { tenant }),
    keys: keyring({ provider }),
    clock: world.clock,
    timer: { set: () => undefined, clear: () => undefined },
    log: (event) => world.stderr.write(`${logLine(event)}\n`),
    policy: {
      registration: { passwordEntries: MOST_PASSWORD_ENTRIES },
      ...(readyAt === undefined ? {} : { typing: { readyAt } }),
    },
  });
  try {
    await verifier.start();
    return await use(verifier);
  } finally {
    await verifier.close();
  }
}

/** The id of a customer. @throws UsageError */
export function subjectOf(given: Arguments): string | undefined {
  const subject = given.text('subject');
  if (subject !== undefined && subject.length > 512) {
    throw new UsageError('--subject must have 1 to 512 characters');
  }
  return subject;
}

function keyProvider(given: Arguments, { env }: CliWorld) {
  const file = given.text('key-file');
  const variable = given.text('key-env');
  if (file !== undefined && variable !== undefined) {
    throw new UsageError('--key-env and --key-file exclude each other; name one place of the keys');
  }
  if (file !== undefined) {
    return fileKey(file);
  }
  const name = variable ?? DEFAULT_VARIABLE;
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    throw new UsageError('--key-env must be the name of an environment variable, not a key: keys do not belong on a command line');
  }
  if (!env[name]) {
    throw new CliError(
      `the environment variable ${name} is not set; set it to the server's key list, or name the place of the keys by --key-env or --key-file`,
    );
  }
  return envKey(name, { env });
}

/** Opening a wrong file as a store would make it one. */
async function assertDatabase(path: string, tenant: string, { files }: CliWorld): Promise<void> {
  const isFile = await files.isFile(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
  if (!isFile) {
    throw new CliError(`${path}: is no file; name the SQLite database of the server`);
  }
  const opened = openSqliteFile(path);
  const connection = new SqliteConnection(opened);
  try {
    const [table] = connection.rows({ sql: "select 1 from sqlite_master where type = 'table' and name = 'tacit_record'", parameters: [] });
    if (table === undefined) {
      throw new CliError(`${path}: no database of Tacit; name the one that the server opens`);
    }
    const [root] = connection.rows({ sql: "select 1 from tacit_record where tenant = ? and kind = 'root-key'", parameters: [tenant] });
    if (root === undefined) {
      throw new CliError(`${path}: holds nothing of this tenant; name it by --tenant as the server does`);
    }
  } catch (error) {
    if (isTacitServerError(error, 'ERR_STORE_FAILED') && codeOf(error.cause) === 'SQLITE_NOTADB') {
      throw new CliError(`${path}: no SQLite database; name the one that the server opens`);
    }
    throw error;
  } finally {
    connection.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as { code?: unknown }).code : undefined;
}

function logLine({ level, event, ...details }: LogEvent): string {
  const more = Object.entries(details).map(([name, value]) => ` ${name}=${value}`);
  return `${level}: ${event}${more.join('')}`;
}
