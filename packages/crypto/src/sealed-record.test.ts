import { createCipheriv, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importDataKey, keyState } from './data-key';
import { CryptoError } from './errors';
import type { SealContext } from './length-prefixed';
import { createSealer, open, SEAL_LIMITS, type SealAlgorithm, seal } from './sealed-record';
import { hex, runs, seededRandom, testKey, thrownBy, toHex, utf8Bytes } from './seeded-random.test-support';

const ALGORITHMS: SealAlgorithm[] = ['xchacha20-poly1305', 'aes-256-gcm'];
const context: SealContext = { subject: 'customer-1', purpose: 'typing-sample', version: 3 };
const codeOf = (call: () => unknown) => (thrownBy(call) as CryptoError).code;

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const key = testKey();
  const plaintext = utf8Bytes('the quick brown fox');
  const sealed = seal({ key, context, plaintext, algorithm });

  it('round trips any plaintext under any context', () => {
    const contexts = fc.record({
      subject: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => utf8Bytes(text).length <= 512),
      purpose: fc.stringMatching(/^[A-Za-z0-9._:/-]{1,64}$/),
      version: fc.integer({ min: 1, max: 0xffff_ffff }),
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), contexts, (bytes, anyContext) => {
        const record = seal({ key, context: anyContext, plaintext: bytes, algorithm });
        expect(record.length).toBe(bytes.length + SEAL_LIMITS.overhead[algorithm]);
        expect(open({ key, context: anyContext, sealed: record })).toEqual(bytes);
      }),
      { numRuns: runs(100) },
    );
  });

  it('refuses every record with one byte changed', () => {
    for (let i = 0; i < sealed.length; i++) {
      for (const change of [1, 0x80, 0xff]) {
        const tampered = sealed.slice();
        tampered[i]! ^= change;
        expect(codeOf(() => open({ key, context, sealed: tampered }))).toBe(i < 2 ? expectedHeaderCode(tampered) : 'ERR_SEAL_OPEN');
      }
    }
  });

  it('refuses every truncation and every extension', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(codeOf(() => open({ key, context, sealed: sealed.subarray(0, length) }))).toMatch(/^ERR_SEAL_(MALFORMED|OPEN|VERSION)$/);
    }
    expect(codeOf(() => open({ key, context, sealed: Uint8Array.of(...sealed, 0) }))).toBe('ERR_SEAL_OPEN');
  });

  it.each<[string, SealContext]>([
    ['subject', { ...context, subject: 'customer-2' }],
    ['purpose', { ...context, purpose: 'typing-sample2' }],
    ['version', { ...context, version: 4 }],
    ['version left out', { subject: context.subject, purpose: context.purpose }],
    ['border between subject and purpose', { ...context, subject: 'customer-1t', purpose: 'yping-sample' }],
  ])('refuses another %s', (_, other) => {
    expect(codeOf(() => open({ key, context: other, sealed }))).toBe('ERR_SEAL_OPEN');
  });

  it('refuses another key, and says the same as for changed bytes', () => {
    const wrongKey = thrownBy(() => open({ key: testKey(2), context, sealed })) as CryptoError;
    const tampered = sealed.slice();
    tampered[30]! ^= 1;
    const wrongBytes = thrownBy(() => open({ key, context, sealed: tampered })) as CryptoError;
    expect(wrongKey).toBeInstanceOf(CryptoError);
    expect([wrongKey.code, wrongKey.message, wrongKey.cause]).toEqual(['ERR_SEAL_OPEN', wrongBytes.message, undefined]);
  });

  it('draws a new nonce for each record', () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 200; i++) nonces.add(toHex(seal({ key, context, plaintext, algorithm }).subarray(2, 14)));
    expect(nonces.size).toBe(200);
  });

  it('takes its whole range of sizes and no more', () => {
    const largest = new Uint8Array(SEAL_LIMITS.maxPlaintext);
    const record = seal({ key, context, plaintext: largest, algorithm });
    expect(open({ key, context, sealed: record }).length).toBe(1_048_576);
    expect(() => seal({ key, context, plaintext: new Uint8Array(1_048_577), algorithm })).toThrow(RangeError);
    const tooLong = new Uint8Array(record.length + 1);
    tooLong.set(record);
    expect(codeOf(() => open({ key, context, sealed: tooLong }))).toBe('ERR_SEAL_MALFORMED');
  });

  it('opens from the middle of a larger buffer', () => {
    const buffer = Buffer.concat([Buffer.from([9]), sealed, Buffer.from([9])]).subarray(1, 1 + sealed.length);
    expect(open({ key, context, sealed: buffer })).toEqual(plaintext);
  });
});

const expectedHeaderCode = (record: Uint8Array) =>
  record[0] === 1 && (record[1] === 1 || record[1] === 2) ? 'ERR_SEAL_OPEN' : 'ERR_SEAL_VERSION';

