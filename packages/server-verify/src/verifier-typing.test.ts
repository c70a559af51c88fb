import type { TypingSample } from '@tacit-auth/features';
import { FIXED_TEXT_CALIBRATION } from '@tacit-auth/models';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTypist, jittered } from './testing-typists';
import { type TestVerifier, testVerifier } from './testing-verifier';

const owner = () => createTypist(1);

describe('verifyTyping', () => {
  let bank: TestVerifier;
  beforeEach(async () => {
    bank = await testVerifier();
  });

  it('accepts the owner and steps up for others, on a ready template', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    const mine = await Promise.all(Array.from({ length: 20 }, () => bank.type('anna', typist.sample())));
    expect(mine.filter(({ decision }) => decision === 'accept').length).toBeGreaterThanOrEqual(17);
    const others = await Promise.all(Array.from({ length: 20 }, (_, i) => bank.type('anna', createTypist(100 + i).sample())));
    expect(others.map(({ decision, reasons }) => [decision, ...reasons])).toEqual(others.map(() => ['step-up', 'typing-mismatch']));
  });

  it('says score, threshold, confidence and calibration where it scored', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    const result = await bank.type('anna', typist.sample());
    expect(result).toMatchObject({
      decision: 'accept',
      reasons: [],
      template: { state: 'ready', learned: 20 },
      calibration: FIXED_TEXT_CALIBRATION,
    });
    expect(result.score).toBeGreaterThanOrEqual(result.threshold ?? Number.POSITIVE_INFINITY);
    expect(result.confidence).toBeCloseTo(1 / (1 + Math.exp(-(result.score ?? 0))), 12);
  });

  it('asks more of an entry in strict mode', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    const normal = await bank.type('anna', typist.sample());
    const strict = await bank.type('anna', typist.sample(), { strict: true });
    expect(strict.threshold).toBeGreaterThan(normal.threshold ?? Number.POSITIVE_INFINITY);
    // Somewhere between the two thresholds lies an entry that only the normal mode accepts.
    const verdicts: string[] = [];
    for (let i = 0; i < 30; i++) {
      const restless = createTypist(1, { spread: 0.1 + i * 0.01, day: i + 1 });
      const result = await bank.type('anna', restless.sample());
      verdicts.push(result.score! >= strict.threshold! ? 'both' : result.score! >= result.threshold! ? 'normal only' : 'none');
      expect(result.decision).toBe(result.score! >= result.threshold! ? 'accept' : 'step-up');
    }
    expect(verdicts).toContain('normal only');
  });

  it('takes no window of a session for an entry, at no door', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    const { keys, ...rest } = typist.sample();
    const window: TypingSample = { ...rest, mode: 'window', keys: keys.map(([, press, release]) => ['12', press, release]) };
    expect(await bank.type('anna', window)).toMatchObject({ decision: 'retry', reasons: ['free-text-window'] });
    const enrol = async (samples: unknown[], text: unknown) =>
      bank.verifier.enrolTyping({
        subject: 'anna',
        challenge: await bank.challenge('anna', 'enrol-typing'),
        samples,
        texts: [{ id: 'text-1', typed: 'the quick brown fox', sample: text }],
      });
    const asText = typist.sample({ mode: 'text' });
    expect(await enrol([...typist.samples(4), window], asText)).toMatchObject({ status: 'insufficient', reason: 'free-text-window' });
    expect(await enrol(typist.samples(5), window)).toMatchObject({ status: 'insufficient', reason: 'free-text-window' });
    expect(await enrol(typist.samples(5), asText)).toMatchObject({ status: 'enrolled' });
  });

  it('gives no verdict on a young template', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 19);
    const result = await bank.type('anna', typist.sample());
    expect(result).toMatchObject({ decision: 'step-up', reasons: ['young-template'], template: { state: 'young', learned: 19 } });
    expect(result).not.toHaveProperty('score');
  });

  it.each(['pasted', 'dropped', 'autofilled', 'composed', 'corrected'] as const)('answers retry to a %s entry', async (flag) => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    expect(await bank.type('anna', typist.sample({ flags: { [flag]: true } }))).toMatchObject({ decision: 'retry', reasons: [flag] });
  });

  it('answers retry to an entry of another length', async () => {
    await bank.enrol('anna', owner(), 20);
    expect(await bank.type('anna', createTypist(1, { keys: 13 }).sample())).toMatchObject({
      decision: 'retry',
      reasons: ['length-mismatch'],
    });
    expect(await bank.type('anna', createTypist(1, { keys: 4 }).sample())).toMatchObject({ decision: 'retry', reasons: ['too-few-keys'] });
  });

  it.each([5, 20])('rejects what a script typed, on a template of %d entries', async (entries) => {
    const typist = owner();
    await bank.enrol('anna', typist, entries);
    expect(await bank.type('anna', typist.sample({ flags: { untrusted: true } }))).toMatchObject({
      decision: 'reject',
      reasons: ['untrusted-events'],
    });
    const even = typist.sample();
    even.keys = even.keys.map((_, i) => [null, i * 1_500, i * 1_500 + 900]);
    expect(await bank.type('anna', even)).toMatchObject({ decision: 'reject', reasons: ['too-regular', 'constant-hold'] });
  });

  it('rejects a replay, exact or with 1 ms of jitter, also of a rejected entry and of the enrolment', async () => {
    const typist = owner();
    const enrolled = owner().samples(20);
    await bank.enrol('anna', { ...typist, samples: () => enrolled }, 20);
    const first = createTypist(1, { day: 1 }).sample();
    const stranger = createTypist(50).sample();
    expect((await bank.type('anna', first)).decision).toBe('accept');
    expect((await bank.type('anna', stranger)).decision).toBe('step-up');
    for (const recorded of [first, stranger, enrolled[3]!]) {
      expect(await bank.type('anna', structuredClone(recorded))).toMatchObject({ decision: 'reject', reasons: ['replayed'] });
      expect(await bank.type('anna', jittered(recorded, 10, 7))).toMatchObject({ decision: 'reject', reasons: ['replayed'] });
    }
    // The jittered copy was itself rejected, and is in the history too.
    expect(await bank.type('anna', jittered(first, 10, 7))).toMatchObject({ decision: 'reject', reasons: ['replayed'] });
  });

  it('forgets the oldest entries of the history, at the size of the policy', async () => {
    bank = await testVerifier({ policy: { typing: { historySize: 25 } } });
    const typist = owner();
    const enrolled = owner().samples(20);
    await bank.enrol('anna', { ...typist, samples: () => enrolled }, 20);
    for (let i = 0; i < 24; i++) {
      await bank.type('anna', createTypist(200 + i).sample());
    }
    expect((await bank.type('anna', enrolled[19])).reasons).toEqual(['replayed']);
    expect((await bank.type('anna', enrolled[18])).decision).toBe('accept');
  });

  it('lets one of two copies of an entry through that are judged at the same moment', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    const sample = typist.sample();
    const results = await Promise.all([bank.type('anna', sample), bank.type('anna', structuredClone(sample))]);
    expect(results.map(({ decision }) => decision).sort()).toEqual(['accept', 'reject']);
  });

  it('answers step-up and keeps nothing for a customer without a template or without consent', async () => {
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '1' });
    expect(await bank.type('anna', owner().sample())).toMatchObject({
      decision: 'step-up',
      reasons: ['no-template'],
      template: { state: 'none' },
    });
    expect(await bank.type('nobody', owner().sample())).toMatchObject({ decision: 'step-up', reasons: ['no-consent'] });
    for (const kind of ['typing-template', 'typing-history', 'typing-sample']) {
      expect(await bank.store.transaction((tx) => tx.listKind(kind, { limit: 10 }))).toEqual([]);
    }
  });

  it('refuses a challenge of another subject, purpose or binding, and one used before', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    await bank.enrol('bert', createTypist(2), 20);
    const verify = (more: object) => bank.verifier.verifyTyping({ subject: 'anna', challenge: '', sample: typist.sample(), ...more });
    const ofBert = await bank.challenge('bert');
    await expect(verify({ challenge: ofBert })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_MISMATCH' });
    await expect(verify({ challenge: await bank.challenge('anna', 'transfer') })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_MISMATCH' });
    const { challenge: bound } = await bank.verifier.issueChallenge({ subject: 'anna', binding: 'browser-1' });
    await expect(verify({ challenge: bound })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_MISMATCH' });
    await expect(verify({ challenge: bound, binding: 'browser-2' })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_MISMATCH' });
    expect((await verify({ challenge: bound, binding: 'browser-1' })).decision).toBe('accept');
    await expect(verify({ challenge: bound, binding: 'browser-1' })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_USED' });
    await expect(verify({ challenge: 'x' })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_INVALID' });
  });

  it('is not fooled by a challenge for a matrix code', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    await bank.giveCard('anna');
    const asked = await bank.verifier.issueMatrixChallenge({ subject: 'anna' });
    expect(asked.status).toBe('asked');
    const challenge = asked.status === 'asked' ? asked.challenge : '';
    await expect(bank.verifier.verifyTyping({ subject: 'anna', challenge, sample: typist.sample() })).rejects.toMatchObject({
      code: 'ERR_CHALLENGE_MISMATCH',
    });
  });

  it('gives the same submit the same result, and judges it once', async () => {
    const typist = owner();
    await bank.enrol('anna', typist, 20);
    const challenge = await bank.challenge('anna');
    const options = { subject: 'anna', challenge, sample: typist.sample(), idempotencyKey: 'submit-1' };
    const first = await bank.verifier.verifyTyping(options);
    expect(await bank.verifier.verifyTyping(structuredClone(options))).toEqual(first);
    await expect(bank.verifier.verifyTyping({ ...options, sample: typist.sample() })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_USED' });
    const audit = await bank.verifier.exportSubject({ subject: 'anna' });
    expect(audit.audit.filter((entry) => !entry.erased && entry.type === 'typing-judged')).toHaveLength(1);
  });

  it('names the field of a sample that does not parse', async () => {
    const sample = {
      ...owner().sample(),
      keys: [
        [null, 0, 50],
        [null, 20, 'x'],
      ],
    };
    const challenge = await bank.challenge('anna');
    await expect(bank.verifier.verifyTyping({ subject: 'anna', challenge, sample })).rejects.toMatchObject({
      code: 'ERR_SAMPLE_TIME',
      field: 'sample.keys[1].release',
    });
    await expect(bank.verifier.verifyTyping({ subject: 'anna', challenge, sample: '{' })).rejects.toMatchObject({
      code: 'ERR_SAMPLE_JSON',
      field: 'sample',
    });
  });

  it('asserts its arguments', async () => {
    const challenge = await bank.challenge('anna');
    const sample = owner().sample();
    const verify = (options: object) => bank.verifier.verifyTyping({ subject: 'anna', challenge, sample, ...options });
    await expect(verify({ subject: 7 })).rejects.toThrow(new TypeError('subject must be a string'));
    await expect(verify({ subject: '' })).rejects.toThrow(RangeError);
    await expect(verify({ strict: 'yes' })).rejects.toThrow(new TypeError('strict must be a boolean'));
    await expect(verify({ purpose: 'enrol-typing' })).rejects.toThrow(new RangeError('purpose must not be one of an enrolment'));
    await expect(verify({ purpose: 'Login' })).rejects.toThrow(RangeError);
  });
});
