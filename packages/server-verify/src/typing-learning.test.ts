import { beforeEach, describe, expect, it } from 'vitest';
import { createTypist, type Typist } from './testing-typists';
import { codeOf, contentOf, type TestVerifier, testVerifier } from './testing-verifier';
import { confirmQuarantined, rollBackTyping, settleHeldSample } from './typing-learning';
import { sampleIds } from './typing-samples';
import { readTemplate, stateOf, type TypingTemplate } from './typing-template';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

describe('the learning rule', () => {
  let bank: TestVerifier;
  let subject: string;
  let typist: Typist;

  async function start(entries: number, policy = {}): Promise<void> {
    bank = await testVerifier({ policy: { typing: policy } });
    typist = createTypist(1);
    await bank.enrol('anna', typist, entries);
    subject = bank.ctx.subjectOf('anna');
  }
  beforeEach(() => start(20));

  const template = async (): Promise<TypingTemplate> => {
    const found = await bank.store.transaction((tx) => readTemplate(bank.ctx, tx, subject));
    if (found === undefined) {
      throw new Error('no template');
    }
    return found.template;
  };
  const count = (role: 'quarantine' | 'held') => bank.store.transaction(async (tx) => (await sampleIds(tx, subject, role)).length);
  async function accepted(by: Typist = typist): Promise<void> {
    expect((await bank.type('anna', by.sample())).decision).toBe('accept');
  }

  it('learns a sample of a login with the matrix code, and the enrolment counts', async () => {
    await start(5);
    const card = await bank.giveCard('anna');
    for (let learned = 5; learned < 20; learned++) {
      expect(await template()).toMatchObject({ learned, anchor: null });
      const result = await bank.type('anna', typist.sample());
      expect(result).toMatchObject({ decision: 'step-up', reasons: ['young-template'], template: { learned } });
      expect(result.heldSample).toMatch(/^held\./);
      expect(await bank.answer('anna', card, { heldSample: result.heldSample })).toEqual({ matched: true });
    }
    const ready = await template();
    expect(stateOf(ready)).toBe('ready');
    expect(ready.anchor?.samples).toBe(20);
    await accepted();
  });

  it('freezes the anchor when the template gets ready', async () => {
    const { anchor } = await template();
    const card = await bank.giveCard('anna');
    for (let i = 0; i < 3; i++) {
      const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
      await bank.answer('anna', card, { heldSample });
    }
    const now = await template();
    expect(now.learned).toBe(23);
    expect(now.profile.samples).toBe(23);
    expect(now.anchor).toEqual(anchor);
  });

  it('does not learn a held sample when the code is wrong, late, or of somebody else', async () => {
    const before = await contentOf(bank.store, 'typing-template');
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    expect(await bank.answer('anna', card, { heldSample, code: 'AAAAAA' })).toMatchObject({ matched: false });
    await bank.enrol('bert', createTypist(2), 20);
    const cardOfBert = await bank.giveCard('bert');
    await bank.answer('bert', cardOfBert, { heldSample });
    bank.advance(HOUR);
    expect(await bank.answer('anna', card, { heldSample })).toEqual({ matched: true });
    expect(
      (await contentOf(bank.store, 'typing-template')).filter(({ id, body }) => before.some((old) => old.id === id && old.body === body)),
    ).toHaveLength(1);
    expect((await template()).learned).toBe(20);
  });

  it('learns nothing by a card that still waits for its first code', async () => {
    const { verifier } = bank;
    const issued = await verifier.enrolMatrixCard({ subject: 'anna', challenge: await bank.challenge('anna', 'enrol-card') });
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    const asked = await verifier.issueMatrixChallenge({ subject: 'anna', card: 'pending' });
    if (issued.status !== 'issued' || asked.status !== 'asked' || heldSample === undefined) {
      throw new Error('no card to answer with');
    }
    const code = codeOf(issued.card, asked.coordinates);
    expect(await verifier.verifyMatrixCode({ subject: 'anna', challenge: asked.challenge, code, heldSample })).toEqual({ matched: true });
    expect((await template()).learned).toBe(20);
  });

  it('learns a held sample once', async () => {
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.answer('anna', card, { heldSample });
    await bank.answer('anna', card, { heldSample });
    expect((await template()).learned).toBe(21);
  });

  it('deletes a held sample when the other factor failed', async () => {
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    expect(await count('held')).toBe(1);
    await bank.store.transaction((tx) => settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'none' }));
    expect(await count('held')).toBe(0);
    expect((await template()).learned).toBe(20);
  });

  it('quarantines what typing alone accepted, and learns it at the next matrix code', async () => {
    const before = await contentOf(bank.store, 'typing-template');
    await accepted();
    await accepted();
    expect(await count('quarantine')).toBe(2);
    // An accepted login does not so much as rewrite the template.
    expect(await contentOf(bank.store, 'typing-template')).toEqual(before);
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.answer('anna', card, { heldSample });
    expect(await count('quarantine')).toBe(0);
    expect((await template()).learned).toBe(23);
  });

  it('releases the quarantine at a code without a sample, and when the customer confirms his sign-ins', async () => {
    const card = await bank.giveCard('anna');
    await accepted();
    await bank.answer('anna', card);
    expect((await template()).learned).toBe(21);
    await accepted();
    expect(await bank.store.transaction((tx) => confirmQuarantined(bank.ctx, tx, subject))).toBe(1);
    expect((await template()).learned).toBe(22);
  });

  it('takes no more into quarantine than the weekly cap', async () => {
    await start(20, { weeklyLearningCap: 3 });
    for (let i = 0; i < 6; i++) {
      await accepted();
    }
    expect(await count('quarantine')).toBe(3);
    bank.advance(WEEK - 1);
    await accepted();
    expect(await count('quarantine')).toBe(3);
    bank.advance(1);
    await accepted();
    expect(await count('quarantine')).toBe(4);
  });

  it('keeps out of quarantine what the anchor or the consensus of the profile does not know', async () => {
    // Accepted at a loose threshold, but too far from the customer's middle.
    await start(20, { targetFmr: 0.05 });
    let acceptedOnly = 0;
    for (let i = 0; i < 40; i++) {
      const before = await count('quarantine');
      const { decision } = await bank.type('anna', createTypist(1, { spread: 0.2, day: i + 1 }).sample());
      acceptedOnly += decision === 'accept' && (await count('quarantine')) === before ? 1 : 0;
    }
    expect(acceptedOnly).toBeGreaterThan(0);
  });

  it('never changes a template by typing alone, however often somebody tries', async () => {
    await start(20, { targetFmr: 0.05, weeklyLearningCap: 1_000 });
    const before = await contentOf(bank.store, 'typing-template');
    for (let i = 0; i < 60; i++) {
      // A near twin: the owner's rhythm, drifting away from him.
      const twin = createTypist(1, { spread: 0.08 + i * 0.004, day: 500 + i });
      await bank.type('anna', twin.sample(), { hold: i % 3 === 0 });
      await bank.type('anna', createTypist(900 + i).sample());
      bank.advance(HOUR);
    }
    await bank.verifier.runJobs();
    expect(await contentOf(bank.store, 'typing-template')).toEqual(before);
  });

  it('goes back to the anchor and drops the quarantine when a sign-in is disputed', async () => {
    const card = await bank.giveCard('anna');
    await accepted();
    await bank.answer('anna', card);
    await accepted();
    await accepted();
    const { anchor } = await template();
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ dropped: 2 });
    const now = await template();
    expect(now.profile).toEqual(anchor);
    expect(now.learned).toBe(20);
    expect(await count('quarantine')).toBe(0);
  });

  it('loses no learning when two logins of one customer end at the same moment', async () => {
    const card = await bank.giveCard('anna');
    await accepted();
    const held = await Promise.all([1, 2, 3].map(() => bank.type('anna', typist.sample(), { hold: true })));
    expect(new Set(held.map(({ heldSample }) => heldSample)).size).toBe(3);
    const settle = (heldSample: string | undefined) =>
      bank.store.transaction((tx) => settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'independent' }));
    await Promise.all([...held.map(({ heldSample }) => settle(heldSample)), bank.verifier.runJobs(), accepted()]);
    await bank.answer('anna', card);
    expect((await template()).learned).toBe(25);
  });

  it('keeps a young template from being rolled back to nothing', async () => {
    await start(5);
    await bank.store.transaction((tx) => rollBackTyping(bank.ctx, tx, subject));
    expect((await template()).learned).toBe(5);
  });
});

