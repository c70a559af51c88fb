import type { CoarseState, EvidenceOpening } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { TacitServerError } from '../errors';
import { inProcessNotifications } from '../in-process-notifications';
import type { Store } from '../store';
import type { Answer } from '../testing-browser';
import { type Bank, confirmation, login, openBank, registerCustomer, submitRegistration } from '../testing-flows';
import { doubt, grantFor, signedInOperator, vouch, WATCHED, watchedCustomer } from '../testing-risk';
import { testStore } from '../testing-stores';
import { manualTime } from '../testing-timer';

const batchOf = (stream: string, seq = 1) => ({ version: 1, stream, seq, floor: seq - 1, typing: [], pointer: [] });
const openingOf = (answer: Answer) => answer.body as unknown as EvidenceOpening;
const OFF = { status: 200, body: { version: 1, state: 'off', next: 1 } };

async function bankWithTime(notifications = inProcessNotifications(), store = testStore()) {
  const time = manualTime();
  const bank = await openBank({ policy: WATCHED, clock: time.clock, timer: time.timer, notifications, store });
  return { bank, time };
}

/** Batches are gathered for some ms: moves the time on by these, and by no more however long the work takes, until an answer is there. */
async function settled<T>(time: { advance(ms: number): void; readonly waiting: number }, work: Promise<T>): Promise<T> {
  const others = time.waiting;
  let turns = 0;
  let done = false;
  const result = work.finally(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
    // A group waits 50 ms. While it is judged, other timers wait, and every turn in which time went by would cost idle time.
    if (time.waiting > others && (turns < 30 || turns % 500 === 0)) {
      time.advance(10);
    }
  }
  return result;
}

