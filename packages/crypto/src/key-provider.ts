/** A data key as a provider wrapped it, and the id of the key that can unwrap it. */
export interface WrappedKey {
  /** 1 to 64 characters of `A-Z a-z 0-9 _ -`. */
  keyId: string;
  /** 1 to 4,096 bytes. */
  bytes: Uint8Array;
}

/**
 * Holds the key-encryption keys, or stands for a service that does. `envKey`, `fileKey` and `callbackKey` make one; anything of this shape
 * will do. A data key is 32 bytes; `aad` is what it belongs to, at most 1,024 bytes, and unwrapping must fail under another one.
 *
 * A provider throws CryptoError ERR_KEY_UNKNOWN for an id that it does not hold and ERR_KEY_UNWRAP for bytes that do not open.
 */
export interface KeyProvider {
  /** The id under which `wrap` wraps now. */
  currentId(): string | Promise<string>;
  /** Wraps under the current key, and says which one that was. Must not keep `dataKey`: it is wiped or used after the call. */
  wrap(dataKey: Uint8Array, aad: Uint8Array): WrappedKey | Promise<WrappedKey>;
  /** Returns 32 bytes that the caller may wipe. */
  unwrap(wrapped: WrappedKey, aad: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;
export const MAX_WRAPPED_BYTES = 4096;
