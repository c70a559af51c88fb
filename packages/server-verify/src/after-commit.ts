import type { Context } from './context';
import type { LogEvent } from './log';
import type { Store, StoreTransaction } from './store';

type Work = () => void;

const waiting = new WeakMap<StoreTransaction, Work[]>();

/** A store whose transactions do what was left for after their commit. */
export function withEffects(store: Store): Store {
  return {
    migrate: () => store.migrate(),
    scrub: () => store.scrub(),
    close: () => store.close(),
    async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
      let left: Work[] = [];
      const result = await store.transaction((tx) => {
        // A store may try a transaction again: what counts is left by the try that came through.
        left = [];
        waiting.set(tx, left);
        return work(tx);
      });
      for (const each of left) {
        each();
      }
      return result;
    },
  };
}

/**
 * Does something once the transaction has committed, before its caller goes on; never where it did not. The work must not throw, and what a crash keeps
 * from being done stays undone.
 */
export function afterCommit(tx: StoreTransaction, work: Work): void {
  const left = waiting.get(tx);
  if (left === undefined) {
    throw new TypeError('tx must be a transaction of the context');
  }
  left.push(work);
}

/** Tells every server of a change, once it is committed. */
export function tellChange({ notifications }: Pick<Context, 'notifications'>, tx: StoreTransaction, topic: string, id: string): void {
  afterCommit(tx, () => notifications.publish(topic, id));
}

/** Logs what a transaction found, once it has committed: one that is tried again says it once. */
export function logAfter(ctx: Pick<Context, 'log'>, tx: StoreTransaction, event: LogEvent): void {
  afterCommit(tx, () => ctx.log(event));
}

/** Has a job run soon, once what it is to find is committed. */
export function wakeJob(ctx: Pick<Context, 'wakeJob'>, tx: StoreTransaction, name: string): void {
  afterCommit(tx, () => ctx.wakeJob(name));
}
