import { createHmac, hkdfSync } from 'node:crypto';
import { gcm } from '@noble/ciphers/aes.js';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hashRaw } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { argon2id, bcryptMatches } from './native-password';
import { hex, seededRandom, toHex, utf8Bytes } from './seeded-random.test-support';

describe('HKDF-SHA-256, RFC 5869 appendix A', () => {
  it.each([
    {
      name: 'test case 1',
      salt: hex('000102030405060708090a0b0c'),
      info: hex('f0f1f2f3f4f5f6f7f8f9'),
      okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      name: 'test case 3',
      salt: undefined,
      info: new Uint8Array(0),
      okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ])('$name', ({ salt, info, okm }) => {
    expect(toHex(hkdf(sha256, hex('0b'.repeat(22)), salt, info, 42))).toBe(okm);
  });
});

describe('HMAC-SHA-256, RFC 4231', () => {
  it.each([
    ['test case 1', hex('0b'.repeat(20)), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    ['test case 2', utf8Bytes('Jefe'), 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'test case 6',
      hex('aa'.repeat(131)),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('%s', (_, key, data, mac) => {
    expect(toHex(hmac(sha256, key, utf8Bytes(data)))).toBe(mac);
  });
});

describe('XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03 appendix A.3.1', () => {
  const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f');
  const nonce = hex('404142434445464748494a4b4c4d4e4f5051525354555657');
  const aad = hex('50515253c0c1c2c3c4c5c6c7');
  const plaintext = utf8Bytes(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const sealed =
    'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452' +
    '2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49';

  it('encrypts and decrypts', () => {
    expect(toHex(xchacha20poly1305(key, nonce, aad).encrypt(plaintext))).toBe(sealed);
    expect(xchacha20poly1305(key, nonce, aad).decrypt(hex(sealed))).toEqual(plaintext);
  });
});

describe('AES-256-GCM, McGrew and Viega, The Galois/Counter Mode of Operation, appendix B', () => {
  const key16 = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
  const text16 = 'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39';
  it.each([
    ['13', '00'.repeat(32), '00'.repeat(12), '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    ['14', '00'.repeat(32), '00'.repeat(12), '', '00'.repeat(16), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919'],
    [
      '16',
      key16,
      'cafebabefacedbaddecaf888',
      'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      text16,
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
        '76fc6ece0f4e1768cddf8853bb2d551b',
    ],
  ])('test case %s', (_, key, nonce, aad, plaintext, sealed) => {
    expect(toHex(gcm(hex(key), hex(nonce), hex(aad)).encrypt(hex(plaintext)))).toBe(sealed);
    expect(toHex(gcm(hex(key), hex(nonce), hex(aad)).decrypt(hex(sealed)))).toBe(plaintext);
  });
});

describe('Argon2id', () => {
  const password = hex('01'.repeat(32));
  const salt = hex('02'.repeat(16));

  it('RFC 9106 section 5.3, with secret and associated data, by the implementation that takes them', () => {
    const tag = nobleArgon2id(password, salt, {
      t: 3,
      m: 32,
      p: 4,
      key: hex('03'.repeat(8)),
      personalization: hex('04'.repeat(12)),
      dkLen: 32,
    });
    expect(toHex(tag)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
  });

  it('the native implementation agrees with it without associated data, with and without a secret', async () => {
    const options = { algorithm: 2, version: 1, memoryCost: 32, timeCost: 3, parallelism: 4, outputLen: 32, salt } as const;
    const secret = hex('03'.repeat(8));
    expect(toHex(await hashRaw(password, { ...options, secret }))).toBe(
      toHex(nobleArgon2id(password, salt, { t: 3, m: 32, p: 4, key: secret, dkLen: 32 })),
    );
    expect(toHex(await argon2id(password, salt, { memory: 32, passes: 3, parallelism: 4 }, 32))).toBe(
      toHex(nobleArgon2id(password, salt, { t: 3, m: 32, p: 4, dkLen: 32 })),
    );
  });

  it.each([
    { memory: 8, passes: 1, parallelism: 1, length: 32 },
    { memory: 64, passes: 2, parallelism: 1, length: 16 },
    { memory: 128, passes: 1, parallelism: 2, length: 64 },
  ])('the two implementations agree at m=$memory t=$passes p=$parallelism', async ({ memory, passes, parallelism, length }) => {
    const secret = seededRandom(memory)(20);
    expect(toHex(await argon2id(secret, salt, { memory, passes, parallelism }, length))).toBe(
      toHex(nobleArgon2id(secret, salt, { m: memory, t: passes, p: parallelism, dkLen: length })),
    );
  });
});

describe('bcrypt, known hashes', () => {
  it.each([
    // jBCrypt, TestBCrypt.java
    ['a', '$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe'],
    ['abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
    ['abcdefghijklmnopqrstuvwxyz', '$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC'],
    // crypt_blowfish, wrapper.c
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
    ['U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
  ])('%s', async (password, hash) => {
    expect(await bcryptMatches(utf8Bytes(password), hash)).toBe(true);
    expect(await bcryptMatches(utf8Bytes(`${password}x`), hash)).toBe(false);
  });
});

it('the pure implementations agree with the platform on random input', () => {
  const random = seededRandom(77);
  for (let length = 0; length < 200; length += 7) {
    const key = random(length);
    const data = random(length * 2);
    expect(toHex(hmac(sha256, key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'));
    expect(toHex(hkdf(sha256, key, data, key, 64))).toBe(Buffer.from(hkdfSync('sha256', key, data, key, 64)).toString('hex'));
  }
});
