import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoarseState } from '@tacit-auth/features';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inProcessNotifications } from '../in-process-notifications';
import type { Notifications } from '../notifications';
import { sqlite } from '../sqlite';
import { createBrowser } from '../testing-browser';
import { type Bank, openBank } from '../testing-flows';
import { doubt, grantFor, sessionOf, signedInOperator, vouch, WATCHED, watchedCustomer } from '../testing-risk';
import { type ManualTime, manualTime } from '../testing-timer';

let folder: string;
const open: Bank[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-risk-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ verifier }) => verifier.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function server(time: ManualTime, seed: number, notifications: Notifications): Promise<Bank> {
  const store = sqlite(join(folder, 'bank.db'));
  const bank = await openBank({ store, policy: WATCHED, clock: time.clock, timer: time.timer, notifications, seed });
  open.push(bank);
  return bank;
}

/** Waits until something holds; with `time`, time goes on meanwhile. */
async function until(holds: () => boolean, time?: ManualTime): Promise<void> {
  for (let i = 0; i < 5_000 && !holds(); i++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (i % 20 === 0) {
      time?.advance(50);
    }
  }
  expect(holds()).toBe(true);
}

/** Two servers on one file. Told of each other's changes, or left to look. */
async function twoServers(told: boolean) {
  const time = manualTime();
  const shared = inProcessNotifications();
  const deaf = () => ({ ...inProcessNotifications(), publish: () => undefined });
  const first = await server(time, 5, told ? shared : deaf());
  const second = await server(time, 6, told ? { ...shared, start: async () => undefined, stop: async () => undefined } : deaf());
  const { customer } = await watchedCustomer(first);
  const session = await grantFor(first, customer.browser);
  const elsewhere = createBrowser(second.http, '203.0.113.7', () => undefined, customer.browser.cookies);
  return { time, first, second, customer, session, elsewhere };
}

describe('two servers on one database', () => {
  it('act on what the other one judged', async () => {
    const { first, second, customer, session, elsewhere } = await twoServers(true);
    await doubt(first, session, 'step-up');
    expect(await elsewhere.post('/password/start')).toMatchObject({ status: 403, body: { error: { code: 'ERR_STEP_UP_NEEDED' } } });
    expect((await vouch({ ...customer, browser: elsewhere })).body).toEqual({ status: 'trusted' });
    expect((await customer.browser.post('/password/start')).status).toBe(200);
    await doubt(second, session, 'lock');
    expect((await customer.browser.get('/security')).status).toBe(423);
  });

  it('tell the sockets of a session and the consoles, at once where they are told, and by looking where not', async () => {
    for (const told of [true, false]) {
      const { time, first, second, session } = await twoServers(told);
      const operator = await signedInOperator(second);
      const states: CoarseState[] = [];
      const topics: string[] = [];
      const stop = second.flows.continuous.watch({ session, listener: (state) => states.push(state) });
      const events = await second.flows.events.subscribe({
        session: await grantFor(second, operator.browser),
        listener: (changes) => topics.push(...changes.map(({ topic }) => topic)),
        onEnd: () => topics.push('end'),
      });
      await until(() => states.length === 1);
      if (!told) {
        // The first look says that anything may have changed.
        await until(() => topics.includes('any'), time);
      }
      topics.length = 0;
      await doubt(first, session, 'lock');
      await until(() => states.length === 2, told ? undefined : time);
      await until(() => topics.includes('alert') && topics.includes('session'), time);
      expect(states).toEqual(['checking', 'locked']);
      stop();
      if (events.ok) {
        events.body();
      }
      await Promise.all(open.splice(0).map(({ verifier }) => verifier.close()));
      rmSync(join(folder, 'bank.db'), { force: true });
    }
  });

  it('lock once when both judge at once, and let nothing past it', async () => {
    const { first, second, session, customer, elsewhere } = await twoServers(true);
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i): Promise<unknown> => {
        const bank = i % 2 === 0 ? first : second;
        if (i === 20 || i === 21) {
          return doubt(bank, session, 'lock');
        }
        return createBrowser(bank.http, '203.0.113.7', () => undefined, new Map(customer.browser.cookies))
          .post('/password/start')
          .then(({ status }) => status);
      }),
    );
    expect(results.filter((result) => ![undefined, 200, 423].includes(result as never))).toEqual([]);
    expect((await sessionOf(first, session)).value).toMatchObject({ state: 'locked', lockedFor: 'risk', doubts: 1 });
    expect((await elsewhere.post('/password/start')).status).toBe(423);
  });
});
