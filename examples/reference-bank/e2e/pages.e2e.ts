import { it } from 'vitest';
import { Applicant } from './support/applicant';
import { openVisitor } from './support/browser';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { sharedBank } from './support/shared-bank';
import { tabTo } from './support/tab-keys';
import { WebCustomer } from './support/web-customer';

const shared = sharedBank({
  policy: {
    typing: { readyAt: 6, codeEveryNth: 1_000_000 },
    throttle: { failures: 100, cap: 1_000 },
    registration: { passwordEntries: 3, texts: 1 },
  },
});

it.concurrent('is in order on every page that a visitor sees', async ({ expect }) => {
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const applicant = new Applicant(page, { person: person('Vera Visitor'), typist: typist('brisk', 30) });
  const wrong: string[] = [];
  const look = async (name: string) => wrong.push(...(await inspectClosely(page, name)));

  await page.goto('/');
  await applicant.sees('Banking that recognises you');
  await look('home');
  await page.goto('/nowhere');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await look('not-found');
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('Enter your password.').waitFor();
  await look('sign-in');
  await page.goto('/collect-card');
  await page.getByRole('button', { name: 'Show my new card' }).click();
  await page.getByRole('alert').getByText('Enter your password.').waitFor();
  await look('collect-card');

  await applicant.open();
  await applicant.proceed();
  await page.getByText('What is measured, and what happens to it').click();
  await look('register-consent');
  await applicant.choose('granted');
  await applicant.sees('Your details');
  await applicant.proceed();
  await look('register-details');
  await applicant.giveDetails();
  await applicant.newPassword.fill('password1234');
  await page.getByRole('strong').getByText('please choose another one').waitFor();
  await look('register-password');
  await applicant.choosePassword();
  await applicant.sees('Type your password');
  await applicant.enterOnce();
  await applicant.enterOnce((on, text) => applicant.typist.typeWithCorrection(on, text, 3));
  await look('register-entries');
  for (let entry = 0; entry < 2; entry += 1) await applicant.enterOnce();
  await applicant.proceed();
  await applicant.sees('Type some short texts');
  await page.getByLabel('Text 1 of 1').focus();
  await applicant.typist.type(page, 'wrong');
  await look('register-texts');
  await page.getByRole('button', { name: 'Start again' }).click();
  await applicant.copyText();
  await applicant.proceed();
  await applicant.readCard();
  await page.getByRole('button', { name: 'Open my account' }).click();
  await look('register-card');
  await applicant.confirm({ emailCode: await applicant.mailedCode() });
  await applicant.sees('Welcome to Fernhill');
  await look('register-done');
  await page.goto('/mailbox');
  await page.getByLabel('E-mail address').fill(applicant.person.email);
  await page.getByRole('button', { name: 'Show messages' }).click();
  await page.getByRole('article').first().waitFor();
  await look('mailbox');
  expect(wrong).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('is in order on every page that a customer sees', async ({ expect }) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Carl Customer'), typist('brisk', 31));
  await owner.becomeReady();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const customer = new WebCustomer(page, owner);
  const wrong: string[] = [];
  const look = async (name: string) => wrong.push(...(await inspectClosely(page, name)));

  expect(await customer.enterPassword({ typist: typist('steady', 31) })).toBe('step-up');
  await customer.coordinates();
  // The way out is on the page; another way in is not.
  expect(await page.getByRole('banner').getByRole('link').allTextContents()).toEqual(['Fernhill Bank']);
  await look('step-up');
  await customer.answerCard();
  await customer.sees('Your accounts');
  await page.getByRole('table').waitFor();
  await look('accounts');
  await customer.go('Transfer');
  await customer.sees('Make a transfer');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').getByText('Enter an amount.').waitFor();
  await look('transfer-entry');
  await page.getByLabel('Payee account number').fill(shared.payee);
  await page.getByLabel('Amount in euro').fill('1,600');
  await page
    .getByLabel('Reference (optional)')
    .fill(`A reference that is as long as one may be: ${'Wohnungsbaugesellschaft '.repeat(4)}`.slice(0, 140));
  await page.getByRole('button', { name: 'Continue' }).click();
  await customer.sees('Check your transfer');
  await look('transfer-review');
  await page.getByRole('button', { name: /^Pay / }).click();
  await customer.coordinates();
  await look('transfer-card');
  await customer.answerCard();
  await customer.sees('Transfer made');
  await look('transfer-result');
  await customer.go('Transactions');
  await page.getByText('2 transactions shown').waitFor();
  expect(await page.getByRole('table').ariaSnapshot()).toMatch(/ minus €1,600\.00/);
  expect(await page.getByRole('table').textContent()).not.toContain('-€');
  await look('transactions');
  await page
    .getByRole('button', { name: /^Add a note/ })
    .first()
    .click();
  await look('transactions-note');
  // A phone's width is for the words, not for the amount beside them.
  await page.setViewportSize({ width: 390, height: 844 });
  expect((await page.getByRole('textbox', { name: 'Note' }).boundingBox())?.width).toBeGreaterThan(280);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await customer.go('Security');
  await page.getByRole('table', { name: 'Sign-ins, newest first' }).waitFor();
  await look('security');
  await page.getByRole('button', { name: 'Erase my account' }).click();
  await page.getByRole('dialog', { name: 'Erase your account?' }).waitFor();
  await look('security-erase');
  await page.getByRole('button', { name: 'Keep my account' }).click();
  await page.getByRole('link', { name: 'Change my password' }).click();
  await customer.sees('Change your password');
  await page.getByLabel('Current password').fill(owner.person.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('New password').waitFor();
  await look('security-password');
  await page.goto('/security/typing');
  await customer.sees('Set up your typing');
  await look('security-typing');
  await page.goto('/security/face');
  await customer.sees('Set up your face');
  await page.getByText('you look into the camera after your password.').waitFor();
  expect(await page.getByRole('main').textContent()).not.toContain('replaced');
  await look('security-face-first');

  // The page's clock is moved on; the server is told by the page.
  await page.clock.install();
  await page.goto('/accounts');
  await page.getByRole('table').waitFor();
  await page.clock.fastForward(91_000);
  await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
  await look('idle-warning');
  await page.clock.fastForward(31_000);
  await page.getByRole('dialog', { name: 'Your session is locked' }).waitFor();
  await look('idle-lock');
  expect(wrong).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('is in order on every page of a reset of the password', async ({ expect }) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Rosa Reset'), typist('brisk', 34));
  expect((await owner.register()).status).toBe(201);
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const password = 'seven gulls at noon 31';
  const customer = new Applicant(page, { ...owner, person: { ...owner.person, password }, card: owner.card });
  const wrong: string[] = [];
  const look = async (name: string) => wrong.push(...(await inspectClosely(page, name)));

  await page.goto('/reset');
  await customer.sees('Reset your password');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByRole('alert').getByText('Enter your e-mail address.').waitFor();
  await look('reset');
  await page.getByLabel('E-mail address').fill(owner.person.email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await customer.sees('Check your e-mail');
  await look('reset-mail');
  await page.getByLabel('Code from the e-mail').fill(await customer.mailedCode(2));
  await customer.proceed();
  await customer.choosePassword('Choose a new password');
  for (let entry = 0; entry < 3; entry += 1) await customer.enterOnce();
  await customer.proceed();
  await customer.coordinates();
  await look('reset-card');
  await customer.answerCard();
  await customer.sees('Your accounts');
  const subjects = async () => (await owner.mails()).map(({ subject }) => subject);
  await expect.poll(subjects, { timeout: PATIENCE_MS }).toContain('Your password was reset');
  expect((await owner.login()).body.error?.code).toBe('ERR_CREDENTIALS');
  expect(wrong).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('is in order on the page that an operator sees', async ({ expect }) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Alma Alert'), typist('brisk', 32));
  await owner.becomeReady();
  const stranger = new RemoteCustomer(shared.bank.origin, owner.person, typist('steady', 32));
  expect((await stranger.login()).body.status).toBe('step-up');
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const operator = new WebCustomer(page, {
    person: { name: 'Olive Operator', email: 'operator@fernhill.example', password: 'patient harbour signal 58' },
    typist: typist('brisk', 32),
    card: shared.bank.seededCards().operator,
  });
  await operator.signIn();
  await operator.sees('Live sessions');
  await operator.goInConsole('Alerts');
  await page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'Alma Alert' }).waitFor();
  expect(await inspectClosely(page, 'operator-alerts')).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('can be used with the keyboard alone', async ({ expect }) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Kay Keyboard'), typist('brisk', 33));
  await owner.becomeReady();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const customer = new WebCustomer(page, owner);
  const enter = () => page.keyboard.press('Enter');

  await page.goto('/');
  await customer.sees('Banking that recognises you');
  await tabTo(page, 'Skip to main content');
  await enter();
  await tabTo(page, 'Open an account');
  await tabTo(page, 'Sign in');
  await enter();
  await customer.sees('Sign in');
  await tabTo(page, 'E-mail address');
  await page.keyboard.type(owner.person.email);
  await tabTo(page, 'Password');
  await typist('steady', 33).type(page, owner.person.password);
  await enter();
  await customer.sees('Please confirm with your card');
  // The first cell has the focus already, and the cursor moves on by itself.
  await page.keyboard.type(customer.code(await customer.coordinates()));
  await enter();
  await customer.sees('Your accounts');

  await tabTo(page, 'Make a transfer');
  await enter();
  await customer.sees('Make a transfer');
  await page.getByLabel('Payee account number').waitFor();
  await tabTo(page, 'Payee account number');
  await page.keyboard.type(shared.payee);
  await tabTo(page, 'Amount in euro');
  await page.keyboard.type('501');
  await enter();
  await customer.sees('Check your transfer');
  await tabTo(page, 'Pay €501.00');
  await enter();
  await page.getByRole('dialog', { name: 'Confirm this transfer' }).waitFor();
  const coordinates = await customer.coordinates();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // The focus is back where it was.
  await enter();
  expect(await customer.coordinates()).toEqual(coordinates);
  await page.keyboard.type(customer.code(coordinates));
  await enter();
  await customer.sees('Transfer made');
  await tabTo(page, 'Back to accounts');
  await enter();
  await customer.sees('Your accounts');

  await page.keyboard.press('Shift+Tab');
  await tabTo(page, 'See all transactions');
  await enter();
  await customer.sees('Transactions');
  await page.getByRole('table').waitFor();
  await tabTo(page, 'Download statement (CSV)');
  const download = page.waitForEvent('download');
  await enter();
  await (await download).cancel();
  await page.goto('/security');
  await page.getByRole('heading', { name: 'My data' }).waitFor();
  await tabTo(page, 'Sign out');
  await tabTo(page, 'Change my password');
  await tabTo(page, /^This was not me/);
  await tabTo(page, 'These were all me');
  await tabTo(page, 'Erase my account');
  await enter();
  await page.getByRole('dialog', { name: 'Erase your account?' }).waitFor();
  await tabTo(page, 'Keep my account');
  await enter();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo(page, 'Auto');
  for (let choice = 0; choice < 2; choice += 1) await page.keyboard.press('ArrowRight');
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  expect(problems).toEqual([]);
  await context.close();
});
