import { describe, expect, it } from 'vitest';
import type { SettingsDeed } from '../confirmations';
import { type Answer, createBrowser } from '../testing-browser';
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
  PASSWORD,
  registerCustomer,
  stepUp,
  trainTemplate,
  wrongAnswer,
} from '../testing-flows';
import { doubt, grantFor, sessionOf, vouch, WATCHED, watchedCustomer } from '../testing-risk';
import { testStoreKeepsOrder } from '../testing-stores';

async function signedIn(policy: Parameters<typeof openBank>[0] = {}) {
  const bank = await openBank({ policy: WATCHED, ...policy });
  const ada = await registerCustomer(bank);
  return { bank, ada, grant: await grantFor(bank, ada.browser) };
}

const NEEDED = { status: 403, body: { error: { code: 'ERR_STEP_UP_NEEDED' } } };
const LOCKED = { status: 423, body: { error: { code: 'ERR_SESSION_LOCKED' } } };

const auditOf = async ({ verifier, host }: Bank) =>
  (await verifier.exportSubject({ subject: host.registered[0] ?? '' })).audit.flatMap((entry) => (entry.erased ? [] : [entry]));

/** Every deed that only the customer himself may do, as a client sends it that knows of no state. */
function sensitiveDeeds(given: string): ReadonlyArray<readonly [path: string, body: object]> {
  return [
    ['/password/start', {}],
    ['/password', { challenge: 'x', current: PASSWORD, password: 'another-anvil-94', entries: [], code: 'AAAAAA' }],
    ['/enrol/start', {}],
    ['/enrol', { challenge: 'x', password: PASSWORD, entries: [], code: 'AAAAAA' }],
    ['/consent', { biometrics: 'declined', confirmation: given }],
    ['/consent', { face: 'declined', confirmation: given }],
    ['/consent', { session: 'declined', confirmation: given }],
    ['/face/start', { confirmation: given }],
    ['/face/delete', { confirmation: given }],
    ['/sign-ins/confirm', { confirmation: given }],
    ['/sign-ins/dispute', { confirmation: given, signIn: 'x' }],
    ['/sessions/end', { session: 'x' }],
    ['/export', { confirmation: given }],
    ['/erase', { confirmation: given }],
  ];
}

