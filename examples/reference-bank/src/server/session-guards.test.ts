import type { HttpHandler } from '@tacit-auth/server-verify/http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSimulatedBank, type SimulatedBank } from '../../proofs/simulated-bank';
import { SimulatedCustomer } from '../../proofs/simulated-customer';
import { type SimulatedTime, simulatedTime, turn } from '../../proofs/simulated-time';

let time: SimulatedTime;
let bank: SimulatedBank;
let customer: SimulatedCustomer;
/** Whether nothing was heard for long of whoever is at the session: those are told who look as closely. */
let silent: boolean;
let order: { from: string; to: string; amount: number; reference: string };
beforeEach(async () => {
  time = simulatedTime(Date.UTC(2026, 10, 2, 9));
  silent = false;
  const before = (handler: HttpHandler): HttpHandler => ({
    ...handler,
    async requireSession(request, demand) {
      const grant = await handler.requireSession(request, demand);
      return silent && demand?.sensitive === 'tell' && !(grant instanceof Response) ? { ...grant, stepUpNeeded: true } : grant;
    },
  });
  bank = await openSimulatedBank({ time, seed: 3, before });
  customer = new SimulatedCustomer(bank, time, { seed: 3, email: 'ada@mail.example' });
  await customer.register();
  await bank.ledger.openAccount({ owner: 'payee', holder: 'Some Payee' });
  const [payee] = await bank.ledger.accountsOf('payee');
  const { body } = await customer.browser.get('/api/accounts');
  const [from] = body.accounts as Array<{ id: string }>;
  order = { from: from?.id ?? '', to: payee?.number ?? '', amount: 100, reference: 'thank you' };
});
afterEach(() => bank.close());

/** A transfer whose body is sent in two parts: the second when it is asked for. */
function slowTransfer(): { answer: Promise<Response>; finish(): void } {
  const bytes = new TextEncoder().encode(JSON.stringify(order));
  let rest: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.subarray(0, 10));
      rest = controller;
    },
  });
  const headers = new Headers(customer.browser.request('/api/transfers').headers);
  headers.set('content-type', 'application/json');
  headers.set('content-length', String(bytes.length));
  headers.set('idempotency-key', `slow-transfer-${order.amount}`);
  const init = { method: 'POST', headers, body, duplex: 'half' as const };
  const answer = bank.fetch(new Request(customer.browser.request('/api/transfers').url, init));
  return {
    answer,
    finish() {
      rest?.enqueue(bytes.subarray(10));
      rest?.close();
    },
  };
}

const balance = async () => (await bank.ledger.accountsOf('payee'))[0]?.balance;

it('looks at the session when the whole of a transfer is there: it may have been locked while somebody sent it slowly', async () => {
  const before = await balance();
  const usual = slowTransfer();
  await turn(50);
  usual.finish();
  expect((await usual.answer).status).toBe(201);
  expect(await balance()).toBe((before ?? 0) + 100);

  order.amount = 101;
  const late = slowTransfer();
  await turn(50);
  expect((await customer.browser.post('/auth/lock')).status).toBe(200);
  late.finish();
  const refused = await late.answer;
  expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([423, 'ERR_SESSION_LOCKED']);
  expect(await balance()).toBe((before ?? 0) + 100);
});

it('asks for a code where nothing was heard for long of whoever pays, however little', async () => {
  const before = await balance();
  expect((await customer.browser.post('/api/transfers/check', order)).body).toMatchObject({ needsCode: false });
  silent = true;
  expect((await customer.browser.post('/api/transfers/check', order)).body).toMatchObject({ needsCode: true });
  expect(await customer.browser.post('/api/transfers', order)).toMatchObject({
    status: 403,
    body: { error: { code: 'ERR_CONFIRMATION_NEEDED' } },
  });
  expect(await balance()).toBe(before);
});
