import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { answerOf, type Bank, type Customer, login, openBank, PASSWORD, registerCustomer, stepUp, wrongAnswer } from '../testing-flows';
import type { SessionGrant } from './types';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const OPERATOR_PASSWORD = 'granite-lantern-41';

interface Collected {
  card: MatrixCardView;
  confirm: { challenge: string; coordinates: string[] };
}

async function operatorOf(bank: Bank): Promise<SessionGrant> {
  const { card } = await bank.flows.operators.createOperator({
    identifier: 'operator',
    email: 'operator@bank.test',
    name: 'Oda',
    password: OPERATOR_PASSWORD,
  });
  const oda = { identifier: 'operator', email: 'operator@bank.test', password: OPERATOR_PASSWORD, card, browser: bank.browser() };
  const customer = { ...oda, typist: undefined as never };
  await stepUp(customer, await login(customer, { typing: null }));
  const grant = await bank.http.requireSession(oda.browser.request('/x'));
  if (grant instanceof Response) {
    throw new Error('no session');
  }
  return grant;
}

async function reissued() {
  const bank = await openBank({ policy: READY });
  const ada = await registerCustomer(bank);
  const operator = await operatorOf(bank);
  expect((await ada.browser.post('/card/lost')).body).toEqual({ status: 'reported' });
  await bank.flows.operators.reissueCard({ session: operator, customer: { identifier: 'ada' } });
  const mail = (await bank.mailsFor(ada.email)).find(({ subject }) => subject === 'Your new matrix card is ready');
  return { bank, ada, operator, emailCode: mail?.text.match(/\b\d{6}\b/)?.[0] ?? '' };
}

async function collect(ada: Customer, body: Record<string, unknown>) {
  const { challenge } = (await ada.browser.post('/card/collect/start')).body as { challenge: string };
  return ada.browser.post('/card/collect', { challenge, identifier: 'ada', password: PASSWORD, ...body });
}

describe('a lost card', () => {
  it('is suspended at once, and alerts owner and operator', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerCustomer(bank);
    const operator = await operatorOf(bank);
    await ada.browser.post('/card/lost');
    expect((await ada.browser.post('/step-up/start', { purpose: 'settings', binding: 'export' })).body).toMatchObject({
      error: { code: 'ERR_CARD_SUSPENDED' },
    });
    expect((await login(ada, { typing: null })).body).toEqual({ status: 'step-up', next: 'card-suspended' });
    expect((await ada.browser.post('/card/lost')).status).toBe(200);
    expect(await bank.newMailsFor(ada.email)).toContain('Your matrix card was suspended');
    const alerts = await bank.flows.operators.listAlerts({ session: operator, open: true });
    expect(alerts).toMatchObject([{ code: 'card-lost', name: 'Ada L', subject: bank.host.registered[0] }, { code: 'card-lost' }]);
  });

  it('is replaced by a new one with password and mail; one code asked back puts it in force', async () => {
    const { bank, ada, emailCode } = await reissued();
    const { card, confirm } = (await collect(ada, { emailCode })).body as unknown as Collected;
    const wrong = wrongAnswer(answerOf(card, confirm.coordinates));
    expect((await ada.browser.post('/card/confirm', { challenge: confirm.challenge, code: wrong })).body).toMatchObject({
      error: { code: 'ERR_CODE_WRONG' },
    });
    expect((await login(ada, { typing: null })).body).toEqual({ status: 'step-up', next: 'card-suspended' });

    const again = (await collect(ada, { emailCode })).body as unknown as Collected;
    const code = answerOf(again.card, again.confirm.coordinates);
    expect((await ada.browser.post('/card/confirm', { challenge: again.confirm.challenge, code })).body).toEqual({ status: 'activated' });
    const asked = await login(ada, { typing: null });
    expect((await stepUp(ada, asked)).status).toBe(401);
    expect((await stepUp({ ...ada, card: again.card }, await ada.browser.post('/step-up/start'))).body).toMatchObject({
      status: 'signed-in',
    });
    expect(await bank.newMailsFor(ada.email)).toContain('Your new matrix card is active');
    expect((await collect(ada, { emailCode })).body).toMatchObject({ error: { code: 'ERR_CREDENTIALS' } });
  });

  it('is not shown for a wrong password, a wrong code, an unknown name, or after five wrong codes or three days', async () => {
    const { bank, ada, operator, emailCode } = await reissued();
    const refusal = { status: 401, body: { error: { code: 'ERR_CREDENTIALS' } } };
    const wrong = emailCode === '000000' ? '000001' : '000000';
    expect(await collect(ada, { emailCode, password: 'wrong' })).toMatchObject(refusal);
    expect(await collect(ada, { emailCode, identifier: 'nobody' })).toMatchObject(refusal);
    for (let i = 0; i < 5; i++) {
      bank.advance(31_000);
      expect(await collect(ada, { emailCode: wrong })).toMatchObject(refusal);
    }
    bank.advance(31_000);
    expect(await collect(ada, { emailCode })).toMatchObject(refusal);
    expect(operator.role).toBe('operator');
  });

  it('that was shown is void when an operator sends another code before it was put in force', async () => {
    const { bank, ada, operator, emailCode } = await reissued();
    const { card, confirm } = (await collect(ada, { emailCode })).body as unknown as Collected;
    await bank.flows.operators.reissueCard({ session: operator, customer: { identifier: 'ada' } });
    const code = answerOf(card, confirm.coordinates);
    expect((await ada.browser.post('/card/confirm', { challenge: confirm.challenge, code })).body).toMatchObject({
      error: { code: 'ERR_CARD_SUSPENDED' },
    });
    expect((await login(ada, { typing: null })).body).toEqual({ status: 'step-up', next: 'card-suspended' });
  });

  it('expires after three days', async () => {
    const { bank, ada, emailCode } = await reissued();
    bank.advance(72 * 3_600_000);
    expect((await collect(ada, { emailCode })).status).toBe(401);
    await bank.flows.runJobs();
    expect((await collect(ada, { emailCode })).status).toBe(401);
  });
});

