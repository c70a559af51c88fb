import { createHmac, webcrypto } from 'node:crypto';
import { callbackKey, envKey, keyring } from '@tacit-auth/crypto';
import { describe, expect, it } from 'vitest';
import { DATA_KEY, ROOT_KEY } from './context';
import { memoryStore } from './memory-store';
import { seededRandom, startedTestContext, testContext, testKeyring } from './testing-context';

const sealed = (ctx: Awaited<ReturnType<typeof startedTestContext>>, key = ctx.rootKey()) =>
  ctx.sealer.seal({ key, context: { subject: 'a', purpose: 'test' }, plaintext: Uint8Array.of(1) });

describe('start', () => {
  it('refuses to work with keys before', () => {
    const ctx = testContext();
    for (const use of [() => ctx.rootKey(), () => ctx.subjectOf('a'), () => ctx.pseudonym('a', 'b'), () => ctx.rootSubKey('a')]) {
      expect(use).toThrow(expect.objectContaining({ code: 'ERR_NOT_STARTED', status: 503 }));
    }
  });

  it('makes one root key when many servers start at once', async () => {
    const store = memoryStore();
    const servers = Array.from({ length: 8 }, (_, i) => testContext({ store, seed: i + 1 }));
    await Promise.all(servers.map((ctx) => ctx.start()));
    expect(new Set(servers.map((ctx) => ctx.subjectOf('customer-1'))).size).toBe(1);
    expect(await store.transaction((tx) => tx.count(ROOT_KEY.kind, ROOT_KEY.subject))).toBe(1);
  });

  it('finds the same root key at the next start', async () => {
    const store = memoryStore();
    const first = await startedTestContext({ store });
    const subject = first.subjectOf('customer-1');
    first.stop();
    expect(() => first.subjectOf('customer-1')).toThrow(expect.objectContaining({ code: 'ERR_NOT_STARTED' }));
    expect((await startedTestContext({ store, seed: 9 })).subjectOf('customer-1')).toBe(subject);
  });

  it('stores the root key wrapped, never in the clear', async () => {
    const store = memoryStore();
    const given: Uint8Array[] = [];
    const key = keyring({
      provider: callbackKey({
        id: 'k',
        wrap: (dataKey) => {
          given.push(dataKey.slice());
          return dataKey.map((byte) => byte ^ 0x5a);
        },
        unwrap: (wrapped) => wrapped.map((byte) => byte ^ 0x5a),
      }),
    });
    await startedTestContext({ store, keyring: key });
    const record = await store.transaction((tx) => tx.get(ROOT_KEY.kind, ROOT_KEY.subject, ROOT_KEY.id));
    expect(given).toHaveLength(1);
    expect(Buffer.from(record!.body).includes(Buffer.from(given[0]!).toString('base64url'))).toBe(false);
  });

  it.each([
    ['other key of the same id', testKeyring(seededRandom(1), 8)],
    [
      'key of another id',
      keyring({ provider: envKey('KEY', { env: { KEY: `other:${Buffer.from(seededRandom(7)(32)).toString('base64url')}` } }) }),
    ],
  ])('refuses the %s with a code, and stays stopped', async (_name, wrong) => {
    const store = memoryStore();
    await startedTestContext({ store });
    const ctx = testContext({ store, keyring: wrong });
    await expect(ctx.start()).rejects.toMatchObject({ name: 'TacitServerError', code: 'ERR_KEY_WRONG' });
    expect(() => ctx.rootKey()).toThrow(expect.objectContaining({ code: 'ERR_NOT_STARTED' }));
  });

  it('codes the failure of a key service, and can be repeated once it is back', async () => {
    let reachable = false;
    const service = callbackKey({
      id: 'k',
      wrap: (dataKey) => dataKey.slice(),
      unwrap: (wrapped) => {
        if (!reachable) {
          throw new Error('connection refused');
        }
        return wrapped;
      },
    });
    const ctx = testContext({ keyring: keyring({ provider: service }) });
    await expect(ctx.start()).rejects.toMatchObject({ code: 'ERR_KEY_PROVIDER' });
    reachable = true;
    await ctx.start();
    expect(ctx.subjectOf('a')).toHaveLength(43);
  });

  it('passes the failure of the store on', async () => {
    const ctx = testContext({ store: { ...memoryStore(), migrate: () => Promise.reject(new Error('disk')) } });
    await expect(ctx.start()).rejects.toThrow('disk');
  });
});

