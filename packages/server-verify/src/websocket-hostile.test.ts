import { once } from 'node:events';
import { connect } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { EVIDENCE_LIMITS } from '@tacit-auth/features';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TacitServerError } from './errors';
import {
  clientFrame,
  connectSocket,
  emptyBatch,
  openSocket,
  openSocketServer,
  rawUpgrade,
  type SocketClient,
  type SocketServer,
  upgradeLines,
} from './testing-sockets';

const LIMITS = { sockets: 12, perNetwork: 10, perSession: 2, pending: 4, queued: 4, bufferedBytes: 65_536, controlFrames: 16 };

let bank: SocketServer;
let network = '203.0.113.1';
let bystander: SocketClient;
let batches = 0;
beforeEach(async () => {
  network = '203.0.113.1';
  bank = await openSocketServer({ limits: LIMITS, clientAddress: () => network });
  batches = 0;
  bystander = await openSocket(bank.port, { session: 'bystander' });
  network = '203.0.113.66';
});
afterEach(async () => {
  // Whatever was done to the server, somebody else's socket goes on, and nothing of it was logged as a failure.
  bystander.send(emptyBatch(++batches));
  expect(await bystander.next()).toMatchObject({ type: 'answer', seq: batches });
  expect(bank.events.filter(({ level }) => level === 'error')).toEqual([]);
  await bank.close();
});

it.each([
  ['text that is no JSON', '{', 'ERR_EVIDENCE_JSON'],
  ['nothing', '', 'ERR_EVIDENCE_JSON'],
  ['another value', '[1]', 'ERR_EVIDENCE_TYPE'],
  ['another version', JSON.stringify({ ...emptyBatch(1), version: 2 }), 'ERR_EVIDENCE_VERSION'],
  ['a number out of bounds', JSON.stringify({ ...emptyBatch(1), seq: -1 }), 'ERR_EVIDENCE_SEQ'],
  ['no object', 'null', 'ERR_EVIDENCE_TYPE'],
  ['a property that is not known', '{"version":1,"__proto__":{"admin":true}}', 'ERR_EVIDENCE_PROPERTY'],
  ['deep nesting', '['.repeat(60_000), 'ERR_EVIDENCE_JSON'],
])('a message of %s is refused with 4400', async (_, text, code) => {
  const client = await openSocket(bank.port);
  client.send(text);
  expect(await client.next()).toMatchObject({ type: 'refused', error: { code } });
  expect(await client.closed).toEqual([4400, code]);
  expect(bank.handler.session('one').taken).toEqual([]);
});

it('a binary message is refused with 4400', async () => {
  const client = await openSocket(bank.port);
  client.socket.send(Buffer.from(JSON.stringify(emptyBatch(1))));
  expect(await client.closed).toEqual([4400, 'ERR_EVIDENCE_TYPE']);
});

it('text that is not UTF-8, and frames that are none, are refused with 4400', async () => {
  for (const frame of [clientFrame(0x81, Buffer.from([0xff, 0xfe])), clientFrame(0x83, Buffer.from('x'))]) {
    const { socket, head } = await rawUpgrade(bank.port);
    socket.write(frame);
    expect(await closeOf(socket, head)).toEqual([4400, 'ERR_EVIDENCE_TYPE']);
  }
});

it('a message of one byte too many is refused with 4413, and one of just as many is read', async () => {
  const client = await openSocket(bank.port);
  const batch = JSON.stringify(emptyBatch(1));
  client.send(batch + ' '.repeat(EVIDENCE_LIMITS.maxBytes - batch.length));
  expect((await client.next()).type).toBe('answer');
  client.send(batch + ' '.repeat(EVIDENCE_LIMITS.maxBytes - batch.length + 1));
  expect(await client.closed).toEqual([4413, 'ERR_EVIDENCE_SIZE']);
});

it('a frame that says it is large is refused for what it says, before any of it comes', async () => {
  const { socket, head } = await rawUpgrade(bank.port);
  socket.write(clientFrame(0x81, new Uint8Array(), 2 ** 40));
  expect(await closeOf(socket, head)).toEqual([4413, 'ERR_EVIDENCE_SIZE']);
});

it('a message in very many fragments is refused', async () => {
  const { socket, head } = await rawUpgrade(bank.port);
  const fragment = clientFrame(0x00, Buffer.from(' '));
  socket.write(Buffer.concat([clientFrame(0x01, Buffer.from('{')), ...Array.from({ length: 200 }, () => fragment)]));
  expect(await closeOf(socket, head)).toEqual([4413, 'ERR_EVIDENCE_SIZE']);
});

it('compression is not agreed on, so a bomb of it is a frame that is none', async () => {
  const { socket, head } = await rawUpgrade(bank.port, [...upgradeLines(), 'Sec-WebSocket-Extensions: permessage-deflate']);
  expect(head.toString('latin1').toLowerCase()).not.toContain('extensions');
  const bomb = deflateRawSync(Buffer.alloc(50 * 2 ** 20, 0x20));
  expect(bomb.byteLength).toBeLessThan(EVIDENCE_LIMITS.maxBytes);
  const before = process.memoryUsage().arrayBuffers;
  socket.write(clientFrame(0xc1, bomb));
  expect(await closeOf(socket, head)).toEqual([4400, 'ERR_EVIDENCE_TYPE']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 2 ** 20);
});

