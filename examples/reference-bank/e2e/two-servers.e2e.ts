import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Loaded before there is anything that looks like a page.
import 'idb';
import 'fake-indexeddb/auto';
import { Window } from 'happy-dom';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { seededUniforms } from '../proofs/seeded-numbers';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../two-servers/embedded-database';
import { startTwoServers, type TwoServers } from '../two-servers/two-servers';
import { BankBooks } from './support/bank-books';
import { BusyCustomer } from './support/busy-customer';
import { DirectSession } from './support/direct-session';
import { WINDOW_KEYS } from './support/evidence-page';
import { OperatorDesk } from './support/operator-desk';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { RoughVisit } from './support/rough-visit';
import { until } from './support/until';

const LONG = process.env.TACIT_SOAK === '1';
/** No more than two servers, a database and all the pages can serve on two cores: whoever is overloaded makes pages wait for a minute, as they should. */
const CUSTOMERS = LONG ? 16 : 8;
const JOINING_AT_ONCE = 4;
/** A database, two servers and an account for each of them: some ten seconds where nothing else is done. */
const SETTING_UP_MS = 300_000;
/** Deaths of a server while all of them are busy. */
const KILLS = LONG ? 40 : 3;
const VISIT = { windows: LONG ? 40 : 8, transferEvery: 4, paceMs: 50 };
/** Sessions whose pages die as well, on a network that loses and doubles, and what they type. */
const ROUGH_SESSIONS = LONG ? 16 : 4;
const ROUGH_BATCHES = LONG ? 10_000 : 60;
const PAGE_DIES = 0.05;
const OPENING_BALANCE = 500_000;
/** Changes that a dashboard is measured with. */
const CHANGES = 6;
const WITHIN_MS = 1_000;

const policy = {
  // What was answered while a server died is asked for again, however long a busy machine takes over starting it.
  challenge: { outcomeMs: 600_000 },
  // Everybody comes from one address, and a sign-in that was broken off counts as failed until it is done.
  throttle: { failures: 100, cap: 1_000 },
  registration: { passwordEntries: 3, texts: 0, perHour: 100_000 },
  // Typing stays young, so that every sign-in has both steps to be broken off in.
  typing: { readyAt: 200 },
  session: { idleMs: 3_600_000, accessMs: 60_000 },
  continuous: { keysPerSecond: 1_000, everyMs: 500 },
};

const dataFolder = mkdtempSync(join(tmpdir(), 'tacit-two-servers-'));
const window = new Window({ url: 'http://localhost/accounts' });
const uniform = seededUniforms(7);
let database: EmbeddedDatabase;
let bank: TwoServers;
let books: BankBooks;
let desk: OperatorDesk;
let customers: BusyCustomer[];

beforeAll(async () => {
  vi.stubGlobal('document', window.document);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
  database = await startEmbeddedDatabase({ folder: dataFolder, temporary: true });
  bank = await startTwoServers({ databaseUrl: database.url, dataFolder, env: { BANK_POLICY: JSON.stringify(policy) } });
  books = new BankBooks(database.url);
  customers = Array.from(
    { length: CUSTOMERS },
    (_, i) => new BusyCustomer(bank.origin, new RemoteCustomer(bank.origin, person('Busy Customer'), typist('steady', i)), window),
  );
  desk = await OperatorDesk.signIn(bank.origin, dataFolder);
  const joining = [...customers];
  const atOnce = Array.from({ length: JOINING_AT_ONCE }, async () => {
    for (let next = joining.pop(); next; next = joining.pop()) await next.join();
  });
  await Promise.all(atOnce);
}, SETTING_UP_MS);

afterAll(async () => {
  await books?.close();
  await bank?.stop();
  await database?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
  vi.unstubAllGlobals();
  await window.happyDOM.close();
});

const moment = (mostMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, mostMs * uniform()));

/** Kills one server, in turns, while `busy` is; lets the other do all for a while, and starts it again. */
async function killInTurns(kills: number): Promise<void> {
  for (let round = 0; round < kills; round += 1) {
    const server = bank.servers[round % 2]!;
    await moment(1_500);
    await server.end('SIGKILL');
    await moment(500);
    await server.start();
  }
}

/** What the servers say of the sessions, by their ids. */
async function evidenceOf(ids: ReadonlySet<string>) {
  const sessions = (await desk.live()).filter(({ id }) => ids.has(id.split('.')[1] ?? ''));
  return new Map(sessions.map((session) => [session.id.split('.')[1] ?? '', session]));
}

const isWhole = async () => expect(await books.faults()).toEqual({ total: 0, wrongBalances: [], halves: [] });

