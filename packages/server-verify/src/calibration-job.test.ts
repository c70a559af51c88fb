import { expect, it } from 'vitest';
import { calibrateTemplates } from './calibration-job';
import { anyTemplate } from './testing-former-template';
import { createTypist } from './testing-typists';
import { testVerifier } from './testing-verifier';
import { deleteSamples } from './typing-samples';
import { readTemplate, typingTemplateKind } from './typing-template';

const DAY = 86_400_000;

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
