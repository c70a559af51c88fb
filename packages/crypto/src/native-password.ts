import { CryptoError } from './errors';
import type { PasswordParameters } from './password-hash';

// The library's enumerations are types only.
const ARGON2ID = 2;
const VERSION_19 = 1;

// Named by variables, not in the import: a bundler for browsers would follow the name into native code, although nothing there calls this.
const ARGON2_MODULE = '@node-rs/argon2';
const BCRYPT_MODULE = '@node-rs/bcrypt';

async function load<T>(name: string): Promise<T> {
  try {
    return (await import(/* @vite-ignore */ name)) as T;
  } catch (cause) {
    throw new CryptoError('ERR_PASSWORD_NATIVE', 'the native password module cannot be loaded; passwords are hashed on the server only', {
      cause,
    });
  }
}

/** Argon2id on the thread pool. */
export async function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  parameters: PasswordParameters,
  length: number,
): Promise<Uint8Array> {
  const { hashRaw } = await load<typeof import('@node-rs/argon2')>(ARGON2_MODULE);
  const hash = await hashRaw(password, {
    algorithm: ARGON2ID,
    version: VERSION_19,
    memoryCost: parameters.memory,
    timeCost: parameters.passes,
    parallelism: parameters.parallelism,
    outputLen: length,
    salt,
  });
  return new Uint8Array(hash);
}

/** bcrypt on the thread pool; the comparison inside is constant-time. */
export async function bcryptMatches(password: Uint8Array, encoded: string): Promise<boolean> {
  const { verify } = await load<typeof import('@node-rs/bcrypt')>(BCRYPT_MODULE);
  return verify(password, encoded);
}
