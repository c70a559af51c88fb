import type { EvidenceBatch } from '@tacit-auth/features';
import { CaptureError } from './errors';
import { contentsText, type EvidenceContents } from './evidence-contents';
import { eraseEvidence, evidenceKeeping, gone } from './evidence-keeping';
import { evidenceMemory } from './evidence-memory';
import { assertStream, type EvidenceQueueOptions, queueChoices } from './evidence-queue-options';
import { type EvidenceStore, GONE, UnknownFate } from './evidence-store';

export type { EvidenceContents } from './evidence-contents';
export type { EvidenceQueueOptions } from './evidence-queue-options';
export type { EvidenceQueueLimits } from './evidence-store';

/** A number for the batch that is pushed next, and the floor to send it with. */
export interface ClaimedNumber {
  seq: number;
  floor: number;
}

/** Batches of one stream that are not answered yet, oldest first. All verbs take their turns, in the order of the calls. */
export interface EvidenceQueue {
  readonly stream: string;
  /** Where batches are kept; undefined until that is known. */
  readonly storage: 'indexeddb' | 'memory' | undefined;
  /**
   * Numbers what a batch carries and keeps it. It is kept once this resolves, or in memory.
   *
   * @param claimed what {@link claim} gave for it
   * @throws CaptureError `ERR_TRANSPORT_STREAM` where the stream is over for this browser; RangeError for more than a batch may hold.
   */
  push(contents: EvidenceContents, claimed?: ClaimedNumber): Promise<number>;
  /**
   * The number that the next batch gets, at once: a page that is put away can not wait. It is that batch's, whatever happens. undefined while there is
   * none; then push without one.
   */
  claim(): ClaimedNumber | undefined;
  /** The oldest batch, ready to be sent; undefined where there is none. @throws CaptureError `ERR_TRANSPORT_STREAM`. */
  head(): Promise<EvidenceBatch | undefined>;
  /** Every batch up to this number is answered, or given up. */
  done(seq: number): Promise<void>;
  /** The stream was opened again: batches below `next` are done with. */
  rebase(next: number): Promise<void>;
  /** Takes out what is in memory, for a queue of another stream. What {@link head} or {@link claim} let be sent is given up: it may have taken effect. */
  withdraw(): EvidenceContents[];
  /** Deletes everything that is kept under this name, or with `own` what is of this stream. Nothing may be called any more. */
  erase(options?: { own?: boolean }): Promise<void>;
  /** Lets go of the database. What is kept stays; nothing may be called any more. */
  close(): void;
}

/**
 * Keeps batches until the server has answered them: sealed in IndexedDB, shared by all tabs, bounded, and outliving the page. Where that can not be had
 * they are in memory, as bounded.
 *
 * @throws TypeError or RangeError for a wrong argument.
 */
