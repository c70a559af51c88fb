import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { importDataKey } from './data-key';
import { pseudonym } from './pseudonym';
import { seededRandom, testKey, thrownBy } from './seeded-random.test-support';

describe('pseudonym', () => {
  it('is HMAC-SHA-256 over the length-prefixed kind and value', () => {
    const bytes = seededRandom(8)(32);
    const subKey = Buffer.from(hkdfSync('sha256', bytes, new Uint8Array(0), '@tacit-auth/crypto/1/own/pseudonym', 32));
    const message = Buffer.concat([Buffer.from([0, 0, 0, 5]), Buffer.from('email'), Buffer.from([0, 0, 0, 5]), Buffer.from('a@b.c')]);
    expect(pseudonym({ key: importDataKey(bytes), kind: 'email', value: 'a@b.c' })).toBe(
      createHmac('sha256', subKey).update(message).digest('base64url'),
    );
  });

  it('is the same each time, and differs by key, kind and value', () => {
    const key = testKey();
    const all = [
      pseudonym({ key, kind: 'email', value: 'a' }),
      pseudonym({ key, kind: 'emaila', value: 'a' }),
      pseudonym({ key, kind: 'email', value: 'A' }),
      pseudonym({ key, kind: 'email', value: 'aa' }),
      pseudonym({ key: testKey(2), kind: 'email', value: 'a' }),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(pseudonym({ key: testKey(), kind: 'email', value: 'a' })).toBe(all[0]);
    for (const one of all) expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it.each<[object, new () => Error, string]>([
    [{ value: '' }, RangeError, 'value'],
    [{ value: 'x'.repeat(1025) }, RangeError, 'value'],
    [{ value: '\udc00' }, RangeError, 'value'],
    [{ value: 5 }, TypeError, 'value'],
    [{ kind: 'e mail' }, RangeError, 'kind'],
    [{ key: 'k' }, TypeError, 'key'],
  ])('refuses %o', (change, kind, named) => {
    const error = thrownBy(() => pseudonym({ key: testKey(), kind: 'email', value: 'a', ...change } as never));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(named);
  });
});
