import { describe, expect, it } from 'vitest';
import { answerOf, type Customer, login, openBank, PASSWORD, registerCustomer, stepUp, wrongAnswer } from '../testing-flows';
import { createTypist } from '../testing-typists';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const NEXT = 'velvet-harbour-58';
const typing = createTypist(30, { keys: NEXT.length });

async function begin(biometrics: 'granted' | 'declined' = 'granted') {
  const bank = await openBank({ policy: READY });
  const ada = await registerCustomer(bank, { biometrics });
  return { bank, ada };
}

async function change(ada: Customer, changes: Record<string, unknown> = {}) {
  const { challenge, coordinates, passwordEntries } = (await ada.browser.post('/password/start')).body as {
    challenge: string;
    coordinates: string[];
    passwordEntries: number;
  };
  const entries = Array.from({ length: passwordEntries }, () => typing.sample());
  const code = answerOf(ada.card, coordinates);
  return ada.browser.post('/password', { challenge, current: PASSWORD, password: NEXT, entries, code, ...changes });
}

describe('change of password', () => {
  it('puts the new password and its own template in force, ends all other sessions, and tells the owner', async () => {
    const { bank, ada } = await begin();
    const other = { ...ada, browser: bank.browser() };
    await login(other);
    const before = ada.browser.copy();
    await bank.newMailsFor(ada.email);
    expect(await change(ada)).toMatchObject({ status: 200, body: { status: 'signed-in' } });
    expect((await ada.browser.get('/security')).body).toMatchObject({ typing: { learned: 5 }, sessions: [{ current: true }] });
    for (const browser of [other.browser, before]) {
      expect((await browser.get('/security')).status).toBe(401);
    }
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your password was changed']);
    expect((await login(ada)).body).toMatchObject({ error: { code: 'ERR_CREDENTIALS' } });
    const later = { ...ada, password: NEXT, typist: typing };
    expect((await login(later)).body).toMatchObject({ status: 'signed-in' });
    // The rhythm of the old password says nothing any more.
    expect((await login(later, { typing: createTypist(1, { keys: NEXT.length }).sample() })).body).toMatchObject({ status: 'step-up' });
  });

  it('wants the current password and a right code, and changes nothing without', async () => {
    const { ada } = await begin();
    expect(await change(ada, { current: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: { code: 'ERR_CREDENTIALS', field: 'current' } },
    });
    const { coordinates } = (await ada.browser.post('/password/start')).body as { coordinates: string[] };
    expect((await change(ada, { code: wrongAnswer(answerOf(ada.card, coordinates)) })).body).toMatchObject({
      error: { code: 'ERR_CODE_WRONG', left: 4 },
    });
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('refuses a weak password, one with the name in it, and poor entries', async () => {
    const { ada } = await begin();
    expect((await change(ada, { password: 'password123456' })).body).toMatchObject({ error: { code: 'ERR_PASSWORD_WEAK' } });
    expect((await change(ada, { password: 'ada@mail.test-9!' })).body).toMatchObject({ error: { code: 'ERR_PASSWORD_WEAK' } });
    expect((await change(ada, { entries: [] })).body).toMatchObject({ error: { code: 'ERR_FIELD_INVALID', field: 'entries' } });
    const pasted = Array.from({ length: 5 }, () => ({ ...typing.sample(), flags: { pasted: true } }));
    expect((await change(ada, { entries: pasted })).body).toMatchObject({ error: { code: 'ERR_ENROLMENT_QUALITY', field: 'entries[0]' } });
  });

  it('takes no entries of a customer without biometrics', async () => {
    const { ada } = await begin('declined');
    expect((await change(ada, { entries: [typing.sample()] })).body).toMatchObject({ error: { code: 'ERR_BIOMETRICS_DECLINED' } });
    expect((await change(ada)).body).toMatchObject({ status: 'signed-in' });
    const asked = await login({ ...ada, password: NEXT }, { typing: null });
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
  });

  it('blocks guessing of the current password in a live session', async () => {
    const { ada } = await begin();
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await change(ada, { current: `wrong ${i}` })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('is possible again after too many wrong guesses once the owner has given the code at a sign-in', async () => {
    const bank = await openBank({ policy: { ...READY, throttle: { failures: 2, cap: 3, blockMs: 1_000 } } });
    const ada = await registerCustomer(bank);
    for (let i = 0; i < 3; i++) {
      await change(ada, { current: 'wrong' });
      bank.advance(1_001);
    }
    bank.advance(86_400_000);
    await login(ada);
    expect((await change(ada)).status).toBe(429);
    await stepUp(ada, await login(ada, { typing: null }));
    expect((await change(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('repeats its outcome when the reply was lost with the old session', async () => {
    const { ada } = await begin();
    const lost = ada.browser.copy();
    const start = (await lost.post('/password/start')).body as { challenge: string; coordinates: string[] };
    const entries = Array.from({ length: 5 }, () => typing.sample());
    const body = { challenge: start.challenge, current: PASSWORD, password: NEXT, entries, code: answerOf(ada.card, start.coordinates) };
    const first = await ada.browser.post('/password', body, { 'idempotency-key': 'once' });
    expect((await lost.post('/password', body, { 'idempotency-key': 'once' })).body).toEqual(first.body);
    expect((await lost.get('/security')).status).toBe(200);
  });
});

describe('enrolment anew', () => {
  it('replaces the template with the right password and code, with or without the texts', async () => {
    const { ada } = await begin();
    const again = createTypist(44, { keys: PASSWORD.length });
    const enrol = async (changes: Record<string, unknown> = {}) => {
      const start = (await ada.browser.post('/enrol/start')).body as { challenge: string; coordinates: string[]; texts: unknown[] };
      expect(start.texts).toHaveLength(3);
      const entries = Array.from({ length: 5 }, () => again.sample());
      const code = answerOf(ada.card, start.coordinates);
      return ada.browser.post('/enrol', { challenge: start.challenge, password: PASSWORD, entries, code, ...changes });
    };
    expect((await enrol({ password: 'wrong' })).body).toMatchObject({ error: { code: 'ERR_CREDENTIALS', field: 'password' } });
    expect((await enrol()).body).toMatchObject({ typing: { learned: 5, state: 'ready' } });
    expect((await login({ ...ada, typist: again })).body).toMatchObject({ status: 'signed-in' });
    expect((await login(ada)).body).toMatchObject({ status: 'step-up' });
  });

  it('is refused without consent', async () => {
    const { ada } = await begin('declined');
    expect(await ada.browser.post('/enrol/start')).toMatchObject({ status: 403, body: { error: { code: 'ERR_CONSENT_MISSING' } } });
  });
});