export function evidenceQueue(options: EvidenceQueueOptions): EvidenceQueue {
  const { onError, onGivenUp, ...choices } = queueChoices(options);
  assertStream(options);
  const { stream, key, next, indexedDB: factory = globalThis.indexedDB, crypto = globalThis.crypto } = options;

  const memory = evidenceMemory(choices.limits, choices.random);
  let storage: EvidenceQueue['storage'];
  /** Whether batches to come are kept in memory, though the browser may hold older ones. */
  let inMemory = false;
  let closed = false;
  /** Set aside for the next batch, unless one is on its way. */
  let reserved: number | undefined;
  /** The greatest number that this tab had in hand; 0 while the browser gave none out. */
  let top = 0;
  /** Every batch up to it is answered or given up. */
  let floor = next - 1;
  let turn: Promise<unknown> = Promise.resolve();

  const keeping = evidenceKeeping({
    ...choices,
    stream,
    key,
    factory,
    subtle: crypto?.subtle,
    async onOpened(store) {
      setAside(await store.bind(stream, next));
      storage = 'indexeddb';
    },
    onFailed: fallBack,
  });

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work);
    turn = result.catch(ignore);
    return result;
  }

  function setAside(seq: number): void {
    reserved = seq;
    top = Math.max(top, seq);
  }

  function fallBack(cause: unknown): void {
    if (inMemory) {
      return;
    }
    inMemory = true;
    storage = 'memory';
    reserved = undefined;
    memory.leap(Math.max(next, top));
    onError(new CaptureError('ERR_TRANSPORT_STORAGE', 'the browser keeps no evidence: what waits to be sent is in memory', { cause }));
  }

  function giveUp(batches: number): void {
    if (batches > 0) {
      onGivenUp(batches);
    }
  }

  async function putInStore(store: EvidenceStore, text: string, claimed: number | undefined): Promise<number> {
    // 0 is nobody's: a number is set aside first. Nothing can be claimed until it is known which one comes next.
    let seq = claimed ?? reserved ?? 0;
    reserved = undefined;
    try {
      for (;;) {
        const result = await store.put(stream, { seq, ...(await keeping.seal.seal(seq, text)) }, claimed !== undefined);
        if (result === GONE) {
          throw gone();
        }
        if (result.status === 'stored') {
          setAside(result.reserved);
          giveUp(result.dropped);
          return seq;
        }
        seq = result.reserved;
        top = Math.max(top, seq);
      }
    } catch (error) {
      reserved = claimed === undefined && seq > 0 ? seq : undefined;
      throw error;
    }
  }

  async function makeRoom(store: EvidenceStore, error: unknown, text: string, claimed: number | undefined): Promise<number> {
    if ((error as Partial<DOMException> | null)?.name !== 'QuotaExceededError') {
      throw error;
    }
    giveUp(await store.halve(stream));
    return putInStore(store, text, claimed);
  }

  async function push(text: string, claimed: number | undefined): Promise<number> {
    if (closed) {
      throw gone();
    }
    if (!inMemory) {
      try {
        const put = await keeping.use((store) => putInStore(store, text, claimed).catch((error) => makeRoom(store, error, text, claimed)));
        if (put) {
          return put.result;
        }
      } catch (error) {
        if (error instanceof CaptureError) {
          throw error;
        }
        // What the browser holds already may still be read.
        fallBack(error);
        if (error instanceof UnknownFate) {
          // Under another number it could count twice.
          giveUp(1);
          return claimed ?? top;
        }
      }
    }
    const seq = claimed ?? memory.next;
    giveUp(memory.put(seq, text, claimed !== undefined));
    return seq;
  }

  function toBatch(seq: number, text: string): EvidenceBatch {
    // Whatever came before the oldest is answered or given up.
    floor = seq - 1;
    return { version: 1, stream, seq, floor, ...(JSON.parse(text) as EvidenceContents) };
  }

  async function storedHead(store: EvidenceStore): Promise<EvidenceBatch | undefined> {
    // What is found may pass it: until that is known nothing can be claimed.
    const own = reserved;
    reserved = undefined;
    for (;;) {
      const sealed = await store.first(stream, own ?? 0);
      if (sealed === GONE) {
        throw gone();
      }
      if (typeof sealed === 'number') {
        setAside(sealed);
        floor = Math.max(floor, sealed - 1);
        return undefined;
      }
      let text: string;
      try {
        text = await keeping.seal.open(sealed.seq, sealed);
      } catch {
        // Not what was sealed for this number of this stream. What it was can not be said, so the error says nothing either.
        await store.drop(stream, sealed.seq);
        giveUp(1);
        continue;
      }
      reserved = own !== undefined && own > sealed.seq ? own : undefined;
      return toBatch(sealed.seq, text);
    }
  }

  return {
    stream,
    get storage() {
      return storage;
    },
    push(contents, claimed) {
      const text = contentsText(contents);
      return inTurn(() => push(text, claimed?.seq));
    },
    claim() {
      const seq = inMemory ? memory.next : reserved;
      if (seq === undefined || closed) {
        return undefined;
      }
      reserved = undefined;
      if (inMemory) {
        memory.raise(seq + 1);
      }
      return { seq, floor: Math.min(floor, seq - 1) };
    },
    head: () =>
      inTurn(async () => {
        const stored = (await keeping.attempt(storedHead))?.result;
        if (stored) {
          return stored;
        }
        const waiting = memory.first();
        if (waiting) {
          return toBatch(waiting.seq, waiting.text);
        }
        if (inMemory) {
          floor = Math.max(floor, memory.next - 1);
        }
        return undefined;
      }),
    done: (seq) =>
      inTurn(async () => {
        floor = Math.max(floor, seq);
        memory.drop(seq);
        await keeping.attempt((store) => store.drop(stream, seq));
      }),
    rebase: (least) =>
      inTurn(async () => {
        floor = Math.max(floor, least - 1);
        memory.rebase(least);
        await keeping.attempt(async (store) => setAside(await store.bind(stream, least)));
      }),
    withdraw() {
      const { unsent, sent } = memory.withdraw();
      giveUp(sent);
      return unsent.map((text) => JSON.parse(text) as EvidenceContents);
    },
    erase: ({ own = false } = {}) =>
      inTurn(async () => {
        closed = true;
        memory.clear();
        try {
          if (own) {
            await keeping.use((store) => store.clear(stream));
          } else if (factory) {
            // Also what an earlier page left, where this one could not keep anything.
            await eraseEvidence(choices.name, factory, choices.timer);
          }
        } catch (error) {
          fallBack(error);
        } finally {
          keeping.close();
        }
      }),
    close() {
      closed = true;
      memory.clear();
      keeping.close();
    },
  };
}

function ignore(): void {}
