import { expect, it } from 'vitest';
import type { SessionGrant } from '../flows/types';
import { listSessions } from '../list-sessions';
import { putSession } from '../sessions';
import { openBank, registerCustomer } from '../testing-flows';
import { vouch } from '../testing-risk';
import { verifierContext } from '../verifier-internals';
import { teachSessions } from './testing-template';
import { textTypist } from './testing-texts';

async function signedIn() {
  const bank = await openBank();
  const customer = await registerCustomer(bank);
  const ctx = verifierContext(bank.verifier);
  const typist = textTypist(3);
  const subject = ctx.subjectOf(bank.host.registered[0] ?? '');
  return { bank, customer, ctx, typist, subject };
}

it('asks for a text, judges it, and tells the browser no score', async () => {
  const { customer, ctx, typist, subject } = await signedIn();
  const { browser } = customer;
  expect((await browser.post('/text/start')).body.error).toMatchObject({ code: 'ERR_TEXT_UNAVAILABLE' });
  await ctx.store.transaction((tx) => teachSessions(ctx, tx, { subject, typist }));
  const { status, body } = await browser.post('/text/start');
  expect([status, Object.keys(body).sort()]).toEqual([200, ['challenge', 'expiresAt', 'text']]);
  const { challenge, text } = body as { challenge: string; text: string };
  const submit = { challenge, text, sample: typist.sample(text) };
  expect((await browser.post('/text/submit', { ...submit, asked: 'another text' })).status).toBe(422);
  expect((await browser.post('/text/submit', { ...submit, text: 'x'.repeat(901) })).body.error).toMatchObject({ field: 'text' });
  expect((await browser.post('/text/submit', { ...submit, sample: { ...submit.sample, mode: 'window' } })).status).toBe(422);
  const done = await browser.post('/text/submit', submit);
  expect([done.status, done.body]).toEqual([200, { status: 'confirmed' }]);
  expect((await browser.post('/text/submit', submit)).body.error).toMatchObject({ code: 'ERR_CHALLENGE_USED' });
});

it('ends a medium doubt for the customer, and for nobody else, nor where the checks know nothing of it', async () => {
  for (const { seed, isOpen, outcome, after } of [
    { seed: 3, isOpen: true, outcome: 'confirmed', after: 'ERR_NOT_FOUND' },
    { seed: 44, isOpen: true, outcome: 'code', after: 'ERR_STEP_UP_NEEDED' },
    { seed: 3, isOpen: false, outcome: 'again', after: 'ERR_STEP_UP_NEEDED' },
  ]) {
    const { bank, customer, ctx, typist, subject } = await signedIn();
    await ctx.store.transaction(async (tx) => {
      await teachSessions(ctx, tx, { subject, typist });
      const [session] = await listSessions(ctx, tx, subject);
      await putSession(ctx, tx, session!, { risk: 'medium', codeNeeded: true });
    });
    const { browser } = customer;
    if (isOpen) {
      expect((await browser.post('/continuous/open')).body).toMatchObject({ state: 'confirm' });
    }
    const sensitive = async () => (await browser.post('/sessions/end', { session: 'another' })).body.error?.code;
    expect(await sensitive()).toBe('ERR_STEP_UP_NEEDED');
    const { challenge, text } = (await browser.post('/text/start')).body as { challenge: string; text: string };
    const done = await browser.post('/text/submit', { challenge, text, sample: textTypist(seed).sample(text) });
    expect(done.body.status).toBe(outcome);
    expect(await sensitive()).toBe(after);
    // What needs a code of its own needs it all the same.
    const transfer = bank.flows.takeConfirmation({
      session: (await bank.http.requireSession(browser.request('/x'))) as SessionGrant,
      confirmation: 'none',
      purpose: 'transfer',
      binding: 'transfer-1',
    });
    await expect(transfer).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_(CONFIRMATION|STEP_UP_NEEDED)$/) });
  }
});

it('that a script typed, or that was recorded, has the session doubted: what the page makes of the answer does not matter', async () => {
  const { bank, customer, ctx, typist, subject } = await signedIn();
  await ctx.store.transaction((tx) => teachSessions(ctx, tx, { subject, typist }));
  const { browser } = customer;
  const sensitive = async () => (await browser.post('/sessions/end', { session: 'another' })).body.error?.code;
  const { challenge, text } = (await browser.post('/text/start')).body as { challenge: string; text: string };
  const sample = { ...typist.sample(text), flags: { untrusted: true } };
  expect(await sensitive()).toBe('ERR_NOT_FOUND');
  expect((await browser.post('/text/submit', { challenge, text, sample })).body).toEqual({ status: 'code' });
  expect(await sensitive()).toBe('ERR_STEP_UP_NEEDED');
  // There is no other text before the code, and signing in elsewhere asks for it, too.
  expect((await browser.post('/text/start')).body.error).toMatchObject({ code: 'ERR_STEP_UP_NEEDED' });
  const { records, audit } = await bank.verifier.exportSubject({ subject: bank.host.registered[0] ?? '' });
  expect(records['code-owed']).toHaveLength(1);
  expect(audit.flatMap((entry) => (entry.erased ? [] : [`${entry.type} ${entry.reason}`]))).toContain('session-doubted text-automated');
  expect((await vouch(customer)).body).toEqual({ status: 'trusted' });
  expect(await sensitive()).toBe('ERR_NOT_FOUND');
  expect((await bank.verifier.exportSubject({ subject: bank.host.registered[0] ?? '' })).records['code-owed']).toBeUndefined();
});

it('is for who is signed in', async () => {
  const { bank } = await signedIn();
  const stranger = bank.browser();
  expect((await stranger.post('/text/start')).status).toBe(401);
  expect((await stranger.post('/text/submit', { challenge: 'x.y.z', text: '', sample: {} })).status).toBe(401);
});

it('is erased with the customer’s consent, exported, and erased with him', async () => {
  const { bank, customer, ctx, typist, subject } = await signedIn();
  await ctx.store.transaction((tx) => teachSessions(ctx, tx, { subject, typist }));
  const { challenge, text } = (await customer.browser.post('/text/start')).body as { challenge: string; text: string };
  await customer.browser.post('/text/submit', { challenge, text, sample: typist.sample(text) });
  const host = bank.host.registered[0] ?? '';
  const { records } = await bank.verifier.exportSubject({ subject: host });
  expect(records['text-challenge']).toMatchObject([{ drawn: [{ outcome: 'passed', text: null }] }]);
  expect(records['text-history']).toMatchObject([{ pressPress: [expect.any(Array)] }]);
  await bank.verifier.withdrawConsent({ subject: host });
  const left = (kind: string) => ctx.store.transaction((tx) => tx.count(kind, subject));
  // How many texts there were is no biometric, and a withdrawal must not give more of them.
  expect([await left('text-history'), await left('text-challenge')]).toEqual([0, 1]);
  await bank.verifier.eraseSubject({ subject: host });
  expect(await left('text-challenge')).toBe(0);
});
