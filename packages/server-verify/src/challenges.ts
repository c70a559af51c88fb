import type { webcrypto } from 'node:crypto';
import { CompactSign, compactVerify } from 'jose';
import type { Context } from './context';
import { TacitServerError } from './errors';

/** Every bound of a challenge token. */
export const CHALLENGE_LIMITS = Object.freeze({
  /** Characters of a token: 4 KiB. */
  maxTokenLength: 4_096,
  /** Characters of `data` as JSON. */
  maxDataLength: 2_048,
  maxBindingLength: 256,
});

const PURPOSE = /^[a-z][a-z0-9-]{0,63}$/;
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const HEADER = { alg: 'HS256', kid: 'challenge-1', typ: 'tacit-challenge' } as const;

export interface IssueChallengeOptions {
  /** What the challenge is good for: 1-64 characters of `[a-z0-9-]`. */
  purpose: string;
  /** The customer's pseudonym, where he is known. */
  subject?: string;
  /** What the answer must come from or be about (browser, session, transfer): at most 256 characters. Only a keyed digest is in the token. */
  binding?: string;
  /** Default `policy.challenge.lifetimeMs`. */
  lifetimeMs?: number;
  /** Small JSON that comes back with the answer. Signed, not secret: the browser can read it. */
  data?: unknown;
}

export interface ReadChallengeOptions {
  purpose: string;
  /** When given, the challenge must have been issued for this subject. */
  subject?: string;
  /** The binding that the challenge was issued with; left out, only a challenge without one is accepted. */
  binding?: string;
  /**
   * Accepts a challenge that expired at most `policy.challenge.outcomeMs` ago, so that `judgeOnce` can repeat an outcome given just before the
   * end. Only for a challenge that is handed to `judgeOnce`, which refuses to judge an expired one.
   */
  replayable?: boolean;
}

/** A challenge whose signature, purpose, binding and expiry hold. */
export interface CheckedChallenge {
  readonly id: string;
  readonly purpose: string;
  readonly subject?: string;
  /** Whether it was issued with a binding. */
  readonly bound: boolean;
  readonly data: unknown;
  /** Ms since the epoch. */
  readonly expiresAt: number;
}

interface Payload {
  jti: string;
  purpose: string;
  sub?: string;
  binding?: string;
  /** Ms since the epoch. */
  expiresAt: number;
  data?: unknown;
}

/**
 * A signed token (JWS, HS256 under a sub-key of the root key) that is good for one answer. Nothing is written to the store.
 *
 * @throws TypeError, RangeError for arguments out of bounds
 */
export async function issueChallenge(ctx: Context, options: IssueChallengeOptions): Promise<{ challenge: string; expiresAt: number }> {
  const { purpose, subject, binding, data } = options;
  assertPurpose(purpose);
  const lifetimeMs = options.lifetimeMs ?? ctx.policy.challenge.lifetimeMs;
  if (!(Number.isInteger(lifetimeMs) && lifetimeMs >= 1)) {
    throw new RangeError('lifetimeMs must be a whole number from 1');
  }
  const expiresAt = ctx.clock() + lifetimeMs;
  const payload: Payload = { jti: ctx.newId(), purpose, expiresAt };
  if (subject !== undefined) {
    payload.sub = subject;
  }
  if (binding !== undefined) {
    payload.binding = bindingDigest(ctx, binding);
  }
  if (data !== undefined) {
    payload.data = data;
  }
  if (data !== undefined && JSON.stringify(data).length > CHALLENGE_LIMITS.maxDataLength) {
    throw new RangeError(`data must have at most ${CHALLENGE_LIMITS.maxDataLength} characters as JSON`);
  }
  const challenge = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader(HEADER)
    .sign(await ctx.signingKey('challenge'));
  return { challenge, expiresAt };
}

/**
 * Checks a token that came from outside: size, signature, purpose, subject, binding, expiry. Writes nothing.
 *
 * @throws TacitServerError `ERR_CHALLENGE_INVALID`, `ERR_CHALLENGE_EXPIRED`, `ERR_CHALLENGE_MISMATCH`
 */
export async function readChallenge(ctx: Context, token: unknown, expected: ReadChallengeOptions): Promise<CheckedChallenge> {
  assertPurpose(expected.purpose);
  const key = await ctx.signingKey('challenge');
  if (typeof token !== 'string' || token.length > CHALLENGE_LIMITS.maxTokenLength || !TOKEN.test(token)) {
    throw new TacitServerError('ERR_CHALLENGE_INVALID', { field: 'challenge' });
  }
  const payload = await verify(token, key);
  const { jti: id, purpose, sub: subject, binding, data, expiresAt } = payload;
  const wanted = expected.binding === undefined ? undefined : bindingDigest(ctx, expected.binding);
  if (purpose !== expected.purpose || binding !== wanted || (expected.subject !== undefined && subject !== expected.subject)) {
    throw new TacitServerError('ERR_CHALLENGE_MISMATCH', { field: 'challenge' });
  }
  const grace = expected.replayable === true ? ctx.policy.challenge.outcomeMs : 0;
  if (ctx.clock() >= expiresAt + grace) {
    throw new TacitServerError('ERR_CHALLENGE_EXPIRED', { field: 'challenge' });
  }
  return Object.freeze({ id, purpose, ...(subject === undefined ? {} : { subject }), bound: binding !== undefined, data, expiresAt });
}

async function verify(token: string, key: webcrypto.CryptoKey): Promise<Payload> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: [HEADER.alg] });
    if (protectedHeader.kid === HEADER.kid && protectedHeader.typ === HEADER.typ) {
      // Signed by this server, so its shape is the one written above.
      return JSON.parse(new TextDecoder().decode(payload)) as Payload;
    }
  } catch {
    // One answer for every way in which a token can be wrong.
  }
  throw new TacitServerError('ERR_CHALLENGE_INVALID', { field: 'challenge' });
}

function bindingDigest(ctx: Context, binding: string): string {
  if (typeof binding !== 'string') {
    throw new TypeError('binding must be a string');
  }
  if (binding.length < 1 || binding.length > CHALLENGE_LIMITS.maxBindingLength) {
    throw new RangeError(`binding must have 1-${CHALLENGE_LIMITS.maxBindingLength} characters`);
  }
  return ctx.pseudonym('challenge-binding', binding);
}

function assertPurpose(purpose: unknown): void {
  if (typeof purpose !== 'string') {
    throw new TypeError('purpose must be a string');
  }
  if (!PURPOSE.test(purpose)) {
    throw new RangeError('purpose must be 1-64 characters of a-z 0-9 -, and begin with a letter');
  }
}
