import type { CoarseState } from '@tacit-auth/features';
import { assertFunction, assertInteger, assertOptionalEventTarget, assertOptions } from './assert';
import { CaptureError, destroyed } from './errors';
import type { EvidenceContents } from './evidence-contents';
import type { EvidenceQueueLimits } from './evidence-queue';
import { queueChoices } from './evidence-queue-options';
import { evidenceRecorders } from './evidence-recorders';
import { type EvidenceSession, evidenceSession } from './evidence-session';
import { type EvidenceTransportOptions, evidenceTransport } from './evidence-transport';
import type { FreeTextField } from './free-text-field';
import { platformRandom } from './idempotency-key';
import { setListeners } from './listeners';
import { pageTimer, type Timer } from './timer';

export interface StreamEvidenceOptions
  extends Pick<EvidenceTransportOptions, 'url' | 'socketUrl' | 'onRenew' | 'timeoutMs' | 'fetch' | 'WebSocket' | 'random'> {
  /** The fields whose rhythm is recorded, at most 256; more with {@link EvidenceStream.add}. None by default. */
  fields?: FreeTextField | readonly FreeTextField[];
  /** Where the pointer is recorded; the page's document by default. false records none. */
  pointer?: Document | HTMLElement | false;
  /** A CSS selector of elements in which the pointer is not recorded, beside those with `data-tacit-ignore`: PIN pads, on-screen keyboards. */
  ignore?: string;
  /** Time from what is recorded first until it makes a batch, in ms: 500-60,000; 2,000 by default. The server may ask for a longer one. */
  everyMs?: number;
  /** What the server says of the session, whenever it changes. After `locked`, `ended` and `off` nothing is recorded until the next `start()`. */
  onState: (state: CoarseState) => void;
  /**
   * Whether the server can be reached, whenever it changes: false after 5 s without an answer, true as soon as there is one. Meanwhile `state` is what the
   * server said last: nothing is checked until it is reached again, so show that. What is recorded is queued, and checked then.
   */
  onReachable?: (reachable: boolean) => void;
  /**
   * For your logs: nothing has to be done. `ERR_TRANSPORT_*`; of each trouble it is told once. `ERR_CAPTURE_NO_DOCUMENT`: the element of `pointer` is in no window
   * any more, such as one of a frame that was taken away, and the fields alone are recorded.
   */
  onError?: (error: CaptureError) => void;
  /** Most that waits to be sent; 2 MiB and 500 batches by default. The oldest go first. */
  limits?: EvidenceQueueLimits;
  /** Name of the database, the lock and the channel that tabs share, 1-64 characters of `[A-Za-z0-9._-]`; `tacit-evidence` by default. */
  name?: string;
  /** Destroys the stream when it is aborted. */
  signal?: AbortSignal;
  /** The page's clock in ms, on the base of `event.timeStamp`; `performance.now` by default. */
  clock?: () => number;
  timer?: Timer;
  /** null does without: batches are then in memory, and each tab sends for itself. */
  indexedDB?: IDBFactory | null;
  crypto?: Pick<Crypto, 'subtle'> | null;
  locks?: LockManager | null;
  BroadcastChannel?: typeof globalThis.BroadcastChannel | null;
}

/** Numbers of batches since the stream was made, of this tab. */
export interface EvidenceCounts {
  /** Made of what was recorded. */
  readonly recorded: number;
  /** Answered by the server: also what other tabs, and earlier pages, had left. */
  readonly answered: number;
  /** Given up: refused, too much for the queue, or of a stream or a store that was lost before it was known whether they had arrived. */
  readonly givenUp: number;
}

