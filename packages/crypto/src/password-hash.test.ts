import { describe, expect, it } from 'vitest';
import {
  allowWeakParameters,
  DEFAULT_PASSWORD_PARAMETERS,
  formatPasswordHash,
  parsePasswordHash,
  passwordParameters,
} from './password-hash';
import { seededRandom, thrownBy } from './seeded-random.test-support';

const random = seededRandom(1);
const salt = random(16);
const hash = random(32);
const good = formatPasswordHash(DEFAULT_PASSWORD_PARAMETERS, salt, hash);
const withParameters = (text: string) => good.replace(/m=\d+,t=\d+,p=\d+/, text);

describe('parsePasswordHash', () => {
  it('reads what formatPasswordHash writes', () => {
    expect(good).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(parsePasswordHash(good)).toEqual({ kind: 'argon2id', parameters: { memory: 19_456, passes: 2, parallelism: 1 }, salt, hash });
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['text', 'password'],
    ['Argon2i', good.replace('argon2id', 'argon2i')],
    ['version 16', good.replace('v=19', 'v=16')],
    ['no version', good.replace('$v=19', '')],
    ['over 1 GiB', withParameters('m=1048577,t=1,p=1')],
    ['4 TiB', withParameters('m=4294967295,t=1,p=1')],
    ['a number beyond ten digits', withParameters('m=99999999999,t=1,p=1')],
    ['65 passes', withParameters('m=19456,t=65,p=1')],
    ['1 GiB and 5 passes', withParameters('m=1048576,t=5,p=1')],
    ['17 lanes', withParameters('m=19456,t=2,p=17')],
    ['no lanes', withParameters('m=19456,t=2,p=0')],
    ['no passes', withParameters('m=19456,t=0,p=1')],
    ['less memory than lanes need', withParameters('m=15,t=2,p=2')],
    ['a leading zero', withParameters('m=019456,t=2,p=1')],
    ['another order', withParameters('t=2,m=19456,p=1')],
    ['a salt with left-over bits', good.replace(/\$[^$]{22}\$/, `$${'A'.repeat(21)}B$`)],
    ['a salt too short', good.replace(/\$[^$]{22}\$/, '$AAAAAAAAAA$')],
    ['a digest too short', good.replace(/[^$]{43}$/, 'A'.repeat(21))],
    ['a line feed at the end', `${good}\n`],
    ['five million characters', good + 'A'.repeat(5_000_000)],
    ['bcrypt of cost 3', `$2b$03$${'a'.repeat(53)}`],
    ['bcrypt of cost 17', `$2b$17$${'a'.repeat(53)}`],
    ['bcrypt of cost 31', `$2b$31$${'a'.repeat(53)}`],
    ['bcrypt $2x$', `$2x$10$${'a'.repeat(53)}`],
    ['bcrypt cut off', `$2b$10$${'a'.repeat(52)}`],
  ])('refuses %s without showing it', (_, value) => {
    const error = thrownBy(() => parsePasswordHash(value));
    expect(error).toMatchObject({ code: 'ERR_PASSWORD_HASH', field: 'hash' });
    expect((error as Error).message).not.toContain(good.slice(-20));
  });

  it.each(['a', 'b', 'y'])('knows bcrypt $2%s$', (letter) => {
    const encoded = `$2${letter}$16$${'a'.repeat(53)}`;
    expect(parsePasswordHash(encoded)).toEqual({ kind: 'bcrypt', encoded });
  });

  it('takes the largest work it allows', () => {
    expect(parsePasswordHash(withParameters('m=1048576,t=4,p=16'))).toMatchObject({ parameters: { memory: 1_048_576, passes: 4 } });
  });

  it('refuses what is no string', () => {
    expect(thrownBy(() => parsePasswordHash(null))).toBeInstanceOf(TypeError);
  });
});

describe('passwordParameters', () => {
  it.each([
    { memory: 47_104, passes: 1, parallelism: 1 },
    { memory: 19_456, passes: 2, parallelism: 1 },
    { memory: 12_288, passes: 3, parallelism: 1 },
    { memory: 9216, passes: 4, parallelism: 1 },
    { memory: 7168, passes: 5, parallelism: 1 },
    { memory: 65_536, passes: 3, parallelism: 4 },
  ])('takes m=$memory t=$passes p=$parallelism', (parameters) => {
    expect(passwordParameters(parameters)).toEqual(parameters);
  });

  it('lets weak ones through only by the symbol', () => {
    const weak = { memory: 64, passes: 1, parallelism: 1 };
    expect(thrownBy(() => passwordParameters(weak))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => passwordParameters({ memory: 7168, passes: 4, parallelism: 1 }))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => passwordParameters({ memory: 4096, passes: 20, parallelism: 1 }))).toBeInstanceOf(RangeError);
    expect(passwordParameters({ ...weak, [allowWeakParameters]: true })).toEqual(weak);
  });

  it.each<[object, new () => Error, string]>([
    [{ memory: 2_000_000 }, RangeError, 'memory'],
    [{ memory: '19456' }, TypeError, 'memory'],
    [{ passes: 0 }, RangeError, 'passes'],
    [{ passes: 1.5 }, RangeError, 'passes'],
    [{ parallelism: 0 }, RangeError, 'parallelism'],
    [{ parallelism: 17 }, RangeError, 'parallelism'],
    [{ memory: 1_048_576, passes: 5 }, RangeError, 'memory x passes'],
  ])('refuses %o', (change, kind, named) => {
    const error = thrownBy(() => passwordParameters({ memory: 19_456, passes: 2, parallelism: 1, ...change } as never));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(named);
  });
});