describe('names', () => {
  it('draws ids that differ', async () => {
    const ctx = await startedTestContext();
    const ids = Array.from({ length: 100 }, () => ctx.newId());
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^[A-Za-z0-9_-]{22}$/.test(id))).toBe(true);
  });

  it('keeps kinds of pseudonyms apart, and repeats none of the value', async () => {
    const ctx = await startedTestContext();
    expect(ctx.pseudonym('email', 'a@example.com')).toBe(ctx.pseudonym('email', 'a@example.com'));
    expect(ctx.pseudonym('email', 'a')).not.toBe(ctx.pseudonym('subject', 'a'));
    expect(ctx.subjectOf('customer-1')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('derives sub-keys that differ by purpose', async () => {
    const ctx = await startedTestContext();
    expect(ctx.rootSubKey('a')).toHaveLength(32);
    expect(ctx.rootSubKey('a')).toEqual(ctx.rootSubKey('a'));
    expect(ctx.rootSubKey('a')).not.toEqual(ctx.rootSubKey('b'));
    const signed = await webcrypto.subtle.sign('HMAC', await ctx.signingKey('a'), Uint8Array.of(1, 2));
    expect(Buffer.from(signed)).toEqual(createHmac('sha256', ctx.rootSubKey('a')).update(Uint8Array.of(1, 2)).digest());
  });
});

describe('data keys', () => {
  it('are made once, and found by every server', async () => {
    const store = memoryStore();
    const first = await startedTestContext({ store });
    const second = await startedTestContext({ store, seed: 2 });
    const [made, again] = await Promise.all([
      store.transaction((tx) => first.createDataKey(tx, 'alice')),
      store.transaction((tx) => second.createDataKey(tx, 'alice')),
    ]);
    const bytes = sealed(first, made);
    expect(second.sealer.open({ key: again, context: { subject: 'a', purpose: 'test' }, sealed: bytes })).toEqual(Uint8Array.of(1));
    expect(await store.transaction((tx) => tx.count(DATA_KEY.kind, 'alice'))).toBe(1);
  });

  it('belong to one subject: moved to another, they do not open', async () => {
    const ctx = await startedTestContext();
    await ctx.store.transaction(async (tx) => {
      await ctx.createDataKey(tx, 'alice');
      const record = await tx.get(DATA_KEY.kind, 'alice', DATA_KEY.id);
      await tx.insert({ ...record!, subject: 'bob' });
    });
    await expect(ctx.store.transaction((tx) => ctx.dataKey(tx, 'bob'))).rejects.toMatchObject({ code: 'ERR_KEY_WRONG' });
  });

  it('are asked of the provider once while they stay the same', async () => {
    let unwraps = 0;
    const provider = callbackKey({
      id: 'k',
      wrap: (dataKey) => dataKey.slice(),
      unwrap: (wrapped) => {
        unwraps++;
        return wrapped;
      },
    });
    const ctx = await startedTestContext({ keyring: keyring({ provider }) });
    unwraps = 0;
    await ctx.store.transaction((tx) => ctx.createDataKey(tx, 'alice'));
    for (let i = 0; i < 5; i++) {
      await ctx.store.transaction((tx) => ctx.dataKey(tx, 'alice'));
    }
    expect(unwraps).toBe(1);
  });

  it('are gone for every server once one has erased them, held or not', async () => {
    const store = memoryStore();
    const first = await startedTestContext({ store });
    const second = await startedTestContext({ store, seed: 2 });
    await store.transaction((tx) => first.createDataKey(tx, 'alice'));
    await store.transaction((tx) => second.dataKey(tx, 'alice'));
    await store.transaction((tx) => tx.deleteSubject('alice'));
    first.forgetDataKey('alice');
    expect(await store.transaction((tx) => second.dataKey(tx, 'alice'))).toBeUndefined();
  });

  it('are not held when the transaction that made them is undone', async () => {
    const ctx = await startedTestContext();
    const failed = ctx.store.transaction(async (tx) => {
      await ctx.createDataKey(tx, 'alice');
      await ctx.dataKey(tx, 'alice');
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect(await ctx.store.transaction((tx) => ctx.dataKey(tx, 'alice'))).toBeUndefined();
    const made = await ctx.store.transaction((tx) => ctx.createDataKey(tx, 'alice'));
    const found = await ctx.store.transaction((tx) => ctx.dataKey(tx, 'alice'));
    expect(ctx.sealer.open({ key: found!, context: { subject: 'a', purpose: 'test' }, sealed: sealed(ctx, made) })).toEqual(
      Uint8Array.of(1),
    );
  });

  it('are wiped when forgotten and when stopped', async () => {
    const ctx = await startedTestContext();
    const held = async (subject: string) => {
      await ctx.store.transaction((tx) => ctx.createDataKey(tx, subject));
      return (await ctx.store.transaction((tx) => ctx.dataKey(tx, subject)))!;
    };
    const [alice, bob, root] = [await held('alice'), await held('bob'), ctx.rootKey()];
    ctx.forgetDataKey('alice');
    expect([alice.destroyed, bob.destroyed]).toEqual([true, false]);
    await ctx.signingKey('a');
    ctx.stop();
    expect([bob.destroyed, root.destroyed]).toEqual([true, true]);
    await expect(ctx.signingKey('a')).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' });
  });
});
