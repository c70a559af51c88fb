import { describe, expect, it } from 'vitest';
import { createTypist, jittered } from './testing-typists';
import { contentOf, testVerifier } from './testing-verifier';
import { sampleIds } from './typing-samples';

const HOUR = 3_600_000;

async function consenting(subject = 'anna') {
  const bank = await testVerifier();
  await bank.verifier.recordConsent({ subject, biometrics: 'granted', version: '1' });
  const enrol = async (samples: unknown[], more = {}) =>
    bank.verifier.enrolTyping({ subject, challenge: await bank.challenge(subject, 'enrol-typing'), samples: samples as never, ...more });
  return { bank, enrol };
}

describe('enrolTyping', () => {
  it('waits for activate, which may be called again', async () => {
    const { bank, enrol } = await consenting();
    const typist = createTypist(1);
    expect(await enrol(typist.samples(20))).toEqual({ status: 'enrolled', template: { state: 'ready', learned: 20 }, pending: true });
    expect(await bank.type('anna', typist.sample())).toMatchObject({ decision: 'step-up', reasons: ['no-template'] });
    expect(await bank.verifier.activate({ subject: 'anna' })).toEqual({ status: 'activated', typing: true, face: false, card: false });
    expect((await bank.type('anna', typist.sample())).decision).toBe('accept');
    expect(await bank.verifier.activate({ subject: 'anna' })).toEqual({
      status: 'already-active',
      typing: false,
      face: false,
      card: false,
    });
  });

  it('is void when it was not activated within the hour, before and after the retention job', async () => {
    const { bank, enrol } = await consenting();
    await enrol(createTypist(1).samples(5));
    bank.advance(HOUR);
    await expect(bank.verifier.activate({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
    await bank.verifier.runJobs();
    for (const kind of ['customer', 'consent', 'data-key', 'typing-template', 'typing-history', 'typing-sample']) {
      expect(await contentOf(bank.store, kind)).toEqual([]);
    }
    await expect(bank.verifier.activate({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
    expect(bank.events).toEqual([]);
  });

  it('keeps the template in use until a new enrolment is activated', async () => {
    const bank = await testVerifier();
    const old = createTypist(1);
    const next = createTypist(2, { keys: 15 });
    await bank.enrol('anna', old, 20);
    const enrol = async () =>
      bank.verifier.enrolTyping({ subject: 'anna', challenge: await bank.challenge('anna', 'enrol-typing'), samples: next.samples(20) });
    await enrol();
    expect((await bank.type('anna', old.sample())).decision).toBe('accept');
    bank.advance(HOUR);
    expect(await bank.verifier.activate({ subject: 'anna' })).toMatchObject({ status: 'already-active', typing: false });
    await bank.verifier.runJobs();
    expect((await bank.type('anna', old.sample())).decision).toBe('accept');
    await enrol();
    await bank.verifier.activate({ subject: 'anna' });
    expect(await bank.type('anna', old.sample())).toMatchObject({ decision: 'retry', reasons: ['length-mismatch'] });
    expect((await bank.type('anna', next.sample())).decision).toBe('accept');
    expect(await contentOf(bank.store, 'typing-sample')).toHaveLength(20);
  });

  it('replaces everything at once when it is not pending', async () => {
    const bank = await testVerifier();
    await bank.enrol('anna', createTypist(1), 20);
    const next = createTypist(2);
    const challenge = await bank.challenge('anna', 'enrol-typing');
    await bank.verifier.enrolTyping({ subject: 'anna', challenge, samples: next.samples(5), pending: false });
    expect(await bank.type('anna', next.sample())).toMatchObject({ reasons: ['young-template'], template: { learned: 5 } });
  });

  it('keeps the raw entries and texts for 90 days', async () => {
    const { bank, enrol } = await consenting();
    const typist = createTypist(1);
    const texts = [{ id: 'text-1', typed: 'the quick brown fox', sample: typist.sample({ mode: 'text', field: 'text' }) }];
    await enrol(typist.samples(5), { texts });
    await bank.verifier.activate({ subject: 'anna' });
    const subject = bank.ctx.subjectOf('anna');
    const kept = () => bank.store.transaction(async (tx) => (await sampleIds(tx, subject, 'enrolment')).length);
    expect(await kept()).toBe(6);
    bank.advance(90 * 24 * HOUR - 1);
    await bank.verifier.runJobs();
    expect(await kept()).toBe(6);
    bank.advance(1);
    await bank.verifier.runJobs();
    expect(await kept()).toBe(0);
    expect((await bank.type('anna', typist.sample())).template.learned).toBe(5);
  });

  it('refuses a customer who has not consented', async () => {
    const { bank, enrol } = await consenting();
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'declined', version: '1' });
    await expect(enrol(createTypist(1).samples(5))).rejects.toMatchObject({ code: 'ERR_CONSENT_MISSING' });
    const challenge = await bank.challenge('nobody', 'enrol-typing');
    await expect(bank.verifier.enrolTyping({ subject: 'nobody', challenge, samples: createTypist(1).samples(5) })).rejects.toMatchObject({
      code: 'ERR_CONSENT_MISSING',
    });
    expect(await contentOf(bank.store, 'typing-template')).toEqual([]);
    expect(await contentOf(bank.store, 'typing-sample')).toEqual([]);
  });

  it('says which entry can not be enrolled, and writes nothing', async () => {
    const { bank, enrol } = await consenting();
    const typist = createTypist(1);
    const good = typist.samples(4);
    expect(await enrol(good)).toMatchObject({ status: 'insufficient', reason: 'too-few-samples' });
    expect(await enrol([...good, typist.sample({ flags: { corrected: true } })])).toEqual({
      status: 'insufficient',
      reason: 'corrected',
      detail: 'samples[4]',
    });
    expect(await enrol([...good, createTypist(1, { keys: 9 }).sample()])).toMatchObject({
      reason: 'length-mismatch',
      detail: 'samples[4]',
    });
    expect(await enrol(createTypist(1, { keys: 200 }).samples(5))).toMatchObject({ status: 'insufficient', reason: 'too-many-keys' });
    await expect(enrol([...good, typist.sample({ flags: { untrusted: true } })])).rejects.toMatchObject({
      code: 'ERR_TYPING_AUTOMATED',
      field: 'samples[4]',
    });
    await expect(enrol([...good, jittered(good[2]!, 10)])).rejects.toMatchObject({ code: 'ERR_TYPING_AUTOMATED', field: 'samples[4]' });
    await expect(enrol([...good, { ...typist.sample(), mode: 'x' }])).rejects.toMatchObject({
      code: 'ERR_SAMPLE_MODE',
      field: 'samples[4].mode',
    });
    for (const kind of ['typing-template', 'typing-history', 'typing-sample']) {
      expect(await contentOf(bank.store, kind)).toEqual([]);
    }
  });

  it('asserts its arguments', async () => {
    const { enrol } = await consenting();
    await expect(enrol('x' as never)).rejects.toThrow(new TypeError('samples must be an array'));
    await expect(enrol(createTypist(1).samples(51))).rejects.toThrow(new RangeError('samples must have at most 50 entries'));
    await expect(enrol([], { texts: [{ id: '', typed: '', sample: {} }] })).rejects.toThrow(
      new RangeError('texts[0].id must have 1-64 characters'),
    );
  });
});
