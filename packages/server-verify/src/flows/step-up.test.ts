import { describe, expect, it } from 'vitest';
import type { Answer } from '../testing-browser';
import { alertsOf, answerOf, type Bank, type Customer, login, openBank, registerCustomer, stepUp, wrongAnswer } from '../testing-flows';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;

interface Asked {
  challenge: string;
  coordinates: string[];
}

async function askedFor() {
  const bank = await openBank({ policy: READY });
  const ada = await registerCustomer(bank);
  const asked = await login(ada, { typing: null });
  return { bank, ada, asked };
}

async function signedInElsewhere(bank: Bank, ada: Customer): Promise<Answer> {
  const there = { ...ada, browser: bank.browser() };
  expect((await login(there)).body).toMatchObject({ status: 'signed-in' });
  return there.browser.get('/security');
}

describe('step-up', () => {
  it('asks for the same cells on every reload, and takes one answer per challenge', async () => {
    const { ada, asked } = await askedFor();
    const { coordinates, challenge } = asked.body as unknown as Asked;
    const again = (await ada.browser.post('/step-up/start')).body as unknown as Asked;
    expect(again.coordinates).toEqual(coordinates);
    const code = wrongAnswer(answerOf(ada.card, coordinates));
    expect(await ada.browser.post('/step-up', { challenge, code })).toMatchObject({
      status: 401,
      body: { error: { code: 'ERR_CODE_WRONG', left: 4 } },
    });
    expect((await ada.browser.post('/step-up', { challenge, code: answerOf(ada.card, coordinates) })).body).toMatchObject({
      error: { code: 'ERR_CHALLENGE_USED' },
    });
    expect((await ada.browser.post('/step-up', { challenge: again.challenge, code: answerOf(ada.card, coordinates) })).status).toBe(200);
  });

  it('opens a new full session; the restricted token is dead at once', async () => {
    const { ada, asked } = await askedFor();
    const restricted = ada.browser.copy();
    expect((await restricted.get('/security')).body).toMatchObject({ error: { code: 'ERR_SESSION_SCOPE' } });
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in', session: { state: 'full' } });
    expect((await restricted.get('/session')).body).toEqual({ state: 'none' });
    expect((await restricted.post('/refresh')).status).toBe(401);
    expect((await ada.browser.get('/security')).status).toBe(200);
  });

  it('suspends the card after five wrong codes in a row, ends the attempt and tells the owner once', async () => {
    const { bank, ada } = await askedFor();
    const answers: Answer[] = [];
    for (let i = 0; i < 5; i++) {
      const { challenge, coordinates } = (await ada.browser.post('/step-up/start')).body as unknown as Asked;
      answers.push(await ada.browser.post('/step-up', { challenge, code: wrongAnswer(answerOf(ada.card, coordinates)) }));
    }
    expect(answers.map(({ body }) => body.error?.left)).toEqual([4, 3, 2, 1, undefined]);
    expect(answers[4]).toMatchObject({ status: 409, body: { error: { code: 'ERR_CARD_SUSPENDED' } } });
    expect((await ada.browser.get('/session')).body).toEqual({ state: 'step-up', next: 'card-suspended' });
    bank.advance(301_000);
    expect((await bank.newMailsFor(ada.email)).sort()).toEqual(['Wrong matrix codes after your password', 'Your confirmation code']);
    expect((await login(ada, { typing: null })).body).toEqual({ status: 'step-up', next: 'card-suspended' });
    // Typing alone still carries a login.
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('tells the owner once of a step-up that was abandoned, and learns nothing of it', async () => {
    const { bank, ada } = await askedFor();
    const { typing } = (await signedInElsewhere(bank, ada)).body as unknown as { typing: { learned: number } };
    bank.advance(299_000);
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your confirmation code']);
    bank.advance(2_000);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    expect((await signedInElsewhere(bank, ada)).body).toMatchObject({ typing: { learned: typing.learned } });
  });

  it('is told of also where the session of somebody else, due before it, can not be read: that one goes when it must have expired', async () => {
    const bank = await openBank({ policy: READY });
    const eve = await registerCustomer(bank, { identifier: 'eve', seed: 2 });
    const ada = await registerCustomer(bank);
    await login(eve, { typing: null });
    await login(ada, { typing: null });
    const ctx = verifierContext(bank.verifier);
    const [first, second] = bank.host.registered.map((subject) => ctx.subjectOf(subject));
    const sessions = (subject: string | undefined) => ctx.store.transaction((tx) => tx.list('session', subject!, { limit: 10 }));
    await ctx.store.transaction(async (tx) => {
      for (const record of await tx.list('session', first!, { limit: 10 })) {
        await tx.put({ ...record, body: new Uint8Array(40) });
      }
    });
    bank.advance(bank.verifier.policy.session.stepUpMs + 1_000);
    await bank.flows.runJobs();
    expect((await alertsOf(bank)).map(({ code, subject }) => [code, subject])).toEqual([['step-up-abandoned', second]]);
    expect(bank.events).toContainEqual({ level: 'error', event: 'record-unreadable', kind: 'session', code: 'ERR_RECORD_CORRUPT' });
    expect(bank.events).not.toContainEqual(expect.objectContaining({ event: 'job-failed' }));
    expect(await sessions(first)).not.toEqual([]);
    bank.advance(bank.verifier.policy.session.absoluteMs);
    await bank.flows.runJobs();
    expect(await sessions(first)).toEqual([]);
  });

  it('counts a sign-out in the middle as abandoned', async () => {
    const { bank, ada } = await askedFor();
    expect((await ada.browser.post('/logout')).body).toEqual({ status: 'signed-out' });
    expect(await bank.newMailsFor(ada.email)).toContain('A sign-in was not completed');
    await login(ada);
    expect((await ada.browser.get('/history')).body).toMatchObject({
      signIns: [{}, { outcome: 'abandoned', reason: 'not-completed' }, {}],
    });
  });

  it('expires after five minutes', async () => {
    const { bank, ada } = await askedFor();
    bank.advance(300_000);
    expect((await ada.browser.post('/step-up/start')).status).toBe(401);
  });

  it('confirms an action of a full session, once, for its binding and purpose, within two minutes', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerCustomer(bank);
    const grant = await bank.http.requireSession(ada.browser.request('/x'));
    if (grant instanceof Response) {
      throw new Error('no session');
    }
    const confirm = async (body: { purpose: string; binding?: string }) => {
      const { challenge, coordinates } = (await ada.browser.post('/step-up/start', body)).body as unknown as Asked;
      const answer = await ada.browser.post('/step-up', { challenge, code: answerOf(ada.card, coordinates) });
      expect(answer).toMatchObject({ status: 200, body: { status: 'confirmed' } });
      return (answer.body as unknown as { confirmation: string }).confirmation;
    };
    const take = (confirmation: string, binding = 'digest-1') =>
      bank.flows.takeConfirmation({ session: grant, confirmation, purpose: 'transfer', binding });
    const refusal = { code: 'ERR_CONFIRMATION' };

    const confirmation = await confirm({ purpose: 'transfer', binding: 'digest-1' });
    await expect(take(confirmation, 'digest-2')).rejects.toMatchObject(refusal);
    await take(confirmation);
    await expect(take(confirmation)).rejects.toMatchObject(refusal);
    await expect(take(await confirm({ purpose: 'settings', binding: 'digest-1' }))).rejects.toMatchObject(refusal);
    const late = await confirm({ purpose: 'transfer', binding: 'digest-1' });
    bank.advance(60_000);
    await ada.browser.post('/activity');
    bank.advance(60_000);
    await expect(take(late)).rejects.toMatchObject(refusal);
  });

  it('gives no confirmation that is not bound to a deed', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerCustomer(bank);
    for (const body of [{ purpose: 'transfer' }, { purpose: 'settings' }, { purpose: 'settings', binding: '' }]) {
      expect(await ada.browser.post('/step-up/start', body)).toMatchObject({
        status: 422,
        body: { error: { code: 'ERR_FIELD_INVALID', field: 'binding' } },
      });
    }
    expect((await ada.browser.post('/step-up/start', {})).body).toMatchObject({ error: { code: 'ERR_SESSION_SCOPE' } });
  });
});
