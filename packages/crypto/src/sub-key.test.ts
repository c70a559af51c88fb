import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { importDataKey } from './data-key';
import { seededRandom, testKey, thrownBy, toHex } from './seeded-random.test-support';
import { ownSubKey, subKey } from './sub-key';

describe('subKey', () => {
  it('is HKDF-SHA-256 with the documented label', () => {
    const bytes = seededRandom(3)(32);
    const expected = Buffer.from(hkdfSync('sha256', bytes, new Uint8Array(0), '@tacit-auth/crypto/1/purpose/offline-queue', 32));
    expect(toHex(subKey(importDataKey(bytes), 'offline-queue'))).toBe(expected.toString('hex'));
  });

  it('differs by purpose, by key, and from the keys used inside', () => {
    const key = testKey();
    const all = [subKey(key, 'a'), subKey(key, 'b'), subKey(testKey(2), 'a'), ownSubKey(key, 'a'), subKey(key, 'own/a')].map(toHex);
    expect(new Set(all).size).toBe(all.length);
  });

  it('gives copies: writing to one changes nothing', () => {
    const key = testKey();
    const first = subKey(key, 'a');
    const before = toHex(first);
    first.fill(0);
    expect(toHex(subKey(key, 'a'))).toBe(before);
  });

  it.each([
    ['', RangeError],
    ['a b', RangeError],
    ['x'.repeat(65), RangeError],
    [7, TypeError],
  ])('refuses the purpose %s', (purpose, kind) => {
    const error = thrownBy(() => subKey(testKey(), purpose as string));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain('purpose');
  });
});
