import type { Context } from './context';

interface Held<T> {
  readonly body: Uint8Array;
  readonly value: T;
}

/** Opened records by their place, each with the very bytes that it was made of: it counts while those are what is stored, to the last one. */
export interface HeldRecords<T> {
  get(ctx: Context, place: string, body: Uint8Array): T | undefined;
  set(ctx: Context, place: string, body: Uint8Array, value: T): void;
  forget(ctx: Context, place: string): void;
}

/** @param most records of one server that are held; the least recently used gives way */
export function heldRecords<T>(most: number): HeldRecords<T> {
  const caches = new WeakMap<Context, Map<string, Held<T>>>();

  return {
    get(ctx, place, body) {
      const cache = caches.get(ctx);
      const held = cache?.get(place);
      if (cache === undefined || held === undefined || Buffer.compare(held.body, body) !== 0) {
        return undefined;
      }
      cache.delete(place);
      cache.set(place, held);
      return held.value;
    },
    set(ctx, place, body, value) {
      const cache = caches.get(ctx) ?? new Map<string, Held<T>>();
      caches.set(ctx, cache);
      cache.delete(place);
      cache.set(place, { body: new Uint8Array(body), value });
      if (cache.size > most) {
        cache.delete(cache.keys().next().value as string);
      }
    },
    forget(ctx, place) {
      caches.get(ctx)?.delete(place);
    },
  };
}
