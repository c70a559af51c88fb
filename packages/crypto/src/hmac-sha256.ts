import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { nodeCrypto } from './node-crypto';

type Hmac = (key: Uint8Array, message: Uint8Array) => Uint8Array;

export const hmacOver =
  ({ createHmac }: typeof import('node:crypto')): Hmac =>
  (key, message) => {
    const digest = createHmac('sha256', key).update(message).digest();
    return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
  };

/** HMAC-SHA-256 (RFC 2104), by the platform where there is one. */
export const hmacSha256: Hmac = nodeCrypto === undefined ? (key, message) => hmac(sha256, key, message) : hmacOver(nodeCrypto);
