import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { assertObject } from './arguments';
import { base64urlDecode, base64urlEncode } from './base64';
import { constantTimeEqual } from './constant-time-equal';
import { adoptDataKey, DATA_KEY_BYTES, type DataKey } from './data-key';
import { CryptoError } from './errors';
import { KEY_ID, type KeyProvider, type WrappedKey } from './key-provider';
import { lengthPrefixed } from './length-prefixed';
import { draw, type RandomSource, randomSource } from './random';
import { ownSubKey } from './sub-key';

/** Key-encryption keys in the order of a key list: the first one wraps, all of them unwrap. */
export type KeyList = ReadonlyMap<string, DataKey>;

const FORMAT = 1;
const NONCE_BYTES = 24;
const WRAPPED_BYTES = 1 + NONCE_BYTES + DATA_KEY_BYTES + 16;
const MAX_KEYS = 64;
const MAX_LIST_LENGTH = 8192;

/**
 * Reads `id:base64url32,id2:base64url32`. White space around the entries is allowed, so that a file may end in a line feed.
 * No message holds any part of the text.
 *
 * @param where the name of the variable or the word for the file, for the message
 */
export function parseKeyList(text: string, where: string): KeyList {
  const wrong = (reason: string) =>
    new CryptoError('ERR_KEY_CONFIG', `${where} ${reason}; expected "id:key,id2:key2" with keys of 32 bytes in base64url`, {
      field: where,
    });
  if (text.length > MAX_LIST_LENGTH) throw wrong(`is longer than ${MAX_LIST_LENGTH} characters`);
  const entries = text.trim().split(',');
  if (entries.length > MAX_KEYS) throw wrong(`names more than ${MAX_KEYS} keys`);
  const keys = new Map<string, DataKey>();
  const seen: Uint8Array[] = [];
  for (const [index, entry] of entries.entries()) {
    const [id = '', encoded = '', ...rest] = entry.trim().split(':');
    if (rest.length > 0 || !KEY_ID.test(id)) throw wrong(`has no valid id in entry ${index + 1}`);
    if (keys.has(id)) throw wrong(`has the id of entry ${index + 1} twice`);
    const bytes = keyBytes(encoded);
    if (bytes === undefined) throw wrong(`has no valid key in entry ${index + 1}`);
    if (bytes.every((byte) => byte === bytes[0])) throw wrong(`has a key of one repeated byte in entry ${index + 1}`);
    if (seen.some((other) => constantTimeEqual(other, bytes))) throw wrong(`has the key of entry ${index + 1} twice`);
    seen.push(new Uint8Array(bytes));
    keys.set(id, adoptDataKey(bytes));
  }
  for (const bytes of seen) bytes.fill(0);
  return keys;
}

function keyBytes(encoded: string): Uint8Array | undefined {
  if (encoded.length !== 43) return undefined;
  try {
    return base64urlDecode(encoded, { maxBytes: DATA_KEY_BYTES });
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

/**
 * A new key-encryption key as `id:base64url`, to be put first in the list of a variable or file (see `envKey`).
 *
 * @param options.id 1 to 64 characters of `A-Z a-z 0-9 _ -`; default `k-` and 8 random characters
 */
export function generateKey(options: { id?: string; random?: RandomSource } = {}): string {
  assertObject(options, 'options');
  const random = randomSource(options.random);
  const id = options.id ?? `k-${base64urlEncode(draw(random, 6))}`;
  if (typeof id !== 'string') throw new TypeError('id must be a string');
  if (!KEY_ID.test(id)) throw new RangeError('id must be 1 to 64 characters of A-Z a-z 0-9 _ -');
  return `${id}:${base64urlEncode(draw(random, DATA_KEY_BYTES))}`;
}

/**
 * Wraps with keys held in memory: XChaCha20-Poly1305 under a sub-key, format byte, nonce, ciphertext and tag (73 bytes), bound to the key's
 * id and the associated data. `list` is asked on each use, so that a provider may replace it.
 */
export function keyListProvider(list: () => KeyList, options: { random?: RandomSource | undefined }): KeyProvider {
  const random = randomSource(options.random);
  const cipher = (key: DataKey, keyId: string, nonce: Uint8Array, aad: Uint8Array) =>
    xchacha20poly1305(ownSubKey(key, 'wrap/xchacha20-poly1305'), nonce, lengthPrefixed(['wrap/1', keyId, aad]));

  return {
    currentId: () => current(list())[0],
    wrap(dataKey, aad) {
      const [keyId, key] = current(list());
      const nonce = draw(random, NONCE_BYTES);
      const bytes = new Uint8Array(WRAPPED_BYTES);
      bytes[0] = FORMAT;
      bytes.set(nonce, 1);
      bytes.set(cipher(key, keyId, nonce, aad).encrypt(dataKey), 1 + NONCE_BYTES);
      return { keyId, bytes };
    },
    unwrap({ keyId, bytes }: WrappedKey, aad) {
      const key = list().get(keyId);
      if (key === undefined) {
        throw new CryptoError('ERR_KEY_UNKNOWN', 'wrapped names a key that the provider does not hold; put it back into the list', {
          field: 'wrapped',
        });
      }
      if (bytes.length !== WRAPPED_BYTES || bytes[0] !== FORMAT) throw unwrapError();
      try {
        return cipher(key, keyId, bytes.subarray(1, 1 + NONCE_BYTES), aad).decrypt(bytes.subarray(1 + NONCE_BYTES));
      } catch {
        throw unwrapError();
      }
    },
  };
}

function current(list: KeyList): [string, DataKey] {
  return list.entries().next().value!;
}

function unwrapError(): CryptoError {
  return new CryptoError('ERR_KEY_UNWRAP', 'wrapped does not open with this key and context', { field: 'wrapped' });
}
