import { assertInteger, assertObject } from './arguments';
import { phcBase64Decode, phcBase64Encode } from './base64';
import { CryptoError } from './errors';

/**
 * Lets parameters below the floor through, for tests that hash thousands of times.
 *
 * @deprecated To make it stand out as something that must not reach production.
 */
export const allowWeakParameters: unique symbol = Symbol('allowWeakParameters');

/** The work of one Argon2id hash (RFC 9106). */
export interface PasswordParameters {
  /** Memory in KiB: 8 x parallelism to 1,048,576 (1 GiB). */
  memory: number;
  /** Passes over the memory: 1 to 64. memory x passes may be 35,840 to 4,194,304 KiB. */
  passes: number;
  /** Lanes: 1 to 16. */
  parallelism: number;
  /** @deprecated Tests only. */
  [allowWeakParameters]?: boolean;
}

/** 19 MiB, 2 passes, 1 lane: the first choice of the OWASP Password Storage Cheat Sheet. */
export const DEFAULT_PASSWORD_PARAMETERS: Readonly<PasswordParameters> = Object.freeze({ memory: 19_456, passes: 2, parallelism: 1 });

/** Every bound of passwords and their hashes. */
export const PASSWORD_LIMITS = Object.freeze({
  /** Bytes of UTF-8 after NFKC normalisation. */
  minBytes: 1,
  maxBytes: 1024,
  maxMemory: 1_048_576,
  maxPasses: 64,
  maxParallelism: 16,
  /** KiB x passes: the least that new hashes may cost, and the most that any hash may ask for. */
  minWork: 35_840,
  maxWork: 4_194_304,
  /** KiB: the least memory of new hashes. */
  minMemory: 7168,
  /** log2 of the rounds of a bcrypt hash. */
  maxBcryptCost: 16,
});

export const SALT_BYTES = 16;
export const HASH_BYTES = 32;

/** A stored hash, parsed and bounded: nothing in it can make verification run for minutes or take all memory. */
export type ParsedPasswordHash =
  | { kind: 'argon2id'; parameters: PasswordParameters; salt: Uint8Array; hash: Uint8Array }
  | { kind: 'bcrypt'; encoded: string };

const NUMBER = '(0|[1-9][0-9]{0,9})';
const ARGON2ID = new RegExp(`^\\$argon2id\\$v=19\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})$`);
const BCRYPT = /^\$2[aby]\$([0-9]{2})\$[A-Za-z0-9./]{53}$/;
const MAX_HASH_LENGTH = 256;

/** @throws CryptoError ERR_PASSWORD_HASH; no part of the hash is in the message */
export function parsePasswordHash(encoded: unknown): ParsedPasswordHash {
  if (typeof encoded !== 'string') throw new TypeError('hash must be a string');
  const wrong = (message: string) => new CryptoError('ERR_PASSWORD_HASH', message, { field: 'hash' });
  if (encoded.length > MAX_HASH_LENGTH) throw wrong('hash is too long to be a password hash');

  const bcrypt = BCRYPT.exec(encoded);
  if (bcrypt !== null) {
    const cost = Number(bcrypt[1]);
    if (cost < 4 || cost > PASSWORD_LIMITS.maxBcryptCost)
      throw wrong(`hash asks for a bcrypt cost outside 4 to ${PASSWORD_LIMITS.maxBcryptCost}`);
    return { kind: 'bcrypt', encoded };
  }

  const argon = ARGON2ID.exec(encoded);
  if (argon === null) throw wrong('hash must be Argon2id (version 19) in PHC form, or bcrypt $2a$, $2b$ or $2y$');
  const [, memory, passes, parallelism, saltText = '', hashText = ''] = argon;
  const parameters = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (!withinLimits(parameters)) throw wrong('hash asks for more work than PASSWORD_LIMITS allows, or for none');
  const salt = phcBase64Decode(saltText);
  const hash = phcBase64Decode(hashText);
  if (salt === undefined || hash === undefined) throw wrong('hash has a salt or a digest that is not canonical base64');
  return { kind: 'argon2id', parameters, salt, hash };
}

function withinLimits({ memory, passes, parallelism }: PasswordParameters): boolean {
  const { maxMemory, maxPasses, maxParallelism, maxWork } = PASSWORD_LIMITS;
  return (
    parallelism >= 1 &&
    parallelism <= maxParallelism &&
    memory >= 8 * parallelism &&
    memory <= maxMemory &&
    passes >= 1 &&
    passes <= maxPasses &&
    memory * passes <= maxWork
  );
}

/** Checked parameters for new hashes: the default ones when none are given. */
export function passwordParameters(parameters: PasswordParameters = DEFAULT_PASSWORD_PARAMETERS): PasswordParameters {
  assertObject(parameters, 'parameters');
  const { memory, passes, parallelism } = parameters;
  assertInteger(parallelism, 'parameters.parallelism', 1, PASSWORD_LIMITS.maxParallelism);
  assertInteger(memory, 'parameters.memory', 8 * parallelism, PASSWORD_LIMITS.maxMemory);
  assertInteger(passes, 'parameters.passes', 1, PASSWORD_LIMITS.maxPasses);
  if (memory * passes > PASSWORD_LIMITS.maxWork)
    throw new RangeError(`parameters must have memory x passes of at most ${PASSWORD_LIMITS.maxWork} KiB`);
  const weak = memory < PASSWORD_LIMITS.minMemory || memory * passes < PASSWORD_LIMITS.minWork;
  if (weak && parameters[allowWeakParameters] !== true) {
    throw new RangeError(
      `parameters must have a memory of at least ${PASSWORD_LIMITS.minMemory} KiB and memory x passes of at least ${PASSWORD_LIMITS.minWork} KiB`,
    );
  }
  return { memory, passes, parallelism };
}

/** The PHC string of an Argon2id hash. */
export function formatPasswordHash(parameters: PasswordParameters, salt: Uint8Array, hash: Uint8Array): string {
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${phcBase64Encode(salt)}$${phcBase64Encode(hash)}`;
}
