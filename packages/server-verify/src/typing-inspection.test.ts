import { defaultDetector, FIXED_TEXT_CALIBRATION } from '@tacit-auth/models';
import { expect, it } from 'vitest';
import { makeFormer } from './testing-former-template';
import { createTypist } from './testing-typists';
import { testVerifier } from './testing-verifier';

const HOUR = 3_600_000;

it('tells age, size and state of a template, and nothing biometric', async () => {
  const bank = await testVerifier({ policy: { typing: { readyAt: 6, mostReleased: 1 } } });
  const typist = createTypist(1);
  expect(await bank.verifier.inspectTyping({ subject: 'anna' })).toBeNull();
  await bank.enrol('anna', typist, 5);
  const enrolledAt = bank.ctx.clock();
  const young = await bank.verifier.inspectTyping({ subject: 'anna' });
  expect(young).toEqual({
    state: 'young',
    learned: 5,
    readyAt: 6,
    samples: 5,
    anchorSamples: 5,
    keys: 12,
    hasHolds: true,
    detector: defaultDetector.id,
    calibration: FIXED_TEXT_CALIBRATION,
    calibrationState: 'current',
    enrolledAt,
    lastLearned: enrolledAt,
    quarantined: 0,
    lastReleased: null,
    historyState: 'readable',
  });

  const card = await bank.giveCard('anna');
  const learn = async () => {
    bank.advance(HOUR);
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.answer('anna', card, { heldSample });
  };
  await learn();
  for (let i = 0; i < 3; i++) {
    await bank.type('anna', typist.sample());
  }
  const waiting = await bank.verifier.inspectTyping({ subject: 'anna' });
  expect(waiting).toMatchObject({ state: 'ready', learned: 6, calibrationState: 'pending', lastLearned: enrolledAt + HOUR });
  expect(waiting?.quarantined).toBeGreaterThan(0);
  await learn();
  await bank.verifier.runJobs();
  const { lastReleased, ...now } = (await bank.verifier.inspectTyping({ subject: 'anna' }))!;
  expect(now).toMatchObject({ anchorSamples: 7, calibrationState: 'current', quarantined: 0, lastLearned: enrolledAt + 2 * HOUR });
  expect(lastReleased).toMatchObject({ at: enrolledAt + 2 * HOUR });
  expect((lastReleased?.learned ?? 0) + (lastReleased?.dropped ?? 0)).toBe(waiting?.quarantined);
  // The entry of a ready template counts three times, and is one.
  expect(now.samples).toBe(6 + 1 + (lastReleased?.learned ?? 0));

  await bank.store.transaction((tx) => makeFormer(bank.ctx, tx, bank.ctx.subjectOf('anna')));
  expect(await bank.verifier.inspectTyping({ subject: 'anna' })).toMatchObject({ detector: 'kernel/1', calibrationState: 'pending' });
});
