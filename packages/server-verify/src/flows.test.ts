import { describe, expect, it } from 'vitest';
import { createFlows } from './flows';
import { memoryStore } from './memory-store';
import { ORIGIN } from './testing-browser';
import { seededRandom, testKeyring } from './testing-context';
import { login, openBank, PASSWORD, registerCustomer, stepUp, submitRegistration } from './testing-flows';
import { createTypist } from './testing-typists';
import { createVerifier } from './verifier';

const verifier = () => createVerifier({ store: memoryStore(), keys: testKeyring(seededRandom(1)) });

describe('createFlows', () => {
  it('refuses options out of bounds by name', () => {
    const good = { verifier: verifier(), origin: ORIGIN };
    for (const [wrong, name] of [
      [{ verifier: {} }, 'verifier'],
      [{ origin: 7 }, 'origin'],
      [{ host: 'x' }, 'host'],
      [{ parseProfile: 'x' }, 'parseProfile'],
      [{ verifyPassword: 'x' }, 'verifyPassword'],
      [{ texts: 'x' }, 'texts'],
    ] as const) {
      expect(() => createFlows({ ...good, ...wrong } as never)).toThrow(name);
    }
  });

  it('hashes passwords with Argon2id where no other hasher is given', async () => {
    const store = memoryStore();
    const bank = await openBank({
      store,
      policy: { typing: { readyAt: 5, codeEveryNth: 1_000_000 } },
      flows: { passwordHasher: undefined as never },
    });
    const ada = await registerCustomer(bank);
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
    expect((await login(ada, { password: 'wrong' })).status).toBe(401);
  });

  it("takes the host's profile, texts and mails, and hands the profile to its commit", async () => {
    const seen: unknown[] = [];
    const bank = await openBank({
      flows: {
        parseProfile: (value) => ({ name: 'Ada', given: value }),
        texts: () =>
          ['first', 'second', 'third'].map((word, i) => ({ id: `own-${i}`, text: `the ${word} of our own sentences to be typed` })),
        mailTexts: { 'registration-code': ({ code }) => ({ subject: 'Kod', text: `Kod: ${code}` }) },
        host: { onRegister: (input) => void seen.push(input) },
      },
    });
    const ada = await registerCustomer(bank);
    expect(seen).toMatchObject([{ profile: { name: 'Ada', given: { name: 'Ada L' } }, role: 'customer' }]);
    expect(await bank.newMailsFor(ada.email)).toEqual(['Kod']);
    const wrong = await openBank({ flows: { texts: () => [] } });
    expect((await wrong.browser().post('/register/start', { consent: { terms: '1', biometrics: 'granted' } })).status).toBe(500);
  });

  it("works with the host's own passwords, for customers whom the host made known to the verifier", async () => {
    const asked: unknown[] = [];
    const bank = await openBank({
      flows: {
        verifyPassword: async (input) => {
          asked.push(Object.keys(input));
          const known = 'identifier' in input ? input.identifier === 'ada' : input.subject === 'host-7';
          return known && input.password === PASSWORD ? { subject: 'host-7' } : null;
        },
      },
    });
    const subject = 'host-7';
    await bank.verifier.recordConsent({ subject, biometrics: 'declined', version: '1' });
    const { challenge: enrolment } = await bank.verifier.issueChallenge({ subject, purpose: 'enrol-card' });
    const { card } = await bank.verifier.enrolMatrixCard({ subject, challenge: enrolment });
    if (card === undefined) {
      throw new Error('no card');
    }
    await bank.verifier.activate({ subject });
    const ada = { identifier: 'ada', email: 'a@b.test', password: PASSWORD, card, typist: createTypist(1), browser: bank.browser() };
    expect((await login(ada, { typing: null, password: 'wrong' })).status).toBe(401);
    expect((await login(ada, { typing: null, identifier: 'eve' })).status).toBe(401);
    const asking = await login(ada, { typing: null });
    expect((await stepUp(ada, asking)).body).toMatchObject({ status: 'signed-in' });
    await ada.browser.post('/lock');
    const { challenge } = (await ada.browser.post('/reauthenticate/start')).body;
    expect((await ada.browser.post('/reauthenticate', { challenge, password: PASSWORD, typing: null })).body).toMatchObject({
      status: 'step-up',
    });
    expect(asked).toEqual([...Array(3).fill(['identifier', 'password']), ['subject', 'password']]);
    expect(await bank.http.requireSession(ada.browser.request('/x'))).toMatchObject({ status: 423 });
  });

  it('has its jobs done by the verifier', async () => {
    const bank = await openBank();
    const { email } = await submitRegistration(bank);
    for (let round = 0; round < 2; round++) {
      await bank.verifier.runJobs();
    }
    expect((await bank.verifier.mailbox()).map(({ to }) => to)).toEqual([email]);
  });

  it('deletes what has expired', async () => {
    const store = memoryStore();
    const bank = await openBank({ store });
    const ada = await registerCustomer(bank);
    await login(ada, { password: 'wrong' });
    await ada.browser.post('/reset/start', { identifier: 'ada' });
    await bank.flows.runJobs();
    bank.advance(91 * 86_400_000);
    await bank.flows.runJobs();
    for (const kind of [
      'challenge',
      'throttle',
      'session',
      'confirmation',
      'reset',
      'sign-in',
      'registration',
      'notice',
      'alert',
      'mail',
    ]) {
      expect([kind, await store.transaction((tx) => tx.listKind(kind, { limit: 10 }))]).toEqual([kind, []]);
    }
    expect((await login({ ...ada, browser: bank.browser() })).status).toBe(200);
  });
});
