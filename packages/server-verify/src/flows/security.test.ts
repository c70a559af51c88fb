import { describe, expect, it } from 'vitest';
import type { SettingsDeed } from '../confirmations';
import { consumedChallenges } from '../judge-once';
import { memoryStore } from '../memory-store';
import type { StoreTransaction } from '../store';
import { type Bank, type Customer, confirmation, login, openBank, quarantinedOf, registerCustomer, stepUp } from '../testing-flows';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000, mostReleased: 10 } } as const;

async function begin() {
  const store = memoryStore();
  const bank = await openBank({ store, policy: READY });
  const ada = await registerCustomer(bank);
  return { store, bank, ada };
}

const countOf = (tx: StoreTransaction, kind: string) => tx.listKind(kind, { limit: 100 }).then((found) => found.length);

describe('security page', () => {
  it('shows no scores, no thresholds and no causes', async () => {
    const { ada } = await begin();
    await login(ada);
    const text = JSON.stringify([(await ada.browser.get('/security')).body, (await ada.browser.get('/history')).body]);
    expect(text).not.toMatch(/score|threshold|llr|mismatch|young-|confidence/);
  });

  it('pages through the history, newest first, and gives it as CSV', async () => {
    const { ada, bank } = await begin();
    for (let i = 0; i < 55; i++) {
      bank.advance(20_000);
      await login(ada);
    }
    const first = (await ada.browser.get('/history')).body as { signIns: Array<{ at: number }>; next: string };
    expect(first.signIns).toHaveLength(50);
    const second = (await ada.browser.get(`/history?before=${first.next}`)).body as { signIns: Array<{ at: number }>; next: string | null };
    expect(second.signIns).toHaveLength(6);
    expect(second.next).toBeNull();
    const times = [...first.signIns, ...second.signIns].map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect((await ada.browser.get('/history?before=x')).body).toMatchObject({ error: { code: 'ERR_FIELD_INVALID', field: 'before' } });
    const csv = await ada.browser.get('/history.csv');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="sign-ins.csv"');
    const lines = (csv.body.text as string).trim().split('\r\n');
    expect(lines).toHaveLength(57);
    expect(lines[0]).toBe('time,outcome,factors,reason,words_per_minute,confirmed,disputed');
    expect(lines[1]).toMatch(/^2026-01-05T\d\d:\d\d:\d\d\.\d{3}Z,signed-in,password typing,normal,\d+,false,false$/);
  });

  it('changes nothing without a confirmation by code', async () => {
    const { ada } = await begin();
    const stale = await confirmation(ada, 'sign-ins/confirm');
    expect((await ada.browser.post('/sign-ins/confirm', { confirmation: stale })).status).toBe(200);
    for (const [path, body] of [
      ['/consent', { biometrics: 'declined' }],
      ['/consent', { biometrics: 'declined', confirmation: stale }],
      ['/export', { confirmation: stale }],
      ['/erase', { confirmation: 'x' }],
      ['/sign-ins/confirm', { confirmation: '' }],
    ] as const) {
      expect(await ada.browser.post(path, body)).toMatchObject({ status: 403, body: { error: { code: 'ERR_CONFIRMATION' } } });
    }
    expect((await ada.browser.get('/security')).body).toMatchObject({ biometrics: { state: 'granted' } });
  });

  it('takes a confirmation for the one deed that it was asked for, and for no other', async () => {
    const { ada } = await begin();
    const [signIn] = ((await ada.browser.get('/history')).body as { signIns: Array<{ id: string }> }).signIns;
    const dispute = { path: '/sign-ins/dispute', body: { signIn: signIn?.id } };
    const deeds = {
      'sign-ins/confirm': { path: '/sign-ins/confirm', body: {} },
      [`sign-ins/dispute:${signIn?.id}`]: dispute,
      'sign-ins/dispute:another': dispute,
      'consent:declined': { path: '/consent', body: { biometrics: 'declined' } },
      'consent:granted': { path: '/consent', body: { biometrics: 'granted' } },
      export: { path: '/export', body: {} },
      erase: { path: '/erase', body: {} },
    } as const;
    for (const asked of Object.keys(deeds) as SettingsDeed[]) {
      const given = await confirmation(ada, asked);
      for (const [deed, { path, body }] of Object.entries(deeds)) {
        if (deed !== asked && !(body === dispute.body && asked.startsWith(`sign-ins/dispute:${signIn?.id}`))) {
          const answer = await ada.browser.post(path, { ...body, confirmation: given });
          expect([asked, deed, answer.status, answer.body.error?.code]).toEqual([asked, deed, 403, 'ERR_CONFIRMATION']);
        }
      }
    }
    const exported = await confirmation(ada, 'export');
    expect((await ada.browser.post('/export', { confirmation: exported })).status).toBe(200);
    expect((await ada.browser.post('/export', { confirmation: exported })).status).toBe(403);
  });

  it('judges what was quarantined when the customer confirms his sign-ins', async () => {
    const { bank, ada } = await begin();
    for (let i = 0; i < 3; i++) {
      await login(ada);
    }
    const before = (await ada.browser.get('/security')).body as { typing: { learned: number } };
    const waiting = await quarantinedOf(bank);
    expect(waiting).toBeGreaterThan(0);
    const answer = await ada.browser.post('/sign-ins/confirm', { confirmation: await confirmation(ada, 'sign-ins/confirm') });
    const { learned, dropped } = answer.body as unknown as { learned: number; dropped: number };
    expect(answer.body).toMatchObject({ status: 'confirmed', signIns: 3 });
    expect(learned + dropped).toBe(waiting);
    const after = (await ada.browser.get('/security')).body as { typing: { learned: number }; signIns: unknown[] };
    expect(after.typing).toMatchObject({ learned: before.typing.learned + learned, released: { learned, dropped } });
    expect(await quarantinedOf(bank)).toBe(0);
    expect(after.signIns).toEqual(after.signIns.map(() => expect.objectContaining({ confirmed: true })));
  });

  it('erases template and samples when consent is withdrawn, and enrols anew when it is given again', async () => {
    const { store, ada } = await begin();
    const withdrawn = await ada.browser.post('/consent', {
      biometrics: 'declined',
      confirmation: await confirmation(ada, 'consent:declined'),
    });
    expect(withdrawn.body).toMatchObject({ biometrics: { state: 'declined' }, typing: { state: 'none', learned: 0, enrolledAt: null } });
    for (const kind of ['typing-template', 'typing-sample', 'typing-history']) {
      expect(await store.transaction((tx) => countOf(tx, kind))).toBe(0);
    }
    const asked = await login(ada);
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in', session: { biometrics: 'declined' } });
    const again = { biometrics: 'granted', confirmation: await confirmation(ada, 'consent:granted') };
    expect((await ada.browser.post('/consent', again)).body).toMatchObject({
      biometrics: { state: 'granted', version: '2026-01' },
      typing: { state: 'none' },
    });
    expect((await ada.browser.post('/enrol/start')).status).toBe(200);
  });

  it('exports what is held, with what the application holds', async () => {
    const { bank, ada } = await begin();
    const answer = await ada.browser.post('/export', { confirmation: await confirmation(ada, 'export') });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect(answer.body).toMatchObject({
      tacit: { customer: { email: 'ada@mail.test', name: 'Ada L' } },
      application: { accounts: [bank.host.registered[0]] },
    });
    expect(JSON.stringify(answer.body)).not.toContain('$test$');
  });

  it('exports no code that only the reader of the mailbox is to have, sent or not', async () => {
    const { bank, ada } = await begin();
    const asked = await confirmation(ada, 'export');
    await bank.browser().post('/reset/start', { identifier: ada.identifier });
    const waiting = (await ada.browser.post('/export', { confirmation: asked })).body as unknown as { tacit: { records: object } };
    const codes = await bank.codesFor(ada.email);
    const sent = await ada.browser.post('/export', { confirmation: await confirmation(ada, 'export') });
    expect(codes).toHaveLength(2);
    expect(waiting.tacit.records).toMatchObject({ notice: [{ type: 'reset-code' }] });
    for (const code of codes) {
      expect(JSON.stringify(waiting)).not.toContain(code);
      expect(JSON.stringify(sent.body)).not.toContain(code);
    }
  });
});

