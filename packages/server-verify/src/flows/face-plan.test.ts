import { type FaceAction, type FaceSample, parseFaceSample, parseTypingSample } from '@tacit-auth/features';
import { faceMatcher } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { readFaceHistory, writeFaceHistory } from '../face-history';
import { readFaceTemplate, writeFaceTemplate } from '../face-template';
import { typingEvidence } from '../face-typing';
import type { PolicyOptions } from '../policy';
import { createFace } from '../testing-face';
import { type FaceCustomer, loginWithFace, registerWithFace, showFace } from '../testing-face-flows';
import { type Bank, login, openBank, PASSWORD, quarantinedOf, stepUp } from '../testing-flows';
import { createTypist } from '../testing-typists';
import { keepSample } from '../typing-samples';
import { verifierContext } from '../verifier-internals';

const READY = { typing: { readyAt: 5, codeEveryNth: 1_000_000 } } as const;
const YOUNG = { typing: { readyAt: 50, codeEveryNth: 1_000_000 } } as const;

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
    const { bank, ada } = await customer(YOUNG);
    await login(ada);
    await stepUp(ada, await ada.browser.post('/step-up/use-code'));
    expect((await ada.browser.get('/security')).body).toMatchObject({ typing: { learned: 6 } });
    expect(await quarantinedOf(bank)).toBe(0);
  });

  it('asks for the code where the clock is too coarse to tell a recording, however like the customer the entry is', async () => {
    const { bank, ada } = await customer(YOUNG);
    const asked = await login(ada, { typing: ada.typist.sample({ clockStep: 250 }) });
    expect((await showFace(ada, asked)).body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    const ctx = verifierContext(bank.verifier);
    const subject = ctx.subjectOf(bank.host.registered[0] ?? '');
    const evidence = (clockStep: number) =>
      ctx.store.transaction(async (tx) => {
        const sample = parseTypingSample(ada.typist.sample({ clockStep }));
        const heldSample = await keepSample(ctx, tx, { subject, role: 'held', value: { sample, text: null } });
        return typingEvidence(ctx, tx, { subject, heldSample });
      });
    expect(await evidence(200)).toBeDefined();
    expect(await evidence(201)).toBeUndefined();
  });

  it('asks for the code where the template can not be read', async () => {
    const { bank, ada } = await customer(YOUNG);
    const asked = await login(ada);
    const ctx = verifierContext(bank.verifier);
    await ctx.store.transaction(async (tx) => {
      const record = await tx.get('typing-template', ctx.subjectOf(bank.host.registered[0] ?? ''), 'current');
      await tx.put({ ...record!, body: new Uint8Array(40) });
    });
    const shown = await showFace(ada, asked);
    expect(shown.body).toMatchObject({ status: 'step-up', next: 'matrix-code' });
    expect((await stepUp(ada, shown)).body).toMatchObject({ status: 'signed-in' });
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

  it('weighs where the sign-in comes from: the same face and typing are enough at home, and not from elsewhere', async () => {
    const { bank, ada } = await customer(YOUNG);
    const ctx = verifierContext(bank.verifier);
    const { template } = (await ctx.store.transaction((tx) => readFaceTemplate(ctx, tx, ctx.subjectOf(bank.host.registered[0]!))))!;
    for (let i = 0; i < 8; i++) {
      await login(ada);
      await stepUp(ada, await ada.browser.post('/step-up/use-code'));
    }
    const somebody = createFace(40);
    /** A face that is alike, but not very: its evidence alone is short of what is asked for. */
    const alike = (actions: readonly FaceAction[]): FaceSample => {
      const own = ada.face.look(actions);
      const other = somebody.look(actions).descriptors;
      for (let share = 0; share < 0.5; share += 0.001) {
        const blend = own.descriptors.map(([at, values], i): [number, number[]] => [
          at,
          values.map((value, j) => Math.round(value + share * (other[i]![1][j]! - value))),
        ]);
        const score = faceMatcher.score(template.profile, parseFaceSample({ ...own, descriptors: blend }));
        if (score.status === 'scored' && score.llr < 5.2) {
          expect(score.llr).toBeGreaterThan(4.9);
          return { ...own, descriptors: blend };
        }
      }
      throw new Error('no face is so alike');
    };
    expect((await showFace(ada, await login(ada), alike)).body).toMatchObject({ status: 'signed-in' });
    bank.advance(6 * 3_600_000);
    const away = { ...ada, browser: bank.browser('198.51.100.9') };
    expect((await showFace(away, await login(away), alike)).body).toMatchObject({ next: 'matrix-code' });
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
