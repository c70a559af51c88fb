import * as platform from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hmacSha256 } from './hmac-sha256';
import { runs } from './seeded-random.test-support';
import { chooseXchacha, xchacha, xchachaOver } from './xchacha';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const own = xchachaOver(platform);

it('gives byte for byte what the portable cipher gives, and opens what that made', () => {
  const text = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 3_000, maxLength: 5_000 }));
  fc.assert(
    fc.property(bytes(32), bytes(24), fc.uint8Array({ maxLength: 100 }), text, (key, nonce, aad, plaintext) => {
      const sealed = own(key, nonce, aad).encrypt(plaintext);
      expect(sealed).toEqual(xchacha20poly1305(key, nonce, aad).encrypt(plaintext));
      expect(own(key, nonce, aad).decrypt(sealed)).toEqual(plaintext);
    }),
    { numRuns: runs(100) },
  );
});

it('leaves key, nonce and text as they are, wherever in a buffer they lie', () => {
  // A Buffer, whose parts are views of it even where they are asked for as copies.
  const buffer = Buffer.from(Uint8Array.from({ length: 200 }, (_, i) => i));
  const before = Uint8Array.from(buffer);
  const [key, nonce, aad, text] = [buffer.subarray(3, 35), buffer.subarray(37, 61), buffer.subarray(61, 70), buffer.subarray(71, 190)];
  const sealed = own(key, nonce, aad).encrypt(text);
  const copies = [key, nonce, aad].map((part) => Uint8Array.from(part)) as [Uint8Array, Uint8Array, Uint8Array];
  expect(sealed).toEqual(xchacha20poly1305(...copies).encrypt(Uint8Array.from(text)));
  expect(own(key, nonce, aad).decrypt(sealed)).toEqual(Uint8Array.from(text));
  expect(Uint8Array.from(buffer)).toEqual(before);
});

it('opens nothing of which a bit was changed', () => {
  const [key, nonce, aad] = [new Uint8Array(32), new Uint8Array(24), new Uint8Array(3)];
  const sealed = own(key, nonce, aad).encrypt(new Uint8Array(40));
  fc.assert(
    fc.property(fc.nat(8 * sealed.length - 1), (bit) => {
      const changed = sealed.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => own(key, nonce, aad).decrypt(changed)).toThrow();
    }),
    { numRuns: runs(100) },
  );
  expect(() => own(key, nonce, Uint8Array.of(0, 0)).decrypt(sealed)).toThrow();
  expect(() => own(key, nonce, aad).decrypt(sealed.subarray(0, 20))).toThrow();
});

it('takes the portable one where the platform has none, refuses, or gives something else', () => {
  const refusing = {
    ...platform,
    createCipheriv: () => {
      throw new Error('not in this build');
    },
  } as unknown as typeof platform;
  const wrong = {
    ...platform,
    createCipheriv: (...given: Parameters<typeof platform.createCipheriv>) => {
      const cipher = platform.createCipheriv(...given) as platform.CipherGCM;
      const other = { update: (text: Uint8Array) => cipher.update(text), setAAD: () => other, final: () => cipher.final() };
      return Object.assign(other, { getAuthTag: () => cipher.getAuthTag() });
    },
  } as unknown as typeof platform;
  for (const given of [undefined, refusing, wrong]) expect(chooseXchacha(given)).toBe(xchacha20poly1305);
  expect(chooseXchacha(platform)).not.toBe(xchacha20poly1305);
  expect(xchacha(new Uint8Array(32), new Uint8Array(24), new Uint8Array(0)).encrypt(new Uint8Array(1))).toHaveLength(17);
});

it('HMAC-SHA-256 of the platform is that of the portable library', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
      expect(hmacSha256(key, message)).toEqual(hmac(sha256, key, message));
    }),
    { numRuns: runs(100) },
  );
});
