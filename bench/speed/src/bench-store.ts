import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, type Store } from '@tacit-auth/server-verify';
import { postgres } from '@tacit-auth/server-verify/postgres';
import { sqlite } from '@tacit-auth/server-verify/sqlite';
import { withPostgres } from './bench-postgres';

export const STORE_KINDS = ['memory', 'sqlite', 'postgres'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Runs `work` on an empty store of a kind; an SQLite file or a PostgreSQL server is gone afterwards. `work` may close the store. */
export async function withStore<T>(kind: StoreKind, work: (store: Store) => Promise<T>): Promise<T> {
  if (kind === 'memory') return work(memoryStore());
  if (kind === 'postgres') return withPostgres((connectionString) => work(postgres({ connectionString })));
  const folder = mkdtempSync(join(tmpdir(), 'tacit-speed-'));
  try {
    return await work(sqlite(join(folder, 'bench.db')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
