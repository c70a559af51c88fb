import { TacitServerError } from './errors';
import { TransactionFrames } from './transaction-frames';

/** Lets one transaction of this process run at a time, and refuses one that is begun inside another: it would wait for itself. */
export class TransactionQueue {
  readonly #frames = new TransactionFrames();
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything queued before it has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.insideTransaction()) {
      return Promise.reject(new TacitServerError('ERR_STORE_NESTED'));
    }
    const result = this.#last.then(() => this.#frames.run(work));
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Whether the caller runs inside a transaction of this queue that has not ended. */
  insideTransaction(): boolean {
    return this.#frames.inside();
  }
}
