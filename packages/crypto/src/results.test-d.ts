import { expectTypeOf, test } from 'vitest';
import {
  type AuditBreak,
  type AuditHead,
  CryptoError,
  type CryptoErrorCode,
  type DataKey,
  type FileKey,
  fileKey,
  type KeyProvider,
  type MatrixCardRecord,
  open,
  type SealOptions,
  seal,
  verifyAuditChain,
  verifyAuditHead,
  verifyMatrixCode,
  verifyPassword,
} from './index';

declare const key: DataKey;
declare const record: MatrixCardRecord;

test('a password result must be narrowed before needsRehash is a boolean', async () => {
  const result = await verifyPassword({ password: 'x', hash: 'y' });
  expectTypeOf(result.needsRehash).toEqualTypeOf<boolean | undefined>();
  if (result.verified) expectTypeOf(result.needsRehash).toEqualTypeOf<boolean>();
  else expectTypeOf(result.needsRehash).toEqualTypeOf<undefined>();
  expectTypeOf(result).not.toEqualTypeOf<boolean>();
});

test('a matrix code has a reason only when it did not match', () => {
  const result = verifyMatrixCode({ key, subject: 's', record, coordinates: ['A1'], answer: 'AB' });
  if (result.matched) expectTypeOf(result.reason).toEqualTypeOf<undefined>();
  else expectTypeOf(result.reason).toEqualTypeOf<'wrong' | 'malformed'>();
});

test('a chain is intact with a head or broken with an entry', async () => {
  const result = await verifyAuditChain([]);
  if (result.status === 'intact') expectTypeOf(result.head).toEqualTypeOf<AuditHead | null>();
  else {
    expectTypeOf(result.reason).toEqualTypeOf<AuditBreak>();
    expectTypeOf(result.sequence).toEqualTypeOf<number>();
    // @ts-expect-error a broken chain has no head to trust
    result.head;
  }
  const signed = verifyAuditHead({ key, signed: { version: 1, chain: 'c', sequence: 1, hash: 'h', at: 1, signature: 's' } });
  expectTypeOf(signed.head).toEqualTypeOf<AuditHead | undefined>();
  if (signed.valid) expectTypeOf(signed.head).toEqualTypeOf<AuditHead>();
});

test('a data key is not bytes, and bytes are not a data key', () => {
  const context = { subject: 's', purpose: 'p' };
  expectTypeOf(key).not.toExtend<Uint8Array>();
  // @ts-expect-error raw bytes are refused by the compiler as well
  seal({ key: new Uint8Array(32), context, plaintext: new Uint8Array(1) });
  // @ts-expect-error a nonce cannot be passed
  seal({ key, context, plaintext: new Uint8Array(1), nonce: new Uint8Array(24) });
  // @ts-expect-error a context needs a purpose
  open({ key, context: { subject: 's' }, sealed: new Uint8Array(1) });
  expectTypeOf<SealOptions>().not.toHaveProperty('random');
});

test('providers and errors', () => {
  expectTypeOf(fileKey).returns.toEqualTypeOf<FileKey>();
  expectTypeOf<FileKey>().toExtend<KeyProvider>();
  const error = new CryptoError('ERR_SEAL_OPEN', 'x');
  expectTypeOf(error.code).toEqualTypeOf<CryptoErrorCode>();
  expectTypeOf<CryptoErrorCode>().toExtend<`ERR_${Uppercase<string>}`>();
  // @ts-expect-error not one of the codes
  new CryptoError('ERR_OTHER', 'x');
});
