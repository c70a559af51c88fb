import { describe, expect, it } from 'vitest';
import { endSession, lockSession, putSession } from '../sessions';
import type { ContinuousOptions, ReactToRisk } from './evidence-judge';
import { batchOf, testJudge, testPointerPopulation, worker } from './testing-evidence';

const anna = worker(1);
const stranger = worker(4);
const TYPING_ONLY = ['pwd', 'typing'];

async function enrolled(options: ContinuousOptions = {}, react?: ReactToRisk) {
  const bank = await testJudge({ options, ...(react === undefined ? {} : { react }) });
  await bank.enrol(anna);
  return bank;
}

/** A session of somebody else that has just come to a level. */
async function doubted(bank: Awaited<ReturnType<typeof enrolled>>, level: 'medium' | 'high') {
  const { session, send } = await bank.work(stranger, { amr: TYPING_ONLY });
  for (let i = 0; i < 20 && bank.changes.at(-1)?.to !== level; i++) {
    await send({ typing: [stranger.window()] });
  }
  return session;
}

describe('a session', () => {
  it('of the customer goes on: checking at first, then on', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { amr: TYPING_ONLY });
    const states: string[] = [];
    for (let i = 0; i < 8; i++) {
      states.push((await send({ typing: [anna.window({ length: 24 })] })).state);
    }
    expect(states.slice(0, 3)).toEqual(['checking', 'on', 'on']);
    expect(new Set(states.slice(1))).toEqual(new Set(['on']));
    expect(bank.changes).toEqual([]);
    expect(await bank.history(session)).toMatchObject({ level: 'low', template: 'ready', counts: { scored: 8, keys: 192 } });
  });

  it('is checking, whoever types, while there is nothing to compare with', async () => {
    const bank = await testJudge();
    const { send } = await bank.work(stranger, { windows: 5 });
    expect((await send({ typing: [anna.window()] })).state).toBe('checking');
    expect(bank.changes).toEqual([]);
  });

  it('that another person takes over is doubted, then taken for his, with reasons, once each', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 4, amr: TYPING_ONLY });
    let windows = 0;
    while (bank.changes.length < 2 && windows < 20) {
      windows++;
      await send({ typing: [stranger.window()] });
    }
    expect(bank.changes).toEqual([
      { from: 'low', to: 'medium', action: 'step-up', reasons: ['typing-differs'] },
      { from: 'medium', to: 'high', action: 'lock', reasons: ['typing-differs'] },
    ]);
    const history = await bank.history(session);
    expect(history).toMatchObject({ level: 'high', reasons: ['typing-differs'] });
    expect(history?.points).toHaveLength(4 + windows);
    expect(history?.points.at(-1)?.risk).toBeGreaterThan(0.7);
    expect(history?.points.at(3)?.risk).toBeLessThan(0.2);
    expect(history?.points.at(-1)?.at).toBe(bank.ctx.clock() - (bank.ctx.clock() % 1_000));
  });

  it('is told by the pointer, too, and by actions that came in several batches', async () => {
    const bank = await testJudge({ options: { pointer: testPointerPopulation() }, policy: { continuous: { readyActions: 60 } } });
    await bank.enrol(anna, { windows: 0, stretches: 6 });
    const other = worker(2);
    const { session, send } = await bank.work(other, { amr: TYPING_ONLY });
    for (let i = 0; i < 12; i++) {
      await send({ pointer: [other.stretch({ moves: 6 })] });
    }
    const history = await bank.history(session);
    expect(history?.counts).toMatchObject({ actions: 72, scored: 6 });
    expect(history?.reasons).toContain('pointer-differs');
    const own = await bank.work(anna, { amr: TYPING_ONLY, stretches: 6 });
    expect((await bank.history(own.session))?.risk).toBeLessThan(history?.risk as number);
  });

  it('stays doubted until a factor has passed, whatever its owner types then', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(stranger, { windows: 5, amr: TYPING_ONLY });
    expect(bank.changes.at(0)).toMatchObject({ to: 'medium' });
    const told = bank.changes.length;
    for (let i = 0; i < 8; i++) {
      expect((await send({ typing: [anna.window()] })).state).toBe('confirm');
    }
    expect(bank.changes).toHaveLength(told);
    const { store } = bank.ctx;
    await store.transaction((tx) => bank.judge.confirmed(tx, session));
    expect(await store.transaction((tx) => bank.judge.state(tx, session))).toBe('checking');
    expect(await bank.history(session)).toMatchObject({ level: 'unsettled', risk: 0, reasons: ['little-evidence'] });
    expect((await send({ typing: [anna.window()] })).state).toBe('on');
    // Doubts begin anew.
    const before = bank.changes.length;
    for (let i = 0; i < 6; i++) {
      await send({ typing: [stranger.window()] });
    }
    expect(bank.changes[before]).toMatchObject({ from: 'low', to: 'medium' });
  });

  it('takes on what was doubted of the one that it replaces', async () => {
    const bank = await enrolled();
    const session = await bank.session('anna', TYPING_ONLY, { risk: 'medium', codeNeeded: true });
    expect(await bank.open(session)).toMatchObject({ state: 'confirm' });
    expect(await bank.history(session)).toMatchObject({ level: 'medium' });
    // A text lifts it no sooner than where it arose.
    const passed = (llr: number) => bank.ctx.store.transaction((tx) => bank.judge.textPassed(tx, session, { llr, keys: 60 }));
    expect(await passed(0.001)).toBe('medium');
    expect((await bank.history(session))?.risk).toBeGreaterThan(0.5);
    expect(await passed(4)).toBe('low');
    const high = await bank.session('anna', TYPING_ONLY, { risk: 'high', codeNeeded: true });
    await bank.open(high);
    expect((await bank.history(high))?.risk).toBeGreaterThan(0.7);
    // A code that is owed for whatever reason is asked for.
    const owing = await bank.session('anna', TYPING_ONLY, { risk: 'low', codeNeeded: true });
    expect(await bank.open(owing)).toMatchObject({ state: 'confirm' });
  });

  it.each([
    ['none', 'lock', 'on'],
    ['step-up', 'lock', 'confirm'],
  ] as const)('does what is chosen for medium: %s', async (atMedium, atHigh, state) => {
    const bank = await enrolled({ atMedium, atHigh });
    const { send } = await bank.work(stranger, { amr: TYPING_ONLY });
    let answer = await send({ typing: [stranger.window()] });
    for (let i = 0; i < 10 && bank.changes.length === 0; i++) {
      answer = await send({ typing: [stranger.window()] });
    }
    expect(bank.changes).toEqual([{ from: 'low', to: 'medium', action: atMedium, reasons: ['typing-differs'] }]);
    expect(answer.state).toBe(state);
  });

  it('that the reaction locks or ends takes nothing more, and what it taught is forgotten', async () => {
    for (const atHigh of ['lock', 'terminate'] as const) {
      const bank = await enrolled({ atMedium: 'none', atHigh }, async (tx, session, { to, action }) => {
        const noted = await putSession(bank.ctx, tx, session, { risk: to });
        if (action === 'lock') {
          return lockSession(bank.ctx, tx, noted, 'risk');
        }
        return action === 'terminate' ? endSession(bank.ctx, tx, noted, 'taken-over') : noted;
      });
      const { session, stream } = await bank.work(stranger, { amr: TYPING_ONLY });
      const batches = [1, 2].map((seq) => batchOf({ stream, seq, floor: 0, typing: Array.from({ length: 8 }, () => stranger.window()) }));
      const [first, second] = await Promise.allSettled(batches.map((batch) => bank.judge.submit({ session, batch })));
      expect(first).toMatchObject({ status: 'fulfilled', value: { seq: 1, state: atHigh === 'lock' ? 'locked' : 'ended' } });
      expect(second).toMatchObject({
        status: 'rejected',
        reason: { code: atHigh === 'lock' ? 'ERR_SESSION_LOCKED' : 'ERR_SESSION_ENDED' },
      });
      expect(await bank.history(session)).toBeUndefined();
      const [summary] = await bank.summaries();
      expect(summary).toMatchObject({
        session: session.id,
        settled: 'ill',
        taught: false,
        keys: 400,
        asked: { stepUps: 0, locks: atHigh === 'lock' ? 1 : 0, terminated: atHigh === 'terminate', confirmed: 0 },
      });
    }
  });
});

