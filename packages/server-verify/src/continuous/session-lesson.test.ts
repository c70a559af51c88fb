import { describe, expect, it } from 'vitest';
import { writeConsent } from '../consent';
import { lockSession, settleExpired } from '../sessions';
import { continuousKind } from './continuous-state';
import { inspectSession } from './session-inspection';
import { rollBackSessionTemplate } from './session-lesson';
import { sessionModels } from './session-models';
import { findSessionTemplate, MOST_EARLIER, readyParts, sessionTemplateKind } from './session-template';
import { testJudge, testPointerPopulation, worker } from './testing-evidence';

const anna = worker(1);
const stranger = worker(4);
const TYPING_ONLY = ['pwd', 'typing'];
const DAY = 86_400_000;
type Bank = Awaited<ReturnType<typeof testJudge>>;

const subjectOf = (bank: Bank) => bank.ctx.subjectOf('anna');
const templateOf = async (bank: Bank) =>
  (await bank.ctx.store.transaction((tx) => findSessionTemplate(bank.ctx, tx, subjectOf(bank))))?.template;
const taughtBy = async (bank: Bank) => (await bank.summaries())[0]?.taught;

describe('a template', () => {
  it('is made by sessions that the card vouched for, and compared with when it rests on enough keys of enough days', async () => {
    const bank = await testJudge();
    const states: unknown[] = [];
    for (let day = 0; day < 3; day++) {
      await bank.enrol(anna, { days: 1 });
      const found = await bank.ctx.store.transaction((tx) => findSessionTemplate(bank.ctx, tx, subjectOf(bank)));
      const { state, freeText, days } = readyParts(found?.template, sessionModels({}), bank.ctx.policy);
      states.push([state, freeText?.keys, days, (await inspectSession(bank.ctx, subjectOf(bank)))?.state]);
    }
    expect(states).toEqual([
      ['young', undefined, 1, 'young'],
      ['ready', 600, 2, 'ready'],
      ['ready', 900, 3, 'ready'],
    ]);
    expect(await inspectSession(bank.ctx, subjectOf(bank))).toMatchObject({
      sessions: 3,
      days: 3,
      typing: { windows: 18, keys: 900 },
      pointer: null,
      vouched: true,
      earlier: 2,
    });
  });

  it('is not ready of one day, however much was typed', async () => {
    const bank = await testJudge();
    for (let i = 0; i < 3; i++) {
      const { session } = await bank.work(anna, { windows: 6 });
      await bank.end(session);
    }
    expect(await inspectSession(bank.ctx, subjectOf(bank))).toMatchObject({ state: 'young', days: 1, typing: { keys: 900 } });
  });

  it('holds typing and the pointer, each ready by itself', async () => {
    const bank = await testJudge({ options: { pointer: testPointerPopulation() }, policy: { continuous: { readyActions: 60 } } });
    await bank.enrol(anna, { windows: 2, stretches: 4 });
    const found = await templateOf(bank);
    const models = sessionModels({ pointer: testPointerPopulation() });
    expect(readyParts(found, models, bank.ctx.policy)).toMatchObject({
      state: 'ready',
      freeText: undefined,
      pointer: { actions: 144 },
    });
    // What was made with another population is none.
    expect(readyParts(found, sessionModels({}), bank.ctx.policy).state).toBe('young');
  });

  it('never gives one session more weight than all before it', async () => {
    const bank = await testJudge();
    const amounts: unknown[] = [];
    for (const windows of [2, 14, 20]) {
      await bank.enrol(anna, { windows, days: 1 });
      amounts.push((await templateOf(bank))?.freeText?.amount);
    }
    // Of the second what makes it ready, of the third as much as there was.
    expect(amounts).toEqual([100, 700, 1_400]);
  });
});

