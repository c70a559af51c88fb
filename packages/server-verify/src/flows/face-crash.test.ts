import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import type { Answer } from '../testing-browser';
import { forEachCrash } from '../testing-crash';
import { askedFor, loginWithFace, prepareFaceRegistration, registerWithFace } from '../testing-face-flows';
import { answerOf, type Bank, confirmation, login, openBank } from '../testing-flows';
import { failingStore, testStore } from '../testing-stores';
import { contentOf } from '../testing-verifier';

const POLICY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const headers = { 'idempotency-key': 'once' };

/** A submit that a crash cut off, sent again unchanged: at once, and where it is still being judged, when its lease has run out. */
async function again(bank: Bank, submit: () => Promise<Answer>): Promise<Answer> {
  const early = await submit();
  if (early.body.error?.code !== 'ERR_CHALLENGE_BUSY') {
    return early;
  }
  bank.advance(5_000);
  return submit();
}

describe('a crash', () => {
  it('anywhere in a registration with a face leaves all of it or nothing, and the same submits complete it', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const { body, browser, face, typist } = await prepareFaceRegistration(bank);
      store.arm(crash);
      const lost = await browser.post('/register', body, headers);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      const templates = await contentOf(store, 'face-template');
      expect(templates.map(({ id }) => id)).toEqual((await contentOf(store, 'registration')).length === 0 ? [] : ['pending']);
      const { registration, card, coordinates } = (await again(bank, () => browser.post('/register', body, headers))).body as unknown as {
        registration: string;
        card: MatrixCardView;
        coordinates: string[];
      };
      const [emailCode] = await bank.codesFor(body.email);
      const confirmed = await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
      expect(confirmed.status).toBe(201);
      expect((await contentOf(store, 'face-template')).map(({ id }) => id)).toEqual(['current']);
      const ada = { identifier: 'ada', email: body.email, password: body.password, card, typist, face, browser };
      expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
      return true;
    });
    expect(crashes).toBeGreaterThan(4);
  });

  it('anywhere in the confirmation activates the face with the rest or not at all', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const { body, browser } = await prepareFaceRegistration(bank);
      const submitted = (await browser.post('/register', body)).body as unknown as {
        registration: string;
        card: MatrixCardView;
        coordinates: string[];
      };
      const [emailCode] = await bank.codesFor(body.email);
      const answer = { registration: submitted.registration, emailCode, code: answerOf(submitted.card, submitted.coordinates) };
      store.arm(crash);
      const lost = await browser.post('/register/confirm', answer);
      if (!store.failed) {
        expect(lost.status).toBe(201);
        return false;
      }
      store.recover();
      const current = async (kind: string) => (await contentOf(store, kind)).filter(({ id }) => id === 'current').length;
      expect(await current('face-template')).toBe(await current('typing-template'));
      expect(await browser.post('/register/confirm', answer)).toMatchObject({ status: 201, body: { status: 'signed-in' } });
      expect(await current('face-template')).toBe(1);
      return true;
    });
    expect(crashes).toBeGreaterThan(5);
  });

  it('anywhere in a look of a sign-in gives one outcome, and the look counts once', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const ada = await registerWithFace(bank);
      const { challenge, actions } = askedFor(await login(ada));
      const body = { challenge, sample: ada.face.look(actions) };
      store.arm(crash);
      const lost = await ada.browser.post('/step-up/face', body, headers);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      const done = await again(bank, () => ada.browser.post('/step-up/face', body, headers));
      expect(done).toMatchObject({ status: 200, body: { status: 'signed-in' } });
      expect((await ada.browser.get('/session')).body).toMatchObject({ state: 'full' });
      // Registration and this look.
      expect(await bank.verifier.inspectFace({ subject: bank.host.registered[0]! })).toMatchObject({ judged: 2, blocked: false });
      expect(await bank.newMailsFor(ada.email)).not.toContain('A recorded face was refused');
      return true;
    });
    expect(crashes).toBeGreaterThan(3);
  });

  it('anywhere in an enrolment of the settings leaves the old face or the new one', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const ada = await registerWithFace(bank);
      const before = (await contentOf(store, 'face-template'))[0]!;
      const start = { confirmation: await confirmation(ada, 'face:enrol') };
      const { challenge, actions } = askedFor(await ada.browser.post('/face/start', start));
      const body = { challenge, sample: ada.face.look(actions) };
      store.arm(crash);
      const lost = await ada.browser.post('/face/enrol', body, headers);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      store.recover();
      const [between] = await contentOf(store, 'face-template');
      const done = await again(bank, () => ada.browser.post('/face/enrol', body, headers));
      expect(done).toMatchObject({ status: 200, body: { status: 'enrolled' } });
      const [after] = await contentOf(store, 'face-template');
      expect(after?.version).toBe(before.version + 1);
      expect([before.body, after?.body]).toContain(between?.body);
      const mails = await bank.newMailsFor(ada.email);
      expect(mails.filter((subject) => subject === 'Your face was added')).toHaveLength(1);
      return true;
    });
    expect(crashes).toBeGreaterThan(3);
  });
});
