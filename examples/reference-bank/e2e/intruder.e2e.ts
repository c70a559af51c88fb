import { it } from 'vitest';
import { Applicant } from './support/applicant';
import { allRefused, bankingAnswers } from './support/banking-calls';
import { openVisitor } from './support/browser';
import { codeOf, wrongCodeOf } from './support/card';
import { HttpClient } from './support/http-client';
import { PATIENCE_MS } from './support/patience';
import { person, typist } from './support/people';
import { lastPosted, postedBodies } from './support/probes';
import { RemoteCustomer } from './support/remote-customer';
import { sharedBank } from './support/shared-bank';
import { WebCustomer } from './support/web-customer';

const shared = sharedBank({ policy: { typing: { readyAt: 6, codeEveryNth: 1_000_000 }, throttle: { failures: 100, cap: 1_000 } } });

const subjects = async (owner: RemoteCustomer) => (await owner.mails()).map(({ subject }) => subject);

it.concurrent('gives another typist with the right password a restricted session, which only the card opens', async ({ expect }) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Olga Owner'), typist('steady', 4));
  await owner.becomeReady();
  const account = { id: (await owner.account()).id, payee: shared.payee };
  // What follows is asked of the owner's own session first: the routes and the order are right.
  expect(Object.values(await bankingAnswers(owner.client, account)).filter((answer) => !/^20[01] OK$/.test(answer))).toEqual([]);
  const before = await subjects(owner);

  const { context, page, problems } = await openVisitor(shared.browser, shared.bank.origin);
  const posted = postedBodies(context);
  const intruder = new WebCustomer(page, { person: owner.person, typist: typist('brisk', 4), card: owner.card });
  expect(await intruder.enterPassword()).toBe('step-up');
  await intruder.sees('Please confirm with your card');
  expect(await page.getByRole('main').textContent()).not.toMatch(/typing|typed|rhythm|recogni/i);
  const restricted = await intruder.cookies();
  const refused = allRefused('403 ERR_SESSION_SCOPE');
  expect(await bankingAnswers(new HttpClient(shared.bank.origin, restricted), account)).toEqual(refused);
  await page.goto('/accounts');
  await page.waitForURL(/\/step-up$/);
  await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toEqual(['A sign-in that did not look like you', ...before]);

  const coordinates = await intruder.coordinates();
  await page.reload();
  expect(await intruder.coordinates()).toEqual(coordinates);
  const card = intruder.card;
  if (!card) throw new Error('there is no card');
  await intruder.answerCard(wrongCodeOf(card, coordinates));
  await page.getByRole('alert').getByText('That code is not right. Please check it and try again. 4 tries are left.').waitFor();
  expect(await intruder.coordinates()).toEqual(coordinates);
  expect(await bankingAnswers(new HttpClient(shared.bank.origin, restricted), account)).toEqual(refused);

  const used = lastPosted<{ challenge: string }>(posted, '/auth/step-up');
  const again = await new HttpClient(shared.bank.origin, restricted).post('/auth/step-up', {
    challenge: used.challenge,
    code: codeOf(card, coordinates),
  });
  expect([again.status, again.body.error?.code]).toEqual([409, 'ERR_CHALLENGE_USED']);
  expect(await bankingAnswers(new HttpClient(shared.bank.origin, restricted), account)).toEqual(refused);

  await intruder.answerCard();
  await intruder.sees('Your accounts');
  const opened = await intruder.cookies();
  expect(
    Object.values(await bankingAnswers(new HttpClient(shared.bank.origin, opened), account)).map((answer) => answer.slice(0, 2)),
  ).toEqual(Array.from({ length: 5 }, () => '20'));
  const dead = new HttpClient(shared.bank.origin, restricted);
  expect(await bankingAnswers(dead, account)).toEqual(allRefused('401 ERR_SESSION_NONE'));
  expect((await dead.post('/auth/step-up/start', {})).status).toBe(401);
  expect((await dead.post('/auth/refresh', {})).status).toBe(401);
  expect(problems).toEqual([]);
  await context.close();
});

