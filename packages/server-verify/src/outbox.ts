import type { Context } from './context';
import { type Attempts, leasedQueue } from './leased-queue';
import { assertMailAddress } from './mail-address';
import type { MailSink } from './mail-sinks';
import { defineRecordKind } from './record-kind';
import { recordReference } from './record-reference';
import type { StoreTransaction } from './store';

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

interface Queued extends Attempts {
  to: string;
  message: { subject: string; text: string };
  kind: string;
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

const queue = leasedQueue<Queued>({
  records: defineRecordKind<Queued>({ kind: 'outbox', sealedWith: 'customer', parse: (value) => value as Queued }),
  noun: 'mail',
  unknown: 'ERR_MAIL_UNKNOWN',
  keptMs: (ctx) => ctx.policy.retention.mailMs,
});

/** Puts a message into the outbox, inside the transaction that it tells of. Nothing is delivered here. */
export async function enqueueMail(ctx: Context, tx: StoreTransaction, mail: MailToSend): Promise<{ id: string }> {
  const { subject, to, message, kind } = mail;
  assertMail(mail);
  return queue.enqueue(ctx, tx, { subject, value: { to, message, kind } });
}

/** Delivers what is due, at most `limit` messages (100), four at a time. */
export async function deliverDue(
  ctx: Context,
  sink: MailSink,
  { limit = 100 }: { limit?: number } = {},
): Promise<{ delivered: number; failed: number }> {
  return queue.deliverDue(ctx, {
    limit,
    sinkOf: () => sink.name,
    async deliver({ subject: customer, value: { to, message } }, id) {
      await sink.deliver({ id, customer, to, ...message });
      return undefined;
    },
  });
}

/** Messages that were given up, over all customers, without address or text. */
export async function listFailedMail(ctx: Context, { limit = 100 }: { limit?: number } = {}): Promise<FailedMail[]> {
  const failed = await queue.listFailed(ctx, { limit });
  return failed.map(({ subject, id, at, value: { kind, failures, code } }) => ({
    id: recordReference(subject, id),
    subject,
    kind,
    at,
    failures,
    code,
  }));
}

/**
 * Queues a message again that was given up.
 *
 * @throws TacitServerError `ERR_MAIL_UNKNOWN` when there is none of that id, or it was not given up
 */
export async function retryMail(ctx: Context, id: string): Promise<void> {
  await queue.retry(ctx, id);
}

/** @throws TypeError, RangeError for a mail that can not be sent */
export function assertMail({ to, message, kind }: Omit<MailToSend, 'subject'>): void {
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
