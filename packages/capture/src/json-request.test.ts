import { describe, expect, it, vi } from 'vitest';
import { getJson, type PostJsonOptions, postJson } from './json-request';

const KEY = '0123456789abcdef0123456789abcdef';
const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } });

/** A server that gives these answers one after the other, and a wait whose ends the test decides. */
function setup(...answers: (Response | Error | 'hang')[]) {
  const requests: { url: string; init: RequestInit & { headers: Record<string, string> } }[] = [];
  const pauses: number[] = [];
  let expire: (() => void) | undefined;
  const fetch = vi.fn((url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    requests.push({ url: String(url), init: init as (typeof requests)[0]['init'] });
    const answer = answers.shift() ?? new Error('no more answers');
    if (answer === 'hang') {
      return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
    }
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  const wait = (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms === 10_000) {
      return new Promise((resolve) => {
        expire = resolve;
        signal.addEventListener('abort', () => resolve());
      });
    }
    pauses.push(ms);
    return Promise.resolve();
  };
  const options = { url: '/api/login', fetch, wait, random: (length: number) => new Uint8Array(length).fill(128) };
  return { requests, pauses, fetch, options, expire: () => expire?.() };
}

describe('postJson', () => {
  it('sends JSON with same-origin credentials and the header that a form cannot send', async () => {
    const { options, requests } = setup(json(200, { session: 'partial' }));
    const result = await postJson<{ session: string }>({ ...options, body: { user: 'a' }, idempotencyKey: KEY });
    expect(result).toEqual({ ok: true, status: 200, data: { session: 'partial' } });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      url: '/api/login',
      init: {
        method: 'POST',
        body: '{"user":"a"}',
        credentials: 'same-origin',
        redirect: 'error',
        cache: 'no-store',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'x-tacit': '1', 'idempotency-key': KEY },
      },
    });
  });

  it('outlives its page where that is asked for, and reads the number that a server expects', async () => {
    const error = { code: 'ERR_EVIDENCE_GAP', message: 'a batch is missing', expected: 4 };
    const { options, requests } = setup(json(409, { error }), json(409, { error: { ...error, expected: 'x' } }));
    expect(await postJson({ ...options, body: {}, keepalive: true })).toEqual({ ok: false, status: 409, ...error });
    const { expected: _, ...rest } = error;
    expect(await postJson({ ...options, body: {} })).toEqual({ ok: false, status: 409, ...rest });
    expect(requests.map(({ init }) => init.keepalive)).toEqual([true, undefined]);
  });

  it('gives null for an empty answer', async () => {
    const { options } = setup(new Response(null, { status: 204 }));
    expect(await postJson({ ...options, body: {} })).toEqual({ ok: true, status: 204, data: null });
  });

  it('returns what the server refused, with its code', async () => {
    const error = { code: 'ERR_SAMPLE_TIME', message: 'press must be 0', field: 'keys[0].press' };
    const { options } = setup(json(400, { error }));
    expect(await postJson({ ...options, body: {} })).toEqual({ ok: false, status: 400, ...error });
  });

  it('says how many tries are left, where the server does', async () => {
    const error = { code: 'ERR_CODE_WRONG', message: 'The code is wrong.', left: 2 };
    const { options } = setup(json(401, { error }), json(401, { error: { ...error, left: '2' } }));
    expect(await postJson({ ...options, body: {} })).toEqual({ ok: false, status: 401, ...error });
    expect(await postJson({ ...options, body: {} })).not.toHaveProperty('left');
  });

  it.each([
    ['a page', '<html>'],
    ['an odd shape', '{"error":"no"}'],
    ['null', 'null'],
    ['a code that is none', '{"error":{"code":"<b>","message":7}}'],
    ['nothing', ''],
  ])('an error with %s gets a code of its own', async (_, body) => {
    const { options } = setup(new Response(body, { status: 418 }));
    expect(await postJson({ ...options, body: {} })).toEqual({
      ok: false,
      status: 418,
      code: 'ERR_HTTP_STATUS',
      message: 'the server answered with status 418',
    });
  });

  it('cuts long messages and says when to come back', async () => {
    const { options } = setup(json(429, { error: { code: 'ERR_THROTTLED', message: 'x'.repeat(9_999) } }, { 'retry-after': '30' }));
    const result = await postJson({ ...options, body: {} });
    expect(result).toMatchObject({ ok: false, status: 429, code: 'ERR_THROTTLED', retryAfterMs: 30_000 });
    expect(result.message).toHaveLength(500);
  });

  it('repeats the same bytes under the same key, with growing pauses', async () => {
    const { options, requests, pauses } = setup(new TypeError('offline'), json(503, {}), json(200, 7));
    expect(await postJson({ ...options, body: { n: 1 }, idempotencyKey: KEY })).toMatchObject({ ok: true, data: 7 });
    expect(new Set(requests.map(({ init }) => `${init.body} ${init.headers['idempotency-key']}`)).size).toBe(1);
    expect(pauses).toEqual([250 * 0.75, 500 * 0.75]);
  });

  it('does not repeat without a key', async () => {
    const { options, requests } = setup(new TypeError('offline'), json(200, 7));
    await expect(postJson({ ...options, body: {} })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_NETWORK',
      cause: { message: 'offline' },
    });
    expect(requests).toHaveLength(1);
    const busy = setup(json(503, {}), json(200, 7));
    expect(await postJson({ ...busy.options, body: {} })).toMatchObject({ ok: false, status: 503 });
  });

  it('gives up after the retries', async () => {
    const { options, requests } = setup(...Array.from({ length: 9 }, () => new TypeError('offline')));
    await expect(postJson({ ...options, body: {}, idempotencyKey: KEY, retries: 3 })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_NETWORK',
    });
    expect(requests).toHaveLength(4);
    const busy = setup(json(503, {}), json(503, {}), json(503, { error: { code: 'ERR_BUSY', message: 'later' } }));
    expect(await postJson({ ...busy.options, body: {}, idempotencyKey: KEY })).toMatchObject({ ok: false, code: 'ERR_BUSY' });
  });

  it('never repeats what the server refused', async () => {
    const { options, requests } = setup(json(500, {}), json(200, 7));
    expect(await postJson({ ...options, body: {}, idempotencyKey: KEY })).toMatchObject({ ok: false, status: 500 });
    expect(requests).toHaveLength(1);
  });

  it('ends an attempt that takes too long', async () => {
    const { options, expire } = setup('hang');
    const waiting = postJson({ ...options, body: {} });
    expire();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
  });

  it('a wait that fails ends the attempt too', async () => {
    const { options } = setup('hang');
    const waiting = postJson({ ...options, body: {}, wait: () => Promise.reject(new Error('no timers')) });
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
  });

  it('ends when its signal is aborted: before, during an attempt and in a pause', async () => {
    const before = setup(json(200, 7));
    await expect(postJson({ ...before.options, body: {}, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_ABORTED',
    });
    expect(before.requests).toHaveLength(0);

    const during = setup('hang', json(200, 7));
    const first = new AbortController();
    const waiting = postJson({ ...during.options, body: {}, idempotencyKey: KEY, signal: first.signal });
    first.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_TRANSPORT_ABORTED' });
    expect(during.requests).toHaveLength(1);

    const paused = setup(new TypeError('offline'), json(200, 7));
    const second = new AbortController();
    const wait = (ms: number, signal: AbortSignal): Promise<void> => {
      if (ms === 10_000) {
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      }
      second.abort();
      return Promise.resolve();
    };
    const pausing = postJson({ ...paused.options, wait, body: {}, idempotencyKey: KEY, signal: second.signal });
    await expect(pausing).rejects.toMatchObject({ code: 'ERR_TRANSPORT_ABORTED' });
    expect(paused.requests).toHaveLength(1);
  });

  it('a pause that fails by itself is not taken for an abort', async () => {
    const { options, requests } = setup(new TypeError('offline'), json(200, 7));
    const wait = (ms: number): Promise<void> => (ms === 10_000 ? new Promise(() => undefined) : Promise.reject(new Error('no timers')));
    await expect(postJson({ ...options, wait, body: {}, idempotencyKey: KEY })).rejects.toThrow('no timers');
    expect(requests).toHaveLength(1);
  });

  it('leaves no listener on the signal', async () => {
    const { options } = setup(json(200, 7));
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await postJson({ ...options, body: {}, signal });
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener));
    expect(add).toHaveBeenCalled();
  });

  it('refuses an answer that is no JSON, without repeating what it said', async () => {
    const { options } = setup(new Response('secret things'));
    const waiting = postJson({ ...options, body: {} });
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_TRANSPORT_RESPONSE' });
    await expect(waiting).rejects.not.toThrow(/secret/);
  });

  it('reads no more than it may, announced or not', async () => {
    const announced = setup(json(200, {}, { 'content-length': '101' }));
    await expect(postJson({ ...announced.options, body: {}, maxBytes: 100 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_SIZE' });
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(60).fill(32));
      },
    });
    const silent = setup(new Response(endless));
    await expect(postJson({ ...silent.options, body: {}, maxBytes: 100 })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_SIZE' });
    expect(pulled).toBeLessThan(6);
    const exact = setup(new Response('1'.padEnd(100)));
    expect(await postJson({ ...exact.options, body: {}, maxBytes: 100 })).toMatchObject({ data: 1 });
  });

  it('refuses a request that is too large before it is sent', async () => {
    const { options, requests } = setup(json(200, 7));
    await expect(postJson({ ...options, body: 'é'.repeat(262_144) })).rejects.toMatchObject({ code: 'ERR_TRANSPORT_SIZE', field: 'body' });
    expect(requests).toHaveLength(0);
  });

  it.each([
    ['options', null, TypeError],
    ['body', { body: undefined }, TypeError],
    ['url', { url: 7 }, TypeError],
    ['url', { url: '' }, RangeError],
    ['url', { url: 'javascript:alert(1)' }, RangeError],
    ['url', { url: 'data:,x' }, RangeError],
    ['idempotencyKey', { idempotencyKey: 'short' }, RangeError],
    ['idempotencyKey', { idempotencyKey: `${KEY}\r\nx: 1` }, RangeError],
    ['timeoutMs', { timeoutMs: 0 }, RangeError],
    ['retries', { retries: 6 }, RangeError],
    ['maxBytes', { maxBytes: '1' }, TypeError],
    ['fetch', { fetch: 1 }, TypeError],
    ['wait', { wait: 1 }, TypeError],
    ['random', { random: 1 }, TypeError],
    ['signal', { signal: {} }, TypeError],
  ])('refuses a wrong %s', async (name, change, kind) => {
    const { options, requests } = setup(json(200, 7));
    const given = change === null ? null : { ...options, body: {}, ...change };
    const waiting = postJson(given as PostJsonOptions);
    await expect(waiting).rejects.toThrow(kind);
    await expect(waiting).rejects.toThrow(name);
    expect(requests).toHaveLength(0);
  });
});

describe('getJson', () => {
  it('sends no body and repeats without a key', async () => {
    const { options, requests } = setup(new TypeError('offline'), json(200, [1]));
    expect(await getJson({ ...options, url: new URL('https://bank.example/api/state') })).toEqual({ ok: true, status: 200, data: [1] });
    expect(requests).toHaveLength(2);
    const { url, init } = requests[1]!;
    expect([url, init.method, init.body, init.headers]).toEqual([
      'https://bank.example/api/state',
      'GET',
      undefined,
      { accept: 'application/json', 'x-tacit': '1' },
    ]);
  });

  it('uses the timers and the fetch of the page by default', async () => {
    const fetch = vi.fn(() => Promise.resolve(json(200, 1)));
    vi.stubGlobal('fetch', fetch);
    const clear = vi.spyOn(globalThis, 'clearTimeout');
    expect(await getJson({ url: '/x' })).toMatchObject({ ok: true });
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(clear).toHaveBeenCalled();
    vi.unstubAllGlobals();
    clear.mockRestore();
  });
});
