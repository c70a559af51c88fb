import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TacitServerError } from './errors';
import {
  connectSocket,
  emptyBatch,
  fakeHandler,
  listen,
  openSocket,
  openSocketServer,
  type SocketServer,
  STREAM,
  upgradeLines,
} from './testing-sockets';
import { manualTime } from './testing-timer';
import { attachContinuous } from './websocket';

let bank: SocketServer;
beforeEach(async () => {
  bank = await openSocketServer();
});
afterEach(() => bank.close());

/** Resolves with the names of what is let go one by one. */
function gate() {
  const waiting: Array<() => void> = [];
  return {
    pass: () => new Promise<void>((resolve) => waiting.push(resolve)),
    open: () => waiting.shift()?.(),
    get waiting() {
      return waiting.length;
    },
  };
}

describe('a socket', () => {
  it('is told the state first, and the answer to each batch in its order', async () => {
    bank.handler.session('one').state = 'checking';
    const client = await connectSocket(bank.port);
    if (!('socket' in client)) {
      throw new Error('refused');
    }
    expect(await client.next()).toEqual({ type: 'state', state: 'checking' });
    client.send(emptyBatch(1));
    client.send(emptyBatch(2));
    expect(await client.next()).toEqual({ type: 'answer', version: 1, stream: STREAM, seq: 1, state: 'checking' });
    expect(await client.next()).toMatchObject({ type: 'answer', seq: 2 });
    expect(bank.handler.session('one').taken.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('has one batch judged at a time', async () => {
    const judging = gate();
    const begun: number[] = [];
    bank.handler.before = ({ seq }) => {
      begun.push(seq);
      return judging.pass();
    };
    const client = await openSocket(bank.port);
    for (const seq of [1, 2, 3]) {
      client.send(emptyBatch(seq));
    }
    // What was sent after them has come, so they have.
    client.socket.ping();
    await once(client.socket, 'pong');
    expect(begun).toEqual([1]);
    judging.open();
    expect((await client.next()).seq).toBe(1);
    await expect.poll(() => begun).toEqual([1, 2]);
    judging.open();
    expect((await client.next()).seq).toBe(2);
    await expect.poll(() => judging.waiting).toBe(1);
    judging.open();
    expect((await client.next()).seq).toBe(3);
  });

  it('says which batch is expected, how long to wait, or that its stream is gone, and stays open', async () => {
    const errors = [
      new TacitServerError('ERR_EVIDENCE_GAP', { expected: 3 }),
      new TacitServerError('ERR_EVIDENCE_RATE', { retryAfter: 7 }),
      new TacitServerError('ERR_EVIDENCE_UNKNOWN'),
    ];
    bank.handler.before = () => {
      const error = errors.shift();
      if (error !== undefined) {
        throw error;
      }
    };
    const client = await openSocket(bank.port);
    client.send(emptyBatch(9));
    expect(await client.next()).toMatchObject({ type: 'refused', seq: 9, error: { code: 'ERR_EVIDENCE_GAP', expected: 3 } });
    client.send(emptyBatch(3));
    expect(await client.next()).toMatchObject({ type: 'refused', seq: 3, error: { code: 'ERR_EVIDENCE_RATE', retryAfter: 7 } });
    client.send(emptyBatch(4));
    expect(await client.next()).toMatchObject({ type: 'refused', seq: 4, error: { code: 'ERR_EVIDENCE_UNKNOWN' } });
    client.send(emptyBatch(5));
    expect(await client.next()).toMatchObject({ type: 'answer', seq: 5 });
  });

  it('tells which batch can never be taken, before it closes', async () => {
    const client = await openSocket(bank.port);
    client.send({ ...emptyBatch(7), typing: 'x' });
    expect(await client.next()).toMatchObject({ type: 'refused', seq: 7, error: { code: 'ERR_EVIDENCE_TYPING' } });
    expect(await client.closed).toEqual([4400, 'ERR_EVIDENCE_TYPING']);
  });

  it('is told of a change at once, and only of changes', async () => {
    const client = await openSocket(bank.port);
    bank.handler.change('one', 'on');
    bank.handler.change('one', 'confirm');
    bank.handler.change('one', 'confirm');
    bank.handler.change('one', 'on');
    expect([await client.next(), await client.next()]).toEqual([
      { type: 'state', state: 'confirm' },
      { type: 'state', state: 'on' },
    ]);
  });

  it.each([
    ['locked', 'ERR_SESSION_LOCKED'],
    ['ended', 'ERR_SESSION_ENDED'],
  ] as const)('is told that its session is %s, and closed, without a timer', async (state, code) => {
    const client = await openSocket(bank.port);
    const other = await openSocket(bank.port, { session: 'two' });
    bank.handler.change('one', state);
    expect(await client.next()).toEqual({ type: 'state', state });
    expect(await client.closed).toEqual([4403, code]);
    other.send(emptyBatch(1));
    expect((await other.next()).type).toBe('answer');
  });

  it('is closed when an answer says that the session has been locked', async () => {
    bank.handler.before = () => {
      bank.handler.session('one').state = 'locked';
    };
    const client = await openSocket(bank.port);
    client.send(emptyBatch(1));
    expect(await client.next()).toMatchObject({ type: 'answer', state: 'locked' });
    expect(await client.closed).toEqual([4403, 'ERR_SESSION_LOCKED']);
  });

  it('is closed when its token runs out, not before', async () => {
    bank.handler.session('one').expiresAt = bank.time.clock() + 50_000;
    const client = await openSocket(bank.port);
    bank.time.advance(49_999);
    client.send(emptyBatch(1));
    expect((await client.next()).type).toBe('answer');
    bank.time.advance(1);
    expect(await client.closed).toEqual([4401, 'ERR_SESSION_EXPIRED']);
  });

  it('is closed when a batch finds the session gone', async () => {
    for (const [error, code] of [
      ['ERR_SESSION_EXPIRED', 4401],
      ['ERR_SESSION_NONE', 4403],
      ['ERR_SESSION_LOCKED', 4403],
      ['ERR_SESSION_SCOPE', 4403],
    ] as const) {
      bank.handler.before = () => {
        throw new TacitServerError(error);
      };
      const client = await openSocket(bank.port);
      client.send(emptyBatch(1));
      expect(await client.closed).toEqual([code, error]);
    }
  });

  it('is pinged every 20 s, and ended after two without an answer', async () => {
    const client = await openSocket(bank.port);
    let pings = 0;
    client.socket.on('ping', () => {
      pings++;
    });
    // Answers, as every browser does.
    for (let i = 1; i <= 4; i++) {
      bank.time.advance(20_000);
      await expect.poll(() => pings).toBe(i);
      client.send(emptyBatch(i));
      await client.next();
    }
    client.socket.pause();
    bank.time.advance(59_999);
    expect(bank.sockets.counts().closed).toEqual({});
    bank.time.advance(1);
    bank.time.advance(5_000);
    await expect.poll(() => bank.sockets.counts().open).toBe(0);
    client.socket.resume();
    expect((await client.closed)[0]).toBe(4408);
  });

  it('that fails through the fault of the server is closed so that the page tries later, and the failure is logged by its code alone', async () => {
    bank.handler.before = () => {
      throw Object.assign(new Error('row of ada@mail.test is bad'), { code: 'ECONNRESET' });
    };
    const client = await openSocket(bank.port);
    client.send(emptyBatch(1));
    expect(await client.closed).toEqual([1013, 'ERR_OVERLOADED']);
    expect(bank.events).toEqual([{ level: 'error', event: 'socket-failed', code: 'ECONNRESET' }]);
  });

  it('gives everything back when it closes, whoever closes it', async () => {
    const session = bank.handler.session('one');
    const client = await openSocket(bank.port);
    expect(session.listeners.size).toBe(1);
    client.socket.close();
    await client.closed;
    await expect.poll(() => bank.sockets.counts().open).toBe(0);
    const lost = await openSocket(bank.port);
    lost.socket.terminate();
    await expect.poll(() => bank.sockets.counts()).toMatchObject({ open: 0, pending: 0 });
    expect([session.listeners.size, session.admitted, session.released, bank.time.waiting]).toEqual([0, 2, 2, 0]);
  });
});

describe('an upgrade', () => {
  it('is refused in plain HTTP, with a code', async () => {
    expect(await connectSocket(bank.port, { headers: {} })).toMatchObject({ status: 401, error: { code: 'ERR_SESSION_NONE' } });
    expect(await connectSocket(bank.port, { origin: 'https://evil.test' })).toMatchObject({ status: 403, error: { code: 'ERR_ORIGIN' } });
    expect(await connectSocket(bank.port, { path: '/auth/continuous/sockets' })).toMatchObject({
      status: 404,
      error: { code: 'ERR_NOT_FOUND' },
    });
    expect(bank.sockets.counts()).toEqual({ open: 0, pending: 0, refused: { 401: 1, 403: 1 }, closed: {} });
  });

  it('of another path is left to whoever else listens', async () => {
    bank.server.on('upgrade', (request, socket) => {
      if (request.url === '/other') {
        socket.end('HTTP/1.1 418 Teapot\r\ncontent-length: 28\r\n\r\n{"error":{"code":"THEIRS"}}\n');
      }
    });
    expect(await connectSocket(bank.port, { path: '/other' })).toMatchObject({ status: 418, error: { code: 'THEIRS' } });
    await openSocket(bank.port);
  });

  it('of another path is refused once, where two handlers of one server are all that listen', async () => {
    const { server, time, port } = bank;
    const other = { ...fakeHandler(time.clock), basePath: '/staff' };
    const second = attachContinuous(server, { handler: other, clock: time.clock, timer: time.timer });
    expect(await connectSocket(port, { path: '/nowhere' })).toMatchObject({ status: 404, error: { code: 'ERR_NOT_FOUND' } });
    for (const path of ['/auth/continuous/socket', '/staff/continuous/socket']) {
      await openSocket(port, { path });
    }
    expect([second.counts().open, bank.sockets.counts().open]).toEqual([1, 1]);
    const closing = second.close();
    await new Promise(setImmediate);
    time.advance(5_000);
    await closing;
    expect(await connectSocket(port, { path: '/staff/continuous/socket' })).toMatchObject({ status: 404 });
  });

  it('that is admitted too late is refused, and what was admitted is let go', async () => {
    const admitting = gate();
    bank.handler.admitting = admitting.pass;
    const refused = connectSocket(bank.port);
    await expect.poll(() => bank.sockets.counts().pending).toBe(1);
    bank.time.advance(10_000);
    expect(await refused).toMatchObject({ status: 503, error: { code: 'ERR_OVERLOADED' } });
    admitting.open();
    await expect.poll(() => bank.handler.session('one').released).toBe(1);
    expect(bank.sockets.counts()).toMatchObject({ open: 0, pending: 0 });
  });

  it.each(['destroy', 'resetAndDestroy'] as const)('whose client has gone meanwhile (%s) leaves nothing behind', async (leave) => {
    const admitting = gate();
    bank.handler.admitting = admitting.pass;
    const client = connect(bank.port, '127.0.0.1');
    client.write(`${upgradeLines().join('\r\n')}\r\n\r\n`);
    await expect.poll(() => admitting.waiting).toBe(1);
    client[leave]();
    await once(client, 'close');
    admitting.open();
    await expect.poll(() => bank.handler.session('one').released).toBe(1);
    await expect.poll(() => bank.sockets.counts()).toMatchObject({ open: 0, pending: 0 });
  });

  it('that fails is refused without a word of why', async () => {
    bank.handler.admitting = () => {
      throw new Error('the database of ada');
    };
    const refused = await connectSocket(bank.port);
    expect(refused).toMatchObject({ status: 500, error: { code: 'ERR_INTERNAL' } });
    expect(JSON.stringify([refused, bank.events])).not.toContain('ada');
    expect(bank.events).toEqual([{ level: 'error', event: 'socket-failed', code: 'Error' }]);
  });
});

describe('closing', () => {
  it('lets what is being judged be answered, takes nothing more, and closes with 1012', async () => {
    const judging = gate();
    bank.handler.before = judging.pass;
    const client = await openSocket(bank.port);
    const idle = await openSocket(bank.port, { session: 'two' });
    client.send(emptyBatch(1));
    await expect.poll(() => judging.waiting).toBe(1);
    const closing = bank.sockets.close();
    client.send(emptyBatch(2));
    expect(await connectSocket(bank.port)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      error: { code: 'ERR_SERVER_CLOSING' },
    });
    judging.open();
    expect(await client.next()).toMatchObject({ type: 'answer', seq: 1 });
    expect([await client.closed, await idle.closed]).toEqual([
      [1012, 'ERR_SERVER_CLOSING'],
      [1012, 'ERR_SERVER_CLOSING'],
    ]);
    await closing;
    expect(bank.handler.session('one').taken.map(({ seq }) => seq)).toEqual([1]);
    expect(bank.sockets.counts()).toMatchObject({ open: 0, closed: { 1012: 2 } });
  });

  it('waits neither for a batch that is never judged nor for a client that never closes', async () => {
    bank.handler.before = () => new Promise(() => undefined);
    const client = await openSocket(bank.port);
    client.send(emptyBatch(1));
    client.socket.pause();
    const closing = bank.sockets.close();
    bank.time.advance(5_000);
    await new Promise(setImmediate);
    bank.time.advance(5_000);
    await closing;
    expect(bank.sockets.counts().open).toBe(0);
    client.socket.resume();
  });
});

it('serves several servers of one process, each with counts of its own', async () => {
  const time = manualTime();
  const server = createServer();
  const sockets = attachContinuous(server, { handler: fakeHandler(time.clock), clock: time.clock, timer: time.timer });
  const client = await openSocket(await listen(server));
  expect([sockets.counts().open, bank.sockets.counts().open]).toEqual([1, 0]);
  client.socket.close();
  await client.closed;
  await sockets.close();
  server.close();
});

it('refuses options out of bounds by name', () => {
  const handler = fakeHandler(() => 0);
  const server = createServer();
  const wrong: Array<[Record<string, unknown>, new (...given: never[]) => Error, string]> = [
    [{ handler: undefined }, TypeError, 'handler'],
    [{ handler, clientAddress: 'x' }, TypeError, 'clientAddress'],
    [{ handler, clock: 3 }, TypeError, 'clock'],
    [{ handler, limits: 3 }, TypeError, 'limits'],
    [{ handler, limits: { sockets: '9' } }, TypeError, 'limits.sockets'],
    [{ handler, limits: { sockets: 0 } }, RangeError, 'limits.sockets'],
    [{ handler, limits: { closeMs: Number.NaN } }, RangeError, 'limits.closeMs'],
    [{ handler, limits: { socket: 9 } }, RangeError, 'limits.socket '],
  ];
  for (const [options, kind, name] of wrong) {
    const attempt = () => attachContinuous(server, options as never);
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(name);
  }
  expect(() => attachContinuous({} as never, { handler })).toThrow('server.on');
  expect(server.listenerCount('upgrade')).toBe(0);
});
