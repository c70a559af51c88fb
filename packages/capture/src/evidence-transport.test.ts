import type { EvidenceBatch } from '@tacit-auth/features';
import { COARSE_STATES, EVIDENCE_LIMITS } from '@tacit-auth/features';
import { describe, expect, it, vi } from 'vitest';
import { isCoarseState, readOpening } from './evidence-answers';
import { contentsOf, openingOf, QUEUE_KEY, STREAM } from './evidence-samples.test-support';
import { type EvidenceTransportOptions, evidenceTransport } from './evidence-transport';
import { type ManualTime, manualTime } from './test-support';

const batch = (seq = 1): EvidenceBatch => ({ version: 1, stream: STREAM, seq, floor: seq - 1, ...contentsOf(seq) });
const answer = (seq = 1, change: object = {}) => ({ version: 1, stream: STREAM, seq, state: 'on', ...change });
const refusal = (code: string, more: object = {}) => ({ error: { code, message: 'no', ...more } });
const json = (status: number, value: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers });

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  open(): this {
    this.readyState = 1;
    this.onopen?.();
    return this;
  }
  send(text: string): void {
    this.sent.push(text);
  }
  say(value: unknown): void {
    this.onmessage?.({ data: typeof value === 'string' ? value : JSON.stringify(value) });
  }
  drop(code = 1_006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  close(): void {
    this.readyState = 3;
  }
}

