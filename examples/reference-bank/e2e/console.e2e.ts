import type { Browser } from 'playwright';
import { afterAll, beforeAll, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { person, stranger, typist } from './support/people';
import { tabTo } from './support/tab-keys';
import { WATCHED_POLICY, WatchedCustomer } from './support/watched-customer';
import { WebCustomer } from './support/web-customer';

/** Less than the console waits before it looks by itself: what shows sooner came by the stream of changes. */
const BY_THE_STREAM_MS = 14_000;

let browser: Browser;
let bank: Bank;
beforeAll(async () => {
  [browser, bank] = await Promise.all([openBrowser(), Bank.start({ policy: WATCHED_POLICY })]);
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
});

async function openDesk() {
  const visitor = await openVisitor(browser, bank.origin);
  const operator = new WebCustomer(visitor.page, {
    person: { name: 'Olive Operator', email: 'operator@fernhill.example', password: 'patient harbour signal 58' },
    typist: typist('brisk', 90),
    card: bank.seededCards().operator,
  });
  await operator.signIn();
  await operator.sees('Live sessions');
  await visitor.page.getByText('Live', { exact: true }).waitFor();
  return { ...visitor, operator };
}

it('shows an operator a session at once, how it turns, and lets him end it', async ({ expect }) => {
  const known = new WatchedCustomer(bank.origin, person('Kara Known'), typist('brisk', 3));
  await known.becomeKnown();
  const other = new WatchedCustomer(bank.origin, person('Nora New'), typist('slow', 92));
  await other.register();

  const { page, problems, context, operator } = await openDesk();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await page.getByText('Nobody is being checked at the moment.').waitFor();
  const begun = performance.now();
  await other.type();
  await row('Nora New').waitFor({ timeout: BY_THE_STREAM_MS });
  process.stdout.write(`a session was in the console after ${Math.round(performance.now() - begun)} ms\n`);
  await row('Nora New').getByText('Too early to say').waitFor();
  for (let window = 0; window < 3; window += 1) await known.type();
  await row('Kara Known').waitFor({ timeout: BY_THE_STREAM_MS });

  const windows = await known.typeUntil('confirm', stranger());
  process.stdout.write(`somebody else was asked for the card after ${windows} windows of 50 keys\n`);
  await row('Kara Known').getByText('Doubtful').waitFor({ timeout: BY_THE_STREAM_MS });
  await row('Kara Known').getByText('Card asked for').waitFor();
  // What needs somebody's eyes comes first.
  expect(await page.getByRole('rowheader').allTextContents()).toEqual(['Kara Known', 'Nora New']);
  expect(await inspectClosely(page, 'console-live')).toEqual([]);

  await row('Kara Known').getByRole('link').click();
  await operator.sees('Kara Known');
  await page.getByText('types otherwise than the owner').first().waitFor();
  await page.getByRole('img', { name: /^Risk and confidence over time\. Risk is \d+ %/ }).waitFor();
  await page.getByText('Show as a table').first().click();
  await page.getByRole('table', { name: 'Risk and confidence over time' }).waitFor();
  expect(await inspectClosely(page, 'console-session')).toEqual([]);

  // By the keyboard alone.
  await page.getByRole('heading', { level: 1 }).focus();
  await tabTo(page, 'End this session');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'End the session of Kara Known?' }).waitFor();
  expect(await inspectClosely(page, 'console-terminate')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await known.client.get('/auth/session')).body).toMatchObject({ state: 'full' });
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'End the session', exact: true }).click();
  await page.getByText('The session is ended.').waitFor();
  expect((await known.client.get('/auth/session')).body).toEqual({ state: 'none', ended: true });
  await page.getByText('Over', { exact: true }).waitFor();
  await page.reload();
  await page.getByText('The checks of this session are over').first().waitFor();

  await operator.goInConsole('Alerts');
  const alert = page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'Kara Known' });
  await alert.filter({ hasText: 'A session does not look like its owner' }).first().waitFor();
  await alert.getByText('Because: types otherwise than the owner').first().waitFor();
  await alert.getByText('Medium risk; the card was asked for').first().waitFor();
  await alert.getByText(known.person.email, { exact: true }).first().waitFor();
  expect(await inspectClosely(page, 'console-alerts')).toEqual([]);
  const open = await alert.getByRole('button', { name: /^Acknowledge/ }).count();
  await alert
    .getByRole('button', { name: /^Acknowledge/ })
    .first()
    .click();
  await expect.poll(() => alert.getByRole('button', { name: /^Acknowledge/ }).count(), { timeout: PATIENCE_MS }).toBe(open - 1);

  // To the customer himself, among all of his name; what servers on the way write down says nothing of who it is.
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
  await alert
    .getByRole('link', { name: `Kara Known ${known.person.email}`, exact: true })
    .first()
    .click();
  await operator.sees('Customers');
  const found = page.getByRole('list', { name: 'Customers' }).getByRole('listitem');
  await found.filter({ hasText: known.person.email }).waitFor();
  expect(await found.count()).toBe(1);
  expect(await page.getByLabel('E-mail address').inputValue()).toBe(known.person.email);
  expect([...addresses, page.url()].filter((address) => address.includes(known.person.email))).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it('shows customers, messages and the audit log, and writes down what was done', async ({ expect }) => {
  const tess = new WatchedCustomer(bank.origin, person('Tess Template'), typist('brisk', 94));
  await tess.becomeKnown();
  const { page, problems, context, operator } = await openDesk();
  await operator.goInConsole('Customers');
  const row = page.getByRole('list', { name: 'Customers' }).getByRole('listitem');
  await row.filter({ hasText: tess.person.email }).waitFor();
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
  await page.route('**/api/operator/customers/search', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByLabel('E-mail address').fill(tess.person.email);
  await page.getByRole('button', { name: 'Find' }).click();
  // Nobody is shown who was not looked for, while the answer is on its way.
  await page.getByText('Loading customers').waitFor();
  expect(await row.count()).toBe(0);
  answer();
  await expect.poll(() => row.count(), { timeout: PATIENCE_MS }).toBe(1);
  await page.getByRole('status').getByText('Found: Tess Template').waitFor({ state: 'attached' });
  // What every server on the way writes down says nothing of who was looked for.
  expect(addresses.filter((address) => address.includes(tess.person.email))).toEqual([]);
  await row.filter({ hasText: 'agreed to typing, checks' }).waitFor();
  await row.getByRole('button', { name: 'Templates of Tess Template' }).click();
  await row.getByText(/^Ready: 1 session on 1 day, 1200 keys/).waitFor();
  await row.getByRole('button', { name: 'Retrain Tess Template' }).click();
  await row.getByText('Nothing was changed.').waitFor();
  await row.getByRole('button', { name: 'Verify the audit log of Tess Template' }).click();
  await row.getByText(/^The log is whole: \d+ entries/).waitFor();
  expect(await inspectClosely(page, 'console-customers')).toEqual([]);
  await page.getByLabel('E-mail address').fill('nobody@example.test');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('Nobody signs in with this address.').waitFor();

  await operator.goInConsole('Messages');
  await page.getByText('No mail waits for you.').waitFor();
  await page.getByText('No alert waits for you.').waitFor();
  expect(await inspectClosely(page, 'console-messages')).toEqual([]);

  await operator.goInConsole('Audit log');
  const entries = page.getByRole('list', { name: 'Entries' }).getByRole('listitem');
  for (const deed of ['List of customers looked at', 'Customer looked at', 'Typing retrained', 'Audit log verified'])
    await entries.filter({ hasText: deed }).first().waitFor();
  // Who did it, and to whom, by name; the ids are there as they were chained.
  const looked = entries.filter({ hasText: 'The templates' }).filter({ hasText: 'By Olive Operator operator@fernhill.example' });
  const whom = looked.getByRole('link', { name: `Tess Template ${tess.person.email}`, exact: true });
  await whom.first().waitFor();
  await looked.first().getByText('As it is written').click();
  await looked
    .first()
    .getByText(/^type: customer-viewed, reason: templates, operator: [\w-]+, subject: [\w-]{43}$/)
    .waitFor();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText(/^The log is whole: \d+ entries/).waitFor();
  expect(await inspectClosely(page, 'console-audit')).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it('says when it has lost the connection, and catches up', async ({ expect }) => {
  const { page, context } = await openDesk();
  const cora = new WatchedCustomer(bank.origin, person('Cora Catch'), typist('slow', 95));
  await cora.register();
  await bank.kill();
  await page.getByText('Connection lost, trying again.').waitFor();
  await bank.restart();
  await cora.type();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('row').filter({ hasText: 'Cora Catch' }).waitFor();
  await expect.poll(() => page.getByRole('alert').count(), { timeout: PATIENCE_MS }).toBe(0);
  await context.close();
});

it('is closed to customers', async ({ expect }) => {
  const eve = new WatchedCustomer(bank.origin, person('Eve Elsewhere'), typist('steady', 96));
  await eve.register();
  const { page, context } = await openVisitor(browser, bank.origin);
  await eve.sitDown(context);
  await page.goto('/operator/audit');
  await page.waitForURL(/\/accounts$/);
  for (const path of ['/api/operator/audit', '/api/operator/customers', '/api/operator/populations', '/auth/operators/live']) {
    expect([path, (await eve.client.get(path)).status]).toEqual([path, 403]);
  }
  expect((await eve.client.post('/api/operator/audit/verify', {})).body.error?.code).toBe('ERR_ROLE');
  await context.close();
});

it('goes down in order though a console listens to it', async ({ expect }) => {
  const { context } = await openDesk();
  await bank.stop();
  expect(bank.output).not.toMatch(/error/i);
  await context.close();
});
