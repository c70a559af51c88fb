export { type AppendAuditOptions, AUDIT_LIMITS, type AuditHead, type AuditRecord, appendAudit, isAuditHead } from './audit-chain';
export { type SignedAuditHead, signAuditHead, type VerifyAuditHeadResult, verifyAuditHead } from './audit-head';
export { type AuditBreak, type VerifyAuditChainOptions, type VerifyAuditChainResult, verifyAuditChain } from './audit-verification';
export { BASE64URL_MAX_BYTES, base64urlDecode, base64urlEncode } from './base64';
export { type CallbackKeyOptions, callbackKey } from './callback-key';
export { constantTimeEqual } from './constant-time-equal';
export { type DataKey, importDataKey } from './data-key';
export { type EnvKeyOptions, envKey } from './env-key';
export { CryptoError, type CryptoErrorCode } from './errors';
export { type FileKey, type FileKeyOptions, fileKey } from './file-key';
export { generateKey } from './key-list';
export type { KeyProvider, WrappedKey } from './key-provider';
export { type Keyring, type KeyringOptions, keyring } from './keyring';
export type { SealContext } from './length-prefixed';
export {
  chooseCoordinates,
  createMatrixCard,
  MATRIX_ALPHABET,
  type MatrixCard,
  type MatrixCoordinate,
} from './matrix-card';
export { type MatrixCardSvgOptions, type MatrixCardTheme, matrixCardSvg, matrixCardText } from './matrix-card-print';
export {
  type MatrixCardRecord,
  type MatrixDigestsOptions,
  matrixDigests,
  parseMatrixCardRecord,
  type VerifyMatrixCodeOptions,
  type VerifyMatrixCodeResult,
  verifyMatrixCode,
} from './matrix-code';
export {
  dummyPasswordHash,
  type HashPasswordOptions,
  hashPassword,
  needsRehash,
  type VerifyPasswordOptions,
  type VerifyPasswordResult,
  verifyPassword,
} from './password';
export {
  allowWeakParameters,
  DEFAULT_PASSWORD_PARAMETERS,
  PASSWORD_LIMITS,
  type PasswordParameters,
} from './password-hash';
export { type PseudonymOptions, pseudonym } from './pseudonym';
export { type RandomSource, randomBytes } from './random';
export {
  createSealer,
  type OpenOptions,
  open,
  SEAL_LIMITS,
  type SealAlgorithm,
  type Sealer,
  type SealOptions,
  seal,
} from './sealed-record';
export { subKey } from './sub-key';
