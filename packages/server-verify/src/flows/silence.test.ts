import type { EvidenceOpening } from '@tacit-auth/features';
import { expect, it } from 'vitest';
import { worker } from '../continuous/testing-evidence';
import { type BankOptions, openBank } from '../testing-flows';
import { grantFor, sessionOf, vouch, WATCHED, watchedCustomer } from '../testing-risk';
import { teachSessions } from '../text-challenge/testing-template';
import { textTypist } from '../text-challenge/testing-texts';
import { verifierContext } from '../verifier-internals';

const MINUTE = 60_000;
/** What waits a moment is done at once, and nothing else ever is. */
const timer = { set: (work: () => void, ms: number): unknown => (ms <= 50 ? setImmediate(work) : undefined), clear: () => undefined };
const typist = textTypist(3);

interface Options extends BankOptions {
  taught?: boolean;
  opened?: boolean;
}

/** A customer in a session that is checked, at whose page somebody is active for some minutes. */
async function active({ taught = true, opened = true, ...options }: Options = {}) {
  const bank = await openBank({ policy: WATCHED, timer, ...options });
  const { customer } = await watchedCustomer(bank);
  const { browser } = customer;
  const ctx = verifierContext(bank.verifier);
  const subject = ctx.subjectOf(bank.host.registered[0] ?? '');
  if (taught) {
    await ctx.store.transaction((tx) => teachSessions(ctx, tx, { subject, typist }));
  }
  const opening = opened ? ((await browser.post('/continuous/open')).body as unknown as EvidenceOpening) : undefined;
  let seq = 0;
  return {
    bank,
    customer,
    send: (typing: readonly unknown[], more: object = {}) => {
      seq++;
      return browser.post('/continuous/batch', { version: 1, stream: opening?.stream, seq, floor: seq - 1, typing, pointer: [], ...more });
    },
    async work(minutes: number, each: () => Promise<unknown> = async () => undefined) {
      for (let minute = 0; minute < minutes; minute++) {
        bank.advance(MINUTE);
        expect((await browser.post('/activity')).status).toBe(200);
        await each();
      }
    },
    /** What a route of the host is told: once for any request, once for one that moves money. */
    async asked() {
      const any = await bank.http.requireSession(browser.request('/x'));
      const sensitive = await bank.http.requireSession(browser.request('/x'), { sensitive: true });
      return [any, sensitive].map((answer) => (answer instanceof Response ? answer.status : 200));
    },
  };
}

it('of a page that sends nothing is answered by asking for the code, before anything sensitive, again and again', async () => {
  const { bank, customer, work, asked } = await active();
  await work(9);
  expect(await asked()).toEqual([200, 200]);
  await work(2);
  expect(await asked()).toEqual([200, 403]);
  expect(await customer.browser.post('/sessions/end', { session: 'x' })).toMatchObject({
    status: 403,
    body: { error: { code: 'ERR_STEP_UP_NEEDED' } },
  });
  expect((await customer.browser.post('/continuous/open')).body).toMatchObject({ state: 'confirm' });
  const { audit } = await bank.verifier.exportSubject({ subject: bank.host.registered[0] ?? '' });
  expect(audit.flatMap((entry) => (entry.erased ? [] : [`${entry.type} ${entry.reason}`]))).toContain('session-doubted silent');
  expect((await vouch(customer)).body).toEqual({ status: 'trusted' });
  await work(9);
  expect(await asked()).toEqual([200, 200]);
  await work(2);
  expect(await asked()).toEqual([200, 403]);
  // It was no alarm: who signs in elsewhere owes nothing.
  expect((await bank.verifier.exportSubject({ subject: bank.host.registered[0] ?? '' })).records['code-owed']).toBeUndefined();
});

it('is told to a route that asks for a code by itself, which is not refused', async () => {
  const { bank, customer, work } = await active();
  const told = async () => {
    const found = await bank.http.requireSession(customer.browser.request('/x'), { activity: true, sensitive: 'tell' });
    return found instanceof Response ? found.status : found.stepUpNeeded;
  };
  await work(9);
  expect(await told()).toBe(false);
  await work(2);
  expect(await told()).toBe(true);
  await customer.browser.post('/lock');
  expect(await told()).toBe(423);
});

it('is noted also by the flows themselves, where no route has looked', async () => {
  const { bank, customer, work } = await active();
  const session = await grantFor(bank, customer.browser);
  await work(11);
  expect(await bank.flows.sessions.endOther({ session, other: 'x' })).toEqual({ ok: false, error: { code: 'ERR_STEP_UP_NEEDED' } });
  await expect(bank.flows.takeConfirmation({ session, confirmation: 'x', purpose: 'transfer', binding: 'pay' })).rejects.toMatchObject({
    code: 'ERR_STEP_UP_NEEDED',
  });
  expect((await sessionOf(bank, session)).value).toMatchObject({ risk: 'low', codeNeeded: true, doubts: 1 });
});

it('is not broken by batches of nothing, by what came before, by what a script made, or by what can not be read or compared', async () => {
  const person = worker(1);
  const [recorded, made] = [person.window(), person.window()];
  for (const [name, typing] of [
    ['nothing', () => []],
    ['the same', () => [recorded]],
    ['a script', () => [{ ...person.window(), flags: { untrusted: true } }]],
    ['unreadable', () => [{ ...made, keys: 'x' }]],
    ['too short', () => [person.window({ length: 12 })]],
  ] as const) {
    const { send, work, asked } = await active();
    await send([recorded]);
    let sent = 0;
    await work(11, async () => {
      // Two that came twice are no doubt by themselves.
      if (name !== 'the same' || sent++ < 2) {
        await send(typing());
      }
    });
    expect(await asked(), name).toEqual([200, 403]);
  }
});

it('is not broken by a pointer that is compared with nothing', async () => {
  const person = worker(1);
  const { send, work, asked } = await active();
  await work(11, () => send([], { pointer: [person.stretch()] }));
  expect(await asked()).toEqual([200, 403]);
});

it('is none where the customer is seen at his work', async () => {
  const person = worker(1);
  const { send, work, asked } = await active();
  for (let i = 0; i < 3; i++) {
    await work(9);
    expect((await send([person.window()])).status).toBe(200);
    expect(await asked()).toEqual([200, 200]);
  }
});

it('is told from a page that never opened a stream, from one that can not be compared, and from rest', async () => {
  const never = await active({ opened: false });
  await never.work(11);
  expect(await never.asked()).toEqual([200, 403]);
  const unknown = await active({ taught: false });
  await unknown.work(11);
  expect(await unknown.asked()).toEqual([200, 200]);
  const without = await active({ flows: { continuous: false } });
  await without.work(11);
  expect(await without.asked()).toEqual([200, 200]);
  const rest = await active();
  rest.bank.advance(50 * MINUTE);
  expect(await rest.asked()).toEqual([200, 200]);
  const patient = await active({ policy: { ...WATCHED, continuous: { silentMs: 60 * MINUTE } } });
  await patient.work(20);
  expect(await patient.asked()).toEqual([200, 200]);
});

it('is ended by a text of the server’s choice, too', async () => {
  const { customer, work, asked } = await active();
  await work(11);
  expect(await asked()).toEqual([200, 403]);
  const { challenge, text } = (await customer.browser.post('/text/start')).body as { challenge: string; text: string };
  expect((await customer.browser.post('/text/submit', { challenge, text, sample: typist.sample(text) })).body).toEqual({
    status: 'confirmed',
  });
  expect(await asked()).toEqual([200, 200]);
});
