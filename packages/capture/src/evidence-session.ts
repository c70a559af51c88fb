import type { CoarseState, EvidenceOpening } from '@tacit-auth/features';
import { CaptureError } from './errors';
import { isOver, type OverState } from './evidence-answers';
import type { EvidenceContents } from './evidence-contents';
import { eraseEvidence, isGone } from './evidence-keeping';
import { evidencePause } from './evidence-pause';
import { type EvidenceQueue, evidenceQueue } from './evidence-queue';
import { type EvidenceSender, evidenceSender } from './evidence-sender';
import type { EvidenceSession, EvidenceSessionOptions } from './evidence-session-types';
import { evidenceTabs, type TabMessage } from './evidence-tabs';
import { evidenceTransport } from './evidence-transport';
import { evidenceTurn } from './evidence-turn';

export type { EvidenceSession } from './evidence-session-types';

/** An opening that is older than this, in ms, is asked for again before a tab begins to send. */
const FRESH_MS = 30_000;
/** However long a server asks to wait between batches. */
const LONGEST_EVERY_MS = 60_000;
const REOPEN_MS = 1_000;
const LONGEST_REOPEN_MS = 60_000;

export function evidenceSession(options: EvidenceSessionOptions): EvidenceSession {
  const { name, timer, random, clock, onOpened, onState, onReachable, onOver, onAnswered, onGivenUp, onError } = options;
  let queue: EvidenceQueue | undefined;
  let sender: EvidenceSender | undefined;
  let everyMs = 0;
  let openedAt = 0;
  let over = false;
  /** While this tab takes part. */
  let active: AbortController | undefined;
  let running = options.after;
  /** Whether this tab is to take part: while it is in sight. */
  let wanted = false;
  let sending = false;
  /** Of whichever tab sends. */
  let reachable = true;
  const { indexedDB: factory = globalThis.indexedDB, crypto = globalThis.crypto } = options;
  /** The browser keeps nothing for this tab: its numbers are its own, so it has a stream of its own, and needs no turn. */
  let alone = !factory || !crypto?.subtle;
  /** Whether the stream is that. */
  let isOwn = false;
  /** What was in memory when the store was lost, for the stream that this tab gets then. */
  let carried: EvidenceContents[] = [];

  const shared = evidenceTurn(name, options.locks, timer);
  const unshared = evidenceTurn(name, undefined, timer);
  const tabs = evidenceTabs(name, options.BroadcastChannel, onMessage);
  const transport = evidenceTransport({ ...options.transport, timer, random, onState: hear, onReachable: reach, onError });
  /** Of a stream that is over as soon as it is opened: two servers, or two logins, that do not agree. */
  const reopening = evidencePause({ timer, random, firstMs: REOPEN_MS, longestMs: LONGEST_REOPEN_MS });

  function onMessage(message: TabMessage): void {
    if (over || message.stream !== queue?.stream) {
      return;
    }
    if (message.type === 'queued') {
      if (sending) {
        tabs.tell({ type: 'sending', stream: message.stream });
        sender?.wake();
      }
      return;
    }
    shared.heard();
    if (message.type === 'state') {
      learn(message.state);
    } else if (message.type === 'reachable') {
      learnReachable(message.reachable);
    }
  }

  /** What the server said to this tab. */
  function hear(state: CoarseState): void {
    if (!over && queue) {
      tabs.tell({ type: 'state', stream: queue.stream, state });
    }
    learn(state);
  }

  /** What this tab found. */
  function reach(next: boolean): void {
    if (!over && queue && next !== reachable) {
      tabs.tell({ type: 'reachable', stream: queue.stream, reachable: next });
    }
    learnReachable(next);
  }

  function learnReachable(next: boolean): void {
    if (!over && next !== reachable) {
      reachable = next;
      onReachable(next);
    }
  }

  function learn(state: CoarseState): void {
    if (over) {
      return;
    }
    if (isOver(state)) {
      conclude(state);
    } else {
      onState(state);
    }
  }

  function close(): void {
    over = true;
    active?.abort();
    transport.destroy();
    reopening.stop();
    tabs.close();
    queue?.close();
  }

  function conclude(state: OverState, code?: string): void {
    if (over) {
      return;
    }
    const kept = queue;
    if (kept) {
      tabs.tell({ type: 'state', stream: kept.stream, state });
    }
    queue = undefined;
    close();
    if (state === 'off' && code) {
      onError(new CaptureError('ERR_TRANSPORT_REFUSED', `the server takes no evidence: ${code}`));
    }
    // What another tab keeps of a later login is not this one's to delete.
    onOver(state, kept ? kept.erase({ own: true }) : eraseAll());
  }

  async function eraseAll(): Promise<void> {
    if (factory) {
      await eraseEvidence(name, factory, timer).catch((cause) => {
        onError(new CaptureError('ERR_TRANSPORT_STORAGE', 'the browser did not let what it may keep be deleted', { cause }));
      });
    }
  }

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
      if (alone !== (queue?.storage === 'memory')) {
        alone = true;
        leaveStream();
      }
      await Promise.all(carried.splice(0).map((contents) => queue?.push(contents)));
    } catch (error) {
      if (!isGone(error)) {
        throw error;
      }
      // Another tab has another stream, or has erased this one: the server knows.
      leaveStream();
      reopening.afterFailure();
    }
    return queue !== undefined;
  }

  function begin({ stream, queueKey: key, next }: EvidenceOpening): void {
    queue?.close();
    const { limits } = options;
    queue = evidenceQueue({
      ...{ stream, key, next, name, random, timer, onError, onGivenUp, crypto },
      indexedDB: alone ? null : factory,
      ...(limits === undefined ? {} : { limits }),
    });
    sender = evidenceSender({
      ...{ queue, transport, timer, onGivenUp, onError, onState: hear },
      paceMs: Math.ceil(everyMs / 10),
      onAnswered() {
        reopening.afterSuccess();
        reach(true);
        onAnswered();
      },
    });
  }

  function leaveStream(): void {
    queue?.close();
    queue = undefined;
  }

  function giveUpCarried(): void {
    const left = carried.splice(0).length;
    if (left > 0) {
      onGivenUp(left);
    }
  }

  /** Whether there is a stream now. */
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
        conclude(outcome.state, outcome.code);
        return false;
      }
      if (outcome.status === 'later') {
        // By then it may be another login's.
        giveUpCarried();
        continue;
      }
      if (lost) {
        carried = lost.withdraw();
        if (outcome.opening.stream !== lost.stream) {
          giveUpCarried();
        }
        leaveStream();
        continue;
      }
      if (await adopt(outcome.opening)) {
        if (signal.aborted) {
          return false;
        }
        reach(true);
        onOpened(everyMs);
        learn(outcome.opening.state);
        return !signal.aborted;
      }
      if (over) {
        return false;
      }
    }
  }

  async function send(signal: AbortSignal): Promise<void> {
    // Nobody else counts up a stream of its own. Where another tab did not reach the server, this one has to find out.
    const isFresh = () => isOwn || (reachable && !alone && Math.abs(clock() - openedAt) < FRESH_MS);
    for (let first = true; ; first = false) {
      if (!(first && isFresh()) && !(await open(signal))) {
        return;
      }
      sending = true;
      transport.connect();
      const end = await sender!.run(signal, () => !wanted);
      sending = false;
      if (end.why === 'reopen') {
        reopening.afterFailure();
        continue;
      }
      transport.disconnect();
      if (end.why === 'over') {
        conclude(end.state, end.code);
      }
      return;
    }
  }

  async function run(): Promise<void> {
    while (wanted && !over) {
      active = new AbortController();
      const { signal } = active;
      try {
        if ((queue && alone === isOwn) || (await open(signal))) {
          while (wanted && !signal.aborted) {
            await (alone ? unshared : shared).take(signal, send);
          }
        }
      } finally {
        sending = false;
        transport.disconnect();
        active = undefined;
      }
    }
  }

  async function keep(contents: EvidenceContents, claimed?: ReturnType<EvidenceQueue['claim']>): Promise<void> {
    const of = queue;
    if (!of) {
      onGivenUp(1);
      return;
    }
    try {
      await of.push(contents, claimed);
    } catch (error) {
      if (!(error instanceof CaptureError)) {
        throw error;
      }
      onGivenUp(1);
      reopen(of);
      return;
    }
    if (!alone && of === queue && of.storage === 'memory') {
      alone = true;
      active?.abort();
    } else if (sending) {
      sender?.wake();
    } else {
      tabs.tell({ type: 'queued', stream: of.stream });
      shared.asked();
    }
  }

  /** Another tab erased the stream, or has another one: the server knows. */
  function reopen(of: EvidenceQueue): void {
    if (sending) {
      // It finds out by itself.
      sender?.wake();
    } else if (!over && of === queue) {
      leaveStream();
      reopening.afterFailure();
      active?.abort();
    }
  }

  return {
    get storage() {
      return queue?.storage;
    },
    resume() {
      if (!wanted) {
        wanted = true;
        running = running.then(run);
      }
    },
    async add(contents) {
      await Promise.all(contents.map((each) => keep(each)));
    },
    async addLast([first, ...rest]) {
      // Without locks another tab may pass the number of a stream that they share.
      const claimed = first && sending && (options.locks || isOwn) ? queue?.claim() : undefined;
      if (sending) {
        sender?.last(claimed, first);
      }
      await Promise.all([...(first ? [keep(first, claimed)] : []), ...rest.map((each) => keep(each))]);
    },
    async leave() {
      wanted = false;
      if (sending) {
        sender?.wake();
        await running;
      } else {
        active?.abort();
      }
    },
    halt() {
      wanted = false;
      active?.abort();
      transport.disconnect();
    },
    nudge: () => transport.nudge(),
    offline: () => transport.offline(),
    close,
    async erase() {
      if (queue) {
        tabs.tell({ type: 'state', stream: queue.stream, state: 'ended' });
      }
      const kept = alone ? undefined : queue;
      close();
      queue = undefined;
      await (kept ? kept.erase() : eraseAll());
    },
  };
}
