import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64urlDecode, base64urlEncode, phcBase64Decode, phcBase64Encode } from './base64';
import { runs, thrownBy } from './seeded-random.test-support';

describe('base64url', () => {
  it('agrees with the platform and round trips', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = base64urlEncode(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(base64urlDecode(text)).toEqual(bytes);
        expect(phcBase64Encode(bytes)).toBe(Buffer.from(bytes).toString('base64').replace(/=+$/, ''));
        expect(phcBase64Decode(phcBase64Encode(bytes))).toEqual(bytes);
      }),
      { numRuns: runs(200) },
    );
  });

  it('knows the vectors of RFC 4648 section 10', () => {
    for (const [text, encoded] of [
      ['', ''],
      ['f', 'Zg'],
      ['fo', 'Zm8'],
      ['foo', 'Zm9v'],
      ['foob', 'Zm9vYg'],
      ['fooba', 'Zm9vYmE'],
      ['foobar', 'Zm9vYmFy'],
    ]) {
      expect(base64urlEncode(new TextEncoder().encode(text))).toBe(encoded);
    }
  });

  it('has one text for each byte string: whatever decodes encodes to itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12, unit: fc.constantFrom(...'AZaz09-_+/= \nÀ') }), (text) => {
        let bytes: Uint8Array;
        try {
          bytes = base64urlDecode(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_BASE64URL' });
          return;
        }
        expect(base64urlEncode(bytes)).toBe(text);
      }),
      { numRuns: runs(500) },
    );
  });

  it.each(['Z', 'Zg==', 'Zg=', 'Zh', 'Zm9', 'Z g', 'Zm9v\n', '+/+/', 'Zm9€', 'Zg\u0100'])('refuses %j', (text) => {
    expect(thrownBy(() => base64urlDecode(text))).toMatchObject({ code: 'ERR_BASE64URL' });
  });

  it('refuses what is too long before it looks at it', () => {
    expect(base64urlDecode('AAAA', { maxBytes: 3 })).toEqual(new Uint8Array(3));
    expect(thrownBy(() => base64urlDecode('AAAAA!', { maxBytes: 3 }))).toMatchObject({ message: 'text stands for more than 3 bytes' });
    expect(thrownBy(() => base64urlDecode('!'.repeat(3_000_000)))).toMatchObject({ message: 'text stands for more than 2097152 bytes' });
    expect(thrownBy(() => base64urlEncode(new Uint8Array(2_097_153)))).toBeInstanceOf(RangeError);
  });

  it.each([
    [() => base64urlEncode('a' as never)],
    [() => base64urlDecode(7 as never)],
    [() => base64urlDecode('', { maxBytes: '1' as never })],
  ])('refuses the wrong kind: %s', (call) => {
    expect(thrownBy(call)).toBeInstanceOf(TypeError);
  });
});
