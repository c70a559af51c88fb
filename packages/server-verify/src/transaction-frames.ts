import { AsyncLocalStorage } from 'node:async_hooks';

interface Frame {
  readonly owner: TransactionFrames;
  readonly outer: Frame | undefined;
  open: boolean;
}

// One for all stores: Node carries every instance along with every promise, for as long as the process runs.
const frames = new AsyncLocalStorage<Frame>();

/** Knows which code runs inside a transaction of one store, however deep. */
export class TransactionFrames {
  async run<T>(work: () => Promise<T>): Promise<T> {
    const frame: Frame = { owner: this, outer: openFrame(frames.getStore()), open: true };
    try {
      return await frames.run(frame, work);
    } finally {
      frame.open = false;
    }
  }

  /** Whether the caller runs inside a transaction that has not ended. */
  inside(): boolean {
    for (let frame = frames.getStore(); frame !== undefined; frame = frame.outer) {
      if (frame.owner === this && frame.open) {
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