describe('a session that is doubted', () => {
  it('is refused every sensitive deed until a code is right, and nothing else', async () => {
    const { bank, ada, grant } = await signedIn();
    const { browser } = ada;
    const before = await confirmation(ada, 'erase');
    await doubt(bank, grant, 'step-up');

    for (const [path, body] of sensitiveDeeds(before)) {
      expect(await browser.post(path, body), path).toMatchObject(NEEDED);
    }
    for (const path of ['/session', '/security', '/history', '/history.csv']) {
      expect((await browser.get(path)).status, path).toBe(200);
    }
    expect((await browser.post('/activity')).status).toBe(200);
    expect((await browser.post('/refresh')).status).toBe(200);
    expect((await bank.http.requireSession(browser.request('/x'), { sensitive: true })) as Response).toMatchObject({ status: 403 });
    expect(await bank.http.requireSession(browser.request('/x'))).toMatchObject({ risk: 'medium', stepUpNeeded: true });

    expect(await vouch(ada)).toMatchObject({ status: 200, body: { status: 'trusted' } });
    expect(await bank.http.requireSession(browser.request('/x'), { sensitive: true })).toMatchObject({ risk: 'low', stepUpNeeded: false });
    for (const [path, body] of sensitiveDeeds(before)) {
      const { status, body: answer } = await browser.post(path, body);
      expect(answer.error?.code, `${path} ${status}`).not.toBe('ERR_STEP_UP_NEEDED');
    }
  });

  it('is refused them also where a route looked at it before the doubt arose', async () => {
    const { bank, ada, grant } = await signedIn();
    const deed = await confirmation(ada, 'export');
    await doubt(bank, grant, 'step-up');
    const { security, faceSettings, password, sessions, continuous } = bank.flows;
    const client = { browser: ada.browser.cookies.get('__Host-tacit-browser') ?? '', address: '203.0.113.7' };
    const options = { session: grant, confirmation: deed };
    const refused = { ok: false, error: { code: 'ERR_STEP_UP_NEEDED' } };
    expect(await security.exportData(options)).toEqual(refused);
    expect(await security.erase(options)).toEqual(refused);
    expect(await security.consent({ ...options, biometrics: 'declined' })).toEqual(refused);
    expect(await security.confirmSignIns(options)).toEqual(refused);
    expect(await security.disputeSignIn({ ...options, signIn: 'x' })).toEqual(refused);
    expect(await faceSettings.delete(options)).toEqual(refused);
    expect(await faceSettings.consent({ ...options, face: 'granted' })).toEqual(refused);
    expect(await faceSettings.enrolStart({ ...options, client })).toEqual(refused);
    expect(await continuous.consent({ ...options, checks: 'declined' })).toEqual(refused);
    expect(await password.start({ client, session: grant })).toEqual(refused);
    expect(await sessions.endOther({ session: grant, other: 'x' })).toEqual(refused);
  });

  it('does not let a change of the password through that was begun before, however right', async () => {
    const { bank, ada, grant } = await signedIn();
    const { challenge, coordinates } = (await ada.browser.post('/password/start')).body as unknown as {
      challenge: string;
      coordinates: string[];
    };
    const client = { browser: ada.browser.cookies.get('__Host-tacit-browser') ?? '', address: '203.0.113.7' };
    const entries = ada.typist.samples(5).map((sample) => sample as never);
    await doubt(bank, grant, 'step-up');
    const submit = { challenge, current: PASSWORD, password: 'another-anvil-94', entries, code: answerOf(ada.card, coordinates) };
    const { parseTypingSample } = await import('@tacit-auth/features');
    const parsed = { ...submit, entries: submit.entries.map((entry) => parseTypingSample(entry)) };
    expect(await bank.flows.password.submit({ client, session: grant, ...parsed })).toEqual({
      ok: false,
      error: { code: 'ERR_STEP_UP_NEEDED' },
    });
    // The code was not looked at: its cells are asked for as before.
    expect((await ada.browser.post('/step-up/start', { purpose: 'session' })).body.coordinates).toEqual(coordinates);
  });

  it('voids the confirmations that were given before, in the routes of the application too, for good', async () => {
    const { bank, ada, grant } = await signedIn();
    const confirm = async (binding: string): Promise<string> => {
      const asked = await ada.browser.post('/step-up/start', { purpose: 'transfer', binding });
      return (await stepUp(ada, asked)).body.confirmation as string;
    };
    const take = (given: string) =>
      bank.flows.takeConfirmation({ session: grant, confirmation: given, purpose: 'transfer', binding: 'pay' });
    const before = await confirm('pay');
    await doubt(bank, grant, 'step-up');
    await expect(take(before)).rejects.toMatchObject({ code: 'ERR_STEP_UP_NEEDED', status: 403 });
    // A code for this very transfer ends the doubt; the confirmation from before it stays void.
    const after = await confirm('pay');
    await expect(take(before)).rejects.toMatchObject({ code: 'ERR_CONFIRMATION' });
    await take(after);
    await expect(take(after)).rejects.toMatchObject({ code: 'ERR_CONFIRMATION' });
  });

  it('voids the enrolment of a face that was begun before, also once the code was right', async () => {
    const bank = await openBank({ policy: WATCHED });
    const ada = await registerWithFace(bank);
    const grant = await grantFor(bank, ada.browser);
    const begin = async () => askedFor(await ada.browser.post('/face/start', { confirmation: await confirmation(ada, 'face:enrol') }));
    const enrol = ({ challenge, actions }: Awaited<ReturnType<typeof begin>>): Promise<Answer> =>
      ada.browser.post('/face/enrol', { challenge, sample: ada.face.look(actions) });
    const [first, second] = [await begin(), await begin()];
    await doubt(bank, grant, 'step-up');
    expect(await enrol(first)).toMatchObject(NEEDED);
    await vouch(ada);
    expect(await enrol(second)).toMatchObject({ status: 409, body: { error: { code: 'ERR_CHALLENGE_USED' } } });
    expect((await enrol(await begin())).body).toMatchObject({ status: 'enrolled' });
  });

  it('is believed again after any right code, and after no wrong one', async () => {
    const { bank, ada, grant } = await signedIn();
    const codes: Array<[name: string, give: () => Promise<Answer>]> = [
      ['session', () => vouch(ada)],
      ['settings', async () => stepUp(ada, await ada.browser.post('/step-up/start', { purpose: 'settings', binding: 'export' }))],
      ['transfer', async () => stepUp(ada, await ada.browser.post('/step-up/start', { purpose: 'transfer', binding: 'pay' }))],
    ];
    for (const [name, give] of codes) {
      await doubt(bank, grant, 'step-up');
      const asked = (await ada.browser.post('/step-up/start', { purpose: 'session' })).body as { challenge: string; coordinates: string[] };
      const wrong = { challenge: asked.challenge, code: wrongAnswer(answerOf(ada.card, asked.coordinates)) };
      expect(await ada.browser.post('/step-up', wrong), name).toMatchObject({ status: 401, body: { error: { left: 4 } } });
      expect((await grantFor(bank, ada.browser)).stepUpNeeded, name).toBe(true);
      expect((await give()).status, name).toBe(200);
      expect(await grantFor(bank, ada.browser), name).toMatchObject({ risk: 'low', stepUpNeeded: false });
    }
  });

  it('raises one alert, which a right code answers, and tells the owner of a high risk only', async () => {
    const { bank, ada, grant } = await signedIn();
    await bank.newMailsFor(ada.email);
    await doubt(bank, grant, 'step-up', { reasons: ['pointer-differs', 'typing-differs'] });
    await doubt(bank, grant, 'step-up');
    const [alert, ...others] = await alertsOf(bank, { open: true });
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      code: 'session-doubt',
      detail: { risk: 'medium', action: 'step-up', reasons: 'pointer-differs typing-differs' },
      acknowledged: null,
      settled: null,
    });
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    await doubt(bank, grant, 'step-up', { to: 'high' });
    expect((await alertsOf(bank, { open: true })).map(({ code }) => code).sort()).toEqual(['session-doubt', 'session-taken-over']);
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your session did not look like you']);
    await vouch(ada);
    expect(await alertsOf(bank, { open: true })).toEqual([]);
    expect((await alertsOf(bank)).map(({ settled }) => settled?.by)).toEqual(['matrix-code', 'matrix-code']);
    expect((await auditOf(bank)).map(({ type, reason }) => `${type} ${reason}`)).toEqual(
      expect.arrayContaining(['session-doubted pointer-differs', 'session-doubted typing-differs', 'session-trusted matrix-code']),
    );
  });

  it('keeps the risk that it has: nobody behaves himself out of it, or idles and gives the password again', async () => {
    const bank = await openBank({ policy: { ...WATCHED, session: { accessMs: 3_600_000 } } });
    const ada = await registerCustomer(bank);
    await trainTemplate(bank, ada);
    await login(ada);
    const grant = await grantFor(bank, ada.browser);
    await doubt(bank, grant, 'step-up');
    await doubt(bank, grant, 'none', { to: 'low' });
    expect(await grantFor(bank, ada.browser)).toMatchObject({ risk: 'medium', stepUpNeeded: true });

    bank.advance(120_001);
    await bank.flows.runJobs();
    expect((await sessionOf(bank, grant)).value).toMatchObject({ state: 'locked', lockedFor: 'idle' });
    expect((await reauthenticate(ada)).body).toMatchObject({ status: 'signed-in' });
    const next = await grantFor(bank, ada.browser);
    expect(next.id).not.toBe(grant.id);
    expect(next).toMatchObject({ risk: 'medium', stepUpNeeded: true });
    expect(await ada.browser.post('/password/start')).toMatchObject(NEEDED);
    expect((await vouch(ada)).body).toEqual({ status: 'trusted' });
    expect(await alertsOf(bank, { open: true })).toEqual([]);
    expect((await ada.browser.post('/password/start')).status).toBe(200);
  });

  it('asks for nothing where the host wants no step-up, and says the risk all the same', async () => {
    const { bank, ada, grant } = await signedIn();
    await doubt(bank, grant, 'none', { to: 'medium' });
    expect(await bank.http.requireSession(ada.browser.request('/x'), { sensitive: true })).toMatchObject({
      risk: 'medium',
      stepUpNeeded: false,
    });
    expect(await alertsOf(bank)).toEqual([]);
  });

  it('is doubted once and uses a confirmation never, when fifty of each come at once', async () => {
    const { bank, ada, grant } = await signedIn();
    const asked = await ada.browser.post('/step-up/start', { purpose: 'transfer', binding: 'pay' });
    const given = (await stepUp(ada, asked)).body.confirmation;
    const take = () =>
      bank.flows.takeConfirmation({ session: grant, confirmation: given, purpose: 'transfer', binding: 'pay' }).then(
        () => 'taken',
        (error: { code: string }) => error.code,
      );
    const results = await Promise.all([doubt(bank, grant, 'step-up'), ...Array.from({ length: 50 }, take)]);
    // Where transactions run side by side, one use may come before the doubt, and what comes between the two finds it used.
    const before = results.slice(1).filter((result) => result !== 'ERR_STEP_UP_NEEDED');
    expect(before.toSorted()).toEqual(
      testStoreKeepsOrder() ? [] : before.map((_, i) => (i === before.length - 1 ? 'taken' : 'ERR_CONFIRMATION')),
    );
    const other = await registerCustomer(bank, { identifier: 'eve', seed: 9 });
    const theirs = await grantFor(bank, other.browser);
    await Promise.all(Array.from({ length: 50 }, () => doubt(bank, theirs, 'step-up')));
    expect((await alertsOf(bank)).filter(({ detail }) => String(detail.session).endsWith(theirs.id))).toHaveLength(1);
  });
});

