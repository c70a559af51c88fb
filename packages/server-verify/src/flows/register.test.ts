import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { memoryStore } from '../memory-store';
import { seededRandom } from '../testing-context';
import {
  answerOf,
  type Bank,
  login,
  openBank,
  PASSWORD,
  registerCustomer,
  stepUp,
  submitRegistration,
  wrongAnswer,
} from '../testing-flows';
import { recordingStore } from '../testing-stores';
import { createTypist, jittered } from '../testing-typists';

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

type Body = Record<string, unknown>;

/** Sends a registration with one thing changed. */
async function submitChanged(bank: Bank, change: (body: Body) => Body) {
  const { browser, typist } = { browser: bank.browser(), typist: createTypist(4, { keys: PASSWORD.length }) };
  const first = await submitRegistration(bank, { browser, seed: 4, identifier: 'eve' });
  const started = await browser.post('/register/start', { consent: { terms: '1', biometrics: 'granted' } });
  const { registration, texts } = started.body as unknown as { registration: string; texts: Array<{ id: string }> };
  const entries = Array.from({ length: 5 }, () => typist.sample());
  const typed = (first.body.texts as Array<{ typed: string; typing: unknown }>).map(({ typing }, i) => ({
    id: texts[i]?.id ?? '',
    typed: (texts[i] as unknown as { text: string }).text,
    typing,
  }));
  return browser.post('/register', change({ ...first.body, identifier: 'eve2', registration, entries, texts: typed }));
}

