import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { generateKey, keyListProvider, parseKeyList } from './key-list';
import { seededRandom, thrownBy, toHex } from './seeded-random.test-support';

describe('generateKey', () => {
  it('makes a value that parses, another one each time', () => {
    const values = Array.from({ length: 20 }, () => generateKey());
    expect(new Set(values).size).toBe(20);
    for (const value of values) {
      expect(value).toMatch(/^k-[A-Za-z0-9_-]{8}:[A-Za-z0-9_-]{43}$/);
      expect(parseKeyList(value, 'test').size).toBe(1);
    }
  });

  it('takes an id', () => {
    expect(generateKey({ id: '2025-01', random: seededRandom(1) })).toMatch(/^2025-01:/);
    expect(thrownBy(() => generateKey({ id: 'a:b' }))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => generateKey({ id: 5 as never }))).toBeInstanceOf(TypeError);
  });
});

describe('wrapping with a key list', () => {
  const list = parseKeyList(generateKey({ id: 'a', random: seededRandom(1) }), 'test');
  const provider = keyListProvider(() => list, { random: seededRandom(2) });
  const dataKey = seededRandom(3)(32);
  const aad = seededRandom(4)(20);

  it('is bound to every byte, the associated data and the id', async () => {
    const wrapped = await provider.wrap(dataKey, aad);
    expect(wrapped.bytes.length).toBe(73);
    expect(toHex(wrapped.bytes)).not.toContain(toHex(dataKey).slice(0, 8));
    expect(await provider.unwrap(wrapped, aad)).toEqual(dataKey);
    for (let i = 0; i < wrapped.bytes.length; i++) {
      const bytes = wrapped.bytes.slice();
      bytes[i]! ^= 1;
      expect(thrownBy(() => provider.unwrap({ keyId: 'a', bytes }, aad))).toMatchObject({ code: 'ERR_KEY_UNWRAP' });
    }
    expect(thrownBy(() => provider.unwrap({ keyId: 'a', bytes: wrapped.bytes.subarray(0, 72) }, aad))).toMatchObject({
      code: 'ERR_KEY_UNWRAP',
    });
    expect(thrownBy(() => provider.unwrap(wrapped, aad.subarray(1)))).toMatchObject({ code: 'ERR_KEY_UNWRAP' });
    expect(thrownBy(() => provider.unwrap({ ...wrapped, keyId: 'b' }, aad))).toMatchObject({ code: 'ERR_KEY_UNKNOWN' });
  });

  it('does not open the same key material under another id', async () => {
    const value = generateKey({ id: 'a', random: seededRandom(1) });
    const renamed = parseKeyList(`z${value.slice(1)}`, 'test');
    const wrapped = await provider.wrap(dataKey, aad);
    const error = thrownBy(() => keyListProvider(() => renamed, {}).unwrap({ ...wrapped, keyId: 'z' }, aad));
    expect(error).toMatchObject({ code: 'ERR_KEY_UNWRAP' });
  });

  it('does not show its keys', () => {
    const encoded = generateKey({ id: 'a', random: seededRandom(1) }).slice(2);
    expect(inspect([list, provider], { showHidden: true, depth: null })).not.toContain(encoded.slice(0, 8));
  });
});
