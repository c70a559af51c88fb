import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { allRefused, bankingAnswers } from './support/banking-calls';
import { openVisitor } from './support/browser';
import { HttpClient } from './support/http-client';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { RemoteCustomer } from './support/remote-customer';
import { sharedBank } from './support/shared-bank';
import { WebCustomer } from './support/web-customer';

const SOAK = process.env.TACIT_SOAK === '1';
/** Two minutes is what a bank runs with; the short form locks after 12 s. */
const IDLE_MS = SOAK ? 120_000 : 12_000;
const LOCKED_MS = IDLE_MS + PATIENCE_MS;

const shared = sharedBank({
  policy: {
    typing: { readyAt: 8, codeEveryNth: 1_000_000 },
    throttle: { failures: 100, cap: 1_000 },
    ...(SOAK ? {} : { session: { idleMs: IDLE_MS, warnMs: 9_000 } }),
  },
});

const LOCKED = allRefused('423 ERR_SESSION_LOCKED');
const warning = (page: Page) => page.getByRole('dialog', { name: 'Are you still there?' });
const lock = (page: Page) => page.getByRole('dialog', { name: 'Your session is locked' });
const subjects = async (owner: RemoteCustomer) => (await owner.mails()).map(({ subject }) => subject);

async function signedIn(name: string, { isReady = true, seed = 0 } = {}) {
  const owner = new RemoteCustomer(shared.bank.origin, person(name), typist('brisk', 20 + seed));
  if (isReady) await owner.becomeReady();
  else await owner.register();
  const account = { id: (await owner.account()).id, payee: shared.payee };
  const visitor = await openVisitor(shared.browser, shared.bank.origin);
  const customer = new WebCustomer(visitor.page, owner);
  expect(await customer.signIn()).toBe(isReady ? 'password' : 'card');
  return { ...visitor, owner, customer, account };
}

/** Locks the session from outside, so that a test need not wait for it; the page finds out when it is loaded again. */
async function lockNow(customer: WebCustomer): Promise<void> {
  const answer = await new HttpClient(shared.bank.origin, await customer.cookies()).post('/auth/lock', {});
  expect(answer.body.state).toBe('locked');
  await customer.page.reload();
  await lock(customer.page).waitFor();
}

/** Types a password into the lock and submits it. */
async function unlock({ page, typist, person }: WebCustomer, { password = person.password, hand = typist } = {}): Promise<void> {
  await lock(page).getByLabel('Password', { exact: true }).focus();
  await hand.type(page, password);
  await page.keyboard.press('Enter');
}

/**
 * Opens the lock by the password in its owner's rhythm alone. Strict typing misses many an honest entry, and asks for the card then: it is answered, and he types
 * again at a lock of its own, as often as three times in all.
 */
async function unlockByTyping(customer: WebCustomer): Promise<void> {
  const { page } = customer;
  for (let entry = 1; ; entry += 1) {
    await unlock(customer);
    const card = lock(page).getByText('Please confirm with your card to go on where you were.');
    // Whichever comes first; the other one is waited for in vain, which is no failure.
    const asked = await Promise.any([
      card.waitFor().then(() => true),
      lock(page)
        .waitFor({ state: 'hidden' })
        .then(() => false),
    ]);
    if (!asked) return;
    await customer.answerCard();
    await lock(page).waitFor({ state: 'hidden' });
    if (entry === 3) throw new Error('typing alone did not open the lock in three entries');
    await lockNow(customer);
  }
}