/** Password and typing in the dialog of a locked session. */
async function reauthenticate(customer: Customer, typing = customer.typist.sample()): Promise<Answer> {
  const { challenge } = (await customer.browser.post('/reauthenticate/start')).body as unknown as { challenge: string };
  return customer.browser.post('/reauthenticate', { challenge, password: customer.password, typing });
}

describe('what the browser is told of a doubt', () => {
  const TELLING = /risk|doubt|taken|medium|confidence|threshold|score|llr|differs|evidence|trust(?!ed)/i;

  it('is a state, and never how sure it is, or why: no body, header or token tells', async () => {
    const bank = await openBank({ policy: WATCHED });
    const { customer: ada } = await watchedCustomer(bank);
    const { browser } = ada;
    const grant = await grantFor(bank, browser);
    const told = async (name: string) => {
      const answers: Answer[] = [];
      for (const path of ['/session', '/security', '/history', '/history.csv']) {
        answers.push(await browser.get(path));
      }
      for (const [path, body] of [
        ['/activity', {}],
        ['/refresh', {}],
        ['/continuous/open', {}],
        ['/step-up/start', { purpose: 'session' }],
        ...sensitiveDeeds('x').filter(([path]) => path !== '/enrol' && path !== '/password'),
      ] as const) {
        answers.push(await browser.post(path, body));
      }
      for (const { body, headers } of answers) {
        expect(JSON.stringify(body).replaceAll('ERR_STEP_UP_NEEDED', ''), name).not.toMatch(TELLING);
        expect([...headers.keys()].join(), name).not.toMatch(TELLING);
      }
      for (const [, value] of browser.cookies) {
        const [, payload = ''] = value.split('.');
        expect(Buffer.from(payload, 'base64url').toString('latin1'), name).not.toMatch(TELLING);
      }
    };
    await told('before');
    await doubt(bank, grant, 'step-up', { reasons: ['pointer-differs', 'typing-differs'] });
    await told('doubted');
    await doubt(bank, grant, 'lock', { reasons: ['typing-differs'] });
    await told('locked');
  });
});

describe('a session that is locked for its risk', () => {
  /** A customer whose typing carries sign-ins, in a session that was locked. */
  async function lockedSession(action: 'lock' | 'terminate' = 'lock') {
    const bank = await openBank({ policy: WATCHED });
    const ada = await registerCustomer(bank);
    await trainTemplate(bank, ada);
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
    const grant = await grantFor(bank, ada.browser);
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
