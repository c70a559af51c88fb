import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { HttpClient } from './support/http-client';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { WebCustomer } from './support/web-customer';

const LONG = process.env.TACIT_SOAK === '1';
/** What a template learns from before typing carries a sign-in. */
const READY_AT = 20;
/** A sign-in with the card in the browser, or, to the same template, by HTTP alone: the short form has those in the middle by HTTP. */
const isInBrowser = (learned: number) => LONG || learned < 8 || learned > READY_AT - 2;

let browser: Browser;
let bank: Bank;
let payee: RemoteCustomer;
let payeeNumber: string;
beforeAll(async () => {
  [browser, bank] = await Promise.all([openBrowser(), Bank.start({ policy: { typing: { codeEveryNth: 1_000_000 } } })]);
  payee = new RemoteCustomer(bank.origin, person('Paula Payee'), typist('steady'));
  expect((await payee.register()).status).toBe(201);
  payeeNumber = (await payee.account()).number;
});
afterAll(async () => {
  await browser?.close();
  await bank?.stop();
});

it('learns a typist over twenty entries, asks for the card until then and no longer, and lets the customer bank', async () => {
  const owner = new RemoteCustomer(bank.origin, { ...person('Tom Learner'), password: 'velvet-gnu-715' }, typist('brisk', 3));
  expect((await owner.register()).status).toBe(201);
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  const customer = new WebCustomer(page, owner);

  await customer.openSignIn();
  await owner.typist.type(page, 'velvet-gnu-751');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The e-mail address or the password is not right.').waitFor();
  for (let learned = 6; learned <= READY_AT; learned += 1) {
    if (!isInBrowser(learned)) {
      const asked = await owner.login();
      expect([learned, asked.body]).toMatchObject([learned, { status: 'step-up', next: 'matrix-code' }]);
      expect((await owner.answerCard(asked)).body.status).toBe('signed-in');
      continue;
    }
    expect([learned, await customer.signIn()]).toEqual([learned, 'card']);
    if (learned === 6) {
      await customer.go('Security');
      await page.getByText('Learning 6 of 20').waitFor();
    }
    await customer.signOut();
  }
  for (let login = 0; login < 3; login += 1) {
    expect(await customer.signIn()).toBe('password');
    if (login < 2) await customer.signOut();
  }
  await customer.go('Security');
  await page.getByText('Ready', { exact: true }).waitFor();
  const rows = page.getByRole('table', { name: 'Sign-ins, newest first' }).getByRole('row');
  expect(await rows.nth(1).textContent()).toMatch(/Signed in\s*Password and typing\d+ words\/min/);
  expect(await rows.nth(4).textContent()).toMatch(/Signed in\s*Password and matrix card\d+ words\/min/);

  await page.reload();
  await customer.sees('My security');
  const tab = await context.newPage();
  await tab.goto('/accounts');
  await tab.getByRole('heading', { name: 'Your accounts' }).waitFor();
  await tab.getByText('€5,000.00').first().waitFor();

  const enterTransfer = async (amount: string, reference: string) => {
    await customer.go('Transfer');
    await customer.sees('Make a transfer');
    await page.getByLabel('Payee account number').fill(payeeNumber);
    await page.getByLabel('Amount in euro').fill(amount);
    await page.getByLabel('Reference (optional)').fill(reference);
    await page.getByRole('button', { name: 'Continue' }).click();
    await customer.sees('Check your transfer');
    await page.getByText('Paula Payee').waitFor();
  };
  await enterTransfer('12.50', 'Lunch');
  await page.getByRole('button', { name: 'Pay €12.50' }).click();
  await customer.sees('Transfer made');
  await page.getByRole('button', { name: 'Make another transfer' }).click();
  await customer.go('Accounts');

  await enterTransfer('700', 'Rent');
  const thief = new HttpClient(bank.origin, await customer.cookies());
  const [{ id: from } = { id: '' }] = (await thief.get('/api/accounts')).body.accounts as Array<{ id: string }>;
  const order = { from, to: payeeNumber, amount: 70_000, reference: 'Rent' };
  const unconfirmed = await thief.post('/api/transfers', order, { 'idempotency-key': 'without-card' });
  expect([unconfirmed.status, unconfirmed.body.error?.code]).toEqual([403, 'ERR_CONFIRMATION_NEEDED']);
  await page.getByRole('button', { name: 'Pay €700.00' }).click();
  await page.getByRole('dialog', { name: 'Confirm this transfer' }).waitFor();
  await customer.answerCard();
  await customer.sees('Transfer made');
  await page.getByRole('status').getByText('€4,287.50').waitFor();
  // Her own session has been idle for as long as all of this took.
  expect((await payee.signIn()).body.status).toBe('signed-in');
  expect((await payee.account()).balance).toBe(571_250);

  await customer.go('Transactions');
  await customer.sees('Transactions');
  await page.getByText('3 transactions shown').waitFor();
  const entries = await page.getByRole('table').getByRole('row').allTextContents();
  expect(entries.slice(1).map((entry) => /(Rent|Lunch|Welcome).*€([\d,.]+)$/.exec(entry)?.slice(1))).toEqual([
    ['Rent', '4,287.50'],
    ['Lunch', '4,987.50'],
    ['Welcome', '5,000.00'],
  ]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download statement (CSV)' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^statement-\d{10}\.csv$/);
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(lines[0]).toBe('time,amount EUR,counterparty,reference,balance EUR');
  expect(lines.slice(1).map((line) => line.split(',').slice(1).join())).toEqual([
    '-700.00,Paula Payee,Rent,4287.50',
    '-12.50,Paula Payee,Lunch,4987.50',
    '5000.00,Fernhill Bank,Welcome,5000.00',
  ]);

  await customer.signOut();
  await tab.waitForURL(/\/sign-in$/);
  expect((await thief.get('/api/accounts')).status).toBe(401);
  await page.goto('/accounts');
  await page.waitForURL(/\/sign-in$/);
  // Nobody was told that something was wrong: nothing was.
  expect((await owner.mails()).map(({ subject }) => subject)).toEqual(['Your confirmation code']);
  expect(problems).toEqual([]);
  await context.close();
  // Sign-ins at the speed of a hand, eighteen in the long form, on a machine that others use as well.
}, 600_000);
