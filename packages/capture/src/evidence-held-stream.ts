import type { CoarseState, EvidenceOpening } from '@tacit-auth/features';
import type { OverState } from './evidence-answers';
import type { EvidenceContents } from './evidence-contents';
import { isGone } from './evidence-keeping';
import { evidencePause } from './evidence-pause';
import { type EvidenceQueue, type EvidenceQueueOptions, evidenceQueue } from './evidence-queue';
import { type EvidenceSender, type EvidenceSenderOptions, evidenceSender } from './evidence-sender';
import type { EvidenceTransport } from './evidence-transport';
import type { Timer } from './timer';

export interface HeldStreamOptions
  extends Pick<EvidenceQueueOptions, 'limits' | 'indexedDB' | 'crypto'>,
    Pick<EvidenceSenderOptions, 'onState' | 'onGivenUp' | 'onError'> {
  name: string;
  random: (length: number) => Uint8Array;
  timer: Timer;
  clock: () => number;
  transport: EvidenceTransport;
  /** The server takes evidence, at most once in so many ms. */
  onOpened: (everyMs: number, state: CoarseState) => void;
  /** The server takes none. */
  onOver: (state: OverState, code: string) => void;
  /** The browser keeps no more of what the tabs share: the next {@link HeldStream.open} brings a stream of its own. */
  onLost: () => void;
  onAnswered: () => void;
}

/** The stream that a tab has: the one that all tabs share while the browser keeps something for this one, and else one of its own. */
export interface HeldStream {
  /** undefined while there is no stream. */
  readonly queue: EvidenceQueue | undefined;
  readonly sender: EvidenceSender | undefined;
  /** The browser keeps nothing for this tab: its numbers are its own, so it has a stream of its own, and needs no turn. */
  readonly alone: boolean;
  /** Whether the stream is that. */
  readonly isOwn: boolean;
  /**
   * Whether it need not be asked for again before this tab begins to send.
   *
   * @param reachable whether the server can be reached, as far as is known: where another tab did not reach it, this one has to find out
   */
  isFresh(reachable: boolean): boolean;
  /** Asks for it until there is one; false where `signal` is aborted before that, or the server takes no evidence. */
  open(signal: AbortSignal): Promise<boolean>;
  /** It does not hold as it was opened: the next {@link open} asks for it again, not at once. */
  askLater(): void;
  /** Another tab has erased it, or has another one: lets go of it, and {@link askLater}. */
  drop(): void;
  /** Hands over the queue: there is no stream any more. */
  release(): EvidenceQueue | undefined;
  close(): void;
}

/** An opening that is older than this, in ms, is asked for again before a tab begins to send. */
const FRESH_MS = 30_000;
/** However long a server asks to wait between batches. */
const LONGEST_EVERY_MS = 60_000;
const REOPEN_MS = 1_000;
const LONGEST_REOPEN_MS = 60_000;

export function heldStream(options: HeldStreamOptions): HeldStream {
  const { clock, transport, onOpened, onOver, onLost, onAnswered, onGivenUp, onError } = options;
  const { indexedDB: factory = globalThis.indexedDB, crypto = globalThis.crypto } = options;
  let queue: EvidenceQueue | undefined;
  let sender: EvidenceSender | undefined;
  let everyMs = 0;
  let openedAt = 0;
  let isClosed = false;
  let alone = !factory || !crypto?.subtle;
  let isOwn = false;
  /** What was in memory when the store was lost, for the stream that this tab gets then. */
  let carried: EvidenceContents[] = [];

  /** Of a stream that is over as soon as it is opened: two servers, or two logins, that do not agree. */
  const reopening = evidencePause({ ...options, firstMs: REOPEN_MS, longestMs: LONGEST_REOPEN_MS });

  /** Goes on with a stream; false where it has to be asked for again. */
  async function adopt(opening: EvidenceOpening): Promise<boolean> {
    openedAt = clock();
    everyMs = Math.min(opening.everyMs, LONGEST_EVERY_MS);
    isOwn = alone;
    try {
      if (queue?.stream === opening.stream) {
        await queue.rebase(opening.next);
      } else {
        begin(opening);
        // What is left of another stream is not to wait for the first batch of this one.
        await queue!.head();
      }
      if (isOwn !== (queue?.storage === 'memory')) {
        alone = true;
        leaveStream();
      }
      await Promise.all(carried.splice(0).map((contents) => queue?.push(contents)));
    } catch (error) {
      if (!isGone(error)) {
        throw error;
      }
      // Another tab has another stream, or has erased this one: the server knows.
      drop();
    }
    return queue !== undefined;
  }

  function begin({ stream, queueKey: key, next }: EvidenceOpening): void {
    leaveStream();
    queue = evidenceQueue({
      ...options,
      ...{ stream, key, next },
      indexedDB: alone ? null : factory,
      onError(error) {
        // What the tabs share waits in the store: nothing of a stream of theirs may be sent past it.
        if (!isOwn) {
          alone = true;
          onLost();
        }
        onError(error);
      },
    });
    sender = evidenceSender({
      ...options,
      queue,
      paceMs: Math.ceil(everyMs / 10),
      onAnswered() {
        reopening.afterSuccess();
        onAnswered();
      },
    });
  }

  function leaveStream(): void {
    // Another stream may be another login's.
    giveUp(queue?.withdraw());
    queue?.close();
    queue = undefined;
  }

  function drop(): void {
    leaveStream();
    reopening.afterFailure();
  }

  function giveUp(left: readonly EvidenceContents[] = []): void {
    if (left.length > 0) {
      onGivenUp(left.length);
    }
  }

  function giveUpCarried(): void {
    giveUp(carried.splice(0));
  }

  async function open(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      await transport.ready(signal);
      await reopening.end(signal);
      if (signal.aborted) {
        giveUpCarried();
        return false;
      }
      /** Of all tabs, and lost its store under way. */
      const lost = alone && !isOwn ? queue : undefined;
      const outcome = await transport.open({ own: alone && !lost });
      if (signal.aborted) {
        giveUpCarried();
        return false;
      }
      if (outcome.status === 'over') {
        onOver(outcome.state, outcome.code);
        return false;
      }
      if (outcome.status === 'later') {
        // By then it may be another login's.
        giveUpCarried();
        continue;
      }
      if (lost) {
        if (outcome.opening.stream === lost.stream) {
          carried = lost.withdraw();
        }
        leaveStream();
        continue;
      }
      if (await adopt(outcome.opening)) {
        if (signal.aborted) {
          return false;
        }
        onOpened(everyMs, outcome.opening.state);
        return !signal.aborted;
      }
      if (isClosed) {
        return false;
      }
    }
  }

  return {
    get queue() {
      return queue;
    },
    get sender() {
      return sender;
    },
    get alone() {
      return alone;
    },
    get isOwn() {
      return isOwn;
    },
    isFresh(reachable) {
      // Nobody else counts up a stream of its own.
      return isOwn || (reachable && !alone && Math.abs(clock() - openedAt) < FRESH_MS);
    },
    open,
    askLater: reopening.afterFailure,
    drop,
    release() {
      const released = queue;
      queue = undefined;
      return released;
    },
    close() {
      isClosed = true;
      reopening.stop();
      queue?.close();
    },
  };
}
