import type { FaceAction } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../memory-store';
import type { PolicyOptions } from '../policy';
import { createFace } from '../testing-face';
import { askedFor, type FaceCustomer, loginWithFace, registerWithFace, showFace } from '../testing-face-flows';
import { type Bank, login, openBank, PASSWORD, quarantinedOf, stepUp } from '../testing-flows';
import { recordingStore } from '../testing-stores';
import { createTypist } from '../testing-typists';
import { sampleIds } from '../typing-samples';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const error = (code: string) => ({ error: { code } });

async function customer(policy: PolicyOptions = READY, options: Parameters<typeof openBank>[0] = {}) {
  const bank = await openBank({ policy, ...options });
  const ada = await registerWithFace(bank);
  await bank.newMailsFor(ada.email);
  return { bank, ada };
}

const other = () => createTypist(77, { keys: PASSWORD.length });
const lastSignIn = async (ada: FaceCustomer) => ((await ada.browser.get('/history')).body.signIns as Array<Record<string, unknown>>)[0];
const alerts = async (bank: Bank) => {
  await bank.flows.runJobs();
  return bank.verifier
    .exportSubject({ subject: bank.host.registered[0]! })
    .then(({ records }) => (records.alert ?? []).map(({ code }) => code));
};

describe('a sign-in of a customer with a face', () => {
  it('asks for the face after a right password, and opens a full session for the owner', async () => {
    const { bank, ada } = await customer();
    const asked = await login(ada);
    expect(asked).toMatchObject({ status: 200, body: { status: 'step-up', next: 'face', actions: expect.any(Array) } });
    expect(Object.keys(asked.body).sort()).toEqual(['actions', 'challenge', 'expiresAt', 'next', 'status']);
    expect((await ada.browser.get('/session')).body).toEqual({ state: 'step-up', next: 'face' });
    expect((await ada.browser.get('/security')).status).toBe(403);
    const done = await showFace(ada, asked);
    expect(done).toMatchObject({ status: 200, body: { status: 'signed-in', session: { state: 'full', name: 'Ada L' } } });
    expect(await lastSignIn(ada)).toMatchObject({ outcome: 'signed-in', factors: ['password', 'typing', 'face'], reason: 'normal' });
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    expect(await alerts(bank)).toEqual([]);
  });

  it('asks for it in the same words whatever typing says', async () => {
    const { ada } = await customer();
    const causes = [
      ada.typist.sample(),
      other().sample(),
      null,
      { ...ada.typist.sample(), flags: { corrected: true as const } },
      { ...ada.typist.sample(), flags: { pasted: true as const }, keys: [] },
    ];
    const answers = [];
    for (const typing of causes) {
      const answer = await login(ada, { typing });
      const { actions, challenge: _challenge, expiresAt: _expiresAt, ...rest } = answer.body as Record<string, unknown>;
      answers.push({ ...rest, actions: (actions as unknown[]).length });
      expect((await ada.browser.get('/session')).body).toEqual({ state: 'step-up', next: 'face' });
      // The throttle counts each of them until a factor passes.
      const code = await ada.browser.post('/step-up/use-code');
      expect((await stepUp(ada, code)).status).toBe(200);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('asks for the code all the same where typing does not match, was pasted, is missing, or the spot check wants it', async () => {
    const { ada } = await customer();
    for (const typing of [other().sample(), null, { ...ada.typist.sample(), flags: { pasted: true as const }, keys: [] }]) {
      const answer = await loginWithFace(ada, { typing });
      expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code', coordinates: expect.any(Array) });
      expect((await ada.browser.get('/session')).body).toEqual({ state: 'step-up', next: 'matrix-code' });
      expect((await stepUp(ada, answer)).body).toMatchObject({ status: 'signed-in' });
      expect(await lastSignIn(ada)).toMatchObject({ factors: ['password', 'face', 'matrix-code'], reason: 'extra-check' });
    }
    const spot = await customer({ typing: { readyAt: 5, codeEveryNth: 1 } });
    expect((await loginWithFace(spot.ada)).body).toMatchObject({ next: 'matrix-code' });
    const young = await customer({ typing: { readyAt: 50, codeEveryNth: 1 } });
    expect((await loginWithFace(young.ada)).body).toMatchObject({ next: 'matrix-code' });
  });

  it('refuses another face, tells owner and operators, and takes the code instead', async () => {
    const { bank, ada } = await customer();
    const answer = await loginWithFace(ada, { face: createFace(99) });
    expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in with a face that did not look like you']);
    expect(await alerts(bank)).toEqual(['face-mismatch']);
    // The face had its chance.
    expect(await ada.browser.post('/step-up/face/start')).toMatchObject({ status: 403, body: error('ERR_SESSION_SCOPE') });
    expect((await stepUp(ada, answer)).body).toMatchObject({ status: 'signed-in' });
  });

  it('refuses a still picture and a repeated look, with an alarm of its own', async () => {
    const { bank, ada } = await customer();
    const asked = await login(ada);
    expect((await showFace(ada, asked, () => ada.face.still())).body).toMatchObject({ next: 'matrix-code' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in in which the camera saw nobody move']);
    const first = await login(ada);
    const look = ada.face.look(askedFor(first).actions);
    expect((await showFace(ada, first, () => look)).body).toMatchObject({ status: 'signed-in' });
    const again = await login(ada);
    const replay = (actions: readonly FaceAction[]) => {
      const fresh = ada.face.look(actions);
      fresh.descriptors[3]![1] = look.descriptors[3]![1];
      return fresh;
    };
    expect((await showFace(ada, again, replay)).body).toMatchObject({ next: 'matrix-code' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['A recorded face was refused']);
    expect((await alerts(bank)).sort()).toEqual(['face-not-live', 'face-replayed']);
  });

  it('answers alike, with the same store calls, where the face passed and typing did not, and where the face did not', async () => {
    const store = recordingStore(memoryStore());
    const { ada } = await customer(READY, { store });
    const stranger = other();
    const attempt = async (typing: unknown, look: (actions: readonly FaceAction[]) => ReturnType<typeof ada.face.look>) => {
      const asked = await login(ada, { typing: typing as never });
      store.calls.length = 0;
      const { status, body, headers } = await showFace(ada, asked, look);
      const calls = [...store.calls];
      const { challenge: _challenge, ...rest } = body;
      expect((await stepUp(ada, { status, body, headers })).status).toBe(200);
      return { status, keys: Object.keys(rest), headers: [...headers.keys()], calls };
    };
    const mismatch = await attempt(stranger.sample(), ada.face.look);
    expect(await attempt(ada.typist.sample(), createFace(98).look)).toEqual(mismatch);
    expect(await attempt(stranger.sample(), createFace(97).look)).toEqual(mismatch);
    expect(await attempt(ada.typist.sample(), () => ada.face.still())).toEqual(mismatch);
    expect(mismatch.calls).toContain('insert notice');
  });

  it('makes the same store calls at the password for accepted typing and for a mismatch, and alerts for the one alone', async () => {
    const store = recordingStore(memoryStore());
    const { bank, ada } = await customer(READY, { store });
    const attempt = async (typing: unknown) => {
      const { challenge } = (await ada.browser.post('/login/start')).body as { challenge: string };
      store.calls.length = 0;
      await ada.browser.post('/login', { challenge, identifier: 'ada', password: PASSWORD, typing });
      const calls = [...store.calls];
      expect((await stepUp(ada, await ada.browser.post('/step-up/use-code'))).status).toBe(200);
      return calls;
    };
    await attempt(ada.typist.sample());
    const accepted = await attempt(ada.typist.sample());
    expect(await attempt(other().sample())).toEqual(accepted);
    expect(await alerts(bank)).toEqual(['typing-mismatch']);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in that did not look like you']);
  });

  it('puts an accepted entry in quarantine, to wait for a code, and leaves none held', async () => {
    const { bank, ada } = await customer({ typing: { ...READY.typing, mostReleased: 10 } });
    expect(await quarantinedOf(bank)).toBe(0);
    for (let i = 0; i < 3; i++) {
      expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
    }
    expect(await quarantinedOf(bank)).toBeGreaterThan(0);
    const ctx = verifierContext(bank.verifier);
    expect(await ctx.store.transaction((tx) => sampleIds(tx, ctx.subjectOf(bank.host.registered[0]!), 'held'))).toEqual([]);
  });

  it('has a look that can not be judged repeated, ten looks at most, without counting it as a failure', async () => {
    const { bank, ada } = await customer();
    const somebody = createFace(42);
    const blurred = (actions: readonly FaceAction[]) => {
      const look = ada.face.look(actions);
      look.descriptors[4]![1] = somebody.look(actions).descriptors[4]![1];
      return look;
    };
    let asked = await login(ada);
    for (let i = 1; i < 10; i++) {
      asked = await showFace(ada, asked, blurred);
      expect(asked.body).toMatchObject({ status: 'step-up', next: 'face', retry: 'unstable' });
    }
    const last = await showFace(ada, asked, blurred);
    expect(last.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await stepUp(ada, last)).status).toBe(200);
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    // The code has cleared the count.
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('is good for the last challenge only, each counts as a look, and after the tenth it is the code', async () => {
    const { ada } = await customer();
    const first = await login(ada);
    const second = await ada.browser.post('/step-up/face/start');
    expect(second.body).toMatchObject({ status: 'step-up', next: 'face' });
    expect(await showFace(ada, first)).toMatchObject({ status: 409, body: error('ERR_CHALLENGE_USED') });
    for (let i = 3; i <= 10; i++) {
      expect((await ada.browser.post('/step-up/face/start')).body).toMatchObject({ next: 'face' });
    }
    expect((await ada.browser.post('/step-up/face/start')).body).toMatchObject({ next: 'matrix-code' });
    expect((await ada.browser.post('/step-up/face/start')).status).toBe(403);
  });

  it('can be completed with the code at any time, also without a camera', async () => {
    const { bank, ada } = await customer();
    await login(ada);
    const code = await ada.browser.post('/step-up/use-code');
    expect(code.body).toMatchObject({ status: 'step-up', next: 'matrix-code', coordinates: expect.any(Array) });
    expect((await ada.browser.get('/session')).body).toEqual({ state: 'step-up', next: 'matrix-code' });
    expect((await stepUp(ada, code)).body).toMatchObject({ status: 'signed-in' });
    // Asked for without giving the face up.
    await login(ada);
    const started = await ada.browser.post('/step-up/start');
    expect((await stepUp(ada, started)).body).toMatchObject({ status: 'signed-in' });
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
  });

  it('takes the face where the card is suspended', async () => {
    const { ada } = await customer();
    await login(ada);
    expect((await ada.browser.post('/card/lost')).body).toEqual({ status: 'reported' });
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
    expect((await loginWithFace(ada, { typing: null })).body).toEqual({ status: 'step-up', next: 'card-suspended' });
  });

  it('alerts the owner when it is abandoned, like a code that is not given', async () => {
    const { bank, ada } = await customer();
    await login(ada);
    bank.advance(301_000);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
    expect(await alerts(bank)).toEqual(['step-up-abandoned']);
    await login(ada);
    await ada.browser.post('/logout');
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
  });

  it('does not take a look that comes too late, or from another browser or session', async () => {
    const { bank, ada } = await customer();
    const asked = await login(ada);
    const thief = bank.browser('198.51.100.9');
    expect((await showFace({ ...ada, browser: thief }, asked)).status).toBe(401);
    bank.advance(300_000);
    expect(await showFace(ada, asked)).toMatchObject({ status: 401, body: error('ERR_SESSION_EXPIRED') });
    const again = await login(ada);
    await login(ada);
    expect(await showFace(ada, again)).toMatchObject({ status: 400, body: error('ERR_CHALLENGE_MISMATCH') });
  });

  it('neither opens the lock of an idle session nor confirms anything', async () => {
    const { bank, ada } = await customer();
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
    expect((await ada.browser.post('/step-up/face/start')).status).toBe(403);
    bank.advance(121_000);
    expect((await ada.browser.get('/security')).status).toBe(423);
    expect((await ada.browser.post('/step-up/face/start')).status).toBe(423);
    const { challenge } = (await ada.browser.post('/reauthenticate/start')).body as { challenge: string };
    const locked = await ada.browser.post('/reauthenticate', { challenge, password: PASSWORD, typing: null });
    expect(locked.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await ada.browser.post('/step-up/face/start')).status).toBe(423);
  });

  it('judges one of twenty parallel submits of a look', async () => {
    const { ada } = await customer();
    const asked = await login(ada);
    const { challenge, actions } = askedFor(asked);
    const body = { challenge, sample: ada.face.look(actions) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => ada.browser.copy().post('/step-up/face', body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('refuses a look that is no look, and leaves the challenge good', async () => {
    const { ada } = await customer();
    const asked = await login(ada);
    const wrong = await showFace(ada, asked, (actions) => ({ ...ada.face.look(actions), descriptors: [] }));
    expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'ERR_FIELD_INVALID', field: 'sample.descriptors' } } });
    expect((await showFace(ada, asked)).body).toMatchObject({ status: 'signed-in' });
  });
});
