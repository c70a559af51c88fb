import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Applicant } from './support/applicant';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';

let browser: Browser;
let bank: Bank;
beforeAll(async () => {
  const policy = { typing: { readyAt: 7, codeEveryNth: 1_000_000 } };
  [browser, bank] = await Promise.all([openBrowser(), Bank.start({ policy })]);
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
});

it('shows what was learned, undoes what a stranger could have taught, and learns the rhythm anew', async () => {
  const owner = new RemoteCustomer(bank.origin, person('Dora Dispute'), typist('brisk', 60));
  await owner.becomeReady();
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const customer = new Applicant(page, owner);
  const card = page.getByRole('region', { name: 'How you type' });
  const fact = async (name: string) =>
    (await card
      .locator('div', { has: page.getByText(name, { exact: true }) })
      .locator('dd')
      .textContent()) ?? '';

  expect(await customer.signIn()).toBe('password');
  // Whoever has the password and the same hand is let in by typing alone.
  const twin = new RemoteCustomer(bank.origin, owner.person, typist('brisk', 60));
  for (let draws = 0; draws < 200; draws += 1) twin.secret();
  expect((await twin.login()).body.status).toBe('signed-in');

  await customer.go('Security');
  await card.getByText('Ready', { exact: true }).waitFor();
  expect(await fact('Set up on')).toMatch(/, today$/);
  expect(await fact('Learned so far')).toBe('7 entries');
  expect(await fact('Last learned')).toMatch(/20\d\d$/);
  expect(await fact('Sign-ins without your card')).toMatch(/^Not learned from/);

  const rows = page.getByRole('table', { name: 'Sign-ins, newest first' }).getByRole('row');
  await rows
    .nth(1)
    .getByRole('button', { name: /^This was not me/ })
    .click();
  await page.getByRole('dialog', { name: 'This was not you?' }).waitFor();
  await customer.answerCard();
  const advice = page.getByText('Thank you for telling us');
  await advice.waitFor();
  await rows.nth(1).getByText('Not you').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await expect.poll(focused, { timeout: PATIENCE_MS }).toContain('Change your password now');
  expect((await twin.client.get('/auth/session')).body).toEqual({ state: 'none' });
  expect(await fact('Learned so far')).toBe('7 entries');
  expect(await inspectClosely(page, 'security-disputed')).toEqual([]);
  const subjects = async () => (await owner.mails()).map(({ subject }) => subject);
  await expect.poll(subjects, { timeout: PATIENCE_MS }).toContain('A sign-in that was not yours');

  await page.getByRole('button', { name: 'These were all me' }).click();
  await page.getByRole('dialog', { name: 'Confirm your sign-ins' }).waitFor();
  await customer.answerCard();
  await page.getByText('They are marked as yours.').waitFor();
  await rows.nth(2).getByText('confirmed by you').waitFor();
  expect(await rows.nth(1).textContent()).not.toContain('confirmed by you');

  await card.getByRole('link', { name: 'Set up my typing again' }).click();
  await customer.sees('Set up your typing');
  await page.getByLabel('Current password').fill(owner.person.password);
  await customer.proceed();
  for (let entry = 0; entry < 5; entry += 1) await customer.enterOnce();
  await customer.proceed();
  await customer.answerCard();
  await customer.sees('My security');
  await card.getByText('Learning 5 of 7').waitFor();
  expect(await fact('Learned so far')).toBe('5 entries');
  await customer.signOut();
  expect(await customer.signIn()).toBe('card');
  expect(problems).toEqual([]);
  await context.close();
});