it.concurrent('blocks the card after five wrong codes in a row, until the operator re-issues it and its owner collects the new one', async ({
  expect,
}) => {
  const owner = new RemoteCustomer(shared.bank.origin, person('Berta Blocked'), typist('brisk', 5));
  await owner.becomeReady();
  const oldCard = owner.card;
  if (!oldCard) throw new Error('there is no card');
  const thief = await openVisitor(shared.browser, shared.bank.origin);
  const intruder = new WebCustomer(thief.page, { person: owner.person, typist: typist('steady', 5), card: oldCard });
  expect(await intruder.enterPassword()).toBe('step-up');
  for (const left of [4, 3, 2, 1]) {
    await intruder.answerCard(wrongCodeOf(oldCard, await intruder.coordinates()));
    await thief.page
      .getByRole('alert')
      .getByText(left === 1 ? '1 try is left.' : `${left} tries are left.`)
      .waitFor();
  }
  await intruder.answerCard(wrongCodeOf(oldCard, await intruder.coordinates()));
  await thief.page.getByRole('alert').getByText('Your matrix card is blocked.').waitFor();
  await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toContain('Wrong matrix codes after your password');
  await thief.page.reload();
  await intruder.sees('Your card is blocked');
  const question = await new HttpClient(shared.bank.origin, await intruder.cookies()).post('/auth/step-up/start', {});
  expect([question.status, question.body.error?.code]).toEqual([403, 'ERR_SESSION_SCOPE']);
  expect(thief.problems).toEqual([]);
  await thief.context.close();

  const desk = await openVisitor(shared.browser, shared.bank.origin);
  const operator = new WebCustomer(desk.page, {
    person: { name: 'Olive Operator', email: 'operator@fernhill.example', password: 'patient harbour signal 58' },
    typist: typist('brisk', 6),
    card: shared.bank.seededCards().operator,
  });
  expect(await operator.signIn()).toBe('card');
  await operator.sees('Live sessions');
  await operator.goInConsole('Alerts');
  const alert = desk.page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'Berta Blocked' });
  const suspended = alert.filter({ hasText: 'Card blocked after wrong codes' });
  await suspended.getByRole('button', { name: /^Acknowledge/ }).click();
  await suspended.getByText('Acknowledged').waitFor();
  await operator.goInConsole('Customers');
  await desk.page.getByLabel('Customer e-mail').fill(owner.person.email);
  await desk.page.getByRole('button', { name: 'Re-issue card' }).click();
  await desk.page.getByText(`A code to collect the new card is on its way to ${owner.person.email}.`).waitFor();
  expect(desk.problems).toEqual([]);
  await desk.context.close();

  const home = await openVisitor(shared.browser, shared.bank.origin);
  const customer = new Applicant(home.page, owner);
  const mails = (await owner.mails()).length;
  await expect.poll(() => subjects(owner), { timeout: PATIENCE_MS }).toContain('Your new matrix card is ready');
  await home.page.goto('/collect-card');
  await home.page.getByLabel('E-mail address').fill(owner.person.email);
  await customer.passwordField.fill(owner.person.password);
  await home.page.getByLabel('Code from the e-mail').fill(await customer.mailedCode(mails));
  await home.page.getByRole('button', { name: 'Show my new card' }).click();
  const newCard = await customer.readCard();
  expect(newCard).not.toEqual(oldCard);
  await customer.answerCard();
  await customer.sees('Your card is active');

  // The owner's own hand needs no card; the new one answers, and the old one does not.
  expect(await customer.signIn()).toBe('password');
  await customer.go('Security');
  await home.page.getByRole('button', { name: 'These were all me' }).click();
  await home.page.getByRole('dialog', { name: 'Confirm your sign-ins' }).waitFor();
  await customer.answerCard(codeOf(oldCard, await customer.coordinates()));
  await home.page.getByRole('alert').getByText('4 tries are left.').waitFor();
  await customer.answerCard();
  await home.page.getByText('confirmed by you').first().waitFor();
  expect(home.problems).toEqual([]);
  await home.context.close();
});
