import { type FixedTextVector, fixedTextVector, type ParsedTypingSample } from '@tacit-auth/features';
import { type DefaultProfile, profileEntries } from '@tacit-auth/models';
import { beforeEach, describe, expect, it } from 'vitest';
import { anyTemplate } from './testing-former-template';
import { createTypist, type Typist } from './testing-typists';
import { codeOf, contentOf, type TestVerifier, testVerifier } from './testing-verifier';
import { confirmQuarantined, settleHeldSample } from './typing-learning';
import { keepSample, sampleIds } from './typing-samples';
import { readTemplate, stateOf, type TypingTemplate } from './typing-template';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

describe('the learning rule', () => {
  let bank: TestVerifier;
  let subject: string;
  let typist: Typist;

  async function start(entries: number, policy = {}): Promise<void> {
    bank = await testVerifier({ policy: { typing: policy } });
    typist = createTypist(1);
    await bank.enrol('anna', typist, entries);
    subject = bank.ctx.subjectOf('anna');
  }
  beforeEach(() => start(20, { mostReleased: 10 }));

  const template = async (): Promise<TypingTemplate> => {
    const found = await bank.store.transaction((tx) => readTemplate(bank.ctx, tx, subject));
    if (found === undefined) {
      throw new Error('no template');
    }
    return found.template;
  };
  const count = (role: 'quarantine' | 'held') => bank.store.transaction(async (tx) => (await sampleIds(tx, subject, role)).length);
  async function accepted(by: Typist = typist): Promise<void> {
    expect((await bank.type('anna', by.sample())).decision).toBe('accept');
  }

  it('learns a sample of a login with the matrix code, and the enrolment counts', async () => {
    await start(5);
    const card = await bank.giveCard('anna');
    for (let learned = 5; learned < 20; learned++) {
      expect(await template()).toMatchObject({ learned, verified: learned });
      const result = await bank.type('anna', typist.sample());
      expect(result).toMatchObject({ decision: 'step-up', reasons: ['young-template'], template: { learned } });
      expect(result.heldSample).toMatch(/^held\./);
      expect(await bank.answer('anna', card, { heldSample: result.heldSample })).toEqual({ matched: true });
    }
    const ready = await template();
    expect(stateOf(bank.ctx, ready)).toBe('ready');
    expect(ready.anchor).toBe(ready.profile);
    await accepted();
  });

  /** Times as a profile keeps them. */
  const times = ({ hold, pressPress }: FixedTextVector) => [...Float32Array.from([...hold, ...pressPress])];
  const timesOf = (sample: ParsedTypingSample) => times(fixedTextVector(sample) as FixedTextVector);
  const held = async (sample = typist.parsed()) => {
    const { heldSample } = await bank.type('anna', sample, { hold: true });
    return { sample, heldSample };
  };

  it('moves the anchor by every verified entry, and by nothing else', async () => {
    const card = await bank.giveCard('anna');
    const before = profileEntries((await template()).anchor).map(times);
    const verified: number[][] = [];
    for (let i = 0; i < 4; i++) {
      await accepted();
      await accepted();
      const { sample, heldSample } = await held();
      bank.advance(HOUR);
      const later = await held();
      await bank.answer('anna', card, { heldSample: later.heldSample });
      verified.push(timesOf(later.sample));
      expect(heldSample).toBeDefined();
      expect(verified).not.toContainEqual(timesOf(sample));
    }
    const { anchor, profile, learned, verified: count, verifiedAt, lastLearned } = await template();
    expect(profileEntries(anchor).map(times)).toEqual([...before, ...verified]);
    expect(count).toBe(24);
    expect(verifiedAt).toHaveLength(24);
    expect(verifiedAt.at(-1)).toBe(lastLearned);
    // In a ready profile each verified entry counts three times: it stands for logins that are not learned. It is one entry all the same.
    expect(profile.samples).toBe(learned);
    expect(profile.counts.filter((times) => times === 3)).toHaveLength(4);
    expect(profile.counts.reduce((sum, times) => sum + times, 0)).toBe(learned + 2 * 4);
    expect(learned).toBeGreaterThan(24);
  });

  it('releases what is like the verified entries, deletes the rest, and counts both', async () => {
    const card = await bank.giveCard('anna');
    const like = Array.from({ length: 5 }, () => typist.parsed());
    // Not the owner: had he been let in, the code of the owner must not make his entries the owner's.
    const others = Array.from({ length: 5 }, (_, i) => createTypist(40 + i).parsed());
    await bank.store.transaction(async (tx) => {
      for (const sample of like.flatMap((own, i) => [own, others[i] as ParsedTypingSample])) {
        await keepSample(bank.ctx, tx, { subject, role: 'quarantine', value: { sample, text: null } });
      }
    });
    const { heldSample } = await held();
    await bank.answer('anna', card, { heldSample });
    const now = await template();
    const entries = profileEntries(now.profile).map(times);
    for (const other of others) {
      expect(entries).not.toContainEqual(timesOf(other));
    }
    const learned = like.filter((sample) => entries.some((entry) => JSON.stringify(entry) === JSON.stringify(timesOf(sample)))).length;
    expect(learned).toBeGreaterThan(0);
    expect(now.released).toEqual({ at: now.lastLearned, learned, dropped: 10 - learned });
    expect(now.learned).toBe(21 + learned);
    expect(await count('quarantine')).toBe(0);
    const [entry] = (await bank.verifier.exportSubject({ subject: 'anna' })).audit.filter(
      (event) => !event.erased && event.type === 'typing-released',
    );
    expect(entry).toMatchObject({ detail: { learned, dropped: 10 - learned } });
  });

  it('releases nothing by default: verified entries are all that is learned', async () => {
    await start(20);
    const card = await bank.giveCard('anna');
    for (let i = 0; i < 4; i++) {
      await accepted();
    }
    // What nothing may ever use is not kept.
    expect(await count('quarantine')).toBe(0);
    const { heldSample } = await held();
    await bank.answer('anna', card, { heldSample });
    const now = await template();
    expect(now).toMatchObject({ learned: 21, verified: 21, released: null });
    expect(profileEntries(now.profile)).toEqual(profileEntries(now.anchor));
    expect([...now.profile.counts]).toEqual([...new Array<number>(20).fill(1), 3]);
    expect([...now.anchor.counts]).toEqual(new Array<number>(21).fill(1));
    expect(await count('quarantine')).toBe(0);
  });

  it('releases nothing to a template that is still young', async () => {
    await start(6, { mostReleased: 10 });
    const card = await bank.giveCard('anna');
    await bank.store.transaction((tx) =>
      keepSample(bank.ctx, tx, { subject, role: 'quarantine', value: { sample: typist.parsed(), text: null } }),
    );
    const { heldSample } = await held();
    await bank.answer('anna', card, { heldSample });
    expect(await template()).toMatchObject({ learned: 7, verified: 7, released: { learned: 0, dropped: 1 } });
    expect(await count('quarantine')).toBe(0);
  });

  it('does not learn a held sample when the code is wrong, late, or of somebody else', async () => {
    const before = await contentOf(bank.store, 'typing-template');
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    expect(await bank.answer('anna', card, { heldSample, code: 'AAAAAA' })).toMatchObject({ matched: false });
    await bank.enrol('bert', createTypist(2), 20);
    const cardOfBert = await bank.giveCard('bert');
    await bank.answer('bert', cardOfBert, { heldSample });
    bank.advance(HOUR);
    expect(await bank.answer('anna', card, { heldSample })).toEqual({ matched: true });
    expect(
      (await contentOf(bank.store, 'typing-template')).filter(({ id, body }) => before.some((old) => old.id === id && old.body === body)),
    ).toHaveLength(1);
    expect((await template()).learned).toBe(20);
  });

  it('learns nothing by a card that still waits for its first code', async () => {
    const { verifier } = bank;
    const issued = await verifier.enrolMatrixCard({ subject: 'anna', challenge: await bank.challenge('anna', 'enrol-card') });
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    const asked = await verifier.issueMatrixChallenge({ subject: 'anna', card: 'pending' });
    if (issued.status !== 'issued' || asked.status !== 'asked' || heldSample === undefined) {
      throw new Error('no card to answer with');
    }
    const code = codeOf(issued.card, asked.coordinates);
    expect(await verifier.verifyMatrixCode({ subject: 'anna', challenge: asked.challenge, code, heldSample })).toEqual({ matched: true });
    expect((await template()).learned).toBe(20);
  });

  /** Learns an entry as the code does, at a time of its own. */
  async function learnVerified(sample: ParsedTypingSample): Promise<number> {
    bank.advance(HOUR);
    await bank.store.transaction(async (tx) => {
      const heldSample = await keepSample(bank.ctx, tx, { subject, role: 'held', value: { sample, text: null } });
      await settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'independent' });
    });
    return bank.ctx.clock();
  }

  it('remembers the time of each entry of the anchor, and of no other, past as many as that holds', async () => {
    await start(50);
    const at: number[] = [];
    for (let i = 0; i < 105; i++) {
      at.push(await learnVerified(typist.parsed()));
    }
    expect((await template()).verifiedAt).toEqual(at.slice(-100));
    const stolen = at[95]!;
    const { anchor } = await template();
    expect(await bank.verifier.rollBackTyping({ subject: 'anna', before: stolen })).toMatchObject({ unlearned: 10 });
    const now = await template();
    expect(now.verifiedAt).toEqual(at.slice(5, 95));
    expect(profileEntries(now.anchor)).toEqual(profileEntries(anchor).slice(0, 90));
  });

  it('takes an entry equal to the newest for that one, verified again', async () => {
    const before = (await template()).verifiedAt;
    const sample = typist.parsed();
    await learnVerified(sample);
    const again = await learnVerified(sample);
    const { anchor, verifiedAt, verified } = await template();
    expect([anchor.samples, anchor.counts.at(-1), verified]).toEqual([21, 2, 22]);
    expect(verifiedAt).toEqual([...before, again]);
    expect(await bank.verifier.rollBackTyping({ subject: 'anna', before: again })).toMatchObject({ unlearned: 2 });
    expect(await template()).toMatchObject({ verified: 20, verifiedAt: before });
  });

  it('learns a held sample once', async () => {
    const card = await bank.giveCard('anna');
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    await bank.answer('anna', card, { heldSample });
    await bank.answer('anna', card, { heldSample });
    expect((await template()).learned).toBe(21);
  });

  it('deletes a held sample when the other factor failed', async () => {
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    expect(await count('held')).toBe(1);
    await bank.store.transaction((tx) => settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'none' }));
    expect(await count('held')).toBe(0);
    expect((await template()).learned).toBe(20);
  });

  it('quarantines what typing alone accepted, and judges it at the next matrix code', async () => {
    const before = await contentOf(bank.store, 'typing-template');
    await accepted();
    await accepted();
    expect(await count('quarantine')).toBe(2);
    // An accepted login does not so much as rewrite the template.
    expect(await contentOf(bank.store, 'typing-template')).toEqual(before);
    const card = await bank.giveCard('anna');
    const { heldSample } = await held();
    await bank.answer('anna', card, { heldSample });
    expect(await count('quarantine')).toBe(0);
    const { learned, released } = await template();
    expect(released).toMatchObject({ learned: learned - 21, dropped: 23 - learned });
  });

  it('judges the quarantine at a code without a sample, and when the customer confirms his sign-ins', async () => {
    const card = await bank.giveCard('anna');
    await accepted();
    await bank.answer('anna', card);
    const { learned, released, verified } = await template();
    expect(released).toMatchObject({ learned: learned - 20, dropped: 21 - learned });
    await accepted();
    await accepted();
    const confirmed = await bank.store.transaction((tx) => confirmQuarantined(bank.ctx, tx, subject));
    expect(confirmed.learned + confirmed.dropped).toBe(2);
    expect(await template()).toMatchObject({ learned: learned + confirmed.learned, verified, released: confirmed });
  });

  it('takes no more into quarantine than the weekly cap', async () => {
    await start(20, { weeklyLearningCap: 3, mostReleased: 1 });
    for (let i = 0; i < 6; i++) {
      await accepted();
    }
    expect(await count('quarantine')).toBe(3);
    bank.advance(WEEK - 1);
    await accepted();
    expect(await count('quarantine')).toBe(3);
    bank.advance(1);
    await accepted();
    expect(await count('quarantine')).toBe(4);
  });

  it('keeps out of quarantine what the anchor or the consensus of the profile does not know', async () => {
    // Accepted at a loose threshold, but too far from the customer's middle.
    await start(20, { targetFmr: 0.05, mostReleased: 1 });
    let acceptedOnly = 0;
    for (let i = 0; i < 40; i++) {
      const before = await count('quarantine');
      const { decision } = await bank.type('anna', createTypist(1, { spread: 0.2, day: i + 1 }).sample());
      acceptedOnly += decision === 'accept' && (await count('quarantine')) === before ? 1 : 0;
    }
    expect(acceptedOnly).toBeGreaterThan(0);
  });

  it('never changes a template by typing alone, however often somebody tries', async () => {
    await start(20, { targetFmr: 0.05, weeklyLearningCap: 1_000, mostReleased: 1 });
    const before = await contentOf(bank.store, 'typing-template');
    for (let i = 0; i < 60; i++) {
      // A near twin: the owner's rhythm, drifting away from him.
      const twin = createTypist(1, { spread: 0.08 + i * 0.004, day: 500 + i });
      await bank.type('anna', twin.sample(), { hold: i % 3 === 0 });
      await bank.type('anna', createTypist(900 + i).sample());
      bank.advance(HOUR);
    }
    await bank.verifier.runJobs();
    expect(await contentOf(bank.store, 'typing-template')).toEqual(before);
  });

  it('loses no learning when two logins of one customer end at the same moment', async () => {
    const card = await bank.giveCard('anna');
    await accepted();
    const waiting = await Promise.all([1, 2, 3].map(() => bank.type('anna', typist.sample(), { hold: true })));
    expect(new Set(waiting.map(({ heldSample }) => heldSample)).size).toBe(3);
    const settle = (heldSample: string | undefined) =>
      bank.store.transaction((tx) => settleHeldSample(bank.ctx, tx, { subject, heldSample, factor: 'independent' }));
    await Promise.all([...waiting.map(({ heldSample }) => settle(heldSample)), bank.verifier.runJobs(), accepted()]);
    await bank.answer('anna', card);
    const { learned, verified } = await template();
    expect(verified).toBe(23);
    expect(learned).toBeLessThanOrEqual(25);
    expect(await count('quarantine')).toBe(0);
    expect((await bank.verifier.inspectTyping({ subject: 'anna' }))?.samples).toBe(learned);
  });
});

