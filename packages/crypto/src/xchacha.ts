import { hchacha, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { nodeCrypto } from './node-crypto';

/** An AEAD under one key, nonce and associated data. `decrypt` throws where the tag is not of these bytes, and gives none of them away. */
export interface Aead {
  encrypt(plaintext: Uint8Array): Uint8Array;
  decrypt(ciphertext: Uint8Array): Uint8Array;
}

export type AeadCipher = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) => Aead;

const TAG_BYTES = 16;
const CIPHER = 'chacha20-poly1305';

/** "expand 32-byte k", as the cipher has it in its first row (RFC 8439, 2.3). */
const SIGMA = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) over the ChaCha20-Poly1305 of the platform: the key is HChaCha20 of key and the first 16 bytes of the nonce, the
 * nonce four zeros and its last 8.
 */
export function xchachaOver({ createCipheriv, createDecipheriv }: typeof import('node:crypto')): AeadCipher {
  return (key, nonce, aad) => {
    /** Runs one pass under the derived key, which is wiped whatever comes of it. */
    function derived<T>(pass: (key: Uint8Array, nonce: Uint8Array) => T): T {
      const own = new Uint32Array(8);
      const words = wordsOf(key);
      hchacha(SIGMA, words, wordsOf(nonce.subarray(0, 16)), own);
      const short = new Uint8Array(12);
      short.set(nonce.subarray(16), 4);
      try {
        return pass(new Uint8Array(own.buffer), short);
      } finally {
        own.fill(0);
        words.fill(0);
      }
    }

    return {
      encrypt: (plaintext) =>
        derived((ownKey, ownNonce) => {
          const cipher = createCipheriv(CIPHER, ownKey, ownNonce, { authTagLength: TAG_BYTES });
          cipher.setAAD(aad, { plaintextLength: plaintext.length });
          const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
          sealed.set(cipher.update(plaintext));
          cipher.final();
          sealed.set(cipher.getAuthTag(), plaintext.length);
          return sealed;
        }),
      decrypt: (ciphertext) =>
        derived((ownKey, ownNonce) => {
          const length = ciphertext.length - TAG_BYTES;
          const decipher = createDecipheriv(CIPHER, ownKey, ownNonce, { authTagLength: TAG_BYTES });
          decipher.setAAD(aad, { plaintextLength: length });
          decipher.setAuthTag(ciphertext.subarray(length));
          const plaintext = decipher.update(ciphertext.subarray(0, length));
          try {
            decipher.final();
          } catch (error) {
            plaintext.fill(0);
            throw error;
          }
          return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
        }),
    };
  };
}

/** A copy: bytes may lie anywhere. Both the cipher and every platform of Node.js read words with the lowest byte first. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

/** The platform's where it is there and gives what it should; it may be left out of a build, or forbidden by a policy. */
export function chooseXchacha(platform: typeof import('node:crypto') | undefined): AeadCipher {
  if (platform === undefined) return xchacha20poly1305;
  const own = xchachaOver(platform);
  const [key, nonce, aad, text] = [32, 24, 7, 65].map((length, place) => Uint8Array.from({ length }, (_, i) => 31 * i + place)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const expected = xchacha20poly1305(key, nonce, aad).encrypt(text);
  try {
    return equal(own(key, nonce, aad).encrypt(text), expected) && equal(own(key, nonce, aad).decrypt(expected), text)
      ? own
      : xchacha20poly1305;
  } catch {
    // Whatever is wrong with it: the other one is always there.
    return xchacha20poly1305;
  }
}

const equal = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && one.every((byte, i) => byte === other[i]);

let chosen: AeadCipher | undefined;

/** XChaCha20-Poly1305, several times as fast where the platform has its cipher. */
export const xchacha: AeadCipher = (key, nonce, aad) => {
  chosen ??= chooseXchacha(nodeCrypto);
  return chosen(key, nonce, aad);
};
