import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { memoryStore } from '../memory-store';
import { answerOf, login, openBank, PASSWORD, submitRegistration, wrongAnswer } from '../testing-flows';
import { recordingStore } from '../testing-stores';
import { createTypist } from '../testing-typists';

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

describe('confirming a registration', () => {
  it('wants both codes, ends after five wrong ones, and leaves nothing behind', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store });
    const { submitted, browser, email } = await submitRegistration(bank);
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode = ''] = await bank.codesFor(email);
    const code = answerOf(card, coordinates);
    const wrongMail = emailCode === '000000' ? '000001' : '000000';
    const answers = [];
    for (const [mail, cells] of [
      [wrongMail, code],
      [emailCode, wrongAnswer(code)],
      [wrongMail, code],
      [emailCode, wrongAnswer(code)],
      [wrongMail, code],
      [emailCode, code],
    ]) {
      answers.push((await browser.post('/register/confirm', { registration, emailCode: mail, code: cells })).body.error?.code);
    }
    expect(answers).toEqual([...Array(4).fill('ERR_CODE_WRONG'), 'ERR_REGISTRATION_ENDED', 'ERR_REGISTRATION_ENDED']);
    expect(bank.host.registered).toEqual([]);
    for (const kind of [
      'customer',
      'typing-template',
      'typing-sample',
      'matrix-card',
      'registration',
      'login-name',
      'data-key',
      'consent',
    ]) {
      expect([kind, await store.transaction((tx) => tx.listKind(kind, { limit: 10 }))]).toEqual([kind, []]);
    }
  });

  it('shows a repeated submit a new card, and only the last card counts', async () => {
    const bank = await openBank();
    const browser = bank.browser();
    const { body } = await submitRegistration(bank, { browser });
    const email = 'eve@mail.test';
    const { registration } = (await browser.post('/register/start', { consent: { terms: '1', biometrics: 'declined' } }))
      .body as unknown as Submitted;
    const again = { ...body, registration, entries: [], texts: [], identifier: 'eve', email };
    const key = { 'idempotency-key': 'once' };
    const first = (await browser.post('/register', again, key)).body as unknown as Submitted;
    const second = (await browser.post('/register', again, key)).body as unknown as Submitted;
    expect(second.card.id).not.toBe(first.card.id);
    const [emailCode] = await bank.codesFor(email);
    const confirm = ({ registration: token, card, coordinates }: Submitted) =>
      browser.post('/register/confirm', { registration: token, emailCode, code: answerOf(card, coordinates) });
    expect((await confirm({ ...first, coordinates: second.coordinates })).status).toBe(401);
    expect((await confirm(second)).status).toBe(201);
  });

  it('waits for a host that is down, and repeats the answer to the same confirmation for a minute', async () => {
    const bank = await openBank();
    const { submitted, browser, email } = await submitRegistration(bank);
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode] = await bank.codesFor(email);
    const answer = { registration, emailCode, code: answerOf(card, coordinates) };
    bank.host.failing.add('onRegister');
    expect(await browser.post('/register/confirm', answer)).toMatchObject({
      status: 503,
      body: { error: { code: 'ERR_HOST', retryAfter: 5 } },
    });
    expect((await browser.post('/register/confirm', { ...answer, code: wrongAnswer(answer.code) })).body).toMatchObject({
      error: { code: 'ERR_CODE_WRONG' },
    });
    bank.host.failing.clear();
    const done = await browser.post('/register/confirm', answer);
    expect(done).toMatchObject({ status: 201, body: { status: 'signed-in' } });
    expect((await browser.post('/register/confirm', answer)).body).toEqual(done.body);
    bank.advance(60_001);
    await bank.flows.runJobs();
    expect((await browser.post('/register/confirm', answer)).status).toBe(410);
    expect(bank.host.registered).toHaveLength(1);
    expect(bank.events.map(({ event }) => event)).toEqual(['host-register-failed']);
  });

  it('is not completed by a request once its job tells the host that it will not be', async () => {
    let finishDiscard: (() => void) | undefined;
    let finishCommit: (() => void) | undefined;
    const discarding = new Promise<void>((resolve) => {
      finishDiscard = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      finishCommit = resolve;
    });
    let discards = 0;
    const bank = await openBank({
      flows: {
        host: {
          onRegister: async () => {
            bank.advance(3_600_001);
            jobs = bank.flows.runJobs();
            await begun;
          },
          onDiscard: async () => {
            discards++;
            finishCommit?.();
            await discarding;
          },
        },
      },
    });
    let jobs: Promise<void> | undefined;
    const { submitted, browser, email } = await submitRegistration(bank);
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode] = await bank.codesFor(email);
    const answer = await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    expect(answer).toMatchObject({ status: 410, body: { error: { code: 'ERR_REGISTRATION_ENDED' } } });
    finishDiscard?.();
    await jobs;
    expect(discards).toBe(1);
    expect((await login({ identifier: 'ada', email, password: PASSWORD, card, typist: createTypist(1), browser })).status).toBe(401);
  });
});
