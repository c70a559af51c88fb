import type { FaceSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { memoryStore } from '../memory-store';
import { createFace } from '../testing-face';
import { askedFor, loginWithFace, prepareFaceRegistration, registerWithFace, showFace } from '../testing-face-flows';
import { answerOf, login, openBank, registerCustomer, submitRegistration } from '../testing-flows';
import { contentOf } from '../testing-verifier';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const error = (code: string, field?: string) => ({ error: { code, ...(field === undefined ? {} : { field }) } });

async function open() {
  const store = memoryStore();
  return { store, bank: await openBank({ store, policy: READY }) };
}

describe('a registration with a face', () => {
  it('enrols the face with the rest, and asks for it from then on', async () => {
    const { bank, store } = await open();
    const ada = await registerWithFace(bank);
    expect((await ada.browser.get('/security')).body).toMatchObject({
      face: { consent: 'granted', state: 'enrolled', enrolledAt: expect.any(Number) },
    });
    expect((await contentOf(store, 'face-template')).map(({ id }) => id)).toEqual(['current']);
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('asks for no face where none is wanted, as before', async () => {
    const { bank, store } = await open();
    const { browser } = await submitRegistration(bank);
    const started = await browser.post('/register/start', { consent: { terms: '2026-01', biometrics: 'granted' } });
    expect(started.body.face).toBeNull();
    const bert = await registerCustomer(bank, { identifier: 'bert', seed: 2 });
    expect((await bert.browser.get('/security')).body).toMatchObject({ face: { consent: 'declined', state: 'none', enrolledAt: null } });
    expect(await contentOf(store, 'face-history')).toEqual([]);
  });

  it('stores nothing before the submit, and hands the face back sealed', async () => {
    const { bank, store } = await open();
    const { looked, face, asked } = await prepareFaceRegistration(bank);
    expect(looked).toMatchObject({ status: 200, body: { status: 'captured', face: expect.stringMatching(/^[A-Za-z0-9_-]+$/) } });
    expect(await contentOf(store, 'face-template')).toEqual([]);
    expect(await contentOf(store, 'customer')).toEqual([]);
    const opened = Buffer.from(looked.body.face as string, 'base64url').toString('latin1');
    expect(opened).not.toContain('pipeline');
    expect(opened).not.toContain(String(face.look(asked.actions).descriptors[0]![1][0]));
  });

  it('is refused without the face that was asked for; nothing is stored, and the registration stays good', async () => {
    const { bank, store } = await open();
    const { body, browser } = await prepareFaceRegistration(bank);
    const { face: _face, ...without } = body;
    const stranger = (await prepareFaceRegistration(bank, { seed: 2 })).body.face;
    const wrong = [undefined, '', 'abc', `${body.face.slice(0, -2)}AA`, stranger, '!'.repeat(10)];
    for (const face of wrong) {
      const refused = await browser.post('/register', { ...without, ...(face === undefined ? {} : { face }) });
      expect(refused).toMatchObject({ status: 422, body: error('ERR_ENROLMENT_FACE', 'face') });
    }
    expect(await browser.post('/register', { ...body, face: 'A'.repeat(32_769) })).toMatchObject({ status: 422 });
    for (const kind of ['customer', 'face-template', 'face-history', 'typing-template', 'registration']) {
      expect(await contentOf(store, kind)).toEqual([]);
    }
    expect((await browser.post('/register', body)).status).toBe(200);
  });

  it('refuses a face that was not asked for, and one beside declined biometrics', async () => {
    const { bank } = await open();
    const { body } = await prepareFaceRegistration(bank);
    const other = await submitRegistration(bank, { identifier: 'no name', email: 'bert@mail.test' });
    expect(await other.browser.post('/register', { ...other.body, identifier: 'bert', face: body.face })).toMatchObject({
      status: 422,
      body: error('ERR_BIOMETRICS_DECLINED', 'face'),
    });
    const declined = await bank.browser().post('/register/start', { consent: { terms: '1', biometrics: 'declined', face: 'granted' } });
    expect(declined).toMatchObject({ status: 422, body: error('ERR_FIELD_INVALID', 'consent.face') });
  });

  it('has a look repeated that is no good, with other actions, ten looks at most', async () => {
    const { bank } = await open();
    const browser = bank.browser();
    const started = await browser.post('/register/start', { consent: { terms: '2026-01', biometrics: 'granted', face: 'granted' } });
    let asked = started.body.face as { challenge: string };
    for (let i = 1; i < 10; i++) {
      const still = await browser.post('/register/face', { challenge: asked.challenge, sample: createFace(i).still() });
      expect(still).toMatchObject({ status: 200, body: { status: 'retry', reason: 'not-live', actions: expect.any(Array) } });
      asked = askedFor(still);
    }
    expect(await browser.post('/register/face', { challenge: asked.challenge, sample: createFace(50).still() })).toMatchObject({
      status: 422,
      body: error('ERR_ENROLMENT_FACE', 'sample'),
    });
  });

  it('takes a look once, from the browser that began', async () => {
    const { bank } = await open();
    const { asked, browser, face } = await prepareFaceRegistration(bank);
    const sample: FaceSample = face.look(asked.actions);
    expect(await browser.post('/register/face', { challenge: asked.challenge, sample })).toMatchObject({
      body: error('ERR_CHALLENGE_USED'),
    });
    expect(await bank.browser().post('/register/face', { challenge: asked.challenge, sample })).toMatchObject({
      body: error('ERR_CHALLENGE_MISMATCH'),
    });
  });

  it('takes as many looks of an address in an hour as its registrations may, and none of those away; one too many stays good for later', async () => {
    const bank = await openBank({ policy: { ...READY, registration: { perHour: 2 }, face: { triesPerChallenge: 2 } } });
    const browser = bank.browser();
    const start = async () => {
      const started = await browser.post('/register/start', { consent: { terms: '2026-01', biometrics: 'granted', face: 'granted' } });
      return started.body.face as ReturnType<typeof askedFor>;
    };
    for (const attempt of [1, 2]) {
      const still = await browser.post('/register/face', { challenge: (await start()).challenge, sample: createFace(attempt).still() });
      expect(still.body).toMatchObject({ status: 'retry' });
      const again = await browser.post('/register/face', { challenge: askedFor(still).challenge, sample: createFace(attempt).still() });
      expect(again.body).toMatchObject(error('ERR_ENROLMENT_FACE'));
    }
    const { challenge, actions } = await start();
    const look = { challenge, sample: createFace(1).look(actions) };
    expect(await browser.post('/register/face', look)).toMatchObject({ status: 429, body: { error: { code: 'ERR_THROTTLED' } } });
    // The looks have taken nothing from the registrations.
    expect((await submitRegistration(bank, { browser, identifier: 'bert', email: 'bert@mail.test' })).submitted.status).toBe(200);
    const other = await bank.browser('198.51.100.9');
    expect(other.cookies.size).toBe(0);
    for (const [name, value] of browser.cookies) {
      other.cookies.set(name, value);
    }
    expect((await other.post('/register/face', look)).body).toMatchObject({ status: 'captured' });
  });

  it('may be looked at last: the first challenge is good until the registration ends', async () => {
    const { bank } = await open();
    const browser = bank.browser();
    const started = await browser.post('/register/start', { consent: { terms: '2026-01', biometrics: 'granted', face: 'granted' } });
    const { face: asked, expiresAt } = started.body as unknown as {
      face: ReturnType<typeof askedFor> & { expiresAt: number };
      expiresAt: number;
    };
    expect(expiresAt - asked.expiresAt).toBeLessThan(1_000);
    bank.advance(600_000);
    const sample = createFace(1).look(asked.actions);
    expect((await browser.post('/register/face', { challenge: asked.challenge, sample })).body).toMatchObject({ status: 'captured' });
  });

  it('knows the look of the registration again', async () => {
    const { bank } = await open();
    const { body, browser, asked, face, typist } = await prepareFaceRegistration(bank);
    const submitted = (await browser.post('/register', body)).body as never as {
      registration: string;
      card: MatrixCardView;
      coordinates: string[];
    };
    const { registration, card, coordinates } = submitted;
    const [emailCode] = await bank.codesFor(body.email);
    expect((await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) })).status).toBe(201);
    const ada = { identifier: 'ada', email: body.email, password: body.password, card, typist, face, browser };
    await bank.newMailsFor(ada.email);
    // The same seed makes the same numbers.
    const first = createFace(1).look(asked.actions);
    const shown = await showFace(ada, await login(ada), (actions) => {
      const look = createFace(500).look(actions);
      return { ...look, descriptors: look.descriptors.map(([at], i) => [at, first.descriptors[i]![1]]) };
    });
    expect(shown.body).toMatchObject({ next: 'matrix-code' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['A recorded face was refused']);
  });

  it('leaves nothing of the face where the registration is not confirmed', async () => {
    const { bank, store } = await open();
    const { body, browser } = await prepareFaceRegistration(bank);
    expect((await browser.post('/register', body)).status).toBe(200);
    expect((await contentOf(store, 'face-template')).map(({ id }) => id)).toEqual(['pending']);
    bank.advance(3_600_001);
    await bank.flows.runJobs();
    for (const kind of ['face-template', 'face-history', 'customer']) {
      expect(await contentOf(store, kind)).toEqual([]);
    }
  });

  it('writes the same for an identifier that somebody has already', async () => {
    const { bank, store } = await open();
    await registerWithFace(bank);
    const { body, browser } = await prepareFaceRegistration(bank, { seed: 3 });
    const { registration, card, coordinates } = (await browser.post('/register', body)).body as never as {
      registration: string;
      card: Parameters<typeof answerOf>[0];
      coordinates: string[];
    };
    expect((await contentOf(store, 'face-template')).map(({ id }) => id).sort()).toEqual(['current', 'pending']);
    const confirmed = await browser.post('/register/confirm', { registration, emailCode: '000000', code: answerOf(card, coordinates) });
    expect(confirmed.status).toBe(401);
  });
});
