import { type AlertMessage, type AlertSink, assertSinkName } from './alert-sinks';
import { assertFunction, assertObject } from './arguments';
import { assertMailAddress } from './mail-address';
import { timeInWords } from './notices';

export interface MailAlertSinkOptions {
  /** Who is told: one address, or at most 20. */
  to: string | readonly string[];
  /** The sink's name, where there are several. Default `mail`. */
  name?: string;
  /** The mail in other words or another language. Default: code, customer's id, time and detail, in English. */
  write?: (alert: AlertMessage) => { subject: string; text: string };
}

const MOST_ADDRESSES = 20;

/**
 * Mails alerts to operators, by the verifier's own outbox: sent, tried again and given up like every mail. Each address gets a mail of its own.
 *
 * @throws TypeError, RangeError for arguments
 */
export function mailAlertSink(options: MailAlertSinkOptions): AlertSink {
  assertObject(options, 'options');
  const { name = 'mail', write = inEnglish } = options;
  const to: unknown = typeof options.to === 'string' ? [options.to] : options.to;
  if (!Array.isArray(to)) {
    throw new TypeError('to must be a mail address or an array of them');
  }
  if (to.length < 1 || to.length > MOST_ADDRESSES) {
    throw new RangeError(`to must have 1-${MOST_ADDRESSES} addresses`);
  }
  const addresses: string[] = [];
  for (const address of to) {
    assertMailAddress(address, 'to');
    addresses.push(address);
  }
  assertSinkName(name, 'name');
  assertFunction(write, 'write');
  return Object.freeze<AlertSink>({
    name,
    async deliver(alert, { queueMail }) {
      const { subject, text } = write(alert);
      for (const address of addresses) {
        queueMail({ to: address, subject, text });
      }
    },
  });
}

function inEnglish({ id, code, at, customer, detail }: AlertMessage): { subject: string; text: string } {
  const lines = Object.entries(detail).map(([name, value]) => `${name}: ${value}`);
  return {
    subject: `Alert: ${code}`,
    text: [`alert: ${code}`, `customer: ${customer}`, `time: ${timeInWords(at)}`, ...lines, `number: ${id}`].join('\n'),
  };
}
