import { randomBytes } from 'node:crypto';
import { memoryStore } from './memory-store';
import { postgres } from './postgres';
import type { Store, StoreTransaction } from './store';
import { type TestDatabase, testDatabase } from './testing-postgres';
import { TransactionQueue } from './transaction-queue';

const VERBS = ['get', 'list', 'listKind', 'insert', 'put', 'delete', 'deleteSubject', 'due', 'dueLast', 'count'] as const;

/** Notes every verb with its kind, in order, between `begin` and `commit`. */
export function recordingStore(store: Store): Store & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    migrate: () => store.migrate(),
    scrub: () => store.scrub(),
    close: () => store.close(),
    async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
      return store.transaction(async (tx) => {
        calls.push('begin');
        const recorded = { ...tx } as Record<string, unknown>;
        for (const verb of VERBS) {
          recorded[verb] = (...given: unknown[]) => {
            const [first] = given;
            calls.push(`${verb} ${typeof first === 'string' ? first : (first as { kind: string }).kind}`);
            return (tx[verb] as (...given: unknown[]) => unknown).apply(tx, given);
          };
        }
        const result = await work(recorded as unknown as StoreTransaction);
        calls.push('commit');
        return result;
      });
    },
  };
}

export class StoreDown extends Error {}

/**
 * Fails the transaction of a number, counted from `arm`: before its work is done, or after it was written, which is what a crash between
 * the commit and the reply looks like. From then on every transaction fails, until `recover`.
 */
export function failingStore(store: Store): Store & {
  arm(options: { at: number; when: 'before' | 'after' }): void;
  recover(): void;
  readonly failed: boolean;
} {
  let left = Number.POSITIVE_INFINITY;
  let after = false;
  let down = false;
  return {
    get failed() {
      return down;
    },
    arm({ at, when }) {
      left = at;
      after = when === 'after';
      down = false;
    },
    recover() {
      left = Number.POSITIVE_INFINITY;
      down = false;
    },
    migrate: () => store.migrate(),
    scrub: () => store.scrub(),
    close: () => store.close(),
    async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
      left--;
      if (down || (left === 0 && !after)) {
        down = true;
        throw new StoreDown('the store is down');
      }
      const last = left === 0;
      const result = await store.transaction(work);
      if (last) {
        down = true;
        throw new StoreDown('the store is down');
      }
      return result;
    },
  };
}

class RolledBack extends Error {}

/**
 * Runs each transaction, rolls it back, and runs it again, as a store does that retries. Work that does anything beside its verbs (counts in a variable,
 * calls a host, hands out what it drew) shows it here.
 */
export function replayed(store: Store): Store {
  // Nobody comes in between: what the second run finds is what the first one found.
  const queue = new TransactionQueue();

  async function twice<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    let refused: unknown;
    const rehearsal = store.transaction(async (tx) => {
      await work(tx).catch((error: unknown) => {
        refused = error;
      });
      throw new RolledBack();
    });
    await rehearsal.catch((error: unknown) => {
      if (!(error instanceof RolledBack)) {
        throw error;
      }
    });
    const result = await store.transaction(work).catch((error: unknown) => {
      throw refused === undefined ? new Error('the transaction was refused only when it was run again', { cause: error }) : error;
    });
    if (refused !== undefined) {
      throw new Error('the transaction was refused only when it was run first', { cause: refused });
    }
    return result;
  }

  return {
    migrate: () => store.migrate(),
    scrub: () => store.scrub(),
    close: () => store.close(),
    transaction: (work) => queue.run(() => twice(work)),
  };
}

const databases = new Set<TestDatabase>();
let shared: Promise<TestDatabase> | undefined;

/** A store on a database that all stores of a test file share; it is opened when it is migrated. */
function postgresTestStore(): Store {
  const tenant = randomBytes(12).toString('hex');
  let opened: Promise<Store> | undefined;
  const open = (): Promise<Store> => {
    shared ??= testDatabase().then((database) => {
      databases.add(database);
      return database;
    });
    opened ??= shared.then(({ url }) => postgres({ connectionString: url, tenant, maxConnections: 2 }));
    return opened;
  };
  return {
    migrate: async () => (await open()).migrate(),
    transaction: async (work) => (await open()).transaction(work),
    scrub: async () => (await open()).scrub(),
    close: async () => (await open()).close(),
  };
}

/** After tests on `TACIT_TEST_STORE=postgres`. */
export async function dropTestStores(): Promise<void> {
  await Promise.all([...databases].map((database) => database.close()));
}

/**
 * The store that tests run on where they ask for no other: in memory, every transaction run twice. `TACIT_TEST_STORE` may be `memory`, which runs them
 * once, or `postgres`.
 */
export function testStore(): Store {
  switch (process.env.TACIT_TEST_STORE) {
    case 'memory':
      return memoryStore();
    case 'postgres':
      return postgresTestStore();
    default:
      return replayed(memoryStore());
  }
}

/** Whether transactions of the test store take effect in the order in which they were begun. */
export function testStoreKeepsOrder(): boolean {
  return process.env.TACIT_TEST_STORE !== 'postgres';
}
