import type { Context } from './context';

/** Most records of one kind that one server holds opened; the least recently used gives way. */
const MOST_CACHED = 500;
const TAG_BYTES = 16;

interface Cached<T> {
  /** The end of the sealed bytes, their authentication tag: versions begin anew after an erasure, tags never repeat. */
  readonly tag: Uint8Array;
  readonly value: T;
}

/**
 * What was made of a sealed record of each customer, in memory. The record is still read each time, in the caller's transaction: what is held
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

export function createRecordCache<T>(): RecordCache<T> {
  const caches = new WeakMap<Context, Map<string, Cached<T>>>();

  return {
    get(ctx, subject, body) {
      const cache = caches.get(ctx);
      const known = cache?.get(subject);
      if (cache === undefined || known === undefined || Buffer.compare(known.tag, body.subarray(-TAG_BYTES)) !== 0) {
        return undefined;
      }
      cache.delete(subject);
      cache.set(subject, known);
      return known.value;
    },
    set(ctx, subject, body, value) {
      let cache = caches.get(ctx);
      if (cache === undefined) {
        cache = new Map();
        caches.set(ctx, cache);
      }
      cache.delete(subject);
      cache.set(subject, { tag: body.slice(-TAG_BYTES), value });
      if (cache.size > MOST_CACHED) {
        cache.delete(cache.keys().next().value as string);
      }
    },
    forget(ctx, subject) {
      caches.get(ctx)?.delete(subject);
    },
    forgetAll(ctx) {
      caches.delete(ctx);
    },
  };
}