it('whoever sends faster than he is answered is closed with 4429, and what he sent is not kept', async () => {
  let judged = 0;
  bank.handler.before = (_batch, session) => {
    if (session === 'one') {
      judged++;
      return new Promise(() => undefined);
    }
  };
  const client = await openSocket(bank.port);
  // One is being judged, four wait.
  for (let seq = 1; seq <= 5; seq++) {
    client.send(emptyBatch(seq));
  }
  client.socket.ping();
  await once(client.socket, 'pong');
  client.send(emptyBatch(6));
  expect(await client.closed).toEqual([4429, 'ERR_EVIDENCE_RATE']);
  expect(judged).toBe(1);
});

it('whoever goes on sending while he was told to wait is closed with 4429, and no more of it is read', async () => {
  let judged = 0;
  bank.handler.before = (_batch, session) => {
    if (session === 'one') {
      judged++;
      throw new TacitServerError('ERR_EVIDENCE_RATE', { retryAfter: 7 });
    }
  };
  const client = await openSocket(bank.port);
  for (let seq = 1; seq <= 1 + LIMITS.queued; seq++) {
    client.send(emptyBatch(seq));
    expect(await client.next()).toMatchObject({ type: 'refused', seq, error: { code: 'ERR_EVIDENCE_RATE', retryAfter: 7 } });
  }
  client.send(emptyBatch(9));
  expect(await client.closed).toEqual([4429, 'ERR_EVIDENCE_RATE']);
  expect(judged).toBe(1 + LIMITS.queued);
});

it('a flood of pings, or of pongs that nobody asked for, is closed with 4429', async () => {
  for (const kind of ['ping', 'pong'] as const) {
    const client = await openSocket(bank.port);
    for (let i = 0; i <= LIMITS.controlFrames; i++) {
      client.socket[kind]();
    }
    expect(await client.closed).toEqual([4429, 'ERR_EVIDENCE_RATE']);
  }
});

it('a slow reader is closed with 4429 before much is kept for him, and gone when his time is over', async () => {
  // So that what the system itself holds for a client that does not read is soon full.
  const small = bank.handler.stream;
  bank.handler.stream = 'A'.repeat(32_768);
  const reader = await openSocket(bank.port, { session: 'reader' });
  const { socket } = await rawUpgrade(bank.port);
  socket.pause();
  const timers = bank.time.waiting;
  let sent = 0;
  while (bank.time.waiting === timers && sent < 5_000) {
    sent++;
    const judged = new Promise<void>((resolve) => {
      bank.handler.before = (_batch, session) => (session === 'one' ? resolve() : undefined);
    });
    socket.write(clientFrame(0x81, Buffer.from(JSON.stringify(emptyBatch(sent)))));
    await judged;
    reader.send(emptyBatch(sent));
    expect(await reader.next()).toMatchObject({ type: 'answer', seq: sent });
  }
  // A client who is being closed has one timer in place of two.
  expect([bank.time.waiting, sent < 5_000]).toEqual([timers - 1, true]);
  bank.handler.stream = small;
  bank.time.advance(4_999);
  expect(bank.sockets.counts().open).toBe(3);
  bank.time.advance(1);
  await expect.poll(() => bank.sockets.counts()).toMatchObject({ open: 2, closed: { 1006: 1 } });
  socket.destroy();
});

it.each([
  ['a frame that is none', clientFrame(0x83, Buffer.from('x'))],
  ['his own farewell', clientFrame(0x88, Buffer.from([0x03, 0xe8]))],
])('whoever keeps his side open after %s is gone when his time is over', async (_, frame) => {
  const { socket } = await rawUpgrade(bank.port);
  const timers = bank.time.waiting;
  socket.pause();
  socket.write(frame);
  // One timer in place of two.
  await expect.poll(() => bank.time.waiting).toBe(timers - 1);
  bank.time.advance(4_999);
  expect(bank.sockets.counts().open).toBe(2);
  bank.time.advance(1);
  await expect.poll(() => bank.sockets.counts().open).toBe(1);
  socket.destroy();
});

it('a session has so many sockets and no more', async () => {
  await openSocket(bank.port);
  const second = await openSocket(bank.port);
  const third = await connectSocket(bank.port);
  expect('closed' in third && (await third.closed)).toEqual([4409, 'ERR_SOCKET_LIMIT']);
  second.send(emptyBatch(1));
  expect((await second.next()).type).toBe('answer');
  second.socket.close();
  await second.closed;
  await expect.poll(() => bank.sockets.counts().open).toBe(2);
  await openSocket(bank.port);
});