describe('a session teaches', () => {
  it.each([
    ['signed out', (bank: Bank, session: Parameters<Bank['end']>[0]) => bank.end(session).then(() => undefined)],
    [
      'locked by idling',
      (bank: Bank, session: Parameters<Bank['end']>[0]) =>
        bank.ctx.store.transaction(async (tx) => void (await lockSession(bank.ctx, tx, session, 'idle'))),
    ],
    [
      'expired',
      (bank: Bank, session: Parameters<Bank['end']>[0]) => bank.ctx.store.transaction((tx) => settleExpired(bank.ctx, tx, session)),
    ],
  ])('when it has %s, once', async (_, close) => {
    const bank = await testJudge();
    const { session } = await bank.work(anna, { windows: 3 });
    expect(await templateOf(bank)).toBeUndefined();
    await close(bank, session);
    expect(await templateOf(bank)).toMatchObject({ sessions: 1, freeText: { amount: 150 } });
    await close(bank, session);
    await bank.ctx.store.transaction((tx) => bank.judge.settle(tx, session, 'well'));
    expect(await templateOf(bank)).toMatchObject({ sessions: 1, freeText: { amount: 150 } });
    expect(await bank.summaries()).toHaveLength(1);
    expect(await bank.history(session)).toBeUndefined();
  });

  it('nothing when it ended ill', async () => {
    const bank = await testJudge();
    const { session } = await bank.work(anna, { windows: 3 });
    await bank.end(session, 'ill');
    expect(await templateOf(bank)).toBeUndefined();
    expect(await bank.summaries()).toMatchObject([{ settled: 'ill', taught: false, keys: 150 }]);
  });

  it('nothing of a young template without the card, and what it gathered once the card has vouched', async () => {
    const bank = await testJudge();
    const first = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
    await bank.end(first.session);
    expect(await templateOf(bank)).toBeUndefined();
    const second = await bank.work(anna, { windows: 1, amr: TYPING_ONLY });
    await bank.ctx.store.transaction((tx) => bank.judge.confirmed(tx, second.session));
    await second.send({ typing: [anna.window()] });
    await bank.end(second.session);
    // What was typed before nobody vouched for.
    expect(await templateOf(bank)).toMatchObject({ freeText: { amount: 50 }, vouched: true });
  });

  it('a ready template without the card, only what is like it, and five times a week', async () => {
    const bank = await testJudge();
    await bank.enrol(anna);
    const taught: unknown[] = [];
    for (let i = 0; i < 7; i++) {
      const { session } = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
      await bank.end(session);
      taught.push(await taughtBy(bank));
      bank.ctx.advance(DAY / 2);
    }
    const young = await testJudge();
    await young.enrol(anna, { days: 2, windows: 8 });
    const early = await young.work(anna, { windows: 3, amr: TYPING_ONLY });
    expect(await young.history(early.session)).toMatchObject({ template: 'ready', counts: { scored: 3 } });
    await young.end(early.session);
    expect(await taughtBy(young)).toBe(false);
    expect(taught).toEqual([true, true, true, true, true, false, false]);
    expect(await templateOf(bank)).toMatchObject({ vouched: false, sessions: 8 });
    bank.ctx.advance(7 * DAY);
    const later = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
    await bank.end(later.session);
    expect(await taughtBy(bank)).toBe(true);
  });

  it('nothing where somebody took it over late, vouched for or not, though there was no alarm', async () => {
    for (const amr of [TYPING_ONLY, ['pwd', 'matrix']]) {
      const bank = await testJudge();
      await bank.enrol(anna);
      const before = await templateOf(bank);
      const { session, send } = await bank.work(anna, { windows: 8, amr });
      while (((await bank.history(session))?.risk ?? 1) <= 0.26) {
        await send({ typing: [stranger.window()] });
      }
      expect(bank.changes).toEqual([]);
      await bank.end(session);
      expect(await taughtBy(bank)).toBe(false);
      expect(await templateOf(bank)).toEqual(before);
    }
  });

  it('nothing without the card where there was a doubt in between, though it went away', async () => {
    for (const [amr, taught] of [
      [TYPING_ONLY, false],
      [['pwd', 'matrix'], true],
    ] as const) {
      const bank = await testJudge();
      await bank.enrol(anna);
      const { session, send } = await bank.work(anna, { windows: 3, amr: [...amr] });
      const riskOf = async () => (await bank.history(session))?.risk ?? 1;
      while ((await riskOf()) <= 0.26) {
        await send({ typing: [stranger.window()] });
      }
      while ((await riskOf()) > 0.1) {
        await send({ typing: [anna.window()] });
      }
      expect(bank.changes).toEqual([]);
      await bank.end(session);
      expect(await taughtBy(bank)).toBe(taught);
    }
  });

  it('nothing of what came before an alarm, even after the card, and what comes after', async () => {
    const bank = await testJudge();
    await bank.enrol(anna);
    const { session, send } = await bank.work(anna, { windows: 4 });
    for (let i = 0; i < 6; i++) {
      await send({ typing: [stranger.window()] });
    }
    expect(bank.changes.at(-1)).toMatchObject({ to: 'high' });
    await bank.ctx.store.transaction((tx) => bank.judge.confirmed(tx, session));
    await send({ typing: [anna.window(), anna.window()] });
    await bank.end(session);
    expect(await templateOf(bank)).toMatchObject({ sessions: 4, freeText: { amount: 1_000 } });
  });

  it('nothing while there is no template, where another person goes on than who began', async () => {
    const bank = await testJudge();
    const { session, send } = await bank.work(anna, { windows: 12 });
    for (let i = 0; i < 8; i++) {
      await send({ typing: [stranger.window()] });
    }
    await bank.end(session);
    expect(await templateOf(bank)).toBeUndefined();
    expect(bank.changes).toEqual([]);
    // The same with one person.
    const own = await bank.work(anna, { windows: 20 });
    await bank.end(own.session);
    expect(await templateOf(bank)).toMatchObject({ freeText: { amount: 1_000 } });
  });

  it('nothing of what was pasted, made by a script, or came twice', async () => {
    const bank = await testJudge();
    const { session, send } = await bank.work(anna, { windows: 1 });
    for (const flag of ['pasted', 'dropped', 'autofilled', 'composed', 'untrusted'] as const) {
      await send({ typing: [anna.window({ flags: { [flag]: true } })] });
    }
    const twice = anna.window({ flags: { corrected: true } });
    await send({ typing: [twice] });
    const stored = async () =>
      (await bank.ctx.store.transaction((tx) => continuousKind.get(bank.ctx, tx, session.subject, session.id)))?.value;
    expect((await stored())?.lessons.freeText).toMatchObject({ amount: 100 });
    await send({ typing: [twice] });
    expect((await stored())?.lessons.freeText).toMatchObject({ amount: 100 });
  });

  it('nothing where another session has taught the template since it began', async () => {
    const bank = await testJudge();
    const [first, second] = [await bank.work(anna, { windows: 3 }), await bank.work(anna, { windows: 4 })];
    await bank.end(second.session);
    bank.ctx.advance(1);
    await bank.end(first.session);
    expect(await bank.summaries()).toMatchObject([{ taught: false }, { taught: true }]);
    expect(await templateOf(bank)).toMatchObject({ sessions: 1, freeText: { amount: 200 } });
  });

  it('nothing to a template that a later version wrote, and in the place of a damaged one', async () => {
    const bank = await testJudge();
    await bank.enrol(anna, { days: 1 });
    const { ctx } = bank;
    const place = ['session-template', subjectOf(bank), 'current'] as const;
    const key = (await ctx.store.transaction((tx) => ctx.dataKey(tx, subjectOf(bank))))!;
    const context = { subject: `${subjectOf(bank)}/current`, purpose: 'record/session-template' };
    for (const [body, taught] of [
      [ctx.sealer.seal({ key, context, plaintext: new TextEncoder().encode('{"schema":2}') }), false],
      [Uint8Array.of(1, 2, 3), true],
    ] as const) {
      await ctx.store.transaction(async (tx) => {
        const { version: _, ...record } = (await tx.get(...place))!;
        await tx.put({ ...record, body });
      });
      expect(await inspectSession(ctx, subjectOf(bank))).toEqual({
        state: 'unreadable',
        code: taught ? 'ERR_RECORD_CORRUPT' : 'ERR_TEMPLATE_VERSION',
      });
      const { session } = await bank.work(anna, { windows: 3 });
      expect(ctx.events).toContainEqual(expect.objectContaining({ event: 'session-template-unreadable' }));
      await bank.end(session);
      expect(await taughtBy(bank)).toBe(taught);
    }
    expect(await templateOf(bank)).toMatchObject({ sessions: 1 });
  });

  it('nothing, and leaves nothing, where the customer was erased or took his consent back', async () => {
    const bank = await testJudge();
    await bank.enrol(anna, { days: 1 });
    const { ctx } = bank;
    const first = await bank.work(anna, { windows: 2 });
    const decided = { subject: subjectOf(bank), biometrics: 'granted', version: '1' } as const;
    await ctx.store.transaction((tx) => writeConsent(ctx, tx, { ...decided, session: 'granted' }));
    const { erased } = await ctx.store.transaction((tx) => writeConsent(ctx, tx, { ...decided, session: 'declined' }));
    expect(erased).toBe(true);
    await expect(first.send({ typing: [anna.window()] })).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNKNOWN' });
    await bank.end(first.session);
    expect(await templateOf(bank)).toBeUndefined();
    const second = await bank.work(anna, { windows: 2 });
    await ctx.store.transaction((tx) => tx.delete('data-key', subjectOf(bank), 'key'));
    ctx.forgetDataKey(subjectOf(bank));
    await bank.end(second.session);
    expect(await ctx.store.transaction((tx) => tx.get(sessionTemplateKind.kind, subjectOf(bank), 'current'))).toBeUndefined();
    expect(await ctx.store.transaction((tx) => tx.count(continuousKind.kind, subjectOf(bank)))).toBe(0);
  });
});

