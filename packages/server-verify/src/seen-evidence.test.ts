import { describe, expect, it } from 'vitest';
import { recordConsent } from './consent';
import { batchOf, testJudge, worker } from './continuous/testing-evidence';
import { memoryStore } from './memory-store';
import { rememberSeen, seenBefore, seenEvidenceKind } from './seen-evidence';
import { recordingStore } from './testing-stores';

const anna = worker(1);
const TYPING_ONLY = ['pwd', 'typing'];

async function taught(count = 8) {
  const bank = await testJudge();
  await bank.enrol(anna);
  const recorded = Array.from({ length: count }, () => anna.window());
  const first = await bank.work(anna, { amr: TYPING_ONLY });
  for (const window of recorded) {
    await first.send({ typing: [window] });
  }
  return { bank, first, recorded };
}

describe('what was recorded in one session', () => {
  it('speaks against whoever sends it in another: three windows are a doubt, six lock', async () => {
    const { bank, first, recorded } = await taught();
    await bank.end(first.session);
    bank.ctx.advance(86_400_000);
    const thief = await bank.work(anna, { amr: TYPING_ONLY });
    for (const window of recorded.slice(0, 6)) {
      await thief.send({ typing: [window] });
    }
    expect(bank.changes.map(({ to, reasons }) => [to, reasons[0]])).toEqual([
      ['medium', 'replayed'],
      ['high', 'replayed'],
    ]);
    expect((await bank.history(thief.session))?.counts).toMatchObject({ replayed: 6 });
  });

  it('is known long afterwards in the same session, too', async () => {
    const { bank, first, recorded } = await taught(3);
    for (let i = 0; i < 7; i++) {
      await first.send({ typing: Array.from({ length: 10 }, () => anna.window()) });
    }
    expect(bank.changes).toEqual([]);
    for (const window of recorded) {
      await first.send({ typing: [window] });
    }
    expect(bank.changes[0]).toMatchObject({ from: 'low', reasons: expect.arrayContaining(['replayed']) });
  });

  it('is nothing to anybody else, and no more than twice told where it is sent once', async () => {
    const { bank, first, recorded } = await taught(4);
    await bank.end(first.session);
    const other = await bank.work(anna, { hostSubject: 'bob', amr: TYPING_ONLY });
    for (const window of recorded) {
      await other.send({ typing: [window] });
    }
    expect((await bank.history(other.session))?.counts.replayed).toBe(0);
    const again = await bank.work(anna, { amr: TYPING_ONLY });
    const batch = batchOf({ stream: again.stream, seq: 1, typing: [anna.window()] });
    for (let i = 0; i < 3; i++) {
      await bank.judge.submit({ session: again.session, batch });
    }
    expect((await bank.history(again.session))?.counts.replayed).toBe(0);
  });

  it('is bounded, sealed, without times, and costs the same however much there is', async () => {
    const store = recordingStore(memoryStore());
    const { ctx } = await testJudge({ store });
    const subject = ctx.subjectOf('anna');
    const all = Array.from({ length: 10_000 }, (_, i) => i * 7_919);
    await store.transaction(async (tx) => {
      for (let i = 0; i < all.length; i += 1_000) {
        await rememberSeen(ctx, tx, subject, all.slice(i, i + 1_000));
      }
    });
    const records = await store.transaction((tx) => tx.list(seenEvidenceKind.kind, subject, { limit: 100 }));
    expect(records).toHaveLength(16);
    for (const { body, due, at } of records) {
      expect(body.length).toBeLessThan(3_000);
      expect(due).toBe(at + ctx.policy.retention.samplesMs);
      expect(Buffer.from(body).includes('digests')).toBe(false);
    }
    const found = await store.transaction((tx) => seenBefore(ctx, tx, subject, all));
    // The newest of each page.
    expect(found.size).toBe(16 * 512);
    expect(all.slice(-5_000).every((digest) => found.has(digest))).toBe(true);
    store.calls.length = 0;
    await store.transaction((tx) => seenBefore(ctx, tx, subject, [all[9_999]!]));
    expect(store.calls).toEqual(['begin', 'get evidence-seen', 'commit']);
    expect((await store.transaction((tx) => seenBefore(ctx, tx, subject, [1, 2, 3]))).size).toBe(0);
  });

  it('is erased with the consent, and where it is damaged it keeps nothing from being judged', async () => {
    const { bank, first, recorded } = await taught(4);
    await bank.end(first.session);
    const subject = bank.ctx.subjectOf('anna');
    const pages = () => bank.ctx.store.transaction((tx) => tx.list(seenEvidenceKind.kind, subject, { limit: 100 }));
    const before = await pages();
    expect(before.length).toBeGreaterThan(0);
    await bank.ctx.store.transaction(async (tx) => {
      for (const { version: _version, ...record } of before) {
        await tx.put({ ...record, body: Uint8Array.from(record.body, (byte) => byte ^ 1) });
      }
    });
    const { send, session } = await bank.work(anna, { amr: TYPING_ONLY });
    expect((await send({ typing: [recorded[0]!] })).state).not.toBe('off');
    await bank.end(session);
    await recordConsent(bank.ctx, { subject, biometrics: 'granted', session: 'granted', version: '1' });
    await recordConsent(bank.ctx, { subject, biometrics: 'granted', session: 'declined', version: '1' });
    expect(await pages()).toEqual([]);
  });
});