describe('the calibration job', () => {
  it('calibrates what has learned, and nothing twice', async () => {
    const bank = await testVerifier();
    const typist = createTypist(3);
    await bank.enrol('anna', typist, 20);
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.answer('anna', card, { heldSample });
    const subject = bank.ctx.subjectOf('anna');
    const state = async () =>
      (await bank.store.transaction((tx) => readTemplate(bank.ctx, tx, subject)))?.template.profile.calibration.state;
    expect(await state()).toBe('pending');
    await bank.verifier.runJobs();
    expect(await state()).toBe('current');
    const after = await contentOf(bank.store, 'typing-template');
    await bank.verifier.runJobs();
    expect(await contentOf(bank.store, 'typing-template')).toEqual(after);
  });

  it('leaves a template alone that learned, or was erased, while it was calibrated', async () => {
    const bank = await testVerifier();
    const typist = createTypist(3);
    await bank.enrol('anna', typist, 20);
    const card = await bank.giveCard('anna');
    const learn = async () => {
      const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
      await bank.answer('anna', card, { heldSample });
    };
    await learn();
    await Promise.all([bank.verifier.runJobs(), learn()]);
    const subject = bank.ctx.subjectOf('anna');
    const found = await bank.store.transaction((tx) => readTemplate(bank.ctx, tx, subject));
    expect(found?.template.learned).toBe(22);
    await Promise.all([bank.verifier.runJobs(), bank.verifier.withdrawConsent({ subject: 'anna' })]);
    expect(await contentOf(bank.store, 'typing-template')).toEqual([]);
    expect(bank.events).toEqual([]);
  });
});
