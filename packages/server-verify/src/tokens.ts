import { constantTimeEqual } from '@tacit-auth/crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Context } from './context';

const ISSUER = 'tacit';
const AUDIENCE = 'tacit-access';
const TYPE = 'at+jwt';
const KEY = 'access-token/1';
/** A token of ours is far shorter; anything longer is refused unread. */
const MAX_TOKEN_LENGTH = 2_048;
const ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The cookies of one session. */
export interface SessionTokens {
  /** A JWT (HS256) that is good for `policy.session.accessMs`. */
  readonly access: string;
  /** Opaque. Good once, apart from the grace described at `refreshSession`. */
  readonly refresh: string;
}

export interface AccessClaims {
  /** The customer's pseudonym. */
  subject: string;
  session: string;
  scope: 'step-up' | 'full';
  /** Methods in the sense of RFC 8176: `pwd`, and Tacit's `typing` and `matrix`. */
  amr: readonly string[];
}

/** Signs an access token. `acr` is `urn:tacit:full` or `urn:tacit:step-up`. */
export async function signAccessToken(ctx: Context, claims: AccessClaims): Promise<string> {
  const now = Math.floor(ctx.clock() / 1000);
  return new SignJWT({ sid: claims.session, scope: claims.scope, amr: claims.amr, acr: `urn:tacit:${claims.scope}` })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(claims.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(ctx.policy.session.accessMs / 1000))
    .sign(await ctx.signingKey(KEY));
}

/** What names a session: where its record is. */
export interface SessionReference {
  readonly subject: string;
  readonly id: string;
}

/** Where an access token points and until when it is good (ms since the epoch). */
export type ReadAccessToken = SessionReference & { readonly expiresAt: number };

/** What an access token says, `expired`, or undefined for one that is not ours. The session's record decides everything else. */
export async function readAccessToken(ctx: Context, token: string): Promise<ReadAccessToken | 'expired' | undefined> {
  if (token.length > MAX_TOKEN_LENGTH) {
    return undefined;
  }
  try {
    const { payload } = await jwtVerify(token, await ctx.signingKey(KEY), {
      algorithms: ['HS256'],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: new Date(ctx.clock()),
      requiredClaims: ['exp', 'sub', 'sid'],
    });
    const place = reference(payload.sub, payload.sid);
    return place && { ...place, expiresAt: (payload.exp ?? 0) * 1_000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      return 'expired';
    }
    if (error instanceof errors.JOSEError) {
      return undefined;
    }
    throw error;
  }
}

function reference(subject: unknown, id: unknown): SessionReference | undefined {
  return typeof subject === 'string' && typeof id === 'string' && ID.test(subject) && ID.test(id) ? { subject, id } : undefined;
}

/**
 * The refresh token of one generation of a session: its place and a MAC under the root key. It follows from the generation, so a reply that
 * was lost can be given again; nothing of it is stored.
 */
export function refreshToken(ctx: Context, session: SessionReference, generation: number): string {
  const place = `${session.subject}.${session.id}.${generation}`;
  return `${place}.${ctx.pseudonym('refresh-token/1', place)}`;
}

/** The place and generation that a refresh token of ours names; undefined for any other string. */
export function readRefreshToken(ctx: Context, token: string): (SessionReference & { generation: number }) | undefined {
  if (token.length > MAX_TOKEN_LENGTH) {
    return undefined;
  }
  const [subject, id, generation, mac, ...rest] = token.split('.');
  const place = reference(subject, id);
  if (place === undefined || generation === undefined || mac === undefined || rest.length > 0 || !/^\d{1,9}$/.test(generation)) {
    return undefined;
  }
  const expected = refreshToken(ctx, place, Number(generation));
  const encoder = new TextEncoder();
  return constantTimeEqual(encoder.encode(token), encoder.encode(expected)) ? { ...place, generation: Number(generation) } : undefined;
}
