import { describe, expect, it } from 'vitest';
import type { Browser } from '../testing-browser';
import { login, openBank, registerCustomer } from '../testing-flows';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const ACCESS = '__Host-tacit-access';
const REFRESH = '__Host-tacit-refresh';

async function signedIn() {
  const bank = await openBank({ policy: READY });
  const ada = await registerCustomer(bank);
  return { bank, ada, browser: ada.browser };
}

const stateOf = async (browser: Browser) => (await browser.get('/session')).body as unknown as { state: string };

describe('sessions', () => {
  it('lock by themselves after two minutes without an action of the user, also for a client that only reads', async () => {
    const { bank, browser } = await signedIn();
    for (let i = 0; i < 4; i++) {
      bank.advance(29_000);
      expect((await browser.get('/security')).status).toBe(200);
    }
    bank.advance(10_000);
    expect(await browser.get('/security')).toMatchObject({ status: 423, body: { error: { code: 'ERR_SESSION_LOCKED' } } });
    expect(await stateOf(browser)).toEqual({ state: 'locked', biometrics: 'granted', name: 'Ada L', cause: 'idle' });
    expect((await browser.post('/activity')).body).toMatchObject({ state: 'locked' });
    const own = await bank.http.requireSession(browser.request('/x'), { activity: true });
    expect(own).toMatchObject({ status: 423 });
  });

  it('stay open while the user acts, in this bank or in the routes of the application', async () => {
    const { bank, browser } = await signedIn();
    for (let i = 0; i < 3; i++) {
      bank.advance(100_000);
      expect((await browser.post('/activity')).body).toMatchObject({ state: 'full' });
      bank.advance(100_000);
      await browser.post('/refresh');
      expect(await bank.http.requireSession(browser.request('/x'), { activity: true })).toMatchObject({ scope: 'full', locked: false });
    }
  });

  it('end at their absolute end whatever the user does', async () => {
    const bank = await openBank({ policy: { ...READY, session: { absoluteMs: 1_800_000 } } });
    const { browser } = await registerCustomer(bank);
    for (let at = 0; at < 18; at++) {
      expect((await browser.get('/security')).status).toBe(200);
      bank.advance(100_000);
      await browser.post('/refresh');
      await browser.post('/activity');
    }
    expect((await browser.get('/security')).status).toBe(401);
    expect((await browser.post('/refresh')).status).toBe(401);
  });

  it('ask a browser with an old access token to refresh, and one without tokens to sign in', async () => {
    const { bank, browser } = await signedIn();
    const grant = await bank.http.requireSession(browser.request('/x'));
    expect(grant).toMatchObject({ subject: bank.host.registered[0], acr: 'urn:tacit:full', role: 'customer' });
    bank.advance(300_000);
    for (const path of ['/session', '/security']) {
      expect(await browser.get(path)).toMatchObject({ status: 401, body: { error: { code: 'ERR_SESSION_EXPIRED' } } });
    }
    const application = await bank.http.requireSession(browser.request('/x'));
    expect(application).toMatchObject({ status: 401 });
    expect((await browser.post('/refresh')).body).toMatchObject({ state: 'locked' });
    expect(await stateOf(browser)).toMatchObject({ state: 'locked' });
    const nobody = bank.browser();
    expect(await stateOf(nobody)).toEqual({ state: 'none' });
    expect(await nobody.get('/security')).toMatchObject({ status: 401, body: { error: { code: 'ERR_SESSION_NONE' } } });
  });

  it('keep two tabs signed in that refresh at the same moment, with one and the same token', async () => {
    const { browser } = await signedIn();
    const tab = browser.copy();
    const answers = await Promise.all([browser.post('/refresh'), tab.post('/refresh')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(tab.cookies.get(REFRESH)).toBe(browser.cookies.get(REFRESH));
    expect((await tab.post('/refresh')).status).toBe(200);
    expect((await browser.post('/refresh')).status).toBe(200);
  });

  it('go on where the answer to a refresh was lost, and the page repeats it once it has waited for it', async () => {
    const { bank, browser } = await signedIn();
    const waiting = browser.copy();
    await browser.post('/refresh');
    bank.advance(45_000);
    expect((await waiting.post('/refresh')).body).toMatchObject({ state: 'full' });
    expect(waiting.cookies.get(REFRESH)).toBe(browser.cookies.get(REFRESH));
  });

  it('end the family and tell the owner when an old refresh token comes back', async () => {
    const { bank, ada, browser } = await signedIn();
    const thief = browser.copy();
    await browser.post('/refresh');
    bank.advance(60_001);
    await bank.newMailsFor(ada.email);
    expect(await thief.post('/refresh')).toMatchObject({ status: 401, body: { error: { code: 'ERR_SESSION_NONE' } } });
    expect((await browser.post('/refresh')).status).toBe(401);
    expect((await browser.get('/security')).status).toBe(401);
    expect(await bank.newMailsFor(ada.email)).toEqual(['You were signed out to protect you']);
  });

  it('end the family when a refresh token comes from another browser', async () => {
    const { bank, browser } = await signedIn();
    const thief = bank.browser();
    thief.cookies.set(REFRESH, browser.cookies.get(REFRESH) ?? '');
    expect((await thief.post('/refresh')).status).toBe(401);
    expect((await browser.get('/security')).status).toBe(401);
  });

  it('do not take an access token from another browser', async () => {
    const { bank, browser } = await signedIn();
    const thief = bank.browser();
    thief.cookies.set(ACCESS, browser.cookies.get(ACCESS) ?? '');
    expect((await thief.get('/security')).status).toBe(401);
    expect((await browser.get('/security')).status).toBe(200);
  });

  it('are dead after a sign-out, also with an access token that has expired', async () => {
    const { bank, browser } = await signedIn();
    const copy = browser.copy();
    bank.advance(300_000);
    expect((await browser.post('/logout')).body).toEqual({ status: 'signed-out' });
    expect([...browser.cookies.keys()]).toEqual(['__Host-tacit-browser']);
    expect((await copy.post('/refresh')).status).toBe(401);
    expect((await browser.post('/logout')).status).toBe(200);
  });

  it('lock at once on request', async () => {
    const { browser } = await signedIn();
    expect((await browser.post('/lock')).body).toMatchObject({ state: 'locked' });
    expect((await browser.get('/security')).status).toBe(423);
  });

  it('end one of the other sessions of the customer, and none of another customer', async () => {
    const { bank, ada, browser } = await signedIn();
    const other = { ...ada, browser: bank.browser() };
    await login(other);
    const { sessions } = (await browser.get('/security')).body as unknown as { sessions: Array<{ id: string; current: boolean }> };
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, true]);
    const theirs = sessions.find(({ current }) => !current)?.id ?? '';
    const mine = sessions.find(({ current }) => current)?.id ?? '';
    const eve = await registerCustomer(bank, { identifier: 'eve', seed: 9 });
    expect((await eve.browser.post('/sessions/end', { session: theirs })).status).toBe(404);
    expect((await browser.post('/sessions/end', { session: mine })).status).toBe(404);
    expect((await browser.post('/sessions/end', { session: theirs })).status).toBe(200);
    expect((await other.browser.get('/security')).status).toBe(401);
    expect((await browser.get('/security')).status).toBe(200);
  });
});
