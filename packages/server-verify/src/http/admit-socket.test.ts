import type { CoarseState } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import type { SocketAdmission } from '../http';
import { type Browser, ORIGIN } from '../testing-browser';
import { type Bank, login, openBank, registerCustomer } from '../testing-flows';
import { doubt, grantFor, WATCHED, watchedCustomer } from '../testing-risk';
import { manualTime } from '../testing-timer';

const PATH = '/continuous/socket';

function ask(bank: Bank, browser: Browser, init: { path?: string; origin?: string | null } = {}): Promise<SocketAdmission | Response> {
  const { path = PATH, origin = ORIGIN } = init;
  const headers = { upgrade: 'websocket', ...(origin === null ? {} : { origin }) };
  return bank.http.admitSocket(browser.request(path, { headers }), '203.0.113.7');
}

async function admitted(bank: Bank, browser: Browser): Promise<SocketAdmission> {
  const admission = await ask(bank, browser);
  if (admission instanceof Response) {
    throw new Error(`refused: ${admission.status}`);
  }
  return admission;
}

async function refusal(answer: Promise<SocketAdmission | Response>): Promise<[number, string]> {
  const response = await answer;
  if (!(response instanceof Response)) {
    throw new Error('admitted');
  }
  return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
}

/** Until what was begun is done; batches are gathered for some ms. */
async function settle(time?: { advance(ms: number): void }): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    time?.advance(5);
  }
}

async function watched() {
  const time = manualTime();
  const bank = await openBank({ policy: WATCHED, clock: time.clock, timer: time.timer });
  return { time, bank, ...(await watchedCustomer(bank)) };
}

describe('a socket', () => {
  it('is admitted for a full session from the own origin, until its token runs out', async () => {
    const { bank, customer, opening, time } = await watched();
    const socket = await admitted(bank, customer.browser);
    expect(socket.session).toMatchObject({ subject: bank.host.registered[0], scope: 'full' });
    expect(await socket.state()).toBe('checking');
    const left = socket.expiresAt - time.clock();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
    const batch = JSON.stringify({ version: 1, stream: opening.stream, seq: 1, floor: 0, typing: [], pointer: [] });
    const answer = socket.submit(batch);
    await settle(time);
    expect(await answer).toEqual({ version: 1, stream: opening.stream, seq: 1, state: 'checking' });
    await expect(socket.submit('{')).rejects.toMatchObject({ code: 'ERR_EVIDENCE_JSON', status: 400 });
    await expect(socket.submit('x'.repeat(131_073))).rejects.toMatchObject({ code: 'ERR_EVIDENCE_SIZE', status: 413 });
    time.advance(left);
    await expect(socket.submit(batch)).rejects.toMatchObject({ code: 'ERR_SESSION_EXPIRED', status: 401 });
  });

  it('is refused by a plain answer with a code', async () => {
    const { bank, customer } = await watched();
    const { browser } = customer;
    expect(await refusal(ask(bank, browser, { origin: null }))).toEqual([403, 'ERR_ORIGIN']);
    expect(await refusal(ask(bank, browser, { origin: 'https://evil.test' }))).toEqual([403, 'ERR_ORIGIN']);
    expect(await refusal(ask(bank, browser, { origin: `${ORIGIN}.evil.test` }))).toEqual([403, 'ERR_ORIGIN']);
    expect(await refusal(ask(bank, browser, { path: '/continuous/other' }))).toEqual([404, 'ERR_NOT_FOUND']);
    expect(await refusal(ask(bank, bank.browser()))).toEqual([401, 'ERR_SESSION_NONE']);
    const thief = bank.browser();
    thief.cookies.set('__Host-tacit-access', browser.cookies.get('__Host-tacit-access') ?? '');
    expect(await refusal(ask(bank, thief))).toEqual([401, 'ERR_SESSION_NONE']);
    await browser.post('/lock');
    expect(await refusal(ask(bank, browser))).toEqual([423, 'ERR_SESSION_LOCKED']);
    await login(customer, { typing: null });
    expect(await refusal(ask(bank, browser))).toEqual([403, 'ERR_SESSION_SCOPE']);
  });

  it('is told to renew a token that has run out', async () => {
    const bank = await openBank();
    const { browser } = await registerCustomer(bank);
    bank.advance(300_000);
    expect(await refusal(ask(bank, browser))).toEqual([401, 'ERR_SESSION_EXPIRED']);
  });

  it('is one of its session alone: what another session sends is of no stream of its', async () => {
    const { bank, opening, time } = await watched();
    const { customer: eve } = await watchedCustomer(bank, { identifier: 'eve', seed: 8 });
    const socket = await admitted(bank, eve.browser);
    const stolen = socket.submit({ version: 1, stream: opening.stream, seq: 1, floor: 0, typing: [], pointer: [] });
    const refused = expect(stolen).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNKNOWN' });
    await settle(time);
    await refused;
  });

  it('hears of each other state, and of nothing once it is released', async () => {
    const { bank, customer } = await watched();
    const socket = await admitted(bank, customer.browser);
    const [first, second]: [CoarseState[], CoarseState[]] = [[], []];
    socket.onChange((state) => first.push(state));
    const stop = socket.onChange((state) => second.push(state));
    await settle();
    await doubt(bank, socket.session, 'step-up');
    await settle();
    stop();
    await doubt(bank, socket.session, 'lock');
    await settle();
    expect(first).toEqual(['checking', 'confirm', 'locked']);
    expect(second).toEqual(['checking', 'confirm']);
    socket.release();
    socket.release();
    await customer.browser.post('/logout');
    await settle();
    expect(first).toHaveLength(3);
  });

  it('is let in for a customer who has declined, and told that there are no checks', async () => {
    const bank = await openBank({ policy: WATCHED });
    const { browser } = await registerCustomer(bank);
    const socket = await admitted(bank, browser);
    expect(await socket.state()).toBe('off');
    expect((await grantFor(bank, browser)).id).toBe(socket.session.id);
  });
});
