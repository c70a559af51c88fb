import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteFile, SqliteConnection } from '../sqlite-database';
import { testCli } from './testing-cli';
import { testDatabase } from './testing-database';

let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-retrain-'));
  database = join(folder, 'tacit.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('renews the template of a customer, once', async () => {
  const env = await testDatabase(database, [
    { subject: 'anna', learned: 1 },
    { subject: 'ben', learned: 1 },
  ]);
  const retrain = (subject: string, ...more: string[]) =>
    testCli(['retrain', '--database', database, '--subject', subject, ...more], { env });
  const stateOf = async (subject: string) => {
    const { out } = await testCli(['inspect', '--database', database, '--subject', subject, '--json'], { env });
    return (JSON.parse(out) as { calibrationState: string }).calibrationState;
  };
  expect(await stateOf('anna')).toBe('pending');
  const first = await retrain('anna', '--json');
  expect(first.code).toBe(0);
  expect(JSON.parse(first.out)).toMatchObject({ schema: 'tacit-retraining/1', status: 'retrained', samples: 6, learned: 6 });
  expect([await stateOf('anna'), await stateOf('ben')]).toEqual(['current', 'pending']);
  expect(await retrain('anna')).toEqual({ code: 0, out: 'unchanged: the template is as it should be\n', err: '' });
  expect(await retrain('nobody')).toEqual({ code: 3, out: 'this customer has no template\n', err: '' });
});

it('renews everybody with --all, and says how far it is', async () => {
  const env = await testDatabase(database, [{ subject: 'anna', learned: 1 }, { subject: 'ben' }, { subject: 'cleo', learned: 1 }]);
  const all = (...more: string[]) => testCli(['retrain', '--database', database, '--all', ...more], { env });
  const { code, out, err } = await all();
  expect([code, out]).toEqual([0, '2 retrained, 1 as they should be\n']);
  expect(err).toContain('retraining: 100 % (3 of 3)\n');
  const again = await all('--json');
  expect(JSON.parse(again.out)).toEqual({ schema: 'tacit-retraining/1', retrained: 0, unchanged: 3, failed: 0, interrupted: false });
});

it('leaves a template that can not be read to the server, whose policy it does not know', async () => {
  const env = await testDatabase(database, [{ subject: 'anna' }]);
  const broken = Buffer.alloc(64, 7);
  const file = new Libsql(database);
  // The 5 entries of the enrolment are still kept.
  file.prepare("update tacit_record set body = ? where kind = 'typing-template'").run([broken]);
  file.close();
  const { code, out, err } = await testCli(['retrain', '--database', database, '--subject', 'anna'], { env });
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('(ERR_RECORD_CORRUPT)');
  const connection = new SqliteConnection(openSqliteFile(database));
  const stored = connection.rows({ sql: "select hex(body) as body from tacit_record where kind = 'typing-template'", parameters: [] });
  connection.close();
  expect(stored).toEqual([{ body: broken.toString('hex').toUpperCase() }]);
  expect((await testCli(['retrain', '--help'])).out).toContain('policy.registration.passwordEntries');
});

it('goes on where one template can not be read, and ends with 3', async () => {
  const env = await testDatabase(database, [
    { subject: 'anna', learned: 1 },
    { subject: 'ben', learned: 1 },
  ]);
  const file = new Libsql(database);
  const [first] = file.prepare("select subject from tacit_record where kind = 'typing-template' order by subject").all() as {
    subject: string;
  }[];
  file.prepare("update tacit_record set body = ? where kind = 'typing-template' and subject = ?").run(Buffer.alloc(64, 7), first!.subject);
  file.prepare("delete from tacit_record where kind = 'typing-sample'").run();
  file.close();
  const { code, out, err } = await testCli(['retrain', '--database', database, '--all'], { env });
  expect(code).toBe(3);
  expect(out).toBe('1 retrained, 0 as they should be, 1 failed: leave them to the server, and have those who fail there too enrol again\n');
  expect(err).toContain('error: retrain-failed code=ERR_RECORD_CORRUPT\n');
  expect(err).not.toContain(first!.subject);
});

it('ends in order at Ctrl-C, and the next run goes on from there', async () => {
  const env = await testDatabase(database, [
    { subject: 'anna', learned: 1 },
    { subject: 'ben', learned: 1 },
    { subject: 'cleo', learned: 1 },
  ]);
  const controller = new AbortController();
  controller.abort();
  const stopped = await testCli(['retrain', '--database', database, '--all', '--json'], { env, signal: controller.signal });
  expect(stopped.code).toBe(130);
  expect(JSON.parse(stopped.out)).toEqual({ schema: 'tacit-retraining/1', retrained: 0, unchanged: 0, failed: 0, interrupted: true });

  const second = new AbortController();
  const partial = await testCli(['retrain', '--database', database, '--all'], {
    env,
    signal: second.signal,
    // The first line of progress is the moment of the key press.
    onError: () => second.abort(),
  });
  expect(partial).toMatchObject({ code: 130, out: '1 retrained, 0 as they should be; interrupted\n' });
  const rest = await testCli(['retrain', '--database', database, '--all'], { env });
  expect(rest).toMatchObject({ code: 0, out: '2 retrained, 1 as they should be\n' });
});

it.each([
  [[], 'say whom: --subject ID or --all'],
  [['--all', '--subject', 'anna'], '--subject and --all exclude each other'],
  [['--all'], '--database is missing'],
])('refuses %j', async (argv, message) => {
  const { code, out, err } = await testCli(['retrain', ...argv], { env: { TACIT_KEY: 'hunter2' } });
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
  expect(err).toContain('Usage: tacit retrain --database FILE (--subject ID | --all) [options]\n');
});
