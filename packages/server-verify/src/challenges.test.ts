import { CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { issueChallenge, readChallenge } from './challenges';
import { memoryStore } from './memory-store';
import { startedTestContext } from './testing-context';

const invalid = { name: 'TacitServerError', code: 'ERR_CHALLENGE_INVALID', field: 'challenge', status: 400 };
const mismatch = { code: 'ERR_CHALLENGE_MISMATCH', status: 400 };

describe('issueChallenge', () => {
  it('writes nothing', async () => {
    const store = memoryStore();
    const ctx = await startedTestContext({ store });
    const untouchable = { ...ctx, store: { ...store, transaction: () => Promise.reject(new Error('store used')) } };
    await expect(issueChallenge(untouchable, { purpose: 'login' })).resolves.toBeDefined();
  });

  it('never shows the binding', async () => {
    const ctx = await startedTestContext();
    const { challenge } = await issueChallenge(ctx, { purpose: 'login', binding: 'browser-cookie-value' });
    const [, payload = ''] = challenge.split('.');
    expect(Buffer.from(payload, 'base64url').toString()).not.toContain('browser-cookie-value');
  });

  it.each([
    [{ purpose: 'Login' }, RangeError, 'purpose'],
    [{ purpose: 1 }, TypeError, 'purpose'],
    [{ purpose: 'login', lifetimeMs: 0 }, RangeError, 'lifetimeMs'],
    [{ purpose: 'login', binding: '' }, RangeError, 'binding'],
    [{ purpose: 'login', binding: 'b'.repeat(257) }, RangeError, 'binding'],
    [{ purpose: 'login', binding: 7 }, TypeError, 'binding'],
    [{ purpose: 'login', data: 'd'.repeat(2_048) }, RangeError, 'data'],
  ])('refuses %j', async (options, kind, name) => {
    const ctx = await startedTestContext();
    await expect(issueChallenge(ctx, options as never)).rejects.toThrow(kind);
    await expect(issueChallenge(ctx, options as never)).rejects.toThrow(name);
  });
});

describe('readChallenge', () => {
  it('gives back what was issued, on any server', async () => {
    const store = memoryStore();
    const ctx = await startedTestContext({ store });
    const other = await startedTestContext({ store, seed: 2 });
    const data = { coordinates: ['B3', 'C4'], round: 1 };
    const { challenge, expiresAt } = await issueChallenge(ctx, { purpose: 'login', subject: 'alice', binding: 'b', data });
    expect(expiresAt).toBe(ctx.clock() + 120_000);
    const checked = await readChallenge(other, challenge, { purpose: 'login', subject: 'alice', binding: 'b' });
    expect(checked).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/), purpose: 'login', subject: 'alice', bound: true, data, expiresAt });
    expect(challenge.length).toBeLessThan(1_024);
  });

  it('tells the subject to whoever does not know it', async () => {
    const ctx = await startedTestContext();
    const { challenge } = await issueChallenge(ctx, { purpose: 'reset', subject: 'alice' });
    expect((await readChallenge(ctx, challenge, { purpose: 'reset' })).subject).toBe('alice');
  });

  it.each([
    ['another purpose', { purpose: 'login' }, { purpose: 'reset' }],
    ['another subject', { purpose: 'login', subject: 'alice' }, { purpose: 'login', subject: 'bob' }],
    ['no subject where one is expected', { purpose: 'login' }, { purpose: 'login', subject: 'alice' }],
    ['another binding', { purpose: 'login', binding: 'a' }, { purpose: 'login', binding: 'b' }],
    ['no binding where one is expected', { purpose: 'login' }, { purpose: 'login', binding: 'b' }],
    ['a binding where none is expected', { purpose: 'login', binding: 'a' }, { purpose: 'login' }],
  ])('refuses %s', async (_name, issued, expected) => {
    const ctx = await startedTestContext();
    const { challenge } = await issueChallenge(ctx, issued);
    await expect(readChallenge(ctx, challenge, expected)).rejects.toMatchObject(mismatch);
  });

  it('expires to the ms, with a grace only for what may be repeated', async () => {
    const ctx = await startedTestContext();
    const { challenge } = await issueChallenge(ctx, { purpose: 'login', lifetimeMs: 10_000 });
    const read = (replayable: boolean) => readChallenge(ctx, challenge, { purpose: 'login', replayable });
    ctx.advance(9_999);
    await expect(read(false)).resolves.toBeDefined();
    ctx.advance(1);
    await expect(read(false)).rejects.toMatchObject({ code: 'ERR_CHALLENGE_EXPIRED' });
    await expect(read(true)).resolves.toBeDefined();
    ctx.advance(59_999);
    await expect(read(true)).resolves.toBeDefined();
    ctx.advance(1);
    await expect(read(true)).rejects.toMatchObject({ code: 'ERR_CHALLENGE_EXPIRED' });
  });

  it('refuses every changed character', async () => {
    const ctx = await startedTestContext();
    const { challenge } = await issueChallenge(ctx, { purpose: 'login', data: 1 });
    for (let i = 0; i < challenge.length; i++) {
      const changed = `${challenge.slice(0, i)}${challenge[i] === 'A' ? 'B' : 'A'}${challenge.slice(i + 1)}`;
      // The last character of the signature has bits that stand for nothing.
      if (i < challenge.length - 1) {
        await expect(readChallenge(ctx, changed, { purpose: 'login' }), `at ${i}`).rejects.toMatchObject(invalid);
      }
    }
  });

  it.each([
    ['nothing', undefined],
    ['an object', { challenge: 'x' }],
    ['an empty text', ''],
    ['two parts', 'a.b'],
    ['more than 4 KiB', `${'a'.repeat(4_000)}.${'b'.repeat(90)}.ccccc`],
    ['unsigned', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
    ['white space', 'a. b.c'],
  ])('refuses %s', async (_name, token) => {
    const ctx = await startedTestContext();
    await expect(readChallenge(ctx, token, { purpose: 'login' })).rejects.toMatchObject(invalid);
  });

  it('refuses a token of another installation, another algorithm, another key id and another type', async () => {
    const ctx = await startedTestContext();
    const other = await startedTestContext({ seed: 2 });
    const foreign = await issueChallenge(other, { purpose: 'login' });
    await expect(readChallenge(ctx, foreign.challenge, { purpose: 'login' })).rejects.toMatchObject(invalid);
    const payload = Buffer.from(JSON.stringify({ jti: 'x', purpose: 'login', expiresAt: ctx.clock() + 1_000 }));
    const good = { alg: 'HS256', kid: 'challenge-1', typ: 'tacit-challenge' };
    const sign = (header: typeof good) =>
      new CompactSign(payload)
        .setProtectedHeader(header)
        .sign(Buffer.concat([ctx.rootSubKey('challenge'), Buffer.alloc(32)].slice(0, header.alg === 'HS256' ? 1 : 2)));
    await expect(readChallenge(ctx, await sign(good), { purpose: 'login' })).resolves.toBeDefined();
    for (const header of [
      { ...good, alg: 'HS512' },
      { ...good, kid: 'session-1' },
      { ...good, typ: 'tacit-access' },
    ]) {
      await expect(readChallenge(ctx, await sign(header), { purpose: 'login' })).rejects.toMatchObject(invalid);
    }
  });

  it('refuses more than 4 KiB before it looks at the signature', async () => {
    const ctx = await startedTestContext();
    const sign = (data: string) => {
      const payload = { jti: 'x', purpose: 'login', expiresAt: ctx.clock() + 1_000, data };
      return new CompactSign(Buffer.from(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'HS256', kid: 'challenge-1', typ: 'tacit-challenge' })
        .sign(ctx.rootSubKey('challenge'));
    };
    await expect(readChallenge(ctx, await sign('d'.repeat(2_800)), { purpose: 'login' })).resolves.toBeDefined();
    await expect(readChallenge(ctx, await sign('d'.repeat(3_100)), { purpose: 'login' })).rejects.toMatchObject(invalid);
  });
});