describe('a template of copies', () => {
  /** The profile as the form before counts held it: every count a copy. */
  function copiesOf({ keys, holds, samples, times, counts, calibration }: DefaultProfile): string {
    const width = times.length / samples;
    const rows = Array.from(counts).flatMap((count, row) =>
      Array.from({ length: count }, () => times.subarray(row * width, (row + 1) * width)),
    );
    const bytes = Buffer.alloc(37 + 4 * width * rows.length);
    bytes.write('TCTP', 'latin1');
    bytes.set([1, 2], 4);
    bytes.writeUInt16BE(keys, 6);
    bytes.writeUInt16BE(rows.length, 8);
    bytes.set([holds ? 1 : 0, 2, 0], 10);
    bytes.writeDoubleBE(calibration.mean, 13);
    bytes.writeDoubleBE(calibration.deviation, 21);
    bytes.writeDoubleBE(calibration.leaveOneOut, 29);
    for (const [i, time] of rows.flatMap((row) => [...row]).entries()) {
      bytes.writeFloatBE(time, 37 + 4 * i);
    }
    return bytes.toString('base64url');
  }

  it('is read as counts, says each entry once, and is calibrated by the next round of jobs', async () => {
    const bank = await testVerifier();
    const typist = createTypist(3);
    await bank.enrol('anna', typist, 20);
    const card = await bank.giveCard('anna');
    for (let i = 0; i < 3; i++) {
      const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
      await bank.answer('anna', card, { heldSample });
    }
    await bank.verifier.runJobs();
    const subject = bank.ctx.subjectOf('anna');
    const template = async () => (await bank.store.transaction((tx) => readTemplate(bank.ctx, tx, subject)))!.template;
    const { profile, anchor } = await template();
    await bank.store.transaction(async (tx) => {
      const [stored] = await anyTemplate.list(bank.ctx, tx, subject, { limit: 1, order: 'newest' });
      const value = { ...stored!.value, profile: copiesOf(profile), anchor: copiesOf(anchor) };
      await anyTemplate.put(bank.ctx, tx, { subject, id: 'current', value, at: stored!.at, due: null });
    });
    const former = await template();
    expect(former.profile).toEqual({ ...profile, calibration: { ...profile.calibration, state: 'pending' } });
    expect(former.anchor).toEqual({ ...anchor, calibration: { ...anchor.calibration, state: 'pending' } });
    expect(await bank.verifier.inspectTyping({ subject: 'anna' })).toMatchObject({
      samples: 23,
      anchorSamples: 23,
      calibrationState: 'pending',
    });
    expect(await bank.verifier.retrainTyping({ subject: 'anna' })).toMatchObject({ status: 'retrained', samples: 23, learned: 23 });
    expect((await template()).profile).toEqual(profile);
    expect((await template()).profile.counts.slice(-4)).toEqual(Uint8Array.of(1, 3, 3, 3));
  });
});
