import type { CoarseState } from '@tacit-auth/features';
import { CaptureError } from './errors';
import { isOver, type OverState } from './evidence-answers';
import type { EvidenceContents } from './evidence-contents';
import { heldStream } from './evidence-held-stream';
import { eraseEvidence } from './evidence-keeping';
import type { EvidenceQueue } from './evidence-queue';
import type { EvidenceSession, EvidenceSessionOptions } from './evidence-session-types';
import { evidenceTabs } from './evidence-tabs';
import { evidenceTransport } from './evidence-transport';
import { evidenceTurn } from './evidence-turn';

export type { EvidenceSession } from './evidence-session-types';

export function evidenceSession(options: EvidenceSessionOptions): EvidenceSession {
  const { name, timer, random, onOpened, onState, onOver, onAnswered, onGivenUp, onError } = options;
  let over = false;
  /** While this tab takes part. */
  let active: AbortController | undefined;
  let running = options.after;
  /** Whether this tab is to take part: while it is in sight. */
  let wanted = false;
  let sending = false;
  const { indexedDB: factory = globalThis.indexedDB } = options;

  const turn = evidenceTurn(name, options.locks, timer);
  const tabs = evidenceTabs({
    ...options,
    stream: () => held.queue?.stream,
    onQueued() {
      if (sending) {
        held.sender?.wake();
      }
      return sending;
    },
    onSender: turn.heard,
    onState: learn,
  });
  const transport = evidenceTransport({ ...options.transport, timer, random, onState: hear, onReachable: tabs.reach, onError });
  const held = heldStream({
    ...options,
    transport,
    onState: hear,
    onOver: conclude,
    onLost: () => active?.abort(),
    onOpened(everyMs, state) {
      tabs.reach(true);
      onOpened(everyMs);
      learn(state);
    },
    onAnswered() {
      tabs.reach(true);
      onAnswered();
    },
  });

  /** What the server said to this tab. */
  function hear(state: CoarseState): void {
    tabs.state(state);
    learn(state);
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
    tabs.close();
    active?.abort();
    transport.destroy();
    held.close();
  }

  function conclude(state: OverState, code?: string): void {
    if (over) {
      return;
    }
    tabs.state(state);
    const kept = held.release();
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

  async function send(signal: AbortSignal): Promise<void> {
    for (let first = true; ; first = false) {
      if (!(first && held.isFresh(tabs.reachable)) && !(await held.open(signal))) {
        return;
      }
      sending = true;
      transport.connect();
      const end = await held.sender!.run(signal, () => !wanted);
      sending = false;
      // Whoever leaves does not wait for a server that may be gone: his next turn finds the same.
      if (end.why === 'reopen' && wanted) {
        held.askLater();
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
        if ((held.queue && held.alone === held.isOwn) || (await held.open(signal))) {
          while (wanted && !signal.aborted) {
            await (held.alone ? send(signal) : turn.take(signal, send));
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
    const of = held.queue;
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
    if (held.alone && !held.isOwn) {
      // It goes with this tab to a stream of its own.
      return;
    }
    if (sending) {
      held.sender?.wake();
    } else {
      tabs.queued(of.stream);
      turn.asked();
    }
  }

  /** Another tab erased the stream, or has another one: the server knows. */
  function reopen(of: EvidenceQueue): void {
    if (sending) {
      // It finds out by itself.
      held.sender?.wake();
    } else if (!over && of === held.queue) {
      held.drop();
      active?.abort();
    }
  }

  return {
    get storage() {
      return held.queue?.storage;
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
      // Without locks another tab may pass the number of a stream that they share; with them one may have done so before this tab's turn.
      const claimed = first && sending && held.sender?.knowsPlace && (options.locks || held.isOwn) ? held.queue?.claim() : undefined;
      if (sending) {
        held.sender?.last(claimed, first);
      }
      await Promise.all([...(first ? [keep(first, claimed)] : []), ...rest.map((each) => keep(each))]);
    },
    async leave() {
      wanted = false;
      if (sending) {
        held.sender?.wake();
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
      tabs.state('ended');
      const kept = held.alone ? undefined : held.queue;
      close();
      held.release();
      await (kept ? kept.erase() : eraseAll());
    },
  };
}