describe('erasure', () => {
  async function erase(ada: Customer) {
    return ada.browser.post('/erase', { confirmation: await confirmation(ada, 'erase') });
  }

  async function expectGone(bank: Bank, ada: Customer, store: ReturnType<typeof memoryStore>) {
    for (const kind of ['customer', 'credential', 'login-name', 'session', 'sign-in', 'data-key', 'consent', 'typing-template']) {
      expect([kind, await store.transaction((tx) => countOf(tx, kind))]).toEqual([kind, 0]);
    }
    expect((await ada.browser.get('/session')).body).toEqual({ state: 'none' });
    expect((await login(ada)).status).toBe(401);
    expect(await bank.verifier.verifyAudit({ subject: bank.host.registered[0] ?? '' })).toMatchObject({ status: 'intact' });
  }

  it('leaves nothing but an unreadable chain, here and at the host, and frees the name', async () => {
    const { store, bank, ada } = await begin();
    const answer = await erase(ada);
    expect(answer.body).toEqual({ status: 'erased' });
    expect([...ada.browser.cookies.keys()]).toEqual(['__Host-tacit-browser']);
    await expectGone(bank, ada, store);
    expect(bank.host.erased).toEqual(bank.host.registered);
    expect(await store.transaction((tx) => countOf(tx, 'erasure'))).toBe(0);
    await registerCustomer(bank, { seed: 3 });
  });

  it('leaves no outcome that waits to be repeated, with the name and the tokens in it', async () => {
    const { store, bank, ada } = await begin();
    const other = await registerCustomer(bank, { identifier: 'bob', seed: 2, browser: bank.browser() });
    const send = async (customer: Customer) => {
      const { challenge } = (await customer.browser.post('/login/start')).body as { challenge: string };
      const body = { challenge, identifier: customer.identifier, password: customer.password, typing: customer.typist.sample() };
      const repeat = () => customer.browser.post('/login', body, { 'idempotency-key': 'once' });
      expect((await repeat()).body).toMatchObject({ status: 'signed-in' });
      return repeat;
    };
    const [repeat, repeatOther] = [await send(ada), await send(other)];
    await erase(ada);
    expect((await repeat()).body).toMatchObject({ error: { code: 'ERR_CHALLENGE_USED' } });
    expect((await repeatOther()).body).toMatchObject({ status: 'signed-in' });
    const ctx = verifierContext(bank.verifier);
    const left = await store.transaction((tx) => consumedChallenges.due(ctx, tx, Number.MAX_SAFE_INTEGER, 100));
    expect(left.filter(({ value }) => value.owner === ctx.subjectOf(bank.host.registered[0] ?? '') && value.judged?.outcome)).toEqual([]);
    expect(JSON.stringify(left)).toContain('Ada L');
  });

  it('goes on at the host until that comes through', async () => {
    const { store, bank, ada } = await begin();
    bank.host.failing.add('onErase');
    expect((await erase(ada)).body).toEqual({ status: 'erased' });
    await expectGone(bank, ada, store);
    expect(bank.host.erased).toEqual([]);
    bank.host.failing.clear();
    bank.advance(30_001);
    await bank.flows.runJobs();
    expect(bank.host.erased).toEqual(bank.host.registered);
  });
});
