import { describe, expect, it } from 'vitest';
import { calibrateTemplates } from './calibration-job';
import { anyTemplate } from './testing-former-template';
import { createTypist } from './testing-typists';
import { contentOf, testVerifier } from './testing-verifier';
import { deleteSamples } from './typing-samples';
import { readTemplate, typingTemplateKind } from './typing-template';

const DAY = 86_400_000;

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

  it('opens a template that can not be renewed once a day, so that it does not keep the others waiting', async () => {
    const bank = await testVerifier();
    const { ctx, store } = bank;
    await bank.enrol('anna', createTypist(1), 20);
    const typist = createTypist(2);
    await bank.enrol('bert', typist, 20);
    const anna = ctx.subjectOf('anna');
    await store.transaction(async (tx) => {
      const found = await anyTemplate.get(ctx, tx, anna, 'current');
      await anyTemplate.put(ctx, tx, { ...found!, due: ctx.clock(), value: { ...found!.value, profile: 'AAAA' } });
      await deleteSamples(tx, anna);
    });
    const card = await bank.giveCard('bert');
    const { heldSample } = await bank.type('bert', typist.sample(), { hold: true });
    await bank.answer('bert', card, { heldSample });
    const due = () => store.transaction(async (tx) => (await tx.get(typingTemplateKind.kind, anna, 'current'))?.due);

    expect(await calibrateTemplates(ctx)).toEqual({ calibrated: 1, failed: 1 });
    const bert = await store.transaction((tx) => readTemplate(ctx, tx, ctx.subjectOf('bert')));
    expect(bert?.template.profile.calibration.state).toBe('current');
    expect(await due()).toBe(ctx.clock() + DAY);
    expect(await calibrateTemplates(ctx)).toEqual({ calibrated: 0, failed: 0 });
    bank.advance(DAY);
    expect(await calibrateTemplates(ctx)).toEqual({ calibrated: 0, failed: 1 });
    const failure = { level: 'error', event: 'calibration-failed', code: 'ERR_RECORD_CORRUPT' };
    expect(bank.events).toEqual([failure, failure]);
  });
});
