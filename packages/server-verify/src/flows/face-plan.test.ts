import { describe, expect, it } from 'vitest';
import { readFaceHistory, writeFaceHistory } from '../face-history';
import { readFaceTemplate, writeFaceTemplate } from '../face-template';
import type { PolicyOptions } from '../policy';
import { type FaceCustomer, loginWithFace, registerWithFace, showFace } from '../testing-face-flows';
import { type Bank, login, openBank, PASSWORD, stepUp } from '../testing-flows';
import { createTypist } from '../testing-typists';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000 } } as const;
const YOUNG = { typing: { readyAt: 50, codeEveryNth: 1_000 } } as const;

async function customer(policy: PolicyOptions = READY): Promise<{ bank: Bank; ada: FaceCustomer }> {
  const bank = await openBank({ policy });
  const ada = await registerWithFace(bank);
  await bank.newMailsFor(ada.email);
  return { bank, ada };
}

const lastSignIn = async (ada: FaceCustomer) => ((await ada.browser.get('/history')).body.signIns as Array<Record<string, unknown>>)[0];

describe('a face beside a young template', () => {
  it('signs the owner in together with typing so far, and lets nothing be learned', async () => {
    const { bank, ada } = await customer(YOUNG);
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
    expect(await lastSignIn(ada)).toMatchObject({ factors: ['password', 'face'], reason: 'normal' });
    const after = (await ada.browser.get('/security')).body;
    expect(after).toMatchObject({ typing: { state: 'young', learned: 5 } });
    for (let i = 0; i < 3; i++) {
      expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
    }
    expect((await ada.browser.get('/security')).body).toMatchObject({ typing: { learned: 5 } });
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
  });

  it('learns the entry where the code was given in its place', async () => {
    const { ada } = await customer(YOUNG);
    await login(ada);
    await stepUp(ada, await ada.browser.post('/step-up/use-code'));
    expect((await ada.browser.get('/security')).body).toMatchObject({ typing: { learned: 6, quarantined: 0 } });
  });

  it('asks for the code where typing so far speaks against the customer', async () => {
    const { ada } = await customer(YOUNG);
    const strangers = Array.from({ length: 6 }, (_, i) => createTypist(300 + i, { keys: PASSWORD.length }));
    for (const typist of strangers) {
      const answer = await loginWithFace(ada, { typing: typist.sample() });
      expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
      await stepUp(ada, answer);
    }
  });

  it('asks for it without any entry to judge', async () => {
    const { ada } = await customer(YOUNG);
    expect((await loginWithFace(ada, { typing: null })).body).toMatchObject({ next: 'matrix-code' });
  });
});

describe('a face that can not be asked for', () => {
  const storedFace = (bank: Bank) => {
    const ctx = verifierContext(bank.verifier);
    return { ctx, subject: ctx.subjectOf(bank.host.registered[0]!) };
  };

  it('leads to the code at once where it was enrolled with an earlier pipeline, also for accepted typing', async () => {
    const { bank, ada } = await customer();
    const { ctx, subject } = storedFace(bank);
    await ctx.store.transaction(async (tx) => {
      const { template } = (await readFaceTemplate(ctx, tx, subject))!;
      await writeFaceTemplate(ctx, tx, { subject, slot: 'current', template: { ...template, pipeline: 'earlier/1' } });
    });
    const answer = await login(ada);
    expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await stepUp(ada, answer)).status).toBe(200);
    expect((await ada.browser.get('/security')).body).toMatchObject({ face: { state: 'outdated' }, typing: { learned: 6 } });
  });

  it('leads to the code at once where it was refused too often, until a code is right', async () => {
    const { bank, ada } = await customer();
    const { ctx, subject } = storedFace(bank);
    await ctx.store.transaction(async (tx) => {
      const history = await readFaceHistory(ctx, tx, subject);
      await writeFaceHistory(ctx, tx, subject, { ...history, refusedAt: new Array<number>(50).fill(ctx.clock()) });
    });
    bank.advance(86_400_000);
    const answer = await login(ada);
    expect(answer.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await stepUp(ada, answer)).status).toBe(200);
    expect((await loginWithFace(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('leaves the sign-in as it is without one', async () => {
    const { bank, ada } = await customer();
    await bank.verifier.deleteFace({ subject: bank.host.registered[0]! });
    expect((await login(ada)).body).toMatchObject({ status: 'signed-in' });
  });

  it('goes to the code where the face was deleted while it was waited for', async () => {
    const { bank, ada } = await customer();
    const asked = await login(ada);
    await bank.verifier.deleteFace({ subject: bank.host.registered[0]! });
    expect((await showFace(ada, asked)).body).toMatchObject({ next: 'matrix-code' });
    expect(await bank.newMailsFor(ada.email)).toEqual([]);
  });
});
