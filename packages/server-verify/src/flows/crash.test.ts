import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { createBrowser } from '../testing-browser';
import { forEachCrash } from '../testing-crash';
import { answerOf, hostCalls, login, openBank, registerCustomer, submitRegistration } from '../testing-flows';
import { failingStore, testStore } from '../testing-stores';

const POLICY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

describe('a crash', () => {
  it('anywhere in the confirmation of a registration leaves all of it or nothing, and the same answer completes it', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const host = hostCalls();
      const before = await openBank({ store, policy: POLICY, host });
      const { submitted, browser, email, typist } = await submitRegistration(before);
      const { registration, card, coordinates } = submitted.body as unknown as Submitted;
      const [emailCode] = await before.codesFor(email);
      const answer = { registration, emailCode, code: answerOf(card, coordinates) };
      store.arm(crash);
      const lost = await browser.post('/register/confirm', answer);
      if (!store.failed) {
        expect(lost.status).toBe(201);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      // Another server takes over.
      const after = await openBank({ store, policy: POLICY, host, seed: 1_000 + crash.at, startAt: Date.UTC(2026, 0, 5, 9, 1) });
      await after.flows.runJobs();
      const again = createBrowser(after.http, '203.0.113.7', () => undefined, browser.cookies);
      const retried = await again.post('/register/confirm', answer);
      expect(retried).toMatchObject({ status: 201, body: { status: 'signed-in' } });
      expect(new Set(host.registered).size).toBe(1);
      const ada = { identifier: 'ada', email, password: 'copper-anvil-93', card, typist, browser: again };
      expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
      return true;
    });
    expect(crashes).toBeGreaterThan(5);
  });

  it('anywhere in the submit of a registration leaves nothing that takes effect, and the same submit completes it', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const email = 'ada@mail.test';
      // Refused for its identifier, so the registration is still good.
      const { browser, body } = await submitRegistration(bank, { identifier: 'no name', email });
      const headers = { 'idempotency-key': 'once' };
      store.arm(crash);
      const lost = await browser.post('/register', { ...body, identifier: 'ada' }, headers);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      bank.advance(5_000);
      const again = await browser.post('/register', { ...body, identifier: 'ada' }, headers);
      expect(again.status).toBe(200);
      const { registration, card, coordinates } = again.body as unknown as Submitted;
      const codes = await bank.codesFor(email);
      expect(codes).toHaveLength(1);
      const answer = { registration, emailCode: codes[0], code: answerOf(card, coordinates) };
      expect((await browser.post('/register/confirm', answer)).status).toBe(201);
      expect(await store.transaction((tx) => tx.listKind('customer', { limit: 10 }))).toHaveLength(1);
      return true;
    });
    expect(crashes).toBeGreaterThan(4);
  });

  it('anywhere in a sign-in gives one outcome: the same submit with the same key gets it or is judged, once', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const ada = await registerCustomer(bank);
      const { challenge } = (await ada.browser.post('/login/start')).body as { challenge: string };
      const body = { challenge, identifier: 'ada', password: ada.password, typing: ada.typist.sample() };
      const headers = { 'idempotency-key': 'once' };
      store.arm(crash);
      const lost = await ada.browser.post('/login', body, headers);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      const early = await ada.browser.post('/login', body, headers);
      const answer = early.body.error?.code === 'ERR_CHALLENGE_BUSY' ? undefined : early;
      bank.advance(5_000);
      const done = answer ?? (await ada.browser.post('/login', body, headers));
      expect(done).toMatchObject({ status: 200, body: { status: 'signed-in' } });
      const { signIns } = (await ada.browser.get('/security')).body as unknown as { signIns: unknown[] };
      expect(signIns).toHaveLength(2);
      expect((await ada.browser.post('/login', { ...body, password: 'another one' }, headers)).body).toMatchObject({
        error: { code: 'ERR_CHALLENGE_USED' },
      });
      return true;
    });
    expect(crashes).toBeGreaterThan(8);
  });

  it('anywhere in a step-up gives one outcome', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const store = failingStore(testStore());
      const bank = await openBank({ store, policy: POLICY });
      const ada = await registerCustomer(bank);
      const asked = await login(ada, { typing: null });
      const { challenge, coordinates } = asked.body as unknown as { challenge: string; coordinates: string[] };
      const body = { challenge, code: answerOf(ada.card, coordinates) };
      const headers = { 'idempotency-key': 'once' };
      store.arm(crash);
      const lost = await ada.browser.post('/step-up', body, headers);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      store.recover();
      bank.advance(5_000);
      const again = await ada.browser.post('/step-up', body, headers);
      expect(again).toMatchObject({ status: 200, body: { status: 'signed-in' } });
      expect((await ada.browser.get('/session')).body).toMatchObject({ state: 'full' });
      return true;
    });
    expect(crashes).toBeGreaterThan(3);
  });
});
