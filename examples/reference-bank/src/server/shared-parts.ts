import { join } from 'node:path';
import type { Log, VerifierOptions } from '@tacit-auth/server-verify';
import { postgres, postgresJobs, postgresNotifications } from '@tacit-auth/server-verify/postgres';
import { sqlite } from '@tacit-auth/server-verify/sqlite';
import type { Settings } from './settings';

/**
 * Where Tacit keeps its records, runs its jobs and tells of changes: in a file and in this process, or in a PostgreSQL with the bank's other
 * servers.
 */
export function sharedParts(
  { databaseUrl, dataFolder }: Pick<Settings, 'databaseUrl' | 'dataFolder'>,
  log: Log,
): Pick<VerifierOptions, 'store' | 'jobs' | 'notifications'> {
  if (databaseUrl === null) return { store: sqlite(join(dataFolder, 'tacit.db')) };
  const connectionString = databaseUrl;
  return {
    store: postgres({ connectionString, log }),
    jobs: postgresJobs({ connectionString }),
    notifications: postgresNotifications({ connectionString }),
  };
}