/** Time passes, and what waited for it goes on. */
async function pass(time: ManualTime, ms: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  time.advance(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

type Answers = (Response | Error | 'hang')[];

function setup({ answers = [], ...options }: Partial<EvidenceTransportOptions> & { answers?: Answers } = {}) {
  FakeSocket.all = [];
  const time = manualTime();
  const requests: { path: string; body: unknown; keepalive: boolean | undefined; headers: Record<string, string> }[] = [];
  const states: string[] = [];
  const errors: string[] = [];
  const fetch = vi.fn((url: unknown, init?: RequestInit): Promise<Response> => {
    const headers = init?.headers as Record<string, string>;
    requests.push({ path: String(url), body: JSON.parse(String(init?.body)), keepalive: init?.keepalive, headers });
    const next = answers.shift() ?? new TypeError('offline');
    if (next === 'hang') {
      return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
    }
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  const transport = evidenceTransport({
    ...{ url: '/auth/continuous', fetch, timer: time.timer, random: (length: number) => new Uint8Array(length) },
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    onState: (state) => states.push(state),
    onError: ({ code }) => errors.push(code),
    ...options,
  });
  return { transport, time, requests, states, errors, socket: () => FakeSocket.all.at(-1)! };
}

describe('open', () => {
  it('asks for a stream as the page itself', async () => {
    const { transport, requests } = setup({ answers: [json(200, openingOf({ next: 7 }))] });
    expect(await transport.open()).toEqual({ status: 'opened', opening: openingOf({ next: 7 }) });
    expect(requests).toMatchObject([{ path: '/auth/continuous/open', body: {}, headers: { 'x-tacit': '1' } }]);
    expect(requests[0]!.keepalive).toBeUndefined();
  });

  it('asks for a stream of its own where it shares no queue', async () => {
    const { transport, requests } = setup({ answers: [json(200, openingOf())] });
    await transport.open({ own: true });
    expect(requests.map(({ body }) => body)).toEqual([{ own: true }]);
  });

  it.each([
    [409, 'ERR_RECORD_CONFLICT'],
    [425, 'ERR_HTTP_STATUS'],
    [503, 'ERR_STORE_BUSY'],
  ])('that meets %d %s is asked again later', async (status, code) => {
    const { transport } = setup({ answers: [json(status, refusal(code))] });
    expect(await transport.open()).toMatchObject({ status: 'later', code });
    expect(transport.isPaused).toBe(true);
  });

  it.each(['locked', 'ended', 'off'])('is over where the server says %s, whatever else it says', async (state) => {
    const { transport } = setup({ answers: [json(200, { version: 1, state })] });
    expect(await transport.open()).toEqual({ status: 'over', state, code: '' });
  });

  it.each([
    [404, 'ERR_NOT_FOUND', 'off'],
    [403, 'ERR_ORIGIN', 'off'],
    [400, 'ERR_BODY', 'off'],
    [423, 'ERR_SESSION_LOCKED', 'locked'],
    [403, 'ERR_SESSION_ENDED', 'ended'],
    [401, 'ERR_SESSION_NONE', 'ended'],
  ])('is over where the server refuses with %d %s', async (status, code, state) => {
    const { transport } = setup({ answers: [json(status, refusal(code))] });
    expect(await transport.open()).toEqual({ status: 'over', state, code });
  });

  it.each([
    ['no object', null],
    ['no stream', openingOf({ stream: 'short' })],
    ['no key', openingOf({ queueKey: `${QUEUE_KEY}=` })],
    ['no number', openingOf({ next: 0 })],
    ['no time', openingOf({ everyMs: Number.NaN })],
    ['no state', openingOf({ state: 'fine' as 'on' })],
  ])('is not understood with %s, and asked again later', async (_, value) => {
    const { transport, errors } = setup({ answers: [json(200, value)] });
    expect(await transport.open()).toEqual({ status: 'later', code: 'ERR_TRANSPORT_RESPONSE' });
    expect(errors).toEqual(['ERR_TRANSPORT_RESPONSE']);
    expect(transport.isPaused).toBe(true);
  });

  it('reads the wire types as features writes them', () => {
    expect(COARSE_STATES.every(isCoarseState)).toBe(true);
    expect([STREAM.length, QUEUE_KEY.length]).toEqual([EVIDENCE_LIMITS.streamLength, EVIDENCE_LIMITS.queueKeyLength]);
    expect(readOpening(openingOf({ next: EVIDENCE_LIMITS.maxSeq }))).toBeDefined();
    expect(readOpening(openingOf({ next: EVIDENCE_LIMITS.maxSeq + 1 }))).toBeUndefined();
  });
});

describe('send by fetch', () => {
  it('posts the batch, and gives the answer', async () => {
    const { transport, requests } = setup({ answers: [json(200, answer(1, { extra: 'not read' }))] });
    expect(transport.route).toBe('fetch');
    expect(await transport.send(batch())).toEqual({ status: 'answered', answer: answer() });
    expect(requests).toMatchObject([{ path: '/auth/continuous/batch', body: batch() }]);
  });

  it.each([
    ['of another stream', answer(1, { stream: STREAM.toLowerCase() })],
    ['of an earlier batch', answer(1)],
    ['without a state', answer(2, { state: 7 })],
  ])('takes no answer %s', async (_, value) => {
    const { transport } = setup({ answers: [json(200, value)] });
    expect(await transport.send(batch(2))).toMatchObject({ status: 'later' });
  });

  it.each([
    [409, refusal('ERR_EVIDENCE_GAP', { expected: 3 }), { status: 'gap', expected: 3 }],
    [409, refusal('ERR_EVIDENCE_GAP', { expected: 'x' }), { status: 'refused', code: 'ERR_EVIDENCE_GAP' }],
    [409, refusal('ERR_EVIDENCE_UNKNOWN'), { status: 'reopen', code: 'ERR_EVIDENCE_UNKNOWN' }],
    [400, refusal('ERR_EVIDENCE_TYPING'), { status: 'refused', code: 'ERR_EVIDENCE_TYPING' }],
    [409, refusal('ERR_RECORD_CONFLICT'), { status: 'later', code: 'ERR_RECORD_CONFLICT', failing: true }],
    [413, {}, { status: 'refused', code: 'ERR_HTTP_STATUS' }],
    [425, {}, { status: 'later', code: 'ERR_HTTP_STATUS' }],
    [423, refusal('ERR_SESSION_LOCKED'), { status: 'over', state: 'locked', code: 'ERR_SESSION_LOCKED' }],
    [403, refusal('ERR_SESSION_SCOPE'), { status: 'over', state: 'off', code: 'ERR_SESSION_SCOPE' }],
    [401, refusal('ERR_SESSION_ENDED'), { status: 'over', state: 'ended', code: 'ERR_SESSION_ENDED' }],
    [500, refusal('ERR_INTERNAL'), { status: 'later', code: 'ERR_INTERNAL', failing: true }],
    [503, refusal('ERR_STORE_BUSY'), { status: 'later', code: 'ERR_STORE_BUSY' }],
    [502, 'a page of the gateway', { status: 'later', code: 'ERR_HTTP_STATUS' }],
  ])('makes of %d %o what it means for the batch', async (status, value, outcome) => {
    const { transport } = setup({ answers: [json(status, value)] });
    expect(await transport.send(batch())).toEqual(outcome);
    expect(transport.isPaused).toBe(outcome.status === 'later');
  });

  it.each([429, 503])('waits as long as a %d says, whatever else happens', async (status) => {
    const { transport, time } = setup({ answers: [json(status, {}, { 'retry-after': '30' }), json(200, answer())] });
    expect(await transport.send(batch())).toMatchObject({ status: 'later' });
    transport.nudge();
    time.advance(29_999);
    expect(transport.isPaused).toBe(true);
    time.advance(3_000);
    expect(transport.isPaused).toBe(false);
    expect(await transport.send(batch())).toMatchObject({ status: 'answered' });
  });

  it('pauses longer after each failure, tells of the first, and begins anew once it is through', async () => {
    const { transport, time, errors } = setup({
      answers: [
        new TypeError('offline'),
        new TypeError('offline'),
        new TypeError('offline'),
        json(200, answer()),
        new TypeError('offline'),
      ],
    });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      await transport.send(batch());
      const start = time.now;
      while (transport.isPaused) {
        time.advance(10);
      }
      pauses.push(time.now - start);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 0, 500]);
    expect(errors).toEqual(['ERR_TRANSPORT_NETWORK', 'ERR_TRANSPORT_NETWORK']);
  });

  it('gives up an attempt after its time', async () => {
    const { transport, time, errors } = setup({ answers: ['hang'], timeoutMs: 3_000 });
    const sending = transport.send(batch());
    time.advance(3_000);
    expect(await sending).toEqual({ status: 'later', code: 'ERR_TRANSPORT_TIMEOUT' });
    expect(errors).toEqual(['ERR_TRANSPORT_TIMEOUT']);
  });

  it('where there is no fetch at all fails as a network does', async () => {
    const { transport, errors } = setup({ WebSocket: null });
    vi.stubGlobal('fetch', undefined);
    const bare = evidenceTransport({ url: '/x', timer: manualTime().timer, onError: ({ code }) => errors.push(code) });
    expect(await bare.send(batch())).toEqual({ status: 'later', code: 'ERR_TRANSPORT_NETWORK' });
    expect(bare.isPaused).toBe(true);
    vi.unstubAllGlobals();
    transport.destroy();
  });
});

describe('a token that has run out', () => {
  it('is renewed once, for all who find out, and the batch sent again at once', async () => {
    const onRenew = vi.fn(async () => true);
    const { transport } = setup({
      onRenew,
      answers: [json(401, refusal('ERR_SESSION_EXPIRED')), json(401, refusal('ERR_SESSION_EXPIRED')), json(200, answer())],
    });
    const both = await Promise.all([transport.send(batch()), transport.open()]);
    expect(both.map(({ status }) => status)).toEqual(['later', 'later']);
    expect(onRenew).toHaveBeenCalledTimes(1);
    expect(transport.isPaused).toBe(false);
    expect(await transport.send(batch())).toMatchObject({ status: 'answered' });
  });

  it('ends the session where it can not be renewed', async () => {
    for (const onRenew of [undefined, async () => false]) {
      const { transport } = setup({ answers: [json(401, refusal('ERR_SESSION_NONE'))], ...(onRenew ? { onRenew } : {}) });
      expect(await transport.send(batch())).toEqual({ status: 'over', state: 'ended', code: 'ERR_SESSION_NONE' });
    }
  });

  it('is tried again later where renewing failed', async () => {
    const { transport, errors } = setup({
      answers: [json(401, refusal('ERR_SESSION_EXPIRED'))],
      onRenew: () => Promise.reject(new Error('offline')),
    });
    expect(await transport.send(batch())).toMatchObject({ status: 'later' });
    expect(errors).toEqual(['ERR_TRANSPORT_NETWORK']);
    expect(transport.isPaused).toBe(true);
  });

  it('that stays refused is not renewed for ever', async () => {
    const onRenew = vi.fn(async () => true);
    const { transport, time } = setup({ onRenew, answers: Array.from({ length: 9 }, () => json(401, refusal('ERR_SESSION_NONE'))) });
    const outcomes: string[] = [];
    do {
      outcomes.push((await transport.send(batch())).status);
      time.advance(60_000);
    } while (outcomes.at(-1) !== 'over');
    expect(outcomes).toEqual(['later', 'later', 'later', 'over']);
    expect(onRenew).toHaveBeenCalledTimes(3);
  });
});

describe('sendLast', () => {
  it('sends in the same moment, by requests that outlive the page', () => {
    const { transport, requests } = setup();
    transport.sendLast([batch(1), batch(2)]);
    expect(requests.map(({ path, keepalive, body }) => [path, keepalive, (body as EvidenceBatch).seq])).toEqual([
      ['/auth/continuous/batch', true, 1],
      ['/auth/continuous/batch', true, 2],
    ]);
  });

  it('stays within what a browser allows', () => {
    const { transport, requests } = setup();
    const wide = { ...batch(2), typing: Array.from({ length: 10 }, () => ({ ...contentsOf(1).typing[0]!, field: 'f'.repeat(5_960) })) };
    transport.sendLast([batch(1), wide, batch(3)]);
    expect(requests.map(({ body }) => (body as EvidenceBatch).seq)).toEqual([1]);
  });
});

describe('the socket', () => {
  it('is connected beside the page, and carries batches while it is open', async () => {
    const { transport, requests, socket } = setup();
    transport.connect();
    expect(socket().url).toMatch(/^ws:\/\/localhost.*\/auth\/continuous\/socket$/);
    expect(transport.route).toBe('fetch');
    socket().open();
    expect(transport.route).toBe('socket');
    const sending = transport.send(batch());
    expect(socket().sent).toEqual([JSON.stringify(batch())]);
    socket().say({ type: 'answer', ...answer(1) });
    expect(await sending).toEqual({ status: 'answered', answer: answer() });
    expect(requests).toEqual([]);
  });

  it.each([
    ['wss://other.example/live', 'wss://other.example/live'],
    ['https://other.example/live', 'wss://other.example/live'],
    [new URL('http://other.example/live'), 'ws://other.example/live'],
  ])('goes to another address where that is given: %s', (socketUrl, url) => {
    const { transport, socket } = setup({ socketUrl });
    transport.connect();
    expect(socket().url).toBe(url);
  });

  it('is left out where there is to be none, the page may not, or the address is none', async () => {
    const forbidding = class {
      constructor() {
        throw new DOMException('policy', 'SecurityError');
      }
    } as unknown as typeof WebSocket;
    const without = [{ socketUrl: false as const }, { WebSocket: null }, { WebSocket: forbidding }, { socketUrl: 'wss://:1/' }];
    for (const change of without) {
      const { transport, time } = setup({ ...change, answers: [json(200, answer())] });
      transport.connect();
      expect(FakeSocket.all).toEqual([]);
      expect(await transport.send(batch())).toMatchObject({ status: 'answered' });
      expect(time.pending).toBe(0);
    }
  });

  it('that closes over a batch leaves it to fetch', async () => {
    const { transport, socket, time } = setup({ answers: [json(200, answer())] });
    transport.connect();
    const sending = transport.send.bind(transport);
    socket().open();
    const first = sending(batch());
    socket().drop(1_006);
    // All pages of a server that went down see it in the same moment: each waits a while of its own.
    expect(await first).toMatchObject({ status: 'later' });
    time.advance(1_000);
    expect(await sending(batch())).toMatchObject({ status: 'answered' });
  });

  it('that says nothing is closed after the time of an answer, also while it connects', async () => {
    const { transport, socket, time } = setup({ answers: [json(200, answer())] });
    transport.connect();
    time.advance(10_000);
    expect(socket().readyState).toBe(3);
    await pass(time, 2_000);
    expect(FakeSocket.all).toHaveLength(2);
    socket().open();
    const sending = transport.send(batch());
    time.advance(10_000);
    expect(socket().readyState).toBe(3);
    await pass(time, 1_000);
    // By `fetch`, at once.
    expect(await sending).toMatchObject({ status: 'answered' });
  });

  it.each([
    ['a gap', { code: 'ERR_EVIDENCE_GAP', expected: 4 }, { status: 'gap', expected: 4 }],
    ['a wrong batch', { code: 'ERR_EVIDENCE_POINTER' }, { status: 'refused', code: 'ERR_EVIDENCE_POINTER' }],
    ['a busy server', { code: 'ERR_STORE_BUSY' }, { status: 'later', code: 'ERR_STORE_BUSY' }],
    ['a locked session', { code: 'ERR_SESSION_LOCKED' }, { status: 'over', state: 'locked', code: 'ERR_SESSION_LOCKED' }],
  ])('refuses for %s as HTTP does', async (_, error, outcome) => {
    const { transport, socket } = setup();
    transport.connect();
    socket().open();
    const sending = transport.send(batch(5));
    socket().say({ type: 'refused', seq: 4, error: { code: 'ERR_EVIDENCE_SEQ' } });
    socket().say({ type: 'refused', seq: 5, error: { message: 'no', ...error } });
    expect(await sending).toEqual(outcome);
  });

  it('waits as long as the server says through it', async () => {
    const { transport, socket, time } = setup();
    transport.connect();
    socket().open();
    const sending = transport.send(batch());
    socket().say({ type: 'refused', seq: 1, error: { code: 'ERR_EVIDENCE_RATE', message: 'slow', retryAfter: 20 } });
    expect(await sending).toEqual({ status: 'later', code: 'ERR_EVIDENCE_RATE' });
    time.advance(19_999);
    expect(transport.isPaused).toBe(true);
  });

  it('tells states as they come, and does not mind what it does not know', () => {
    const { transport, socket, states } = setup();
    transport.connect();
    socket().open();
    socket().say({ type: 'state', state: 'confirm' });
    socket().say({ type: 'state', state: 'dubious' });
    socket().say({ type: 'of a later version' });
    socket().say({ type: 'answer', ...answer(9) });
    expect(states).toEqual(['confirm']);
    expect(transport.route).toBe('socket');
  });

  it.each([['no JSON'], ['x'.repeat(20_000)], ['7'], ['{}'], ['null']])('is closed over a message that is none: %s', (text) => {
    const { transport, socket } = setup();
    transport.connect();
    socket().open();
    socket().say(text);
    expect(socket().readyState).toBe(3);
    expect(transport.route).toBe('fetch');
  });

  it.each([
    ['ERR_SESSION_LOCKED', 'locked'],
    ['ERR_SESSION_ENDED', 'ended'],
    ['', 'ended'],
  ])('closed by 4403 %s means that the session is %s, and is not opened again', (reason, state) => {
    const { transport, socket, states, time } = setup();
    transport.connect();
    socket().open().drop(4_403, reason);
    time.advance(600_000);
    expect([states, FakeSocket.all.length]).toEqual([[state], 1]);
  });

  it('closed by 4401 is opened again with a new token', async () => {
    const onRenew = vi.fn(async () => true);
    const { transport, socket, time } = setup({ onRenew });
    transport.connect();
    socket().open().drop(4_401, 'ERR_SESSION_EXPIRED');
    await pass(time, 2_000);
    expect(onRenew).toHaveBeenCalledTimes(1);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('comes back also where the token could not be renewed at first', async () => {
    const onRenew = vi.fn<() => Promise<boolean>>().mockRejectedValueOnce(new Error('offline')).mockResolvedValue(true);
    const { transport, socket, time } = setup({ onRenew });
    transport.connect();
    socket().open().drop(4_401, 'ERR_SESSION_EXPIRED');
    await pass(time, 2_000);
    socket().drop(4_401, 'ERR_SESSION_EXPIRED');
    await pass(time, 4_000);
    socket().open();
    expect([transport.route, onRenew.mock.calls.length]).toEqual(['socket', 2]);
  });

  it('may be renewed for as long as nothing happens on the page, and the session goes on', async () => {
    const onRenew = vi.fn(async () => true);
    const { transport, socket, time } = setup({ onRenew, answers: [json(401, refusal('ERR_SESSION_EXPIRED')), json(200, answer())] });
    transport.connect();
    for (let token = 0; token < 10; token++) {
      socket().open();
      await pass(time, 600_000);
      socket().drop(4_401, 'ERR_SESSION_EXPIRED');
      await pass(time, 2_000);
    }
    socket().drop(1_006);
    expect(await transport.send(batch())).toMatchObject({ status: 'later' });
    time.advance(2_000);
    expect(await transport.send(batch())).toMatchObject({ status: 'answered' });
  });

  it.each([1_013, 4_429])('closed by %d leaves the server alone, fetch included', async (code) => {
    const { transport, socket } = setup();
    transport.connect();
    socket().open();
    const sending = transport.send(batch());
    socket().drop(code);
    expect(await sending).toMatchObject({ status: 'later' });
    expect(transport.isPaused).toBe(true);
  });

  it('that never opens is tried less and less often', async () => {
    const { transport, time } = setup();
    transport.connect();
    for (let minute = 0; minute < 60; minute++) {
      for (const socket of FakeSocket.all) {
        if (socket.readyState === 0) {
          socket.drop(1_006);
        }
      }
      for (let step = 0; step < 6; step++) {
        await pass(time, 10_000);
      }
    }
    expect(FakeSocket.all.length).toBeGreaterThan(12);
    expect(FakeSocket.all.length).toBeLessThan(35);
  });

  it('that is one too many is tried each five minutes', async () => {
    const { transport, socket, time } = setup();
    transport.connect();
    socket().open().drop(4_409);
    await pass(time, 299_000);
    expect(FakeSocket.all).toHaveLength(1);
    await pass(time, 10_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('that was closed by disconnect() stays closed, and what comes late is not heard', async () => {
    const { transport, socket, states, time } = setup();
    transport.connect();
    socket().open();
    transport.disconnect();
    socket().say({ type: 'state', state: 'locked' });
    socket().drop(1_006);
    await pass(time, 600_000);
    expect([states, FakeSocket.all.length, time.pending]).toEqual([[], 1, 0]);
  });
});

describe('destroy', () => {
  it('aborts what is under way and leaves no timer', async () => {
    const { transport, time, errors, socket } = setup({ answers: ['hang'] });
    transport.connect();
    socket().open();
    const sending = transport.send(batch());
    transport.destroy();
    expect(await sending).toMatchObject({ status: 'later' });
    const { transport: other, time: otherTime } = setup({ answers: ['hang'] });
    const posting = other.send(batch());
    other.destroy();
    expect(await posting).toMatchObject({ status: 'later' });
    expect([time.pending, otherTime.pending, errors]).toEqual([0, 0, []]);
  });

  it('is not followed by anything where a token could not be renewed', async () => {
    let fail: ((reason: Error) => void) | undefined;
    const { transport, time, errors } = setup({
      answers: [json(401, refusal('ERR_SESSION_EXPIRED'))],
      onRenew: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    });
    const sending = transport.send(batch());
    await vi.waitUntil(() => fail);
    transport.destroy();
    fail?.(new Error('offline'));
    expect(await sending).toMatchObject({ status: 'later' });
    expect([time.pending, errors]).toEqual([0, []]);
  });
});

describe('whether the server can be reached', () => {
  function told(options: Parameters<typeof setup>[0] = {}) {
    const reachable: boolean[] = [];
    return { reachable, ...setup({ WebSocket: null, onReachable: (next) => reachable.push(next), ...options }) };
  }

  it.each<[string, Response | Error]>([
    ['no connection', new TypeError('offline')],
    ['a gateway without a server', new Response('<html>', { status: 502 })],
    ['a server that has no time', json(503, refusal('ERR_STORE_BUSY'), { 'retry-after': '1' })],
    ['a page of somebody else', new Response('<html>', { status: 200 })],
  ])('%s is told after 5 s, once, and the first answer at once', async (_, failure) => {
    const { transport, time, reachable } = told({
      answers: [failure, failure.constructor === Response ? failure.clone() : failure, json(200, answer())],
    });
    await transport.send(batch());
    await pass(time, 4_999);
    await transport.send(batch());
    expect(reachable).toEqual([]);
    await pass(time, 1);
    expect(reachable).toEqual([false]);
    await transport.send(batch());
    expect(reachable).toEqual([false, true]);
  });

  it('what mends itself within 5 s is not told, nor a server that asks for a slower pace', async () => {
    const slower = () => json(429, refusal('ERR_EVIDENCE_RATE'), { 'retry-after': '1' });
    const { transport, time, reachable } = told({ answers: [new TypeError('offline'), json(200, answer()), slower()] });
    for (let i = 0; i < 3; i++) {
      await transport.send(batch());
      await pass(time, 4_000);
    }
    await pass(time, 60_000);
    expect([reachable, time.pending]).toEqual([[], 0]);
  });

  it('a socket that does not come back tells it while nothing is sent; one that never opened says nothing', async () => {
    const { transport, time, reachable, socket } = told({ WebSocket: FakeSocket as unknown as typeof WebSocket });
    transport.connect();
    for (let i = 0; i < 3; i++) {
      socket().drop();
      await pass(time, 60_000);
    }
    expect(reachable).toEqual([]);
    socket().open().drop();
    await pass(time, 5_000);
    expect(reachable).toEqual([]);
    socket().drop();
    await pass(time, 5_000);
    expect(reachable).toEqual([false]);
    await pass(time, 60_000);
    socket().open();
    expect(reachable).toEqual([false, true]);
  });

  it('a browser without a network tells it as well, and one that has it again', async () => {
    const { transport, time, reachable } = told();
    transport.offline();
    await pass(time, 5_000);
    expect(reachable).toEqual([false]);
    transport.nudge();
    expect(reachable).toEqual([false, true]);
    transport.offline();
    transport.destroy();
    await pass(time, 60_000);
    expect([reachable, time.pending]).toEqual([[false, true], 0]);
  });
});

describe('arguments', () => {
  it.each([
    ['options', null, TypeError],
    ['url', { url: 7 }, TypeError],
    ['url', { url: 'javascript:alert(1)' }, RangeError],
    ['socketUrl', { socketUrl: 7 }, TypeError],
    ['socketUrl', { socketUrl: 'data:,x' }, RangeError],
    ['timeoutMs', { timeoutMs: 1 }, RangeError],
    ['pauseMs', { pauseMs: '1' }, TypeError],
    ['onState', { onState: 1 }, TypeError],
    ['onReachable', { onReachable: 1 }, TypeError],
    ['onRenew', { onRenew: 1 }, TypeError],
    ['onError', { onError: 1 }, TypeError],
    ['fetch', { fetch: 1 }, TypeError],
    ['random', { random: 1 }, TypeError],
    ['timer', { timer: 1 }, TypeError],
  ])('refuses a wrong %s', (name, change, kind) => {
    const call = () => Reflect.apply(evidenceTransport, undefined, [change === null ? null : { url: '/x', ...change }]);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