describe('registration', () => {
  it('makes a customer who can sign in: by the code while his template is young', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    expect(bank.host.registered).toHaveLength(1);
    expect((await ada.browser.get('/security')).body).toMatchObject({
      biometrics: { state: 'granted', version: '2026-01' },
      typing: { state: 'young', learned: 5, readyAt: 20 },
      card: { state: 'active', wrongInARow: 0 },
      signIns: [{ outcome: 'signed-in', confirmed: true }],
    });
    const asked = await login(ada);
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
    bank.advance(3_600_001);
    await bank.flows.runJobs();
    expect((await login({ ...ada, browser: bank.browser() })).status).toBe(200);
    expect(bank.host.discarded).toEqual([]);
  });

  it('gives distinct texts, and none without biometrics', async () => {
    const bank = await openBank();
    const granted = (await bank.browser().post('/register/start', { consent: { terms: '1', biometrics: 'granted' } })).body as unknown as {
      texts: Array<{ id: string }>;
    };
    expect(new Set(granted.texts.map(({ id }) => id)).size).toBe(3);
    expect((await bank.browser().post('/register/start', { consent: { terms: '1', biometrics: 'declined' } })).body).toMatchObject({
      passwordEntries: 0,
      texts: [],
    });
  });

  it('refuses typing of somebody who declined, in entries and in texts', async () => {
    const bank = await openBank();
    const { body, browser } = await submitRegistration(bank, { biometrics: 'declined', identifier: 'eve' });
    const { registration } = (await browser.post('/register/start', { consent: { terms: '1', biometrics: 'declined' } }))
      .body as unknown as Submitted;
    const typing = createTypist(1, { keys: PASSWORD.length });
    for (const extra of [
      { entries: [typing.sample()] },
      { texts: [{ id: 'en-01', typed: 'x', typing: { ...typing.sample(), mode: 'text' } }] },
    ]) {
      expect(await browser.post('/register', { ...body, ...extra, registration })).toMatchObject({
        status: 422,
        body: { error: { code: 'ERR_BIOMETRICS_DECLINED', field: Object.keys(extra)[0] } },
      });
    }
  });

  it('names the field that is wrong, and takes the corrected submit on the same registration', async () => {
    const bank = await openBank();
    const at = (list: unknown, i: number, item: unknown) => (list as unknown[]).map((old, k) => (k === i ? item : old));
    const entry = createTypist(4, { keys: PASSWORD.length });
    const wrong: Array<[string, string, (body: Body) => Body]> = [
      ['ERR_FIELD_INVALID', 'identifier', (body) => ({ ...body, identifier: 'a b' })],
      ['ERR_FIELD_INVALID', 'email', (body) => ({ ...body, email: 'no address' })],
      ['ERR_FIELD_INVALID', 'email', (body) => ({ ...body, email: 'a@b.c, d@e.f' })],
      ['ERR_FIELD_INVALID', 'profile.name', (body) => ({ ...body, profile: { name: '' } })],
      ['ERR_FIELD_INVALID', 'profile', (body) => ({ ...body, profile: { name: 'A', more: 1 } })],
      ['ERR_PASSWORD_WEAK', 'password', (body) => ({ ...body, password: 'password123456' })],
      ['ERR_PASSWORD_WEAK', 'password', (body) => ({ ...body, password: 'short-7Kq' })],
      ['ERR_FIELD_INVALID', 'entries', (body) => ({ ...body, entries: (body.entries as unknown[]).slice(1) })],
      ['ERR_FIELD_INVALID', 'entries[1].keys', (body) => ({ ...body, entries: at(body.entries, 1, { ...entry.sample(), keys: 'x' }) })],
      ['ERR_FIELD_INVALID', 'entries[1].mode', (body) => ({ ...body, entries: at(body.entries, 1, { ...entry.sample(), mode: 'text' }) })],
      [
        'ERR_ENROLMENT_QUALITY',
        'entries[2]',
        (body) => ({ ...body, entries: at(body.entries, 2, { ...entry.sample(), flags: { corrected: true } }) }),
      ],
      [
        'ERR_ENROLMENT_QUALITY',
        'entries[2]',
        (body) => ({ ...body, entries: at(body.entries, 2, createTypist(4, { keys: 13 }).sample()) }),
      ],
      [
        'ERR_ENROLMENT_QUALITY',
        'entries[4]',
        (body) => ({ ...body, entries: at(body.entries, 4, jittered((body.entries as never[])[0]!, 3)) }),
      ],
      ['ERR_FIELD_INVALID', 'texts', (body) => ({ ...body, texts: (body.texts as unknown[]).slice(1) })],
      ['ERR_FIELD_INVALID', 'texts[1].id', (body) => ({ ...body, texts: at(body.texts, 1, (body.texts as unknown[])[0]) })],
      [
        'ERR_ENROLMENT_QUALITY',
        'texts[0]',
        (body) => ({ ...body, texts: at(body.texts, 0, { ...(body.texts as Body[])[0], typed: 'something else altogether' }) }),
      ],
    ];
    for (const [code, field, change] of wrong) {
      expect(await submitChanged(bank, change)).toMatchObject({ status: 422, body: { error: { code, field } } });
    }
    const { browser, body, submitted } = await submitRegistration(bank, { identifier: 'grace' });
    expect(submitted.status).toBe(200);
    expect((await browser.post('/register', body)).body).toMatchObject({ error: { code: 'ERR_CHALLENGE_USED' } });
    const other = await openBank();
    const started = await submitRegistration(other, { identifier: 'x y', email: 'x@mail.test' });
    expect(started.submitted.body.error?.field).toBe('identifier');
    expect((await started.browser.post('/register', { ...started.body, identifier: 'xy1' })).status).toBe(200);
  });

  it('looks the same when the identifier is taken: answer, one hash, the same store calls; no code is ever right', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store });
    await registerCustomer(bank, { identifier: 'ada' });
    await bank.newMailsFor('ada@mail.test');
    const attempt = async (identifier: string, seed: number) => {
      store.calls.length = 0;
      bank.hasher.hashed = 0;
      const { submitted, browser, email } = await submitRegistration(bank, { identifier, seed, email: `${seed}@mail.test` });
      const { calls } = store;
      return { submitted, browser, email, calls: [...calls], hashed: bank.hasher.hashed };
    };
    const free = await attempt('eve', 21);
    const taken = await attempt(' ADA ', 22);
    expect(taken.submitted.status).toBe(200);
    expect(Object.keys(taken.submitted.body)).toEqual(Object.keys(free.submitted.body));
    expect(taken.calls).toEqual(free.calls);
    expect([taken.hashed, free.hashed]).toEqual([1, 1]);
    expect(await bank.newMailsFor('ada@mail.test')).toEqual(['You have an account already']);
    expect(await bank.newMailsFor(taken.email)).toEqual([]);

    const { registration, card, coordinates } = taken.submitted.body as unknown as Submitted;
    const confirm = (emailCode: string) =>
      taken.browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    const answers = [];
    for (let i = 0; i < 5; i++) {
      answers.push(await confirm(String(100_000 + i)));
    }
    expect(answers.map(({ body }) => body.error?.left)).toEqual([4, 3, 2, 1, undefined]);
    expect(answers[4]).toMatchObject({ status: 410, body: { error: { code: 'ERR_REGISTRATION_ENDED' } } });
  });

  it('takes no code for a name that is taken, not even the one that was drawn for it', async () => {
    const draws: Uint8Array[] = [];
    const seeded = seededRandom(8);
    const bank = await openBank({
      random(length) {
        const bytes = seeded(length);
        if (length === 4) {
          draws.push(bytes);
        }
        return bytes;
      },
    });
    const confirm = async (identifier: string, seed: number) => {
      const { submitted, browser } = await submitRegistration(bank, { identifier, seed, biometrics: 'declined' });
      const { registration, card, coordinates } = submitted.body as unknown as Submitted;
      const bytes = draws.at(-1) as Uint8Array;
      const emailCode = String(new DataView(bytes.buffer).getUint32(0) % 1_000_000).padStart(6, '0');
      return browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    };
    expect((await confirm('ada', 1)).status).toBe(201);
    expect((await confirm('ada', 2)).body).toMatchObject({ error: { code: 'ERR_CODE_WRONG', left: 4 } });
    expect((await confirm('eve', 3)).status).toBe(201);
  });

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

  it('is discarded after an hour without a confirmation', async () => {
    const store = memoryStore();
    const bank = await openBank({ store });
    const { submitted, browser, email } = await submitRegistration(bank);
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode] = await bank.codesFor(email);
    bank.advance(3_600_000);
    await bank.flows.runJobs();
    for (const kind of ['customer', 'typing-template', 'typing-sample', 'matrix-card', 'registration', 'data-key']) {
      expect([kind, await store.transaction((tx) => tx.listKind(kind, { limit: 10 }))]).toEqual([kind, []]);
    }
    expect((await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) })).status).toBe(400);
    expect(bank.host).toMatchObject({ registered: [], discarded: [] });
  });

  it('gives a name to the one who confirms first', async () => {
    const bank = await openBank();
    const first = await submitRegistration(bank, { identifier: 'ada', seed: 1, email: 'first@mail.test' });
    const second = await submitRegistration(bank, { identifier: 'ada', seed: 2, email: 'second@mail.test' });
    const [firstCode] = await bank.codesFor(first.email);
    const [secondCode] = await bank.codesFor(second.email);
    const confirm = ({ submitted, browser }: typeof first, emailCode = '') => {
      const { registration, card, coordinates } = submitted.body as unknown as Submitted;
      return browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) });
    };
    expect((await confirm(second, secondCode)).status).toBe(201);
    expect((await confirm(first, firstCode)).body).toMatchObject({ error: { code: 'ERR_REGISTRATION_ENDED' } });
    expect(bank.host.registered).toHaveLength(1);
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

  it('has a job roll a confirmed registration forward, and tells the host when it refuses for an hour', async () => {
    const bank = await openBank();
    const { submitted, browser, email } = await submitRegistration(bank, { identifier: 'eve' });
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode] = await bank.codesFor(email);
    bank.host.failing.add('onRegister');
    const answer = { registration, emailCode, code: answerOf(card, coordinates) };
    await browser.post('/register/confirm', answer);
    bank.advance(3_600_000);
    await bank.flows.runJobs();
    expect(bank.host.discarded).toHaveLength(1);
    expect(
      (await login({ browser, typist: createTypist(1), identifier: 'eve', email, password: PASSWORD, card }, { typing: null })).status,
    ).toBe(401);

    bank.host.failing.clear();
    const ada = await submitRegistration(bank, { identifier: 'ada', seed: 2 });
    const view = ada.submitted.body as unknown as Submitted;
    const [code] = await bank.codesFor(ada.email);
    bank.host.failing.add('onRegister');
    const body = { registration: view.registration, emailCode: code, code: answerOf(view.card, view.coordinates) };
    await ada.browser.post('/register/confirm', body);
    bank.host.failing.clear();
    bank.advance(10_000);
    await bank.flows.runJobs();
    expect(bank.host.registered).toHaveLength(1);
    // The job had no browser to sign in; the repetition has.
    expect((await ada.browser.post('/register/confirm', body)).body).toMatchObject({ status: 'signed-in' });
  });

  it('sends one address five codes, then one in half a minute', async () => {
    const bank = await openBank();
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      const { browser, body } = await submitRegistration(bank, { identifier: `name${i}`, biometrics: 'declined' });
      const { registration } = (await browser.post('/register/start', { consent: { terms: '1', biometrics: 'declined' } }))
        .body as unknown as Submitted;
      statuses.push((await browser.post('/register', { ...body, email: 'victim@mail.test', registration })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('gives a name that is an e-mail address only to that mailbox, taken or free', async () => {
    const bank = await openBank();
    await registerCustomer(bank, { identifier: 'Ada@mail.test', email: 'ada@Mail.test' });
    for (const identifier of ['ada@mail.test', 'bob@mail.test']) {
      const { submitted } = await submitRegistration(bank, { identifier, email: 'eve@mail.test', browser: bank.browser() });
      expect(submitted).toMatchObject({ status: 422, body: { error: { code: 'ERR_FIELD_INVALID', field: 'identifier' } } });
    }
    expect(await bank.mailsFor('eve@mail.test')).toEqual([]);
  });

  it('does not flood the owner of a name with notices, whatever address is given', async () => {
    const bank = await openBank();
    const ada = await registerCustomer(bank);
    const answers = [];
    for (let i = 0; i < 7; i++) {
      answers.push((await submitRegistration(bank, { email: `e${i}@mail.test`, browser: bank.browser() })).submitted.status);
    }
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await bank.mailsFor(ada.email)).filter(({ subject }) => subject === 'You have an account already')).toHaveLength(5);
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

  it('rates a password without keeping it', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store });
    store.calls.length = 0;
    const rate = async (password: string, hints?: string[]) =>
      (await bank.browser().post('/register/strength', { password, ...(hints ? { hints } : {}) })).body;
    expect(await rate(PASSWORD)).toMatchObject({ acceptable: true });
    expect(await rate('password123456')).toMatchObject({ acceptable: false });
    expect(await rate(PASSWORD, ['copper@bank.test'])).toMatchObject({ acceptable: false });
    expect(store.calls.filter((call) => /insert|put/.test(call))).toEqual([]);
  });
});

it('takes no more registrations from one address than the policy allows in an hour', async () => {
  const bank = await openBank({ policy: { registration: { perHour: 1 } } });
  const browser = bank.browser();
  const first = await submitRegistration(bank, { browser, seed: 1, identifier: 'ada' });
  expect(first.submitted.status).toBe(200);
  const second = await submitRegistration(bank, { browser, seed: 2, identifier: 'bob' });
  expect(second.submitted.body).toMatchObject({ error: { code: 'ERR_THROTTLED', retryAfter: 3600 } });
});