describe('what no person does', () => {
  it('counts against the customer where the same window comes twice, and never for him', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
    const recorded = anna.window();
    await send({ typing: [recorded] });
    const before = await bank.history(session);
    expect(before?.risk).toBeLessThan(0.1);
    await send({ typing: [{ ...recorded, field: 'another' }] });
    const after = await bank.history(session);
    expect(after?.counts).toMatchObject({ replayed: 1, batches: 5 });
    expect(after?.reasons[0]).toBe('replayed');
    expect(after?.risk).toBeGreaterThan(0.2);
    await send({ typing: [recorded, recorded, recorded] });
    expect(bank.changes).toMatchObject([{ to: 'high', reasons: ['replayed', 'typing-differs'] }]);
  });

  it('is an alarm by itself where it comes three times again, and six times, whatever else is typed', async () => {
    const bank = await testJudge();
    const { send } = await bank.work(anna, { windows: 1 });
    const recorded = anna.window();
    for (let i = 0; i < 7; i++) {
      await send({ typing: [recorded, anna.window()] });
    }
    expect(bank.changes).toMatchObject([{ to: 'medium' }, { to: 'high' }]);
  });

  it('counts against him where a stretch of the pointer comes twice', async () => {
    const bank = await testJudge({ options: { pointer: testPointerPopulation() } });
    const { session, send } = await bank.work(anna, { stretches: 2 });
    const stretch = anna.stretch();
    await send({ pointer: [stretch, stretch] });
    expect(await bank.history(session)).toMatchObject({
      counts: { replayed: 1, actions: 36 },
      reasons: expect.arrayContaining(['replayed']),
    });
  });

  it('is a reason where a script makes events, and no alarm by itself, however often', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
    for (let i = 0; i < 20; i++) {
      await send({ typing: [anna.window({ flags: { untrusted: true } })] });
    }
    const history = await bank.history(session);
    expect(history?.counts.untrusted).toBe(20);
    expect(history?.reasons).toEqual(['unusual-context', 'untrusted']);
    expect(history?.risk).toBeGreaterThan(0);
    expect(bank.changes).toEqual([]);
  });

  it('speaks against him where a script types unlike him, and never for him', async () => {
    const bank = await enrolled();
    const untrusted = { flags: { untrusted: true } } as const;
    const { session, send } = await bank.work(stranger, { windows: 1, amr: TYPING_ONLY });
    const doubt = (await bank.history(session))?.risk as number;
    for (let i = 0; i < 3; i++) {
      await send({ typing: [anna.window(untrusted)] });
    }
    expect((await bank.history(session))?.risk).toBeGreaterThanOrEqual(doubt);
    for (let i = 0; i < 8; i++) {
      await send({ typing: [stranger.window(untrusted)] });
    }
    expect(bank.changes.at(0)).toMatchObject({ to: 'medium' });
  });

  it('is a window of a steady machine', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
    const keys = anna.window().keys.map(([key], i): [string | null, number, number] => [key, 1_500 * i, 1_500 * i + 900]);
    await send({ typing: [anna.window({ keys })] });
    expect((await bank.history(session))?.counts).toMatchObject({ untrusted: 1, scored: 3 });
  });
});