describe('a roll-back', () => {
  const rollBack = (bank: Bank, options?: { before?: number }) =>
    bank.ctx.store.transaction((tx) => rollBackSessionTemplate(bank.ctx, tx, subjectOf(bank), options));

  it('goes back to what there was before a time', async () => {
    const bank = await testJudge();
    await bank.enrol(anna, { days: 2 });
    const before = await templateOf(bank);
    const at = bank.ctx.clock();
    await bank.enrol(anna, { days: 2 });
    expect(await rollBack(bank, { before: at })).toBe('rolled-back');
    const after = await templateOf(bank);
    expect(after).toEqual(before);
    expect(await rollBack(bank, { before: at })).toBe('unchanged');
    expect(await rollBack(bank, { before: 0 })).toBe('enrol-again');
    expect(await templateOf(bank)).toBeUndefined();
    expect(await rollBack(bank)).toBe('none');
  });

  it('goes back to what the card vouched for, where no time is given', async () => {
    const bank = await testJudge();
    await bank.enrol(anna);
    const before = await templateOf(bank);
    for (let i = 0; i < 2; i++) {
      const { session } = await bank.work(anna, { windows: 3, amr: TYPING_ONLY });
      await bank.end(session);
    }
    expect(await rollBack(bank)).toBe('rolled-back');
    expect(await templateOf(bank)).toEqual(before);
  });

  it('erases what it can not go back from', async () => {
    const bank = await testJudge();
    await bank.enrol(anna, { days: 2 });
    const at = bank.ctx.clock();
    await bank.enrol(anna, { days: MOST_EARLIER + 1 });
    expect((await templateOf(bank))?.earlier).toHaveLength(MOST_EARLIER);
    expect(await rollBack(bank, { before: at })).toBe('enrol-again');
  });

  it('keeps sessions under way from teaching', async () => {
    for (const before of [undefined, Number.MAX_SAFE_INTEGER]) {
      const bank = await testJudge();
      await bank.enrol(anna, { days: 2 });
      const { session } = await bank.work(anna, { windows: 3 });
      expect(await rollBack(bank, before === undefined ? {} : { before })).toBe('unchanged');
      await bank.end(session);
      expect(await taughtBy(bank)).toBe(false);
    }
  });

  it('keeps them from teaching what is enrolled again, whose versions begin anew', async () => {
    for (const days of [0, 1]) {
      const bank = await testJudge();
      await bank.enrol(anna, { days });
      const { session } = await bank.work(stranger, { windows: 3 });
      if (days === 0) {
        await bank.enrol(anna, { days: 1 });
      }
      expect(await rollBack(bank, { before: 0 })).toBe('enrol-again');
      if (days === 1) {
        await bank.enrol(anna, { days: 1 });
      }
      const before = await templateOf(bank);
      await bank.end(session);
      expect(await templateOf(bank)).toEqual(before);
    }
  });
});
