import { describe, expect, it } from 'vitest';
import { memoryStore } from '../memory-store';
import type { Browser } from '../testing-browser';
import { TEST_START } from '../testing-context';
import { answerOf, type Customer, confirmation, login, openBank, PASSWORD, registerCustomer, signIn, wrongAnswer } from '../testing-flows';
import { recordingStore } from '../testing-stores';
import { createTypist } from '../testing-typists';
import type { SecurityView } from './security-view';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const NEXT = 'velvet-harbour-58';
const typist = createTypist(30, { keys: NEXT.length });
const entriesOf = (count: number) => Array.from({ length: count }, () => typist.sample());

interface Asked {
  challenge: string;
  coordinates: string[];
  passwordEntries: number;
}

async function begin(biometrics: 'granted' | 'declined' = 'granted', clock?: () => number) {
  const bank = await openBank({ policy: READY, ...(clock === undefined ? {} : { clock }) });
  const ada = await registerCustomer(bank, { biometrics });
  bank.advance(1_000);
  const browser = bank.browser('192.0.2.200');
  const { reset } = (await browser.post('/reset/start', { identifier: 'Ada' })).body as { reset: string };
  const mail = (await bank.mailsFor(ada.email)).find(({ subject }) => subject === 'Your code to reset the password');
  return { bank, ada, browser, reset, emailCode: mail?.text.match(/\b\d{6}\b/)?.[0] ?? '' };
}

async function finish(ada: Customer, browser: Browser, asked: Asked, changes: Record<string, unknown> = {}) {
  const { challenge, coordinates, passwordEntries } = asked;
  const body = { challenge, password: NEXT, entries: entriesOf(passwordEntries), code: answerOf(ada.card, coordinates), ...changes };
  return browser.post('/reset', body);
}

describe('reset of a password', () => {
  it('takes the code of the mail and of the card, ends every session, and signs in', async () => {
    const { bank, ada, browser, reset, emailCode } = await begin();
    const asked = (await browser.post('/reset/coordinates', { reset, emailCode })).body as unknown as Asked;
    expect(asked.passwordEntries).toBe(5);
    expect(await finish(ada, browser, asked)).toMatchObject({ status: 200, body: { status: 'signed-in' } });
    expect((await browser.get('/security')).body).toMatchObject({ sessions: [{ current: true }], typing: { learned: 5 } });
    expect((await ada.browser.get('/security')).status).toBe(401);
    expect(await bank.newMailsFor(ada.email)).toContain('Your password was reset');
    expect((await login(ada)).status).toBe(401);
    expect((await login({ ...ada, password: NEXT, typist })).body).toMatchObject({ status: 'signed-in' });
    expect((await browser.post('/reset/coordinates', { reset, emailCode })).body).toMatchObject({ error: { code: 'ERR_RESET_ENDED' } });
  });

  it('can be disputed with all that it enrolled, however the clock ticks within it', async () => {
    let ticks = TEST_START;
    const { bank, ada, browser, reset, emailCode } = await begin('granted', () => ticks++);
    const asked = (await browser.post('/reset/coordinates', { reset, emailCode })).body as unknown as Asked;
    expect((await finish(ada, browser, asked)).status).toBe(200);
    const owner = { ...ada, browser: bank.browser(), password: NEXT, typist };
    await signIn(owner);
    const { signIns } = (await owner.browser.get('/security')).body as unknown as SecurityView;
    const stolen = signIns.find(({ factors }) => factors.includes('email-code') && !factors.includes('password'));
    const confirmed = await confirmation(owner, `sign-ins/dispute:${stolen?.id}`);
    const answer = await owner.browser.post('/sign-ins/dispute', { confirmation: confirmed, signIn: stolen?.id });
    expect(answer).toMatchObject({ status: 200, body: { byCard: true, typing: 'enrol-again' } });
  });

  it('begins alike for somebody unknown: same answer, same store calls, no mail', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store });
    await registerCustomer(bank);
    const start = async (identifier: string) => {
      store.calls.length = 0;
      const browser = bank.browser(`for ${identifier}`);
      const answer = await browser.post('/reset/start', { identifier });
      const begun = [...store.calls];
      const { reset } = answer.body as { reset: string };
      store.calls.length = 0;
      const wrong = await browser.post('/reset/coordinates', { reset, emailCode: '12x456' });
      return {
        status: answer.status,
        fields: Object.keys(answer.body),
        entries: answer.body.passwordEntries,
        begun,
        wrong: wrong.body,
        calls: [...store.calls],
      };
    };
    expect(await start('nobody')).toEqual(await start('ada'));
  });

  it('ends after five wrong codes of the mail', async () => {
    const { browser, reset, emailCode } = await begin();
    const wrong = emailCode === '000000' ? '000001' : '000000';
    const lefts = [];
    for (let i = 0; i < 5; i++) {
      lefts.push((await browser.post('/reset/coordinates', { reset, emailCode: wrong })).body.error?.left);
    }
    expect(lefts).toEqual([4, 3, 2, 1, 0]);
    expect((await browser.post('/reset/coordinates', { reset, emailCode })).status).toBe(410);
  });

  it('does nothing for a wrong code of the card, and can be tried again with the same code of the mail', async () => {
    const { ada, browser, reset, emailCode } = await begin('declined');
    const ask = async () => (await browser.post('/reset/coordinates', { reset, emailCode })).body as unknown as Asked;
    const first = await ask();
    expect(first.passwordEntries).toBe(0);
    const wrong = wrongAnswer(answerOf(ada.card, first.coordinates));
    expect((await finish(ada, browser, first, { code: wrong })).body).toMatchObject({ error: { code: 'ERR_CODE_WRONG', left: 4 } });
    expect((await login(ada, { typing: null })).status).toBe(200);
    const second = await ask();
    expect(second.coordinates).toEqual(first.coordinates);
    expect((await finish(ada, browser, second)).status).toBe(200);
  });

  it('lifts the block of a name that somebody guessed at', async () => {
    const { bank, ada, browser, reset, emailCode } = await begin();
    for (let i = 0; i < 5; i++) {
      await login({ ...ada, browser: bank.browser('198.51.100.9') }, { password: 'wrong' });
    }
    expect((await login({ ...ada, browser: bank.browser() })).status).toBe(429);
    const asked = (await browser.post('/reset/coordinates', { reset, emailCode })).body as unknown as Asked;
    await finish(ada, browser, asked);
    expect((await login({ ...ada, password: NEXT, typist, browser: bank.browser() })).status).toBe(200);
  });

  it('is bound to the browser that asked, and needs the mail before the card', async () => {
    const { bank, browser, reset, emailCode } = await begin();
    expect((await bank.browser().post('/reset/coordinates', { reset, emailCode })).body).toMatchObject({
      error: { code: 'ERR_CHALLENGE_MISMATCH' },
    });
    expect((await browser.post('/reset', { challenge: reset, password: PASSWORD, entries: [], code: 'ABCDEF' })).body).toMatchObject({
      error: { code: 'ERR_CHALLENGE_MISMATCH' },
    });
  });
});
