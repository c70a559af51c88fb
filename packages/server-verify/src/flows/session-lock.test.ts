import { describe, expect, it } from 'vitest';
import type { SettingsDeed } from '../confirmations';
import { createBrowser } from '../testing-browser';
import { askedFor, registerWithFace } from '../testing-face-flows';
import {
  alertsOf,
  answerOf,
  type Bank,
  type Customer,
  confirmation,
  isStepUp,
  login,
  openBank,
  registerCustomer,
  stepUp,
  trainTemplate,
} from '../testing-flows';
import { auditOf, doubt, grantFor, reauthenticate, sensitiveDeeds, sessionOf, signedIn, signedInByTyping, WATCHED } from '../testing-risk';

const LOCKED = { status: 423, body: { error: { code: 'ERR_SESSION_LOCKED' } } };

describe('a session that is locked for its risk', () => {
  /** A customer whose typing carries sign-ins, in a session that was locked. */
  async function lockedSession(action: 'lock' | 'terminate' = 'lock') {
    const { bank, ada, grant } = await signedInByTyping();
    await bank.newMailsFor(ada.email);
    await doubt(bank, grant, action);
    return { bank, ada, grant };
  }

  it('is locked for everything, also with tokens that are refreshed, and says no more than why', async () => {
    const { bank, ada, grant } = await lockedSession();
    const { browser } = ada;
    for (const path of ['/security', '/history', '/history.csv']) {
      expect(await browser.get(path), path).toMatchObject(LOCKED);
    }
    for (const [path, body] of [...sensitiveDeeds('x'), ['/continuous/open', {}], ['/continuous/batch', {}]] as const) {
      expect(await browser.post(path, body), path).toMatchObject(LOCKED);
    }
    expect((await browser.post('/activity')).body).toEqual({ state: 'locked', biometrics: 'granted', name: 'Ada L', cause: 'checks' });
    expect((await browser.post('/refresh')).body).toEqual({ state: 'locked', biometrics: 'granted', name: 'Ada L', cause: 'checks' });
    expect(await browser.get('/security')).toMatchObject(LOCKED);
    expect(await bank.http.requireSession(browser.request('/x'), { activity: true })).toMatchObject({ status: 423 });
    expect(await bank.http.requireSession(browser.request('/x'), { scope: 'step-up' })).toMatchObject({ status: 423 });
    expect((await browser.post('/step-up/start', { purpose: 'session' })).body.error?.code).toBe('ERR_SESSION_LOCKED');
    expect((await sessionOf(bank, grant)).value).toMatchObject({ state: 'locked', lockedFor: 'risk', risk: 'high' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your session was locked to protect you']);
    expect((await auditOf(bank)).filter(({ type }) => type === 'session-locked')).toMatchObject([{ reason: 'typing-differs' }]);
  });

  it('is not opened by typing, however right, but by password and code', async () => {
    const { bank, ada } = await lockedSession();
    const asked = await reauthenticate(ada);
    expect(asked.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect(await ada.browser.get('/security')).toMatchObject(LOCKED);
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
    expect(await bank.http.requireSession(ada.browser.request('/x'), { sensitive: true })).toMatchObject({ risk: 'low' });
    expect(await alertsOf(bank, { open: true })).toEqual([]);
    // What was owed is paid: typing carries the next sign-in again.
    await ada.browser.post('/logout');
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('is not got round by signing out or in, in this browser or another, as long as no code was right', async () => {
    for (const leave of ['stay', 'logout', 'fail', 'other browser'] as const) {
      const { bank, ada } = await lockedSession();
      if (leave === 'logout') {
        await ada.browser.post('/logout');
      }
      for (let tries = 0; leave === 'fail' && tries < 3; tries++) {
        const { challenge } = (await ada.browser.post('/reauthenticate/start')).body as { challenge: string };
        await ada.browser.post('/reauthenticate', { challenge, password: 'wrong', typing: null });
      }
      const here = leave === 'other browser' ? { ...ada, browser: bank.browser('198.51.100.9') } : ada;
      const asked = await login(here);
      expect(asked.body, leave).toMatchObject({ status: 'step-up', next: 'matrix-code' });
      expect((await stepUp(here, asked)).body, leave).toMatchObject({ status: 'signed-in' });
      bank.advance(60_000);
      expect((await login(here)).body, leave).toMatchObject({ status: 'signed-in' });
    }
  });

  it('is not opened by a face, also where one is looked at while the lock comes', async () => {
    const bank = await openBank({ policy: WATCHED });
    const ada = await registerWithFace(bank);
    await trainFace(bank, ada);
    const grant = await grantFor(bank, ada.browser);
    const other = { ...ada, browser: bank.browser('198.51.100.9') };
    const under = await login(other);
    expect(under.body).toMatchObject({ next: 'face' });
    await doubt(bank, grant, 'lock');
    const { challenge, actions } = askedFor(under);
    expect((await other.browser.post('/step-up/face', { challenge, sample: ada.face.look(actions) })).body).toMatchObject({
      status: 'step-up',
      next: 'matrix-code',
    });
    const third = { ...ada, browser: bank.browser('198.51.100.10') };
    const asked = await login(third);
    expect(asked.body).toMatchObject({ next: 'face' });
    const look = askedFor(asked);
    const after = await third.browser.post('/step-up/face', { challenge: look.challenge, sample: ada.face.look(look.actions) });
    expect(after.body).toMatchObject({ next: 'matrix-code' });
    expect((await stepUp(third, after)).body).toMatchObject({ status: 'signed-in' });
  });

  it('lets its owner report a lost card by a sign-in, and asks for a code of the new one', async () => {
    const { bank, ada } = await lockedSession();
    expect(await ada.browser.post('/card/lost')).toMatchObject(LOCKED);
    expect((await login(ada)).body).toMatchObject({ next: 'matrix-code' });
    expect((await ada.browser.post('/card/lost')).body).toEqual({ status: 'reported' });
    expect((await login(ada)).body).toMatchObject({ next: 'card-suspended' });
    const { card } = await bank.flows.operators.createOperator({
      identifier: 'olga',
      email: 'olga@bank.test',
      name: 'Olga',
      password: 'hammer-violet-27',
    });
    const olga = { ...ada, identifier: 'olga', password: 'hammer-violet-27', card, browser: bank.browser('192.0.2.1') };
    await stepUp(olga, await login(olga, { typing: null }));
    const operator = await grantFor(bank, olga.browser);
    await bank.flows.operators.reissueCard({ session: operator, customer: { identifier: ada.identifier } });
    const [emailCode] = await bank.codesFor(ada.email);
    const started = (await ada.browser.post('/card/collect/start')).body as { challenge: string };
    const collected = (
      await ada.browser.post('/card/collect', { ...started, identifier: ada.identifier, password: ada.password, emailCode })
    ).body as unknown as { card: Customer['card']; confirm: { challenge: string; coordinates: string[] } };
    const { challenge, coordinates } = collected.confirm;
    await ada.browser.post('/card/confirm', { challenge, code: answerOf(collected.card, coordinates) });
    const renewed = { ...ada, card: collected.card };
    const asked = await login(renewed);
    expect(asked.body).toMatchObject({ next: 'matrix-code' });
    expect((await stepUp(renewed, asked)).body).toMatchObject({ status: 'signed-in' });
  });

  it('is not opened by an idle re-authentication that was under way, whichever comes first', async () => {
    const bank = await openBank({ policy: { ...WATCHED, session: { accessMs: 3_600_000 } } });
    const ada = await registerCustomer(bank);
    await trainTemplate(bank, ada);
    await login(ada);
    const other = { ...ada, browser: bank.browser('198.51.100.9') };
    await login(other);
    // One session of hers idles while another is locked for its risk.
    bank.advance(120_001);
    const { challenge } = (await other.browser.post('/reauthenticate/start')).body as { challenge: string };
    const fresh = { ...ada, browser: bank.browser('198.51.100.10') };
    await login(fresh);
    const [answer] = await Promise.all([
      other.browser.post('/reauthenticate', { challenge, password: ada.password, typing: ada.typist.sample() }),
      doubt(bank, await grantFor(bank, fresh.browser), 'lock'),
    ]);
    const state = (await other.browser.get('/session')).body.state;
    expect(isStepUp(answer) ? 'locked' : 'full').toBe(state);
    expect((await reauthenticate(fresh)).body).toMatchObject({ next: 'matrix-code' });
  });

  it('is locked once, and nothing gets past the lock, when it comes among fifty calls', async () => {
    const { bank, ada, grant } = await signedIn();
    const calls = Array.from({ length: 50 }, (_, i) => {
      if (i === 20) {
        return doubt(bank, grant, 'lock').then(() => 'lock');
      }
      const tab = createBrowser(bank.http, '203.0.113.7', () => undefined, new Map(ada.browser.cookies));
      return i % 2 === 0 ? doubt(bank, grant, 'lock').then(() => 'lock') : tab.post('/password/start').then(({ status }) => String(status));
    });
    const results = await Promise.all(calls);
    expect(results.filter((result) => !['lock', '200', '423'].includes(result))).toEqual([]);
    expect((await alertsOf(bank)).map(({ code }) => code)).toEqual(['session-taken-over']);
    expect(await ada.browser.post('/password/start')).toMatchObject(LOCKED);
    expect((await sessionOf(bank, grant)).value.doubts).toBe(1);
  });

  it('ends where the host has it ended, and the next sign-in asks for the code', async () => {
    const { bank, ada, grant } = await lockedSession('terminate');
    expect(await ada.browser.get('/security')).toMatchObject({ status: 401, body: { error: { code: 'ERR_SESSION_NONE' } } });
    expect((await ada.browser.post('/refresh')).status).toBe(401);
    expect((await sessionOf(bank, grant)).value).toMatchObject({ state: 'ended', endedFor: 'taken-over' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your session was ended to protect you']);
    const asked = await login(ada);
    expect(asked.body).toMatchObject({ next: 'matrix-code' });
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
  });

  it('leaves the other sessions of the customer as they are', async () => {
    const { bank, ada, grant } = await signedIn();
    const other = { ...ada, browser: bank.browser('198.51.100.9') };
    const asked = await login(other);
    if (isStepUp(asked)) {
      await stepUp(other, asked);
    }
    await doubt(bank, grant, 'lock');
    expect((await other.browser.get('/security')).status).toBe(200);
    expect(await bank.http.requireSession(other.browser.request('/x'), { sensitive: true })).toMatchObject({ risk: 'low' });
    // A code there shows that its owner has the card, but not who sits before the locked one.
    const deed = 'sign-ins/confirm' satisfies SettingsDeed;
    await confirmation(other, deed);
    expect((await login({ ...ada, browser: bank.browser('198.51.100.11') })).body).toMatchObject({ status: 'step-up' });
  });
});

/** Signs in by face and typing, with the code where it is asked for, until typing carries it. */
async function trainFace(bank: Bank, ada: Awaited<ReturnType<typeof registerWithFace>>): Promise<void> {
  for (let i = 0; i < bank.verifier.policy.typing.readyAt; i++) {
    const asked = await login(ada);
    const { challenge, actions } = askedFor(asked);
    const seen = await ada.browser.post('/step-up/face', { challenge, sample: ada.face.look(actions) });
    if (isStepUp(seen)) {
      await stepUp(ada, seen);
    }
    await bank.verifier.runJobs();
    bank.advance(60_000);
  }
}
