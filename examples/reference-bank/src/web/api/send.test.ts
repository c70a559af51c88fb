import { describe, expect, it } from 'vitest';
import { createSend } from './send';

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

function sendWith(answer: (request: number) => Response | Promise<Response>) {
  const requests: Array<{ url: string; init: RequestInit }> = [];
  const waits: number[] = [];
  const send = createSend(
    async (url, init = {}) => {
      requests.push({ url: String(url), init });
      return answer(requests.length);
    },
    { hear: () => undefined },
    async (ms) => void waits.push(ms),
  );
  return { send, requests, waits };
}

describe('createSend', () => {
  it('posts JSON with the idempotency key to the same origin only', async () => {
    const { send, requests } = sendWith(() => json(201, { transfer: { id: 't1' } }));
    const key = 'k'.repeat(32);
    await expect(send({ method: 'POST', path: '/api/transfers', body: { amount: 5 }, idempotencyKey: key })).resolves.toEqual({
      transfer: { id: 't1' },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toBe('/api/transfers');
    expect(requests[0]?.init).toMatchObject({ method: 'POST', body: '{"amount":5}', credentials: 'same-origin' });
    expect(new Headers(requests[0]?.init.headers).get('idempotency-key')).toBe(key);
  });

  it('hands on everything that the server says about a refusal', async () => {
    const { send } = sendWith(() =>
      json(401, { error: { code: 'ERR_CODE_WRONG', message: 'The code is wrong.', field: 'code', left: 2 } }),
    );
    await expect(send({ method: 'POST', path: '/auth/step-up', body: {} })).rejects.toMatchObject({
      status: 401,
      code: 'ERR_CODE_WRONG',
      field: 'code',
      left: 2,
      isOpen: false,
    });
  });

  it('reads the time to wait from the body, or from the header', async () => {
    const inBody = sendWith(() => json(429, { error: { code: 'ERR_THROTTLED', message: 'Wait.', retryAfter: 30 } }));
    await expect(inBody.send({ method: 'GET', path: '/auth/session' })).rejects.toMatchObject({ retryAfter: 30 });
    const inHeader = sendWith(() => json(429, { error: { code: 'ERR_THROTTLED', message: 'Wait.' } }, { 'retry-after': '7' }));
    await expect(inHeader.send({ method: 'GET', path: '/auth/session' })).rejects.toMatchObject({ retryAfter: 7 });
  });

  it('sends again, with its key, what a server broke off', async () => {
    const gone = () => json(502, { error: { code: 'ERR_SERVER_GONE', message: 'Try again.' } });
    const { send, requests } = sendWith((request) => (request < 3 ? gone() : json(200, { done: true })));
    const idempotencyKey = 'k'.repeat(32);
    await expect(send({ method: 'POST', path: '/auth/login', body: { a: 1 }, idempotencyKey })).resolves.toEqual({ done: true });
    expect(requests.map(({ init }) => [init.body, new Headers(init.headers).get('idempotency-key')])).toEqual(
      [1, 2, 3].map(() => ['{"a":1}', idempotencyKey]),
    );
  });

  it('sends nothing again that has no key: it might be done twice', async () => {
    const { send, requests } = sendWith(() => json(502, { error: { code: 'ERR_SERVER_GONE', message: 'Try again.' } }));
    await expect(send({ method: 'POST', path: '/api/transfers', body: {} })).rejects.toMatchObject({ status: 502, isOpen: true });
    expect(requests).toHaveLength(1);
  });

  it('waits, as long as it is told, for a submit that a server was at when it died', async () => {
    const busy = () => json(409, { error: { code: 'ERR_CHALLENGE_BUSY', message: 'Wait.', retryAfter: 4 } });
    const { send, requests, waits } = sendWith((request) => (request < 3 ? busy() : json(200, { status: 'signed-in' })));
    const request = { method: 'POST', path: '/auth/login', body: {}, idempotencyKey: 'k'.repeat(32) } as const;
    await expect(send(request)).resolves.toEqual({ status: 'signed-in' });
    expect([requests.length, waits]).toEqual([3, [4_000, 4_000]]);
    const stays = sendWith(busy);
    await expect(stays.send(request)).rejects.toMatchObject({ code: 'ERR_CHALLENGE_BUSY', isOpen: true });
    expect(stays.requests).toHaveLength(4);
    const { idempotencyKey: _, ...keyless } = request;
    const once = sendWith(busy);
    await expect(once.send(keyless)).rejects.toMatchObject({ code: 'ERR_CHALLENGE_BUSY' });
    expect(once.requests).toHaveLength(1);
  });

  it('calls an unreachable server open: nobody knows whether it acted', async () => {
    const { send } = sendWith(() => Promise.reject(new TypeError('failed to fetch')));
    await expect(send({ method: 'POST', path: '/api/transfers', body: {} })).rejects.toMatchObject({
      code: 'ERR_NETWORK',
      status: 0,
      isOpen: true,
    });
  });

  it('does not take a page of HTML for an answer', async () => {
    const { send } = sendWith(() => new Response('<!doctype html>', { status: 200 }));
    await expect(send({ method: 'GET', path: '/auth/session' })).rejects.toMatchObject({ code: 'ERR_ANSWER' });
    const broken = sendWith(() => new Response('<h1>Bad gateway</h1>', { status: 500 }));
    await expect(broken.send({ method: 'POST', path: '/auth/login', body: {} })).rejects.toMatchObject({
      code: 'ERR_ANSWER',
      status: 500,
      isOpen: true,
    });
  });
});
