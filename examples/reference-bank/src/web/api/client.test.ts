import { describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error';
import { type ApiRequest, createClient } from './client';

const failure = (code: string, status: number) => new ApiError({ code, status });

function clientWith(answer: (request: ApiRequest, call: number) => unknown) {
  const requests: ApiRequest[] = [];
  const onLocked = vi.fn();
  const onSignedOut = vi.fn();
  const client = createClient({
    send: async (request) => {
      requests.push(request);
      const result = answer(request, requests.length);
      if (result instanceof Error) {
        throw result;
      }
      return result;
    },
    exclusively: (work) => work(),
    onLocked,
    onSignedOut,
  });
  return { client, requests, onLocked, onSignedOut };
}

describe('client', () => {
  it('passes body and idempotency key on', async () => {
    const { client, requests } = clientWith(() => ({ ok: 1 }));
    await expect(client.post('/api/transfers', { amount: 5 }, { idempotencyKey: 'k1' })).resolves.toEqual({ ok: 1 });
    expect(requests).toEqual([{ method: 'POST', path: '/api/transfers', body: { amount: 5 }, idempotencyKey: 'k1' }]);
  });

  it('renews an expired session once and repeats the request with its key', async () => {
    let renewed = false;
    const { client, requests, onSignedOut } = clientWith(({ path }) => {
      if (path === '/auth/refresh') {
        renewed = true;
        return {};
      }
      return renewed ? { done: true } : failure('ERR_SESSION_EXPIRED', 401);
    });
    await expect(client.post('/api/transfers', { amount: 5 }, { idempotencyKey: 'k1' })).resolves.toEqual({ done: true });
    expect(requests.map((request) => request.path)).toEqual(['/api/transfers', '/auth/refresh', '/api/transfers']);
    expect(requests[2]?.idempotencyKey).toBe('k1');
    // Its own, so that a renewal whose answer is lost is repeated before the server takes the old token for stolen.
    expect(requests[1]?.idempotencyKey).toMatch(/^[A-Za-z0-9_-]{16,}$/);
    // Sent three times, with pauses of seconds, it is done with before the minute in which the server still knows the old token.
    expect(requests[1]?.timeoutMs).toBeLessThan(15_000);
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it('renews once for requests that expire together', async () => {
    let renewals = 0;
    const { client } = clientWith(({ path }) => {
      if (path === '/auth/refresh') {
        renewals += 1;
        return {};
      }
      return renewals > 0 ? path : failure('ERR_SESSION_EXPIRED', 401);
    });
    await expect(Promise.all([client.get('/a'), client.get('/b'), client.get('/c')])).resolves.toEqual(['/a', '/b', '/c']);
    expect(renewals).toBe(1);
  });

  it('gives up after one renewal and says that the session is over', async () => {
    const { client, requests, onSignedOut } = clientWith(({ path }) =>
      path === '/auth/refresh' ? {} : failure('ERR_SESSION_EXPIRED', 401),
    );
    await expect(client.get('/api/accounts')).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED' });
    expect(requests).toHaveLength(3);
    expect(onSignedOut.mock.calls).toEqual([['expired']]);
  });

  it('says that the session is over when the renewal is refused', async () => {
    const { client, onSignedOut } = clientWith(({ path }) =>
      path === '/auth/refresh' ? failure('ERR_SESSION_NONE', 401) : failure('ERR_SESSION_EXPIRED', 401),
    );
    await expect(client.get('/api/accounts')).rejects.toMatchObject({ code: 'ERR_SESSION_NONE' });
    expect(onSignedOut.mock.calls).toEqual([['expired']]);
  });

  it('keeps the session where only the network failed during the renewal', async () => {
    const { client, onSignedOut } = clientWith(({ path }) =>
      path === '/auth/refresh' ? failure('ERR_NETWORK', 0) : failure('ERR_SESSION_EXPIRED', 401),
    );
    await expect(client.get('/api/accounts')).rejects.toMatchObject({ code: 'ERR_NETWORK' });
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it('reports a lock from any request, and neither renews nor signs out', async () => {
    const { client, requests, onLocked, onSignedOut } = clientWith(() => failure('ERR_SESSION_LOCKED', 423));
    await expect(client.get('/api/accounts')).rejects.toMatchObject({ status: 423 });
    expect(requests).toHaveLength(1);
    expect(onLocked).toHaveBeenCalledTimes(1);
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it('leaves wrong credentials to the form', async () => {
    const { client, onLocked, onSignedOut } = clientWith(() => failure('ERR_CREDENTIALS', 401));
    await expect(client.post('/auth/login', {})).rejects.toMatchObject({ code: 'ERR_CREDENTIALS' });
    expect(onLocked).not.toHaveBeenCalled();
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  it('tells a session that the bank ended from one that ran out', async () => {
    const { client, onSignedOut } = clientWith(() => failure('ERR_SESSION_ENDED', 401));
    await expect(client.post('/auth/reauthenticate', {})).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' });
    expect(onSignedOut.mock.calls).toEqual([['ended']]);
  });
});
