import { CryptoError, envKey, keyring } from '@tacit-auth/crypto';
import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { createTypist } from './testing-typists';
import { contentOf, testVerifier } from './testing-verifier';

const keyOf = (first: number) => Buffer.from(Array.from({ length: 32 }, (_, i) => first + i)).toString('base64url');
const keys = (list: string) => keyring({ provider: envKey('K', { env: { K: list } }) });
const OLD = `old:${keyOf(1)}`;
const NEW = `new:${keyOf(2)}`;

describe('rotateKeys', () => {
  it('moves every key while logins go on, after which the old key-encryption key is not needed', async () => {
    const shared = memoryStore();
    const first = await testVerifier({ store: shared, keys: keys(OLD) });
    const names = Array.from({ length: 12 }, (_, i) => `customer-${i}`);
    const typists = names.map((_, i) => createTypist(i + 1));
    for (const [i, name] of names.entries()) {
      await first.enrol(name, typists[i]!, 20);
    }

    const both = await testVerifier({ store: shared, keys: keys(`${NEW},${OLD}`), seed: 2 });
    const progress: number[] = [];
    const [rotation, ...results] = await Promise.all([
      both.verifier.rotateKeys({ batchSize: 5, onProgress: ({ scanned }) => progress.push(scanned) }),
      ...names.map((name, i) => both.type(name, typists[i]!.sample())),
    ]);
    expect(rotation).toEqual({ scanned: 13, rewrapped: 13 });
    expect(progress).toEqual([6, 11, 13]);
    expect(results.map(({ decision }) => decision)).toEqual(names.map(() => 'accept'));
    expect(await both.verifier.rotateKeys()).toEqual({ scanned: 13, rewrapped: 0 });

    const alone = await testVerifier({ store: shared, keys: keys(NEW), seed: 3 });
    for (const [i, name] of names.entries()) {
      expect((await alone.type(name, typists[i]!.sample())).decision).toBe('accept');
    }
    // Servers that still hold both keys work on.
    expect((await both.type(names[0]!, typists[0]!.sample())).decision).toBe('accept');
    await expect(testVerifier({ store: shared, keys: keys(OLD), seed: 4 })).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
  });

  it('moves the keys of all others where one does not open, and says so then', async () => {
    const shared = memoryStore();
    const first = await testVerifier({ store: shared, keys: keys(OLD) });
    for (let i = 0; i < 5; i++) {
      await first.enrol(`customer-${i}`, createTypist(i + 1), 5);
    }
    const [damaged] = await shared.transaction((tx) => tx.listKind('data-key', { limit: 1 }));
    const body = damaged!.body.map((byte, i) => (i < damaged!.body.length - 8 ? byte : 65));
    await shared.transaction((tx) => tx.put({ ...damaged!, body }));
    const both = await testVerifier({ store: shared, keys: keys(`${NEW},${OLD}`), seed: 2 });
    const progress: object[] = [];
    const rotation = both.verifier.rotateKeys({ batchSize: 2, onProgress: (made) => progress.push(made) });
    await expect(rotation).rejects.toMatchObject({ code: 'ERR_KEY_UNWRAP' });
    expect(progress.at(-1)).toEqual({ scanned: 6, rewrapped: 5 });
  });

  it('stops where the provider fails', async () => {
    const shared = memoryStore();
    const first = await testVerifier({ store: shared, keys: keys(OLD) });
    for (let i = 0; i < 3; i++) {
      await first.enrol(`customer-${i}`, createTypist(i + 1), 5);
    }
    let asked = 0;
    const failing: ReturnType<typeof keys> = {
      ...keys(OLD),
      async rewrapDataKey() {
        asked++;
        throw new CryptoError('ERR_KEY_PROVIDER', 'the provider is away');
      },
    };
    const both = await testVerifier({ store: shared, keys: failing, seed: 2 });
    await shared.transaction((tx) => tx.delete('root-key', '', 'root'));
    await expect(both.verifier.rotateKeys()).rejects.toMatchObject({ code: 'ERR_KEY_PROVIDER' });
    expect(asked).toBe(1);
  });

  it('does not bring back a key that is erased while the provider wraps it', async () => {
    const shared = memoryStore();
    const first = await testVerifier({ store: shared, keys: keys(OLD) });
    await first.enrol('anna', createTypist(1), 5);
    const provider = keys(`${NEW},${OLD}`);
    const slow: typeof provider = {
      ...provider,
      async rewrapDataKey(options) {
        const wrapped = await provider.rewrapDataKey(options);
        if (options.context.purpose === 'data-key') {
          await first.verifier.eraseSubject({ subject: 'anna' });
        }
        return wrapped;
      },
    };
    const both = await testVerifier({ store: shared, keys: slow, seed: 2 });
    expect(await both.verifier.rotateKeys()).toEqual({ scanned: 2, rewrapped: 1 });
    expect(await contentOf(shared, 'data-key')).toEqual([]);
  });

  it('brings back no key of customers who are erased meanwhile', async () => {
    const shared = memoryStore();
    const first = await testVerifier({ store: shared, keys: keys(OLD) });
    for (let i = 0; i < 6; i++) {
      await first.enrol(`customer-${i}`, createTypist(i + 1), 5);
    }
    const both = await testVerifier({ store: shared, keys: keys(`${NEW},${OLD}`), seed: 2 });
    await Promise.all([
      both.verifier.rotateKeys({ batchSize: 2 }),
      ...Array.from({ length: 6 }, (_, i) => both.verifier.eraseSubject({ subject: `customer-${i}` })),
    ]);
    expect(await contentOf(shared, 'data-key')).toEqual([]);
  });

  it('asserts its arguments', async () => {
    const { verifier } = await testVerifier();
    await expect(verifier.rotateKeys({ batchSize: 0 })).rejects.toThrow(new RangeError('batchSize must be an integer from 1 to 1000'));
  });
});