describe('operators', () => {
  it('are known by their session on every call', async () => {
    const { bank, ada, operator } = await reissued();
    const customer = (await bank.http.requireSession((await signedIn(ada)).browser.request('/x'))) as SessionGrant;
    const { operators } = bank.flows;
    const refusal = { code: 'ERR_ROLE' };
    for (const session of [customer, { ...customer, role: 'operator' as const }]) {
      await expect(operators.listAlerts({ session })).rejects.toMatchObject(refusal);
      await expect(operators.failedMail({ session })).rejects.toMatchObject(refusal);
      await expect(operators.retryMail({ session, id: 'x' })).rejects.toMatchObject(refusal);
      await expect(operators.acknowledgeAlert({ session, id: 'x' })).rejects.toMatchObject(refusal);
      await expect(operators.reissueCard({ session, customer: { identifier: 'ada' } })).rejects.toMatchObject(refusal);
    }
    const [alert] = await operators.listAlerts({ session: operator, open: true });
    const acknowledged = await operators.acknowledgeAlert({ session: operator, id: alert?.id ?? '' });
    expect(acknowledged.acknowledged?.by).toBe(operator.subject);
    expect([alert, acknowledged]).toMatchObject(Array(2).fill({ name: 'Ada L', email: ada.email }));
    const log = await operators.auditLog({ session: operator });
    expect(log.entries).toContainEqual(
      expect.objectContaining({
        type: 'alert-acknowledged',
        people: expect.objectContaining({ subject: expect.objectContaining({ email: ada.email }) }),
      }),
    );
    expect(await operators.listAlerts({ session: operator, open: true })).toHaveLength(0);
    expect(await operators.failedMail({ session: operator })).toEqual([]);
    await expect(operators.retryMail({ session: operator, id: 'a.b' })).rejects.toMatchObject({ code: 'ERR_MAIL_UNKNOWN' });
    await expect(operators.reissueCard({ session: operator, customer: { identifier: 'nobody' } })).rejects.toMatchObject({
      code: 'ERR_SUBJECT_UNKNOWN',
    });
    bank.advance(121_000);
    await expect(operators.listAlerts({ session: operator })).rejects.toMatchObject(refusal);
    expect(await bank.verifier.verifyAudit()).toMatchObject({ status: 'intact' });
  });

  it('lift the block of a name, which time alone never lifts', async () => {
    const bank = await openBank({ policy: { ...READY, throttle: { failures: 1, cap: 2, windowMs: 60_000 } } });
    const ada = await registerCustomer(bank);
    for (let i = 0; i < 2; i++) {
      bank.advance(31_000);
      await login({ ...ada, browser: bank.browser(`address ${i}`) }, { password: 'wrong' });
    }
    bank.advance(10 * 86_400_000);
    expect((await login({ ...ada, browser: bank.browser('another') })).status).toBe(429);
    const operator = await operatorOf(bank);
    await bank.flows.operators.liftBlock({ session: operator, identifier: 'ADA' });
    await bank.flows.operators.liftBlock({ session: operator, identifier: 'nobody' });
    const { entries } = await bank.flows.operators.auditLog({ session: operator });
    const lifted = entries.filter((entry) => !entry.erased && entry.reason === 'lifted');
    expect(lifted.map(({ people }) => people.subject?.email)).toEqual([undefined, ada.email]);
    expect((await login({ ...ada, browser: bank.browser('another') })).status).toBe(200);
  });

  it('are not created under a name that is taken, with a weak password or without an address', async () => {
    const bank = await openBank();
    await registerCustomer(bank);
    const { operators } = bank.flows;
    const oda = { identifier: 'ada', email: 'oda@bank.test', name: 'Oda', password: OPERATOR_PASSWORD };
    await expect(operators.createOperator(oda)).rejects.toMatchObject({ code: 'ERR_FIELD_INVALID', field: 'identifier' });
    await expect(operators.createOperator({ ...oda, identifier: 'oda', password: 'password1234' })).rejects.toMatchObject({
      code: 'ERR_PASSWORD_WEAK',
    });
    await expect(operators.createOperator({ ...oda, identifier: 'oda', email: 'no address' })).rejects.toMatchObject({
      code: 'ERR_FIELD_INVALID',
      field: 'email',
    });
  });
});

async function signedIn(ada: Customer): Promise<Customer> {
  await login(ada);
  return ada;
}
