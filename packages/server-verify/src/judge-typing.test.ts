import { type ParsedTypingSample, parseTypingSample } from '@tacit-auth/features';
import { beforeEach, describe, expect, it } from 'vitest';
import { judgeTyping } from './judge-typing';
import { anyTemplate } from './testing-former-template';
import { createTypist, type Typist } from './testing-typists';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';
import { forgetHistory, readHistory, writeHistory } from './typing-history';
import { settleHeldSample } from './typing-learning';
import { keepSample } from './typing-samples';

/** The same entry from a device that tells no key-ups. */
const withoutReleases = (sample: ParsedTypingSample) =>
  parseTypingSample({ ...sample, flags: { ...sample.flags }, keys: sample.keys.map(([key, press]) => [key, press, null]) });

describe('judgeTyping', () => {
  let bank: TestVerifier;
  let typist: Typist;
  let subject: string;
  beforeEach(async () => {
    bank = await testVerifier({ policy: { typing: { mostReleased: 10 } } });
    typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    subject = bank.ctx.subjectOf('anna');
  });
  const judge = (sample = typist.parsed()) => judgeTyping(bank.ctx, { subject, sample });
  const write = (judged: Awaited<ReturnType<typeof judge>>, options = {}) =>
    bank.ctx.store.transaction((tx) => judged.effects(tx, options));
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

  it('rejects the second copy as well where another login came between', async () => {
    const sample = typist.parsed();
    const first = await judge(sample);
    const second = await judge(parseTypingSample(structuredClone({ ...sample })));
    const other = await judge();
    expect([first, second, other].map(({ result }) => result.decision)).toEqual(['accept', 'accept', 'accept']);
    await write(first);
    await write(other);
    expect((await write(second)).result).toMatchObject({ decision: 'reject', reasons: ['replayed'] });
  });

  /** What a thief makes of a recorded entry: floored to a clock of so many ms, which it claims to come from. */
  const floored = (sample: ParsedTypingSample, ms: number) =>
    parseTypingSample({
      ...sample,
      flags: { ...sample.flags },
      keys: sample.keys.map(([key, press, release]) => {
        const at = (time: number) => time - (time % (10 * ms));
        return [key, at(press), release === null ? null : at(release)];
      }),
      clockStep: 10 * ms,
    });

  it('accepts nothing on a clock too coarse to tell a recording, and learns nothing of it', async () => {
    const owner = Array.from({ length: 10 }, () => typist.parsed());
    for (const sample of owner) {
      await write(await judge(sample));
    }
    for (const sample of owner) {
      const copy = await judge(floored(sample, 25));
      expect(copy.result).toMatchObject({ decision: 'step-up', reasons: ['clock-too-coarse'], template: { state: 'ready' } });
      expect(copy.result).not.toHaveProperty('score');
    }
    // Whatever the times are: the claim alone is enough.
    expect((await judge(typist.parsed({ clockStep: 201 }))).result.reasons).toEqual(['clock-too-coarse']);
    expect((await judge(typist.parsed({ clockStep: 200 }))).result.reasons).not.toContain('clock-too-coarse');
    const judged = await judge(floored(typist.parsed(), 50));
    expect(await write(judged, { held: true })).toEqual({ result: judged.result });
    expect(await samplesKept()).not.toContain('held');
    expect((await judgeTyping(bank.ctx, { subject, sample: floored(typist.parsed(), 25), strict: true })).result.reasons).toEqual([
      'clock-too-coarse',
    ]);
  });

  it('knows a recording of an entry from a coarse clock, and refuses a script on one all the same', async () => {
    const coarse = floored(typist.parsed(), 25);
    await write(await judge(coarse));
    expect((await judge(parseTypingSample({ ...coarse, flags: {}, clockStep: 1 }))).result.reasons).toEqual(['replayed']);
    const scripted = await judge(parseTypingSample({ ...floored(typist.parsed(), 25), flags: { untrusted: true } }));
    expect(scripted.result).toMatchObject({ decision: 'reject', reasons: ['untrusted-events'] });
  });

  describe('with a record that can not be read', () => {
    const damage = (kind: 'typing-template' | 'typing-history') =>
      bank.store.transaction(async (tx) => {
        const [record] = await tx.list(kind, subject, { limit: 1 });
        await tx.put({ ...record!, body: new Uint8Array(40) });
      });
    const due = () => bank.store.transaction(async (tx) => (await tx.get('typing-template', subject, 'current'))?.due);

    it('asks for the other factor, has a damaged template made anew, and logs the code alone', async () => {
      const waiting = await judge();
      await damage('typing-template');
      expect(await due()).toBeNull();
      const judged = await judge();
      expect(judged.result).toEqual({ decision: 'step-up', reasons: ['template-unreadable'], template: { state: 'none', learned: 0 } });
      expect(await due()).toBeNull();
      expect(await write(judged, { held: true })).toEqual({ result: judged.result });
      expect(await due()).toBe(bank.ctx.clock());
      expect(bank.events).toEqual([{ level: 'error', event: 'typing-unreadable', code: 'ERR_RECORD_CORRUPT' }]);
      expect((await write(waiting)).result.reasons).toEqual(['template-unreadable']);
      await bank.verifier.runJobs();
      expect((await judge()).result.decision).toBe('accept');
    });

    it('asks for it where the history is damaged or cut short: a recording could not be told', async () => {
      const { history, entries } = await bank.store.transaction((tx) => readHistory(bank.ctx, tx, subject));
      for (const cut of [{ packed: history.packed.slice(0, -6) }, { kept: history.kept + 1 }]) {
        await bank.store.transaction((tx) => writeHistory(bank.ctx, tx, subject, { history: { ...history, ...cut }, entries }));
        forgetHistory(bank.ctx, subject);
        const judged = await judge();
        expect(judged.result).toMatchObject({ decision: 'step-up', reasons: ['template-unreadable'] });
        await write(judged);
        expect(await due()).toBeNull();
      }
      await damage('typing-history');
      expect((await judge()).result.reasons).toEqual(['template-unreadable']);
      // A right code still counts, and what was typed with it is learned.
      const heldSample = await bank.store.transaction((tx) =>
        keepSample(bank.ctx, tx, { subject, role: 'held', value: { sample: typist.parsed(), text: null } }),
      );
      await bank.store.transaction((tx) => settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'independent' }));
      expect(await bank.verifier.inspectTyping({ subject: 'anna' })).toMatchObject({ learned: 21 });
      expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toMatchObject({ template: 'unchanged' });
      expect((await judge()).result.decision).toBe('accept');
    });

    it('writes nothing where a later version wrote the template', async () => {
      await bank.store.transaction(async (tx) => {
        const found = await anyTemplate.get(bank.ctx, tx, subject, 'current');
        await anyTemplate.put(bank.ctx, tx, { ...found!, value: { ...found!.value, schema: 3 } });
      });
      const before = await contentOf(bank.store, 'typing-template');
      const judged = await judge();
      expect((await write(judged)).result).toMatchObject({ decision: 'step-up', reasons: ['template-unreadable'] });
      expect(await contentOf(bank.store, 'typing-template')).toEqual(before);
      expect(bank.events).toEqual([{ level: 'error', event: 'typing-unreadable', code: 'ERR_TEMPLATE_VERSION' }]);
    });
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
