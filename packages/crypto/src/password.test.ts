import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { phcBase64Encode } from './base64';
import { dummyPasswordHash, hashPassword, needsRehash, verifyPassword } from './password';
import { allowWeakParameters } from './password-hash';
import { seededRandom, thrownBy, utf8Bytes } from './seeded-random.test-support';

const light = { memory: 64, passes: 1, parallelism: 1, [allowWeakParameters]: true } as const;
const hashLight = (password: string) => hashPassword(password, { parameters: light });
const verifyLight = (password: string, hash: string) => verifyPassword({ password, hash, parameters: light });

describe('hashPassword', () => {
  it('is Argon2id of the NFKC bytes in PHC form, with the default parameters', async () => {
    const salt = seededRandom(4)(16);
    const hash = await hashPassword('pa\u0308ssword \ufb01', { random: () => salt });
    const expected = nobleArgon2id(utf8Bytes('p\u00e4ssword fi'), salt, { m: 19_456, t: 2, p: 1, dkLen: 32 });
    expect(hash).toBe(`$argon2id$v=19$m=19456,t=2,p=1$${phcBase64Encode(salt)}$${phcBase64Encode(expected)}`);
    expect(await verifyPassword({ password: 'p\u00e4ssword fi', hash })).toEqual({ verified: true, needsRehash: false });
    expect(await verifyPassword({ password: 'p\u00e4ssword f', hash })).toEqual({ verified: false });
  });

  it('salts: the same password never gives the same hash', async () => {
    expect(await hashLight('same')).not.toBe(await hashLight('same'));
  });

  it.each([
    ['nothing', ''],
    ['1,025 bytes', 'x'.repeat(1025)],
    ['1,026 bytes in 513 characters', '\u00e9'.repeat(513)],
    ['characters that grow by normalisation', '\ufdfa'.repeat(40)],
    ['a lone surrogate', 'abc\ud800'],
    ['ten million characters', 'x'.repeat(10_000_000)],
  ])('refuses %s', async (_, password) => {
    await expect(hashLight(password)).rejects.toMatchObject({ code: 'ERR_PASSWORD_LENGTH', field: 'password' });
    expect(await verifyLight(password, await hashLight('x'))).toEqual({ verified: false });
  });

  it('takes 1 and 1,024 bytes, and every byte counts', async () => {
    const longest = 'x'.repeat(1024);
    const hash = await hashLight(longest);
    expect(await verifyLight(longest, hash)).toEqual({ verified: true, needsRehash: false });
    expect(await verifyLight(`${longest.slice(1)}y`, hash)).toEqual({ verified: false });
    expect(await verifyLight('a', await hashLight('a'))).toEqual({ verified: true, needsRehash: false });
    expect(await verifyLight('a\0b', await hashLight('a\0c'))).toEqual({ verified: false });
  });

  it('refuses wrong arguments', async () => {
    await expect(hashPassword(7 as never)).rejects.toThrow(new TypeError('password must be a string'));
    await expect(hashPassword('x', { parameters: { memory: 64, passes: 1, parallelism: 1 } })).rejects.toThrow(RangeError);
    await expect(hashPassword('x', { random: () => new Uint8Array(8) })).rejects.toMatchObject({ code: 'ERR_RANDOM' });
    await expect(verifyPassword({ password: 7 as never, hash: dummyPasswordHash() })).rejects.toThrow(TypeError);
    await expect(verifyPassword({ password: 'x', hash: 'plain' })).rejects.toMatchObject({ code: 'ERR_PASSWORD_HASH' });
  });
});

describe('needsRehash', () => {
  it('is asked for when the parameters, the salt or the digest are not those of now', async () => {
    const hash = await hashLight('pw');
    expect(needsRehash(hash, light)).toBe(false);
    expect(needsRehash(hash)).toBe(true);
    expect(needsRehash(hash, { ...light, memory: 72 })).toBe(true);
    expect(needsRehash(hash, { ...light, passes: 2 })).toBe(true);
    expect(needsRehash(hash, { ...light, parallelism: 2 })).toBe(true);
    expect(await verifyPassword({ password: 'pw', hash })).toEqual({ verified: true, needsRehash: true });
  });

  it.each([
    ['a short salt', 'somesalt', 32],
    ['a short digest', 'sixteen bytes of', 16],
  ])('opens hashes of other systems and replaces them: %s', async (_, saltText, length) => {
    const salt = utf8Bytes(saltText);
    const digest = nobleArgon2id(utf8Bytes('pw'), salt, { m: 64, t: 1, p: 1, dkLen: length });
    const hash = `$argon2id$v=19$m=64,t=1,p=1$${phcBase64Encode(salt)}$${phcBase64Encode(digest)}`;
    expect(await verifyLight('pw', hash)).toEqual({ verified: true, needsRehash: true });
    expect(await verifyLight('pW', hash)).toEqual({ verified: false });
  });

  it('refuses a malformed hash', () => {
    expect(thrownBy(() => needsRehash('x'))).toMatchObject({ code: 'ERR_PASSWORD_HASH' });
  });
});

describe('bcrypt, for migration', () => {
  it.each(['2a', '2b', '2y'] as const)('verifies $%s$ and asks for a new hash', async (version) => {
    const hash = await bcrypt('correct horse', { cost: 4, version });
    expect(await verifyPassword({ password: 'correct horse', hash })).toEqual({ verified: true, needsRehash: true });
    expect(await verifyPassword({ password: 'correct hors', hash })).toEqual({ verified: false });
  });

  it('looks at 72 bytes, as bcrypt does; the new hash then covers all', async () => {
    const long = 'x'.repeat(72);
    const hash = await bcrypt(`${long}tail`, { cost: 4 });
    expect(await verifyPassword({ password: `${long}other`, hash })).toEqual({ verified: true, needsRehash: true });
    expect(await verifyPassword({ password: long.slice(1), hash })).toEqual({ verified: false });
    expect(await verifyLight(`${long}other`, await hashLight(`${long}tail`))).toEqual({ verified: false });
  });

  it('compares the bytes as typed, not normalised', async () => {
    const hash = await bcrypt('pa\u0308ss', { cost: 4 });
    expect(await verifyPassword({ password: 'pa\u0308ss', hash })).toEqual({ verified: true, needsRehash: true });
    expect(await verifyPassword({ password: 'p\u00e4ss', hash })).toEqual({ verified: false });
  });

  it('never matches a password with a NUL, at which some implementations stop reading', async () => {
    const hash = await bcrypt('ab\0cd', { cost: 4 });
    expect(await verifyPassword({ password: 'ab\0cd', hash })).toEqual({ verified: false });
  });
});

describe('dummyPasswordHash', () => {
  it('is a constant of the parameters asked for that costs the same and matches nothing', async () => {
    expect(dummyPasswordHash()).toBe(dummyPasswordHash());
    expect(dummyPasswordHash()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
    expect(dummyPasswordHash(light)).toContain('m=64,t=1,p=1');
    expect(needsRehash(dummyPasswordHash(light), light)).toBe(false);
    for (const password of ['', 'password', '@tacit-auth/crypto/1/dummy-password-hash']) {
      expect(await verifyLight(password, dummyPasswordHash(light))).toEqual({ verified: false });
    }
  });
});