it('goes on at one server with a session that was opened at the other', async () => {
  const [customer] = customers as [BusyCustomer];
  const [a, b] = bank.addresses;
  const session = new DirectSession(await customer.signIn(), customer);
  await session.open(a);
  for (const server of bank.addresses) {
    expect(await session.get(server, '/api/accounts')).toMatchObject({
      status: 200,
      body: { accounts: [{ id: customer.account.id, balance: OPENING_BALANCE }] },
    });
  }
  expect(await session.post(b, '/auth/continuous/open', {})).toMatchObject({ body: { stream: session.stream, next: 1 } });
  const [first, second, third] = [session.batch(1), session.batch(2), session.batch(3)];
  const taken = (seq: number) => ({ status: 200, body: { version: 1, stream: session.stream, seq, state: 'checking' } });
  expect(await session.send(a, first)).toEqual(taken(1));
  expect(await session.send(b, second)).toEqual(taken(2));
  expect(await session.send(a, third)).toEqual(taken(3));
  // Counted already, whoever is told of it again.
  expect(await session.send(b, first)).toEqual(taken(3));
  expect(await session.send(b, third)).toEqual(taken(3));
  expect(await session.send(b, session.batch(5))).toMatchObject({
    status: 409,
    body: { error: { code: 'ERR_EVIDENCE_GAP', expected: 4 } },
  });
  const live = await evidenceOf(new Set([session.id]));
  expect(live.get(session.id)?.evidence?.counts).toMatchObject({ batches: 3, keys: 150, replayed: 0 });
  // What one has ended is over at the other.
  expect((await session.post(b, '/auth/logout', {})).status).toBe(200);
  expect((await session.get(a, '/api/accounts')).status).toBe(401);
});

it(`loses no sign-in, no batch and no session, and doubles no transfer, while servers are killed (${KILLS} times)`, async () => {
  const before = customers.map(({ visits }) => visits.length);
  let over = false;
  const killing = killInTurns(KILLS).finally(() => {
    over = true;
  });
  await Promise.all([
    killing,
    ...customers.map(async (customer, i) => {
      const payee = customers[(i + 1) % customers.length] as BusyCustomer;
      do {
        await customer.visit({ ...VISIT, by: (i + customer.visits.length) % 2 === 0 ? 'socket' : 'fetch' }, payee);
      } while (!over);
    }),
  ]);

  const visits = customers.flatMap((customer) => customer.visits);
  const live = await evidenceOf(new Set(visits.map(({ id }) => id)));
  const made = visits.reduce((sum, { batches }) => sum + batches, 0);
  const payments = customers.reduce((sum, each) => sum + each.payments.length, 0);
  const counted = [...live.values()].reduce((sum, { evidence }) => sum + (evidence?.counts.batches ?? 0), 0);
  const bySocket = visits.filter(({ by }) => by === 'socket').length;
  const pressed = visits.flatMap(({ pages }) => pages.pressedAgain);
  console.info(
    `two servers: ${KILLS} killed under load; ${visits.length} sign-ins of ${customers.length} customers (${bySocket} by WebSocket), ${made} batches made, ${counted} counted, ${payments} transfers; a person had to press again ${pressed.length} times (${[...new Set(pressed)].join(', ')}); requests of each server ${JSON.stringify(bank.proxy.served)}`,
  );
  expect(customers.flatMap(({ problems }) => problems)).toEqual([]);
  expect(before.every((visitsBefore, i) => (customers[i]?.visits.length ?? 0) > visitsBefore)).toBe(true);
  // Every session is there, open, and has each batch once.
  for (const { id, batches, pages } of visits) {
    expect(live.get(id)).toMatchObject({
      state: 'open',
      risk: 'low',
      evidence: { counts: { batches, keys: batches * WINDOW_KEYS, replayed: 0, untrusted: 0 } },
    });
    expect(await pages.look(() => pages.auth.session())).toMatchObject({ state: 'full' });
  }
  // One row of the ledger for each payment, and the money that they say.
  await isWhole();
  for (const [i, customer] of customers.entries()) {
    expect(await books.transfersFrom(customer.account.id)).toEqual(customer.payments);
    const payer = customers.at(i - 1) as BusyCustomer;
    const moved = [...customer.payments.map(({ amount }) => -amount), ...payer.payments.map(({ amount }) => amount)];
    expect((await books.entriesOf(customer.account.id)).sort((x, y) => x - y)).toEqual(moved.sort((x, y) => x - y));
    // In the bank's own history every sign-in is one that led in.
    const { visits: own } = customer;
    const { pages } = own.at(-1)!;
    const { signIns } = await pages.look(() => pages.auth.history(null));
    expect(signIns.filter(({ outcome }) => outcome !== 'signed-in')).toEqual([]);
  }
});

