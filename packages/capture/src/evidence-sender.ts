import type { CoarseState } from '@tacit-auth/features';
import { CaptureError } from './errors';
import type { OverState } from './evidence-answers';
import { isGone } from './evidence-keeping';
import type { ClaimedNumber, EvidenceContents, EvidenceQueue } from './evidence-queue';
import type { EvidenceTransport } from './evidence-transport';
import type { Timer } from './timer';

export interface EvidenceSenderOptions {
  queue: EvidenceQueue;
  transport: EvidenceTransport;
  timer: Timer;
  /** Least time between two batches of a long queue, in ms: a backlog is not to come down on the server at once. */
  paceMs: number;
  onState: (state: CoarseState) => void;
  /** Batches up to this number are done with. */
  onAnswered: (seq: number) => void;
  onGivenUp: (batches: number) => void;
  onError: (error: CaptureError) => void;
}

/** Why a sender stopped: `empty` where it was to go on no longer than there was something, and that goes through. */
export type SendingEnd =
  | { readonly why: 'aborted' | 'empty' | 'reopen' }
  | { readonly why: 'over'; readonly state: OverState; readonly code: string };

/** Empties a queue, one batch at a time, in order. */
export interface EvidenceSender {
  /**
   * Sends until `signal` is aborted, the server takes no more, or the stream is over.
   *
   * @param once whether to stop when the queue is empty, or the server can not be reached
   */
  run(signal: AbortSignal, once: () => boolean): Promise<SendingEnd>;
  /** Something is in the queue, or `once` has changed. */
  wake(): void;
  /** Whether it has the turn, and has seen since it began which numbers other tabs have passed. */
  readonly knowsPlace: boolean;
  /** What a page that is put away sends at once: what is under way, and this. */
  last(claimed?: ClaimedNumber, contents?: EvidenceContents): void;
}

/** So often a batch may meet a failing server, or leave a gap, before it is taken for the cause. */
const MAX_TRIES = 8;

export function evidenceSender(options: EvidenceSenderOptions): EvidenceSender {
  const { queue, transport, timer, paceMs, onState, onAnswered, onGivenUp, onError } = options;
  let woken = false;
  let wakeUp: (() => void) | undefined;
  let underWay: Parameters<EvidenceTransport['send']>[0] | undefined;
  let tries = { seq: 0, count: 0 };
  let knowsPlace = () => false;

  function wake(): void {
    woken = true;
    wakeUp?.();
  }

  /** Until it is woken or aborted, or `ms` later. */
  function sleep(signal: AbortSignal, ms?: number): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || (woken && ms === undefined)) {
        resolve();
        return;
      }
      const handle = ms === undefined ? undefined : timer.set(() => done(), ms);
      const done = () => {
        timer.clear(handle);
        wakeUp = undefined;
        signal.removeEventListener('abort', done);
        resolve();
      };
      wakeUp = ms === undefined ? done : undefined;
      signal.addEventListener('abort', done);
    });
  }

  /** Whether this batch has been tried so often that it must be given up. */
  function isHopeless(seq: number): boolean {
    tries = { seq, count: tries.seq === seq ? tries.count + 1 : 1 };
    return tries.count >= MAX_TRIES;
  }

  async function giveUp(seq: number, code: string): Promise<void> {
    await queue.done(seq);
    onGivenUp(1);
    onError(new CaptureError('ERR_TRANSPORT_REFUSED', `the server refused a batch of evidence: ${code}`));
  }

  async function step(signal: AbortSignal, once: () => boolean): Promise<SendingEnd | undefined> {
    woken = false;
    const batch = await queue.head();
    knowsPlace = () => !signal.aborted;
    if (signal.aborted) {
      return { why: 'aborted' };
    }
    if (!batch) {
      if (once()) {
        return { why: 'empty' };
      }
      await sleep(signal);
      return undefined;
    }
    underWay = batch;
    const outcome = await transport.send(batch);
    underWay = undefined;
    switch (outcome.status) {
      case 'answered':
        // Also where nobody is interested any more: what is answered is not to be sent again.
        await queue.done(outcome.answer.seq);
        onAnswered(outcome.answer.seq);
        onState(outcome.answer.state);
        await sleep(signal, once() ? 0 : paceMs);
        return undefined;
      case 'gap':
        if (outcome.expected <= batch.seq && isHopeless(batch.seq)) {
          await giveUp(batch.seq, 'ERR_EVIDENCE_GAP');
        } else {
          await queue.done(outcome.expected - 1);
        }
        return undefined;
      case 'refused':
        await giveUp(batch.seq, outcome.code);
        return undefined;
      case 'later':
        if (outcome.failing && isHopeless(batch.seq)) {
          await giveUp(batch.seq, outcome.code);
        }
        return undefined;
      case 'reopen':
        return { why: 'reopen' };
      case 'over':
        return { why: 'over', state: outcome.state, code: outcome.code };
    }
  }

  /** Until the server may be asked; less long where there is no time to wait. */
  async function ready(signal: AbortSignal, once: () => boolean): Promise<void> {
    const hurry = new AbortController();
    const abort = () => hurry.abort();
    signal.addEventListener('abort', abort);
    wakeUp = () => once() && abort();
    await transport.ready(hurry.signal);
    wakeUp = undefined;
    signal.removeEventListener('abort', abort);
  }

  return {
    wake,
    get knowsPlace() {
      return knowsPlace();
    },
    async run(signal, once) {
      knowsPlace = () => false;
      for (;;) {
        if (transport.isPaused && !once()) {
          await ready(signal, once);
        }
        if (signal.aborted) {
          return { why: 'aborted' };
        }
        if (transport.isPaused) {
          return { why: 'empty' };
        }
        try {
          const end = await step(signal, once);
          if (end) {
            return end;
          }
        } catch (error) {
          if (isGone(error)) {
            return signal.aborted ? { why: 'aborted' } : { why: 'reopen' };
          }
          throw error;
        } finally {
          underWay = undefined;
        }
      }
    },
    last(claimed, contents) {
      const own = claimed && contents ? [{ version: 1 as const, stream: queue.stream, ...claimed, ...contents }] : [];
      transport.sendLast(underWay ? [underWay, ...own] : own);
    },
  };
}
