import { describe, expect, it } from 'vitest';
import { type CallbackKeyOptions, callbackKey } from './callback-key';
import { CryptoError } from './errors';
import { thrownBy } from './seeded-random.test-support';

// A key service that keeps what it wrapped, and gives it back for the same associated data only.
function service(): { kept: Map<string, Uint8Array>; options: CallbackKeyOptions } {
  const kept = new Map<string, Uint8Array>();
  const handle = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return {
    kept,
    options: {
      id: 'kms-1',
      async wrap(dataKey, aad, keyId) {
        const bytes = new TextEncoder().encode(`vault:v1:${kept.size}`);
        kept.set(`${handle(bytes)}|${handle(aad)}|${keyId}`, dataKey.slice());
        return bytes;
      },
      async unwrap(wrapped, aad, keyId) {
        const dataKey = kept.get(`${handle(wrapped)}|${handle(aad)}|${keyId}`);
        if (dataKey === undefined) throw new Error('403 from the service');
        return dataKey.slice();
      },
    },
  };
}

const aad = new Uint8Array([1, 2]);
const dataKey = new Uint8Array(32).fill(7);

describe('callbackKey', () => {
  it('hands data key, associated data and id to the functions', async () => {
    const provider = callbackKey(service().options);
    const wrapped = await provider.wrap(dataKey, aad);
    expect([wrapped.keyId, await provider.currentId()]).toEqual(['kms-1', 'kms-1']);
    expect(await provider.unwrap(wrapped, aad)).toEqual(dataKey);
  });

  it('asks for the id each time when it is a function, and opens the ids named as previous', async () => {
    let id = 'v1';
    const { options } = service();
    const provider = callbackKey({ ...options, id: async () => id, previousIds: ['v1'] });
    const old = await provider.wrap(dataKey, aad);
    id = 'v2';
    const now = await provider.wrap(dataKey, aad);
    expect([old.keyId, now.keyId]).toEqual(['v1', 'v2']);
    expect(await provider.unwrap(old, aad)).toEqual(dataKey);
    await expect(provider.unwrap({ ...old, keyId: 'v0' }, aad)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' });
  });

  it('keeps what the service threw as the cause, and lets coded errors through', async () => {
    const { options } = service();
    await expect(callbackKey(options).unwrap({ keyId: 'kms-1', bytes: new Uint8Array(1) }, aad)).rejects.toMatchObject({
      code: 'ERR_KEY_PROVIDER',
      field: 'unwrap',
      cause: { message: '403 from the service' },
    });
    const coded = new CryptoError('ERR_KEY_UNWRAP', 'no');
    const refusing = callbackKey({
      ...options,
      unwrap() {
        throw coded;
      },
    });
    await expect(refusing.unwrap({ keyId: 'kms-1', bytes: new Uint8Array(1) }, aad)).rejects.toBe(coded);
  });

  it.each<[string, Partial<Record<'id' | 'wrap' | 'unwrap', () => unknown>>]>([
    ['a wrap that returns text', { wrap: () => 'vault:v1' }],
    ['a wrap that returns nothing', { wrap: () => new Uint8Array(0) }],
    ['a wrap that returns too much', { wrap: () => new Uint8Array(4097) }],
    ['an id that is none', { id: () => 'a.b' }],
    ['an id that fails', { id: () => Promise.reject(new Error('down')) }],
  ])('refuses %s', async (_, change) => {
    const provider = callbackKey({ ...service().options, ...change } as CallbackKeyOptions);
    await expect(provider.wrap(dataKey, aad)).rejects.toMatchObject({ code: 'ERR_KEY_PROVIDER' });
  });

  it.each([new Uint8Array(31), new Uint8Array(33), 'x'.repeat(32), null])('refuses an unwrap that returns %o', async (value) => {
    const provider = callbackKey({ ...service().options, unwrap: () => value as Uint8Array });
    await expect(provider.unwrap({ keyId: 'kms-1', bytes: new Uint8Array(1) }, aad)).rejects.toMatchObject({ code: 'ERR_KEY_PROVIDER' });
  });

  it.each<[object, new () => Error]>([
    [{ id: '' }, RangeError],
    [{ id: 5 }, TypeError],
    [{ previousIds: ['a b'] }, RangeError],
    [{ previousIds: 'a' }, TypeError],
    [{ wrap: undefined }, TypeError],
    [{ unwrap: 'x' }, TypeError],
  ])('refuses %o', (change, kind) => {
    expect(thrownBy(() => callbackKey({ ...service().options, ...change } as never))).toBeInstanceOf(kind);
  });
});
