import { createTransport, type TransportOptions } from 'nodemailer';
import type { Context } from './context';
import { TacitServerError } from './errors';
import { assertMailAddress } from './mail-address';
import { defineRecordKind, type Stored } from './record-kind';
import { recordReference } from './record-reference';
import { ifReadable } from './unreadable-record';

export interface MailMessage {
  /** The same for every attempt at one message. */
  readonly id: string;
  /** The customer's pseudonym. */
  readonly customer: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Where messages go. `deliver` rejects when the message was not taken; it must settle within two minutes. */
export interface MailSink {
  /** For logs. */
  readonly name: string;
  deliver(message: MailMessage): Promise<void>;
}

export interface MailboxEntry {
  id: string;
  /** The customer's pseudonym. */
  customer: string;
  to: string;
  subject: string;
  text: string;
  at: number;
}

interface Mail {
  to: string;
  subject: string;
  text: string;
}

const mails = defineRecordKind<Mail>({ kind: 'mail', sealedWith: 'customer', parse: (value) => value as Mail });

/** Keeps messages in the store, sealed under the customer's key, for `policy.retention.mailMs`: for demonstrations and tests. */
export function mailboxSink(ctx: Context): MailSink {
  return {
    name: 'mailbox',
    async deliver({ id, customer, to, subject, text }) {
      const at = ctx.clock();
      await ctx.store.transaction((tx) =>
        // A message that is delivered again is there already.
        mails.insert(ctx, tx, {
          subject: customer,
          id: ownPart(id),
          value: { to, subject, text },
          at,
          due: at + ctx.policy.retention.mailMs,
        }),
      );
    },
  };
}

/** What the mailbox sink received for one customer, or (of the newest 1,000) for all; the newest first. A message that can not be read is left out. */
export async function readMailbox(
  ctx: Context,
  { subject, limit = 100 }: { subject?: string; limit?: number } = {},
): Promise<MailboxEntry[]> {
  const found = await ctx.store.transaction(async (tx) => {
    const records = subject === undefined ? await tx.dueLast(mails.kind, { limit: 1_000 }) : await tx.list(mails.kind, subject, { limit });
    const readable: Stored<Mail>[] = [];
    for (const record of records) {
      const stored = await ifReadable(mails.open(ctx, tx, record));
      if (stored !== undefined) {
        readable.push(stored);
      }
    }
    return readable;
  });
  return found
    .sort((a, b) => b.at - a.at)
    .slice(0, limit)
    .map(toEntry);
}

function toEntry({ subject: customer, id, at, value }: Stored<Mail>): MailboxEntry {
  return { id: recordReference(customer, id), customer, at, ...value };
}

export interface SmtpSinkOptions {
  /** `smtps://user:password@host:port`, or `smtp://` for STARTTLS. */
  url: string;
  /** The sender: one address. */
  from: string;
  /** What else nodemailer takes for TLS: certificate authorities of your own, a client certificate. Certificates are always checked. */
  tls?: { ca?: string | Uint8Array | Array<string | Uint8Array>; cert?: string; key?: string; servername?: string };
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Delivers by SMTP. TLS is required, and the certificate checked, unless the server is on this machine.
 *
 * @throws TypeError, RangeError for arguments; `deliver` rejects with TacitServerError `ERR_MAIL_DELIVERY`
 */
export function smtpSink(options: SmtpSinkOptions): MailSink {
  const { from, tls } = options;
  assertMailAddress(from, 'from');
  const domain = from.slice(from.indexOf('@') + 1);
  const url = parseUrl(options.url);
  const secure = url.protocol === 'smtps:';
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !LOOPBACK.has(url.hostname),
    // Well inside the lease of a message.
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    dnsTimeout: 15_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(url.username === '' ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    tls: { ...tls, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  } as TransportOptions);
  return {
    name: 'smtp',
    async deliver({ id, to, subject, text }) {
      try {
        // The same for every attempt, so that a mail server can tell a repetition. The customer's pseudonym stays out of it.
        const messageId = `<${ownPart(id)}@${domain}>`;
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text, messageId });
      } catch {
        // The transport's error is left out: it may repeat the address and what the server said about it.
        throw new TacitServerError('ERR_MAIL_DELIVERY');
      }
    },
  };
}

function ownPart(reference: string): string {
  return reference.slice(reference.indexOf('.') + 1);
}

function parseUrl(value: unknown): URL {
  if (typeof value !== 'string') {
    throw new TypeError('url must be a string');
  }
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new RangeError('url must be smtp://host or smtps://host');
  }
  return url;
}
