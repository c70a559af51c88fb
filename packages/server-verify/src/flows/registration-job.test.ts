import { describe, expect, it } from 'vitest';
import type { MatrixCardView } from '../matrix-card-view';
import { memoryStore } from '../memory-store';
import { answerOf, login, openBank, PASSWORD, submitRegistration } from '../testing-flows';
import { createTypist } from '../testing-typists';
import { verifierContext } from '../verifier-internals';
import { erasureKind } from './erase-customer';

interface Submitted {
  registration: string;
  card: MatrixCardView;
  coordinates: string[];
}

describe('a registration that nobody confirms', () => {
  it('is discarded after an hour without a confirmation', async () => {
    const store = memoryStore();
    const bank = await openBank({ store });
    const { submitted, browser, email } = await submitRegistration(bank);
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode] = await bank.codesFor(email);
    bank.advance(3_600_000);
    await bank.flows.runJobs();
    for (const kind of ['customer', 'typing-template', 'typing-sample', 'matrix-card', 'registration', 'data-key']) {
      expect([kind, await store.transaction((tx) => tx.listKind(kind, { limit: 10 }))]).toEqual([kind, []]);
    }
    expect((await browser.post('/register/confirm', { registration, emailCode, code: answerOf(card, coordinates) })).status).toBe(400);
    expect(bank.host).toMatchObject({ registered: [], discarded: [] });
  });

  it('has a job roll a confirmed registration forward, and tells the host when it refuses for an hour', async () => {
    const bank = await openBank();
    const { submitted, browser, email } = await submitRegistration(bank, { identifier: 'eve' });
    const { registration, card, coordinates } = submitted.body as unknown as Submitted;
    const [emailCode] = await bank.codesFor(email);
    bank.host.failing.add('onRegister');
    const answer = { registration, emailCode, code: answerOf(card, coordinates) };
    await browser.post('/register/confirm', answer);
    bank.advance(3_600_000);
    await bank.flows.runJobs();
    expect(bank.host.discarded).toHaveLength(1);
    expect(
      (await login({ browser, typist: createTypist(1), identifier: 'eve', email, password: PASSWORD, card }, { typing: null })).status,
    ).toBe(401);

    bank.host.failing.clear();
    const ada = await submitRegistration(bank, { identifier: 'ada', seed: 2 });
    const view = ada.submitted.body as unknown as Submitted;
    const [code] = await bank.codesFor(ada.email);
    bank.host.failing.add('onRegister');
    const body = { registration: view.registration, emailCode: code, code: answerOf(view.card, view.coordinates) };
    await ada.browser.post('/register/confirm', body);
    bank.host.failing.clear();
    bank.advance(10_000);
    await bank.flows.runJobs();
    expect(bank.host.registered).toHaveLength(1);
    // The job had no browser to sign in; the repetition has.
    expect((await ada.browser.post('/register/confirm', body)).body).toMatchObject({ status: 'signed-in' });
  });

  it('is settled also where another, due before it, can not be read, which stays; and so is an erasure', async () => {
    const bank = await openBank();
    const ctx = verifierContext(bank.verifier);
    await submitRegistration(bank, { identifier: 'eve', seed: 2 });
    const damage = (kind: string) =>
      ctx.store.transaction(async (tx) => {
        for (const record of await tx.listKind(kind, { limit: 10 })) {
          await tx.put({ ...record, body: new Uint8Array(40) });
        }
      });
    await damage('registration');
    bank.advance(1_000);
    await submitRegistration(bank, { identifier: 'ada' });
    bank.advance(3_600_000);
    await bank.flows.runJobs();
    expect(await ctx.store.transaction((tx) => tx.listKind('registration', { limit: 10 }))).toHaveLength(1);
    expect(bank.events).toContainEqual({ level: 'error', event: 'record-unreadable', kind: 'registration', code: 'ERR_RECORD_CORRUPT' });

    const due = ctx.clock();
    await ctx.store.transaction((tx) => erasureKind.put(ctx, tx, { subject: '', id: 'one', value: { hostSubject: 'h1' }, at: due, due }));
    await damage('erasure');
    const later = { subject: '', id: 'two', value: { hostSubject: 'h2' }, at: due, due: due + 1 };
    await ctx.store.transaction((tx) => erasureKind.put(ctx, tx, later));
    bank.advance(1_000);
    await bank.flows.runJobs();
    expect(bank.host.erased).toEqual(['h2']);
    expect(bank.events).not.toContainEqual(expect.objectContaining({ event: 'job-failed' }));
  });
});
