import { type DefaultProfile, defaultDetector } from '@tacit-auth/models';
import { beforeEach, describe, expect, it } from 'vitest';
import { judgeTyping } from './judge-typing';
import { anyTemplate } from './testing-former-template';
import { createTypist, type Typist } from './testing-typists';
import { contentOf, type TestVerifier, testVerifier } from './testing-verifier';
import { activateTyping } from './typing-enrolment';
import { forgetHistory, readHistory, writeHistory } from './typing-history';
import { dropQuarantine } from './typing-learning';
import { rollBackTyping } from './typing-roll-back';
import { keepSample, sampleIds } from './typing-samples';
import { readTemplate, stateOf, timesOfEntries } from './typing-template';

const HOUR = 3_600_000;
const POLICY = { typing: { readyAt: 8, targetFmr: 0.05, mostReleased: 10 } };

describe('rolling back', () => {
  let bank: TestVerifier;
  let subject: string;
  let typist: Typist;
  let card: Awaited<ReturnType<TestVerifier['giveCard']>>;
  beforeEach(async () => {
    bank = await testVerifier({ policy: POLICY });
    typist = createTypist(1);
    await bank.enrol('anna', typist, 8);
    subject = bank.ctx.subjectOf('anna');
    card = await bank.giveCard('anna');
  });

  const found = () => bank.store.transaction((tx) => readTemplate(bank.ctx, tx, subject));
  const template = async () => (await found())!.template;
  const waiting = (role: 'quarantine' | 'held' | 'pending') =>
    bank.store.transaction(async (tx) => (await sampleIds(tx, subject, role)).length);
  const quarantine = (by: Typist = typist) =>
    bank.store.transaction((tx) => keepSample(bank.ctx, tx, { subject, role: 'quarantine', value: { sample: by.parsed(), text: null } }));

  /** A login an hour later, with the code; the time of it. */
  async function verified(): Promise<number> {
    bank.advance(HOUR);
    const at = bank.ctx.clock();
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    bank.advance(1_000);
    await bank.answer('anna', card, { heldSample });
    return at;
  }

  it('goes back to the verified entries, and drops what waits', async () => {
    for (let i = 0; i < 6; i++) {
      await quarantine();
    }
    await verified();
    const { anchor, verified: count, learned } = await template();
    expect(learned).toBeGreaterThan(count);
    await quarantine();
    await bank.type('anna', typist.sample(), { hold: true });
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({
      template: 'rolled-back',
      dropped: 2,
      unlearned: learned - count,
    });
    const now = await template();
    expect(now).toMatchObject({ learned: count, verified: count, verifiedAt: { length: count } });
    expect(now.profile.times).toEqual(anchor.times);
    expect(now.anchor).toBe(now.profile);
    expect([await waiting('quarantine'), await waiting('held')]).toEqual([0, 0]);
    const { audit } = await bank.verifier.exportSubject({ subject: 'anna' });
    expect(audit.filter((entry) => !entry.erased && entry.type === 'typing-rolled-back')).toMatchObject([
      { reason: 'rolled-back', detail: { dropped: 2 } },
    ]);
  });

  it('changes nothing of a template of verified entries alone', async () => {
    await verified();
    const { profile, learned } = await template();
    expect(profile.counts.at(-1)).toBe(3);
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ template: 'unchanged', dropped: 0, unlearned: 0 });
    expect((await template()).profile).toEqual(profile);
    expect((await template()).learned).toBe(learned);
  });

  it('forgets what was verified from a time on, where the factor itself was in wrong hands', async () => {
    await verified();
    const { anchor: kept } = await template();
    const stolen = await verified();
    await verified();
    // Three verified entries that count three times each are three.
    expect((await template()).profile.samples).toBe(11);
    expect(await bank.verifier.rollBackTyping({ subject: 'anna', before: stolen })).toEqual({
      template: 'rolled-back',
      dropped: 0,
      unlearned: 2,
    });
    const now = await template();
    expect(now).toMatchObject({ learned: 9, verified: 9 });
    expect(now.profile.times).toEqual(kept.times);
    expect(now.lastLearned).toBe(stolen - HOUR);
    await bank.verifier.runJobs();
    expect((await template()).profile).toEqual((await template()).anchor);
    expect((await template()).profile.calibration.state).toBe('current');
  });

  it('is young again where too few entries are left to give a verdict, and asks for the code', async () => {
    bank = await testVerifier({ policy: POLICY });
    await bank.enrol('anna', typist, 6);
    card = await bank.giveCard('anna');
    await verified();
    const stolen = await verified();
    expect(stateOf(bank.ctx, await template())).toBe('ready');
    await bank.verifier.rollBackTyping({ subject: 'anna', before: stolen });
    expect(await bank.type('anna', typist.sample())).toMatchObject({ decision: 'step-up', reasons: ['young-template'] });
  });

  it('erases the template where nothing is left that is surely his', async () => {
    const enrolled = (await template()).enrolledAt;
    await quarantine();
    expect(await bank.verifier.rollBackTyping({ subject: 'anna', before: enrolled })).toEqual({
      template: 'enrol-again',
      dropped: 1,
      unlearned: 8,
    });
    for (const kind of ['typing-template', 'typing-sample', 'scrub']) {
      expect(await contentOf(bank.store, kind)).toEqual([]);
    }
    expect(await bank.type('anna', typist.sample())).toMatchObject({ decision: 'step-up', reasons: ['no-template'] });
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ template: 'none', dropped: 0, unlearned: 0 });
  });

  it('erases a template that can not be read, and a history that can not', async () => {
    const kinds = ['typing-template', 'typing-history'] as const;
    await bank.store.transaction(async (tx) => {
      for (const kind of kinds) {
        const [record] = await tx.list(kind, subject, { limit: 1 });
        await tx.put({ ...record!, body: new Uint8Array(40) });
      }
    });
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ template: 'enrol-again', dropped: 0, unlearned: 0 });
    for (const kind of kinds) {
      expect(await contentOf(bank.store, kind)).toEqual([]);
    }
  });

  it('erases a history that is cut short', async () => {
    await bank.store.transaction(async (tx) => {
      const { history, entries } = await readHistory(bank.ctx, tx, subject);
      await writeHistory(bank.ctx, tx, subject, { history: { ...history, packed: history.packed.slice(0, -6) }, entries });
    });
    forgetHistory(bank.ctx, subject);
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ template: 'unchanged', dropped: 0, unlearned: 0 });
    expect(await contentOf(bank.store, 'typing-history')).toEqual([]);
  });

  describe('where equal entries are counts of one', () => {
    /** The anchor in the bytes of version 2, which had a copy for each count. */
    function copies(profile: DefaultProfile, rows: readonly number[]): string {
      const width = profile.times.length / profile.samples;
      const times = rows.flatMap((row) => [...profile.times.subarray(row * width, (row + 1) * width)]);
      const head = Buffer.from(defaultDetector.serialize(profile)).subarray(0, 37);
      head.set([1, 2], 4);
      head.writeUInt16BE(rows.length, 8);
      head[11] = 2;
      const body = Buffer.alloc(4 * times.length);
      for (const [i, time] of times.entries()) {
        body.writeFloatBE(time, 4 * i);
      }
      return Buffer.concat([head, body]).toString('base64url');
    }

    /** Twelve entries, of which the first three and the next two are equal, verified at 1000 to 1011. */
    async function former(): Promise<void> {
      bank = await testVerifier({ policy: POLICY });
      await bank.enrol('anna', typist, 12);
      const { profile } = await template();
      await bank.store.transaction(async (tx) => {
        const stored = await anyTemplate.get(bank.ctx, tx, subject, 'current');
        const value = {
          ...stored!.value,
          profile: copies(profile, [0, 0, 0, 3, 3, 5, 6, 7, 8, 9, 10, 11]),
          verifiedAt: Array.from({ length: 12 }, (_, i) => 1_000 + i),
        };
        await anyTemplate.put(bank.ctx, tx, { ...stored!, value });
      });
    }

    it.each([
      [1_010, 7, 2, [1_002, 1_004, 1_005, 1_006, 1_007, 1_008, 1_009]],
      [1_006, 3, 6, [1_002, 1_004, 1_005]],
      // Of those verified before, one was verified again since: it goes, and too few are left.
      [1_004, 0, 12, undefined],
      [2_000, 9, 0, [1_002, 1_004, 1_005, 1_006, 1_007, 1_008, 1_009, 1_010, 1_011]],
    ])('cuts a template of copies before %d at its entry %d', async (before, samples, unlearned, verifiedAt) => {
      await former();
      expect(await template()).toMatchObject({ anchor: { samples: 9 }, verifiedAt: { length: 9 } });
      expect(await bank.verifier.rollBackTyping({ subject: 'anna', before })).toMatchObject({ unlearned });
      const left = (await found())?.template;
      expect(left?.verifiedAt).toEqual(verifiedAt);
      expect(left?.anchor.samples ?? 0).toBe(samples);
      expect(left?.verified ?? 0).toBe(12 - unlearned);
    });

    it('keeps a template of five entries of which two are equal', async () => {
      bank = await testVerifier({ policy: POLICY });
      await bank.enrol('anna', typist, 5);
      const { profile } = await template();
      await bank.store.transaction(async (tx) => {
        const stored = await anyTemplate.get(bank.ctx, tx, subject, 'current');
        const value = { ...stored!.value, profile: copies(profile, [0, 1, 1, 3, 4]), verifiedAt: new Array(5).fill(1_000) };
        await anyTemplate.put(bank.ctx, tx, { ...stored!, value });
      });
      expect((await template()).anchor.samples).toBe(4);
      expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ template: 'unchanged', dropped: 0, unlearned: 0 });
      expect(await template()).toMatchObject({ verified: 5, learned: 5 });
    });

    it('takes the latest time for all where the times are in step with nothing', () => {
      const { anchor } = { anchor: { samples: 3, counts: Uint8Array.of(1, 2, 1) } as DefaultProfile };
      expect(timesOfEntries(anchor, [1, 9])).toEqual([9, 9, 9]);
      expect(timesOfEntries(anchor, [1, 2, 3])).toEqual([1, 2, 3]);
      expect(timesOfEntries(anchor, [1, 3, 2, 4])).toEqual([1, 3, 4]);
    });
  });

  it('drops an enrolment that was not activated', async () => {
    const { challenge } = await bank.verifier.issueChallenge({ subject: 'anna', purpose: 'enrol-typing' });
    const samples = createTypist(7).samples(5);
    expect(await bank.verifier.enrolTyping({ subject: 'anna', challenge, samples, pending: true })).toMatchObject({ pending: true });
    expect(await waiting('pending')).toBe(5);
    expect(await bank.verifier.rollBackTyping({ subject: 'anna' })).toEqual({ template: 'unchanged', dropped: 0, unlearned: 0 });
    expect(await waiting('pending')).toBe(0);
    for (const kind of ['typing-template', 'typing-history']) {
      expect((await contentOf(bank.store, kind)).map(({ id }) => id)).not.toContain('pending');
    }
    expect(await bank.store.transaction((tx) => activateTyping(bank.ctx, tx, subject))).toBe(false);
  });

  it('empties the gates of learning, and so does whatever drops the quarantine; the replay check stays', async () => {
    const history = async () => (await bank.store.transaction((tx) => readHistory(bank.ctx, tx, subject))).history;
    const undo = {
      rollBack: () => bank.verifier.rollBackTyping({ subject: 'anna' }),
      drop: () => bank.store.transaction((tx) => dropQuarantine(bank.ctx, tx, subject)),
    };
    for (const work of [undo.rollBack, undo.drop]) {
      await verified();
      for (let i = 0; i < 4; i++) {
        await bank.type('anna', typist.sample());
      }
      const before = await history();
      expect(before.quarantinedAt.length).toBeGreaterThan(0);
      expect(before.consensus.length).toBeGreaterThan(0);
      await work();
      expect(await history()).toEqual({ ...before, quarantinedAt: [], consensus: [] });
    }
  });

  it('does not accept an entry that was judged by the template as it was', async () => {
    const judged = await judgeTyping(bank.ctx, { subject, sample: typist.parsed() });
    expect(judged.result.decision).toBe('accept');
    await bank.store.transaction((tx) => rollBackTyping(bank.ctx, tx, subject));
    const { result } = await bank.store.transaction((tx) => judged.effects(tx));
    expect(result).toMatchObject({ decision: 'step-up' });
    expect(await waiting('quarantine')).toBe(0);
  });

  it('refuses what is no time, and a customer that it does not know', async () => {
    const roll = (before: unknown) => bank.verifier.rollBackTyping({ subject: 'anna', before: before as number });
    await expect(roll('yesterday')).rejects.toThrow(TypeError);
    await expect(roll(Number.NaN)).rejects.toThrow(RangeError);
    await expect(roll(-1)).rejects.toThrow('before');
    await expect(bank.verifier.rollBackTyping({ subject: 'nobody' })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
  });
});
