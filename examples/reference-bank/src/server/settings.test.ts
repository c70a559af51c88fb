import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSettings } from './settings';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a key once, readable by the owner alone', () => {
  const first = readSettings({}, folder);
  const key = readFileSync(first.keyFile, 'utf8');
  expect(statSync(first.keyFile).mode & 0o077).toBe(0);
  expect(readFileSync(readSettings({}, folder).keyFile, 'utf8')).toBe(key);
});

it.each(['0', '65536', 'http', '1.5'])('refuses the port %s', (PORT) => {
  expect(() => readSettings({ PORT }, folder)).toThrow(/PORT/);
});

it('refuses a policy that is no object', () => {
  expect(() => readSettings({ BANK_POLICY: '[]' }, folder)).toThrow(/BANK_POLICY/);
});

it('takes the address of a PostgreSQL, and does not repeat a wrong one', () => {
  const BANK_DATABASE_URL = 'postgres://bank:secret@localhost:5432/bank';
  expect(readSettings({ BANK_DATABASE_URL }, folder).databaseUrl).toBe(BANK_DATABASE_URL);
  expect(readSettings({}, folder).databaseUrl).toBeNull();
  expect(() => readSettings({ BANK_DATABASE_URL: 'mysql://bank:secret@localhost/bank' }, folder)).toThrow(
    /^BANK_DATABASE_URL must be (?!.*secret)/,
  );
});

it('trusts no header unless it is named', () => {
  expect(readSettings({}, folder)).toMatchObject({ clientHeader: null, host: 'localhost' });
  expect(readSettings({ BANK_CLIENT_HEADER: 'x-real-ip' }, folder).clientHeader).toBe('x-real-ip');
  expect(() => readSettings({ BANK_CLIENT_HEADER: 'X Real' }, folder)).toThrow(/BANK_CLIENT_HEADER/);
});

it('mails alerts to the operator of the demonstration, and to nobody else unasked', () => {
  expect(readSettings({}, folder)).toMatchObject({ alertMail: 'operator@fernhill.example', alertWebhook: null, pointerPopulation: null });
  expect(readSettings({ BANK_SMTP_URL: 'smtp://mail.example' }, folder).alertMail).toBeNull();
  expect(readSettings({ BANK_ALERT_MAIL: 'desk@bank.example' }, folder).alertMail).toBe('desk@bank.example');
  expect(() => readSettings({ BANK_ALERT_WEBHOOK: 'https://desk.bank.example' }, folder)).toThrow(/BANK_ALERT_SECRET/);
});
