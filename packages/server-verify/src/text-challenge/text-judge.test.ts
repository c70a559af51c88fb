import { describe, expect, it } from 'vitest';
import { writeConsent } from '../consent';
import { sessionModels } from '../continuous/session-models';
import { ensureCustomer } from '../customers';
import type { StoreTransaction } from '../store';
import { seededRandom, startedTestContext } from '../testing-context';
import { CHALLENGE_SENTENCES, sentenceSource } from './challenge-text';
import { teachSessions } from './testing-template';
import { textTypist } from './testing-texts';
import { NO_TEXT_JUDGE, sessionTextJudge } from './text-judge';

async function taught({ sentences = 40, population = true } = {}) {
  const ctx = await startedTestContext();
  const work = <T>(deed: (tx: StoreTransaction) => Promise<T>) => ctx.store.transaction(deed);
  const typist = textTypist(3);
  const { subject } = await work((tx) => ensureCustomer(ctx, tx, { hostSubject: 'anna', status: 'active' }));
  await work((tx) => teachSessions(ctx, tx, { subject, typist, sentences }));
  const models = sessionModels(population ? {} : { freeText: null });
  const judge = sessionTextJudge(ctx, { textPassed: async () => 'low' }, models);
  const texts = Array.from({ length: 12 }, (_, i) => {
    const source = sentenceSource(CHALLENGE_SENTENCES.slice(100));
    return source({ characters: 160, random: seededRandom(i + 1), recent: new Set() }).text;
  });
  const score = (by: typeof typist, text: string) =>
    work((tx) => judge.scoreText(tx, subject, { timings: by.timings(text), targetFmr: 0.01 }));
  return { ctx, work, typist, subject, judge, texts, score };
}

describe('sessionTextJudge', () => {
  it('passes most texts of the customer and few of others', async () => {
    const { typist, texts, score } = await taught();
    let own = 0;
    for (const text of texts) {
      const scored = await score(typist, text);
      own += scored !== undefined && scored.llr >= scored.threshold ? 1 : 0;
    }
    let others = 0;
    for (const [i, text] of texts.entries()) {
      const scored = await score(textTypist(100 + i), text);
      others += scored !== undefined && scored.llr >= scored.threshold ? 1 : 0;
    }
    expect(own).toBeGreaterThanOrEqual(10);
    expect(others).toBeLessThanOrEqual(1);
  });

  it('says how much the template has learned, and how many keys a score rests on', async () => {
    const { work, subject, judge, typist, texts, score } = await taught();
    // In windows of 50 keys; what is left over counts from 20 on.
    const counted = (length: number) => length - (length % 50 < 20 ? length % 50 : 0);
    const keys = CHALLENGE_SENTENCES.slice(0, 40).reduce((sum, { length }) => sum + counted(length), 0);
    expect(await work((tx) => judge.textTemplate(tx, subject))).toEqual({ keys });
    const [text = ''] = texts;
    expect((await score(typist, text))?.keys).toBeGreaterThan(text.length - 26);
  });

  it('has nothing to say of what is not ready, not agreed to, or without a population', async () => {
    const young = await taught({ sentences: 5 });
    expect(await young.work((tx) => young.judge.textTemplate(tx, young.subject))).toBeUndefined();
    const none = await taught({ population: false });
    expect(await none.work((tx) => none.judge.textTemplate(tx, none.subject))).toBeUndefined();
    const withdrawn = await taught();
    const { ctx, work, subject, judge, typist, texts, score } = withdrawn;
    await work(async (tx) => {
      const template = await tx.get('session-template', subject, 'current');
      await writeConsent(ctx, tx, { subject, biometrics: 'granted', session: 'declined', version: '2026-01' });
      expect(await tx.count('session-template', subject)).toBe(0);
      // Even where one is there all the same.
      await tx.put(template!);
    });
    expect(await work((tx) => judge.textTemplate(tx, subject))).toBeUndefined();
    expect(await score(typist, texts[0] ?? '')).toBeUndefined();
    expect(await work((tx) => NO_TEXT_JUDGE.textTemplate(tx, subject))).toBeUndefined();
  });

  it('has nothing to say of a template that can not be read', async () => {
    const { work, subject, judge, ctx } = await taught();
    await work(async (tx) => {
      const record = await tx.get('session-template', subject, 'current');
      await tx.put({ ...record!, body: Uint8Array.from(record!.body, (byte) => byte ^ 1) });
    });
    expect(await work((tx) => judge.textTemplate(tx, subject))).toBeUndefined();
    expect(ctx.events).toEqual([]);
  });

  it('has nothing to say of keys that no person typed', async () => {
    const { work, judge, subject, typist, texts } = await taught();
    const timings = typist.timings(texts[0] ?? '');
    const metronome = {
      ...timings,
      hold: timings.hold.map(() => 90),
      pressPress: timings.pressPress.map(() => 180),
      releasePress: timings.releasePress.map(() => 90),
      releaseRelease: timings.releaseRelease.map(() => 180),
    };
    expect(await work((tx) => judge.scoreText(tx, subject, { timings: metronome, targetFmr: 0.01 }))).toBeUndefined();
  });
});
