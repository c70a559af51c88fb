import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cachedSubKey, importDataKey, keyState } from './data-key';
import { seededRandom, testKey, thrownBy, toHex } from './seeded-random.test-support';

const bytes = seededRandom(4)(32);

describe('data key', () => {
  it.each<[string, (key: object) => unknown]>([
    ['JSON.stringify', (key) => JSON.stringify({ key })],
    ['String', (key) => String(key)],
    ['util.inspect', (key) => inspect(key, { showHidden: true, depth: null, getters: true })],
    ['spread', (key) => JSON.stringify({ ...key })],
    ['own names', (key) => JSON.stringify([...Object.getOwnPropertyNames(key), ...Object.getOwnPropertySymbols(key).map(String)])],
    ['structured clone', (key) => inspect(structuredClone(key), { showHidden: true })],
    ['error text', (key) => inspect(new Error(`bad key ${key}`, { cause: key }))],
  ])('does not leak through %s', (_, show) => {
    const key = importDataKey(bytes);
    cachedSubKey(key, 'label');
    const shown = String(show(key)).replace(/[^0-9a-zA-Z_-]/g, '');
    const forms = [toHex(bytes), Buffer.from(bytes).toString('base64url'), [...bytes].join(''), `${bytes[0]}${bytes[1]}${bytes[2]}`];
    for (const form of forms) expect(shown).not.toContain(form);
  });

  it('copies what it is given, Buffers included', () => {
    const given = Buffer.from(bytes);
    const key = importDataKey(given);
    const before = toHex(cachedSubKey(key, 'a'));
    given.fill(0);
    expect(toHex(cachedSubKey(key, 'b'))).toBe(toHex(cachedSubKey(importDataKey(bytes), 'b')));
    expect(toHex(cachedSubKey(key, 'a'))).toBe(before);
  });

  it('wipes itself and everything derived from it', () => {
    const key = testKey();
    const derived = cachedSubKey(key, 'label');
    const held = keyState(key).bytes;
    expect(key.destroyed).toBe(false);
    key.destroy();
    key.destroy();
    expect(key.destroyed).toBe(true);
    expect([...derived, ...held].every((byte) => byte === 0)).toBe(true);
    expect(thrownBy(() => cachedSubKey(key, 'label'))).toMatchObject({ code: 'ERR_KEY_DESTROYED', field: 'key' });
  });

  it('keeps few sub-keys and gives the same ones after they were dropped', () => {
    const key = testKey();
    const first = toHex(cachedSubKey(key, 'label 0'));
    for (let i = 1; i < 500; i++) cachedSubKey(key, `label ${i}`);
    expect(keyState(key).subKeys.size).toBe(32);
    expect(toHex(cachedSubKey(key, 'label 0'))).toBe(first);
  });

  it.each([
    [new Uint8Array(31), RangeError],
    [new Uint8Array(33), RangeError],
    ['x'.repeat(32), TypeError],
    [undefined, TypeError],
  ])('refuses %s as bytes', (value, kind) => {
    expect(thrownBy(() => importDataKey(value as Uint8Array))).toBeInstanceOf(kind);
  });

  it.each([undefined, null, 'key', {}, Object.create(testKey())])('is not imitated by %s', (value) => {
    expect(thrownBy(() => keyState(value))).toBeInstanceOf(TypeError);
  });
});
