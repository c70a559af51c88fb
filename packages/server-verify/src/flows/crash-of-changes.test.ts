import { describe, expect, it } from 'vitest';
import { createBrowser } from '../testing-browser';
import { forEachCrash } from '../testing-crash';
import { answerOf, type Bank, type Customer, confirmation, hostCalls, login, openBank, PASSWORD, registerCustomer } from '../testing-flows';
import { failingStore, testStore } from '../testing-stores';
import { createTypist } from '../testing-typists';

const POLICY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const NEXT = 'velvet-harbour-58';
/** Of the customer, all but the audit chain. */
const KINDS = [
  'customer',
  'credential',
  'login-name',
  'session',
  'sign-in',
  'data-key',
  'consent',
  'typing-template',
  'typing-sample',
  'matrix-card',
];
const ONCE = { 'idempotency-key': 'once' };

interface Asked {
  challenge: string;
  coordinates: string[];
}

async function begin() {
  const store = failingStore(testStore());
  const host = hostCalls();
  const bank = await openBank({ store, host, policy: POLICY });
  const ada = await registerCustomer(bank);
  bank.advance(60_000);
  await bank.flows.runJobs();
  return { store, host, bank, ada };
}

/** What a new password takes beside the challenge. */
function newPassword(ada: Customer, { challenge, coordinates }: Asked) {
  const typist = createTypist(30, { keys: NEXT.length });
  const entries = Array.from({ length: 5 }, () => typist.sample());
  return { typist, body: { challenge, password: NEXT, entries, code: answerOf(ada.card, coordinates) } };
}

/** Which of the passwords are taken at the door. */
async function rightPasswords(bank: Bank, ada: Customer): Promise<string[]> {
  const right: string[] = [];
  for (const password of [PASSWORD, NEXT]) {
    const { status } = await login({ ...ada, password, browser: bank.browser('198.51.100.4') }, { typing: null });
    right.push(...(status === 200 ? [password] : []));
  }
  return right;
}

async function expectChanged(bank: Bank, changed: Customer): Promise<void> {
  expect(await rightPasswords(bank, changed)).toEqual([NEXT]);
  expect((await changed.browser.get('/security')).body).toMatchObject({ typing: { learned: 5 } });
  // The template is that of the new password.
  expect((await login({ ...changed, browser: bank.browser('198.51.100.5') })).body).toMatchObject({ status: 'signed-in' });
}

