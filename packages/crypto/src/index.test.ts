import { describe, expect, it } from 'vitest';
import * as crypto from './index';

describe('public entry', () => {
  it('hands out exactly these names', () => {
    expect(Object.keys(crypto).sort()).toEqual([
      'AUDIT_LIMITS',
      'BASE64URL_MAX_BYTES',
      'CryptoError',
      'DEFAULT_PASSWORD_PARAMETERS',
      'MATRIX_ALPHABET',
      'PASSWORD_LIMITS',
      'SEAL_LIMITS',
      'allowWeakParameters',
      'appendAudit',
      'base64urlDecode',
      'base64urlEncode',
      'callbackKey',
      'chooseCoordinates',
      'constantTimeEqual',
      'createMatrixCard',
      'createSealer',
      'dummyPasswordHash',
      'envKey',
      'fileKey',
      'generateKey',
      'hashPassword',
      'importDataKey',
      'isAuditHead',
      'keyring',
      'matrixCardSvg',
      'matrixCardText',
      'matrixDigests',
      'needsRehash',
      'open',
      'parseMatrixCardRecord',
      'pseudonym',
      'randomBytes',
      'seal',
      'signAuditHead',
      'subKey',
      'verifyAuditChain',
      'verifyAuditHead',
      'verifyMatrixCode',
      'verifyPassword',
    ]);
  });

  it('has errors that are told apart by code', () => {
    const error = new crypto.CryptoError('ERR_KEY_UNKNOWN', 'no such key', { field: 'wrapped', cause: 5 });
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: 'CryptoError',
      code: 'ERR_KEY_UNKNOWN',
      field: 'wrapped',
      message: 'no such key',
      cause: 5,
    });
    expect('field' in new crypto.CryptoError('ERR_RANDOM', 'x')).toBe(false);
    expect('cause' in new crypto.CryptoError('ERR_RANDOM', 'x')).toBe(false);
  });
});
