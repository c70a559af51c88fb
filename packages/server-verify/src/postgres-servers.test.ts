import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANY_CHANGE, type Change } from './notifications';
import { postgres, postgresJobs, postgresNotifications } from './postgres';
import { createBrowser } from './testing-browser';
import { type Bank, openBank, registerCustomer } from './testing-flows';
import { type TestDatabase, testDatabase } from './testing-postgres';
import { type ManualTime, manualTime } from './testing-timer';
import { verifierContext } from './verifier-internals';

interface Server {
  bank: Bank;
  time: ManualTime;
  heard: Change[];
}

let database: TestDatabase;
let servers: Server[];
beforeEach(async () => {
  database = await testDatabase();
  servers = [];
}, 60_000);
afterEach(async () => {
  await Promise.all(servers.map(({ bank }) => bank.verifier.close()));
  await database.close();
});

async function server(seed: number): Promise<Server> {
  const time = manualTime();
  const { timer, clock } = time;
  const connectionString = database.url;
  const heard: Change[] = [];
  const bank = await openBank({
    store: postgres({ connectionString }),
    jobs: postgresJobs({ connectionString, timer }),
    notifications: postgresNotifications({ connectionString, timer }),
    timer,
    clock,
    seed,
  });
  verifierContext(bank.verifier).notifications.subscribe((change) => heard.push(change));
  const made = { bank, time, heard };
  servers.push(made);
  return made;
}

/** Waits for what another server or the database does. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it("go on with each other's sessions, hear of each other's changes, and do each other's jobs", async () => {
  const first = await server(5);
  const second = await server(6);
  const ada = await registerCustomer(first.bank);
  const elsewhere = createBrowser(second.bank.http, '203.0.113.7', () => undefined, ada.browser.cookies);
  expect((await elsewhere.get('/session')).status).toBe(200);

  expect((await elsewhere.post('/card/lost')).status).toBe(200);
  const alerts = (changes: Change[]) => changes.filter(({ topic }) => topic === 'alert').map(({ id }) => id);
  await until(() => alerts(first.heard).length > 0);
  expect(alerts(first.heard)).toEqual(alerts(second.heard));
  expect(first.heard).not.toContainEqual(ANY_CHANGE);

  // Neither was asked to run its jobs: a server looks by itself, and the mail goes out once.
  const told = async () => (await second.bank.verifier.mailbox({ limit: 100 })).filter(({ subject }) => /card/i.test(subject)).length;
  await until(async () => {
    first.time.advance(2_000);
    second.time.advance(2_000);
    return (await told()) > 0;
  });
  expect(await told()).toBe(1);
  expect([...first.bank.events, ...second.bank.events].filter(({ level }) => level === 'error')).toEqual([]);
});
