import { describe, expect, it } from 'vitest';
import { listSessions } from '../list-sessions';
import { MOST_SIGN_INS, putSession } from '../sessions';
import { signInKind } from '../sign-ins';
import type { Answer } from '../testing-browser';
import {
  alertsOf,
  answerOf,
  type Bank,
  type Customer,
  confirmation,
  openBank,
  PASSWORD,
  registerCustomer,
  stepUp,
  wrongAnswer,
} from '../testing-flows';
import { createTypist } from '../testing-typists';
import { verifierContext } from '../verifier-internals';

async function locked(biometrics: 'granted' | 'declined' = 'granted') {
  const bank = await openBank({ policy: { typing: { readyAt: 5, codeEveryNth: 1 } } });
  const ada = await registerCustomer(bank, { biometrics });
  await ada.browser.post('/lock');
  return { bank, ada };
}

async function codesOfAlerts(bank: Bank): Promise<string[]> {
  await bank.flows.runJobs();
  return (await alertsOf(bank)).map(({ code }) => code);
}

async function reauthenticate(ada: Customer, password = PASSWORD, typing: unknown = ada.typist.sample()): Promise<Answer> {
  const { challenge } = (await ada.browser.post('/reauthenticate/start')).body as { challenge: string };
  return ada.browser.post('/reauthenticate', { challenge, password, typing });
}

