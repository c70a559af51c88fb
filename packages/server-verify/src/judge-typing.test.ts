import { type ParsedTypingSample, parseTypingSample } from '@tacit-auth/features';
import { beforeEach, describe, expect, it } from 'vitest';
import { judgeTyping } from './judge-typing';
import { createTypist, type Typist } from './testing-typists';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';
import { readHistory } from './typing-history';
import { settleHeldSample } from './typing-learning';

/** The same entry from a device that tells no key-ups. */
const withoutReleases = (sample: ParsedTypingSample) =>
  parseTypingSample({ ...sample, flags: { ...sample.flags }, keys: sample.keys.map(([key, press]) => [key, press, null]) });

describe('judgeTyping', () => {
  let bank: TestVerifier;
  let typist: Typist;
  let subject: string;
  beforeEach(async () => {
    bank = await testVerifier();
    typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    subject = bank.ctx.subjectOf('anna');
  });
  const judge = (sample = typist.parsed()) => judgeTyping(bank.ctx, { subject, sample });
  const write = (judged: Awaited<ReturnType<typeof judge>>, options = {}) => bank.store.transaction((tx) => judged.effects(tx, options));
  const samplesKept = async () => (await contentOf(bank.store, 'typing-sample')).map(({ id }) => id.split('.')[0]);

  it('writes nothing before its effects', async () => {
    const before = await contentOf(bank.store, 'typing-history');
    const judged = await judge();
    expect(judged.result.decision).toBe('accept');
    expect(await contentOf(bank.store, 'typing-history')).toEqual(before);
    expect(await samplesKept()).toEqual(Array(20).fill('enrolment'));
  });

  it('rejects the second of two copies that were judged side by side', async () => {
    const sample = typist.parsed();
    const first = await judge(sample);
    const second = await judge(parseTypingSample(structuredClone({ ...sample })));
    expect([first.result.decision, second.result.decision]).toEqual(['accept', 'accept']);
    expect((await write(first)).result.decision).toBe('accept');
    expect((await write(second)).result).toMatchObject({ decision: 'reject', reasons: ['replayed'] });
    expect((await samplesKept()).filter((role) => role === 'quarantine')).toHaveLength(1);
  });

  it('keeps nothing when consent was withdrawn between judgement and effects', async () => {
    const judged = await judge();
    const held = await judge();
    await bank.verifier.withdrawConsent({ subject: 'anna' });
    expect((await write(judged)).result).toMatchObject({ decision: 'step-up', reasons: ['no-consent'], template: { state: 'none' } });
    expect(await write(held, { held: true })).not.toHaveProperty('heldSample');
    expect(await samplesKept()).toEqual([]);
    expect(await contentOf(bank.store, 'typing-history')).toEqual([]);
  });

  it('does not let a verdict on an old template count for a new one', async () => {
    const judged = await judge();
    const challenge = await bank.challenge('anna', 'enrol-typing');
    await bank.verifier.enrolTyping({ subject: 'anna', challenge, samples: createTypist(2).samples(5), pending: false });
    expect((await write(judged)).result).toMatchObject({ decision: 'step-up', reasons: ['young-template'], template: { learned: 5 } });
    expect(await samplesKept()).toEqual(Array(5).fill('enrolment'));
  });

  it('keeps the times of what it rejected for the replay check', async () => {
    const forged = typist.sample({ flags: { untrusted: true } });
    expect((await write(await judge(parseTypingSample(forged)))).result.reasons).toEqual(['untrusted-events']);
    const again = await judge(parseTypingSample({ ...forged, flags: {} }));
    expect(again.result).toMatchObject({ decision: 'reject', reasons: ['replayed'] });
  });

  it('keeps no times of a replay, so that trying again and again does not push honest entries out', async () => {
    const first = typist.parsed();
    await write(await judge(first));
    const before = await bank.store.transaction((tx) => readHistory(bank.ctx, tx, subject));
    for (let i = 0; i < 3; i++) {
      expect((await write(await judge(first))).result.reasons).toEqual(['replayed']);
    }
    const after = await bank.store.transaction((tx) => readHistory(bank.ctx, tx, subject));
    expect(after.history.total).toBe(before.history.total);
  });

  it('holds a sample of an accepted and of a mismatched entry, of no other', async () => {
    expect((await write(await judge(), { held: true })).heldSample).toMatch(/^held\./);
    expect((await write(await judge(createTypist(9).parsed()), { held: true })).heldSample).toMatch(/^held\./);
    const corrected = await judge(typist.parsed({ flags: { corrected: true } }));
    expect(await write(corrected, { held: true })).not.toHaveProperty('heldSample');
    const forged = await judge(typist.parsed({ flags: { untrusted: true } }));
    expect(await write(forged, { held: true })).not.toHaveProperty('heldSample');
  });

  it('keeps at most eight held samples', async () => {
    const first = await write(await judge(), { held: true });
    for (let i = 0; i < 9; i++) {
      bank.advance(1);
      await write(await judge(), { held: true });
    }
    const held = (await contentOf(bank.store, 'typing-sample')).filter(({ id }) => id.startsWith('held.'));
    expect(held).toHaveLength(8);
    expect(held.map(({ id }) => id)).not.toContain(first.heldSample);
  });

  it('asks for the other factor, and keeps nothing, where the device hides the key-ups that the template tells of', async () => {
    const judged = await judge(withoutReleases(typist.parsed()));
    expect(judged.result).toMatchObject({ decision: 'retry', reasons: ['missing-releases'] });
    const before = await contentOf(bank.store, 'typing-history');
    expect(await write(judged, { held: true })).not.toHaveProperty('heldSample');
    expect(await contentOf(bank.store, 'typing-history')).toEqual(before);
    const some = parseTypingSample({
      ...typist.sample(),
      keys: typist.sample().keys.map(([key, at, up], i) => [key, at, i === 3 ? null : up]),
    });
    expect((await judge(some)).result).toMatchObject({ decision: 'retry', reasons: ['missing-releases'] });
  });

  it('judges by press times alone where the enrolment had nothing else, and learns the same', async () => {
    await bank.verifier.eraseSubject({ subject: 'anna' });
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '1' });
    const samples = typist.samples(20).map(withoutReleases);
    await bank.verifier.enrolTyping({ subject: 'anna', challenge: await bank.challenge('anna', 'enrol-typing'), samples, pending: false });
    const { hasHolds, keys, samples: kept } = (await bank.verifier.inspectTyping({ subject: 'anna' }))!;
    expect({ hasHolds, keys, kept }).toEqual({ hasHolds: false, keys: 12, kept: 20 });
    expect((await judge(withoutReleases(typist.parsed()))).result.decision).toBe('accept');
    expect((await judge(withoutReleases(createTypist(9).parsed()))).result).toMatchObject({
      decision: 'step-up',
      reasons: ['typing-mismatch'],
    });
    const { heldSample } = await write(await judge(withoutReleases(typist.parsed())), { held: true });
    await bank.store.transaction((tx) => settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'independent' }));
    expect(await bank.verifier.inspectTyping({ subject: 'anna' })).toMatchObject({ learned: 21, samples: 21, anchorSamples: 21 });
    expect((await bank.verifier.exportSubject({ subject: 'anna' })).typing.templates).toMatchObject([{ entries: { length: 21 } }]);
    expect((await bank.verifier.exportSubject({ subject: 'anna' })).typing.history).toMatchObject([{ entries: { 0: { hold: [] } } }]);
  });

  it('enrols no entries of which some tell key-ups and some do not', async () => {
    const [first, ...others] = typist.samples(5);
    const challenge = await bank.challenge('anna', 'enrol-typing');
    expect(await bank.verifier.enrolTyping({ subject: 'anna', challenge, samples: [first, ...others.map(withoutReleases)] })).toMatchObject(
      { status: 'insufficient', reason: 'missing-releases', detail: 'samples[1]' },
    );
  });

  it('refuses a sample that was not parsed', async () => {
    await expect(judge({ ...typist.parsed() })).rejects.toMatchObject({ code: 'ERR_SAMPLE_UNPARSED' });
  });
});
