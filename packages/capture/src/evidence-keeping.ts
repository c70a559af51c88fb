import { CaptureError } from './errors';
import { type EvidenceSeal, evidenceSeal } from './evidence-seal';
import { type EvidenceQueueLimits, type EvidenceStore, openEvidenceStore } from './evidence-store';
import type { Timer } from './timer';

export interface EvidenceKeepingOptions {
  stream: string;
  key: string;
  name: string;
  limits: Required<EvidenceQueueLimits>;
  random: (length: number) => Uint8Array;
  timer: Timer;
  factory: IDBFactory | null | undefined;
  subtle: SubtleCrypto | undefined;
  /** The store is there for the first time. */
  onOpened: (store: EvidenceStore) => Promise<void>;
  /** There is none, for this reason. Called once. */
  onFailed: (cause: unknown) => void;
}

/** The browser's store while there is one: opened at its first use, and again where others closed it. One thing is done at a time. */
export interface EvidenceKeeping {
  readonly seal: EvidenceSeal;
  /** Does something with the store; undefined where there is none. What it fails with is thrown. */
  use<Result>(work: (store: EvidenceStore) => Promise<Result>): Promise<{ result: Result } | undefined>;
  /** The same, but after a failure there is no store any more. */
  attempt<Result>(work: (store: EvidenceStore) => Promise<Result>): Promise<{ result: Result } | undefined>;
  close(): void;
}

export function evidenceKeeping(options: EvidenceKeepingOptions): EvidenceKeeping {
  const { stream, key, name, limits, random, timer, factory, subtle, onOpened, onFailed } = options;
  let state: 'new' | 'open' | 'lost' | 'none' | 'closed' = 'new';
  let store: EvidenceStore | undefined;
  let seal: EvidenceSeal | undefined;

  // What waits is asynchronous: whoever closes meanwhile must be seen.
  const isClosed = () => state === 'closed';

  function letGo(next: typeof state): void {
    store?.close();
    store = undefined;
    state = isClosed() ? 'closed' : next;
  }

  async function open(): Promise<EvidenceStore> {
    if (!factory || !subtle) {
      throw new TypeError(factory ? 'there is no crypto.subtle: serve the page by https' : 'there is no indexedDB');
    }
    seal ??= await evidenceSeal({ stream, queueKey: key, subtle, random });
    const onClosed = () => {
      if (state === 'open') {
        letGo('lost');
      }
    };
    return openEvidenceStore({ name, limits, factory, timer, onClosed });
  }

  async function opened(): Promise<EvidenceStore | undefined> {
    if (isClosed()) {
      throw gone();
    }
    if (state === 'open' || state === 'none') {
      return store;
    }
    const first = state === 'new';
    try {
      store = await open();
      if (isClosed()) {
        throw gone();
      }
      state = 'open';
      if (first) {
        await onOpened(store);
      }
    } catch (error) {
      letGo('none');
      if (isClosed()) {
        throw gone();
      }
      onFailed(error);
    }
    return store;
  }

  async function use<Result>(work: (store: EvidenceStore) => Promise<Result>): Promise<{ result: Result } | undefined> {
    for (let again = true; ; again = false) {
      const kept = await opened();
      if (!kept) {
        return undefined;
      }
      try {
        return { result: await work(kept) };
      } catch (error) {
        if (isClosed()) {
          throw gone();
        }
        if (isLate(error)) {
          // It would be late again, each time.
          letGo('none');
          onFailed(error);
          throw error;
        }
        // Closed by the browser, or for another tab that erases: once more, for what was under way has not happened.
        if (!again || store === kept) {
          throw error;
        }
      }
    }
  }

  return {
    get seal() {
      return seal!;
    },
    use,
    async attempt(work) {
      try {
        return await use(work);
      } catch (error) {
        if (error instanceof CaptureError) {
          throw error;
        }
        letGo('none');
        onFailed(error);
        return undefined;
      }
    },
    close: () => letGo('closed'),
  };
}

/** Deletes what pages left under this name, whatever stream it is of. @throws DOMException where the browser does not let it. */
export async function eraseEvidence(name: string, factory: IDBFactory, timer: Timer): Promise<void> {
  const limits = { maxBytes: 0, maxBatches: 0 };
  await (await openEvidenceStore({ name, limits, factory, timer, onClosed: () => undefined })).erase();
}

const isLate = (error: unknown): boolean => (error as Partial<Error> | null)?.name === 'TimeoutError';

export const isGone = (error: unknown): boolean => error instanceof CaptureError && error.code === 'ERR_TRANSPORT_STREAM';

/** What use of a stream throws that is over. */
export function gone(): CaptureError {
  return new CaptureError('ERR_TRANSPORT_STREAM', 'the stream is over in this browser: open another one');
}
