import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateKey } from '@tacit-auth/crypto';

export interface Settings {
  port: number;
  /** What the server listens on: this machine alone, unless `BANK_HOST` says otherwise. */
  host: string;
  /** The header in which the bank's own proxy puts the client's address, from `BANK_CLIENT_HEADER`; null where clients connect directly. */
  clientHeader: string | null;
  origin: string;
  dataFolder: string;
  /** A PostgreSQL for all servers of the bank, as `postgres://...` in `BANK_DATABASE_URL`; null for files in the data folder. */
  databaseUrl: string | null;
  keyFile: string;
  /** Where alerts are posted, from `BANK_ALERT_WEBHOOK` and `BANK_ALERT_SECRET`; null where nobody listens. */
  alertWebhook: { url: string; secret: string } | null;
  /** Where alerts are mailed, from `BANK_ALERT_MAIL`: to the demonstration's operator where mail stays in the built-in mailbox; null for nobody. */
  alertMail: string | null;
  /** The file of a population of pointers, from `BANK_POINTER_POPULATION`; null where movements are not compared. */
  pointerPopulation: string | null;
  /** Overrides of Tacit's policy, as JSON in `BANK_POLICY`. */
  policy: Record<string, unknown>;
  /** Mail leaves by SMTP where `BANK_SMTP_URL` is set; otherwise it stays in the built-in mailbox, which then has a page. */
  smtpUrl: string | null;
}

/** Reads the settings from the environment, and says which one is wrong. */
export function readSettings(env: Record<string, string | undefined>, folder: string): Settings {
  const port = Number(env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError('PORT must be a port number from 1 to 65535');
  const dataFolder = resolve(env.BANK_DATA ?? join(folder, '.data'));
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const keyFile = env.BANK_KEY_FILE ?? join(dataFolder, 'keys');
  // A demonstration brings its own key; a real bank keeps it apart from the data, in a file of another machine or a KMS.
  if (!existsSync(keyFile)) writeFileSync(keyFile, `${generateKey()}\n`, { mode: 0o600 });
  return {
    port,
    host: env.BANK_HOST ?? 'localhost',
    clientHeader: readHeaderName(env.BANK_CLIENT_HEADER),
    origin: env.BANK_ORIGIN ?? `http://localhost:${port}`,
    dataFolder,
    databaseUrl: readDatabaseUrl(env.BANK_DATABASE_URL),
    keyFile,
    alertWebhook: readAlertWebhook(env.BANK_ALERT_WEBHOOK, env.BANK_ALERT_SECRET),
    alertMail: env.BANK_ALERT_MAIL || (env.BANK_SMTP_URL ? null : 'operator@fernhill.example'),
    pointerPopulation: env.BANK_POINTER_POPULATION || null,
    policy: readPolicy(env.BANK_POLICY),
    smtpUrl: env.BANK_SMTP_URL ?? null,
  };
}

function readHeaderName(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(text)) throw new RangeError('BANK_CLIENT_HEADER must be the name of a header in small letters');
  return text;
}

function readAlertWebhook(url: string | undefined, secret: string | undefined): Settings['alertWebhook'] {
  if (url === undefined || url === '') return null;
  if (secret === undefined || secret === '') throw new RangeError('BANK_ALERT_SECRET must be set beside BANK_ALERT_WEBHOOK');
  return { url, secret };
}

function readDatabaseUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  // The address may hold a password, so it is not repeated.
  if (!/^postgres(?:ql)?:\/\/[^/]+\/.+/.test(text))
    throw new RangeError('BANK_DATABASE_URL must be postgres://user:password@host:port/database');
  return text;
}

function readPolicy(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text === '') return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('BANK_POLICY must be a JSON object');
  return value as Record<string, unknown>;
}
