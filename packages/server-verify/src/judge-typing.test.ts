import { parseTypingSample } from '@tacit-auth/features';
import { beforeEach, describe, expect, it } from 'vitest';
import { judgeTyping } from './judge-typing';
import { createTypist, type Typist } from './testing-typists';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';

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

  it('refuses a sample that was not parsed', async () => {
    await expect(judge({ ...typist.parsed() })).rejects.toMatchObject({ code: 'ERR_SAMPLE_UNPARSED' });
  });
});
