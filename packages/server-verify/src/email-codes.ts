import { constantTimeEqual } from '@tacit-auth/crypto';
import type { Context } from './context';
import { randomBelow } from './enrolment-texts';

/** Six digits, each code as likely as any other. */
export function createEmailCode(ctx: Context): string {
  return String(randomBelow(ctx.random, 1_000_000)).padStart(6, '0');
}

/** What is stored of a code: a keyed digest, bound to the record that it belongs to. */
export function emailCodeDigest(ctx: Context, record: string, code: string): string {
  return ctx.pseudonym('email-code', `${record}:${code}`);
}

/** Compares in constant time; white space and dashes in what was typed do not count. */
export function emailCodeMatches(ctx: Context, record: string, typed: string, digest: string): boolean {
  const code = typed.slice(0, 32).replace(/[\s-]/g, '');
  const encoder = new TextEncoder();
  return constantTimeEqual(encoder.encode(emailCodeDigest(ctx, record, code)), encoder.encode(digest));
}
