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

export interface StoreMeter {
  store: Store;
  /** CPU time spent inside the store since the last call, in microseconds. */
  takeUs(): number;
}

/**
 * Counts the CPU time of a store: its transactions less the work that callers do inside them. Right only while one thing happens at a time, and
 * it takes a few microseconds a verb itself.
 */
export function meterStore(inner: Store): StoreMeter {
  let spent = 0;
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const store: Store = {
    migrate: () => inner.migrate(),
    scrub: () => inner.scrub(),
    close: () => inner.close(),
    async transaction(work) {
      const begun = cpu();
      let outside = 0;
      const result = await inner.transaction(async (tx) => {
        let left = cpu();
        const metered = new Proxy(tx, {
          get: (target, verb) => {
            const method: unknown = Reflect.get(target, verb);
            if (typeof method !== 'function') return method;
            return async (...args: unknown[]) => {
              outside += cpu() - left;
              try {
                return await Reflect.apply(method, target, args);
              } finally {
                left = cpu();
              }
            };
          },
        });
        try {
          return await work(metered);
        } finally {
          outside += cpu() - left;
        }
      });
      spent += cpu() - begun - outside;
      return result;
    },
  };
  return {
    store,
    takeUs() {
      const taken = spent;
      spent = 0;
      return taken;
    },
  };
}
