import { gcm } from '@noble/ciphers/aes.js';
import { assertBytes, assertObject } from './arguments';
import { constantTimeEqual } from './constant-time-equal';
import { type DataKey, keyState } from './data-key';
import { CryptoError } from './errors';
import { encodeContext, type SealContext } from './length-prefixed';
import { draw, type RandomSource, randomBytes, randomSource } from './random';
import { ownSubKey } from './sub-key';
import { type AeadCipher, xchacha } from './xchacha';

export type SealAlgorithm = 'xchacha20-poly1305' | 'aes-256-gcm';

/** Every bound of a sealed record. */
export const SEAL_LIMITS = Object.freeze({
  /** Bytes of plaintext in one record: 1 MiB. */
  maxPlaintext: 1_048_576,
  /** Bytes that sealing adds, by algorithm: version, algorithm, nonce, tag. */
  overhead: Object.freeze({ 'xchacha20-poly1305': 42, 'aes-256-gcm': 30 }),
  /**
   * Records that one data key may seal with AES-256-GCM: at 2^23 random 96-bit nonces the chance that two are equal is about 2^-51. Each
   * `DataKey` handle counts its own; several handles or servers that share a key share the allowance. XChaCha20-Poly1305 has nonces of 192 bits
   * and no limit that practice can reach.
   */
  aesGcmMessages: 8_388_608,
});

export interface SealOptions {
  key: DataKey;
  context: SealContext;
  /** 0 to 1,048,576 bytes. */
  plaintext: Uint8Array;
  /** Default `xchacha20-poly1305`. */
  algorithm?: SealAlgorithm;
}

export interface OpenOptions {
  key: DataKey;
  context: SealContext;
  sealed: Uint8Array;
}

export interface Sealer {
  seal(options: SealOptions): Uint8Array;
  open(options: OpenOptions): Uint8Array;
}

const FORMAT = 1;
const TAG_BYTES = 16;
const HEADER_BYTES = 2;
const SHORTEST = HEADER_BYTES + 12 + TAG_BYTES;
const LONGEST = HEADER_BYTES + 24 + SEAL_LIMITS.maxPlaintext + TAG_BYTES;

interface Suite {
  id: number;
  nonceBytes: number;
  /** The use that names its sub-key, and the label inside the associated data: one algorithm's record never opens as the other's. */
  use: string;
  cipher: AeadCipher;
}

const SUITES: Readonly<Record<SealAlgorithm, Suite>> = {
  'xchacha20-poly1305': { id: 1, nonceBytes: 24, use: 'seal/xchacha20-poly1305', cipher: xchacha },
  'aes-256-gcm': { id: 2, nonceBytes: 12, use: 'seal/aes-256-gcm', cipher: gcm },
};

function countGcmMessage(key: DataKey): void {
  const state = keyState(key);
  if (state.gcmMessages >= SEAL_LIMITS.aesGcmMessages) {
    throw new CryptoError('ERR_SEAL_LIMIT', 'key has sealed all the AES-256-GCM records it may; use a new data key or xchacha20-poly1305', {
      field: 'key',
    });
  }
  state.gcmMessages++;
}

/**
 * Makes `seal` and `open` over a source of randomness of your own, for tests or a hardware generator. There is no way to pass a nonce: each
 * record draws one, and a source that gives the same nonce twice in a row is refused.
 */
export function createSealer(options: { random?: RandomSource } = {}): Sealer {
  assertObject(options, 'options');
  const random = randomSource(options.random);
  let lastNonce: Uint8Array = new Uint8Array(0);

  function seal(sealOptions: SealOptions): Uint8Array {
    assertObject(sealOptions, 'options');
    const { key, context, plaintext, algorithm = 'xchacha20-poly1305' } = sealOptions;
    if (!Object.hasOwn(SUITES, algorithm)) throw new RangeError("algorithm must be 'xchacha20-poly1305' or 'aes-256-gcm'");
    const suite = SUITES[algorithm];
    keyState(key);
    const aad = encodeContext(suite.use, context);
    assertBytes(plaintext, 'plaintext', 0, SEAL_LIMITS.maxPlaintext);
    const nonce = draw(random, suite.nonceBytes);
    if (constantTimeEqual(nonce, lastNonce)) {
      throw new CryptoError('ERR_RANDOM', 'random returned the same nonce twice in a row', { field: 'random' });
    }
    lastNonce = nonce;
    if (algorithm === 'aes-256-gcm') countGcmMessage(key);
    // Not before the source was asked: what runs there may destroy the key, and the sub-key's bytes with it.
    const ciphertext = suite.cipher(ownSubKey(key, suite.use), nonce, aad).encrypt(plaintext);
    const sealed = new Uint8Array(HEADER_BYTES + nonce.length + ciphertext.length);
    sealed[0] = FORMAT;
    sealed[1] = suite.id;
    sealed.set(nonce, HEADER_BYTES);
    sealed.set(ciphertext, HEADER_BYTES + nonce.length);
    return sealed;
  }

  return { seal, open };
}

const platformSealer = createSealer({ random: randomBytes });

/**
 * Encrypts and authenticates one record under a sub-key of the data key, with a nonce drawn inside, and binds it to its context.
 *
 * @returns version (1 byte), algorithm (1 byte), nonce (24 or 12 bytes), ciphertext, tag (16 bytes)
 * @throws TypeError, RangeError; CryptoError ERR_KEY_DESTROYED, ERR_SEAL_LIMIT, ERR_RANDOM
 */
export function seal(options: SealOptions): Uint8Array {
  return platformSealer.seal(options);
}

/**
 * Opens what `seal` made, under the same key and context.
 *
 * @throws CryptoError ERR_SEAL_MALFORMED when it cannot be a sealed record, ERR_SEAL_VERSION for an unknown format or algorithm, ERR_SEAL_OPEN
 * for everything else, without saying whether the key, the context or the bytes are at fault; ERR_KEY_DESTROYED; TypeError, RangeError
 */
export function open(options: OpenOptions): Uint8Array {
  assertObject(options, 'options');
  const { key, context, sealed } = options;
  keyState(key);
  if (!(sealed instanceof Uint8Array)) throw new TypeError('sealed must be a Uint8Array');
  if (sealed.length < SHORTEST || sealed.length > LONGEST) throw malformed();
  const suite = Object.values(SUITES).find(({ id }) => id === sealed[1]);
  if (sealed[0] !== FORMAT || suite === undefined) {
    throw new CryptoError('ERR_SEAL_VERSION', 'sealed has a format or an algorithm that this release does not know', { field: 'sealed' });
  }
  const body = HEADER_BYTES + suite.nonceBytes;
  if (sealed.length < body + TAG_BYTES || sealed.length > body + TAG_BYTES + SEAL_LIMITS.maxPlaintext) throw malformed();
  const cipher = suite.cipher(ownSubKey(key, suite.use), sealed.subarray(HEADER_BYTES, body), encodeContext(suite.use, context));
  try {
    return cipher.decrypt(sealed.subarray(body));
  } catch {
    // The library's own error is left out on purpose: it is the same for every cause, and so is this one.
    throw new CryptoError('ERR_SEAL_OPEN', 'sealed does not open with this key and context', { field: 'sealed' });
  }
}

function malformed(): CryptoError {
  return new CryptoError('ERR_SEAL_MALFORMED', 'sealed is too short or too long to be a sealed record', { field: 'sealed' });
}