describe('format', () => {
  it('is what node:crypto makes of the documented construction', () => {
    const keyBytes = seededRandom(5)(32);
    const nonce = hex('000102030405060708090a0b');
    const sealer = createSealer({ random: () => nonce });
    const sealed = sealer.seal({
      key: importDataKey(keyBytes),
      context: { subject: 'ü', purpose: 'p', version: 258 },
      plaintext: utf8Bytes('hi'),
      algorithm: 'aes-256-gcm',
    });
    const subKey = Buffer.from(hkdfSync('sha256', keyBytes, new Uint8Array(0), '@tacit-auth/crypto/1/own/seal/aes-256-gcm', 32));
    const cipher = createCipheriv('aes-256-gcm', subKey, nonce);
    cipher.setAAD(
      Buffer.concat([
        Buffer.from([0, 0, 0, 16]),
        Buffer.from('seal/aes-256-gcm'),
        Buffer.from([0, 0, 0, 2, 0xc3, 0xbc]),
        Buffer.from([0, 0, 0, 1, 0x70]),
        Buffer.from([0, 0, 0, 4, 0, 0, 1, 2]),
      ]),
    );
    const expected = Buffer.concat([Buffer.from([1, 2]), nonce, cipher.update('hi'), cipher.final(), cipher.getAuthTag()]);
    expect(toHex(sealed)).toBe(expected.toString('hex'));
  });

  it('stays readable: a record sealed by the first release', () => {
    const sealed = createSealer({ random: seededRandom(9) }).seal({ key: testKey(), context, plaintext: utf8Bytes('kept') });
    expect(toHex(sealed)).toBe(FIRST_RELEASE);
    expect(open({ key: testKey(), context, sealed: hex(FIRST_RELEASE) })).toEqual(utf8Bytes('kept'));
  });
});

const FIRST_RELEASE = '0101a446f9eb33d55f28f2f87e63b7d353aeb4f3c6c10cc978a3caf012e3a54d1213a03f425d1e9700dc55db6db9';

describe('limits', () => {
  it('counts AES-256-GCM records per handle and stops at the documented number', () => {
    const key = testKey();
    const request = { key, context, plaintext: new Uint8Array(1), algorithm: 'aes-256-gcm' } as const;
    seal(request);
    expect(keyState(key).gcmMessages).toBe(1);
    keyState(key).gcmMessages = SEAL_LIMITS.aesGcmMessages - 1;
    seal(request);
    expect(codeOf(() => seal(request))).toBe('ERR_SEAL_LIMIT');
    expect(() => seal({ key, context, plaintext: new Uint8Array(1) })).not.toThrow();
  });
});

describe('misuse', () => {
  const key = testKey();
  const plaintext = new Uint8Array(1);

  it('has no way to pass a nonce', () => {
    const withNonce = { key, context, plaintext, nonce: new Uint8Array(24), random: () => new Uint8Array(24) };
    expect(toHex(seal(withNonce).subarray(2, 26))).not.toBe('00'.repeat(24));
  });

  it('refuses a source that repeats itself or gives too little', () => {
    const repeating = createSealer({ random: (length) => new Uint8Array(length) });
    repeating.seal({ key, context, plaintext });
    expect(codeOf(() => repeating.seal({ key, context, plaintext }))).toBe('ERR_RANDOM');
    const short = createSealer({ random: (length) => new Uint8Array(length - 1) });
    expect(codeOf(() => short.seal({ key, context, plaintext }))).toBe('ERR_RANDOM');
  });

  it('notices repetition although the source writes into the same array', () => {
    const reused = new Uint8Array(24);
    const sealer = createSealer({
      random: () => {
        reused[0]!++;
        return reused;
      },
    });
    const first = sealer.seal({ key, context, plaintext });
    expect(toHex(sealer.seal({ key, context, plaintext }))).not.toBe(toHex(first));
  });

  it.each<[string, object, new () => Error, string]>([
    ['no key', { key: {} }, TypeError, 'key'],
    ['raw bytes as key', { key: new Uint8Array(32) }, TypeError, 'key'],
    ['no context', { context: undefined }, TypeError, 'context'],
    ['empty subject', { context: { ...context, subject: '' } }, RangeError, 'context.subject'],
    ['long subject', { context: { ...context, subject: 'x'.repeat(513) } }, RangeError, 'context.subject'],
    ['ill-formed subject', { context: { ...context, subject: 'a\ud800' } }, RangeError, 'context.subject'],
    ['number as subject', { context: { ...context, subject: 7 } }, TypeError, 'context.subject'],
    ['purpose with a space', { context: { ...context, purpose: 'a b' } }, RangeError, 'context.purpose'],
    ['version 0', { context: { ...context, version: 0 } }, RangeError, 'context.version'],
    ['version too large', { context: { ...context, version: 2 ** 32 } }, RangeError, 'context.version'],
    ['version as text', { context: { ...context, version: '1' } }, TypeError, 'context.version'],
    ['text as plaintext', { plaintext: 'secret' }, TypeError, 'plaintext'],
    ['unknown algorithm', { algorithm: 'aes-128-ecb' }, RangeError, 'algorithm'],
    ['inherited name as algorithm', { algorithm: 'toString' }, RangeError, 'algorithm'],
  ])('%s', (_, change, kind, named) => {
    const error = thrownBy(() => seal({ key, context, plaintext, ...change } as never));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(named);
  });

  it('refuses a destroyed key on both sides', () => {
    const gone = testKey();
    const sealed = seal({ key: gone, context, plaintext });
    gone.destroy();
    expect(codeOf(() => seal({ key: gone, context, plaintext }))).toBe('ERR_KEY_DESTROYED');
    expect(codeOf(() => open({ key: gone, context, sealed }))).toBe('ERR_KEY_DESTROYED');
  });

  it('never seals under a key that is destroyed while the nonce is drawn', () => {
    const gone = testKey();
    const sealer = createSealer({
      random: (length) => {
        gone.destroy();
        return new Uint8Array(length).fill(1);
      },
    });
    expect(codeOf(() => sealer.seal({ key: gone, context, plaintext }))).toBe('ERR_KEY_DESTROYED');
  });
});
