import type { Context } from './context';

/** Most records of one kind that one server holds opened, where nothing else is said; the least recently used gives way. */
export const MOST_CACHED = 500;
/** Most bytes that these have in the store, together. What is made of them takes about as many in memory. */
export const MOST_CACHED_BYTES = 32 * 1_048_576;
const TAG_BYTES = 16;

interface Cached<T> {
  /** The end of the sealed bytes: versions begin anew after an erasure, these never repeat. */
  readonly end: Uint8Array;
  /** Length of the sealed bytes. */
  readonly size: number;
  readonly value: T;
}

interface Cache<T> {
  readonly entries: Map<string, Cached<T>>;
  /** Sum of their sizes. */
  bytes: number;
}

/**
 * What was made of a sealed record of each subject, in memory. The record is still read each time, in the caller's transaction: what is held
 * counts only while the stored bytes are those that it was made of. Values must never be changed in place.
 */
export interface RecordCache<T> {
  /** What was made of these very bytes, if it is still held. */
  get(ctx: Context, subject: string, body: Uint8Array): T | undefined;
  /** Holds it; bytes that never reach the store (their transaction failed) are never asked for. */
  set(ctx: Context, subject: string, body: Uint8Array, value: T): void;
  forget(ctx: Context, subject: string): void;
  forgetAll(ctx: Context): void;
}

/**
 * @param most records that are held, of which fewer are where they are large
 * @param compared last bytes of a record that must be what is stored: their authentication tag, or `Infinity` where a record of which any byte is another must be
 *   refused, as it is where it is opened
 */
export function createRecordCache<T>({
  most = MOST_CACHED,
  compared = TAG_BYTES,
}: {
  most?: number;
  compared?: number;
} = {}): RecordCache<T> {
  const caches = new WeakMap<Context, Cache<T>>();

  function drop(cache: Cache<T>, subject: string): void {
    cache.bytes -= cache.entries.get(subject)?.size ?? 0;
    cache.entries.delete(subject);
  }

  return {
    get(ctx, subject, body) {
      const cache = caches.get(ctx);
      const known = cache?.entries.get(subject);
      if (cache === undefined || known === undefined || Buffer.compare(known.end, body.subarray(-compared)) !== 0) {
        return undefined;
      }
      cache.entries.delete(subject);
      cache.entries.set(subject, known);
      return known.value;
    },
    set(ctx, subject, body, value) {
      let cache = caches.get(ctx);
      if (cache === undefined) {
        cache = { entries: new Map(), bytes: 0 };
        caches.set(ctx, cache);
      }
      drop(cache, subject);
      cache.entries.set(subject, { end: new Uint8Array(body.subarray(-compared)), size: body.length, value });
      cache.bytes += body.length;
      while (cache.entries.size > most || cache.bytes > MOST_CACHED_BYTES) {
        drop(cache, cache.entries.keys().next().value as string);
      }
    },
    forget(ctx, subject) {
      const cache = caches.get(ctx);
      if (cache !== undefined) {
        drop(cache, subject);
      }
    },
    forgetAll(ctx) {
      caches.delete(ctx);
    },
  };
}
