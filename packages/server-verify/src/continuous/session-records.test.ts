import { describe, expect, it, vi } from 'vitest';
import { eraseSubject } from '../erase';
import { exportSubject } from '../export';
import { memoryStore } from '../memory-store';
import { enforceRetention } from '../retention';
import { rotateKeys } from '../rotate-keys';
import { eraseSessionEvidence } from '../session-evidence';
import { findSessionTemplate, sessionTemplateKind, TEMPLATE_ID } from './session-template';
import { batchOf, testJudge, testPointerPopulation, worker } from './testing-evidence';

const anna = worker(1);
const DAY = 86_400_000;
const KINDS = ['continuous', 'session-template', 'session-summary'] as const;
type Bank = Awaited<ReturnType<typeof testJudge>>;

async function used(store = memoryStore()) {
  const bank = await testJudge({ store, options: { pointer: testPointerPopulation() } });
  await bank.enrol(anna, { days: 2, windows: 2, stretches: 2 });
  const live = await bank.work(anna, { windows: 2, stretches: 1 });
  await live.send({ pointer: [anna.stretch({ moves: 4 })] });
  return { bank, live };
}

const counts = (bank: Bank) =>
  bank.ctx.store.transaction((tx) => Promise.all(KINDS.map((kind) => tx.count(kind, bank.ctx.subjectOf('anna')))));

describe('what is kept of sessions', () => {
  it('is in an export, as numbers, without what tells batches apart', async () => {
    const { bank, live } = await used();
    const { sessionChecks } = await exportSubject(bank.ctx, bank.ctx.subjectOf('anna'));
    expect(sessionChecks.templates).toMatchObject([{ sessions: 2, vouched: true, typing: { amount: 200 }, earlier: [{ sessions: 1 }] }]);
    const { embedding } = (sessionChecks.templates[0] as { typing: { embedding: number[] } }).typing;
    expect(embedding).toHaveLength(166);
    expect(embedding.every(Number.isFinite)).toBe(true);
    expect(sessionChecks.live).toMatchObject([
      {
        session: live.session.id,
        vouched: true,
        level: 'low',
        counts: { batches: 3, keys: 100 },
        learning: { typing: { windows: 2 } },
        waitingActions: 4,
      },
    ]);
    expect(sessionChecks.summaries).toMatchObject([
      { settled: 'well', taught: true, keys: 100 },
      { settled: 'well', taught: true },
    ]);
    const text = JSON.stringify(sessionChecks);
    expect(JSON.parse(text)).toEqual(sessionChecks);
    expect(text).not.toContain(live.stream);
    expect(text).not.toContain('digests');
  });

  it('is erased with the customer', async () => {
    const { bank, live } = await used();
    expect(await counts(bank)).toEqual([1, 1, 2]);
    await eraseSubject(bank.ctx, bank.ctx.subjectOf('anna'));
    expect(await counts(bank)).toEqual([0, 0, 0]);
    await expect(live.send({ typing: [anna.window()] })).rejects.toMatchObject({ code: 'ERR_SESSION_NONE' });
  });

  it('is never what was typed, nor where the pointer went', async () => {
    const store = memoryStore();
    const { bank, live } = await used(store);
    const secret = anna.window();
    await live.send({ typing: [secret] });
    const { sessionChecks } = await exportSubject(bank.ctx, bank.ctx.subjectOf('anna'));
    const all = JSON.stringify(sessionChecks);
    for (const [, press, release] of secret.keys.slice(5, 10)) {
      // As a number of its own: the digits of embeddings hold any five by chance.
      expect(all).not.toMatch(new RegExp(`(?<![\\d.])(${press}|${release})(?!\\d)`));
    }
  });

  it('goes after 90 days, the template when the customer goes', async () => {
    const { bank, live } = await used();
    await bank.end(live.session);
    bank.ctx.advance(87 * DAY);
    await enforceRetention(bank.ctx);
    expect(await counts(bank)).toEqual([0, 1, 3]);
    bank.ctx.advance(4 * DAY);
    await enforceRetention(bank.ctx);
    expect(await counts(bank)).toEqual([0, 1, 0]);
  });

  it('is deleted, and teaches nothing, where its session can not be read and so never ends', async () => {
    const { bank, live } = await used();
    const { ctx } = bank;
    await ctx.store.transaction((tx) => tx.delete('session', live.session.subject, live.session.id));
    bank.ctx.advance(13 * 3_600_000);
    await enforceRetention(ctx);
    expect((await counts(bank))[0]).toBe(1);
    bank.ctx.advance(DAY);
    await enforceRetention(ctx);
    expect(await counts(bank)).toEqual([0, 1, 2]);
  });

  it('goes on through a rotation of the keys', async () => {
    const { bank, live } = await used();
    await rotateKeys(bank.ctx);
    const answer = await bank.judge.submit({
      session: live.session,
      batch: batchOf({ stream: live.stream, seq: 4, typing: [anna.window()] }),
    });
    expect(answer).toMatchObject({ seq: 4 });
    await bank.end(live.session);
    expect((await bank.summaries())[0]).toMatchObject({ taught: true });
  });

  it('is not held in memory once the consent is taken back', async () => {
    const { bank } = await used();
    const subject = bank.ctx.subjectOf('anna');
    const open = vi.spyOn(sessionTemplateKind, 'open');
    try {
      const find = () => bank.ctx.store.transaction((tx) => findSessionTemplate(bank.ctx, tx, subject));
      await find();
      open.mockClear();
      await find();
      expect(open).not.toHaveBeenCalled();
      const record = await bank.ctx.store.transaction((tx) => tx.get(sessionTemplateKind.kind, subject, TEMPLATE_ID));
      await bank.ctx.store.transaction((tx) => eraseSessionEvidence(bank.ctx, tx, subject));
      await bank.ctx.store.transaction((tx) => tx.put(record!));
      await find();
      expect(open).toHaveBeenCalledTimes(1);
    } finally {
      open.mockRestore();
    }
  });
});