it.concurrent('warns, then locks and hides every tab, and is opened again by the password in its owner’s rhythm', async ({ expect }) => {
  // A browser that is switched off never locks anything: the server does it by its own clock. First, because the other's idle time runs from his sign-in on.
  const silent = await signedIn('Silvia Silent', { seed: 2 });
  const silentClient = new HttpClient(shared.bank.origin, await silent.customer.cookies());
  await silent.context.close();
  const serverLocks = expect
    .poll(async () => (await silentClient.get('/api/accounts')).status, { timeout: LOCKED_MS, interval: 250 })
    .toBe(423)
    .then(async () => expect(await bankingAnswers(silentClient, silent.account)).toEqual(LOCKED));
  const { context, page, problems, customer, account } = await signedIn('Walter Away', { seed: 1 });

  const tab = await context.newPage();
  await tab.goto('/transfer');
  await tab.getByLabel('Amount in euro').focus();
  await customer.typist.type(tab, '12.34');
  // On a machine that stands still for longer than the warning lasts, the answer comes too late, as a person's would: then it is all once more.
  for (let stayed = false; !stayed; ) {
    await Promise.all([page, tab].map((each) => warning(each).or(lock(each)).first().waitFor({ timeout: LOCKED_MS })));
    const stay = warning(page).getByRole('button', { name: 'Stay signed in' });
    stayed = await stay.click({ timeout: IDLE_MS }).then(
      () => lock(page).isHidden(),
      () => false,
    );
    if (!stayed) {
      await lock(page).waitFor();
      await unlockByTyping(customer);
      await lock(tab).waitFor({ state: 'hidden' });
    }
  }
  await Promise.all([page, tab].map((each) => warning(each).waitFor({ state: 'hidden' })));

  const before = new HttpClient(shared.bank.origin, await customer.cookies());
  await Promise.all([page, tab].map((each) => lock(each).waitFor({ timeout: LOCKED_MS })));
  for (const each of [page, tab]) {
    expect(await each.getByRole('main').isVisible()).toBe(false);
    expect(await each.getByText('€5,000.00').filter({ visible: true }).count()).toBe(0);
    await each.keyboard.press('Escape');
    await each.keyboard.press('Escape');
    // A browser may close a dialog at the second Escape; this one stands up again, over a page that stays hidden.
    expect(await each.getByRole('main').isVisible()).toBe(false);
    await lock(each).waitFor();
  }
  await expect.poll(async () => (await before.get('/auth/session')).body.state, { timeout: LOCKED_MS }).toBe('locked');
  expect(await bankingAnswers(before, account)).toEqual(LOCKED);
  const late = await context.newPage();
  await late.goto('/accounts');
  await lock(late).waitFor();
  expect(await late.content()).not.toContain('5,000');
  await serverLocks;

  await unlockByTyping(customer);
  await Promise.all([page, tab, late].map((each) => lock(each).waitFor({ state: 'hidden' })));
  await customer.sees('Your accounts');
  await late.getByText('€5,000.00').first().waitFor();
  expect(await tab.getByLabel('Amount in euro').inputValue()).toBe('12.34');
  // The session that was locked is over; what it was opened by is another one.
  expect(await bankingAnswers(before, account)).toEqual(allRefused('401 ERR_SESSION_NONE'));
  expect(problems).toEqual([]);
  await context.close();
}, 420_000);

it.concurrent('asks another typist for the card, and does so while the template is young', async ({ expect }) => {
  const { context, page, problems, owner, customer, account } = await signedIn('Mona Match', { seed: 3 });
  const stranger = typist('steady', 24);
  await lockNow(customer);
  await unlock(customer, { hand: stranger });
  await lock(page).getByText('Please confirm with your card to go on where you were.').waitFor();
  expect(await bankingAnswers(new HttpClient(shared.bank.origin, await customer.cookies()), account)).toEqual(LOCKED);
  await customer.answerCard();
  await lock(page).waitFor({ state: 'hidden' });
  await customer.sees('Your accounts');
  await lockNow(customer);
  await unlock(customer, { hand: stranger });
  await customer.coordinates();
  await lock(page).getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in$/);
  // Strict typing misses many an entry of the owner: nobody is told while the card answers, and the owner is where it does not.
  await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toEqual(['A sign-in was not completed', 'Your confirmation code']);
  expect(problems).toEqual([]);
  await context.close();

  const young = await signedIn('Yara Young', { isReady: false, seed: 4 });
  await lockNow(young.customer);
  await unlock(young.customer);
  await young.customer.answerCard();
  await lock(young.page).waitFor({ state: 'hidden' });
  expect(await subjects(young.owner)).toEqual(['Your confirmation code']);
  expect(young.problems).toEqual([]);
  await young.context.close();
});

it.concurrent('ends a locked session after three failures', async ({ expect }) => {
  const { context, page, problems, customer, account } = await signedIn('Fred Failing', { seed: 5 });
  await lockNow(customer);
  for (const left of ['2 tries are left.', '1 try is left.']) {
    await unlock(customer, { password: 'not the password' });
    await lock(page).getByText(`The password is not right. ${left}`).waitFor();
  }
  const cookies = await customer.cookies();
  await unlock(customer, { password: 'not the password' });
  await page.waitForURL(/\/sign-in$/);
  await page.getByText('We ended your session to keep your accounts safe. Please sign in again.').waitFor();
  expect(await bankingAnswers(new HttpClient(shared.bank.origin, cookies), account)).toEqual(allRefused('401 ERR_SESSION_NONE'));
  expect(await customer.signIn()).toBe('password');
  expect(problems).toEqual([]);
  await context.close();
});