/** Records free text and the pointer, and brings it to the server, until it is stopped. */
export interface EvidenceStream {
  /** What the server said last; `off` before it said anything, and once the stream was stopped. */
  readonly state: CoarseState;
  /** Whether the server can be reached, as far as is known; true before `start()` and after the end. */
  readonly reachable: boolean;
  /** Whether anything is recorded. */
  readonly recording: boolean;
  readonly counts: EvidenceCounts;
  /** Where batches wait until they are answered; undefined until that is known. */
  readonly storage: 'indexeddb' | 'memory' | undefined;
  /** Lets a field take part. @throws as `recordFreeText` does. */
  add(field: FreeTextField): void;
  /** Ends the part of a field, and lets go of it. */
  remove(field: FreeTextField): void;
  /**
   * Asks the server for a stream, and records once it has said that there is something to be checked.
   *
   * @throws CaptureError `ERR_CAPTURE_DESTROYED` or `ERR_CAPTURE_NO_DOCUMENT`.
   */
  start(): void;
  /** Makes a batch of what is recorded so far. Resolves once it is queued; it is then sent as any other. */
  flush(): Promise<void>;
  /**
   * Stops recording. What is recorded is queued, and what can be sent at once is sent; the rest waits for the next `start()`, also of another page. With
   * `erase`, at sign-out: nothing more is sent, and nothing stays in the browser.
   */
  stop(options?: { erase?: boolean }): Promise<void>;
  /** Stops at once, for good, and drops what is not queued. What is queued stays in the browser. May be called twice. */
  destroy(): void;
}

/**
 * Records the whole session and sends it: batches about every two seconds, sealed and kept until the server has answered, each of which takes effect exactly
 * once. Nothing is recorded, sent or kept before {@link EvidenceStream.start}.
 *
 * @throws TypeError or RangeError for a wrong argument; CaptureError `ERR_CAPTURE_PASSWORD_FIELD` for a field of a password.
 */
