import type { AlertCode } from './alerts';
import { assertFunction, assertObject } from './arguments';
import { TacitServerError } from './errors';
import type { Timer } from './job-runner';
import { assertMail, type MailToSend } from './outbox';

/** An alert as it goes to a sink. Version 1: fields may be added to it, none is taken away or given another meaning. */
export interface AlertMessage {
  readonly version: 1;
  /** Names the alert among all customers', as in the operators' list; the same for every attempt and every sink. */
  readonly id: string;
  readonly code: AlertCode;
  /** When it was raised. Ms since the epoch. */
  readonly at: number;
  /** The customer's id with the host. */
  readonly customer: string;
  /** Codes and coarse figures: nothing biometric, no score, no threshold. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** A mail that goes out by the verifier's own outbox. */
export interface AlertMail {
  /** One address. */
  to: string;
  /** 1-200 characters, one line. */
  subject: string;
  /** 1-20,000 characters. */
  text: string;
}

export interface AlertDelivery {
  /** Aborted when the time of the delivery is over (60 s), or the verifier is closed. */
  readonly signal: AbortSignal;
  /**
   * Has a mail sent. It is put into the outbox in the transaction that notes this delivery as done, so it is sent once, and not at all where `deliver` rejects.
   *
   * @throws TypeError, RangeError for a mail that can not be sent, and for more than 20
   */
  queueMail(mail: AlertMail): void;
}

/** Where alerts go. */
export interface AlertSink {
  /**
   * 1-32 characters of `[a-z0-9-]`, no other sink's. It is stored with what waits to be delivered: a sink that gets another name does not get what waits.
   */
  readonly name: string;
  /**
   * Rejects when the alert was not taken; it is then tried again. After a crash an alert may come twice: `alert.id` tells.
   *
   * A rejection is logged by its `code` alone.
   */
  deliver(alert: AlertMessage, delivery: AlertDelivery): Promise<void>;
}

const NAME = /^[a-z0-9-]{1,32}$/;
const MOST_SINKS = 16;
const MOST_MAILS = 20;
/** Well inside the lease of a delivery. */
const LONGEST_DELIVERY_MS = 60_000;

/** @throws TypeError, RangeError; the message names the sink by its place */
export function assertAlertSinks(value: unknown): asserts value is readonly AlertSink[] {
  if (!Array.isArray(value)) {
    throw new TypeError('alertSinks must be an array');
  }
  if (value.length > MOST_SINKS) {
    throw new RangeError(`alertSinks must have at most ${MOST_SINKS} entries`);
  }
  const names = new Set<string>();
  for (const [i, sink] of value.entries()) {
    const name = `alertSinks[${i}]`;
    assertObject(sink, name);
    assertSinkName(sink.name, `${name}.name`);
    assertFunction(sink.deliver, `${name}.deliver`);
    if (names.has(sink.name)) {
      throw new RangeError(`${name}.name must be no other sink's`);
    }
    names.add(sink.name);
  }
}

export function assertSinkName(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') {
    throw new TypeError(`${name} must be a string`);
  }
  if (!NAME.test(value)) {
    throw new RangeError(`${name} must be 1-32 characters of a-z 0-9 -`);
  }
}

/** Hands an alert to a sink, for a minute at most, and says which mails are to be sent once that is noted. */
export async function handOver(
  sink: AlertSink,
  alert: AlertMessage,
  { timer, signal }: { timer: Timer; signal: AbortSignal },
): Promise<Array<Omit<MailToSend, 'subject'>>> {
  const mails: Array<Omit<MailToSend, 'subject'>> = [];
  function queueMail({ to, subject, text }: AlertMail): void {
    const mail = { to, message: { subject, text }, kind: 'alert' };
    assertMail(mail);
    if (mails.length >= MOST_MAILS) {
      throw new RangeError(`queueMail may be called at most ${MOST_MAILS} times for one alert`);
    }
    mails.push(mail);
  }
  await untilAborted((own) => sink.deliver(alert, { signal: own, queueMail }), { timer, signal, ms: LONGEST_DELIVERY_MS });
  // What comes late belongs to no delivery.
  return [...mails];
}

/**
 * Does work that is given up after so many ms, or when `signal` is aborted, whether or not it minds the signal that it is handed.
 *
 * @throws what the work throws; TacitServerError `ERR_ALERT_TIMEOUT`
 */
export async function untilAborted(
  work: (signal: AbortSignal) => Promise<void>,
  { timer, signal, ms }: { timer: Timer; signal: AbortSignal; ms: number },
): Promise<void> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new TacitServerError('ERR_ALERT_TIMEOUT'));
  const handle = timer.set(giveUp, ms);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) {
    giveUp();
  }
  try {
    await Promise.race([
      work(controller.signal),
      new Promise<never>((_, reject) => {
        const fail = () => reject(controller.signal.reason);
        controller.signal.addEventListener('abort', fail, { once: true });
        if (controller.signal.aborted) {
          fail();
        }
      }),
    ]);
  } finally {
    timer.clear(handle);
    signal.removeEventListener('abort', giveUp);
  }
}
