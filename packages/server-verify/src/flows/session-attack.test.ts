import type { EvidenceOpening } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { alertsOf, answerOf, type Bank, type Customer, confirmation, isStepUp, login, openBank, stepUp } from '../testing-flows';
import {
  doubt,
  grantFor,
  reauthenticate,
  sessionOf,
  signedInByTyping,
  signedInOperator,
  vouch,
  WATCHED,
  watchedCustomer,
} from '../testing-risk';

const elsewhere = (bank: Bank, customer: Customer, address = '198.51.100.9'): Customer => ({ ...customer, browser: bank.browser(address) });
const NEEDED = { status: 403, body: { error: { code: 'ERR_STEP_UP_NEEDED' } } };
const ASKED = { status: 'step-up', next: 'matrix-code' };

describe('whoever sits at a doubted session and has the password', () => {
  it.each([
    ['medium', 'sign in again'],
    ['medium', 'sign out'],
    ['high', 'sign out'],
    ['medium', 'other browser'],
  ] as const)('is not rid of a %s doubt by this: %s', async (to, leave) => {
    const { bank, ada, grant } = await signedInByTyping();
    await doubt(bank, grant, 'step-up', { to });
    if (leave === 'sign out') {
      await ada.browser.post('/logout');
    }
    const here = leave === 'other browser' ? elsewhere(bank, ada) : ada;
    const asked = await login(here);
    expect(asked.body).toMatchObject(ASKED);
    expect((await stepUp(here, asked)).body).toMatchObject({ status: 'signed-in' });
    expect((await login(elsewhere(bank, ada, '198.51.100.10'))).body).toMatchObject({ status: 'signed-in' });
  });

  it('may give the password again, by which the doubt stays; a code there pays for it, and for nothing that another session owes', async () => {
    const { bank, ada, grant } = await signedInByTyping();
    const other = elsewhere(bank, ada);
    await login(other);
    const theirs = await grantFor(bank, other.browser);
    await doubt(bank, grant, 'step-up');
    await ada.browser.post('/lock');
    expect((await reauthenticate(ada)).body).toMatchObject({ status: 'signed-in' });
    expect(await grantFor(bank, ada.browser)).toMatchObject({ risk: 'medium', stepUpNeeded: true });
    await vouch(ada);
    expect((await login(elsewhere(bank, ada, '198.51.100.10'))).body).toMatchObject({ status: 'signed-in' });
    await doubt(bank, await grantFor(bank, ada.browser), 'step-up');
    await doubt(bank, theirs, 'lock');
    await vouch(ada);
    expect((await login(elsewhere(bank, ada, '198.51.100.11'))).body).toMatchObject(ASKED);
  });

  it('is asked for the code, too, once the owner has said that a sign-in was not his', async () => {
    const { bank, ada } = await signedInByTyping();
    const thief = elsewhere(bank, ada);
    expect((await login(thief)).body).toMatchObject({ status: 'signed-in' });
    const [signIn] = ((await ada.browser.get('/security')).body as unknown as { signIns: Array<{ id: string }> }).signIns;
    const given = await confirmation(ada, `sign-ins/dispute:${signIn!.id}`);
    expect((await ada.browser.post('/sign-ins/dispute', { confirmation: given, signIn: signIn!.id })).body).toMatchObject({
      status: 'disputed',
      byCard: false,
    });
    expect(isStepUp(await login(thief))).toBe(true);
    expect((await bank.verifier.exportSubject({ subject: bank.host.registered[0] ?? '' })).records['code-owed']).toHaveLength(1);
  });
});

