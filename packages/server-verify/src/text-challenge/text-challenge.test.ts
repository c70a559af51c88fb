import { parseTypingSample, type TypingSample } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { listAlerts } from '../alerts';
import { readAudit } from '../audit-log';
import { ensureCustomer } from '../customers';
import { grantOf } from '../flows/session-view';
import type { FlowResult } from '../flows/types';
import { enforceRetention } from '../retention';
import { createSession, liveSession, putSession, type StoredSession } from '../sessions';
import type { StoreTransaction } from '../store';
import { startedTestContext } from '../testing-context';
import { jittered } from '../testing-typists';
import { CHALLENGE_SENTENCES, type ChallengeTextSource, sentenceSource } from './challenge-text';
import type { TextOutcome } from './settle-text';
import { textTypist } from './testing-texts';
import { createTextChallenge } from './text-challenge';
import type { TextJudge } from './text-judge';

const HOUR = 3_600_000;
const BROWSER = 'b'.repeat(22);

interface FakeJudge extends TextJudge {
  /** What the next texts score; undefined: they can not be judged. */
  llr: number | undefined;
  template: { keys: number } | undefined;
  level: 'low' | 'medium' | 'high';
}

function fakeJudge(): FakeJudge {
  const judge: FakeJudge = {
    llr: 5,
    template: { keys: 5_000 },
    level: 'low',
    textTemplate: async () => judge.template,
    scoreText: async (_tx, _subject, { timings }) =>
      judge.llr === undefined ? undefined : { llr: judge.llr, threshold: 2, keys: timings.keys.length },
    async textPassed(tx, { subject, id }, passed) {
      // Where only what was committed is left of it.
      const body = new TextEncoder().encode(JSON.stringify(passed));
      await tx.insert({ kind: 'fake-passed', subject, id: `${id}.${await tx.count('fake-passed', subject)}`, body, at: 0, due: null });
      return judge.level;
    },
  };
  return judge;
}

