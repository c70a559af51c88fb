import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { WebCustomer } from './support/web-customer';

let browser: Browser;
let bank: Bank;
/** Whose name and address are hard to fit on a phone. */
let owner: RemoteCustomer;
beforeAll(async () => {
  [browser, bank] = await Promise.all([openBrowser(), Bank.start()]);
  owner = new RemoteCustomer(bank.origin, person('Penelope Featherstonehaugh-Okonkwo'), typist('steady', 40));
  expect((await owner.register()).status).toBe(201);
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const focusOn = (page: Page, target: Locator) => target.and(page.locator(':focus')).waitFor();

/** Presses Tab until the focus is there, as somebody without a mouse would. */
async function tabUntil(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target}`);
}

it('puts the focus where a keyboard or a screen reader has to go on, on every change of page', async () => {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const customer = new WebCustomer(page, owner);
  await page.goto('/');
  await page.getByRole('banner').getByRole('link', { name: 'Sign in' }).click();
  await focusOn(page, heading(page, 'Sign in'));
  await tabUntil(page, page.getByLabel('E-mail address'));
  await page.keyboard.type(owner.person.email);
  await page.keyboard.press('Tab');
  await owner.typist.type(page, owner.person.password);
  await page.keyboard.press('Enter');
  await customer.sees('Please confirm with your card');
  const coordinates = await customer.coordinates();
  await focusOn(page, page.getByLabel(`Cell ${coordinates[0]}`, { exact: true }));
  await page.keyboard.type(customer.code(coordinates));
  await page.keyboard.press('Enter');
  await focusOn(page, heading(page, 'Your accounts'));

  const navigation = page.getByRole('navigation', { name: 'Main' });
  const places = [
    ['Transfer', 'Make a transfer'],
    ['Transactions', 'Transactions'],
    ['Security', 'My security'],
    ['Accounts', 'Your accounts'],
  ] as const;
  for (const [link, title] of places) {
    await tabUntil(page, navigation.getByRole('link', { name: link, exact: true }));
    await page.keyboard.press('Enter');
    await focusOn(page, heading(page, title));
    await expect.poll(() => page.title(), { timeout: PATIENCE_MS }).toBe(`${title} - Fernhill Bank`);
  }
  await page.goBack();
  await focusOn(page, heading(page, 'My security'));
  expect(problems).toEqual([]);
  await context.close();
});

it('skips to the content', async () => {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  await page.goto('/sign-in');
  await heading(page, 'Sign in').waitFor();
  // The first page of a visit is left alone.
  expect(await page.locator(':focus').count()).toBe(0);
  const skip = page.getByRole('link', { name: 'Skip to main content' });
  expect((await skip.boundingBox())?.y).toBeLessThan(0);
  await page.keyboard.press('Tab');
  await focusOn(page, skip);
  expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
  await page.keyboard.press('Enter');
  await focusOn(page, page.getByRole('main'));
  await page.keyboard.press('Tab');
  await focusOn(page, page.getByLabel('E-mail address'));
  expect(problems).toEqual([]);
  await context.close();
});

it('fits a name and an address that are long, and the steps of a reset', async () => {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const wrong: string[] = [];
  await page.goto('/mailbox');
  await page.getByLabel('E-mail address').fill(owner.person.email);
  await page.getByRole('button', { name: 'Show messages' }).click();
  await page.getByRole('article').first().waitFor();
  wrong.push(...(await inspectClosely(page, 'mailbox-long')));
  await page.goto('/reset');
  await heading(page, 'Reset your password').waitFor();
  wrong.push(...(await inspectClosely(page, 'reset')));
  await page.getByLabel('E-mail address').fill('nobody@example.test');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await heading(page, 'Check your e-mail').waitFor();
  wrong.push(...(await inspectClosely(page, 'reset-mail')));
  expect(wrong).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it('takes the colours of the system, or those that were chosen, and keeps them', async () => {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/');
  const light = await ink();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const dark = await ink();
  expect(dark).not.toBe(light);
  await page.getByRole('radio', { name: 'Light' }).check();
  expect(await ink()).toBe(light);
  await page.reload();
  await heading(page, 'Banking that recognises you').waitFor();
  expect(await ink()).toBe(light);
  await page.getByRole('radio', { name: 'Auto' }).check();
  expect(await ink()).toBe(dark);
  expect(problems).toEqual([]);
  await context.close();
});
