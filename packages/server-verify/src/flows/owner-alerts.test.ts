import { beforeEach, describe, expect, it } from 'vitest';
import type { PolicyOptions } from '../policy';
import { createBrowser } from '../testing-browser';
import { alertsOf, type Bank, type Customer, isStepUp, login, openBank, quarantinedOf, registerCustomer, stepUp } from '../testing-flows';

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

/** The owner's own sign-ins until typing carries them. */
async function becomeReady(): Promise<void> {
  const state = async () => (await bank.verifier.inspectTyping({ subject: bank.host.registered[0] ?? '' }))?.state;
  while ((await state()) === 'young') {
    bank.advance(MINUTE);
    const answer = await login(ada);
    if (isStepUp(answer)) {
      await stepUp(ada, answer);
    }
  }
  await bank.verifier.runJobs();
}

describe('an alert', () => {
  it('drops what waits since the last right code, when a step-up fails or is abandoned', async () => {
    for (const end of ['logout', 'time'] as const) {
      await begin();
      await becomeReady();
      bank.advance(MINUTE);
      await login(ada);
      expect(await quarantinedOf(bank)).toBe(1);
      await login(thief, { typing: null });
      if (end === 'logout') {
        await thief.browser.post('/logout');
      } else {
        bank.advance(301_000);
        await bank.flows.runJobs();
      }
      expect(await quarantinedOf(bank)).toBe(0);
    }
  });

  it('drops it when a script or a recording has the right password', async () => {
    for (const typing of [{ ...ada.typist.sample(), flags: { untrusted: true as const } }, 'recorded' as const]) {
      await begin();
      await becomeReady();
      bank.advance(MINUTE);
      const sample = ada.typist.sample();
      await login(ada, { typing: sample });
      expect(await quarantinedOf(bank)).toBe(1);
      await login(thief, { typing: typing === 'recorded' ? sample : typing });
      await bank.flows.runJobs();
      expect(await quarantinedOf(bank)).toBe(0);
    }
  });
});

describe('counters and cards', () => {
  it('tells owner and operators once when no more passwords are taken, and nobody of a name that nobody has', async () => {
    await begin({ ...READY, throttle: { failures: 2, blockMs: 1_000, cap: 4 } });
    await bank.newMailsFor(ada.email);
    for (const identifier of ['ada', 'nobody']) {
      const stranger = { ...ada, browser: createBrowser(bank.http, `198.51.100.${identifier.length}`, () => bank.advance(1)) };
      for (let i = 0; i < 6; i++) {
        await login(stranger, { identifier, password: 'not the password' });
        bank.advance(2_000);
      }
    }
    expect(await bank.newMailsFor(ada.email)).toEqual(['Too many wrong passwords']);
    expect((await alertsOf(bank)).map(({ code, detail }) => [code, detail])).toEqual([['throttle-cap', {}]]);
    expect(bank.events.filter(({ event }) => event === 'throttle-cap')).toEqual([
      { level: 'warn', event: 'throttle-cap', kind: 'user' },
      { level: 'warn', event: 'throttle-cap', kind: 'address' },
      { level: 'warn', event: 'throttle-cap', kind: 'user' },
      { level: 'warn', event: 'throttle-cap', kind: 'address' },
    ]);
    expect(await bank.verifier.verifyAudit()).toMatchObject({ status: 'intact' });
    expect((await bank.verifier.mailbox({ limit: 100 })).filter(({ subject }) => subject === 'Too many wrong passwords')).toHaveLength(1);
  });

  it('tells the owner once when a code outside a sign-in suspends his card', async () => {
    await bank.newMailsFor(ada.email);
    for (let i = 0; i < 7; i++) {
      const asked = (await ada.browser.post('/step-up/start', { purpose: 'settings', binding: 'erase' })).body as unknown as {
        challenge?: string;
      };
      if (asked.challenge !== undefined) {
        await ada.browser.post('/step-up', { challenge: asked.challenge, code: 'AAAAAA' });
      }
    }
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your matrix card was suspended']);
    await begin();
    await bank.newMailsFor(ada.email);
    const entries = Array.from({ length: 5 }, () => ada.typist.sample());
    const challenges: unknown[] = [];
    for (let i = 0; i < 7; i++) {
      challenges.push((await ada.browser.post('/enrol/start')).body.challenge);
    }
    const codes: Array<string | undefined> = [];
    for (const challenge of challenges) {
      const { body } = await ada.browser.post('/enrol', { challenge, password: ada.password, entries, code: 'AAAAAA' });
      codes.push(body.error?.code);
      bank.advance(31_000);
    }
    expect(codes.filter((code) => code === 'ERR_CARD_SUSPENDED')).toHaveLength(3);
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your matrix card was suspended']);
  });
});
