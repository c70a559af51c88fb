import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertDelivery, AlertMessage } from './alert-sinks';
import type { Timer } from './job-runner';
import { type WebhookSinkOptions, webhookSink } from './webhook-sink';

const secretOf = (letter: string) => `whsec_${Buffer.alloc(32, letter).toString('base64')}`;
const SECRET = secretOf('s');
const ALERT: AlertMessage = {
  version: 1,
  id: `${'p'.repeat(43)}.${'i'.repeat(22)}`,
  code: 'card-lost',
  at: Date.UTC(2026, 0, 5, 9),
  customer: 'cust-17',
  detail: { by: 'owner' },
};
const never: Timer = { set: () => 0, clear: () => undefined };
const delivery = (): AlertDelivery => ({ signal: new AbortController().signal, queueMail: () => undefined });

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const closers: Array<() => void> = [];
afterEach(() => {
  for (const close of closers.splice(0)) {
    close();
  }
});

/** A receiver on this machine. */
async function receiver(answer: (response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/top-secret-path` };
}

const sinkTo = (url: string, more: Partial<WebhookSinkOptions> = {}) => webhookSink({ url, secret: SECRET, timer: never, ...more });
const verified = ({ headers, body }: Received, secret = SECRET) =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as unknown;

describe('webhookSink', () => {
  it('posts the alert so that a Standard Webhooks receiver verifies it, with one id for every attempt', async () => {
    const { received, url } = await receiver((response) => response.writeHead(204).end());
    const sink = sinkTo(url);
    await sink.deliver(ALERT, delivery());
    await sink.deliver(ALERT, delivery());
    const [first, second] = received as [Received, Received];
    expect(verified(first)).toEqual({ type: 'alert.raised', timestamp: '2026-01-05T09:00:00.000Z', data: ALERT });
    expect([first.method, first.headers['content-type']]).toEqual(['POST', 'application/json']);
    // Its own part of the id: the pseudonym is no matter of a header, and a full stop would make what is signed ambiguous.
    expect([first.headers['webhook-id'], second.headers['webhook-id']]).toEqual(['i'.repeat(22), 'i'.repeat(22)]);
  });

  it('is refused by a receiver with another secret, after a change of the body, and when it is old', async () => {
    const { received, url } = await receiver((response) => response.writeHead(200).end('ok'));
    await sinkTo(url).deliver(ALERT, delivery());
    const [sent] = received as [Received];
    expect(() => verified(sent, secretOf('t'))).toThrow('No matching signature');
    expect(() => verified({ ...sent, body: sent.body.replace('cust-17', 'cust-18') })).toThrow('No matching signature');
    const hourAgo = Date.now() - 3_600_000;
    await sinkTo(url, { clock: () => hourAgo }).deliver(ALERT, delivery());
    expect(() => verified(received[1] as Received)).toThrow('too old');
  });

  it('signs by every secret while one is exchanged for another', async () => {
    const { received, url } = await receiver((response) => response.writeHead(200).end());
    await sinkTo(url, { secret: [SECRET, secretOf('t')] }).deliver(ALERT, delivery());
    expect(verified(received[0] as Received)).toEqual(verified(received[0] as Received, secretOf('t')));
  });

  it.each([400, 401, 404, 410, 429, 500, 503])('says that an answer of %i took nothing', async (status) => {
    const { url } = await receiver((response) => response.writeHead(status).end('why'));
    await expect(sinkTo(url).deliver(ALERT, delivery())).rejects.toMatchObject({ code: 'ERR_ALERT_REFUSED' });
  });

  it.each([301, 302, 307, 308])('follows no redirect of %i', async (status) => {
    const target = await receiver((response) => response.writeHead(200).end());
    const { url } = await receiver((response) => response.writeHead(status, { location: target.url }).end());
    await expect(sinkTo(url).deliver(ALERT, delivery())).rejects.toMatchObject({ code: 'ERR_ALERT_REFUSED' });
    expect(target.received).toEqual([]);
  });

  it('does not read an answer that never ends', async () => {
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { url } = await receiver((response) => {
      response.on('close', closed);
      response.writeHead(200);
      const flood = () => {
        while (response.writable && response.write('x'.repeat(65_536)));
      };
      response.on('drain', flood);
      flood();
    });
    await sinkTo(url).deliver(ALERT, delivery());
    await isClosed;
  });

  it('gives up a receiver that does not answer in time, and when the delivery is over', async () => {
    const { url } = await receiver(() => fire?.());
    let fire: (() => void) | undefined;
    let waits = 0;
    const timer: Timer = {
      set: (work, ms) => {
        waits = ms;
        fire = work;
        return 0;
      },
      clear: () => undefined,
    };
    await expect(sinkTo(url, { timer, timeoutMs: 2_000 }).deliver(ALERT, delivery())).rejects.toMatchObject({ code: 'ERR_ALERT_TIMEOUT' });
    expect(waits).toBe(2_000);

    const over = new AbortController();
    const second = await receiver(() => over.abort());
    await expect(sinkTo(second.url).deliver(ALERT, { ...delivery(), signal: over.signal })).rejects.toMatchObject({
      code: 'ERR_ALERT_TIMEOUT',
    });
  });

  it('keeps address and secret out of errors and of what an inspection shows', async () => {
    const { url } = await receiver((response) => response.destroy());
    const sink = sinkTo(url);
    const error: unknown = await sink.deliver(ALERT, delivery()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_ALERT_DELIVERY' });
    const shown = [
      inspect(error, { depth: 9, showHidden: true }),
      inspect(sink, { depth: 9, showHidden: true }),
      JSON.stringify(sink),
    ].join();
    expect(shown).not.toMatch(/top-secret-path|whsec|c3Nz/);
    expect((error as Error).cause).toBeUndefined();
  });

  it.each<[string, object, ErrorConstructor]>([
    ['no url', { url: undefined }, TypeError],
    ['no address', { url: 'hooks' }, RangeError],
    ['plain http to elsewhere', { url: 'http://bank.test/hooks' }, RangeError],
    ['http to a name that begins like this machine', { url: 'http://127.0.0.1.bank.test/' }, RangeError],
    ['another scheme', { url: 'file:///etc/hosts' }, RangeError],
    ['a password in the url', { url: 'https://user:secret@bank.test/' }, RangeError],
    ['a secret without its prefix', { secret: SECRET.slice(6) }, RangeError],
    ['a short secret', { secret: `whsec_${Buffer.alloc(23).toString('base64')}` }, RangeError],
    ['a long secret', { secret: `whsec_${Buffer.alloc(65).toString('base64')}` }, RangeError],
    ['a secret that is no Base64', { secret: 'whsec_!!!!' }, RangeError],
    ['a number as a secret', { secret: 7 }, TypeError],
    ['no secret', { secret: [] }, RangeError],
    ['five secrets', { secret: Array.from({ length: 5 }, () => SECRET) }, RangeError],
    ['a name with a space', { name: 'my hook' }, RangeError],
    ['no time', { timeoutMs: 0 }, RangeError],
    ['a minute', { timeoutMs: 60_000 }, RangeError],
    ['a time as text', { timeoutMs: '9' }, TypeError],
  ])('refuses %s, without repeating it', (_what, part, error) => {
    const given = { url: 'https://bank.test/', secret: SECRET, ...part };
    expect(() => webhookSink(given as WebhookSinkOptions)).toThrow(error);
    expect(() => webhookSink(given as WebhookSinkOptions)).not.toThrow(/bank\.test|whsec_[A-Za-z0-9+/]{8}/);
  });

  it('takes http on this machine', () => {
    for (const url of ['http://localhost:8080/a', 'http://127.3.2.1/', 'http://[::1]:9/']) {
      expect(webhookSink({ url, secret: SECRET }).name).toBe('webhook');
    }
  });
});
