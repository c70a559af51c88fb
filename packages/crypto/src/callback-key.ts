import { assertFunction, assertObject } from './arguments';
import { DATA_KEY_BYTES } from './data-key';
import { CryptoError } from './errors';
import { KEY_ID, type KeyProvider, MAX_WRAPPED_BYTES } from './key-provider';

export interface CallbackKeyOptions {
  /** The id that new wraps carry: 1 to 64 characters of `A-Z a-z 0-9 _ -`. A function where it changes while the program runs. */
  id: string | (() => string | Promise<string>);
  /** Other ids that `unwrap` can still open. */
  previousIds?: readonly string[];
  /** Wraps 32 bytes bound to `aad`; returns 1 to 4,096 bytes. `keyId` is the id that the result will carry. */
  wrap(dataKey: Uint8Array, aad: Uint8Array, keyId: string): Uint8Array | Promise<Uint8Array>;
  /** Unwraps what `wrap` made under `keyId`; must throw when `aad` is not the one it was wrapped with. */
  unwrap(wrapped: Uint8Array, aad: Uint8Array, keyId: string): Uint8Array | Promise<Uint8Array>;
}

/**
 * A provider over the caller's own functions, for a key service or a hardware module.
 *
 * Whatever the functions throw becomes CryptoError ERR_KEY_PROVIDER with the original as `cause`; a CryptoError passes unchanged.
 */
export function callbackKey(options: CallbackKeyOptions): KeyProvider {
  assertObject(options, 'options');
  const { id, previousIds = [], wrap, unwrap } = options;
  assertFunction(wrap, 'wrap');
  assertFunction(unwrap, 'unwrap');
  if (typeof id !== 'function') assertId(id, 'id');
  if (!Array.isArray(previousIds)) throw new TypeError('previousIds must be an array');
  for (const previous of previousIds) assertId(previous, 'previousIds');
  const known = new Set(previousIds);

  async function currentId(): Promise<string> {
    const now = typeof id === 'function' ? await guarded('id', () => id()) : id;
    if (typeof now !== 'string' || !KEY_ID.test(now)) throw providerError('id gave something that is not a key id');
    return now;
  }

  return {
    currentId,
    async wrap(dataKey, aad) {
      const keyId = await currentId();
      const bytes = await guarded('wrap', () => wrap(dataKey, aad, keyId));
      if (!(bytes instanceof Uint8Array) || bytes.length < 1 || bytes.length > MAX_WRAPPED_BYTES) {
        throw providerError(`wrap must return 1 to ${MAX_WRAPPED_BYTES} bytes`);
      }
      return { keyId, bytes };
    },
    async unwrap({ keyId, bytes }, aad) {
      if (!known.has(keyId) && keyId !== (await currentId())) {
        throw new CryptoError('ERR_KEY_UNKNOWN', 'wrapped names a key that is neither id nor one of previousIds', { field: 'wrapped' });
      }
      const dataKey = await guarded('unwrap', () => unwrap(bytes, aad, keyId));
      if (!(dataKey instanceof Uint8Array) || dataKey.length !== DATA_KEY_BYTES) {
        throw providerError(`unwrap must return ${DATA_KEY_BYTES} bytes`);
      }
      return dataKey;
    },
  };
}

async function guarded<T>(name: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause;
    throw new CryptoError('ERR_KEY_PROVIDER', `${name} of the key provider failed`, { field: name, cause });
  }
}

function providerError(message: string): CryptoError {
  return new CryptoError('ERR_KEY_PROVIDER', message, { field: 'provider' });
}

function assertId(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  if (!KEY_ID.test(value)) throw new RangeError(`${name} must be 1 to 64 characters of A-Z a-z 0-9 _ -`);
}
