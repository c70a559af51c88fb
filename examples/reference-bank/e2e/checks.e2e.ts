import type { Page } from 'playwright';
import { it } from 'vitest';
import { Applicant } from './support/applicant';
import { openVisitor } from './support/browser';
import { evidenceOf, sessionListeners, watchListeners } from './support/evidence-probes';
import { inspectClosely } from './support/inspect';
import { PATIENCE_MS } from './support/patience';
import { person, stranger, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { sharedBank } from './support/shared-bank';
import { WATCHED_POLICY, WatchedCustomer } from './support/watched-customer';
import { WebCustomer } from './support/web-customer';

/** Longer than a page waits before it sends what it has. */
const TWO_ROUNDS_MS = 5_000;

const shared = sharedBank({ policy: WATCHED_POLICY });

const status = (page: Page, label: string) => page.getByRole('button', { name: `${label}: what is measured` });

async function fillTransfer(page: Page, amount: string): Promise<void> {
  await page.goto('/transfer');
  await page.getByLabel('Payee account number').fill(shared.payee);
  await page.getByLabel('Amount in euro').fill(amount);
}

it.concurrent('measures nothing before consent, and then only in the fields that take part, in front', async ({ expect }) => {
  const remote = new RemoteCustomer(shared.bank.origin, person('Clara Consent'), typist('brisk', 81));
  await remote.register();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  await watchListeners(context);
  const evidence = evidenceOf(page);
  const customer = new WebCustomer(page, remote);
  await customer.signIn();
  await customer.go('Transfer');
  await page.getByLabel('Reference (optional)').focus();
  await customer.typist.type(page, 'rent for the small garden house by the river');
  await page.mouse.move(200, 300, { steps: 20 });
  await page.waitForTimeout(TWO_ROUNDS_MS);
  expect(evidence.sent()).toEqual([]);
  expect(await sessionListeners(page)).toEqual([]);

  await customer.go('Security');
  const section = page.getByRole('region', { name: 'Checks while you are signed in' });
  await section.getByText('Nothing is measured while you are signed in.').waitFor();
  await section.getByRole('button', { name: 'Turn on checks' }).click();
  await page.getByRole('dialog', { name: 'Turn on checks in the session' }).waitFor();
  await customer.answerCard();
  await section.getByRole('button', { name: 'Turn off checks' }).waitFor();
  await status(page, 'Still learning').waitFor();
  // On a phone the word of the checks, the bank's name and the way out are in one row.
  await page.setViewportSize({ width: 390, height: 844 });
  const tops = [status(page, 'Still learning'), page.getByRole('link', { name: 'Fernhill Bank' })].map(
    async (part) => (await part.boundingBox())?.y,
  );
  const [word = 0, brand = Number.NaN] = await Promise.all(tops);
  expect(Math.abs(word - brand)).toBeLessThan(20);
  await section.getByText('What is measured, and what happens to it').click();
  expect(await inspectClosely(page, 'security-checks')).toEqual([]);
  await status(page, 'Still learning').click();
  await page.getByRole('dialog', { name: 'What is measured' }).waitFor();
  expect(await inspectClosely(page, 'checks-measured')).toEqual([]);
  await page.getByRole('button', { name: 'Close' }).click();

  await customer.go('Transfer');
  const before = evidence.typing().length;
  // Digits of an account and an amount are none of it.
  await page.getByLabel('Payee account number').pressSequentially(shared.payee, { delay: 30 });
  await page.getByLabel('Amount in euro').pressSequentially('123456789012345678901234', { delay: 30 });
  await page.waitForTimeout(TWO_ROUNDS_MS);
  expect(evidence.typing().slice(before)).toEqual([]);
  await page.getByLabel('Reference (optional)').focus();
  await customer.typist.type(page, 'rent for the small garden house by the river and the water too');
  await expect.poll(() => evidence.typing().length, { timeout: PATIENCE_MS }).toBeGreaterThan(before);
  await page.mouse.move(200, 300, { steps: 20 });
  await page.mouse.move(600, 200, { steps: 20 });
  await expect.poll(() => evidence.pointer().length, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
  expect(await sessionListeners(page)).not.toEqual([]);

  // A tab behind another one measures nothing.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
    Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  // What was measured before is sent first, however long a busy machine takes over it.
  const sent = () => evidence.typing().length + evidence.pointer().length;
  let shown: number;
  do {
    shown = sent();
    await page.waitForTimeout(TWO_ROUNDS_MS);
  } while (sent() > shown);
  await customer.typist.type(page, 'what is written here is for nobody but the page that is hidden');
  await page.mouse.move(100, 100, { steps: 20 });
  await page.waitForTimeout(TWO_ROUNDS_MS);
  expect(sent()).toBe(shown);

  await page.goto('/security');
  await section.getByRole('button', { name: 'Turn off checks' }).click();
  await customer.answerCard();
  await section.getByText('Nothing is measured while you are signed in.').waitFor();
  await expect.poll(() => sessionListeners(page), { timeout: PATIENCE_MS }).toEqual([]);
  await status(page, 'Still learning').waitFor({ state: 'detached' });
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('asks at the registration as a choice of its own', async ({ expect }) => {
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const applicant = new Applicant(page, { person: person('Rosa Register'), typist: typist('brisk', 82) });
  await applicant.open();
  expect(await page.getByRole('radio', { name: 'Check that it is still me' }).count()).toBe(0);
  await page.getByRole('radio', { name: /^Use typing/ }).check();
  expect(await page.getByRole('radio', { name: 'Not while I am signed in' }).isChecked()).toBe(true);
  await page.getByRole('radio', { name: 'Check that it is still me' }).check();
  await page.getByText('What is measured while you are signed in').click();
  expect(await inspectClosely(page, 'register-checks')).toEqual([]);
  const asked = page.waitForRequest('**/auth/register/start');
  await page.getByRole('checkbox', { name: /^I accept the terms/ }).check();
  await applicant.proceed();
  expect((await asked).postDataJSON()).toMatchObject({ consent: { biometrics: 'granted', face: 'declined', session: 'granted' } });
  await page.getByRole('button', { name: 'Back' }).click();
  expect(await page.getByRole('radio', { name: 'Check that it is still me' }).isChecked()).toBe(true);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('asks a doubted customer for his card, also for the smallest transfer, and locks whoever goes on', async ({ expect }) => {
  const remote = new WatchedCustomer(shared.bank.origin, person('Mia Medium'), typist('brisk', 3));
  await remote.becomeKnown();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  await remote.sitDown(context);
  const customer = new WebCustomer(page, remote);
  await page.goto('/accounts');
  await customer.sees('Your accounts');
  const other = stranger();
  await remote.typeUntil('confirm', other);
  await page.getByText('Please show that it is you', { exact: true }).waitFor();
  await status(page, 'Please confirm').waitFor();
  expect(await inspectClosely(page, 'checks-confirm')).toEqual([]);
  expect(await page.locator('body').textContent()).not.toMatch(/risk|confidence|score|threshold/i);

  // A text, in somebody else's hand: it may not settle it, and the card does.
  await page.getByRole('button', { name: 'Type a short text' }).click();
  const text = page.getByRole('dialog', { name: 'Type this text' });
  await text.waitFor();
  await text.getByText('words a minute').waitFor();
  expect(await inspectClosely(page, 'checks-text')).toEqual([]);
  await text.getByRole('button', { name: 'Use my card instead' }).click();
  await page.getByRole('dialog', { name: 'Confirm with your card' }).waitFor();
  expect(await inspectClosely(page, 'checks-card')).toEqual([]);
  await page.keyboard.press('Escape');

  await fillTransfer(page, '1');
  await page.getByRole('button', { name: 'Continue' }).click();
  await customer.sees('Check your transfer');
  await page.getByRole('button', { name: 'Pay €1.00' }).click();
  await page.getByRole('dialog', { name: 'Confirm this transfer' }).waitFor();
  await page.keyboard.press('Escape');
  const { id } = await remote.account();
  const order = { from: id, to: shared.payee, amount: 100, reference: '' };
  const refused = await remote.client.post('/api/transfers', order, { 'idempotency-key': 'a-transfer-without-code' });
  expect([refused.status, refused.body.error?.code]).toEqual([403, 'ERR_CONFIRMATION_NEEDED']);

  await remote.typeUntil('locked', other);
  const lock = page.getByRole('dialog', { name: 'Your session is locked' });
  await lock.waitFor();
  await lock.getByText('did not look like you').waitFor();
  await lock.getByText('Was it not you?').waitFor();
  expect(await page.getByRole('main').isVisible()).toBe(false);
  expect(await inspectClosely(page, 'checks-locked')).toEqual([]);
  const locked = await remote.client.post('/api/transfers', order, { 'idempotency-key': 'a-transfer-in-a-lock' });
  expect(locked.status).toBe(423);

  await lock.getByLabel('Password', { exact: true }).focus();
  await customer.typist.type(page, remote.person.password);
  await page.keyboard.press('Enter');
  await customer.answerCard();
  await lock.waitFor({ state: 'detached' });
  await customer.sees('Check your transfer');
  await page.getByText('Please show that it is you', { exact: true }).waitFor({ state: 'detached' });
  await customer.go('Security');
  await page.getByRole('list', { name: 'Sessions that were checked' }).getByText('Locked').first().waitFor();
  expect(await inspectClosely(page, 'security-checked-sessions')).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('lets a doubted customer go on after his card, without a word in between', async ({ expect }) => {
  const remote = new WatchedCustomer(shared.bank.origin, person('Cleo Card'), typist('brisk', 4));
  await remote.becomeKnown();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  await remote.sitDown(context);
  const customer = new WebCustomer(page, remote);
  await page.goto('/accounts');
  await customer.sees('Your accounts');
  await remote.typeUntil('confirm', stranger(1));
  await page.getByRole('button', { name: 'Use my card' }).click();
  await customer.answerCard();
  await page.getByText('Thank you. Everything works as before.').waitFor();
  await fillTransfer(page, '2');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Pay €2.00' }).click();
  await customer.sees('Transfer made');
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('tells whoever was at a session that the bank ended it', async ({ expect }) => {
  const remote = new WatchedCustomer(shared.bank.origin, person('Ella Ended'), typist('brisk', 84));
  await remote.register();
  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  await remote.sitDown(context);
  await page.goto('/accounts');
  await status(page, 'Still learning').waitFor();
  await context.setOffline(true);
  await status(page, 'Checks paused: no connection').click();
  await page.getByRole('dialog', { name: 'What is measured' }).getByText('We can not be reached at the moment.').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('status').filter({ hasText: 'Checks paused: no connection' }).waitFor({ state: 'attached' });
  expect(await inspectClosely(page, 'checks-paused')).toEqual([]);
  await context.setOffline(false);
  await status(page, 'Still learning').waitFor();
  // What the browser says of requests without a network is no problem of the page.
  expect(problems.splice(0).filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
  const desk = new RemoteCustomer(
    shared.bank.origin,
    { name: 'Olive Operator', email: 'operator@fernhill.example', password: 'patient harbour signal 58' },
    typist('brisk', 85),
  );
  desk.card = shared.bank.seededCards().operator;
  await desk.signIn();
  const { sessions } = (await desk.client.get('/auth/operators/live')).body as unknown as { sessions: Array<{ id: string; name: string }> };
  const found = sessions.find(({ name }) => name === 'Ella Ended');
  await desk.client.post('/auth/operators/terminate', { id: found?.id });
  await page.waitForURL(/\/sign-in$/);
  await page.getByText('We ended your session to keep your accounts safe.').waitFor();
  expect(await inspectClosely(page, 'sign-in-ended')).toEqual([]);
  expect(problems).toEqual([]);
  await context.close();
});
