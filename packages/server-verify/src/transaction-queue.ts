import { AsyncLocalStorage } from 'node:async_hooks';
import { TacitServerError } from './errors';

interface Frame {
  readonly queue: TransactionQueue;
  readonly outer: Frame | undefined;
  open: boolean;
}

// One for all queues: Node carries every instance along with every promise, for as long as the process runs.
const frames = new AsyncLocalStorage<Frame>();

/** Lets one transaction of this process run at a time, and refuses one that is begun inside another: it would wait for itself. */
export class TransactionQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything queued before it has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.insideTransaction()) {
      return Promise.reject(new TacitServerError('ERR_STORE_NESTED'));
    }
    const frame: Frame = { queue: this, outer: openFrame(frames.getStore()), open: true };
    const result = this.#last
      .then(() => frames.run(frame, work))
      .finally(() => {
        frame.open = false;
      });
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Whether the caller runs inside a transaction of this queue that has not ended. */
  insideTransaction(): boolean {
    for (let frame = frames.getStore(); frame !== undefined; frame = frame.outer) {
      if (frame.queue === this && frame.open) {
        return true;
      }
    }
    return false;
  }
}

/** What has ended is left out, so that a chain of work begun inside and run after does not grow. */
function openFrame(frame: Frame | undefined): Frame | undefined {
  return frame === undefined || frame.open ? frame : openFrame(frame.outer);
}