describe('checks of a session', () => {
  it('take batches of a customer who has agreed, in order, and say no more than a coarse state', async () => {
    const { bank, time } = await bankWithTime();
    const { customer, opening } = await watchedCustomer(bank);
    expect(opening).toEqual({
      version: 1,
      stream: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      queueKey: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      next: 1,
      state: 'checking',
      everyMs: 2_000,
    });
    const { stream } = opening;
    const post = (seq: number) => settled(time, customer.browser.post('/continuous/batch', batchOf(stream, seq)));
    const first = await post(1);
    expect(first).toMatchObject({ status: 200, body: { version: 1, stream, seq: 1, state: 'checking' } });
    expect(Object.keys(first.body).sort()).toEqual(['seq', 'state', 'stream', 'version']);
    expect(first.headers.getSetCookie()).toEqual([]);
    expect((await post(1)).body).toEqual(first.body);
    const gap = await settled(time, customer.browser.post('/continuous/batch', { ...batchOf(stream, 9), floor: 0 }));
    expect(gap).toMatchObject({ status: 409, body: { error: { code: 'ERR_EVIDENCE_GAP', expected: 2 } } });
    expect(Object.keys(gap.body.error ?? {}).sort()).toEqual(['code', 'expected', 'message']);
  });

  it('are off, which is no error, for who has declined, for operators, and where the host wants none', async () => {
    const { bank, time } = await bankWithTime();
    const operator = await signedInOperator(bank);
    const without = await openBank({ policy: WATCHED, flows: { continuous: false } });
    const people: Array<[string, Bank, { browser: Awaited<ReturnType<typeof registerCustomer>>['browser'] }]> = [
      ['declined', bank, await registerCustomer(bank, { identifier: 'dan', biometrics: 'declined', seed: 3 })],
      ['never asked', bank, await registerCustomer(bank)],
      ['operator', bank, operator],
      ['no checks', without, (await watchedCustomer(without)).customer],
    ];
    for (const [name, at, { browser }] of people) {
      const opened = await browser.post('/continuous/open');
      expect(opened, name).toMatchObject(OFF);
      const { stream } = openingOf(opened);
      const answer = await settled(time, browser.post('/continuous/batch', batchOf(stream)));
      expect(answer, name).toMatchObject({ status: 200, body: { version: 1, stream, seq: 1, state: 'off' } });
      expect(await at.flows.continuous.state({ session: await grantFor(at, browser) }), name).toBe('off');
    }
  });

  it('are refused to step-up sessions, locked ones, other origins and nobody', async () => {
    const { bank } = await bankWithTime();
    const { customer, opening } = await watchedCustomer(bank);
    const { browser } = customer;
    const paths = [
      ['/continuous/open', {}],
      ['/continuous/batch', batchOf(opening.stream)],
    ] as const;
    const elsewhere = { origin: 'https://evil.test' };
    for (const [path, body] of paths) {
      expect(await browser.post(path, body, elsewhere), path).toMatchObject({ status: 403, body: { error: { code: 'ERR_ORIGIN' } } });
      expect(await bank.browser().post(path, body), path).toMatchObject({ status: 401, body: { error: { code: 'ERR_SESSION_NONE' } } });
    }
    await browser.post('/lock');
    for (const [path, body] of paths) {
      expect(await browser.post(path, body), path).toMatchObject({ status: 423, body: { error: { code: 'ERR_SESSION_LOCKED' } } });
    }
    await browser.post('/logout');
    expect((await login(customer, { typing: null })).body).toMatchObject({ status: 'step-up' });
    for (const [path, body] of paths) {
      expect(await browser.post(path, body), path).toMatchObject({ status: 403, body: { error: { code: 'ERR_SESSION_SCOPE' } } });
    }
  });

  it('refuse what is no batch by its code, and what is too large unread', async () => {
    const { bank, time } = await bankWithTime();
    const { customer, opening } = await watchedCustomer(bank);
    const { stream } = opening;
    const wrong: Array<[body: unknown, status: number, code: string, field?: string]> = [
      [[], 400, 'ERR_EVIDENCE_TYPE'],
      [{ ...batchOf(stream), version: 2 }, 400, 'ERR_EVIDENCE_VERSION', 'version'],
      [{ ...batchOf(stream), extra: 1 }, 400, 'ERR_EVIDENCE_PROPERTY'],
      [batchOf('short'), 400, 'ERR_EVIDENCE_STREAM', 'stream'],
      [batchOf(stream, 0), 400, 'ERR_EVIDENCE_SEQ', 'seq'],
      [{ ...batchOf(stream), floor: 1 }, 400, 'ERR_EVIDENCE_FLOOR', 'floor'],
      [{ ...batchOf(stream), typing: [7] }, 400, 'ERR_EVIDENCE_TYPING', 'typing[0]'],
      [{ ...batchOf(stream), pointer: 'x' }, 400, 'ERR_EVIDENCE_POINTER', 'pointer'],
      [{ ...batchOf(stream), typing: 'x'.repeat(140_000) }, 413, 'ERR_BODY_SIZE'],
    ];
    for (const [body, status, code, field] of wrong) {
      const error = { code, ...(field === undefined ? {} : { field }) };
      expect(await customer.browser.post('/continuous/batch', body), code).toMatchObject({ status, body: { error } });
    }
    const another = await settled(time, customer.browser.post('/continuous/batch', batchOf('B'.repeat(22))));
    expect(another).toMatchObject({ status: 409, body: { error: { code: 'ERR_EVIDENCE_UNKNOWN' } } });
  });

  it('do not keep a session from locking: a batch is no action of the user', async () => {
    const time = manualTime();
    const bank = await openBank({ policy: { typing: WATCHED.typing }, clock: time.clock, timer: time.timer });
    const { customer, opening } = await watchedCustomer(bank);
    const post = (seq: number) => settled(time, customer.browser.post('/continuous/batch', batchOf(opening.stream, seq)));
    for (let seq = 1; seq <= 4; seq++) {
      // Well within the two minutes: judging takes some of the simulated time, more on a busy machine.
      time.advance(25_000);
      expect((await post(seq)).status, String(seq)).toBe(200);
    }
    await customer.browser.post('/continuous/open');
    time.advance(21_000);
    expect(await post(5)).toMatchObject({ status: 423, body: { error: { code: 'ERR_SESSION_LOCKED' } } });
  });

  it('say confirm while a code is needed, whatever else there is, and go on after it', async () => {
    const { bank } = await bankWithTime();
    const { customer } = await watchedCustomer(bank);
    const session = await grantFor(bank, customer.browser);
    const state = () => bank.flows.continuous.state({ session });
    expect(await state()).toBe('checking');
    await doubt(bank, session, 'step-up');
    expect(await state()).toBe('confirm');
    expect(openingOf(await customer.browser.post('/continuous/open')).state).toBe('confirm');
    await vouch(customer);
    expect(await state()).toBe('checking');
    await doubt(bank, session, 'lock');
    expect(await state()).toBe('locked');
    await customer.browser.post('/logout');
    expect(await state()).toBe('ended');
  });

  it('are agreed to and withdrawn by a deed of its own, which ends them at once and erases what they learned', async () => {
    const { bank, time } = await bankWithTime();
    const { customer, opening } = await watchedCustomer(bank);
    const session = await grantFor(bank, customer.browser);
    expect((await customer.browser.get('/security')).body).toMatchObject({ checks: { consent: 'granted', sessions: [] } });
    const other = await confirmation(customer, 'consent:face-declined');
    expect((await customer.browser.post('/consent', { session: 'declined', confirmation: other })).body.error?.code).toBe(
      'ERR_CONFIRMATION',
    );
    const both = { session: 'declined', face: 'declined', confirmation: other };
    expect((await customer.browser.post('/consent', both)).status).toBe(422);

    const deed = await confirmation(customer, 'consent:session-declined');
    const withdrawn = await customer.browser.post('/consent', { session: 'declined', confirmation: deed });
    expect(withdrawn.body).toMatchObject({ biometrics: { state: 'granted' }, checks: { consent: 'declined' } });
    expect(await bank.flows.continuous.state({ session })).toBe('off');
    const late = await settled(time, customer.browser.post('/continuous/batch', batchOf(opening.stream)));
    expect(late).toMatchObject({ status: 200, body: { state: 'off', seq: 1 } });
    const { records, audit } = await bank.verifier.exportSubject({ subject: session.subject });
    expect(Object.keys(records)).not.toContain('continuous');
    expect(audit.flatMap((entry) => (entry.erased ? [] : [entry.type]))).toEqual(
      expect.arrayContaining(['session-consent-granted', 'session-consent-withdrawn']),
    );
  });

  it('end with the consent in biometrics as a whole, and can not be had without it', async () => {
    const { bank } = await bankWithTime();
    const { customer } = await watchedCustomer(bank);
    const session = await grantFor(bank, customer.browser);
    const deed = await confirmation(customer, 'consent:declined');
    await customer.browser.post('/consent', { biometrics: 'declined', confirmation: deed });
    expect(await bank.flows.continuous.state({ session })).toBe('off');
    const again = await confirmation(customer, 'consent:session-granted');
    expect(await customer.browser.post('/consent', { session: 'granted', confirmation: again })).toMatchObject({
      status: 403,
      body: { error: { code: 'ERR_CONSENT_MISSING' } },
    });
  });

  it('may be agreed to at the registration, beside typing', async () => {
    const bank = await openBank({ policy: WATCHED });
    const consent = { terms: '2026-01', biometrics: 'declined', session: 'granted' };
    expect(await bank.browser().post('/register/start', { consent })).toMatchObject({
      status: 422,
      body: { error: { code: 'ERR_FIELD_INVALID', field: 'consent.session' } },
    });
    const { submitted } = await submitRegistration(bank, { session: 'granted' });
    expect(submitted.status).toBe(200);
    const ada = await registerCustomer(bank, { identifier: 'eve', session: 'granted', seed: 4 });
    expect(openingOf(await ada.browser.post('/continuous/open')).state).toBe('checking');
    await expect(bank.verifier.recordConsent({ subject: 'x', biometrics: 'declined', session: 'granted', version: '1' })).rejects.toThrow(
      RangeError,
    );
    expect(await bank.verifier.recordConsent({ subject: 'x', biometrics: 'granted', session: 'granted', version: '1' })).toMatchObject({
      session: 'granted',
      face: 'declined',
    });
    expect((await bank.verifier.recordConsent({ subject: 'x', biometrics: 'granted', version: '2' })).session).toBe('granted');
    expect((await bank.verifier.withdrawConsent({ subject: 'x' })).status.session).toBe('declined');
  });
});