describe('re-authentication', () => {
  it('opens a new full session for password and strict typing; the locked one is dead', async () => {
    const { ada } = await locked();
    const old = ada.browser.copy();
    const answers: Answer[] = [];
    // Strict typing refuses some honest entries; those get the code.
    for (let i = 0; i < 6 && !answers.some(({ body }) => (body as { status?: string }).status === 'signed-in'); i++) {
      answers.push(await reauthenticate(ada));
    }
    expect(answers.at(-1)).toMatchObject({ status: 200, body: { status: 'signed-in', session: { state: 'full' } } });
    expect((await old.get('/session')).body).toEqual({ state: 'none' });
    expect((await ada.browser.get('/security')).status).toBe(200);
  });

  it('asks for the code when typing does not match, and stays locked until it is right', async () => {
    const { bank, ada } = await locked();
    const asked = await reauthenticate(ada, PASSWORD, createTypist(77, { keys: PASSWORD.length }).sample());
    expect(asked.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await ada.browser.get('/security')).status).toBe(423);
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
    expect((await ada.browser.get('/security')).status).toBe(200);
    // Strict typing misses many an entry of the owner: with the right code there is nothing to tell.
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your confirmation code']);
    expect(await codesOfAlerts(bank)).toEqual([]);
  });

  it('asks for the code on a clock too coarse to tell a recording, without an alarm', async () => {
    // Any honest entry is accepted here, as far as it can be.
    const bank = await openBank({ policy: { typing: { readyAt: 5, codeEveryNth: 1_000_000, targetFmr: 0.05, strictFmr: 0.05 } } });
    const ada = await registerCustomer(bank);
    await ada.browser.post('/lock');
    expect((await reauthenticate(ada)).body).toMatchObject({ status: 'signed-in' });
    await ada.browser.post('/lock');
    const asked = await reauthenticate(ada, PASSWORD, ada.typist.sample({ clockStep: 250 }));
    expect(asked.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your confirmation code']);
    expect(await codesOfAlerts(bank)).toEqual([]);
  });

  it('asks for the code when a session has been opened again and again by typing alone, which settles all of it', async () => {
    // Any honest entry is accepted here, as far as it can be.
    const policy = {
      typing: { readyAt: 5, codeEveryNth: 1_000_000, targetFmr: 0.05, strictFmr: 0.05 },
      session: { reauthFailures: 10 },
    } as const;
    const bank = await openBank({ policy });
    const ada = await registerCustomer(bank);
    const ctx = verifierContext(bank.verifier);
    const live = async () =>
      ctx.store.transaction(async (tx) => {
        const [found] = await listSessions(ctx, tx, ctx.subjectOf(bank.host.registered[0] ?? ''));
        return found!;
      });
    const again = async (): Promise<Answer[]> => {
      const answers: Answer[] = [];
      for (let i = 0; i < 4; i++) {
        await ada.browser.post('/lock');
        answers.push(await reauthenticate(ada));
      }
      return answers;
    };
    const statuses = (answers: Answer[]) => new Set(answers.map(({ body }) => body.status));
    expect(statuses(await again())).toEqual(new Set(['signed-in']));
    const { signIns } = (await live()).value;
    expect(signIns).toHaveLength(5);
    const session = await live();
    await ctx.store.transaction(async (tx) => {
      await putSession(ctx, tx, session, { signIns: Array.from({ length: MOST_SIGN_INS }, (_, i) => signIns[i] ?? `gone-${i}`) });
    });

    const asked = await again();
    expect(statuses(asked)).toEqual(new Set(['step-up']));
    expect((await stepUp(ada, asked.at(-1)!)).body).toMatchObject({ status: 'signed-in' });
    expect((await live()).value.signIns).toEqual([]);
    const { subject } = await live();
    const kept = await ctx.store.transaction((tx) => Promise.all(signIns.map((id) => signInKind.get(ctx, tx, subject, id))));
    expect(kept.map((found) => found?.value.cardUsed)).toEqual(signIns.map(() => true));
    expect(statuses(await again())).toEqual(new Set(['signed-in']));
    expect((await live()).value.signIns).toHaveLength(4);
    // A code for anything else settles them as well.
    await confirmation(ada, 'export');
    expect((await live()).value.signIns).toEqual([]);
  });

  it('tells owner and operator of a strict miss that no right code follows, and of a script at once', async () => {
    const missed = await locked();
    await reauthenticate(missed.ada, PASSWORD, createTypist(77, { keys: PASSWORD.length }).sample());
    missed.bank.advance(300_001);
    expect(await missed.bank.newMailsFor(missed.ada.email)).toContain('A sign-in was not completed');
    expect(await codesOfAlerts(missed.bank)).toEqual(['step-up-abandoned']);

    const scripted = await locked();
    const script = { ...scripted.ada.typist.sample(), flags: { untrusted: true as const } };
    await reauthenticate(scripted.ada, PASSWORD, script);
    expect(await scripted.bank.newMailsFor(scripted.ada.email)).toContain('A program used your password');
    expect(await codesOfAlerts(scripted.bank)).toEqual(['typing-automated']);
  });

  it('counts a code that was asked for and not given as a failure, so that nobody tries strict typing again and again', async () => {
    const { bank, ada } = await locked();
    const other = createTypist(77, { keys: PASSWORD.length });
    for (let i = 0; i < 3; i++) {
      expect((await reauthenticate(ada, PASSWORD, other.sample())).body).toMatchObject({ status: 'step-up' });
    }
    expect((await reauthenticate(ada)).body).toMatchObject({ error: { code: 'ERR_SESSION_ENDED' } });
    expect((await ada.browser.get('/session')).body).toEqual({ state: 'none' });
    expect(await bank.newMailsFor(ada.email)).toContain('Wrong matrix codes after your password');
  });

  it('takes no code once its time is over, before any job has reported it', async () => {
    const { bank, ada } = await locked();
    await reauthenticate(ada, PASSWORD, null);
    bank.advance(bank.verifier.policy.session.stepUpMs - 1_000);
    await ada.browser.post('/refresh');
    const asked = await ada.browser.post('/step-up/start');
    bank.advance(1_000);
    expect(await stepUp(ada, asked)).toMatchObject({ status: 423 });
  });

  it('asks a customer without biometrics for the code', async () => {
    const { ada } = await locked('declined');
    const asked = await reauthenticate(ada, PASSWORD, null);
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
  });

  it('ends the session after three wrong passwords', async () => {
    const { ada } = await locked();
    const answers = [];
    for (let i = 0; i < 3; i++) {
      answers.push(await reauthenticate(ada, 'wrong'));
    }
    expect(answers.map(({ body }) => [body.error?.code, body.error?.left])).toEqual([
      ['ERR_CREDENTIALS', 2],
      ['ERR_CREDENTIALS', 1],
      ['ERR_SESSION_ENDED', undefined],
    ]);
    expect((await ada.browser.get('/session')).body).toEqual({ state: 'none' });
  });

  it('ends the session after three failures of password and code together, and tells the owner', async () => {
    const { bank, ada } = await locked();
    await reauthenticate(ada, 'wrong');
    const asked = await reauthenticate(ada, PASSWORD, null);
    const { coordinates } = asked.body as unknown as { coordinates: string[] };
    const codes = [];
    let challenge = (asked.body as unknown as { challenge: string }).challenge;
    for (let i = 0; i < 2; i++) {
      codes.push(await ada.browser.post('/step-up', { challenge, code: wrongAnswer(answerOf(ada.card, coordinates)) }));
      ({ challenge } = (await ada.browser.post('/step-up/start')).body as unknown as { challenge: string });
    }
    expect(codes.map(({ body }) => [body.error?.code, body.error?.left])).toEqual([
      ['ERR_CODE_WRONG', 1],
      ['ERR_SESSION_ENDED', undefined],
    ]);
    expect(await bank.newMailsFor(ada.email)).toContain('Wrong matrix codes after your password');
  });

  it('refuses a replayed entry like a wrong password and counts it', async () => {
    const { ada } = await locked();
    const typing = ada.typist.sample();
    await reauthenticate(ada, PASSWORD, typing);
    await ada.browser.post('/lock');
    expect((await reauthenticate(ada, PASSWORD, typing)).body).toMatchObject({ error: { code: 'ERR_CREDENTIALS', left: 2 } });
  });

  it('is for locked sessions only', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    expect(await ada.browser.post('/reauthenticate/start')).toMatchObject({ status: 403, body: { error: { code: 'ERR_SESSION_SCOPE' } } });
    expect((await ada.browser.post('/step-up/start')).body).toMatchObject({ error: { code: 'ERR_SESSION_SCOPE' } });
  });

  it('tells the owner when the code is never given, once, and keeps the session locked', async () => {
    const { bank, ada } = await locked();
    await reauthenticate(ada, PASSWORD, null);
    await bank.newMailsFor(ada.email);
    bank.advance(301_000);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A sign-in was not completed']);
    bank.advance(301_000);
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
    await ada.browser.post('/refresh');
    expect((await ada.browser.get('/session')).body).toMatchObject({ state: 'locked' });
    expect((await ada.browser.post('/step-up/start')).body).toMatchObject({ error: { code: 'ERR_SESSION_LOCKED' } });
  });
});
