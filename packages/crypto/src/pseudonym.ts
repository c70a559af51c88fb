import { assertLabel, assertObject, utf8 } from './arguments';
import { base64urlEncode } from './base64';
import type { DataKey } from './data-key';
import { hmacSha256 } from './hmac-sha256';
import { lengthPrefixed } from './length-prefixed';
import { ownSubKey } from './sub-key';

export interface PseudonymOptions {
  /** One key for all look-ups of an installation; a key per user could not be used to find the user. */
  key: DataKey;
  /** What is looked up, for instance `email`: 1 to 64 characters of `A-Z a-z 0-9 . _ : / -`. Kinds do not collide. */
  kind: string;
  /** 1 to 1,024 bytes of UTF-8, already normalised by the caller (case, white space): other bytes give another pseudonym. */
  value: string;
}

/**
 * A stand-in for a value by which it can be looked up but, without the key, neither read nor tried out: HMAC-SHA-256 under a sub-key.
 *
 * @returns 43 characters of base64url
 * @throws TypeError, RangeError, CryptoError ERR_KEY_DESTROYED
 */
export function pseudonym(options: PseudonymOptions): string {
  assertObject(options, 'options');
  const { key, kind, value } = options;
  assertLabel(kind, 'kind');
  const bytes = utf8(value, 'value', 1, 1024);
  return base64urlEncode(hmacSha256(ownSubKey(key, 'pseudonym'), lengthPrefixed([kind, bytes])));
}
