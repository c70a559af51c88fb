import { describe, expect, it, vi } from 'vitest';
import { lockSession } from '../sessions';
import { testStore } from '../testing-stores';
import { createEvidenceJudge } from './evidence-judge';
import { evidenceFollow, worthJudging } from './evidence-look';
import { prepareEvidence } from './prepared-evidence';
import { batchOf, testJudge, worker } from './testing-evidence';

const anna = worker(1);
/** A bank, and a judge of its own that tells what it works out. */
async function watched() {
  const bank = await testJudge();
  const prepared = vi.fn(prepareEvidence);
  const judge = createEvidenceJudge(bank.ctx, {}, async (_tx, session) => session, { prepare: prepared });
  const session = await bank.session('anna');
  const open = (of: typeof session) => bank.ctx.store.transaction((tx) => judge.open(tx, of));
  return { bank, prepared, judge, session, open };
}

describe('what is refused', () => {
  it('is not worked out before: gaps, other streams, what came before, and sessions that take nothing', async () => {
    const { bank, prepared, judge, session, open } = await watched();
    const { stream } = await open(session);
    const submit = (seq: number, change: Partial<Parameters<typeof batchOf>[0]> = {}) =>
      judge.submit({ session, batch: batchOf({ stream, seq, typing: [anna.window()], ...change }) });
    for (let seq = 1; seq <= 3; seq++) {
      await submit(seq);
    }
    expect(prepared).toHaveBeenCalledTimes(3);
    prepared.mockClear();
    await expect(submit(6, { floor: 4 })).rejects.toMatchObject({ code: 'ERR_EVIDENCE_GAP' });
    await expect(submit(4, { stream: 'A'.repeat(22) })).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNKNOWN' });
    await submit(2);
    expect(prepared).not.toHaveBeenCalled();
    await submit(4);
    expect(prepared).toHaveBeenCalledTimes(1);
    prepared.mockClear();
    await bank.ctx.store.transaction((tx) => lockSession(bank.ctx, tx, session, 'idle'));
    await expect(submit(5)).rejects.toMatchObject({ code: 'ERR_SESSION_LOCKED' });
    // It follows on what took effect, which is all that is known of it before it is judged; of the next it is known better.
    expect(prepared).toHaveBeenCalledTimes(1);
    await expect(submit(5)).rejects.toMatchObject({ code: 'ERR_SESSION_LOCKED' });
    expect(prepared).toHaveBeenCalledTimes(1);
  });

  it('changes nothing for what comes with it: each is worked out once, in whatever order they come', async () => {
    const { bank, prepared, judge, session: one, open } = await watched();
    const other = await bank.session('bert');
    const [first, second] = [await open(one), await open(other)];
    const outcomes = await Promise.allSettled([
      judge.submit({ session: one, batch: batchOf({ stream: first.stream, seq: 1, typing: [anna.window()] }) }),
      judge.submit({ session: other, batch: batchOf({ stream: first.stream, seq: 1, typing: [anna.window()] }) }),
      judge.submit({ session: one, batch: batchOf({ stream: first.stream, seq: 2, typing: [anna.window()] }) }),
      judge.submit({ session: other, batch: batchOf({ stream: second.stream, seq: 1, typing: [anna.window()] }) }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(prepared).toHaveBeenCalledTimes(3);
    expect((await bank.history(one))?.counts).toMatchObject({ batches: 2, keys: 100 });
  });
});

describe('a look', () => {
  it('tells in their order which would take effect, writes nothing, and is worth nothing of what can not be read', async () => {
    const store = testStore();
    const bank = await testJudge({ store });
    const { session, stream } = await bank.work(anna, { windows: 1 });
    const batch = (seq: number, floor = seq - 1) => ({ session, batch: batchOf({ stream, seq, floor }) });
    const stranger = { session: { subject: session.subject, id: 'B'.repeat(22) }, batch: batchOf({ stream, seq: 2 }) };
    const asked = [batch(1), batch(3, 1), batch(2), batch(3, 1), stranger, batch(9, 8)];
    const records = () => store.transaction((tx) => tx.listKind('continuous', { limit: 9 }));
    const before = await records();
    expect(await worthJudging(bank.ctx, asked)).toEqual([false, false, true, true, false, true]);
    expect(await records()).toEqual(before);
    const [state] = before;
    await store.transaction((tx) => tx.put({ ...state!, body: Uint8Array.of(1, 2, 3) }));
    expect(await worthJudging(bank.ctx, [batch(2)])).toEqual([false]);
  });

  it('is spared for what follows on a batch that took effect, until something is refused', () => {
    const follow = evidenceFollow();
    const given = (seq: number, floor = seq - 1, stream = 'A'.repeat(22)) => ({
      session: { subject: 's', id: 'i' },
      batch: batchOf({ stream, seq, floor }),
    });
    expect(follow.isNext(given(1))).toBe(false);
    follow.note(given(1), 1);
    expect([given(2), given(2, 1, 'B'.repeat(22)), given(1), given(3, 1), given(5, 4)].map((each) => follow.isNext(each))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    follow.note(given(3), undefined);
    expect(follow.isNext(given(2))).toBe(false);
  });
});
