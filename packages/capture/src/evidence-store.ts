import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import type { SealedText } from './evidence-seal';
import { inTime } from './in-time';
import type { Timer } from './timer';

/** Most that a queue holds. */
export interface EvidenceQueueLimits {
  /** Bytes as they are kept: 1,024-67,108,864; 2 MiB by default. */
  maxBytes?: number;
  /** 1-100,000; 500 by default. */
  maxBatches?: number;
}

interface StoredBatch extends SealedText {
  seq: number;
}

interface StoredStream {
  id: 'stream';
  stream: string;
  /** The least number that no tab has given to a batch, or set aside. */
  next: number;
  /** The greatest number up to which the server may have been told that nothing more comes: what was set aside below is good for nothing. */
  passed: number;
  count: number;
  bytes: number;
}

interface EvidenceSchema extends DBSchema {
  batches: { key: number; value: StoredBatch };
  streams: { key: string; value: StoredStream };
}

type Transaction = IDBPTransaction<EvidenceSchema, ('batches' | 'streams')[], 'readwrite'>;

/** A queue was given up, by another tab or by the browser: nothing of its stream is kept any more. */
export const GONE = 'gone';

export type PutResult =
  | { status: 'stored'; reserved: number; dropped: number }
  /** The number was passed: nothing was stored, and this one is set aside instead. */
  | { status: 'moved'; reserved: number };

/** How long the browser may take to open its database, and for each transaction, in ms. Some never answer. */
const STORE_MS = 5_000;

/** A transaction took too long, and too far to be undone: nobody knows whether it has happened. */
export class UnknownFate extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Sealed batches of one stream, kept by the browser. Every verb is one transaction: it has happened whole, or not at all. One that takes more than 5 s is
 * undone and throws a `TimeoutError`: {@link UnknownFate} where it can not be undone any more.
 */
export interface EvidenceStore {
  /**
   * Begins or goes on with a stream; of any other nothing is left. Batches below `next` are done with.
   *
   * @returns the number that is set aside for this tab's next batch
   */
  bind(stream: string, next: number): Promise<number>;
  /** @param claimed whether it may have been sent already under this number, so that no other will do. */
  put(stream: string, batch: StoredBatch, claimed: boolean): Promise<PutResult | typeof GONE>;
  /**
   * The oldest batch. Where there is none, the number that is set aside for this tab's next batch: `reserved`, or another one where that was passed. All numbers before
   * what is returned are passed.
   */
  first(stream: string, reserved: number): Promise<StoredBatch | typeof GONE | number>;
  /** Deletes every batch up to this number, which is passed. */
  drop(stream: string, upTo: number): Promise<void>;
  /** Deletes the oldest half. */
  halve(stream: string): Promise<number>;
  /** Deletes what is kept of this stream. */
  clear(stream: string): Promise<void>;
  /** Deletes everything, the database as well where no other tab holds it open. */
  erase(): Promise<void>;
  close(): void;
}

export interface EvidenceStoreOptions {
  name: string;
  limits: Required<EvidenceQueueLimits>;
  factory: IDBFactory;
  timer: Timer;
  /** The browser closed it, or another tab wants it deleted. */
  onClosed: () => void;
}

/**
 * Numbers that are left out where it is not known which ones were sent: what an earlier page, or a lost store, may still have on its way then meets
 * a number that the server has passed, and not one that means another batch.
 */
export const LEAP = 64;

