import { createServer, type Server } from 'node:http';
import type { EvidenceBatch } from '@tacit-auth/features';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHttpHandler } from './http';
import type { Store } from './store';
import { createBrowser, ORIGIN } from './testing-browser';
import { type Bank, type Customer, confirmation, openBank, registerCustomer } from './testing-flows';
import { connectSocket, emptyBatch, listen, type Message, openSocket, type SocketClient } from './testing-sockets';
import { testStore } from './testing-stores';
import { type ManualTime, manualTime } from './testing-timer';
import { attachContinuous, type ContinuousSockets, connectionAddress } from './websocket';

// The real handler behind the socket: whose cookies, whose session, until when.
let time: ManualTime;
let store: Store;
let bank: Bank;
let ada: Customer;
let server: Server;
let sockets: ContinuousSockets;
let port = 0;
beforeEach(async () => {
  time = manualTime();
  store = testStore();
  bank = await openBank({ store, clock: time.clock, timer: time.timer });
  ada = await registerCustomer(bank);
  await ada.browser.post('/consent', { session: 'granted', confirmation: await confirmation(ada, 'consent:session-granted') });
  const log = (event: Bank['events'][number]) => bank.events.push(event);
  const handler = createHttpHandler({ flows: bank.flows, origin: ORIGIN, clientAddress: connectionAddress, log });
  server = createServer();
  sockets = attachContinuous(server, { handler, clock: time.clock, timer: time.timer, log, limits: { heartbeatMs: 3_600_000 } });
  port = await listen(server);
});
afterEach(async () => {
  expect(bank.events.filter(({ level }) => level === 'error')).toEqual([]);
  // Nothing that names a person or a secret of his is in a log.
  const told = JSON.stringify(bank.events);
  for (const secret of ['ada', '127.0.0.1', ...ada.browser.cookies.values()]) {
    expect(told).not.toContain(secret);
  }
  const closing = sockets.close();
  await new Promise(setImmediate);
  time.advance(60_000);
  await closing;
  server.closeAllConnections();
  server.close();
});

const cookiesOf = ({ browser }: Customer) => ({ cookie: browser.request('/x').headers.get('cookie') ?? '' });
const page = (customer = ada) => openSocket(port, { headers: cookiesOf(customer) });
/** What comes of a batch, once those that arrived with it are judged together. */
async function judged(socket: SocketClient, batch: EvidenceBatch): Promise<Message> {
  let answer: Message | undefined;
  socket.send(batch);
  socket.next().then(
    (message) => {
      answer = message;
    },
    () => undefined,
  );
  await expect
    .poll(() => {
      time.advance(50);
      return answer;
    })
    .toBeDefined();
  return answer!;
}
const refused = (headers: Record<string, string>, origin = ORIGIN) => connectSocket(port, { headers, origin });

it('takes batches of its own stream, once each', async () => {
  const { stream } = (await ada.browser.post('/continuous/open')).body as unknown as { stream: string };
  const socket = await page();
  for (const seq of [1, 2, 2]) {
    expect(await judged(socket, emptyBatch(seq, stream))).toMatchObject({ type: 'answer', stream, seq, state: 'checking' });
  }
});

it('refuses a stranger, another origin, and a token without the cookie that it is bound to', async () => {
  expect(await refused({})).toMatchObject({ status: 401, error: { code: 'ERR_SESSION_NONE' } });
  expect(await refused(cookiesOf(ada), 'https://evil.test')).toMatchObject({ status: 403, error: { code: 'ERR_ORIGIN' } });
  const eve = await registerCustomer(bank, { identifier: 'eve', seed: 2 });
  const own = new Map(eve.browser.cookies);
  own.set('__Host-tacit-access', ada.browser.cookies.get('__Host-tacit-access')!);
  const stolen = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
  expect(await refused({ cookie: stolen })).toMatchObject({ status: 401, error: { code: 'ERR_SESSION_NONE' } });
});

it("does not take another customer's stream", async () => {
  const eve = await registerCustomer(bank, { identifier: 'eve', seed: 2 });
  const { stream } = (await ada.browser.post('/continuous/open')).body as unknown as { stream: string };
  await eve.browser.post('/consent', { session: 'granted', confirmation: await confirmation(eve, 'consent:session-granted') });
  await eve.browser.post('/continuous/open');
  const socket = await page(eve);
  expect(await judged(socket, emptyBatch(1, stream))).toMatchObject({ type: 'refused', seq: 1, error: { code: 'ERR_EVIDENCE_UNKNOWN' } });
  const own = await page();
  expect(await judged(own, emptyBatch(1, stream))).toMatchObject({ type: 'answer', seq: 1 });
});

it('ends with the session, and with its lock, at once', async () => {
  const [first, second] = [await page(), await page()];
  await ada.browser.post('/lock');
  expect([await first.closed, await second.closed]).toEqual([
    [4403, 'ERR_SESSION_LOCKED'],
    [4403, 'ERR_SESSION_LOCKED'],
  ]);
  expect(await refused(cookiesOf(ada))).toMatchObject({ status: 423, error: { code: 'ERR_SESSION_LOCKED' } });
  const eve = await registerCustomer(bank, { identifier: 'eve', seed: 2 });
  const socket = await page(eve);
  await eve.browser.post('/logout');
  expect(await socket.closed).toEqual([4403, 'ERR_SESSION_ENDED']);
});

it('ends with the lock of another server, and with its end of the session, though nobody tells of them', async () => {
  const elsewhere = await openBank({ store, clock: time.clock, timer: time.timer, seed: 6 });
  const there = createBrowser(elsewhere.http, '203.0.113.7', () => undefined, ada.browser.cookies);
  const socket = await page();
  expect((await there.post('/lock')).status).toBe(200);
  // Every server looks every two seconds.
  time.advance(2_000);
  expect(await socket.closed).toEqual([4403, 'ERR_SESSION_LOCKED']);
  const eve = await registerCustomer(bank, { identifier: 'eve', seed: 2 });
  const hers = await page(eve);
  expect((await createBrowser(elsewhere.http, '203.0.113.8', () => undefined, eve.browser.cookies).post('/logout')).status).toBe(200);
  time.advance(2_000);
  expect(await hers.closed).toEqual([4403, 'ERR_SESSION_ENDED']);
});

it('ends with the token, and is let in again with the next', async () => {
  const socket = await page();
  // Keeps the session from locking, which would come first.
  for (let minute = 0; minute < 4; minute++) {
    time.advance(60_000);
    await ada.browser.post('/activity');
  }
  time.advance(60_000);
  expect(await socket.closed).toEqual([4401, 'ERR_SESSION_EXPIRED']);
  expect(await refused(cookiesOf(ada))).toMatchObject({ status: 401, error: { code: 'ERR_SESSION_EXPIRED' } });
  expect((await ada.browser.post('/refresh')).status).toBe(200);
  await page();
});

it('is told when the customer withdraws his consent', async () => {
  await ada.browser.post('/continuous/open');
  const socket = await page();
  await ada.browser.post('/consent', { session: 'declined', confirmation: await confirmation(ada, 'consent:session-declined') });
  expect(await socket.next()).toEqual({ type: 'state', state: 'off' });
});