it('a network has so many sockets and no more, however many sessions it has, and others have room', async () => {
  for (let i = 0; i < LIMITS.perNetwork; i++) {
    await openSocket(bank.port, { session: `s${i}` });
  }
  expect(await connectSocket(bank.port, { session: 'more' })).toMatchObject({ status: 429, error: { code: 'ERR_SOCKET_LIMIT' } });
  network = '203.0.113.67';
  await openSocket(bank.port, { session: 'elsewhere' });
});

it('a /64 of IPv6 is one network', async () => {
  for (let i = 0; i < LIMITS.perNetwork; i++) {
    network = `2001:db8::${i}`;
    await openSocket(bank.port, { session: `s${i}` });
  }
  expect(await connectSocket(bank.port)).toMatchObject({ status: 429, error: { code: 'ERR_SOCKET_LIMIT' } });
});

it('a server has so many sockets and no more, and says so once in its log', async () => {
  for (let i = 1; i < LIMITS.sockets; i++) {
    network = `203.0.113.${100 + i}`;
    await openSocket(bank.port, { session: `s${i}` });
  }
  for (let i = 0; i < 3; i++) {
    network = `203.0.113.${200 + i}`;
    expect(await connectSocket(bank.port)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      error: { code: 'ERR_OVERLOADED' },
    });
  }
  expect(bank.events).toEqual([{ level: 'warn', event: 'sockets-full', sockets: 12, pending: 0 }]);
});

it('so many are admitted at once and no more', async () => {
  let admit: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    admit = resolve;
  });
  bank.handler.admitting = () => held;
  const waiting = Array.from({ length: LIMITS.pending }, (_, i) => openSocket(bank.port, { session: `s${i}` }));
  await expect.poll(() => bank.sockets.counts().pending).toBe(LIMITS.pending);
  expect(await connectSocket(bank.port)).toMatchObject({ status: 503, error: { code: 'ERR_OVERLOADED' } });
  admit();
  await Promise.all(waiting);
});

it('refused upgrades take no place', async () => {
  for (let i = 0; i < LIMITS.sockets * 2; i++) {
    expect(await connectSocket(bank.port, { headers: {} })).toMatchObject({ status: 401 });
  }
  expect(bank.sockets.counts()).toMatchObject({ open: 1, pending: 0, refused: { 401: LIMITS.sockets * 2 } });
  await openSocket(bank.port);
});

it.each([
  ['another method', ['POST /auth/continuous/socket HTTP/1.1', ...upgradeLines().slice(1)]],
  ['another protocol', upgradeLines().map((line) => line.replace('Upgrade: websocket', 'Upgrade: h2c'))],
  ['an old version', upgradeLines().map((line) => line.replace('Version: 13', 'Version: 8'))],
  ['no key', upgradeLines().filter((line) => !line.includes('Key'))],
])('an upgrade of %s is refused with 426', async (_, lines) => {
  const { status, head } = await rawUpgrade(bank.port, lines);
  expect(status).toBe(426);
  expect(head.toString()).toContain('"ERR_UPGRADE"');
});

it('a target that is no path, or headers of great size, harm nobody', async () => {
  expect((await rawUpgrade(bank.port, ['GET http://[ HTTP/1.1', ...upgradeLines().slice(1)])).status).toBe(404);
  expect((await rawUpgrade(bank.port, [...upgradeLines(), `X-Pad: ${'x'.repeat(20_000)}`])).status).toBe(431);
});

it('what is sent before the upgrade is answered is read after it', async () => {
  let admit: () => void = () => undefined;
  bank.handler.admitting = () =>
    new Promise<void>((resolve) => {
      admit = resolve;
    });
  const socket = connect(bank.port, '127.0.0.1');
  const batch = clientFrame(0x81, Buffer.from(JSON.stringify(emptyBatch(1))));
  socket.write(Buffer.concat([Buffer.from(`${upgradeLines().join('\r\n')}\r\n\r\n`), batch]));
  await expect.poll(() => bank.sockets.counts().pending).toBe(1);
  expect(bank.handler.session('one').taken).toEqual([]);
  admit();
  await expect.poll(() => bank.handler.session('one').taken.map(({ seq }) => seq)).toEqual([1]);
  socket.destroy();
});

/** The code and the reason of the first close frame that comes. */
async function closeOf(socket: Awaited<ReturnType<typeof rawUpgrade>>['socket'], head: Buffer): Promise<readonly [number, string]> {
  let seen = head.subarray(head.indexOf('\r\n\r\n') + 4);
  for (;;) {
    for (let at = 0; at + 2 <= seen.length; at += 2 + seen[at + 1]!) {
      const length = seen[at + 1]!;
      if (seen[at] === 0x88 && at + 2 + length <= seen.length) {
        socket.destroy();
        return [seen.readUInt16BE(at + 2), seen.subarray(at + 4, at + 2 + length).toString()];
      }
    }
    const [more] = (await once(socket, 'data')) as [Buffer];
    seen = Buffer.concat([seen, more]);
  }
}