async function desk({ source = sentenceSource(CHALLENGE_SENTENCES) }: { source?: ChallengeTextSource } = {}) {
  const ctx = await startedTestContext({ policy: { session: { idleMs: HOUR } } });
  const judge = fakeJudge();
  const flow = createTextChallenge(ctx, { judge, source });
  const work = <T>(deed: (tx: StoreTransaction) => Promise<T>) => ctx.store.transaction(deed);
  const { subject } = await work((tx) => ensureCustomer(ctx, tx, { hostSubject: 'anna', status: 'active' }));
  const browser = ctx.pseudonym('browser', BROWSER);
  const open = (role: StoredSession['role'] = 'customer') =>
    work(async (tx) => {
      const given = { subject, hostSubject: 'anna', role, scope: 'full', browser, amr: ['pwd'], signIns: [] } as const;
      return (await createSession(ctx, tx, { ...given, amr: [...given.amr] })).session;
    });
  const session = await open();
  const client = (idempotencyKey?: string) => ({
    browser: BROWSER,
    address: '203.0.113.7',
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const typist = textTypist(7);
  const desk = {
    ctx,
    judge,
    flow,
    subject,
    session,
    open,
    typist,
    work,
    client,
    now: (id = session.id) => work((tx) => liveSession(ctx, tx, { subject, id }, { activity: true })),
    doubt: (risk: StoredSession['risk']) =>
      work(async (tx) => {
        const stored = await liveSession(ctx, tx, { subject, id: session.id });
        return putSession(ctx, tx, stored!, { risk, codeNeeded: risk !== 'low', doubtAlerts: ['anna.alert'] });
      }),
    start: (of = session) => flow.start({ client: client(), session: grantOf(of) }),
    async asked() {
      return bodyOf(await desk.start());
    },
    submit: (challenge: string, text: string, sample: TypingSample, key?: string) =>
      flow.submit({ client: client(key), session: grantOf(session), challenge, text, sample: parseTypingSample(sample) }),
    /** One text, from the question to the answer. */
    async typed(changes: Partial<TypingSample> = {}, write = (text: string) => text): Promise<FlowResult<TextOutcome>> {
      const { challenge, text } = await desk.asked();
      return desk.submit(challenge, write(text), typist.sample(write(text), changes));
    },
    audited: async () =>
      (await readAudit(ctx, subject, { limit: 50 })).flatMap((entry) => (entry.erased ? [] : [[entry.type, entry.reason]])).reverse(),
    passed: () =>
      work(async (tx) =>
        (await tx.list('fake-passed', subject, { limit: 10 })).map(({ body }) => JSON.parse(new TextDecoder().decode(body))),
      ),
    alerts: () => work((tx) => listAlerts(ctx, tx, { subject, limit: 10 })),
  };
  return desk;
}

function bodyOf<T>(result: FlowResult<T>): T {
  if (!result.ok) {
    throw new Error(result.error.code);
  }
  return result.body;
}

const refused = (code: string, more = {}) => ({ ok: false, error: { code, ...more } });
const answered = (status: string, more = {}) => ({ ok: true, body: { status, ...more } });

describe('start', () => {
  it('gives a text of the length that the template asks for: the more it has learned, the less', async () => {
    const lengths: number[] = [];
    for (const keys of [600, 1_800, 3_000, 50_000]) {
      const bank = await desk();
      bank.judge.template = { keys };
      lengths.push((await bank.asked()).text.length);
    }
    const [young = 0, growing = 0, ripe = 0, old = 0] = lengths;
    expect(young).toBeGreaterThanOrEqual(220);
    expect(growing).toBeGreaterThanOrEqual(170);
    expect(growing).toBeLessThan(250);
    expect([ripe >= 120 && ripe < 200, old >= 120 && old < 200]).toEqual([true, true]);
  });

  it('asks for the same text until it was typed, and keeps it sealed on the server', async () => {
    const bank = await desk();
    const first = await bank.asked();
    const second = await bank.asked();
    expect([second.text, second.expiresAt]).toEqual([first.text, first.expiresAt]);
    // Not in the token either: who typed which text is the server's to know.
    const payload = Buffer.from(first.challenge.split('.')[1] ?? '', 'base64url').toString();
    expect(payload).not.toContain(first.text.slice(0, 20));
    const [record] = await bank.work((tx) => tx.list('text-challenge', bank.subject, { limit: 1 }));
    expect(Buffer.from(record!.body).includes(first.text.slice(0, 20))).toBe(false);
    expect(await bank.submit(first.challenge, first.text, bank.typist.sample(first.text))).toEqual(answered('confirmed'));
    await expect(bank.submit(second.challenge, second.text, bank.typist.sample(second.text))).resolves.toMatchObject(
      refused('ERR_CHALLENGE_USED'),
    );
    expect(await bank.passed()).toHaveLength(1);
    expect((await bank.asked()).text).not.toBe(first.text);
  });

  it('gives a session three texts within an hour, whatever became of them', async () => {
    const bank = await desk();
    const at = bank.ctx.clock();
    for (let i = 0; i < 3; i++) {
      expect(await bank.typed()).toEqual(answered('confirmed'));
      bank.ctx.advance(60_000);
    }
    expect(await bank.start()).toEqual(refused('ERR_THROTTLED', { retryAfter: 3_420 }));
    const other = await bank.open();
    expect((await bank.start(other)).ok).toBe(true);
    bank.ctx.advance(at + HOUR - bank.ctx.clock() - 1);
    expect(await bank.start()).toEqual(refused('ERR_THROTTLED', { retryAfter: 1 }));
    bank.ctx.advance(1);
    expect((await bank.start()).ok).toBe(true);
  });

  it('gives a session that takes the place of another no more texts, and no way round the code', async () => {
    const bank = await desk();
    await bank.doubt('medium');
    bank.judge.llr = -3;
    expect(await bank.typed()).toEqual(answered('code'));
    const replaced = await bank.work(async (tx) => {
      const previous = await liveSession(bank.ctx, tx, { subject: bank.subject, id: bank.session.id });
      const { hostSubject, role, browser } = previous!.value;
      const given = { subject: bank.subject, hostSubject, role, browser, scope: 'full', amr: ['pwd'], signIns: [] } as const;
      return (await createSession(bank.ctx, tx, { ...given, amr: ['pwd'], previous: previous! })).session;
    });
    expect(await bank.start(replaced)).toEqual(refused('ERR_STEP_UP_NEEDED'));
    bank.ctx.advance(HOUR);
    expect(await bank.start(replaced)).toEqual(refused('ERR_STEP_UP_NEEDED'));
  });

  it('counts a text that was never typed, and asks for another when its time is over', async () => {
    const bank = await desk();
    const first = await bank.asked();
    bank.ctx.advance(300_000);
    await expect(bank.submit(first.challenge, first.text, bank.typist.sample(first.text))).rejects.toMatchObject({
      code: 'ERR_CHALLENGE_EXPIRED',
    });
    const second = await bank.asked();
    expect(second.text).not.toBe(first.text);
    await bank.submit(second.challenge, second.text, bank.typist.sample(second.text));
    await bank.typed();
    expect(await bank.start()).toMatchObject(refused('ERR_THROTTLED'));
  });

  it('repeats no sentence within a day', async () => {
    const bank = await desk();
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const session = await bank.open();
      for (const sentence of bodyOf(await bank.start(session)).text.split(/(?<=\.) /)) {
        expect(seen.has(sentence)).toBe(false);
        seen.add(sentence);
      }
      bank.ctx.advance(HOUR);
    }
    expect(seen.size).toBeGreaterThan(20);
  });

  it('forgets what was drawn a day later', async () => {
    const bank = await desk();
    await bank.asked();
    bank.ctx.advance(24 * HOUR - 1);
    await enforceRetention(bank.ctx);
    expect(await bank.work((tx) => tx.count('text-challenge', bank.subject))).toBe(1);
    bank.ctx.advance(1);
    await enforceRetention(bank.ctx);
    expect(await bank.work((tx) => tx.count('text-challenge', bank.subject))).toBe(0);
  });

  it('takes the texts of the host, and refuses ones that are no good', async () => {
    const bank = await desk({ source: ({ characters }) => ({ text: 'x'.repeat(characters), parts: ['own-1'] }) });
    expect((await bank.asked()).text).toBe('x'.repeat(120));
    const broken = await desk({ source: () => ({ text: 'two\nlines of a text that is long enough', parts: ['1'] }) });
    await expect(broken.start()).rejects.toThrow(/challengeTexts/);
  });

  it('is for an open session of a customer, with something to compare with', async () => {
    const bank = await desk();
    bank.judge.template = undefined;
    expect(await bank.start()).toEqual(refused('ERR_TEXT_UNAVAILABLE'));
    bank.judge.template = { keys: 5_000 };
    expect(await bank.start(await bank.open('operator'))).toEqual(refused('ERR_ROLE'));
    expect(await bank.flow.start({ client: bank.client(), session: { ...grantOf(bank.session), id: 'another' } })).toMatchObject(
      refused('ERR_SESSION_NONE'),
    );
    await bank.doubt('high');
    expect(await bank.start()).toEqual(refused('ERR_STEP_UP_NEEDED'));
    await bank.work((tx) => putSession(bank.ctx, tx, bank.session, { risk: 'medium', state: 'locked' }));
    expect(await bank.start()).toEqual(refused('ERR_SESSION_LOCKED'));
  });
});

describe('submit', () => {
  it('ends a medium doubt, and is evidence', async () => {
    const bank = await desk();
    await bank.doubt('medium');
    const { challenge, text } = await bank.asked();
    expect(await bank.submit(challenge, text, bank.typist.sample(text))).toEqual(answered('confirmed'));
    expect(await bank.passed()).toEqual([{ llr: 5, keys: text.length }]);
    // The alerts of the doubt stay open: no independent factor has passed.
    expect((await bank.now())?.value).toMatchObject({ risk: 'low', codeNeeded: false, doubtAlerts: ['anna.alert'] });
    expect(await bank.audited()).toEqual([
      ['text-passed', undefined],
      ['session-trusted', 'text-challenge'],
    ]);
  });

  it('leaves a doubt that one text does not outweigh', async () => {
    const bank = await desk();
    await bank.doubt('medium');
    bank.judge.level = 'medium';
    expect(await bank.typed()).toMatchObject(answered('again', { reason: 'unclear', left: 2 }));
    expect((await bank.now())?.value).toMatchObject({ risk: 'medium', codeNeeded: true });
    await bank.typed();
    expect(await bank.typed()).toEqual(answered('code'));
  });

  it('asks for the code where a text fails at a medium doubt, and for no other text', async () => {
    const bank = await desk();
    await bank.doubt('medium');
    bank.judge.llr = 1.99;
    expect(await bank.typed()).toEqual(answered('code'));
    expect((await bank.now())?.value).toMatchObject({ risk: 'medium', codeNeeded: true });
    expect(await bank.start()).toEqual(refused('ERR_STEP_UP_NEEDED'));
    expect(await bank.passed()).toEqual([]);
    expect(await bank.audited()).toEqual([['text-failed', 'mismatch']]);
    // The code was right.
    await bank.doubt('low');
    expect((await bank.start()).ok).toBe(true);
  });

  it('never ends a high doubt, also one that arose while the text was typed', async () => {
    const bank = await desk();
    await bank.doubt('medium');
    const { challenge, text } = await bank.asked();
    await bank.doubt('high');
    expect(await bank.submit(challenge, text, bank.typist.sample(text))).toEqual(refused('ERR_STEP_UP_NEEDED'));
    expect([await bank.passed(), (await bank.now())?.value.risk]).toEqual([[], 'high']);
  });

  it('answers a text that was typed otherwise like one that can not be judged, where nobody doubts', async () => {
    const answers: unknown[] = [];
    for (const llr of [-9, undefined]) {
      const bank = await desk();
      bank.judge.llr = llr;
      answers.push(await bank.typed());
    }
    expect(answers[0]).toMatchObject(answered('again', { reason: 'unclear', left: 2 }));
    expect(answers[1]).toEqual(answers[0]);
    expect(JSON.stringify(answers)).not.toMatch(/llr|threshold|score/);
  });

  it.each<[string, Partial<TypingSample>]>([
    ['pasted', { flags: { pasted: true } }],
    ['dropped', { flags: { dropped: true } }],
    ['autofilled', { flags: { autofilled: true } }],
    ['composed', { flags: { composed: true } }],
  ])('asks for another text where one was %s, in words', async (reason, changes) => {
    const bank = await desk();
    await bank.doubt('medium');
    const answer = await bank.typed(changes);
    expect(answer).toMatchObject(answered('again', { reason, left: 2 }));
    expect(answer).toMatchObject({ body: { message: expect.stringMatching(/type the next one/) } });
    expect(await bank.passed()).toEqual([]);
  });

  it('asks again for what is not the text, judged on the server’s own copy', async () => {
    const bank = await desk();
    const other = CHALLENGE_SENTENCES.slice(7, 10).join(' ');
    expect(await bank.typed({}, () => other)).toMatchObject(answered('again', { reason: 'not-the-text' }));
    // A third of the letters wrong is still the text.
    expect(await bank.typed({}, (text) => text.replace(/[etaoin]/g, 'e'))).toEqual(answered('confirmed'));
  });

  it('asks again where the keys are not those of what was typed', async () => {
    const bank = await desk();
    const { challenge, text } = await bank.asked();
    const other = bank.typist.sample(CHALLENGE_SENTENCES.slice(7, 10).join(' '));
    expect(await bank.submit(challenge, text, other)).toMatchObject(answered('again', { reason: 'keys-missing' }));
    const again = await bank.asked();
    const half = bank.typist.sample(again.text.slice(0, again.text.length / 2));
    expect(await bank.submit(again.challenge, again.text, half)).toMatchObject(answered('again', { reason: 'keys-missing' }));
  });

  it.each<[string, Partial<TypingSample>]>([
    ['does not name its keys', {}],
    ['has a coarse clock', { clockStep: 166 }],
  ])('asks for the code where the device %s', async (what, changes) => {
    const bank = await desk();
    const { challenge, text } = await bank.asked();
    const sample = bank.typist.sample(text, changes);
    const nameless = { ...sample, keys: sample.keys.map(([, ...times]): TypingSample['keys'][number] => [null, ...times]) };
    expect(await bank.submit(challenge, text, what.includes('name') ? nameless : sample)).toEqual(answered('code'));
  });

  it('asks for the code and alerts where a script typed', async () => {
    const bank = await desk();
    expect(await bank.typed({ flags: { untrusted: true } })).toEqual(answered('code'));
    expect(await bank.alerts()).toMatchObject([{ code: 'typing-automated', detail: { at: 'text-challenge' } }]);
    expect(await bank.audited()).toEqual([
      ['text-failed', 'automated'],
      ['session-doubted', 'text-automated'],
    ]);
    expect((await bank.now())?.value).toMatchObject({ risk: 'medium', codeNeeded: true, doubts: 1 });
    const even = await desk();
    const { challenge, text } = await even.asked();
    const sample = even.typist.sample(text);
    const regular = { ...sample, keys: sample.keys.map(([key], i): TypingSample['keys'][number] => [key, 1_200 * i, 1_200 * i + 800]) };
    expect(await even.submit(challenge, text, regular)).toEqual(answered('code'));
    expect(await even.alerts()).toMatchObject([{ code: 'typing-automated' }]);
  });

  it('recognises times that were typed before, also with noise and under the names of other keys', async () => {
    const fixed = 'A quick check of the text that is always the same, for this test alone.';
    const bank = await desk({ source: () => ({ text: fixed, parts: ['1'] }) });
    const recorded = bank.typist.sample(fixed);
    const first = await bank.asked();
    expect(await bank.submit(first.challenge, fixed, recorded)).toEqual(answered('confirmed'));
    const second = await bank.asked();
    expect(await bank.submit(second.challenge, fixed, bank.typist.sample(fixed))).toEqual(answered('confirmed'));
    const third = await bank.asked();
    expect(await bank.submit(third.challenge, fixed, jittered(recorded, 10))).toEqual(answered('code'));
    expect(await bank.alerts()).toMatchObject([{ code: 'typing-replayed' }]);
    expect(await bank.audited()).toEqual([
      ['text-passed', undefined],
      ['text-passed', undefined],
      ['text-failed', 'replayed'],
      ['session-doubted', 'text-replayed'],
    ]);
    expect(await bank.start()).toEqual(refused('ERR_STEP_UP_NEEDED'));
  });

  it('judges a challenge once, of 50 submits at the same moment', async () => {
    const bank = await desk();
    await bank.doubt('medium');
    const { challenge, text } = await bank.asked();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => bank.submit(challenge, text, textTypist(i + 1).sample(text))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toEqual([{ status: 'fulfilled', value: answered('confirmed') }]);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(new Set(reasons)).toEqual(new Set(['ERR_CHALLENGE_USED']));
    expect(await bank.passed()).toHaveLength(1);
  });

  it('judges a text once, of challenges for it that are submitted at the same moment', async () => {
    const bank = await desk();
    const challenges = await Promise.all(Array.from({ length: 10 }, () => bank.asked()));
    const results = await Promise.all(
      challenges.map(({ challenge, text }, i) => bank.submit(challenge, text, textTypist(i + 1).sample(text))),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await bank.passed()).toHaveLength(1);
  });

  it('repeats an outcome to the same submit with the same key, and to no other', async () => {
    const bank = await desk();
    const { challenge, text } = await bank.asked();
    const sample = bank.typist.sample(text);
    expect(await bank.submit(challenge, text, sample, 'key-1')).toEqual(answered('confirmed'));
    expect(await bank.submit(challenge, text, sample, 'key-1')).toEqual(answered('confirmed'));
    await expect(bank.submit(challenge, text, bank.typist.sample(text), 'key-1')).rejects.toMatchObject({ code: 'ERR_CHALLENGE_USED' });
    expect(await bank.passed()).toHaveLength(1);
  });

  it('takes a challenge in its own session and browser alone', async () => {
    const bank = await desk();
    const { challenge, text } = await bank.asked();
    const other = await bank.open();
    const sample = bank.typist.parsed(text);
    const mismatch = { code: 'ERR_CHALLENGE_MISMATCH' };
    const submit = { client: bank.client(), session: grantOf(bank.session), challenge, text, sample };
    await expect(bank.flow.submit({ ...submit, session: grantOf(other) })).rejects.toMatchObject(mismatch);
    await expect(bank.flow.submit({ ...submit, client: { ...bank.client(), browser: 'c'.repeat(22) } })).rejects.toMatchObject(mismatch);
    await expect(bank.flow.submit({ ...submit, challenge: `${challenge}x` })).rejects.toMatchObject({ code: 'ERR_CHALLENGE_INVALID' });
    expect(await bank.flow.submit(submit)).toEqual(answered('confirmed'));
  });

  it('judges nothing after the consent was withdrawn', async () => {
    const bank = await desk();
    const { challenge, text } = await bank.asked();
    bank.judge.template = undefined;
    expect(await bank.submit(challenge, text, bank.typist.sample(text))).toEqual(refused('ERR_TEXT_UNAVAILABLE'));
    expect(await bank.work((tx) => tx.count('text-history', bank.subject))).toBe(0);
  });

  it('keeps the times of 20 texts without keys or letters, sealed, for as long as samples', async () => {
    const bank = await desk();
    for (let i = 0; i < 22; i++) {
      const session = await bank.open();
      const { challenge, text } = bodyOf(await bank.start(session));
      await bank.flow.submit({ client: bank.client(), session: grantOf(session), challenge, text, sample: bank.typist.parsed(text) });
      bank.ctx.advance(1_000);
    }
    const [record] = await bank.work((tx) => tx.list('text-history', bank.subject, { limit: 2 }));
    expect(record!.body.length).toBeLessThan(32_768);
    expect(record!.due).toBe(record!.at + bank.ctx.policy.retention.samplesMs);
    const key = await bank.work((tx) => bank.ctx.dataKey(tx, bank.subject));
    const context = { subject: `${bank.subject}/recent`, purpose: 'record/text-history' };
    const kept = JSON.parse(Buffer.from(bank.ctx.sealer.open({ key: key!, context, sealed: record!.body })).toString());
    expect([Object.keys(kept), kept.pressPress.length]).toEqual([['pressPress'], 20]);
    expect(kept.pressPress.flat().every(Number.isInteger)).toBe(true);
  });

  it('refuses at the door what it is not made for', async () => {
    const bank = await desk();
    const { challenge, text } = await bank.asked();
    const submit = { client: bank.client(), session: grantOf(bank.session), challenge, text, sample: bank.typist.parsed(text) };
    await expect(bank.flow.submit({ ...submit, text: 7 as unknown as string })).rejects.toThrow(TypeError);
    await expect(bank.flow.submit({ ...submit, text: 'x'.repeat(901) })).rejects.toThrow(RangeError);
    await expect(bank.flow.submit({ ...submit, text: '\ud800' })).rejects.toThrow(RangeError);
    const secret = parseTypingSample({ ...bank.typist.sample('secret'), mode: 'secret', keys: [[null, 0, 900]] });
    await expect(bank.flow.submit({ ...submit, sample: secret })).rejects.toMatchObject({ code: 'ERR_FIELD_INVALID' });
    const unparsed = bank.typist.sample(text) as unknown as typeof submit.sample;
    await expect(bank.flow.submit({ ...submit, sample: unparsed })).rejects.toMatchObject({ code: 'ERR_SAMPLE_UNPARSED' });
    expect(await bank.flow.submit(submit)).toEqual(answered('confirmed'));
  });
});
