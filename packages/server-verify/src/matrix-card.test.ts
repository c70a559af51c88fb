import { beforeEach, describe, expect, it } from 'vitest';
import { cardStatus, currentCoordinates, judgeMatrixCode, suspendCard } from './matrix-card';
import { codeOf, contentOf, type TestVerifier, testVerifier } from './testing-verifier';

const HOUR = 3_600_000;

describe('matrix card', () => {
  let bank: TestVerifier;
  beforeEach(async () => {
    bank = await testVerifier();
  });
  const issue = async (pending: boolean) => {
    const challenge = await bank.challenge('anna', 'enrol-card');
    const result = await bank.verifier.enrolMatrixCard({ subject: 'anna', challenge, pending });
    if (result.status !== 'issued') {
      throw new Error('issued before');
    }
    return result;
  };
  const asked = async (options = {}) => {
    const found = await bank.verifier.issueMatrixChallenge({ subject: 'anna', ...options });
    if (found.status !== 'asked') {
      throw new Error(found.status);
    }
    return found;
  };
  const status = () => bank.store.transaction((tx) => cardStatus(bank.ctx, tx, bank.ctx.subjectOf('anna')));

  it('matches the right code, once', async () => {
    const card = await bank.giveCard('anna');
    const { challenge, coordinates } = await asked();
    expect(coordinates).toHaveLength(3);
    const code = codeOf(card, coordinates);
    expect(await bank.verifier.verifyMatrixCode({ subject: 'anna', challenge, code })).toEqual({ matched: true });
    await expect(bank.verifier.verifyMatrixCode({ subject: 'anna', challenge, code })).rejects.toMatchObject({
      code: 'ERR_CHALLENGE_USED',
    });
  });

  it('asks for the same cells until they are answered rightly', async () => {
    const card = await bank.giveCard('anna');
    const first = (await asked()).coordinates;
    for (let i = 0; i < 4; i++) {
      expect((await asked()).coordinates).toEqual(first);
      await bank.answer('anna', card, { code: 'AAAAAA' });
    }
    expect((await asked()).coordinates).toEqual(first);
    await bank.answer('anna', card);
    expect((await asked()).coordinates).not.toEqual(first);
  });

  it('suspends the card after five wrong codes in a row', async () => {
    const card = await bank.giveCard('anna');
    const wrong = () => bank.answer('anna', card, { code: 'AAAAAA' });
    expect([await wrong(), await wrong(), await wrong(), await wrong()]).toEqual(
      [4, 3, 2, 1].map((left) => ({ matched: false, reason: 'wrong', left })),
    );
    const { challenge } = await asked();
    expect(await wrong()).toEqual({ matched: false, reason: 'suspended', left: 0 });
    expect(await status()).toMatchObject({ state: 'suspended', wrongInARow: 5 });
    expect(await bank.verifier.issueMatrixChallenge({ subject: 'anna' })).toEqual({ status: 'suspended' });
    // A challenge from before the suspension is of no use, even with the right code.
    const subject = bank.ctx.subjectOf('anna');
    expect(await bank.store.transaction((tx) => currentCoordinates(bank.ctx, tx, subject))).toEqual({ suspended: true });
    expect(await bank.verifier.verifyMatrixCode({ subject: 'anna', challenge, code: 'AAAAAA' })).toMatchObject({ reason: 'suspended' });
  });

  it('counts wrong codes in a row only, and no code that can not be one', async () => {
    const card = await bank.giveCard('anna');
    for (let i = 0; i < 3; i++) {
      await bank.answer('anna', card, { code: 'AAAAAA' });
    }
    expect(await bank.answer('anna', card, { code: 'what?' })).toEqual({ matched: false, reason: 'wrong', left: 2 });
    await bank.answer('anna', card);
    expect(await bank.answer('anna', card, { code: 'AAAAAA' })).toEqual({ matched: false, reason: 'wrong', left: 4 });
  });

  it('suspends in spite of parallel wrong codes: no guess is free', async () => {
    const card = await bank.giveCard('anna');
    const results = await Promise.all(
      (await Promise.all(Array.from({ length: 12 }, () => asked()))).map(({ challenge }) =>
        bank.verifier.verifyMatrixCode({ subject: 'anna', challenge, code: 'AAAAAA' }),
      ),
    );
    expect(results.filter((verdict) => !verdict.matched && verdict.reason === 'wrong')).toHaveLength(4);
    expect(await status()).toMatchObject({ state: 'suspended' });
    expect(card.cells).toHaveLength(8);
  });

  it('asks a pending card back before it takes effect', async () => {
    const { card, coordinates } = await issue(true);
    expect(await bank.verifier.issueMatrixChallenge({ subject: 'anna' })).toEqual({ status: 'none' });
    const found = await asked({ card: 'pending' });
    expect(found.coordinates).toEqual(coordinates);
    expect(await bank.verifier.verifyMatrixCode({ subject: 'anna', challenge: found.challenge, code: codeOf(card, coordinates) })).toEqual({
      matched: true,
    });
    expect(await bank.verifier.activate({ subject: 'anna' })).toMatchObject({ status: 'activated', card: true });
    expect(await bank.answer('anna', card)).toEqual({ matched: true });
  });

  it('forgets a pending card after an hour, and keeps the one in use until a new one is activated', async () => {
    const { card: old } = await issue(false);
    await bank.verifier.activate({ subject: 'anna' });
    await issue(true);
    bank.advance(HOUR);
    expect(await bank.verifier.issueMatrixChallenge({ subject: 'anna', card: 'pending' })).toEqual({ status: 'none' });
    expect(await bank.verifier.activate({ subject: 'anna' })).toMatchObject({ card: false });
    await bank.verifier.runJobs();
    expect(await contentOf(bank.store, 'matrix-card')).toHaveLength(1);
    expect(await bank.answer('anna', old)).toEqual({ matched: true });
    const { card: next } = await issue(true);
    await bank.verifier.activate({ subject: 'anna' });
    expect(await bank.answer('anna', old)).toMatchObject({ matched: false });
    expect(await bank.answer('anna', next)).toEqual({ matched: true });
  });

  it('lifts a suspension by a new card only', async () => {
    const { card } = await issue(false);
    await bank.verifier.activate({ subject: 'anna' });
    const subject = bank.ctx.subjectOf('anna');
    await bank.store.transaction((tx) => suspendCard(bank.ctx, tx, subject));
    const verdict = await bank.store.transaction((tx) =>
      judgeMatrixCode(bank.ctx, tx, { subject, code: card.cells[0]!.join('').slice(0, 6) }),
    );
    expect(verdict).toEqual({ matched: false, reason: 'suspended', left: 0 });
    const { card: next } = await issue(true);
    await bank.verifier.activate({ subject: 'anna' });
    expect(await bank.answer('anna', next)).toEqual({ matched: true });
  });

  it('shows the card once, and stores nothing of it but digests', async () => {
    const challenge = await bank.challenge('anna', 'enrol-card');
    const options = { subject: 'anna', challenge, pending: false, idempotencyKey: 'once' };
    const first = await bank.verifier.enrolMatrixCard(options);
    const again = await bank.verifier.enrolMatrixCard(options);
    expect(first.status).toBe('issued');
    expect(again).toEqual({ status: 'issued-before', cardId: first.cardId, pending: false });
    expect(await contentOf(bank.store, 'matrix-card')).toHaveLength(1);
  });

  it('answers none for a customer without a card, and does not match', async () => {
    expect(await bank.verifier.issueMatrixChallenge({ subject: 'nobody' })).toEqual({ status: 'none' });
    const subject = bank.ctx.subjectOf('nobody');
    const verdict = await bank.store.transaction((tx) => judgeMatrixCode(bank.ctx, tx, { subject, code: 'AAAAAA' }));
    expect(verdict).toEqual({ matched: false, reason: 'none', left: 0 });
  });

  it('refuses a challenge of another purpose, subject or factor', async () => {
    await bank.giveCard('anna');
    await bank.giveCard('bert');
    const verify = (options: object) => bank.verifier.verifyMatrixCode({ subject: 'anna', challenge: '', code: 'AAAAAA', ...options });
    const { challenge } = await asked({ purpose: 'transfer', binding: 'to-bert-100' });
    const mismatch = { code: 'ERR_CHALLENGE_MISMATCH' };
    await expect(verify({ challenge })).rejects.toMatchObject(mismatch);
    await expect(verify({ challenge, purpose: 'transfer' })).rejects.toMatchObject(mismatch);
    await expect(verify({ challenge, purpose: 'transfer', binding: 'to-bert-900' })).rejects.toMatchObject(mismatch);
    await expect(verify({ challenge, purpose: 'transfer', binding: 'to-bert-100', subject: 'bert' })).rejects.toMatchObject(mismatch);
    await expect(verify({ challenge: await bank.challenge('anna') })).rejects.toMatchObject(mismatch);
    await expect(verify({ challenge, code: 'A'.repeat(65) })).rejects.toThrow(RangeError);
    expect(await status()).toMatchObject({ wrongInARow: 0 });
  });
});