describe('a re-authentication by typing', () => {
  it('says that it was by typing: a code of before vouches for nothing that comes after it', async () => {
    const { bank, ada } = await signedInByTyping();
    await ada.browser.post('/logout');
    const asked = await login(ada, { typing: null });
    await stepUp(ada, asked);
    const before = await grantFor(bank, ada.browser);
    expect(before.amr).toContain('matrix');
    await ada.browser.post('/lock');
    expect((await reauthenticate(ada)).body).toMatchObject({ status: 'signed-in' });
    expect((await grantFor(bank, ada.browser)).amr).toEqual(['pwd', 'typing']);
    await ada.browser.post('/lock');
    const { challenge } = (await ada.browser.post('/reauthenticate/start')).body as { challenge: string };
    const again = await ada.browser.post('/reauthenticate', { challenge, password: ada.password, typing: null });
    await stepUp(ada, again);
    expect((await grantFor(bank, ada.browser)).amr).toEqual(['pwd', 'matrix']);
  });
});

describe('a card that is lost', () => {
  it('may be reported where the checks ask for it: the doubt stays, the operator is told of it, and the new card ends it', async () => {
    const { bank, ada, grant } = await signedInByTyping();
    await doubt(bank, grant, 'step-up');
    expect((await ada.browser.post('/card/lost')).body).toEqual({ status: 'reported' });
    expect((await alertsOf(bank, { open: true })).find(({ code }) => code === 'card-lost')?.detail).toEqual({
      doubted: true,
      session: expect.stringContaining(grant.id),
    });
    expect(await ada.browser.post('/password/start')).toMatchObject(NEEDED);
    expect(await ada.browser.post('/step-up/start', { purpose: 'session' })).toMatchObject({
      status: 409,
      body: { error: { code: 'ERR_CARD_SUSPENDED' } },
    });
    // Nobody signs in by typing meanwhile.
    expect((await login(elsewhere(bank, ada))).body).toMatchObject({ status: 'step-up', next: 'card-suspended' });

    const operator = await grantFor(bank, (await signedInOperator(bank)).browser);
    await bank.flows.operators.reissueCard({ session: operator, customer: { identifier: ada.identifier } });
    const [emailCode] = await bank.codesFor(ada.email);
    const started = (await ada.browser.post('/card/collect/start')).body as { challenge: string };
    const body = { ...started, identifier: ada.identifier, password: ada.password, emailCode };
    const collected = (await ada.browser.post('/card/collect', body)).body as unknown as {
      card: Customer['card'];
      confirm: { challenge: string; coordinates: string[] };
    };
    const { challenge, coordinates } = collected.confirm;
    await ada.browser.post('/card/confirm', { challenge, code: answerOf(collected.card, coordinates) });
    expect(await ada.browser.post('/password/start')).toMatchObject(NEEDED);
    expect((await vouch({ ...ada, card: collected.card })).body).toEqual({ status: 'trusted' });
    expect((await ada.browser.post('/password/start')).status).toBe(200);
  });

  it('is told without a doubt where there is none, and of a locked session not at all', async () => {
    const { bank, ada, grant } = await signedInByTyping();
    await ada.browser.post('/card/lost');
    expect((await alertsOf(bank, { open: true })).map(({ code, detail }) => [code, detail])).toEqual([['card-lost', {}]]);
    await doubt(bank, grant, 'lock');
    expect((await ada.browser.post('/card/lost')).status).toBe(423);
  });
});

describe('pages that share no queue', () => {
  it('have a stream each where they ask for one of their own, and the same one else', async () => {
    const bank = await openBank({ policy: WATCHED });
    const { customer, opening } = await watchedCustomer(bank);
    const open = async (body: object) => (await customer.browser.post('/continuous/open', body)).body as unknown as EvidenceOpening;
    expect(await open({})).toEqual(opening);
    const [first, second] = [await open({ own: true }), await open({ own: true })];
    expect(new Set([opening.stream, first.stream, second.stream]).size).toBe(3);
    expect(new Set([opening.queueKey, first.queueKey, second.queueKey]).size).toBe(3);
    expect([first.next, second.next]).toEqual([1, 1]);
    for (const own of [false, 1, 'true', null]) {
      expect(await customer.browser.post('/continuous/open', { own }), String(own)).toMatchObject({
        status: 422,
        body: { error: { code: 'ERR_FIELD_INVALID', field: 'own' } },
      });
    }
    expect((await sessionOf(bank, await grantFor(bank, customer.browser))).value.state).toBe('open');
  });
});