describe('a crash', () => {
  it('anywhere in an erasure leaves the customer as he was, or nothing of him, here and at the host', async () => {
    let begun = 0;
    const crashes = await forEachCrash(async (crash) => {
      const { store, host, ada } = await begin();
      const erase = { confirmation: await confirmation(ada, 'erase') };
      store.arm(crash);
      const lost = await ada.browser.post('/erase', erase);
      if (!store.failed) {
        expect(lost.body).toEqual({ status: 'erased' });
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      // Another server takes over, and its jobs finish what was begun.
      const after = await openBank({ store, host, policy: POLICY, seed: 1_000 + crash.at, startAt: Date.UTC(2026, 0, 5, 9, 2) });
      await after.flows.runJobs();
      const isBegun = (await store.transaction((tx) => tx.listKind('customer', { limit: 10 }))).length === 0;
      const again = createBrowser(after.http, '203.0.113.7', () => undefined, ada.browser.cookies);
      if (isBegun) {
        begun++;
        expect(host.erased.length).toBeGreaterThan(0);
        expect((await again.get('/security')).status).toBe(401);
      } else {
        expect(host.erased).toEqual([]);
        // The confirmation was not spent on it.
        expect((await again.post('/erase', erase)).body).toEqual({ status: 'erased' });
      }
      expect(new Set(host.erased)).toEqual(new Set(host.registered));
      const subject = host.registered[0] ?? '';
      expect(await after.verifier.verifyAudit({ subject })).toMatchObject({ status: 'intact' });
      await expect(after.verifier.exportSubject({ subject })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
      for (const kind of [...KINDS, 'erasure', 'scrub']) {
        expect([kind, await store.transaction((tx) => tx.listKind(kind, { limit: 10 }))]).toEqual([kind, []]);
      }
      return true;
    });
    expect(crashes).toBeGreaterThan(5);
    expect(begun).toBeGreaterThan(2);
  });

  it('anywhere in a change of password leaves one of the two in force, and the same submit completes it', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const { store, bank, ada } = await begin();
      const asked = (await ada.browser.post('/password/start')).body as unknown as Asked;
      const { typist, body } = newPassword(ada, asked);
      store.arm(crash);
      const lost = await ada.browser.post('/password', { ...body, current: PASSWORD }, ONCE);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      expect(await rightPasswords(bank, ada)).toHaveLength(1);
      bank.advance(5_000);
      const done = await ada.browser.post('/password', { ...body, current: PASSWORD }, ONCE);
      expect(done).toMatchObject({ status: 200, body: { status: 'signed-in' } });
      await expectChanged(bank, { ...ada, password: NEXT, typist });
      expect((await bank.newMailsFor(ada.email)).filter((title) => title === 'Your password was changed')).toHaveLength(1);
      return true;
    });
    expect(crashes).toBeGreaterThan(4);
  });

  it('anywhere in the end of a reset leaves one of the two passwords in force, and the same submit completes it', async () => {
    const crashes = await forEachCrash(async (crash) => {
      const { store, bank, ada } = await begin();
      const browser = bank.browser('192.0.2.200');
      const { reset } = (await browser.post('/reset/start', { identifier: 'ada' })).body as { reset: string };
      const emailCode = await resetCode(bank, ada);
      const asked = (await browser.post('/reset/coordinates', { reset, emailCode })).body as unknown as Asked;
      const { typist, body } = newPassword(ada, asked);
      store.arm(crash);
      const lost = await browser.post('/reset', body, ONCE);
      if (!store.failed) {
        expect(lost.status).toBe(200);
        return false;
      }
      expect(lost.status).toBeGreaterThanOrEqual(500);
      store.recover();
      expect(await rightPasswords(bank, ada)).toHaveLength(1);
      bank.advance(5_000);
      expect(await browser.post('/reset', body, ONCE)).toMatchObject({ status: 200, body: { status: 'signed-in' } });
      expect((await ada.browser.get('/security')).status).toBe(401);
      await expectChanged(bank, { ...ada, password: NEXT, typist, browser });
      expect((await bank.newMailsFor(ada.email)).filter((title) => title === 'Your password was reset')).toHaveLength(1);
      return true;
    });
    expect(crashes).toBeGreaterThan(3);
  });

  it('anywhere in the first steps of a reset leaves it to be repeated', async () => {
    const { store, bank, ada } = await begin();
    const browser = bank.browser('192.0.2.200');
    /** The answer to a call that is repeated after each crash. Mails go out in between, so that the newest is that of the last answer. */
    const call = async (path: string, body: unknown) => {
      let crashes = 0;
      let answer = await browser.post(path, body);
      await forEachCrash(async (crash) => {
        await bank.mailsFor(ada.email);
        bank.advance(60_000);
        store.arm(crash);
        const lost = await browser.post(path, body);
        const { failed } = store;
        store.recover();
        if (!failed) {
          answer = lost;
          return false;
        }
        crashes++;
        expect(lost.status).toBeGreaterThanOrEqual(500);
        bank.advance(60_000);
        answer = await browser.post(path, body);
        expect(answer.status).toBe(200);
        return true;
      });
      expect(crashes).toBeGreaterThan(1);
      return answer.body;
    };
    const { reset } = await call('/reset/start', { identifier: 'ada' });
    const emailCode = await resetCode(bank, ada);
    const asked = (await call('/reset/coordinates', { reset, emailCode })) as unknown as Asked;
    const { body } = newPassword(ada, asked);
    expect((await browser.post('/reset', body)).body).toMatchObject({ status: 'signed-in' });
  });
});

async function resetCode(bank: Bank, ada: Customer): Promise<string> {
  const mail = (await bank.mailsFor(ada.email)).find(({ subject }) => subject === 'Your code to reset the password');
  return mail?.text.match(/\b\d{6}\b/)?.[0] ?? '';
}
