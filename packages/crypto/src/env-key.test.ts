import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { envKey } from './env-key';
import { generateKey } from './key-list';
import { seededRandom, thrownBy } from './seeded-random.test-support';

const first = generateKey({ id: 'a', random: seededRandom(1) });
const second = generateKey({ id: 'b', random: seededRandom(2) });
const key = first.slice(2);

describe('envKey', () => {
  it('wraps with the first key and unwraps with any', async () => {
    const aad = new Uint8Array([1]);
    const dataKey = seededRandom(3)(32);
    const old = envKey('K', { env: { K: second } });
    const wrapped = await old.wrap(dataKey, aad);
    const rotated = envKey('K', { env: { K: ` ${first} ,\n${second}\n` } });
    expect([wrapped.keyId, await rotated.currentId()]).toEqual(['b', 'a']);
    expect(await rotated.unwrap(wrapped, aad)).toEqual(dataKey);
  });

  it('reads process.env by default', () => {
    process.env.TACIT_CRYPTO_TEST_KEY = first;
    expect(envKey('TACIT_CRYPTO_TEST_KEY').currentId()).toBe('a');
    delete process.env.TACIT_CRYPTO_TEST_KEY;
    expect(thrownBy(() => envKey('TACIT_CRYPTO_TEST_KEY'))).toMatchObject({ code: 'ERR_KEY_CONFIG', field: 'TACIT_CRYPTO_TEST_KEY' });
  });

  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an empty value', ''],
    ['white space', '  '],
    ['no id', key],
    ['an empty id', `:${key}`],
    ['an id with a dot', `a.b:${key}`],
    ['a short key', `a:${key.slice(1)}`],
    ['a padded key', `a:${key}=`],
    ['a hex key', `a:${'ab'.repeat(32)}`],
    ['left-over bits', `a:${'A'.repeat(42)}B`],
    ['a key of zeros', `a:${'A'.repeat(43)}`],
    ['two colons', `a:${key}:x`],
    ['an empty entry', `${first},`],
    ['the same id twice', `${first},a:${second.slice(2)}`],
    ['the same key twice', `${first},c:${key}`],
    ['too many keys', Array.from({ length: 65 }, (_, i) => generateKey({ id: `k${i}`, random: seededRandom(i + 1) })).join(',')],
    ['too long a value', `${first},${'x'.repeat(9000)}`],
  ])('refuses %s without showing it', (_, value) => {
    const error = thrownBy(() => envKey('K', { env: { K: value } }));
    expect(error).toMatchObject({ name: 'CryptoError', code: 'ERR_KEY_CONFIG', field: 'K' });
    expect(inspect(error)).not.toContain(key.slice(4, 16));
  });

  it('does not take an inherited property for a variable', () => {
    expect(thrownBy(() => envKey('constructor', { env: {} }))).toMatchObject({ code: 'ERR_KEY_CONFIG' });
  });

  it.each([
    ['', RangeError],
    ['A B', RangeError],
    [7, TypeError],
  ])('refuses the name %j', (name, kind) => {
    expect(thrownBy(() => envKey(name as string, { env: {} }))).toBeInstanceOf(kind);
  });
});
