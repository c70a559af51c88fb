import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedTextVector, isInsufficient } from '@tacit-auth/features';
import { type Detector, defaultDetector, scaledManhattan, updateCounted } from '@tacit-auth/models';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEST_START } from '../testing-context';
import { createTypist } from '../testing-typists';
import { testCli, testKeyList } from './testing-cli';
import { testDatabase } from './testing-database';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-inspect-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('tacit inspect --profile', () => {
  const vectors = createTypist(4)
    .samples(7)
    .map((sample) => {
      const vector = fixedTextVector(sample);
      if (isInsufficient(vector)) {
        throw new Error(vector.reason);
      }
      return vector;
    });

  function profileOf<P>(detector: Detector<P>): string {
    const path = join(folder, 'profile.tctp');
    const profile = detector.fit(vectors);
    if (isInsufficient(profile)) {
      throw new Error(profile.reason);
    }
    writeFileSync(path, detector.serialize(profile));
    return path;
  }

  it('tells detector, counts and calibration', async () => {
    const path = profileOf(defaultDetector);
    const { code, out, err } = await testCli(['inspect', '--profile', path]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      [
        `  detector     ${defaultDetector.id}, format 3, ${statSync(path).size} bytes`,
        '  evidence     7 entries of 12 keys, with hold times',
        `  calibration  ${scoreOf(defaultDetector)}, current`,
        '',
      ].join('\n'),
    );
  });

  function scoreOf<P>(detector: Detector<P>): string {
    const profile = detector.fit(vectors);
    const score = isInsufficient(profile) ? profile : detector.score(profile, vectors[0]!);
    return isInsufficient(score) ? score.reason : score.calibration;
  }

  it('tells the same as JSON, and of other detectors', async () => {
    const { out } = await testCli(['inspect', '--profile', profileOf(scaledManhattan), '--json']);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'tacit-inspection/1',
      source: 'profile',
      detector: scaledManhattan.id,
      samples: 7,
      keys: 12,
      counts: null,
      calibration: scoreOf(scaledManhattan),
      calibrationState: null,
    });
  });

  it('tells an entry once that a profile counts several times, and how often all count', async () => {
    const path = join(folder, 'profile.tctp');
    const profile = defaultDetector.fit(vectors.slice(0, 5));
    if (isInsufficient(profile)) {
      throw new Error(profile.reason);
    }
    const counted = vectors.slice(5).reduce((known, vector) => updateCounted(known, vector, 3), profile);
    writeFileSync(path, defaultDetector.serialize(counted));
    expect((await testCli(['inspect', '--profile', path])).out).toContain(
      '  evidence     7 entries of 12 keys, with hold times, counted 11 times in all\n',
    );
    expect(JSON.parse((await testCli(['inspect', '--profile', path, '--json'])).out)).toMatchObject({ samples: 7, counts: 11 });
  });

  it('tells no time of a key', async () => {
    const path = profileOf(defaultDetector);
    const texts = [await testCli(['inspect', '--profile', path]), await testCli(['inspect', '--profile', path, '--json'])].map(
      ({ out }) => out,
    );
    for (const text of texts) {
      const numbers = [...text.matchAll(/\d+\.\d+/g)];
      expect(numbers).toEqual([]);
    }
  });

  it.each([
    ['no profile', Buffer.from('not a profile at all'), 'data does not begin with the mark of a profile'],
    ['nothing', Buffer.alloc(0), 'data is shorter than the header'],
    ['too much', Buffer.alloc(5_000_000), 'larger than 4194304 bytes'],
    [
      'one of an unknown detector',
      Buffer.from('5443545063010007000b', 'hex'),
      'a profile of another detector; known are default, scaled-manhattan',
    ],
  ])('refuses %s', async (_what, bytes, message) => {
    const path = join(folder, 'profile.tctp');
    writeFileSync(path, bytes);
    const { code, out, err } = await testCli(['inspect', '--profile', path]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`tacit inspect: ${path}: `);
    expect(err).toContain(message);
  });

  it('refuses a damaged one', async () => {
    const path = profileOf(defaultDetector);
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    const { code, err } = await testCli(['inspect', '--profile', path]);
    expect(code).toBe(1);
    expect(err).toContain('more or fewer bytes');
  });
});

