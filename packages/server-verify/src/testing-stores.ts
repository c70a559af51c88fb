import type { Store, StoreTransaction } from './store';

const VERBS = ['get', 'list', 'listKind', 'insert', 'put', 'delete', 'deleteSubject', 'due', 'count'] as const;

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
