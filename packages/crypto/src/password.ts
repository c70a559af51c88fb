import { sha256 } from '@noble/hashes/sha2.js';
import { assertObject } from './arguments';
import { constantTimeEqual } from './constant-time-equal';
import { CryptoError } from './errors';
import { argon2id, bcryptMatches } from './native-password';
import {
  formatPasswordHash,
  HASH_BYTES,
  PASSWORD_LIMITS,
  type ParsedPasswordHash,
  type PasswordParameters,
  parsePasswordHash,
  passwordParameters,
  SALT_BYTES,
} from './password-hash';
import { draw, type RandomSource, randomSource } from './random';

export interface HashPasswordOptions {
  /** Default: 19 MiB, 2 passes, 1 lane. */
  parameters?: PasswordParameters;
  random?: RandomSource;
}

export interface VerifyPasswordOptions {
  /** What the person typed. A password that cannot be one (empty, over 1,024 bytes) does not match. */
  password: string;
  /** The stored hash: Argon2id in PHC form, or bcrypt `$2a$`, `$2b$`, `$2y$`. */
  hash: string;
  /** What new hashes are made with now; decides `needsRehash`. */
  parameters?: PasswordParameters;
}

export type VerifyPasswordResult =
  | { verified: true /** Hash the password again with `hashPassword` and store that. */; needsRehash: boolean }
  | { verified: false; needsRehash?: never };

const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();
// NFKC can make a password shorter (it composes marks), but never by as much as four units to a byte.
const MAX_INPUT_LENGTH = PASSWORD_LIMITS.maxBytes * 4;

/** NFKC and UTF-8, or `undefined` when it is empty, too long or not well-formed Unicode. */
function passwordBytes(password: unknown): Uint8Array | undefined {
  if (typeof password !== 'string') throw new TypeError('password must be a string');
  if (password.length > MAX_INPUT_LENGTH || LONE_SURROGATE.test(password)) return undefined;
  const bytes = encoder.encode(password.normalize('NFKC'));
  return bytes.length >= PASSWORD_LIMITS.minBytes && bytes.length <= PASSWORD_LIMITS.maxBytes ? bytes : undefined;
}

/**
 * Hashes a password with Argon2id and a random salt of 16 bytes. The password is normalised to NFKC first, so that the same characters typed
 * on another keyboard or system match. Runs on the thread pool: about 20 ms of one core and 19 MiB by default.
 *
 * @returns the PHC string, 97 characters by default
 * @throws CryptoError ERR_PASSWORD_LENGTH for no bytes, more than 1,024 or ill-formed Unicode; ERR_PASSWORD_NATIVE; TypeError, RangeError
 */
export async function hashPassword(password: string, options: HashPasswordOptions = {}): Promise<string> {
  assertObject(options, 'options');
  const parameters = passwordParameters(options.parameters);
  const random = randomSource(options.random);
  const bytes = passwordBytes(password);
  if (bytes === undefined) {
    throw new CryptoError('ERR_PASSWORD_LENGTH', 'password must be well-formed Unicode of 1 to 1,024 bytes of UTF-8', {
      field: 'password',
    });
  }
  const salt = draw(random, SALT_BYTES);
  return formatPasswordHash(parameters, salt, await argon2id(bytes, salt, parameters, HASH_BYTES));
}

/**
 * Compares a password with a stored hash in constant time.
 *
 * bcrypt hashes are for migration: they are compared with the bytes as typed, without normalisation, as the system that made them did; bcrypt
 * itself looks at the first 72 bytes only, so a longer password matches by those, and a password with a NUL character never matches. Any match
 * reports `needsRehash: true`; the new hash covers the whole password.
 *
 * @throws CryptoError ERR_PASSWORD_HASH when the stored hash is malformed or asks for absurd work, before any is done; ERR_PASSWORD_NATIVE
 */
export async function verifyPassword(options: VerifyPasswordOptions): Promise<VerifyPasswordResult> {
  assertObject(options, 'options');
  const { password } = options;
  const stored = parsePasswordHash(options.hash);
  const parameters = passwordParameters(options.parameters);
  const bytes = passwordBytes(password);
  if (bytes === undefined) return { verified: false };
  if (!(await matches(stored, password, bytes))) return { verified: false };
  return { verified: true, needsRehash: outdated(stored, parameters) };
}

async function matches(stored: ParsedPasswordHash, password: string, bytes: Uint8Array): Promise<boolean> {
  if (stored.kind === 'bcrypt') return !password.includes('\0') && (await bcryptMatches(encoder.encode(password), stored.encoded));
  return constantTimeEqual(await argon2id(bytes, stored.salt, stored.parameters, stored.hash.length), stored.hash);
}

/**
 * Whether a stored hash was made otherwise than `hashPassword` would make it now: bcrypt, other parameters, a shorter salt or digest.
 *
 * @throws CryptoError ERR_PASSWORD_HASH, TypeError, RangeError
 */
export function needsRehash(hash: string, parameters?: PasswordParameters): boolean {
  return outdated(parsePasswordHash(hash), passwordParameters(parameters));
}

function outdated(stored: ParsedPasswordHash, wanted: PasswordParameters): boolean {
  if (stored.kind === 'bcrypt') return true;
  const { parameters, salt, hash } = stored;
  return (
    parameters.memory !== wanted.memory ||
    parameters.passes !== wanted.passes ||
    parameters.parallelism !== wanted.parallelism ||
    salt.length < SALT_BYTES ||
    hash.length < HASH_BYTES
  );
}

/**
 * A valid hash that no password is known to match, always the same for the same parameters. Verify against it when there is no such user, so
 * that both cases cost one Argon2 of equal parameters.
 */
export function dummyPasswordHash(parameters?: PasswordParameters): string {
  // A digest with no known preimage: nobody can search for its password, and it is a constant without a password behind it.
  const bytes = sha256(encoder.encode('@tacit-auth/crypto/1/dummy-password-hash'));
  const salt = sha256(encoder.encode('@tacit-auth/crypto/1/dummy-password-salt')).subarray(0, SALT_BYTES);
  return formatPasswordHash(passwordParameters(parameters), salt, bytes);
}
