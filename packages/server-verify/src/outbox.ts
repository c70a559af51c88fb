import type { Context } from './context';
import { errorCode, isTacitServerError, TacitServerError } from './errors';
import { assertMailAddress } from './mail-address';
import type { MailSink } from './mail-sinks';
import { defineRecordKind, type Stored } from './record-kind';
import { parseRecordReference, recordReference } from './record-reference';
import type { StoreTransaction } from './store';

/** Waits after the first, second, third and fourth failure; the fifth leaves the message to an operator. */
const BACKOFF_MS = [10_000, 60_000, 300_000, 1_800_000] as const;
/** Longer than a delivery may take: after it another server may try. */
const LEASE_MS = 120_000;
const WORKERS = 4;
const PAGE = 500;
const MAX_SCANNED = 10_000;

export const MAIL_LIMITS = Object.freeze({ maxSubjectLength: 200, maxTextLength: 20_000 });

export interface MailToSend {
  /** The customer's pseudonym: the message is sealed under his key. */
  subject: string;
  /** One address. */
  to: string;
  message: { subject: string; text: string };
  /** What the message is, such as `email-code`; the operator sees this and nothing else of it. */
  kind: string;
}

interface Queued {
  to: string;
  message: { subject: string; text: string };
  kind: string;
  failures: number;
  state: 'queued' | 'failed';
  /** Of the last failure. */
  code: string | null;
}

export interface FailedMail {
  id: string;
  /** The customer's pseudonym. */
  subject: string;
  kind: string;
  at: number;
  failures: number;
  code: string | null;
}

const outbox = defineRecordKind<Queued>({ kind: 'outbox', sealedWith: 'customer', parse: (value) => value as Queued });

/** Puts a message into the outbox, inside the transaction that it tells of. Nothing is delivered here. */
export async function enqueueMail(ctx: Context, tx: StoreTransaction, mail: MailToSend): Promise<{ id: string }> {
  const { subject, to, message, kind } = mail;
  assertMail(mail);
  const id = ctx.newId();
  const at = ctx.clock();
  await outbox.insert(ctx, tx, { subject, id, value: { to, message, kind, failures: 0, state: 'queued', code: null }, at, due: at });
  return { id: recordReference(subject, id) };
}

/**
 * Delivers what is due, at most `limit` messages (100), four at a time. A message is leased to one server for two minutes, so that two do not
 * deliver it at once; one that a crash cut off is delivered again, under the same id.
 */
export async function deliverDue(
  ctx: Context,
  sink: MailSink,
  { limit = 100 }: { limit?: number } = {},
): Promise<{ delivered: number; failed: number }> {
  const result = { delivered: 0, failed: 0 };
  let left = limit;
  async function work(): Promise<void> {
    while (left > 0) {
      left--;
      const claimed = await ctx.store.transaction((tx) => claim(ctx, tx));
      if (claimed === undefined) {
        return;
      }
      const outcome = await deliver(ctx, sink, claimed);
      result[outcome]++;
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work));
  return result;
}

/** Messages that were given up, over all customers, without address or text. At most 10,000 messages are looked through. */
export async function listFailedMail(ctx: Context, { limit = 100 }: { limit?: number } = {}): Promise<FailedMail[]> {
  const found: FailedMail[] = [];
  let after: { subject: string; id: string } | undefined;
  for (let scanned = 0; scanned < MAX_SCANNED && found.length < limit; scanned += PAGE) {
    const page = await ctx.store.transaction((tx) => outbox.listKind(ctx, tx, { limit: PAGE, ...(after === undefined ? {} : { after }) }));
    for (const { subject, id, at, value } of page) {
      if (value.state === 'failed') {
        found.push({ id: recordReference(subject, id), subject, kind: value.kind, at, failures: value.failures, code: value.code });
      }
    }
    after = page.at(-1);
    if (page.length < PAGE) {
      break;
    }
  }
  return found.slice(0, limit);
}

/**
 * Queues a message again that was given up.
 *
 * @throws TacitServerError `ERR_MAIL_UNKNOWN` when there is none of that id, or it was not given up
 */