describe('tacit inspect --database', () => {
  it('tells state, counts, calibration and age', async () => {
    const database = join(folder, 'tacit.db');
    const env = await testDatabase(database, [{ subject: 'anna', learned: 2 }, { subject: 'ben' }]);
    const argv = ['inspect', '--database', database, '--subject'];
    const { code, out, err } = await testCli([...argv, 'anna'], { env, now: TEST_START + 3.5 * 86_400_000 });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('  state         young: 7 entries learned, verdicts from 20\n');
    expect(out).toContain('  evidence      7 entries of 12 keys, with hold times\n');
    expect(out).toMatch(/ {2}calibration {3}fixed-text-\S+, pending\n/);
    expect(out).toContain('  enrolled      2026-01-05T09:00:00.000Z (3.5 days ago)\n');
    expect(out).toContain('  quarantine    0 entries\n');
    const json = JSON.parse((await testCli([...argv, 'ben', '--json'], { env })).out) as object;
    expect(json).toMatchObject({
      schema: 'tacit-inspection/1',
      source: 'database',
      state: 'young',
      learned: 5,
      calibrationState: 'current',
    });
    expect((await testCli([...argv, 'anna', '--ready-at', '7'], { env })).out).toContain(
      'state         ready: 7 entries learned, verdicts from 7\n',
    );
  });

  it('tells state, pipeline, counts and age of a face', async () => {
    const database = join(folder, 'tacit.db');
    const env = await testDatabase(database, [{ subject: 'anna', hasFace: true }, { subject: 'ben' }]);
    const argv = ['inspect', '--database', database, '--subject'];
    const { code, out, err } = await testCli([...argv, 'anna'], { env, now: TEST_START + 2 * 86_400_000 });
    expect([code, err]).toEqual([0, '']);
    expect(out.slice(out.indexOf('  face '))).toBe(
      [
        '  face           enrolled',
        '  face pipeline  face-api-tiny416-mirror/1, 6 descriptors of 1 look',
        '  face enrolled  2026-01-05T09:00:00.000Z (2.0 days ago)',
        '  face judged    1 look',
        '',
      ].join('\n'),
    );
    const faceOf = async (subject: string) =>
      (JSON.parse((await testCli([...argv, subject, '--json'], { env })).out) as { face: unknown }).face;
    expect(await faceOf('anna')).toEqual({
      state: 'enrolled',
      pipeline: 'face-api-tiny416-mirror/1',
      enrolledAt: TEST_START,
      samples: 1,
      descriptors: 6,
      pending: false,
      judged: 1,
      blocked: false,
    });
    expect(await faceOf('ben')).toBeNull();
    expect((await testCli([...argv, 'ben'], { env })).out).not.toContain('face');
  });

  it('tells by a code, and ends with 3, what can not be read', async () => {
    const database = join(folder, 'tacit.db');
    const env = await testDatabase(database, [{ subject: 'anna', hasFace: true }]);
    const argv = ['inspect', '--database', database, '--subject', 'anna'];
    damage(database, 'typing-history');
    expect(await testCli(argv, { env })).toMatchObject({
      code: 0,
      out: expect.stringContaining('replay check   its history can not be read') as string,
    });
    damage(database, 'typing-template');
    damage(database, 'face-template');
    const { code, out, err } = await testCli(argv, { env });
    expect([code, out]).toEqual([3, '  state  unreadable, ERR_RECORD_CORRUPT\n  face   unreadable, ERR_RECORD_CORRUPT\n']);
    expect(err).toContain('the template can not be read (ERR_RECORD_CORRUPT)\n');
    expect(err).toContain('the face can not be read (ERR_RECORD_CORRUPT)\n');
    expect(JSON.parse((await testCli([...argv, '--json'], { env })).out)).toMatchObject({
      state: 'unreadable',
      code: 'ERR_RECORD_CORRUPT',
      face: { state: 'unreadable', code: 'ERR_RECORD_CORRUPT' },
    });
  });

  it('tells neither times nor scores nor who it is', async () => {
    const database = join(folder, 'tacit.db');
    const env = await testDatabase(database, [{ subject: 'anna-1842', hasFace: true }]);
    for (const more of [[], ['--json']]) {
      const { out } = await testCli(['inspect', '--database', database, '--subject', 'anna-1842', ...more], { env });
      expect(out).not.toContain('anna');
      // Times of day and of the enrolment, counts, versions: nothing with a fraction but an age.
      expect(out.replaceAll(/\(\d+\.\d days ago\)|\d\.\d{3}Z/g, '')).not.toMatch(/\d\.\d/);
    }
  });

  it('changes nothing in the database', async () => {
    const database = join(folder, 'tacit.db');
    const env = await testDatabase(database, [{ subject: 'anna', learned: 1 }]);
    const before = rowsOf(database);
    await testCli(['inspect', '--database', database, '--subject', 'anna'], { env });
    await testCli(['inspect', '--database', database, '--subject', 'nobody'], { env });
    expect(rowsOf(database)).toEqual(before);
  });

  it('ends with 3 where there is no template', async () => {
    const database = join(folder, 'tacit.db');
    const env = await testDatabase(database, [{ subject: 'anna' }]);
    const argv = ['inspect', '--database', database, '--subject', 'nobody'];
    expect(await testCli(argv, { env })).toEqual({ code: 3, out: '', err: 'tacit inspect: this customer has no template\n' });
    expect(JSON.parse((await testCli([...argv, '--json'], { env })).out)).toMatchObject({ state: 'none' });
  });

  it('takes the keys from another variable, or from a file', async () => {
    const database = join(folder, 'tacit.db');
    const { TACIT_KEY } = await testDatabase(database, [{ subject: 'anna' }], 'second');
    const argv = ['inspect', '--database', database, '--subject', 'anna', '--tenant', 'second'];
    expect(await testCli([...argv, '--key-env', 'BANK_KEYS'], { env: { BANK_KEYS: TACIT_KEY } })).toMatchObject({ code: 0 });
    const file = join(folder, 'keys');
    writeFileSync(file, `${TACIT_KEY}\n`, { mode: 0o600 });
    expect(await testCli([...argv, '--key-file', file])).toMatchObject({ code: 0 });
    chmodSync(file, 0o644);
    const open = await testCli([...argv, '--key-file', file]);
    expect(open.code).toBe(1);
    expect(open.err).toContain('set its mode to 0600 (ERR_KEY_FILE)');
  });

  it('says what is wrong with keys, and never repeats them', async () => {
    const database = join(folder, 'tacit.db');
    await testDatabase(database, [{ subject: 'anna' }]);
    const argv = ['inspect', '--database', database, '--subject', 'anna'];
    const other = testKeyList(8);
    const runs = [
      [await testCli(argv), 1, 'the environment variable TACIT_KEY is not set'],
      [await testCli(argv, { env: { TACIT_KEY: 'hunter2' } }), 1, 'ERR_KEY_CONFIG'],
      [await testCli(argv, { env: { TACIT_KEY: other } }), 1, 'ERR_KEY_WRONG'],
      [await testCli([...argv, '--key-env', other]), 2, '--key-env must be the name of an environment variable, not a key'],
      [await testCli([...argv, '--key', other]), 2, 'unknown option --key'],
      [await testCli([...argv, '--key-env', 'A', '--key-file', 'b']), 2, '--key-env and --key-file exclude each other'],
    ] as const;
    for (const [{ code, out, err }, wanted, message] of runs) {
      expect([code, out]).toEqual([wanted, '']);
      expect(err).toContain(message);
      expect(err).not.toContain(other.slice(6));
      expect(err).not.toContain('hunter2');
    }
  });

  it('makes no database of what is none', async () => {
    const env = { TACIT_KEY: testKeyList() };
    const at = (name: string, more: readonly string[] = []) =>
      testCli(['inspect', '--database', join(folder, name), '--subject', 'anna', ...more], { env });
    expect(await at('missing.db')).toMatchObject({ code: 1, err: expect.stringContaining('missing.db: no such file') as string });
    expect(existsSync(join(folder, 'missing.db'))).toBe(false);
    writeFileSync(join(folder, 'text.db'), 'no database at all, and long enough to be looked at as one; '.repeat(100));
    expect(await at('text.db')).toMatchObject({ code: 1, err: expect.stringContaining('text.db: no SQLite database') as string });
    const ledger = new Libsql(join(folder, 'ledger.db'));
    ledger.exec('create table account (id text)');
    ledger.close();
    expect(await at('ledger.db')).toMatchObject({ code: 1, err: expect.stringContaining('ledger.db: no database of Tacit') as string });
    await testDatabase(join(folder, 'tacit.db'), [{ subject: 'anna' }]);
    expect(await at('tacit.db', ['--tenant', 'other'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing of this tenant') as string,
    });
    expect(rowsOf(join(folder, 'tacit.db')).every(({ tenant }) => tenant === 'default')).toBe(true);
    expect(await at('.')).toMatchObject({ code: 1, err: expect.stringContaining('is no file') as string });
  });
});

it.each([
  [[], 'name a template: by --profile, or by --database and --subject'],
  [['--database', 'a.db'], '--subject is missing'],
  [['--subject', 'anna'], '--database is missing'],
  [['--profile', 'a', '--database', 'b'], '--profile and --database exclude each other'],
  [['--database', 'a.db', '--subject', 'x'.repeat(513)], '--subject must have 1 to 512 characters'],
  [['--database', 'a.db', '--subject', 'x', '--tenant', 'a b'], '--tenant must be'],
  [['--database', 'a.db', '--subject', 'x', '--ready-at', '3'], '--ready-at must be an integer from 5 to 200'],
])('refuses %j', async (argv, message) => {
  const { code, out, err } = await testCli(['inspect', ...argv], { env: { TACIT_KEY: testKeyList() } });
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
  expect(err).toContain('Usage: tacit inspect ');
});

function damage(path: string, kind: string): void {
  const database = new Libsql(path);
  try {
    database.prepare('update tacit_record set body = ? where kind = ?').run(Buffer.alloc(40), kind);
  } finally {
    database.close();
  }
}

function rowsOf(path: string): { tenant: string; kind: string; version: number }[] {
  const database = new Libsql(path);
  try {
    return database.prepare('select tenant, subject, kind, id, version from tacit_record order by tenant, subject, kind, id').all() as {
      tenant: string;
      kind: string;
      version: number;
    }[];
  } finally {
    database.close();
  }
}
