import { AsyncLocalStorage } from 'node:async_hooks';
import { TacitServerError } from './errors';

/** Lets one transaction of this process run at a time, and refuses one that is begun inside another. */
export class TransactionQueue {
  // A nested transaction would wait for the outer one, which waits for it.
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything queued before it has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.insideTransaction()) {
      return Promise.reject(new TacitServerError('ERR_STORE_NESTED'));
    }
    const token = { open: true };
    const result = this.#last
      .then(() => this.#inside.run(token, work))
      .finally(() => {
        token.open = false;
      });
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Whether the caller runs inside a transaction that has not ended. */
  insideTransaction(): boolean {
    return this.#inside.getStore()?.open === true;
  }
}