describe('a column of numbers', () => {
  it('is nearly one key to the server, which is no sign of a script: nothing is made of it', async () => {
    const bank = await enrolled();
    const { session, send } = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
    const before = await bank.history(session);
    for (const share of [0, 4, 8]) {
      const keys = anna
        .window()
        .keys.map(([, ...times], i): [string, number, number | null] => [share > 0 && i % share === 0 ? '4' : '37', ...times]);
      await send({ typing: [anna.window({ keys })] });
    }
    const { counts, risk, reasons } = (await bank.history(session)) ?? {};
    expect(counts).toMatchObject({ untrusted: 0, scored: 3, keys: 300 });
    expect([risk, reasons]).toEqual([before?.risk, before?.reasons]);
  });
});

describe('a text that was typed by hand', () => {
  it('takes a medium doubt away where it says enough, and never a high one', async () => {
    for (const [level, expected] of [
      ['medium', 'low'],
      ['high', 'high'],
    ] as const) {
      const bank = await enrolled();
      const session = await doubted(bank, level);
      const passed = await bank.ctx.store.transaction((tx) => bank.judge.textPassed(tx, session, { llr: 12, keys: 200 }));
      expect(passed).toBe(expected);
      expect(await bank.history(session)).toMatchObject({ level: expected });
    }
  });

  it('leaves a doubt that it says too little of', async () => {
    const bank = await enrolled();
    const session = await doubted(bank, 'medium');
    const passed = (llr: number) => bank.ctx.store.transaction((tx) => bank.judge.textPassed(tx, session, { llr, keys: 60 }));
    expect(await passed(0.001)).toBe('medium');
    expect(await passed(-4)).toBe('medium');
  });

  it('leaves a doubt of which nothing is known here, and one of windows that came twice', async () => {
    const bank = await enrolled();
    const passed = (session: Awaited<ReturnType<typeof bank.session>>) =>
      bank.ctx.store.transaction((tx) => bank.judge.textPassed(tx, session, { llr: 12, keys: 200 }));
    expect(await passed(await bank.session('anna', TYPING_ONLY, { risk: 'medium', codeNeeded: true }))).toBe('medium');
    const { session, send } = await bank.work(anna, { amr: TYPING_ONLY });
    const recorded = anna.window();
    for (let i = 0; i < 4; i++) {
      await send({ typing: [recorded, anna.window(), anna.window(), anna.window(), anna.window()] });
    }
    expect(bank.changes).toMatchObject([{ to: 'medium', reasons: expect.arrayContaining(['replayed']) }]);
    expect(await passed(session)).toBe('medium');
  });
});