export function streamEvidence(options: StreamEvidenceOptions): EvidenceStream {
  assertOptions(options, 'options');
  const { fields = [], pointer, everyMs = 2_000, onState, onReachable = ignore, onError = ignore, signal: ending } = options;
  const { clock = () => performance.now(), timer = pageTimer, random = platformRandom } = options;
  assertFunction(onState, 'onState');
  assertFunction(onReachable, 'onReachable');
  assertFunction(onError, 'onError');
  assertFunction(clock, 'clock');
  assertInteger(everyMs, 'everyMs', 500, 60_000);
  assertOptionalEventTarget(ending, 'signal');
  const { name } = queueChoices({ ...options, timer, random, onError });
  const { url, socketUrl, onRenew, timeoutMs, fetch, WebSocket } = options;
  const transport = given({ url, socketUrl, onRenew, timeoutMs, fetch, WebSocket });
  // Told now what is wrong with them, and not when the customer has signed in.
  evidenceTransport({ ...transport, random, timer }).destroy();

  const counts = { recorded: 0, answered: 0, givenUp: 0 };
  let state: CoarseState = 'off';
  /** Whether the page knows it. */
  let isTold = false;
  let reachable = true;
  let page: Document | undefined;
  let session: EvidenceSession | undefined;
  let isDestroyed = false;
  let leastMs = everyMs;
  let storageTold = false;
  /** What an earlier session still has to delete. */
  let erased: Promise<void> = Promise.resolve();

  const recorders = evidenceRecorders({
    ...{ fields, pointer, ignore: options.ignore, clock, timer },
    everyMs: () => leastMs,
    onBatches: (contents) => void session?.add(count(contents)),
    onLeftOut: giveUp,
  });

  function count(contents: EvidenceContents[]): EvidenceContents[] {
    counts.recorded += contents.length;
    return contents;
  }

  function giveUp(batches: number): void {
    counts.givenUp += batches;
  }

  function learn(next: CoarseState): void {
    if (next !== state || !isTold) {
      state = next;
      isTold = true;
      tell(onState, next);
    }
  }

  function reach(next: boolean): void {
    if (next !== reachable) {
      reachable = next;
      tell(onReachable, next);
    }
  }

  function fail(error: CaptureError): void {
    if (error.code !== 'ERR_TRANSPORT_STORAGE' || !storageTold) {
      storageTold ||= error.code === 'ERR_TRANSPORT_STORAGE';
      tell(onError, error);
    }
  }

  function onPage({ type }: Event): void {
    if (type === 'online') {
      session?.nudge();
    } else if (type === 'offline') {
      session?.offline();
    } else if (type === 'pagehide' || page!.visibilityState === 'hidden') {
      void session?.addLast(count(recorders.take()));
      type === 'pagehide' ? session?.halt() : void session?.leave();
    } else {
      session?.resume();
    }
  }

  function listen(on: boolean): void {
    setListeners(page!, ['visibilitychange'], onPage, on);
    setListeners(globalThis, ['pagehide', 'pageshow', 'online', 'offline'], onPage, on);
  }

  function begin(): EvidenceSession {
    const begun = evidenceSession({
      ...given({ limits: options.limits, indexedDB: options.indexedDB, crypto: options.crypto }),
      ...{ name, timer, random, clock, transport, after: erased },
      locks: (options.locks === undefined ? globalThis.navigator?.locks : options.locks) ?? undefined,
      BroadcastChannel: (options.BroadcastChannel === undefined ? globalThis.BroadcastChannel : options.BroadcastChannel) ?? undefined,
      onOpened(askedMs) {
        leastMs = Math.max(everyMs, askedMs);
        if (session === begun && !recorders.isOn) {
          try {
            recorders.start();
          } catch (error) {
            fail(error as CaptureError);
          }
        }
      },
      onState(next) {
        // One that was stopped may still send what it has.
        if (session === begun) {
          learn(next);
        }
      },
      onReachable(next) {
        if (session === begun) {
          reach(next);
        }
      },
      onOver(next, erasing) {
        erased = erasing;
        if (session === begun) {
          session = undefined;
          listen(false);
          reach(true);
          recorders.drop();
          learn(next);
        }
      },
      onAnswered() {
        counts.answered++;
      },
      onGivenUp: giveUp,
      onError: fail,
    });
    return begun;
  }

  function end(): EvidenceSession | undefined {
    const ended = session;
    session = undefined;
    if (ended) {
      listen(false);
      reach(true);
    }
    state = 'off';
    isTold = false;
    return ended;
  }

  function destroy(): void {
    if (!isDestroyed) {
      isDestroyed = true;
      end()?.close();
      recorders.destroy();
      ending?.removeEventListener('abort', destroy);
    }
  }

  if (ending?.aborted) {
    destroy();
  } else {
    ending?.addEventListener('abort', destroy);
  }

  return {
    get state() {
      return state;
    },
    get reachable() {
      return reachable;
    },
    get recording() {
      return recorders.isOn;
    },
    get counts() {
      return { ...counts };
    },
    get storage() {
      return session?.storage;
    },
    add: recorders.add,
    remove: recorders.remove,
    start() {
      if (isDestroyed) {
        throw destroyed('stream');
      }
      if (session) {
        return;
      }
      page = globalThis.document;
      if (page === undefined) {
        throw new CaptureError('ERR_CAPTURE_NO_DOCUMENT', 'there is no document: call start() in a page');
      }
      storageTold = false;
      session = begin();
      listen(true);
      if (page.visibilityState !== 'hidden') {
        session.resume();
      }
    },
    async flush() {
      await session?.add(count(recorders.take()));
    },
    async stop({ erase = false } = {}) {
      recorders.stop();
      const last = count(recorders.take());
      const ended = end();
      if (erase) {
        // Another start() waits for it.
        const erasing = (ended ?? begin()).erase();
        erased = Promise.all([erased, erasing]).then(ignore);
        await erased;
        return;
      }
      await ended?.add(last);
      await ended?.leave();
      ended?.close();
    },
    destroy,
  };
}

/** What the page does with it is the page's: an error of its own is reported as any other of the page, and stops nothing here. */
function tell<Value>(callback: (value: Value) => void, value: Value): void {
  try {
    callback(value);
  } catch (error) {
    void Promise.reject(error);
  }
}

/** Without the options that were left out. */
function given<Options extends object>(options: Options): { [Name in keyof Options]: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ReturnType<typeof given<Options>>;
}

function ignore(): void {}
