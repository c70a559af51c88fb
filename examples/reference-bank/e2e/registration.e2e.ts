import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Applicant } from './support/applicant';
import { Bank } from './support/bank';
import { openBrowser, openVisitor } from './support/browser';
import { wrongCodeOf } from './support/card';
import { HttpClient } from './support/http-client';
import { person, typist } from './support/people';
import { countFieldListeners, failing, keyListeners, postedBodies } from './support/probes';
import type { Person } from './support/remote-customer';

const throttle = { failures: 100, cap: 1_000 };

let browser: Browser;
let bank: Bank;
/** Asks for little, so that a registration can be gone through again and again. */
let shortBank: Bank;
beforeAll(async () => {
  [browser, bank, shortBank] = await Promise.all([
    openBrowser(),
    Bank.start({ policy: { throttle } }),
    Bank.start({ policy: { throttle, registration: { passwordEntries: 3, texts: 0 } } }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([bank?.stop(), shortBank?.stop()]);
});

async function canSignIn(origin: string, { email, password }: Person): Promise<boolean> {
  const client = new HttpClient(origin);
  const { challenge } = (await client.post('/auth/login/start', {})).body;
  const answer = await client.post('/auth/login', { challenge, identifier: email, password, typing: null });
  if (answer.status !== 200) expect([answer.status, answer.body.error?.code]).toEqual([401, 'ERR_CREDENTIALS']);
  return answer.status === 200;
}

async function subjectsOfMail(origin: string, { email }: Person): Promise<string[]> {
  const { mails } = (await new HttpClient(origin).get(`/api/mailbox?email=${encodeURIComponent(email)}`)).body;
  return (mails as Array<{ subject: string }>).map(({ subject }) => subject);
}

it.concurrent('opens an account in one go, with an entry that has to be redone', async ({ expect }) => {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  await countFieldListeners(context);
  const applicant = new Applicant(page, { person: person('Nora Field'), typist: typist('brisk') });

  await page.goto('/');
  await page.getByRole('main').getByRole('link', { name: 'Open an account' }).click();
  await applicant.sees('Open an account');
  await applicant.proceed();
  await page.getByRole('alert').getByText('Choose how you want to sign in.').waitFor();
  await applicant.choose('granted');
  await applicant.giveDetails();

  await applicant.newPassword.fill('password1234');
  await page.getByRole('strong').getByText('please choose another one').waitFor();
  await applicant.proceed();
  await page.getByRole('alert').getByText('This password is too easy to guess.').waitFor();
  await applicant.choosePassword();

  await applicant.sees('Type your password');
  expect(await applicant.enterOnce()).toBe('Good. 4 more to go.');
  expect(await applicant.enterOnce((on, text) => applicant.typist.typeWithCorrection(on, text, 5))).toBe(
    'Type it in one go, without corrections. This entry does not count.',
  );
  expect(await applicant.enterOnce((on, text) => applicant.typist.type(on, `${text}x`))).toMatch(/^That is not the password you chose/);
  for (const left of [3, 2, 1]) expect(await applicant.enterOnce()).toBe(`Good. ${left} more to go.`);
  expect(await applicant.enterOnce()).toBe('That was the last one. Thank you.');
  // The listeners that the test of declined consent finds none of are there.
  expect(await keyListeners(page)).toBeGreaterThan(0);
  await page.keyboard.press('Enter');

  await applicant.sees('Type three short texts');
  for (let text = 0; text < 3; text += 1) await applicant.copyText();
  await applicant.proceed();

  await applicant.readCard();
  await applicant.confirm({ emailCode: await applicant.mailedCode() });
  await applicant.sees('Welcome to Fernhill');
  await page.getByRole('link', { name: 'Go to my accounts' }).click();
  await applicant.sees('Your accounts');
  await page.getByText('Good to see you, Nora Field.').waitFor();
  await page.getByRole('cell', { name: 'Fernhill Bank Welcome' }).waitFor();

  const client = new HttpClient(bank.origin, await applicant.cookies());
  const { typing, biometrics, card } = (await client.get('/auth/security')).body;
  expect(typing).toMatchObject({ state: 'young', learned: 5, readyAt: 20 });
  expect(biometrics).toMatchObject({ state: 'granted', version: '2026-11' });
  expect(card).toMatchObject({ state: 'active', wrongInARow: 0 });
  expect(await subjectsOfMail(bank.origin, applicant.person)).toEqual(['Your confirmation code']);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('leaves nothing behind when a registration fails at any of its steps', async ({ expect }) => {
  const { context, page, problems } = await openVisitor(browser, shortBank.origin);
  const applicant = new Applicant(page, { person: person('Ivo Latch'), typist: typist('brisk', 1) });
  const { origin } = shortBank;
  const says = (text: string | RegExp) => page.getByRole('alert').getByText(text).waitFor();
  /** Does something while requests to a path fail, and waits until the page says so. */
  const whileFailing = async (path: string, how: 'aborted' | 'server-error' | 'answer-lost', act: () => Promise<void>) => {
    const restore = await failing(page, path, how);
    await act();
    await says(how === 'server-error' ? 'The bank has a problem at the moment.' : 'We could not reach the bank.');
    await restore();
  };
  const press = (name: string) => () => page.getByRole('button', { name }).click();
  const nothingIsThere = async (mails: string[]) => {
    expect(await canSignIn(origin, applicant.person)).toBe(false);
    expect(await subjectsOfMail(origin, applicant.person)).toEqual(mails);
  };

  const enter = async () => {
    await applicant.giveDetails();
    await applicant.choosePassword();
    await applicant.sees('Type your password');
    for (let entry = 0; entry < 3; entry += 1) await applicant.enterOnce();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
  };

  await applicant.open();
  await whileFailing('/auth/register/start', 'aborted', () => applicant.choose('granted'));
  await applicant.proceed();
  await enter();

  await whileFailing('/auth/register', 'aborted', () => applicant.proceed());
  await nothingIsThere([]);
  await whileFailing('/auth/register', 'server-error', press('Try again'));
  await nothingIsThere([]);
  // The bank has it, and the page does not know: the same registration is asked for again, and there is one mail.
  await whileFailing('/auth/register', 'answer-lost', press('Try again'));
  await press('Try again')();
  const card = await applicant.readCard();
  const emailCode = await applicant.mailedCode();
  const sent = ['Your confirmation code'];
  await nothingIsThere(sent);

  await applicant.confirm({ emailCode: emailCode === '000000' ? '000001' : '000000' });
  await says('One of the two codes is not right. Please check both. 4 tries are left.');
  await nothingIsThere(sent);
  await applicant.confirm({ emailCode, code: wrongCodeOf(card, await applicant.coordinates()) });
  await says('One of the two codes is not right. Please check both. 3 tries are left.');
  await nothingIsThere(sent);
  await whileFailing('/auth/register/confirm', 'aborted', () => applicant.confirm({ emailCode }));
  await nothingIsThere(sent);
  await whileFailing('/auth/register/confirm', 'server-error', press('Open my account'));
  await nothingIsThere(sent);

  // Left before it was confirmed: the address is free, and the card and the code are worth nothing.
  await applicant.open();
  await nothingIsThere(sent);
  await applicant.choose('granted');
  await enter();
  await applicant.proceed();
  await applicant.readCard();
  const secondCode = await applicant.mailedCode(2);
  await applicant.confirm({ emailCode: secondCode, code: wrongCodeOf(card, await applicant.coordinates()) });
  await says('4 tries are left.');
  await whileFailing('/auth/register/confirm', 'answer-lost', () => applicant.confirm({ emailCode: secondCode }));
  await press('Open my account')();
  await applicant.sees('Welcome to Fernhill');
  expect(await canSignIn(origin, applicant.person)).toBe(true);
  const client = new HttpClient(origin, await applicant.cookies());
  const { accounts } = (await client.get('/api/accounts')).body;
  expect(accounts).toHaveLength(1);
  expect((await client.get('/auth/security')).body.typing).toMatchObject({ state: 'young', learned: 3 });
  expect(await subjectsOfMail(origin, applicant.person)).toEqual([...sent, ...sent]);
  expect(problems.filter((problem) => !/net::ERR_FAILED|status of 500/.test(problem))).toEqual([]);
  await context.close();
});

it.concurrent('measures nothing of a customer who declines, who signs in with password and card', async ({ expect }) => {
  const { context, page, problems } = await openVisitor(browser, bank.origin);
  await countFieldListeners(context);
  const posted = postedBodies(context);
  const applicant = new Applicant(page, { person: person('Petra Still'), typist: typist('brisk', 2) });
  await applicant.open();
  await applicant.choose('declined');
  await applicant.giveDetails();
  await applicant.sees('Choose a password');
  await applicant.newPassword.focus();
  await applicant.typist.type(page, applicant.person.password);
  expect(await keyListeners(page)).toBe(0);
  await applicant.choosePassword('Choose a password', { isRepeated: true });
  await applicant.readCard();
  await applicant.confirm({ emailCode: await applicant.mailedCode() });
  await applicant.sees('Welcome to Fernhill');
  await page.getByText('Nothing about your typing is measured.').waitFor();
  expect(await keyListeners(page)).toBe(0);

  await page.getByRole('link', { name: 'Go to my accounts' }).click();
  await applicant.signOut();
  expect(await applicant.enterPassword()).toBe('step-up');
  expect(await keyListeners(page)).toBe(0);
  await applicant.answerCard();
  await applicant.sees('Your accounts');
  await applicant.go('Security');
  await page.getByRole('heading', { name: 'How you type' }).waitFor();
  expect(await keyListeners(page)).toBe(0);

  const client = new HttpClient(bank.origin, await applicant.cookies());
  const { typing, biometrics, signIns } = (await client.get('/auth/security')).body;
  expect(biometrics).toMatchObject({ state: 'declined' });
  expect(typing).toMatchObject({ state: 'none', learned: 0 });
  expect(signIns).toEqual(
    expect.arrayContaining([expect.objectContaining({ factors: ['password', 'matrix-code'], wordsPerMinute: null })]),
  );
  expect(posted.find(({ path }) => path === '/auth/register')?.body).toMatchObject({ entries: [], texts: [] });
  expect(posted.find(({ path }) => path === '/auth/login')?.body).toMatchObject({ typing: null });
  expect(JSON.stringify(posted)).not.toMatch(/"keys"|"clockStep"/);
  expect(problems).toEqual([]);
  await context.close();
});
