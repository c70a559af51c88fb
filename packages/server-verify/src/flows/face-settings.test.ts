import type { FaceAction, FaceSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { issueChallenge } from '../challenges';
import { type ConsentRecord, consentKind, consentOf } from '../consent';
import { ensureCustomer } from '../customers';
import { listSessions } from '../list-sessions';
import { memoryStore } from '../memory-store';
import { putSession } from '../sessions';
import { startedTestContext } from '../testing-context';
import { createFace, type Face } from '../testing-face';
import { askedFor, type FaceCustomer, loginWithFace } from '../testing-face-flows';
import { type Bank, type Customer, confirmation, login, openBank, registerCustomer, signIn, submitRegistration } from '../testing-flows';
import { contentOf } from '../testing-verifier';
import { verifierContext } from '../verifier-internals';
import type { SessionGrant } from './types';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const error = (code: string) => ({ error: { code } });

async function begin(customer: Customer, more: object = { consent: 'granted' }) {
  return customer.browser.post('/face/start', { confirmation: await confirmation(customer, 'face:enrol'), ...more });
}

async function enrol(customer: Customer, face: Face): Promise<FaceCustomer> {
  const asked = askedFor(await begin(customer));
  const done = await customer.browser.post('/face/enrol', { challenge: asked.challenge, sample: face.look(asked.actions) });
  expect(done).toMatchObject({ status: 200, body: { status: 'enrolled', security: { face: { state: 'enrolled', consent: 'granted' } } } });
  return { ...customer, face };
}

async function without(): Promise<{ bank: Bank; ada: Customer; store: ReturnType<typeof memoryStore> }> {
  const store = memoryStore();
  const bank = await openBank({ store, policy: READY });
  const ada = await registerCustomer(bank);
  await bank.newMailsFor(ada.email);
  return { bank, ada, store };
}

describe('the face in the settings', () => {
  it('is added under a code of the card, with the consent, and the owner is told', async () => {
    const { bank, ada } = await without();
    const withFace = await enrol(ada, createFace(1));
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your face was added']);
    expect((await loginWithFace(withFace)).body).toMatchObject({ status: 'signed-in' });
  });

  it('takes a confirmation of that very deed, once, and a consent', async () => {
    const { ada } = await without();
    expect(await ada.browser.post('/face/start', { confirmation: 'none' })).toMatchObject({ status: 403, body: error('ERR_CONFIRMATION') });
    const other = await confirmation(ada, 'face:delete');
    expect(await ada.browser.post('/face/start', { confirmation: other, consent: 'granted' })).toMatchObject({
      body: error('ERR_CONFIRMATION'),
    });
    expect(await begin(ada, {})).toMatchObject({ status: 403, body: error('ERR_CONSENT_MISSING') });
    const once = await confirmation(ada, 'face:enrol');
    expect((await ada.browser.post('/face/start', { confirmation: once, consent: 'granted' })).status).toBe(200);
    expect(await ada.browser.post('/face/start', { confirmation: once, consent: 'granted' })).toMatchObject({
      body: error('ERR_CONFIRMATION'),
    });
    // Once granted it need not be said again.
    expect((await begin(ada, {})).status).toBe(200);
  });

  it('is refused to a customer whose typing is not used', async () => {
    const bank = await openBank({ policy: READY });
    const ada = await registerCustomer(bank, { biometrics: 'declined' });
    expect(await begin(ada)).toMatchObject({ status: 403, body: error('ERR_CONSENT_MISSING') });
    const given = await ada.browser.post('/consent', { face: 'granted', confirmation: await confirmation(ada, 'consent:face-granted') });
    expect(given).toMatchObject({ status: 403, body: error('ERR_CONSENT_MISSING') });
  });

  it('has a look repeated that is no good, and refuses numbers that were sent before', async () => {
    const { bank, ada } = await without();
    const face = createFace(1);
    const asked = askedFor(await begin(ada));
    const still = await ada.browser.post('/face/enrol', { challenge: asked.challenge, sample: face.still() });
    expect(still).toMatchObject({ status: 200, body: { status: 'retry', reason: 'not-live' } });
    const next = askedFor(still);
    let seen: FaceSample | undefined;
    const look = (actions: readonly FaceAction[]) => {
      seen = face.look(actions);
      return seen;
    };
    expect((await ada.browser.post('/face/enrol', { challenge: next.challenge, sample: look(next.actions) })).body).toMatchObject({
      status: 'enrolled',
    });
    const again = askedFor(await begin(ada, {}));
    const sample = { ...face.look(again.actions) };
    sample.descriptors[0]![1] = seen!.descriptors[0]![1];
    expect(await ada.browser.post('/face/enrol', { challenge: again.challenge, sample })).toMatchObject({
      status: 422,
      body: error('ERR_ENROLMENT_FACE'),
    });
    expect(await bank.newMailsFor(ada.email)).toEqual(['Your face was added']);
  });

  it('is replaced by a new one', async () => {
    const { bank, ada } = await without();
    await enrol(ada, createFace(1));
    const renewed = await enrol(ada, createFace(2));
    expect((await loginWithFace({ ...renewed, face: createFace(1, { day: 3 }) })).body).toMatchObject({ next: 'matrix-code' });
    expect((await loginWithFace(renewed)).body).toMatchObject({ status: 'signed-in' });
    expect(await bank.newMailsFor(ada.email)).toContain('Your face was added');
  });

  it('is deleted under a code, at once, and the owner is told', async () => {
    const { bank, ada, store } = await without();
    await enrol(ada, createFace(1));
    const deleted = await ada.browser.post('/face/delete', { confirmation: await confirmation(ada, 'face:delete') });
    expect(deleted).toMatchObject({ status: 200, body: { face: { state: 'none', consent: 'granted' } } });
    expect(await contentOf(store, 'face-template')).toEqual([]);
    expect(await contentOf(store, 'face-history')).toEqual([]);
    expect(await contentOf(store, 'scrub')).toEqual([]);
    // Both are delivered at one moment, and so have no order.
    expect((await bank.newMailsFor(ada.email)).sort()).toEqual(['Your face was added', 'Your face was deleted']);
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
    const again = await ada.browser.post('/face/delete', { confirmation: await confirmation(ada, 'face:delete') });
    expect(again.status).toBe(200);
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
  });

  it('goes with the withdrawal of its consent, or of biometrics, at once', async () => {
    for (const [deed, body] of [
      ['consent:face-declined', { face: 'declined' }],
      ['consent:declined', { biometrics: 'declined' }],
    ] as const) {
      const { bank, ada, store } = await without();
      await enrol(ada, createFace(1));
      const withdrawn = await ada.browser.post('/consent', { ...body, confirmation: await confirmation(ada, deed) });
      expect(withdrawn).toMatchObject({ status: 200, body: { face: { state: 'none', consent: 'declined' } } });
      expect(await contentOf(store, 'face-template')).toEqual([]);
      expect(await contentOf(store, 'face-history')).toEqual([]);
      expect(await bank.newMailsFor(ada.email)).toContain('Your face was deleted');
      const typing = (await ada.browser.get('/security')).body.typing;
      expect(typing).toMatchObject({ state: deed === 'consent:declined' ? 'none' : 'ready' });
    }
  });

  it('can be consented to apart from everything else', async () => {
    const { ada } = await without();
    const granted = await ada.browser.post('/consent', { face: 'granted', confirmation: await confirmation(ada, 'consent:face-granted') });
    expect(granted).toMatchObject({ status: 200, body: { biometrics: { state: 'granted' }, face: { consent: 'granted', state: 'none' } } });
    const both = await ada.browser.post('/consent', { face: 'granted', biometrics: 'granted', confirmation: 'x' });
    expect(both.status).toBe(422);
  });

  it('is not added in a session that is restricted, locked or another one', async () => {
    const { bank, ada } = await without();
    const asked = askedFor(await begin(ada));
    const body = { challenge: asked.challenge, sample: createFace(1).look(asked.actions) };
    const elsewhere: Customer = { ...ada, browser: bank.browser('198.51.100.9') };
    await signIn(elsewhere);
    expect((await elsewhere.browser.post('/face/enrol', body)).status).toBe(400);
    bank.advance(121_000);
    expect((await ada.browser.post('/face/enrol', body)).status).toBe(423);
    const restricted: Customer = { ...ada, browser: bank.browser('198.51.100.10') };
    await login(restricted, { typing: null });
    expect((await restricted.browser.post('/face/start', { confirmation: 'x' })).status).toBe(403);
    expect((await restricted.browser.post('/face/delete', { confirmation: 'x' })).status).toBe(403);
  });

  it('that was added after a sign-in goes when that sign-in is disputed; an older one stays', async () => {
    const { bank, ada, store } = await without();
    bank.advance(10_000);
    await signIn(ada);
    const { signIns } = (await ada.browser.get('/history')).body as { signIns: Array<{ id: string }> };
    bank.advance(10_000);
    await enrol(ada, createFace(1));
    bank.advance(10_000);
    const later = await loginWithFace({ ...ada, face: createFace(1, { day: 2 }) });
    expect(later.body).toMatchObject({ status: 'signed-in' });
    const [newest] = ((await ada.browser.get('/history')).body as { signIns: Array<{ id: string }> }).signIns;
    const dispute = async (id: string) =>
      ada.browser.post('/sign-ins/dispute', { signIn: id, confirmation: await confirmation(ada, `sign-ins/dispute:${id}`) });
    expect((await dispute(newest!.id)).status).toBe(200);
    expect(await contentOf(store, 'face-template')).toHaveLength(1);
    expect((await dispute(signIns[0]!.id)).status).toBe(200);
    expect(await contentOf(store, 'face-template')).toEqual([]);
    expect(await bank.newMailsFor(ada.email)).toContain('Your face was deleted');
  });
});

describe('a look that was asked for before', () => {
  it('does not bring a face back that was deleted, or a consent that was withdrawn, since', async () => {
    for (const [deed, path, body] of [
      ['face:delete', '/face/delete', {}],
      ['consent:face-declined', '/consent', { face: 'declined' }],
    ] as const) {
      const { ada, store } = await without();
      await enrol(ada, createFace(1));
      const asked = askedFor(await begin(ada, {}));
      expect((await ada.browser.post(path, { ...body, confirmation: await confirmation(ada, deed) })).status).toBe(200);
      if (path === '/consent') {
        await ada.browser.post('/consent', { face: 'granted', confirmation: await confirmation(ada, 'consent:face-granted') });
      }
      const late = await ada.browser.post('/face/enrol', {
        challenge: asked.challenge,
        sample: createFace(1, { day: 1 }).look(asked.actions),
      });
      expect(late).toMatchObject({ status: 409, body: error('ERR_CHALLENGE_USED') });
      expect(await contentOf(store, 'face-template')).toEqual([]);
    }
  });

  it('does not do so either where there was no face yet, and the consent was withdrawn and given again', async () => {
    const { ada, store } = await without();
    const asked = askedFor(await begin(ada));
    for (const face of ['declined', 'granted'] as const) {
      await ada.browser.post('/consent', { face, confirmation: await confirmation(ada, `consent:face-${face}`) });
    }
    const late = await ada.browser.post('/face/enrol', { challenge: asked.challenge, sample: createFace(1).look(asked.actions) });
    expect(late).toMatchObject({ status: 409, body: error('ERR_CHALLENGE_USED') });
    expect(await contentOf(store, 'face-template')).toEqual([]);
  });

  it('does not do so either where there was no face yet, and one was added and deleted since, in this session or another', async () => {
    for (const elsewhere of [false, true]) {
      const { bank, ada, store } = await without();
      const asked = askedFor(await begin(ada));
      const other: Customer = elsewhere ? { ...ada, browser: bank.browser('198.51.100.9') } : ada;
      if (elsewhere) {
        await signIn(other);
      }
      await enrol(other, createFace(1));
      expect((await other.browser.post('/face/delete', { confirmation: await confirmation(other, 'face:delete') })).status).toBe(200);
      const late = await ada.browser.post('/face/enrol', { challenge: asked.challenge, sample: createFace(2).look(asked.actions) });
      expect(late).toMatchObject({ status: 409, body: error('ERR_CHALLENGE_USED') });
      expect(await contentOf(store, 'face-template')).toEqual([]);
      // One that is asked for now is good.
      await enrol(ada, createFace(3));
    }
  });

  it('is not taken where the session was locked or restricted while it was judged', async () => {
    const { bank, ada, store } = await without();
    const ctx = verifierContext(bank.verifier);
    const hostSubject = bank.host.registered[0]!;
    const client = { browser: ada.browser.cookies.get('__Host-tacit-browser')!, address: '203.0.113.7' };
    const open = async () => {
      const [session] = await ctx.store.transaction((tx) => listSessions(ctx, tx, ctx.subjectOf(hostSubject)));
      return session!;
    };
    for (const change of [{ state: 'locked' }, { scope: 'step-up' }] as const) {
      const asked = askedFor(await begin(ada));
      const before = await open();
      await ctx.store.transaction((tx) => putSession(ctx, tx, before, change));
      // As the route saw it, before.
      const { startedAt, expiresAt } = before.value;
      const session = {
        ...{ id: before.id, subject: hostSubject, scope: 'full', locked: false, role: 'customer', amr: [], acr: 'aal2' },
        ...{ startedAt, expiresAt },
      } as unknown as SessionGrant;
      const sample = createFace(1).parsed(asked.actions);
      const refused = await bank.flows.faceSettings.enrol({ client, session, challenge: asked.challenge, sample });
      expect(refused).toMatchObject({ ok: false });
      expect(await contentOf(store, 'face-template')).toEqual([]);
      const after = await open();
      await ctx.store.transaction((tx) => putSession(ctx, tx, after, { state: 'open', scope: 'full' }));
    }
  });
});

describe('what was stored before there were faces', () => {
  it('is read on: a consent declines the face, and the token of a registration asks for none', async () => {
    const ctx = await startedTestContext();
    const subject = ctx.subjectOf('anna');
    const old = { biometrics: 'granted', version: '2025-12', at: ctx.clock() } as unknown as ConsentRecord;
    const read = await ctx.store.transaction(async (tx) => {
      await ensureCustomer(ctx, tx, { hostSubject: 'anna' });
      await consentKind.insert(ctx, tx, { subject, id: '00000001', value: old, at: ctx.clock(), due: null });
      return consentOf(ctx, tx, subject);
    });
    expect(read).toEqual({ biometrics: 'granted', face: 'declined', session: 'declined', since: ctx.clock(), version: '2025-12' });

    const bank = await openBank({ policy: READY });
    const { browser, body } = await submitRegistration(bank, { identifier: 'no name', email: 'ada@mail.test' });
    const binding = browser.cookies.get('__Host-tacit-browser')!;
    const data = { terms: '2025-12', biometrics: 'declined', texts: [] };
    const { challenge } = await issueChallenge(verifierContext(bank.verifier), { purpose: 'flow-register', binding, data });
    const submitted = await browser.post('/register', { ...body, registration: challenge, identifier: 'ada', entries: [], texts: [] });
    expect(submitted.status).toBe(200);
  });
});
