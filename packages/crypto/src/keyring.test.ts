import { describe, expect, it } from 'vitest';
import { envKey } from './env-key';
import { generateKey } from './key-list';
import type { KeyProvider } from './key-provider';
import { keyring } from './keyring';
import { open, seal } from './sealed-record';
import { seededRandom, toHex } from './seeded-random.test-support';
import { subKey } from './sub-key';

const keyA = generateKey({ id: 'a', random: seededRandom(1) });
const keyB = generateKey({ id: 'b', random: seededRandom(2) });
const ringOf = (value: string) => keyring({ provider: envKey('K', { env: { K: value } }) });
const context = { subject: 'customer-1', purpose: 'data-key' };
const other = { subject: 'customer-2', purpose: 'data-key' };

describe('keyring', () => {
  it('gives back the same key under the same context', async () => {
    const ring = ringOf(keyA);
    const { key, wrapped } = await ring.createDataKey({ context });
    expect(wrapped).toMatch(/^1\.a\.[A-Za-z0-9_-]{98}$/);
    const sealed = seal({ key, context, plaintext: new Uint8Array([1, 2, 3]) });
    const again = await ring.unwrapDataKey({ wrapped, context });
    expect(open({ key: again, context, sealed })).toEqual(new Uint8Array([1, 2, 3]));
    key.destroy();
    expect(again.destroyed).toBe(false);
  });

  it('makes another key each time', async () => {
    const ring = ringOf(keyA);
    const made = await Promise.all(Array.from({ length: 10 }, () => ring.createDataKey({ context })));
    expect(new Set(made.map(({ key }) => toHex(subKey(key, 'x')))).size).toBe(10);
  });

  it('is deterministic with an injected source', async () => {
    const make = async () => {
      const provider = envKey('K', { env: { K: keyA }, random: seededRandom(3) });
      return (await keyring({ provider, random: seededRandom(4) }).createDataKey({ context })).wrapped;
    };
    expect(await make()).toBe(await make());
  });

  it('refuses another context', async () => {
    const ring = ringOf(keyA);
    const { wrapped } = await ring.createDataKey({ context });
    await expect(ring.unwrapDataKey({ wrapped, context: other })).rejects.toMatchObject({ code: 'ERR_KEY_UNWRAP' });
    await expect(ring.unwrapDataKey({ wrapped, context: { ...context, purpose: 'else' } })).rejects.toMatchObject({
      code: 'ERR_KEY_UNWRAP',
    });
    await expect(ring.unwrapDataKey({ wrapped, context: { ...context, version: 2 } })).rejects.toMatchObject({ code: 'ERR_KEY_UNWRAP' });
    await expect(ringOf(`${keyB},${keyA}`).rewrapDataKey({ wrapped, context: other })).rejects.toMatchObject({ code: 'ERR_KEY_UNWRAP' });
  });

  it('rotates without downtime: add, promote, rewrap, remove', async () => {
    const { key, wrapped } = await ringOf(keyA).createDataKey({ context });
    const added = ringOf(`${keyA},${keyB}`);
    expect(await added.rewrapDataKey({ wrapped, context })).toEqual({ wrapped, changed: false });
    const promoted = ringOf(`${keyB},${keyA}`);
    const moved = await promoted.rewrapDataKey({ wrapped, context });
    expect(moved.changed).toBe(true);
    expect(moved.wrapped).toMatch(/^1\.b\./);
    // A server that has not been told of the promotion still opens what the promoted one wrote.
    for (const ring of [added, promoted, ringOf(keyB)]) {
      const again = await ring.unwrapDataKey({ wrapped: moved.wrapped, context });
      expect(toHex(subKey(again, 'x'))).toBe(toHex(subKey(key, 'x')));
    }
    expect(await ringOf(keyB).rewrapDataKey({ wrapped: moved.wrapped, context })).toEqual({ wrapped: moved.wrapped, changed: false });
    await expect(ringOf(keyB).unwrapDataKey({ wrapped, context })).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN', field: 'wrapped' });
    await expect(ringOf(keyB).rewrapDataKey({ wrapped, context })).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' });
  });

  it.each([
    '',
    '1',
    '1.a',
    '1.a.',
    '2.a.AAAA',
    '1.a.AAAA.x',
    '1.a b.AAAA',
    '1.a.AA=',
    '1..AAAA',
    `1.a.${'A'.repeat(6000)}`,
    `1.${'a'.repeat(65)}.AAAA`,
  ])('refuses %j as a wrapped key', async (wrapped) => {
    await expect(ringOf(keyA).unwrapDataKey({ wrapped, context })).rejects.toMatchObject({ code: 'ERR_KEY_MALFORMED' });
    await expect(ringOf(keyA).rewrapDataKey({ wrapped, context })).rejects.toMatchObject({ code: 'ERR_KEY_MALFORMED' });
  });

  it('wipes the copy that a provider was given', async () => {
    const seen: Uint8Array[] = [];
    const inner = envKey('K', { env: { K: keyA } });
    const provider: KeyProvider = {
      currentId: () => inner.currentId(),
      wrap(dataKey, aad) {
        seen.push(dataKey);
        return inner.wrap(dataKey, aad);
      },
      unwrap: (wrapped, aad) => inner.unwrap(wrapped, aad),
    };
    const { key } = await keyring({ provider }).createDataKey({ context });
    expect(toHex(seen[0]!)).toBe('00'.repeat(32));
    expect(toHex(subKey(key, 'x'))).toHaveLength(64);
  });

  it.each<[string, Partial<Record<keyof KeyProvider, () => unknown>>]>([
    ['an id with a dot', { wrap: () => ({ keyId: 'a.b', bytes: new Uint8Array(3) }) }],
    ['no bytes', { wrap: () => ({ keyId: 'a', bytes: new Uint8Array(0) }) }],
    ['text for bytes', { wrap: () => ({ keyId: 'a', bytes: 'abc' }) }],
  ])('refuses a provider that wraps to %s', async (_, change) => {
    const provider = { ...envKey('K', { env: { K: keyA } }), ...change } as KeyProvider;
    await expect(keyring({ provider }).createDataKey({ context })).rejects.toMatchObject({ code: 'ERR_KEY_PROVIDER' });
  });

  it('refuses a provider that unwraps to something that is no key', async () => {
    const inner = envKey('K', { env: { K: keyA } });
    const { wrapped } = await keyring({ provider: inner }).createDataKey({ context });
    const provider = { ...inner, unwrap: () => new Uint8Array(16) };
    await expect(keyring({ provider }).unwrapDataKey({ wrapped, context })).rejects.toMatchObject({ code: 'ERR_KEY_PROVIDER' });
  });

  it('refuses wrong arguments', async () => {
    const provider = envKey('K', { env: { K: keyA } });
    expect(() => keyring({ provider: {} as KeyProvider })).toThrow(new TypeError('provider.wrap must be a function'));
    expect(() => keyring({ provider, random: 5 as never })).toThrow(TypeError);
    await expect(keyring({ provider }).createDataKey({} as never)).rejects.toThrow(new TypeError('context must be an object'));
    await expect(keyring({ provider }).unwrapDataKey({ wrapped: 5 as never, context })).rejects.toThrow(TypeError);
    const short = keyring({ provider, random: () => new Uint8Array(16) });
    await expect(short.createDataKey({ context })).rejects.toMatchObject({ code: 'ERR_RANDOM' });
  });
});
