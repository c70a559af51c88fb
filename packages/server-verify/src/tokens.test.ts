import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { startedTestContext } from './testing-context';
import { readAccessToken, readRefreshToken, refreshToken, signAccessToken } from './tokens';

const CLAIMS = { subject: 'subject-1', session: 'session-1', scope: 'full', amr: ['pwd'] } as const;
const REFERENCE = { subject: 'subject-1', id: 'session-1' };

describe('access token', () => {
  it('names its session until it expires', async () => {
    const ctx = await startedTestContext();
    const token = await signAccessToken(ctx, CLAIMS);
    const expiresAt = ctx.clock() + 300_000;
    expect(await readAccessToken(ctx, token)).toEqual({ ...REFERENCE, expiresAt });
    ctx.advance(299_999);
    expect(await readAccessToken(ctx, token)).toEqual({ ...REFERENCE, expiresAt });
    ctx.advance(1);
    expect(await readAccessToken(ctx, token)).toBe('expired');
  });

  it('is refused when forged, unsigned, of another key, kind or audience, or too long', async () => {
    const ctx = await startedTestContext();
    const other = await startedTestContext({ seed: 2 });
    const claims = { sid: 'session-1', sub: 'subject-1', iss: 'tacit', aud: 'tacit-access', exp: 9_999_999_999 };
    const signed = (typ: string, changes: object) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256', typ }).sign(ctx.rootSubKey('access-token/1'));
    const good = await signed('at+jwt', {});
    expect(await readAccessToken(ctx, good)).toEqual({ ...REFERENCE, expiresAt: 9_999_999_999_000 });
    for (const token of [
      new UnsecuredJWT(claims).encode(),
      await signAccessToken(other, CLAIMS),
      await signed('JWT', {}),
      await signed('at+jwt', { aud: 'else' }),
      await signed('at+jwt', { sid: 'a/b' }),
      await signed('at+jwt', { more: 'x'.repeat(3_000) }),
      `${good.slice(0, -2)}AA`,
      'x',
      '',
    ]) {
      expect(await readAccessToken(ctx, token)).toBeUndefined();
    }
  });
});

describe('refresh token', () => {
  it('follows from its generation and names it', async () => {
    const ctx = await startedTestContext();
    expect(refreshToken(ctx, REFERENCE, 1)).toBe(refreshToken(ctx, REFERENCE, 1));
    expect(refreshToken(ctx, REFERENCE, 2)).not.toBe(refreshToken(ctx, REFERENCE, 1));
    expect(readRefreshToken(ctx, refreshToken(ctx, REFERENCE, 7))).toEqual({ ...REFERENCE, generation: 7 });
  });

  it('is refused with any character changed', async () => {
    const ctx = await startedTestContext();
    const token = refreshToken(ctx, REFERENCE, 7);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09_-.'), (at, letter) => {
        fc.pre(token[at] !== letter);
        expect(readRefreshToken(ctx, token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
      }),
      { numRuns: 200 },
    );
    expect(readRefreshToken(ctx, `${token}.x`)).toBeUndefined();
    expect(readRefreshToken(ctx, '')).toBeUndefined();
  });
});
