import { beforeEach, describe, expect, it } from 'vitest';
import type { PolicyOptions } from '../policy';
import type { SignInView } from '../sign-ins';
import {
  alertsOf,
  answerOf,
  type Bank,
  type Customer,
  confirmation,
  isStepUp,
  login,
  openBank,
  quarantinedOf,
  registerCustomer,
  stepUp,
} from '../testing-flows';
import { anyTemplate } from '../testing-former-template';
import { failingStore, testStore } from '../testing-stores';
import { readTemplate } from '../typing-template';
import { verifierContext } from '../verifier-internals';
import type { SecurityView } from './security-view';

const SESSION = { idleMs: 3_600_000, accessMs: 3_600_000 };
const READY = { typing: { readyAt: 6, codeEveryNth: 1_000_000, mostReleased: 10 }, session: SESSION } as const;
const MINUTE = 60_000;

let bank: Bank;
let ada: Customer;
/** Whoever else has ada's password. */
let thief: Customer;
async function begin(policy: PolicyOptions = READY): Promise<void> {
  bank = await openBank({ policy });
  ada = await registerCustomer(bank);
  thief = { ...ada, browser: bank.browser('198.51.100.66') };
}
beforeEach(() => begin());

const security = async () => (await ada.browser.get('/security')).body as unknown as SecurityView;
const signIns = async () => (await security()).signIns;
const template = async () => {
  const ctx = verifierContext(bank.verifier);
  const found = await ctx.store.transaction((tx) => readTemplate(ctx, tx, ctx.subjectOf(bank.host.registered[0] ?? '')));
  return found?.template;
};
const alerts = async () => (await alertsOf(bank)).map(({ code, detail }) => ({ code, detail }));
const dispute = async (signIn: Pick<SignInView, 'id'> | undefined, by = ada) =>
  by.browser.post('/sign-ins/dispute', { confirmation: await confirmation(by, `sign-ins/dispute:${signIn?.id}`), signIn: signIn?.id });

/** A sign-in with the code, a minute later. */
async function withCode(customer: Customer): Promise<void> {
  bank.advance(MINUTE);
  const asked = await login(customer, { typing: null });
  expect((await stepUp(customer, asked)).body).toMatchObject({ status: 'signed-in' });
}

/** The owner's own sign-ins until typing carries them, and so learned. */
async function becomeReady(): Promise<void> {
  while ((await template())!.learned < READY.typing.readyAt) {
    bank.advance(MINUTE);
    const answer = await login(ada);
    if (isStepUp(answer)) {
      await stepUp(ada, answer);
    }
  }
  await bank.verifier.runJobs();
}

