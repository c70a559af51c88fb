import { assertObject } from './arguments';
import { CryptoError } from './errors';
import { keyListProvider, parseKeyList } from './key-list';
import type { KeyProvider } from './key-provider';
import type { RandomSource } from './random';

export interface EnvKeyOptions {
  /** Where the variable is looked up; default `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  random?: RandomSource;
}

/**
 * Key-encryption keys from an environment variable: `id:key,id2:key2`, each key 32 bytes in base64url (`generateKey` makes one). The first
 * one wraps; the others still unwrap what they wrapped. Read once, when called.
 *
 * @throws CryptoError ERR_KEY_CONFIG when the variable is missing or malformed; the message never holds its value
 */
export function envKey(name: string, options: EnvKeyOptions = {}): KeyProvider {
  if (typeof name !== 'string') throw new TypeError('name must be a string');
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) throw new RangeError('name must be the name of an environment variable');
  assertObject(options, 'options');
  const env = options.env ?? globalThis.process?.env;
  assertObject(env, 'env');
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (typeof value !== 'string' || value === '') {
    throw new CryptoError('ERR_KEY_CONFIG', `${name} is not set; set it to the output of generateKey()`, { field: name });
  }
  const keys = parseKeyList(value, name);
  return keyListProvider(() => keys, options);
}
