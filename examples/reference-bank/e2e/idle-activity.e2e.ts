import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { WebCustomer } from './support/web-customer';

const SOAK = process.env.TACIT_SOAK === '1';
/** Two minutes is what a bank runs with; the short form locks after 12 s. */
const IDLE_MS = SOAK ? 120_000 : 12_000;
/** Rounds of a quarter of a second, in which what is locked stays locked, and who is active stays so for longer than the other was. */
const ROUNDS_AFTER = 20;

let browser: Browser;
let bank: Bank;
beforeAll(async () => {
  const session = SOAK ? {} : { session: { idleMs: IDLE_MS, warnMs: 9_000 } };
  [browser, bank] = await Promise.all([openBrowser(), Bank.start({ policy: session })]);
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
});

async function registered(name: string, seed: number): Promise<RemoteCustomer> {
  const customer = new RemoteCustomer(bank.origin, person(name), typist('steady', seed));
  expect((await customer.register()).status).toBe(201);
  return customer;
}

it.concurrent('counts what a customer does as activity, and not what a page asks for by itself', async () => {
  const [watcher, user] = await Promise.all([registered('Wanda Watcher', 50), registered('Ulla User', 51)]);
  const began = performance.now();
  expect((await watcher.signIn()).body.status).toBe('signed-in');
  expect((await user.signIn()).body.status).toBe('signed-in');
  let lockedAfter: number | undefined;
  // Until it is locked, however long the machine takes over it, and some rounds more.
  for (let after = 0; after < ROUNDS_AFTER; after += lockedAfter === undefined ? 0 : 1) {
    // All this looking must not keep it open.
    expect(lockedAfter ?? performance.now() - began).toBeLessThan(IDLE_MS + PATIENCE_MS);
    const { status } = await watcher.client.get('/api/accounts');
    const { state } = (await watcher.client.get('/auth/session')).body;
    if (status !== 200) {
      expect([status, state]).toEqual([423, 'locked']);
      lockedAfter ??= performance.now() - began;
    }
    // Locked is locked: what would have kept the session awake does not wake it up.
    if (lockedAfter !== undefined) expect((await watcher.client.post('/auth/activity', {})).body.state).toBe('locked');
    expect((await user.client.post('/auth/activity', {})).status).toBe(200);
    expect((await user.client.get('/api/accounts')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  // Nor is it locked early.
  expect(lockedAfter).toBeGreaterThan(IDLE_MS);
}, 400_000);

/** Every text of the page that assistive technology can reach, as the browser itself tells it. */
async function accessibleTexts(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ name, value }) => `${name?.value ?? ''} ${value?.value ?? ''}`)
    .join('\n');
}

it.concurrent('hides what it showed from assistive technology as from the eye, in each tab, and is there again after', async () => {
  const owner = await registered('Hilda Hidden', 52);
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const customer = new WebCustomer(page, owner);
  await customer.signIn();
  await page.getByText('€5,000.00').first().waitFor();
  const tab = await context.newPage();
  await tab.goto('/transfer');
  // A click is activity: the time until the lock begins here.
  await tab.getByLabel('Reference (optional)').click();
  await tab.getByLabel('Reference (optional)').fill('For nobody else');
  expect(await accessibleTexts(page)).toContain('€5,000.00');
  expect(await accessibleTexts(tab)).toContain('For nobody else');

  for (const each of [page, tab]) {
    await each.getByRole('dialog', { name: 'Your session is locked' }).waitFor({ timeout: IDLE_MS + PATIENCE_MS });
    const told = await accessibleTexts(each);
    expect(told).toContain('Your session is locked');
    expect(told).not.toMatch(/5,000|For nobody else|Your accounts|Make a transfer|Transactions/);
    expect(
      await each
        .getByText(/5,000|Your accounts|Make a transfer/)
        .filter({ visible: true })
        .count(),
    ).toBe(0);
    await each.keyboard.press('Tab');
    expect(await each.getByRole('dialog').locator(':focus').count()).toBe(1);
  }

  await page.getByRole('dialog').getByLabel('Password', { exact: true }).focus();
  await owner.typist.type(page, owner.person.password);
  await page.keyboard.press('Enter');
  await customer.answerCard();
  for (const each of [page, tab]) await each.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await accessibleTexts(page)).toContain('€5,000.00');
  expect(await accessibleTexts(tab)).toContain('For nobody else');
  expect(problems).toEqual([]);
  await context.close();
}, 400_000);