describe('disputing a sign-in', () => {
  it('ends every other session, goes back to the verified entries, alerts, and tells the owner what to do', async () => {
    await becomeReady();
    const verified = (await template())!.verified;
    await bank.newMailsFor(ada.email);
    bank.advance(MINUTE);
    expect((await login(thief)).body).toMatchObject({ status: 'signed-in' });
    bank.advance(MINUTE);
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
    const waiting = await quarantinedOf(bank);
    expect(waiting).toBe(2);
    const [own, other] = await signIns();
    const answer = await dispute(other);
    expect(answer).toMatchObject({ status: 200, body: { status: 'disputed', byCard: false, typing: 'unchanged', sessionsEnded: 1 } });
    expect((await thief.browser.get('/session')).body).toEqual({ state: 'none' });
    expect((await thief.browser.post('/refresh')).status).toBe(401);
    const after = await security();
    expect(after.sessions).toMatchObject([{ current: true, state: 'full' }]);
    expect(await quarantinedOf(bank)).toBe(0);
    expect(after.typing).toMatchObject({ learned: verified });
    expect(after.typing).not.toHaveProperty('quarantined');
    expect(after.signIns).toMatchObject([{ id: own?.id, disputed: false }, { id: other?.id, disputed: true, confirmed: false }, {}, {}]);
    expect(await alerts()).toContainEqual({ code: 'sign-in-disputed', detail: { byCard: false, typing: 'unchanged' } });
    const [mail] = await bank.mailsFor(ada.email);
    expect(mail).toMatchObject({ subject: 'A sign-in that was not yours' });
    expect(mail?.text).toMatch(/Change your password now/);
    expect(mail?.text).toMatch(/card was not used/);
    expect(mail?.text).not.toMatch(/undefined|score|threshold/);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in that was not yours']);
  });

  it('takes back what was learned without a code', async () => {
    await becomeReady();
    for (let i = 0; i < 8; i++) {
      bank.advance(MINUTE);
      await login(ada);
    }
    const [last] = await signIns();
    await withCode(ada);
    const { learned, verified, anchor } = (await template())!;
    expect(learned).toBeGreaterThan(verified);
    expect((await dispute(last)).body).toMatchObject({ byCard: false, typing: 'rolled-back' });
    const now = (await template())!;
    expect(now).toMatchObject({ learned: verified, verified });
    expect(now.profile.times).toEqual(anchor.times);
  });

  it('goes back to before a sign-in that had a code itself, and says so', async () => {
    await becomeReady();
    const kept = (await template())!;
    bank.advance(MINUTE);
    const asked = await login({ ...thief, typist: ada.typist }, { typing: { ...ada.typist.sample(), flags: { corrected: true } } });
    expect((await stepUp(thief, asked)).body).toMatchObject({ status: 'signed-in' });
    const [stolen] = await signIns();
    expect(stolen?.factors).toContain('matrix-code');
    for (let i = 0; i < 2; i++) {
      bank.advance(MINUTE);
      await login(ada);
    }
    expect((await dispute(stolen)).body).toMatchObject({ byCard: true, sessionsEnded: 1 });
    expect((await template())!.anchor.times).toEqual(kept.anchor.times);
    const [mail] = await bank.mailsFor(ada.email);
    expect(mail?.text).toMatch(/report it as lost/);
  });

  it('asks to enrol again where too little is surely his, and takes the code until then', async () => {
    await begin({ typing: { readyAt: 5, codeEveryNth: 1_000_000 }, session: SESSION });
    await withCode(thief);
    const [stolen] = await signIns();
    bank.advance(MINUTE);
    // Whoever has password and card can set up the typing anew, as his own.
    const start = (await thief.browser.post('/enrol/start')).body as unknown as { challenge: string; coordinates: string[] };
    const entries = Array.from({ length: 5 }, () => ada.typist.sample());
    const code = answerOf(ada.card, start.coordinates);
    expect((await thief.browser.post('/enrol', { challenge: start.challenge, password: ada.password, entries, code })).status).toBe(200);
    await withCode(ada);
    expect((await dispute(stolen)).body).toMatchObject({ byCard: true, typing: 'enrol-again' });
    expect(await template()).toBeUndefined();
    expect((await security()).typing).toMatchObject({ state: 'none', learned: 0, enrolledAt: null, released: null });
    expect((await bank.mailsFor(ada.email))[0]?.text).toMatch(/set up your typing again/);
    expect(isStepUp(await login(ada))).toBe(true);
  });

  /** The typing set up anew in a session, with the code; whoever has password and card can do so. */
  async function enrolAnew(by: Customer): Promise<void> {
    const start = (await by.browser.post('/enrol/start')).body as unknown as { challenge: string; coordinates: string[] };
    const entries = Array.from({ length: 5 }, () => by.typist.sample());
    const code = answerOf(by.card, start.coordinates);
    const answer = await by.browser.post('/enrol', { challenge: start.challenge, password: by.password, entries, code });
    expect(answer.status).toBe(200);
  }

  it('counts a code that was used later, in a session of that sign-in, as a code of it', async () => {
    for (const use of ['confirm', 'enrol'] as const) {
      await begin();
      await becomeReady();
      bank.advance(MINUTE);
      expect((await login({ ...thief, typist: ada.typist })).body).toMatchObject({ status: 'signed-in' });
      const [stolen] = await signIns();
      expect(stolen?.factors).not.toContain('matrix-code');
      bank.advance(MINUTE);
      await (use === 'confirm' ? confirmation(thief, 'export') : enrolAnew(thief));
      await withCode(ada);
      expect((await dispute(stolen)).body).toMatchObject({ byCard: true, typing: use === 'enrol' ? 'enrol-again' : 'unchanged' });
    }
  });

  it('counts a code of a session that was locked and taken up again, at each of its sign-ins', async () => {
    await becomeReady();
    bank.advance(MINUTE);
    await login({ ...thief, typist: ada.typist });
    const [stolen] = await signIns();
    await thief.browser.post('/lock');
    const { challenge } = (await thief.browser.post('/reauthenticate/start')).body;
    const again = await thief.browser.post('/reauthenticate', { challenge, password: ada.password, typing: null });
    expect((await stepUp(thief, again)).body).toMatchObject({ status: 'signed-in' });
    bank.advance(MINUTE);
    await withCode(ada);
    expect((await dispute(stolen)).body).toMatchObject({ byCard: true });
  });

  it('forgets what was enrolled since, whoever used the card for it', async () => {
    await becomeReady();
    bank.advance(MINUTE);
    await login({ ...thief, typist: ada.typist });
    const [stolen] = await signIns();
    await withCode(ada);
    await enrolAnew(ada);
    expect((await dispute(stolen)).body).toMatchObject({ byCard: false, typing: 'enrol-again' });
    expect(await template()).toBeUndefined();
  });

  it('forgets what a registration enrolled that was not his', async () => {
    const [registration] = await signIns();
    bank.advance(MINUTE);
    await withCode({ ...ada, browser: bank.browser() });
    expect((await dispute(registration)).body).toMatchObject({ typing: 'enrol-again' });
  });

  it('is done even where the template can not be read', async () => {
    await becomeReady();
    const ctx = verifierContext(bank.verifier);
    const subject = ctx.subjectOf(bank.host.registered[0] ?? '');
    await login({ ...ada, browser: bank.browser() });
    const [last] = await signIns();
    const asked = await confirmation(ada, `sign-ins/dispute:${last?.id}`);
    await ctx.store.transaction(async (tx) => {
      const found = await anyTemplate.get(ctx, tx, subject, 'current');
      await anyTemplate.put(ctx, tx, { ...found!, value: { ...found!.value, profile: 'AAAA' } });
    });
    const answer = await ada.browser.post('/sign-ins/dispute', { confirmation: asked, signIn: last?.id });
    expect(answer).toMatchObject({ status: 200, body: { typing: 'enrol-again', sessionsEnded: 1 } });
    expect(await template()).toBeUndefined();
  });

  it('leaves a recording of an old sign-in no good for the typing that is set up anew', async () => {
    const recorded = ada.typist.sample();
    await withCode(thief);
    const [stolen] = await signIns();
    await login(thief, { typing: recorded });
    bank.advance(MINUTE);
    await dispute(stolen);
    const enrol = async (entries: unknown[]) => {
      const { challenge, coordinates } = (await ada.browser.post('/enrol/start')).body as unknown as {
        challenge: string;
        coordinates: string[];
      };
      return ada.browser.post('/enrol', { challenge, password: ada.password, entries, code: answerOf(ada.card, coordinates) });
    };
    const typed = (count: number) => Array.from({ length: count }, () => ada.typist.sample());
    expect(await enrol([...typed(4), recorded])).toMatchObject({ status: 422, body: { error: { code: 'ERR_TYPING_AUTOMATED' } } });
    expect((await enrol(typed(5))).status).toBe(200);
    expect(await login(thief, { typing: recorded })).toMatchObject({ status: 401 });
    expect((await login(ada)).status).toBe(200);
  });

  it('reports the open step-up of another session, and learns nothing of it', async () => {
    await becomeReady();
    const asked = await login(thief, { typing: null });
    expect(isStepUp(asked)).toBe(true);
    const [open] = await signIns();
    expect(open).toMatchObject({ outcome: 'step-up' });
    expect((await dispute(open)).body).toMatchObject({ byCard: false, sessionsEnded: 1 });
    expect((await signIns())[0]).toMatchObject({ id: open?.id, outcome: 'abandoned', disputed: true });
    expect(await stepUp(thief, asked)).toMatchObject({ status: 401 });
    expect((await alerts()).map(({ code }) => code).sort()).toEqual(['sign-in-disputed', 'step-up-abandoned']);
  });

  it('changes nothing the second time, and nothing for what is not on the list', async () => {
    await becomeReady();
    const [last] = await signIns();
    await dispute(last);
    await bank.newMailsFor(ada.email);
    const before = await alerts();
    expect(await dispute(last)).toMatchObject({
      status: 200,
      body: { status: 'disputed', already: true, typing: 'unchanged', sessionsEnded: 0 },
    });
    expect(await dispute({ id: 'x'.repeat(22) })).toMatchObject({
      status: 404,
      body: { error: { code: 'ERR_NOT_FOUND', field: 'signIn' } },
    });
    expect(await alerts()).toEqual(before);
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    const bob = await registerCustomer(bank, { identifier: 'bob', seed: 2, browser: bank.browser() });
    expect(await dispute(last, bob)).toMatchObject({ status: 404 });
  });

  it('takes a code for it, and refuses what can be no sign-in', async () => {
    const [last] = await signIns();
    const post = (body: unknown) => ada.browser.post('/sign-ins/dispute', body);
    expect(await post({ confirmation: 'x', signIn: last?.id })).toMatchObject({
      status: 403,
      body: { error: { code: 'ERR_CONFIRMATION' } },
    });
    for (const signIn of [undefined, 5, '', 'a/b', 'a'.repeat(65)]) {
      expect(await post({ confirmation: 'x', signIn })).toMatchObject({ status: 422, body: { error: { field: 'signIn' } } });
    }
    expect((await post({ signIn: last?.id })).status).toBe(422);
    expect((await signIns())[0]).toMatchObject({ disputed: false });
  });

  it('is not undone by confirming the list afterwards', async () => {
    await becomeReady();
    bank.advance(MINUTE);
    await login(ada);
    const [first, second] = await signIns();
    await dispute(first);
    const answer = await ada.browser.post('/sign-ins/confirm', { confirmation: await confirmation(ada, 'sign-ins/confirm') });
    expect(answer.status).toBe(200);
    expect(await signIns()).toMatchObject([
      { id: first?.id, disputed: true, confirmed: false },
      { id: second?.id, disputed: false, confirmed: true },
      {},
    ]);
  });

  it('is done altogether or not at all when the server crashes in it', async () => {
    let crashes = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; ; at++) {
        const store = failingStore(testStore());
        bank = await openBank({ store, policy: READY });
        ada = await registerCustomer(bank);
        await becomeReady();
        const other = { ...ada, browser: bank.browser() };
        expect((await login(other)).body).toMatchObject({ status: 'signed-in' });
        const [last] = await signIns();
        const body = { confirmation: await confirmation(ada, `sign-ins/dispute:${last?.id}`), signIn: last?.id };
        store.arm({ at, when });
        const lost = await ada.browser.post('/sign-ins/dispute', body);
        if (!store.failed) {
          expect(lost.status).toBe(200);
          break;
        }
        crashes++;
        store.recover();
        const [now] = await signIns();
        const there = (await other.browser.get('/session')).body as { state: string };
        expect([now?.disputed, there.state]).toEqual(now?.disputed ? [true, 'none'] : [false, 'full']);
        expect((await alerts()).length).toBe(now?.disputed ? 1 : 0);
        expect(await quarantinedOf(bank)).toBe(now?.disputed ? 0 : 1);
      }
    }
    expect(crashes).toBeGreaterThan(3);
  });
});