it(`counts each of ${ROUGH_BATCHES} batches once, through a network that drops, delays, doubles and reorders, while pages die and servers are killed`, async () => {
  const visits = await Promise.all(
    Array.from({ length: ROUGH_SESSIONS }, async (_, i) => {
      const customer = customers[i % customers.length] as BusyCustomer;
      const pages = await customer.signIn();
      return new RoughVisit({ id: await pages.sessionId(), pages, window, typist: customer.customer.typist, uniform });
    }),
  );
  let typing = true;
  let kills = 0;
  const killing = (async () => {
    for (; typing; kills += 2) await killInTurns(2);
  })();
  await Promise.all(
    visits.map(async (visit) => {
      while (visit.typed < ROUGH_BATCHES / ROUGH_SESSIONS) {
        const typed = visit.type();
        if (uniform() < PAGE_DIES) {
          await moment(20);
          visit.reload(uniform() < 0.5);
        }
        await typed;
        await moment(200);
      }
    }),
  );
  typing = false;
  await killing;
  await Promise.all(visits.map((visit) => visit.drain()));
  await until('what was doubled has come by its longer way', () => visits.every(({ network }) => network.doublesUnderWay === 0));

  const live = await evidenceOf(new Set(visits.map(({ id }) => id)));
  const sum = (of: (visit: RoughVisit) => number) => visits.reduce((total, visit) => total + of(visit), 0);
  const counted = [...live.values()].reduce((total, { evidence }) => total + (evidence?.counts.batches ?? 0), 0);
  const network = Object.fromEntries(
    Object.keys(visits[0]!.network.counts).map((name) => [
      name,
      sum((visit) => visit.network.counts[name as keyof typeof visit.network.counts]),
    ]),
  );
  console.info(
    `exactly once on two servers: ${sum(({ typed }) => typed)} batches made in ${visits.length} sessions, ${sum(({ queued }) => queued.size)} of them queued, ${sum(({ sent }) => sent.size)} sent, ${counted} counted; ${sum(({ pageDeaths }) => pageDeaths)} pages died and ${kills} servers were killed; network ${JSON.stringify(network)}`,
  );
  for (const { id, queued, sent, problems } of visits) {
    expect(problems).toEqual([]);
    // All that was queued was sent, under one number each; all that was sent is counted, and no more than that.
    expect([...queued].filter((number) => !sent.has(number))).toEqual([]);
    expect([...sent].filter(([, numbers]) => numbers.size > 1)).toEqual([]);
    expect(live.get(id)).toMatchObject({
      state: 'open',
      evidence: { counts: { batches: sent.size, keys: sent.size * WINDOW_KEYS, replayed: 0 } },
    });
  }
  for (const visit of visits) visit.close();
});

it('shows on a dashboard of one server what happens at the other, and goes on when its own is killed', async () => {
  const some = customers.slice(0, CHANGES);
  const sessions = await Promise.all(some.map(async (customer) => new DirectSession(await customer.signIn(), customer)));
  for (const session of sessions) await session.open(bank.addresses[0]);
  const live = await evidenceOf(new Set(sessions.map(({ id }) => id)));
  const nameOf = ({ id }: DirectSession): string => live.get(id)?.id ?? '';
  const countOf = async ({ id }: DirectSession) => (await evidenceOf(new Set([id]))).get(id)?.evidence?.counts.batches;

  const ofB = desk.watch(bank.addresses[1]);
  await until('the dashboard listens', () => ofB.isLive);
  // By its server's first look all that was before has been told.
  await ofB.next();
  const times: number[] = [];
  for (const session of sessions) {
    const heard = ofB.next(nameOf(session));
    const begun = performance.now();
    await session.work(bank.addresses[0]);
    await heard;
    times.push(Math.round(performance.now() - begun));
    expect(await countOf(session)).toBe(1);
  }
  ofB.close();

  // Whichever server the proxy gives it to is the one that dies.
  const [session] = sessions as [DirectSession];
  const before = [...bank.proxy.served];
  const dashboard = desk.watch(bank.origin);
  await until('the dashboard listens', () => dashboard.isLive);
  const own = bank.proxy.served.findIndex((served, i) => served > before[i]!);
  const other = bank.addresses[1 - own]!;
  const lost = until('the dashboard has lost its server', () => !dashboard.isLive);
  const killed = performance.now();
  await bank.servers[own]!.end('SIGKILL');
  await lost;
  // What happens while it hears nothing is what it looks for first when it is back.
  const caughtUp = dashboard.next();
  await session.work(other);
  await caughtUp;
  await until('the dashboard is back', () => dashboard.isLive);
  const back = Math.round(performance.now() - killed);
  expect(await countOf(session)).toBe(2);
  const heard = dashboard.next(nameOf(session));
  await session.work(other);
  await heard;
  expect(await countOf(session)).toBe(3);
  await bank.servers[own]!.start();
  dashboard.close();
  console.info(
    `dashboards: a change at the other server was heard after ${times.join(', ')} ms; one whose server was killed was back after ${back} ms`,
  );
  // Not each of them: this is a machine with much else to do.
  expect(times.sort((x, y) => x - y)[Math.floor(CHANGES / 2) - 1]).toBeLessThan(WITHIN_MS);
});
