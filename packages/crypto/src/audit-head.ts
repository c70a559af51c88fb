import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { assertInteger, assertObject } from './arguments';
import { type AuditHead, checkHead, isAuditHead } from './audit-chain';
import { base64urlDecode, base64urlEncode } from './base64';
import { constantTimeEqual } from './constant-time-equal';
import type { DataKey } from './data-key';
import { CryptoError } from './errors';
import { lengthPrefixed, uint64 } from './length-prefixed';
import { ownSubKey } from './sub-key';

/** A head with the time of signing and a signature, to be kept apart from the entries. Plain data. */
export interface SignedAuditHead extends AuditHead {
  version: 1;
  /** When it was signed, in ms since the epoch. */
  at: number;
  /** HMAC-SHA-256 in base64url. */
  signature: string;
}

export type VerifyAuditHeadResult =
  | { valid: true; head: AuditHead; at: number; reason?: never }
  | { valid: false; reason: 'malformed' | 'signature'; head?: never; at?: never };

function signatureOf(key: DataKey, { chain, sequence, hash }: AuditHead, at: number): Uint8Array {
  return hmac(
    sha256,
    ownSubKey(key, 'audit-head'),
    lengthPrefixed(['audit-head/1', chain, uint64(sequence), base64urlDecode(hash), uint64(at)]),
  );
}

/**
 * Signs where a chain stands. Whoever can cut entries off the end of a chain cannot make the signed head that shows it, as long as the key is
 * out of their reach: use a key of the installation, not of a customer (those are erased), and keep signed heads apart from the entries.
 *
 * @param options.at ms since the epoch
 * @throws TypeError, RangeError; CryptoError ERR_AUDIT_HEAD, ERR_KEY_DESTROYED
 */
export function signAuditHead(options: { key: DataKey; head: AuditHead; at: number }): SignedAuditHead {
  assertObject(options, 'options');
  const { key, head, at } = options;
  checkHead(head, 'head');
  assertInteger(at, 'at', 0, Number.MAX_SAFE_INTEGER);
  const { chain, sequence, hash } = head;
  return { version: 1, chain, sequence, hash, at, signature: base64urlEncode(signatureOf(key, head, at)) };
}

/** Checks a signed head; the comparison is constant-time. */
export function verifyAuditHead(options: { key: DataKey; signed: SignedAuditHead }): VerifyAuditHeadResult {
  assertObject(options, 'options');
  const { key, signed } = options;
  // The key is looked at before the data, so that a misuse is never reported as a broken signature.
  ownSubKey(key, 'audit-head');
  const signature = readSignature(signed);
  if (signature === undefined) return { valid: false, reason: 'malformed' };
  if (!constantTimeEqual(signatureOf(key, signed, signed.at), signature)) return { valid: false, reason: 'signature' };
  const { chain, sequence, hash, at } = signed;
  return { valid: true, head: { chain, sequence, hash }, at };
}

function readSignature(value: unknown): Uint8Array | undefined {
  if (!isAuditHead(value)) return undefined;
  const { version, at, signature } = value as Partial<SignedAuditHead>;
  if (version !== 1 || !Number.isSafeInteger(at) || (at as number) < 0) return undefined;
  if (typeof signature !== 'string' || signature.length !== 43) return undefined;
  try {
    return base64urlDecode(signature, { maxBytes: 32 });
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}
