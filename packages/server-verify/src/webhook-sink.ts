import { Webhook } from 'standardwebhooks';
import { type AlertMessage, type AlertSink, assertSinkName, untilAborted } from './alert-sinks';
import { assertFunction, assertObject, assertText } from './arguments';
import { TacitServerError } from './errors';
import { platformTimer, type Timer } from './job-runner';
import { parseRecordReference } from './record-reference';

export interface WebhookSinkOptions {
  /** `https://...`; `http://` on this machine only. No user name or password. */
  url: string;
  /**
   * Signs what is sent: `whsec_` and 24 to 64 random bytes as Base64. Several while one is exchanged for another, at most 4: each signs, so that a receiver
   * that knows any of them is content.
   */
  secret: string | readonly string[];
  /** The sink's name, where there are several. Default `webhook`. */
  name?: string;
  /** How long the receiver may take to answer, in ms, 100 to 30,000. Default 10,000. */
  timeoutMs?: number;
  /** Ms since the epoch, for the time that is signed. Default: the clock of the platform. */
  clock?: () => number;
  /** Default: `fetch` of the platform. */
  fetch?: typeof globalThis.fetch;
  /** Default: the timer of the platform. */
  timer?: Timer;
}

/** What is posted, as JSON: the payload of Standard Webhooks. */
export interface WebhookPayload {
  type: 'alert.raised';
  /** When the alert was raised, ISO 8601. */
  timestamp: string;
  data: AlertMessage;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const MOST_SECRETS = 4;

/**
 * Posts alerts to a URL, signed as Standard Webhooks (https://www.standardwebhooks.com) asks: headers `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`, an HMAC-SHA-256 over id, time and body. Any answer of 2xx takes the alert; its body is not read, and no redirect is followed.
 *
 * @throws TypeError, RangeError for arguments; `deliver` rejects with TacitServerError `ERR_ALERT_REFUSED`, `ERR_ALERT_TIMEOUT` or `ERR_ALERT_DELIVERY`
 */
export function webhookSink(options: WebhookSinkOptions): AlertSink {
  assertObject(options, 'options');
  const { name = 'webhook', timeoutMs = 10_000, clock = Date.now, timer = platformTimer } = options;
  const { fetch = globalThis.fetch } = options;
  const url = parseUrl(options.url);
  const signers = (typeof options.secret === 'string' ? [options.secret] : secretsOf(options.secret)).map(signerOf);
  assertSinkName(name, 'name');
  if (typeof timeoutMs !== 'number') {
    throw new TypeError('timeoutMs must be a number');
  }
  if (!(timeoutMs >= 100 && timeoutMs <= 30_000)) {
    throw new RangeError('timeoutMs must be from 100 to 30000');
  }
  assertFunction(clock, 'clock');
  assertFunction(fetch, 'fetch');
  assertObject(timer, 'timer');

  async function post(alert: AlertMessage, signal: AbortSignal): Promise<void> {
    // The same for every attempt. The customer's pseudonym stays out of it, and a full stop would not be told from those between the parts that are signed.
    const id = parseRecordReference(alert.id)?.id ?? alert.id;
    const now = new Date(clock());
    const payload: WebhookPayload = { type: 'alert.raised', timestamp: new Date(alert.at).toISOString(), data: alert };
    const body = JSON.stringify(payload);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'tacit-webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': signers.map((signer) => signer.sign(id, now, body)).join(' '),
    };
    let response: Response;
    try {
      response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    } catch {
      // The cause is left out: it may repeat the address, which may hold a secret.
      throw new TacitServerError('ERR_ALERT_DELIVERY');
    }
    // The status is the answer. Whatever else comes is not waited for, and how that ends changes nothing.
    response.body?.cancel().catch(() => undefined);
    if (!response.ok) {
      throw new TacitServerError('ERR_ALERT_REFUSED');
    }
  }

  return Object.freeze<AlertSink>({
    name,
    deliver: (alert, { signal }) => untilAborted((own) => post(alert, own), { timer, signal, ms: timeoutMs }),
  });
}

function parseUrl(value: unknown): string {
  assertText(value, 'url', 1, 2_048);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url === undefined || !isSafe) {
    throw new RangeError('url must be https://..., or http:// on this machine');
  }
  if (url.username !== '' || url.password !== '') {
    throw new RangeError('url must hold no user name and no password');
  }
  return url.href;
}

function secretsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new TypeError('secret must be a string or an array of strings');
  }
  if (value.length < 1 || value.length > MOST_SECRETS) {
    throw new RangeError(`secret must have 1-${MOST_SECRETS} entries`);
  }
  return value;
}

function signerOf(secret: unknown): Webhook {
  if (typeof secret !== 'string') {
    throw new TypeError('secret must be a string or an array of strings');
  }
  const bytes = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  if (bytes.length < 24 || bytes.length > 64) {
    throw new RangeError('secret must be whsec_ and 24-64 bytes as Base64');
  }
  return new Webhook(bytes, { format: 'raw' });
}
