import type { SessionTrustCalibration } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { continuousKind } from './continuous-state';
import { testJudge, worker } from './testing-evidence';

const anna = worker(1);
const stranger = worker(4);
const TYPING_ONLY = ['pwd', 'typing'];

/** Beside the template next to nothing is noticed: people are not the same from day to day. */
const far = { medium: 400, high: 500 };
const sums = { sitting: far, day: far, days: far, own: { medium: 8, high: 12 } };
const calibration: SessionTrustCalibration = { id: 'test/1', freeText: sums, pointer: sums };

async function enrolled() {
  const bank = await testJudge({ options: { calibration } });
  await bank.enrol(anna);
  return bank;
}
type Bank = Awaited<ReturnType<typeof enrolled>>;
type Session = Awaited<ReturnType<Bank['work']>>['session'];

async function beginningOf(bank: Bank, { subject, id }: Session) {
  const record = await bank.ctx.store.transaction((tx) => continuousKind.get(bank.ctx, tx, subject, id));
  return record?.value.beginnings.freeText;
}

async function partOf(bank: Bank, { subject, id }: Session) {
  const record = await bank.ctx.store.transaction((tx) => continuousKind.get(bank.ctx, tx, subject, id));
  return record?.value.trust.freeText;
}

describe('what a session began with', () => {
  it('tells who takes over, long before the template does', async () => {
    const bank = await enrolled();
    const { send } = await bank.work(anna, { windows: 8, amr: TYPING_ONLY });
    expect(bank.changes).toEqual([]);
    let windows = 0;
    while (bank.changes.length < 2 && windows < 8) {
      windows++;
      await send({ typing: [stranger.window()] });
    }
    expect(bank.changes).toEqual([
      { from: 'low', to: 'medium', action: 'step-up', reasons: ['typing-differs'] },
      { from: 'medium', to: 'high', action: 'lock', reasons: ['typing-differs'] },
    ]);
  });

  it('tells nothing of who was there from the start, nor in the first 200 keys', async () => {
    const bank = await enrolled();
    const { send } = await bank.work(stranger, { windows: 12, amr: TYPING_ONLY });
    expect(bank.changes).toEqual([]);
    await send({ typing: [stranger.window()] });
    const young = await bank.work(anna, { windows: 2, amr: TYPING_ONLY });
    await young.send({ typing: [stranger.window(), stranger.window()] });
    expect(bank.changes).toEqual([]);
  });

  it('learns from what was typed, by no script and once, and not from who differs', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 5, amr: TYPING_ONLY });
    const before = await beginningOf(bank, session);
    expect(before).toMatchObject({ windows: 5, amount: 250 });
    const window = anna.window();
    await send({ typing: [window] });
    await send({ typing: [window] });
    expect(await beginningOf(bank, session)).toMatchObject({ windows: 6 });
    await send({ typing: [anna.window({ flags: { untrusted: true } }), anna.window({ flags: { pasted: true } })] });
    await send({ typing: [stranger.window()] });
    expect(await beginningOf(bank, session)).toMatchObject({ windows: 6, amount: 300 });
  });

  it('is not compared with where there is no template: in his first days nobody can be told from, and nobody is asked', async () => {
    const bank = await testJudge({ options: { calibration } });
    await bank.enrol(anna, { days: 1, stretches: 6 });
    const { session, send } = await bank.work(anna, { windows: 8, stretches: 8 });
    for (let i = 0; i < 8; i++) await send({ typing: [stranger.window()], pointer: [stranger.stretch()] });
    expect(bank.changes).toEqual([]);
    expect(await beginningOf(bank, session)).toBeNull();
    expect(await bank.history(session)).toMatchObject({ template: 'young', counts: { scored: 0 } });
  });

  it('learns nothing while it is doubted, not from the customer either, and goes on once nothing is', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 8, amr: TYPING_ONLY });
    await send({ typing: [stranger.window()] });
    const doubted = await beginningOf(bank, session);
    let windows = 0;
    for (; (await partOf(bank, session))?.own !== 0; windows++) {
      expect(await beginningOf(bank, session)).toEqual(doubted);
      await send({ typing: [anna.window()] });
    }
    expect(windows).toBeGreaterThan(1);
    expect((await beginningOf(bank, session))?.mean).not.toEqual(doubted?.mean);
  });

  it('is begun anew when a factor has passed', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 8, amr: TYPING_ONLY });
    for (let i = 0; i < 3; i++) await send({ typing: [stranger.window()] });
    expect(bank.changes.at(-1)?.to).toBe('medium');
    await bank.ctx.store.transaction((tx) => bank.judge.confirmed(tx, session));
    expect(await beginningOf(bank, session)).toBeNull();
    await send({ typing: [stranger.window()] });
    expect(await beginningOf(bank, session)).toMatchObject({ windows: 1 });
  });
});
