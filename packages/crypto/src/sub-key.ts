import { assertLabel } from './arguments';
import { cachedSubKey, type DataKey } from './data-key';

/** Labels of this package's own sub-keys; a caller's purpose cannot reach them, because the prefixes differ. */
const OWN = '@tacit-auth/crypto/1/own/';
const CALLER = '@tacit-auth/crypto/1/purpose/';

/** A sub-key that this package uses itself. Shared bytes: read only. */
export const ownSubKey = (key: unknown, use: string, name = 'key'): Uint8Array => cachedSubKey(key, OWN + use, name);

/**
 * A 32-byte key for one purpose: HKDF-SHA-256 (RFC 5869) of the data key, no salt, the purpose in the label. Different purposes give
 * independent keys; none of them is a key that this package uses itself.
 *
 * @param purpose 1 to 64 characters of `A-Z a-z 0-9 . _ : / -`
 * @returns a copy, the caller's to wipe
 * @throws TypeError, RangeError, CryptoError ERR_KEY_DESTROYED
 */
export function subKey(key: DataKey, purpose: string): Uint8Array {
  assertLabel(purpose, 'purpose');
  return cachedSubKey(key, CALLER + purpose).slice();
}