/** @throws DOMException where the browser keeps nothing, or not now. */
export async function openEvidenceStore({ name, limits, factory, timer, onClosed }: EvidenceStoreOptions): Promise<EvidenceStore> {
  // Loaded by the pages that keep evidence, and by no others.
  const { wrap } = await inTime(import('idb'), timer, STORE_MS, 'loading what opens the database', () => undefined);
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('batches', { keyPath: 'seq' });
    request.result.createObjectStore('streams', { keyPath: 'id' });
  };
  const opening = wrap(request) as Promise<unknown> as Promise<IDBPDatabase<EvidenceSchema>>;
  const db = await inTime(opening, timer, STORE_MS, 'opening the database', () => {
    // Nobody waits for it any more: it is not to stand in the way of another tab that deletes it.
    request.addEventListener('success', () => request.result.close());
  });
  db.onversionchange = () => {
    db.close();
    onClosed();
  };
  db.onclose = onClosed;

  /** False where it is undone already, or done. */
  function undo(tx: Transaction): boolean {
    try {
      tx.abort();
      return true;
    } catch {
      return false;
    }
  }

  async function transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const tx = db.transaction(['batches', 'streams'], 'readwrite');
    const working = work(tx);
    // What could not be asked for leaves the rest of it as it was.
    working.catch(() => undo(tx));
    // Both: a request that fails fails the transaction too, and neither may go unheard.
    const [result] = await inTime(Promise.all([working, tx.done]), timer, STORE_MS, 'a transaction of the database', () => {
      if (!undo(tx)) {
        throw new UnknownFate('the database did not say in time whether it has kept what it was given');
      }
    });
    return result;
  }

  async function streamOf(tx: Transaction, stream: string): Promise<StoredStream | undefined> {
    const kept = await tx.objectStore('streams').get('stream');
    return kept?.stream === stream ? kept : undefined;
  }

  /** Deletes the oldest batches while `enough` does not hold of what is left. */
  async function shorten(tx: Transaction, kept: StoredStream, enough: (oldest: number) => boolean): Promise<number> {
    let dropped = 0;
    let cursor = await tx.objectStore('batches').openCursor();
    while (cursor && !enough(cursor.key)) {
      kept.count--;
      kept.bytes -= sizeOf(cursor.value);
      dropped++;
      await cursor.delete();
      cursor = await cursor.continue();
    }
    return dropped;
  }

  async function empty(tx: Transaction): Promise<void> {
    await tx.objectStore('batches').clear();
    await tx.objectStore('streams').clear();
  }

  return {
    bind: (stream, next) =>
      transaction(async (tx) => {
        let kept = await streamOf(tx, stream);
        if (kept === undefined) {
          await empty(tx);
          kept = { id: 'stream', stream, next: 1, passed: 0, count: 0, bytes: 0 };
        }
        await shorten(tx, kept, (oldest) => oldest >= next);
        const reserved = kept.next >= next ? kept.next : next + LEAP;
        await tx.objectStore('streams').put({ ...kept, next: reserved + 1, passed: Math.max(kept.passed, next - 1) });
        return reserved;
      }),
    put: (stream, batch, claimed) =>
      transaction(async (tx): Promise<PutResult | typeof GONE> => {
        const kept = await streamOf(tx, stream);
        if (kept === undefined) {
          return GONE;
        }
        const streams = tx.objectStore('streams');
        if (!claimed && batch.seq <= kept.passed) {
          await streams.put({ ...kept, next: kept.next + 1 });
          return { status: 'moved', reserved: kept.next };
        }
        const size = sizeOf(batch);
        const dropped = await shorten(
          tx,
          kept,
          () => kept.count < limits.maxBatches && (kept.bytes + size <= limits.maxBytes || kept.count === 0),
        );
        await tx.objectStore('batches').put(batch);
        const reserved = Math.max(kept.next, batch.seq + 1);
        await streams.put({ ...kept, next: reserved + 1, count: kept.count + 1, bytes: kept.bytes + size });
        return { status: 'stored', reserved, dropped };
      }),
    first: (stream, reserved) =>
      transaction(async (tx) => {
        const kept = await streamOf(tx, stream);
        if (kept === undefined) {
          return GONE;
        }
        const oldest = (await tx.objectStore('batches').openCursor())?.value;
        const place = oldest?.seq ?? (reserved > kept.passed ? reserved : kept.next);
        const next = oldest ? kept.next : Math.max(kept.next, place + 1);
        if (place - 1 > kept.passed || next > kept.next) {
          await tx.objectStore('streams').put({ ...kept, next, passed: Math.max(kept.passed, place - 1) });
        }
        return oldest ?? place;
      }),
    drop: (stream, upTo) =>
      transaction(async (tx) => {
        const kept = await streamOf(tx, stream);
        if (kept) {
          await shorten(tx, kept, (oldest) => oldest > upTo);
          await tx.objectStore('streams').put({ ...kept, next: Math.max(kept.next, upTo + 1), passed: Math.max(kept.passed, upTo) });
        }
      }),
    halve: (stream) =>
      transaction(async (tx) => {
        const kept = await streamOf(tx, stream);
        const half = (kept?.count ?? 0) / 2;
        const dropped = kept ? await shorten(tx, kept, () => kept.count <= half) : 0;
        if (kept && dropped > 0) {
          await tx.objectStore('streams').put(kept);
        }
        return dropped;
      }),
    clear: (stream) =>
      transaction(async (tx) => {
        if (await streamOf(tx, stream)) {
          await empty(tx);
        }
      }),
    async erase() {
      await transaction(empty);
      db.close();
      const deletion = factory.deleteDatabase(name);
      const deleted = new Promise<void>((resolve, reject) => {
        deletion.onsuccess = deletion.onblocked = () => resolve();
        deletion.onerror = () => reject(deletion.error);
      });
      // It is empty already.
      await inTime(deleted, timer, STORE_MS, 'deleting the database', () => undefined);
    },
    close: () => db.close(),
  };
}

function sizeOf({ nonce, sealed }: SealedText): number {
  return nonce.byteLength + sealed.byteLength;
}