describe('for operators', () => {
  it('lists the sessions that are checked, in pages, without their evidence', async () => {
    const bank = await testJudge();
    for (let i = 0; i < 5; i++) {
      await bank.work(worker(i), { windows: 1, hostSubject: `customer-${i}` });
    }
    const { store } = bank.ctx;
    const first = await store.transaction((tx) => bank.judge.live(tx, { limit: 3 }));
    const rest = await store.transaction((tx) => bank.judge.live(tx, { limit: 3, after: first.at(-1)! }));
    const all = [...first, ...rest];
    expect(all).toHaveLength(5);
    expect(all.map(({ subject }) => subject)).toEqual(all.map(({ subject }) => subject).toSorted());
    expect(all[0]).toEqual({
      subject: expect.any(String),
      id: expect.any(String),
      since: expect.any(Number),
      lastAt: expect.any(Number),
      level: 'unsettled',
      levelSince: expect.any(Number),
      confidence: 1,
      risk: 0,
      reasons: ['little-evidence'],
      counts: { batches: 1, keys: 50, actions: 0, scored: 0, replayed: 0, untrusted: 0 },
      template: 'none',
    });
  });

  it('shows doubt that grows while nothing happens, which is no alarm', async () => {
    const bank = await enrolled();
    const { session } = await bank.work(anna, { windows: 4, amr: TYPING_ONLY });
    const before = (await bank.history(session))?.risk as number;
    bank.ctx.advance(3_000_000);
    const history = await bank.history(session);
    expect(history?.risk).toBeGreaterThan(before + 0.1);
    expect(history).toMatchObject({ level: 'low', reasons: ['idle'] });
    expect(bank.changes).toEqual([]);
  });
});
