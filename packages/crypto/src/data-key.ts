import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { assertBytes } from './arguments';
import { CryptoError } from './errors';

/** The size of a data key and of every sub-key, in bytes. */
export const DATA_KEY_BYTES = 32;

// A purpose that is used once in a while is derived again: what is held per key stays small whatever the caller does.
const MAX_CACHED_SUB_KEYS = 32;

/**
 * A 256-bit data key whose bytes cannot be read back: not by JSON, not by `util.inspect`, not by a copy. It is used through `seal`, `open`,
 * `subKey` and the other functions that take a `key`.
 */
export interface DataKey {
  readonly [Symbol.toStringTag]: 'DataKey';
  /** True after `destroy()`. */
  readonly destroyed: boolean;
  /** Overwrites the key and everything derived from it; every later use throws ERR_KEY_DESTROYED. May be called twice. */
  destroy(): void;
  toJSON(): string;
}

interface KeyState {
  bytes: Uint8Array;
  subKeys: Map<string, Uint8Array>;
  /** AES-256-GCM records sealed through this handle. */
  gcmMessages: number;
}

const states = new WeakMap<object, KeyState>();
// Told apart from "never one of ours", so that a misuse after destroy() has a message of its own.
const destroyedKeys = new WeakSet<object>();

class HiddenKey implements DataKey {
  constructor(bytes: Uint8Array) {
    states.set(this, { bytes, subKeys: new Map(), gcmMessages: 0 });
  }

  get [Symbol.toStringTag](): 'DataKey' {
    return 'DataKey';
  }

  get destroyed(): boolean {
    return destroyedKeys.has(this);
  }

  destroy(): void {
    const state = states.get(this);
    if (state === undefined) return;
    state.bytes.fill(0);
    for (const derived of state.subKeys.values()) derived.fill(0);
    state.subKeys.clear();
    states.delete(this);
    destroyedKeys.add(this);
  }

  toJSON(): string {
    return '[DataKey]';
  }
}

/**
 * Makes a data key of 32 bytes that come from elsewhere, for instance from a key agreement. Keys for stored records come from a keyring.
 * The bytes are copied; wipe your own.
 *
 * @throws TypeError, RangeError for anything but 32 bytes
 */
export function importDataKey(bytes: Uint8Array): DataKey {
  assertBytes(bytes, 'bytes', DATA_KEY_BYTES, DATA_KEY_BYTES);
  return new HiddenKey(new Uint8Array(bytes));
}

/** Takes over the bytes without a copy: for keys that were just drawn or unwrapped here. */
export function adoptDataKey(bytes: Uint8Array): DataKey {
  return new HiddenKey(bytes);
}

export function keyState(key: unknown, name = 'key'): KeyState {
  if (typeof key === 'object' && key !== null) {
    const state = states.get(key);
    if (state !== undefined) return state;
    if (destroyedKeys.has(key)) throw new CryptoError('ERR_KEY_DESTROYED', `${name} was destroyed; unwrap it again`, { field: name });
  }
  throw new TypeError(`${name} must be a DataKey of this package`);
}

/** A sub-key by its full label, from the key's own cache. The bytes stay inside the package: never hand them out, never write to them. */
export function cachedSubKey(key: unknown, label: string, name = 'key'): Uint8Array {
  const state = keyState(key, name);
  const known = state.subKeys.get(label);
  if (known !== undefined) return known;
  const derived = hkdf(sha256, state.bytes, undefined, new TextEncoder().encode(label), DATA_KEY_BYTES);
  if (state.subKeys.size >= MAX_CACHED_SUB_KEYS) {
    const [oldest, bytes] = state.subKeys.entries().next().value!;
    bytes.fill(0);
    state.subKeys.delete(oldest);
  }
  state.subKeys.set(label, derived);
  return derived;
}
