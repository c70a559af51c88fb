import { describe, expect, it } from 'vitest';
import { appendAudit } from './audit-chain';
import { signAuditHead, verifyAuditHead } from './audit-head';
import { testKey, thrownBy } from './seeded-random.test-support';

const key = testKey();
const { head } = appendAudit({ previous: null, sealedEntry: new Uint8Array([1]), at: 5, chain: 'operators' });
const signed = signAuditHead({ key, head, at: 1000 });

describe('signed heads', () => {
  it('verify under the key they were signed with, through JSON', () => {
    expect(verifyAuditHead({ key, signed: JSON.parse(JSON.stringify(signed)) })).toEqual({ valid: true, head, at: 1000 });
    expect(verifyAuditHead({ key: testKey(2), signed })).toEqual({ valid: false, reason: 'signature' });
  });

  it.each<[string, object]>([
    ['chain', { chain: 'operator' }],
    ['sequence', { sequence: 2 }],
    ['hash', { hash: `B${head.hash.slice(1)}` }],
    ['at', { at: 1001 }],
    ['signature', { signature: `${signed.signature[0] === 'A' ? 'B' : 'A'}${signed.signature.slice(1)}` }],
  ])('do not verify with another %s', (_, change) => {
    expect(verifyAuditHead({ key, signed: { ...signed, ...change } })).toEqual({ valid: false, reason: 'signature' });
  });

  it.each([
    null,
    'x',
    {},
    { ...signed, version: 2 },
    { ...signed, at: '1000' },
    { ...signed, signature: 'short' },
    { ...signed, signature: '!'.repeat(43) },
  ])('are malformed: %o', (value) => {
    expect(verifyAuditHead({ key, signed: value as never })).toEqual({ valid: false, reason: 'malformed' });
  });

  it('refuse misuse', () => {
    expect(thrownBy(() => signAuditHead({ key, head: { ...head, sequence: 0 }, at: 1 }))).toMatchObject({ code: 'ERR_AUDIT_HEAD' });
    expect(thrownBy(() => signAuditHead({ key, head, at: -1 }))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => signAuditHead({ key: {} as never, head, at: 1 }))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => verifyAuditHead({ key: undefined as never, signed: null as never }))).toBeInstanceOf(TypeError);
  });
});
