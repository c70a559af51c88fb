import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, type Store } from '@tacit-auth/server-verify';
import { sqlite } from '@tacit-auth/server-verify/sqlite';

export const STORE_KINDS = ['memory', 'sqlite'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Runs `work` on an empty store of a kind; an SQLite file is deleted afterwards. `work` may close the store. */
export async function withStore<T>(kind: StoreKind, work: (store: Store) => Promise<T>): Promise<T> {
  if (kind === 'memory') return work(memoryStore());
  const folder = mkdtempSync(join(tmpdir(), 'tacit-speed-'));
  try {
    return await work(sqlite(join(folder, 'bench.db')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
