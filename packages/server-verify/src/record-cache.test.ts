import { describe, expect, it } from 'vitest';
import { createRecordCache, MOST_CACHED, MOST_CACHED_BYTES } from './record-cache';
import { testContext } from './testing-context';

/** Bytes of a record that ends in a tag of its own. */
const bytes = (tag: number): Uint8Array => Uint8Array.from({ length: 40 }, (_, i) => (i < 24 ? 1 : tag));

describe('record cache', () => {
  it('gives what was made of these very bytes, for this context and subject', () => {
    const [ctx, other] = [testContext(), testContext()];
    const cache = createRecordCache<string>();
    cache.set(ctx, 'alice', bytes(1), 'one');
    expect(cache.get(ctx, 'alice', bytes(1))).toBe('one');
    expect(cache.get(ctx, 'alice', bytes(2))).toBeUndefined();
    expect(cache.get(ctx, 'bob', bytes(1))).toBeUndefined();
    expect(cache.get(other, 'alice', bytes(1))).toBeUndefined();
    cache.set(ctx, 'alice', bytes(2), 'two');
    expect([cache.get(ctx, 'alice', bytes(1)), cache.get(ctx, 'alice', bytes(2))]).toEqual([undefined, 'two']);
  });

  it('does not change with bytes that are changed afterwards', () => {
    const ctx = testContext();
    const cache = createRecordCache<string>();
    const body = bytes(1);
    cache.set(ctx, 'alice', body, 'one');
    body.fill(9);
    expect(cache.get(ctx, 'alice', body)).toBeUndefined();
    expect(cache.get(ctx, 'alice', bytes(1))).toBe('one');
  });

  it('compares all bytes where it is told to, and the tag alone where it is not', () => {
    const ctx = testContext();
    const [whole, tag] = [createRecordCache<string>({ compared: Number.POSITIVE_INFINITY }), createRecordCache<string>()];
    const given = bytes(1);
    const before = Uint8Array.from(given, (byte, i) => (i === 0 ? byte + 1 : byte));
    for (const cache of [whole, tag]) {
      cache.set(ctx, 'alice', given, 'one');
    }
    expect([whole.get(ctx, 'alice', before), tag.get(ctx, 'alice', before)]).toEqual([undefined, 'one']);
    expect(whole.get(ctx, 'alice', given.slice(1))).toBeUndefined();
    given[0] = 9;
    expect(whole.get(ctx, 'alice', bytes(1))).toBe('one');
  });

  it('does not hold the memory that a database gave its bytes in', () => {
    const ctx = testContext();
    const cache = createRecordCache<string>();
    const given = Buffer.from(bytes(1));
    cache.set(ctx, 'alice', given, 'one');
    given.fill(9);
    expect(cache.get(ctx, 'alice', bytes(1))).toBe('one');
  });

  it('forgets one subject, or all', () => {
    const ctx = testContext();
    const cache = createRecordCache<string>();
    for (const subject of ['alice', 'bob', 'carol']) {
      cache.set(ctx, subject, bytes(1), subject);
    }
    cache.forget(ctx, 'alice');
    expect([cache.get(ctx, 'alice', bytes(1)), cache.get(ctx, 'bob', bytes(1))]).toEqual([undefined, 'bob']);
    cache.forgetAll(ctx);
    expect(cache.get(ctx, 'bob', bytes(1))).toBeUndefined();
  });

  it('holds as many as it is told to, the last ones used', () => {
    const ctx = testContext();
    const cache = createRecordCache<number>({ most: MOST_CACHED + 1 });
    for (let i = 0; i <= MOST_CACHED; i++) {
      cache.set(ctx, `c${i}`, bytes(1), i);
    }
    expect(cache.get(ctx, 'c0', bytes(1))).toBe(0);
    cache.set(ctx, 'more', bytes(1), -1);
    expect([cache.get(ctx, 'c0', bytes(1)), cache.get(ctx, 'c1', bytes(1))]).toEqual([0, undefined]);
  });

  it('holds no more bytes than it may, whatever their records become', () => {
    const ctx = testContext();
    const cache = createRecordCache<number>();
    const size = 150_000;
    const body = (tag: number) => new Uint8Array(size).fill(tag);
    const most = Math.floor(MOST_CACHED_BYTES / size);
    expect(most).toBeLessThan(MOST_CACHED);
    // One that is replaced counts once, and one that is forgotten not at all.
    for (let i = 0; i < 300; i++) {
      cache.set(ctx, 'again', body(i), i);
    }
    cache.set(ctx, 'gone', body(1), 0);
    cache.forget(ctx, 'gone');
    cache.forget(ctx, 'never');
    for (let i = 0; i < most - 1; i++) {
      cache.set(ctx, `c${i}`, body(1), i);
    }
    expect(cache.get(ctx, 'again', body(299))).toBe(299);
    cache.set(ctx, 'one-more', body(1), -1);
    expect([cache.get(ctx, 'c0', body(1)), cache.get(ctx, 'c1', body(1)), cache.get(ctx, 'one-more', body(1))]).toEqual([undefined, 1, -1]);
    cache.set(ctx, 'small', bytes(1), 7);
    cache.set(ctx, 'huge', new Uint8Array(MOST_CACHED_BYTES + 1), 8);
    expect([cache.get(ctx, 'small', bytes(1)), cache.get(ctx, 'huge', new Uint8Array(MOST_CACHED_BYTES + 1))]).toEqual([
      undefined,
      undefined,
    ]);
    cache.set(ctx, 'small', bytes(1), 9);
    expect(cache.get(ctx, 'small', bytes(1))).toBe(9);
  });

  it('holds 500, and lets the least recently used go', () => {
    const ctx = testContext();
    const cache = createRecordCache<number>();
    for (let i = 0; i < 500; i++) {
      cache.set(ctx, `c${i}`, bytes(1), i);
    }
    expect(cache.get(ctx, 'c0', bytes(1))).toBe(0);
    cache.set(ctx, 'one-more', bytes(1), 500);
    expect(cache.get(ctx, 'c1', bytes(1))).toBeUndefined();
    expect([cache.get(ctx, 'c0', bytes(1)), cache.get(ctx, 'c2', bytes(1))]).toEqual([0, 2]);
  });
});
