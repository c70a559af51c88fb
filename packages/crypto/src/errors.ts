/**
 * Everything that this package throws on purpose, apart from `TypeError` and `RangeError` for arguments of the wrong kind or size.
 *
 * - `ERR_SEAL_OPEN` a sealed record does not open: another key, another context, or changed bytes. Which of them is never said.
 * - `ERR_SEAL_MALFORMED` the bytes are too short or too long to be a sealed record.
 * - `ERR_SEAL_VERSION` the record names a format or an algorithm that this release does not know.
 * - `ERR_SEAL_LIMIT` one key handle has sealed as many AES-256-GCM records as random nonces allow.
 * - `ERR_RANDOM` the source of randomness gave the wrong kind or number of bytes, or the same nonce twice.
 * - `ERR_KEY_CONFIG` the value of an environment variable or a key file is missing or malformed.
 * - `ERR_KEY_FILE` a key file cannot be read, is not a regular file, is too large, or can be read by others.
 * - `ERR_KEY_UNKNOWN` a wrapped key names a key-encryption key that the provider does not hold.
 * - `ERR_KEY_MALFORMED` a string is not a wrapped data key.
 * - `ERR_KEY_UNWRAP` a wrapped data key does not open: another context, another key of the same id, or changed bytes.
 * - `ERR_KEY_PROVIDER` a caller's own provider failed or gave something that is not a key; see `cause`.
 * - `ERR_KEY_DESTROYED` a data key was used after `destroy()`.
 * - `ERR_PASSWORD_LENGTH` a password has no bytes or too many.
 * - `ERR_PASSWORD_HASH` a stored password hash is malformed, of an unknown kind, or asks for absurd work.
 * - `ERR_PASSWORD_NATIVE` the native Argon2 or bcrypt module cannot be loaded here.
 * - `ERR_MATRIX_RECORD` a stored matrix card record is malformed or of an unknown version.
 * - `ERR_AUDIT_HEAD` a head of an audit chain is malformed or belongs to another chain.
 * - `ERR_AUDIT_ENTRY` an entry cannot be appended: too large, or the chain is full.
 * - `ERR_BASE64URL` a string is not canonical unpadded base64url.
 */
export type CryptoErrorCode =
  | 'ERR_SEAL_OPEN'
  | 'ERR_SEAL_MALFORMED'
  | 'ERR_SEAL_VERSION'
  | 'ERR_SEAL_LIMIT'
  | 'ERR_RANDOM'
  | 'ERR_KEY_CONFIG'
  | 'ERR_KEY_FILE'
  | 'ERR_KEY_UNKNOWN'
  | 'ERR_KEY_MALFORMED'
  | 'ERR_KEY_UNWRAP'
  | 'ERR_KEY_PROVIDER'
  | 'ERR_KEY_DESTROYED'
  | 'ERR_PASSWORD_LENGTH'
  | 'ERR_PASSWORD_HASH'
  | 'ERR_PASSWORD_NATIVE'
  | 'ERR_MATRIX_RECORD'
  | 'ERR_AUDIT_HEAD'
  | 'ERR_AUDIT_ENTRY'
  | 'ERR_BASE64URL';

/** A coded error. No message ever holds a key, a password, a plaintext or a subject. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;
  /** The argument or field that the error is about, where there is one. */
  declare readonly field?: string;

  constructor(code: CryptoErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.field !== undefined) this.field = options.field;
  }
}