describe('whoever watches a session', () => {
  async function watching(notifications = inProcessNotifications(), store = testStore()) {
    const { bank, time } = await bankWithTime(notifications, store);
    const { customer } = await watchedCustomer(bank);
    const session = await grantFor(bank, customer.browser);
    const seen: CoarseState[] = [];
    const stop = bank.flows.continuous.watch({ session, listener: (state) => seen.push(state) });
    const idle = async () => {
      for (let i = 0; i < 40; i++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await idle();
    return { bank, time, customer, session, seen, stop, idle };
  }

  it('is told what it is, and each other state at once, each once', async () => {
    const { bank, customer, session, seen, stop, idle } = await watching();
    expect(seen).toEqual(['checking']);
    await doubt(bank, session, 'step-up');
    await idle();
    await vouch(customer);
    await idle();
    await customer.browser.post('/activity');
    await doubt(bank, session, 'lock');
    await idle();
    expect(seen).toEqual(['checking', 'confirm', 'checking', 'locked']);
    await customer.browser.post('/logout');
    await idle();
    expect(seen.at(-1)).toBe('ended');
    stop();
  });

  it('hears of a lock within two seconds where nobody told of it', async () => {
    const { bank, time, session, seen, stop, idle } = await watching({ ...inProcessNotifications(), publish: () => undefined });
    await doubt(bank, session, 'lock');
    await idle();
    expect(seen).toEqual(['checking']);
    time.advance(2_000);
    await idle();
    expect(seen).toEqual(['checking', 'locked']);
    stop();
  });

  it('hears of a lock also where the store was busy when it was to be read', async () => {
    const inner = testStore();
    let toFail = 0;
    const store: Store = {
      ...inner,
      transaction: (work) => (--toFail === 0 ? Promise.reject(new TacitServerError('ERR_STORE_BUSY')) : inner.transaction(work)),
    };
    const { bank, time, session, seen, stop, idle } = await watching({ ...inProcessNotifications(), publish: () => undefined }, store);
    await doubt(bank, session, 'lock');
    // The look finds the change; what the session is now can not be read.
    toFail = 2;
    time.advance(2_000);
    await idle();
    expect(seen).toEqual(['checking']);
    expect(bank.events).toContainEqual({ level: 'warn', event: 'state-failed', code: 'ERR_STORE_BUSY' });
    time.advance(2_000);
    await idle();
    expect(seen).toEqual(['checking', 'locked']);
    stop();
  });

  it('hears nothing once it has stopped, and nobody looks any more', async () => {
    const { bank, time, session, seen, stop, idle } = await watching();
    stop();
    stop();
    await doubt(bank, session, 'lock');
    time.advance(10_000);
    await idle();
    expect(seen).toEqual(['checking']);
  });
});
