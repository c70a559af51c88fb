import { describe, expect, it } from 'vitest';
import { memoryStore } from '../memory-store';
import {
  answerOf,
  type Bank,
  type Customer,
  countingHasher,
  login,
  openBank,
  PASSWORD,
  registerCustomer,
  signIn,
  stepUp,
  trainTemplate,
} from '../testing-flows';
import { anyTemplate } from '../testing-former-template';
import { recordingStore } from '../testing-stores';
import { createTypist } from '../testing-typists';
import { forgetHistory, readHistory, writeHistory } from '../typing-history';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;

async function readyCustomer(policy: Parameters<typeof openBank>[0] = { policy: READY }): Promise<{ bank: Bank; ada: Customer }> {
  const bank = await openBank(policy);
  const ada = await registerCustomer(bank);
  return { bank, ada };
}

const error = (code: string) => ({ error: { code } });

describe('login', () => {
  it('opens a full session for the right password typed by its owner', async () => {
    const { bank, ada } = await readyCustomer();
    bank.advance(1_000);
    const answer = await login(ada);
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'signed-in', session: { state: 'full', name: 'Ada L', role: 'customer' } },
    });
    expect((await ada.browser.get('/history')).body).toMatchObject({
      signIns: [
        { outcome: 'signed-in', factors: ['password', 'typing'], reason: 'normal' },
        { factors: ['password', 'email-code', 'matrix-code'] },
      ],
    });
  });

  it('answers a wrong password and an unknown customer alike: body, status, headers, one verification, the same store calls', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store, policy: READY });
    const ada = await registerCustomer(bank);
    const stranger = bank.browser('198.51.100.4');
    const attempt = async (identifier: string) => {
      const { challenge } = (await stranger.post('/login/start')).body as { challenge: string };
      const typing = createTypist(3, { keys: 14 }).sample();
      store.calls.length = 0;
      bank.hasher.verified.length = 0;
      const { status, body, headers } = await stranger.post('/login', { challenge, identifier, password: 'not the password', typing });
      return { status, body, headers: [...headers.keys()], calls: [...store.calls], verified: [...bank.hasher.verified] };
    };
    // The first attempts make the counters of the address and of both names.
    await attempt('ada');
    await attempt('nobody');
    const known = await attempt('ada');
    const unknown = await attempt('nobody');
    expect(known).toMatchObject({ status: 401, body: error('ERR_CREDENTIALS'), verified: ['stored'] });
    expect(unknown.verified).toEqual(['dummy']);
    expect({ ...unknown, verified: known.verified }).toEqual(known);
    // No customer's key was touched, and the failure is on the operators' chain.
    expect(known.calls.join(' ')).not.toContain('customer');
    expect(known.calls).toContain('insert audit');
    expect(ada.browser.cookies.size).toBe(3);
  });

  it('refuses a script alike for a right password, a wrong one and nobody, store calls included, and tells the owner of the right one', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store, policy: READY });
    const ada = await registerCustomer(bank);
    const typing = { ...ada.typist.sample(), flags: { untrusted: true as const } };
    await bank.newMailsFor(ada.email);
    const attempt = async (options: { password?: string; identifier?: string }) => {
      const person = { ...ada, browser: bank.browser(JSON.stringify(options)) };
      await login(person, { ...options, password: 'wrong' });
      store.calls.length = 0;
      const { status, body } = await login(person, { ...options, typing });
      return { status, body, calls: [...store.calls] };
    };
    const right = await attempt({});
    expect(right).toMatchObject({ status: 422, body: error('ERR_TYPING_AUTOMATED') });
    expect(await attempt({ password: 'not the password' })).toEqual(right);
    expect(await attempt({ identifier: 'nobody' })).toEqual(right);
    expect(await bank.newMailsFor(ada.email)).toEqual(['A program used your password']);
    await signIn({ ...ada, browser: ada.browser });
    expect((await ada.browser.get('/history')).body.signIns).toContainEqual(
      expect.objectContaining({ outcome: 'refused', reason: 'blocked' }),
    );
  });

  it('answers a replayed entry like a wrong password, and tells the owner', async () => {
    const { bank, ada } = await readyCustomer();
    const typing = ada.typist.sample();
    expect((await login(ada, { typing })).status).toBe(200);
    const wrong = await login(ada, { password: 'not the password' });
    const replayed = await login(ada, { typing });
    expect(replayed.body).toEqual(wrong.body);
    expect(await bank.newMailsFor(ada.email)).toContain('A recorded sign-in was refused');
  });

  it('asks for the code with the same answer whatever the cause, and tells owner and operator of a mismatch only', async () => {
    const { bank, ada } = await readyCustomer();
    const other = createTypist(77, { keys: PASSWORD.length });
    const causes = {
      mismatch: other.sample(),
      missing: null,
      corrected: { ...ada.typist.sample(), flags: { corrected: true as const } },
      pasted: { ...ada.typist.sample(), flags: { pasted: true as const }, keys: [] },
      coarse: ada.typist.sample({ clockStep: 250 }),
    };
    const answers: string[] = [];
    for (const typing of Object.values(causes)) {
      const answer = await login(ada, { typing });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
      answers.push(Object.keys(answer.body).join());
      const view = await ada.browser.get('/session');
      expect(view.body).toEqual({ state: 'step-up', next: 'matrix-code' });
      expect((await stepUp(ada, answer)).status).toBe(200);
    }
    expect(new Set(answers).size).toBe(1);
    expect((await bank.newMailsFor(ada.email)).sort()).toEqual(['A sign-in that did not look like you', 'Your confirmation code']);
  });

  it('shows of a sign-in that asked for the code nothing of what typing said', async () => {
    const shown: unknown[] = [];
    for (const typing of ['accepted', 'mismatch'] as const) {
      const { ada } = await readyCustomer({ policy: { typing: { readyAt: 5, codeEveryNth: 1 } } });
      const stranger = createTypist(77, { keys: PASSWORD.length });
      const answer = await login(ada, { typing: (typing === 'accepted' ? ada.typist : stranger).sample() });
      const open = { ...ada, browser: ada.browser.copy() };
      await stepUp(ada, answer);
      await login(open, { typing: ada.typist.sample() });
      const { signIns } = (await ada.browser.get('/security')).body as { signIns: Array<Record<string, unknown>> };
      shown.push(signIns.map(({ outcome, factors, reason }) => ({ outcome, factors, reason })));
    }
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject([{ outcome: 'step-up', factors: ['password'] }, { factors: ['password', 'matrix-code'] }, {}]);
  });

  it.each([
    ['template', 'bytes'],
    ['history', 'bytes'],
    ['history', 'cut'],
    ['template', 'later'],
  ] as const)('steps up where the %s can not be read (%s), as for a young template, and refuses a wrong password', async (what, how) => {
    const { bank, ada } = await readyCustomer();
    const ctx = verifierContext(bank.verifier);
    const subject = ctx.subjectOf(bank.host.registered[0] ?? '');
    await ctx.store.transaction(async (tx) => {
      if (how === 'cut') {
        const { history, entries } = await readHistory(ctx, tx, subject);
        await writeHistory(ctx, tx, subject, { history: { ...history, packed: history.packed.slice(0, -6) }, entries });
        forgetHistory(ctx, subject);
      } else if (how === 'later') {
        const found = await anyTemplate.get(ctx, tx, subject, 'current');
        await anyTemplate.put(ctx, tx, { ...found!, value: { ...found!.value, schema: 3 } });
      } else {
        const [record] = await tx.list(`typing-${what}`, subject, { limit: 1 });
        await tx.put({ ...record!, body: new Uint8Array(40) });
      }
    });
    expect(await login(ada, { password: 'not the password' })).toMatchObject({ status: 401, body: error('ERR_CREDENTIALS') });
    const asked = await login(ada);
    expect(asked).toMatchObject({ status: 200, body: { status: 'step-up', next: 'matrix-code' } });
    expect((await stepUp(ada, asked)).body).toMatchObject({ status: 'signed-in' });
    expect((await ada.browser.get('/security')).status).toBe(200);
    const code = how === 'later' ? 'ERR_TEMPLATE_VERSION' : 'ERR_RECORD_CORRUPT';
    expect(bank.events.filter(({ event }) => event === 'typing-unreadable')).toEqual([
      { level: 'error', event: 'typing-unreadable', code },
    ]);
  });

  it('lets a young template carry nothing, and learns from each code until it is ready', async () => {
    const bank = await openBank({ policy: { typing: { readyAt: 8, codeEveryNth: 1_000_000 } } });
    const ada = await registerCustomer(bank);
    for (const learned of [6, 7, 8]) {
      const answer = await login(ada);
      expect(answer.body).toMatchObject({ status: 'step-up' });
      expect((await stepUp(ada, answer)).body).toMatchObject({ status: 'signed-in' });
      expect((await ada.browser.get('/security')).body).toMatchObject({ typing: { learned, state: learned < 8 ? 'young' : 'ready' } });
    }
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('asks one accepted login in so many for the code', async () => {
    const { ada } = await readyCustomer({ policy: { typing: { readyAt: 5, codeEveryNth: 1 } } });
    const answer = await login(ada);
    expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    await stepUp(ada, answer);
    expect((await ada.browser.get('/history')).body).toMatchObject({
      signIns: [{ reason: 'extra-check', factors: ['password', 'matrix-code'] }, {}],
    });
  });

  it('has a customer without biometrics sign in by password and code, and keeps nothing of his typing', async () => {
    const store = recordingStore(memoryStore());
    const bank = await openBank({ store, policy: READY });
    const ada = await registerCustomer(bank, { biometrics: 'declined' });
    const answer = await login(ada, { typing: createTypist(1, { keys: PASSWORD.length }).sample() });
    expect(answer.body).toMatchObject({ status: 'step-up' });
    await stepUp(ada, answer);
    expect((await ada.browser.get('/session')).body).toMatchObject({ biometrics: 'declined' });
    expect((await ada.browser.get('/security')).body).toMatchObject({
      typing: { state: 'none', learned: 0 },
      signIns: [{ wordsPerMinute: null }, {}],
    });
    expect(store.calls.filter((call) => /^(insert|put) typing-/.test(call))).toEqual([]);
  });

  it('judges one of fifty parallel submits of a challenge', async () => {
    const { bank, ada } = await readyCustomer();
    const { challenge } = (await ada.browser.post('/login/start')).body as { challenge: string };
    bank.hasher.verified.length = 0;
    const body = { challenge, identifier: 'ada', password: PASSWORD, typing: ada.typist.sample() };
    const answers = await Promise.all(Array.from({ length: 50 }, () => ada.browser.copy().post('/login', body)));
    expect(bank.hasher.verified).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body: { error: refused } }) => refused?.code === 'ERR_CHALLENGE_USED')).toHaveLength(49);
  });

  it('repeats the outcome for the same submit with the same key, and for nothing else', async () => {
    const { bank, ada } = await readyCustomer();
    const { challenge } = (await ada.browser.post('/login/start')).body as { challenge: string };
    const body = { challenge, identifier: 'ada', password: PASSWORD, typing: ada.typist.sample() };
    const key = { 'idempotency-key': 'k1' };
    const first = await ada.browser.post('/login', body, key);
    const access = ada.browser.cookies.get('__Host-tacit-access');
    const again = await ada.browser.post('/login', body, key);
    expect(again.body).toEqual(first.body);
    expect(ada.browser.cookies.get('__Host-tacit-access')).toBe(access);
    expect((await ada.browser.post('/login', { ...body, password: 'another' }, key)).body).toMatchObject(error('ERR_CHALLENGE_USED'));
    bank.advance(61_000);
    expect((await ada.browser.post('/login', body, key)).body).toMatchObject(error('ERR_CHALLENGE_USED'));
  });

  it('binds a challenge to the browser', async () => {
    const { bank, ada } = await readyCustomer();
    const { challenge } = (await bank.browser().post('/login/start')).body as { challenge: string };
    const body = { challenge, identifier: 'ada', password: PASSWORD, typing: null };
    expect(await ada.browser.post('/login', body)).toMatchObject({ status: 400, body: error('ERR_CHALLENGE_MISMATCH') });
  });

  it('blocks after five failures for a name and for an address, whoever it is, and lets the owner in after the time', async () => {
    const { bank, ada } = await readyCustomer();
    for (const identifier of ['ada', 'nobody']) {
      const browser = bank.browser(`address of ${identifier}`);
      const attempts = [];
      for (let i = 0; i < 6; i++) {
        attempts.push(await login({ ...ada, browser }, { identifier, password: 'wrong' }));
      }
      expect(attempts.slice(0, 5).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
      expect(attempts[5]).toMatchObject({ status: 429, body: { error: { code: 'ERR_THROTTLED', retryAfter: 30 } } });
      expect(attempts[5]?.headers.get('retry-after')).toBe('30');
    }
    expect((await login(ada)).status).toBe(429);
    bank.advance(30_000);
    expect((await login(ada)).status).toBe(200);
    expect((await login(ada, { password: 'wrong' })).status).toBe(401);
  });

  it('does not clear the counters for a right password alone', async () => {
    const { ada } = await readyCustomer();
    for (let i = 0; i < 5; i++) {
      expect((await login(ada, { typing: null })).status).toBe(200);
    }
    expect((await login(ada)).status).toBe(429);
  });

  it('ends the session that the browser had before', async () => {
    const { ada } = await readyCustomer();
    const old = ada.browser.copy();
    await login(ada);
    expect((await old.get('/security')).status).toBe(401);
    expect((await ada.browser.get('/security')).body).toMatchObject({ sessions: [{ current: true }] });
  });

  it('reports nothing where the owner began afresh and then completed', async () => {
    const { bank, ada } = await readyCustomer();
    await login(ada, { typing: null });
    await signIn(ada);
    bank.advance(301_000);
    expect(await bank.newMailsFor(ada.email)).not.toContain('A sign-in was not completed');
  });

  it('refuses a password that was changed while it was compared, and does not put it back in force', async () => {
    const hasher = countingHasher();
    let meanwhile: (() => Promise<void>) | undefined;
    const bank = await openBank({
      policy: READY,
      flows: {
        passwordHasher: {
          ...hasher,
          needsRehash: () => true,
          async verify(password, hash) {
            const verified = await countingHasher().verify(password, hash);
            const work = meanwhile;
            meanwhile = undefined;
            await work?.();
            return verified;
          },
        },
      },
    });
    const ada = await registerCustomer(bank, { biometrics: 'declined' });
    const password = 'violet-harbour-58';
    const { challenge, coordinates } = (await ada.browser.post('/password/start')).body as unknown as {
      challenge: string;
      coordinates: string[];
    };
    meanwhile = async () => {
      const code = answerOf(ada.card, coordinates);
      expect((await ada.browser.post('/password', { challenge, current: PASSWORD, password, entries: [], code })).status).toBe(200);
    };
    const thief = { ...ada, browser: bank.browser('198.51.100.9') };
    expect(await login(thief, { typing: null })).toMatchObject({ status: 401, body: error('ERR_CREDENTIALS') });
    expect((await thief.browser.get('/session')).body).toEqual({ state: 'none' });
    expect((await login(thief, { typing: null })).status).toBe(401);
    expect((await login(thief, { typing: null, password })).status).toBe(200);
  });

  it('becomes ready by twenty learned samples with the default policy', async () => {
    const bank = await openBank({ policy: { typing: { codeEveryNth: 1_000_000 } } });
    const ada = await registerCustomer(bank);
    await trainTemplate(bank, ada);
    expect((await ada.browser.get('/security')).body).toMatchObject({ typing: { state: 'ready' } });
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
  });
});
