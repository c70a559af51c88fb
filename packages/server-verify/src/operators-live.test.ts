import { describe, expect, it } from 'vitest';
import { OPERATORS, readAudit } from './audit-log';
import { type Bank, login, openBank, registerCustomer, stepUp } from './testing-flows';
import { doubt, grantFor, sessionOf, signedInOperator, WATCHED, watchedCustomer } from './testing-risk';
import { verifierContext } from './verifier-internals';

async function openConsole(customers = 1) {
  const bank = await openBank({ policy: WATCHED });
  const operator = await signedInOperator(bank);
  const session = await grantFor(bank, operator.browser);
  const watched = [];
  for (let i = 0; i < customers; i++) {
    watched.push((await watchedCustomer(bank, { identifier: `ada${i}`, seed: 20 + i })).customer);
  }
  return { bank, operator, session, watched, operators: bank.flows.operators };
}

const operatorsAudit = async ({ verifier }: Bank) =>
  (await readAudit(verifierContext(verifier), OPERATORS, { limit: 500 })).flatMap((entry) => (entry.erased ? [] : [entry]));

describe('live sessions', () => {
  it('are listed by name with what the evidence says, a page at a time, nothing biometric', async () => {
    const { bank, operators, session, watched } = await openConsole(3);
    const first = await operators.liveSessions({ session, limit: 2 });
    expect(first.sessions).toHaveLength(2);
    const second = await operators.liveSessions({ session, limit: 2, after: first.next ?? '' });
    expect(second).toMatchObject({ next: null });
    const all = [...first.sessions, ...second.sessions];
    expect(new Set(all.map(({ subject }) => subject))).toEqual(new Set(bank.host.registered.slice(-3)));
    expect(all[0]).toEqual({
      id: expect.stringMatching(/^[\w-]{43}\.[\w-]{22}$/),
      subject: expect.any(String),
      name: 'Ada L',
      state: 'open',
      startedAt: expect.any(Number),
      expiresAt: expect.any(Number),
      lastActivityAt: expect.any(Number),
      risk: 'low',
      stepUpNeeded: false,
      evidence: {
        since: expect.any(Number),
        lastAt: null,
        level: 'unsettled',
        levelSince: expect.any(Number),
        confidence: expect.any(Number),
        risk: expect.any(Number),
        reasons: ['little-evidence'],
        counts: { batches: 0, keys: 0, actions: 0, scored: 0, replayed: 0, untrusted: 0 },
        template: 'none',
      },
    });
    await watched[0]?.browser.post('/logout');
    expect((await operators.liveSessions({ session })).sessions).toHaveLength(2);
  });

  it.each(['records', 'key'])(
    'are all shown where the %s of one customer can not be read, and so are alerts and customers',
    async (what) => {
      const { bank, operators, session, watched } = await openConsole(2);
      await doubt(bank, await grantFor(bank, watched[0]!.browser), 'step-up');
      await doubt(bank, await grantFor(bank, watched[1]!.browser), 'step-up');
      const ctx = verifierContext(bank.verifier);
      const subject = ctx.subjectOf(bank.host.registered.at(-1) ?? '');
      await ctx.store.transaction(async (tx) => {
        const found =
          what === 'key'
            ? [await tx.get('data-key', subject, 'key')]
            : [await tx.get('customer', subject, 'customer'), (await tx.list('alert', subject, { limit: 1 }))[0]];
        for (const record of found) {
          const { version: _version, ...damaged } = {
            ...record!,
            body: record!.body.map((byte, i) => (i < record!.body.length - 8 ? byte : 65)),
          };
          await tx.put(damaged);
        }
      });
      ctx.forgetDataKey(subject);
      const { sessions } = await operators.liveSessions({ session });
      expect(sessions.map(({ name }) => name).sort()).toEqual(['Ada L', null]);
      expect((await operators.listAlerts({ session, open: true })).map(({ name }) => name)).toEqual(['Ada L']);
      const { customers } = await operators.customers({ session, limit: 100 });
      expect(customers.map(({ name }) => name).sort()).toEqual(['Ada L', 'Olga O']);
    },
  );

  it('are listed to the last page where what is held of one on the way can not be read', async () => {
    const { bank, operators, session } = await openConsole(3);
    const ctx = verifierContext(bank.verifier);
    const [first] = await ctx.store.transaction((tx) => tx.listKind('continuous', { limit: 1 }));
    const { version: _version, ...damaged } = { ...first!, body: new Uint8Array(40) };
    await ctx.store.transaction((tx) => tx.put(damaged));
    const found: string[] = [];
    let next: string | null | undefined;
    do {
      const page = await operators.liveSessions({ session, limit: 1, ...(next ? { after: next } : {}) });
      found.push(...page.sessions.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(found).toHaveLength(2);
    expect(found.join()).not.toContain(first!.id);
  });

  it('are refused to customers, and bounded at every door', async () => {
    const { bank, operators, session, watched } = await openConsole();
    const customer = await grantFor(bank, watched[0]!.browser);
    const id = `${'x'.repeat(43)}.${'y'.repeat(22)}`;
    for (const call of [
      () => operators.liveSessions({ session: customer }),
      () => operators.liveSession({ session: customer, id }),
      () => operators.terminateSession({ session: customer, id }),
      () => operators.customers({ session: customer }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_ROLE' });
    }
    await expect(operators.liveSessions({ session, limit: 201 })).rejects.toThrow(RangeError);
    await expect(operators.liveSessions({ session, limit: 'x' as never })).rejects.toThrow(TypeError);
    await expect(operators.liveSessions({ session, after: 'x' })).rejects.toMatchObject({ code: 'ERR_FIELD_INVALID', field: 'after' });
    await expect(operators.liveSession({ session, id })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', field: 'id' });
    await expect(operators.terminateSession({ session, id: '../x' })).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    await expect(operators.customers({ session, limit: 0 })).rejects.toThrow(RangeError);
    await expect(operators.listAlerts({ session, limit: 501 })).rejects.toThrow(RangeError);
    await expect(operators.failedMail({ session, limit: 501 })).rejects.toThrow(RangeError);
    await expect(operators.failedAlertDeliveries({ session, limit: 0 })).rejects.toThrow(RangeError);
  });

  it('are looked at one by one, with their risk over time; the first look is in the audit log', async () => {
    const { bank, operators, session, watched } = await openConsole();
    const { sessions } = await operators.liveSessions({ session });
    const id = sessions[0]?.id ?? '';
    const seen = await operators.liveSession({ session, id });
    expect(seen).toEqual({ ...sessions[0], points: [] });
    await operators.liveSession({ session, id });
    const views = (await operatorsAudit(bank)).filter(({ type }) => type === 'session-viewed');
    expect(views).toMatchObject([{ detail: { operator: session.subject, session: id.split('.')[1] } }]);
    await doubt(bank, await grantFor(bank, watched[0]!.browser), 'lock');
    // Its evidence is settled: what is left is that it is locked, and why is in the alert.
    expect(await operators.liveSession({ session, id })).toMatchObject({ state: 'locked', risk: 'high', evidence: null, points: [] });
    expect((await operators.liveSessions({ session })).sessions).toEqual([]);
    expect((await operators.listAlerts({ session, open: true }))[0]).toMatchObject({
      code: 'session-taken-over',
      name: 'Ada L',
      detail: { session: id },
      settled: null,
    });
  });

  it('are ended by an operator at once; the owner is told, and comes in again by password and code', async () => {
    const { bank, operators, session, watched } = await openConsole();
    const [ada] = watched;
    const theirs = await grantFor(bank, ada!.browser);
    await bank.newMailsFor(ada!.email);
    const [{ id } = { id: '' }] = (await operators.liveSessions({ session })).sessions;
    const results = await Promise.all(Array.from({ length: 50 }, () => operators.terminateSession({ session, id })));
    expect(results.filter(({ status }) => status === 'terminated')).toHaveLength(1);
    expect((await ada!.browser.get('/session')).body).toEqual({ state: 'none', ended: true });
    expect(await ada!.browser.get('/security')).toMatchObject({ status: 401, body: { error: { code: 'ERR_SESSION_NONE' } } });
    expect((await sessionOf(bank, theirs)).value.endedFor).toBe('ended-by-operator');
    expect(await bank.newMailsFor(ada!.email)).toEqual(['Your session was ended to protect you']);
    const ended = (await operatorsAudit(bank)).filter(({ type }) => type === 'session-ended');
    expect(ended).toMatchObject([{ reason: 'by-operator', detail: { operator: session.subject, session: theirs.id } }]);
    const asked = await login(ada!);
    expect(asked.body).toMatchObject({ next: 'matrix-code' });
    expect((await stepUp(ada!, asked)).body).toMatchObject({ status: 'signed-in' });
  });

  it('are served over HTTP, to operators', async () => {
    const { bank, operator, watched } = await openConsole();
    const { browser } = operator;
    const { sessions, next } = (await browser.get('/operators/live')).body as unknown as { sessions: Array<{ id: string }>; next: null };
    expect([sessions.length, next]).toEqual([1, null]);
    const id = sessions[0]?.id ?? '';
    expect((await browser.get(`/operators/live/session?id=${id}`)).body).toMatchObject({ id, points: [] });
    expect((await browser.get('/operators/live/session')).status).toBe(404);
    expect((await browser.get('/operators/live?after=x')).body.error).toMatchObject({ code: 'ERR_FIELD_INVALID', field: 'after' });
    expect((await browser.post('/operators/terminate', { id: 'x' })).body.error).toMatchObject({ code: 'ERR_FIELD_INVALID', field: 'id' });
    const elsewhere = { origin: 'https://evil.test' };
    expect((await browser.post('/operators/terminate', { id }, elsewhere)).status).toBe(403);
    expect((await browser.post('/operators/terminate', { id })).body).toEqual({ status: 'terminated' });
    expect((await browser.post('/operators/terminate', { id })).body).toEqual({ status: 'over' });
    const eve = await registerCustomer(bank, { identifier: 'eve', seed: 9 });
    for (const path of ['/operators/live', `/operators/live/session?id=${id}`]) {
      expect(await eve.browser.get(path), path).toMatchObject({ status: 403, body: { error: { code: 'ERR_ROLE' } } });
    }
    expect((await eve.browser.post('/operators/terminate', { id })).body.error?.code).toBe('ERR_ROLE');
    expect((await watched[0]?.browser.get('/security'))?.status).toBe(401);
  });
});

describe('the list of customers', () => {
  it('comes a page at a time, with consents and cards, or by a sign-in name', async () => {
    const { operators, session } = await openConsole(3);
    const seen = [];
    let after: string | undefined;
    do {
      const page = await operators.customers({ session, limit: 2, ...(after === undefined ? {} : { after }) });
      expect(page.customers.length).toBeLessThanOrEqual(2);
      seen.push(...page.customers);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen.map(({ role }) => role).sort()).toEqual(['customer', 'customer', 'customer', 'operator']);
    const { customers } = await operators.customers({ session, identifier: 'ADA1' });
    expect(customers).toMatchObject([
      {
        name: 'Ada L',
        email: 'ada1@mail.test',
        status: 'active',
        card: 'active',
        consent: { biometrics: 'granted', face: 'declined', session: 'granted' },
      },
    ]);
    expect((await operators.customers({ session, identifier: 'nobody' })).customers).toEqual([]);
  });
});