export async function retryMail(ctx: Context, id: string): Promise<void> {
  const reference = parseRecordReference(id);
  await ctx.store.transaction(async (tx) => {
    const stored = reference && (await outbox.get(ctx, tx, reference.subject, reference.id));
    if (stored?.value.state !== 'failed') {
      throw new TacitServerError('ERR_MAIL_UNKNOWN', { field: 'id' });
    }
    await outbox.put(ctx, tx, {
      ...stored,
      value: { ...stored.value, state: 'queued', failures: 0 },
      due: ctx.clock(),
      ifVersion: stored.version,
    });
  });
}

/** Leases the message that has waited longest. What can not be opened any more, or was kept long enough, is deleted on the way. */
async function claim(ctx: Context, tx: StoreTransaction): Promise<Stored<Queued> | undefined> {
  const now = ctx.clock();
  for (const { subject, id } of await tx.due('outbox', now, WORKERS * 2)) {
    const stored = await openOrDelete(ctx, tx, subject, id);
    if (stored === undefined) {
      continue;
    }
    if (stored.value.state === 'failed') {
      await outbox.delete(ctx, tx, subject, id);
      continue;
    }
    const leased = { ...stored, due: now + LEASE_MS };
    if (await outbox.put(ctx, tx, { ...leased, ifVersion: stored.version })) {
      return { ...leased, version: stored.version + 1 };
    }
  }
  return undefined;
}

async function openOrDelete(ctx: Context, tx: StoreTransaction, subject: string, id: string): Promise<Stored<Queued> | undefined> {
  try {
    return await outbox.get(ctx, tx, subject, id);
  } catch (error) {
    if (!isTacitServerError(error, 'ERR_DATA_KEY_ERASED') && !isTacitServerError(error, 'ERR_RECORD_CORRUPT')) {
      throw error;
    }
    ctx.log({ level: 'error', event: 'mail-unreadable', code: error.code });
    await outbox.delete(ctx, tx, subject, id);
    return undefined;
  }
}

async function deliver(ctx: Context, sink: MailSink, mail: Stored<Queued>): Promise<'delivered' | 'failed'> {
  const { subject, id, value } = mail;
  try {
    await sink.deliver({ id: recordReference(subject, id), customer: subject, to: value.to, ...value.message });
  } catch (error) {
    await settleFailure(ctx, sink, mail, errorCode(error));
    return 'failed';
  }
  await ctx.store.transaction((tx) => outbox.delete(ctx, tx, subject, id));
  return 'delivered';
}

async function settleFailure(ctx: Context, sink: MailSink, mail: Stored<Queued>, code: string): Promise<void> {
  const failures = mail.value.failures + 1;
  const wait = BACKOFF_MS[failures - 1];
  const now = ctx.clock();
  ctx.log({ level: wait === undefined ? 'error' : 'warn', event: 'mail-failed', sink: sink.name, code, failures });
  const value: Queued = { ...mail.value, failures, code, state: wait === undefined ? 'failed' : 'queued' };
  const due = wait === undefined ? mail.at + ctx.policy.retention.mailMs : now + wait;
  await ctx.store.transaction(async (tx) => {
    // The customer may have been erased meanwhile, and his key with him.
    if ((await tx.get(outbox.kind, mail.subject, mail.id)) !== undefined) {
      await outbox.put(ctx, tx, { ...mail, value, due, ifVersion: mail.version });
    }
  });
}

/** @throws TypeError, RangeError for a mail that can not be sent */
export function assertMail({ to, message, kind }: MailToSend): void {
  assertMailAddress(to, 'to');
  assertText(message.subject, 'message.subject', MAIL_LIMITS.maxSubjectLength);
  assertText(message.text, 'message.text', MAIL_LIMITS.maxTextLength);
  // What is in a header must not begin another.
  if (/\p{Cc}/u.test(message.subject)) {
    throw new RangeError('message.subject must be one line');
  }
  if (!/^[a-z-]{1,32}$/.test(kind)) {
    throw new RangeError('kind must be 1-32 characters of a-z and -');
  }
}

function assertText(value: unknown, name: string, maxLength: number): void {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (value.length < 1 || value.length > maxLength) {
    throw new RangeError(`${name} must have 1-${maxLength} characters`);
  }
}
