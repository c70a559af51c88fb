import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CheckedChallenge, issueChallenge, readChallenge } from './challenges';
import { isTacitServerError } from './errors';
import { consumedChallenges, type Judged, type JudgeOnceOptions, judgeOnce } from './judge-once';
import { memoryStore } from './memory-store';
import type { Store, StoreTransaction } from './store';
import { startedTestContext, type TestContext } from './testing-context';

interface Verdict {
  verdict: string;
}

const BODY = { password: 'correct horse', typing: [1, 2, 3] };
const KEY = 'submit-1';
const used = { code: 'ERR_CHALLENGE_USED', status: 409, field: 'challenge' };
const busy = { code: 'ERR_CHALLENGE_BUSY', status: 409 };

async function challengeOf(ctx: TestContext): Promise<CheckedChallenge> {
  const { challenge } = await issueChallenge(ctx, { purpose: 'login' });
  return readChallenge(ctx, challenge, { purpose: 'login', replayable: true });
}

/** Judges with a counter of judgements, and an effect that counts what was committed. */
function submitter(ctx: TestContext, challenge: CheckedChallenge) {
  const count = { judged: 0 };
  const effects = async (tx: StoreTransaction): Promise<void> => {
    const found = await tx.get('mail', '', 'effects');
    const total = found === undefined ? 0 : Number(Buffer.from(found.body).toString());
    await tx.put({ kind: 'mail', subject: '', id: 'effects', body: Buffer.from(String(total + 1)), at: 0, due: null });
  };
  const submit = (part: Partial<JudgeOnceOptions<Verdict>> = {}): Promise<Judged<Verdict>> =>
    judgeOnce<Verdict>(ctx, {
      challenge,
      body: BODY,
      idempotencyKey: KEY,
      judge: async () => {
        count.judged++;
        return { outcome: { verdict: `accept-${count.judged}` }, effects };
      },
      ...part,
    });
  const committed = async (): Promise<number> => {
    const found = await ctx.store.transaction((tx) => tx.get('mail', '', 'effects'));
    return found === undefined ? 0 : Number(Buffer.from(found.body).toString());
  };
  return { submit, count, committed, effects };
}

/** Counts in the store what was reserved: a store may run a transaction more than once. */
async function noteReservation(tx: StoreTransaction): Promise<void> {
  await tx.put({ kind: 'mail', subject: '', id: 'reservation', body: new Uint8Array(), at: 0, due: null });
}

async function reservations(ctx: TestContext): Promise<number> {
  return (await ctx.store.transaction((tx) => tx.get('mail', '', 'reservation')))?.version ?? 0;
}

/** A store of which the n-th transaction fails. With `after`, it fails once everything is committed, as when the answer is lost. */
function failing(store: Store, failOn: number, { after = false } = {}): Store {
  let seen = 0;
  return {
    ...store,
    async transaction(work) {
      seen++;
      if (seen !== failOn) {
        return store.transaction(work);
      }
      if (after) {
        await store.transaction(work);
      }
      throw new Error('disk failed');
    },
  };
}

describe('judgeOnce', () => {
  it('judges 50 parallel submits of one challenge exactly once', async () => {
    const ctx = await startedTestContext();
    const { submit, count, committed } = submitter(ctx, await challengeOf(ctx));
    const settled = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => submit({ idempotencyKey: `submit-${i % 5}`, body: i % 2 })),
    );
    const given = settled.filter((result) => result.status === 'fulfilled');
    expect([count.judged, await committed()]).toEqual([1, 1]);
    expect(given.map(({ value }) => value.outcome.verdict)).toEqual(given.map(() => 'accept-1'));
    expect(given.filter(({ value }) => !value.replayed)).toHaveLength(1);
    for (const result of settled) {
      if (result.status === 'rejected') {
        expect(['ERR_CHALLENGE_USED', 'ERR_CHALLENGE_BUSY']).toContain((result.reason as { code: string }).code);
      }
    }
  });

  it('repeats the outcome to the same submit for 60 s, and no longer', async () => {
    const ctx = await startedTestContext();
    const { submit, count, committed } = submitter(ctx, await challengeOf(ctx));
    expect(await submit()).toEqual({ outcome: { verdict: 'accept-1' }, replayed: false });
    expect(await submit({ body: { typing: [1, 2, 3], password: 'correct horse' } })).toEqual({
      outcome: { verdict: 'accept-1' },
      replayed: true,
    });
    ctx.advance(59_999);
    expect(await submit()).toMatchObject({ replayed: true });
    ctx.advance(1);
    await expect(submit()).rejects.toMatchObject(used);
    expect([count.judged, await committed()]).toEqual([1, 1]);
  });

  it('repeats an outcome given just before the challenge expired, and judges nothing after', async () => {
    const ctx = await startedTestContext();
    const challenge = await challengeOf(ctx);
    const { submit } = submitter(ctx, challenge);
    ctx.advance(119_999);
    await submit();
    ctx.advance(30_000);
    expect(await submit()).toMatchObject({ replayed: true });
    const late = submitter(ctx, { ...challenge, id: 'another' });
    await expect(late.submit()).rejects.toMatchObject({ code: 'ERR_CHALLENGE_EXPIRED' });
    expect(late.count.judged).toBe(0);
  });

  it.each<[string, Partial<JudgeOnceOptions<Verdict>>]>([
    ['another body', { body: { ...BODY, password: 'other' } }],
    ['another key', { idempotencyKey: 'submit-2' }],
    ['the same body without a key', { idempotencyKey: undefined }],
  ])('refuses %s', async (_name, part) => {
    const ctx = await startedTestContext();
    const { submit, count } = submitter(ctx, await challengeOf(ctx));
    await submit();
    await expect(submit(part)).rejects.toMatchObject(used);
    expect(count.judged).toBe(1);
  });

  it('gives a challenge submitted without a key to nobody again, not even with one', async () => {
    const ctx = await startedTestContext();
    const challenge = await challengeOf(ctx);
    const judge = async () => ({ outcome: 'first' });
    expect(await judgeOnce(ctx, { challenge, body: BODY, judge })).toEqual({ outcome: 'first', replayed: false });
    await expect(judgeOnce(ctx, { challenge, body: BODY, judge })).rejects.toMatchObject(used);
    await expect(judgeOnce(ctx, { challenge, body: BODY, idempotencyKey: KEY, judge })).rejects.toMatchObject(used);
    const record = await ctx.store.transaction((tx) => consumedChallenges.get(ctx, tx, '', challenge.id));
    expect(record!.value).toMatchObject({ digest: null, judged: { outcome: null } });
  });

  it('says when to come back while the same submit is being judged', async () => {
    const ctx = await startedTestContext();
    const { submit, count } = submitter(ctx, await challengeOf(ctx));
    let finish = (): void => undefined;
    const first = submit({
      judge: () =>
        new Promise((resolve) => {
          finish = () => resolve({ outcome: { verdict: 'accept-slow' } });
        }),
    });
    await ctx.store.transaction(async () => undefined);
    ctx.advance(1_500);
    await expect(submit()).rejects.toMatchObject({ ...busy, retryAfter: 4 });
    await expect(submit({ body: 'other' })).rejects.toMatchObject(used);
    finish();
    expect(await first).toEqual({ outcome: { verdict: 'accept-slow' }, replayed: false });
    expect(await submit()).toEqual({ outcome: { verdict: 'accept-slow' }, replayed: true });
    expect(count.judged).toBe(0);
  });

  it('is judged again after a crash between the two transactions, by the same submit and after the lease only', async () => {
    const ctx = await startedTestContext();
    const challenge = await challengeOf(ctx);
    const crashed = submitter(ctx, challenge);
    void crashed.submit({ judge: () => new Promise(() => undefined) });
    await ctx.store.transaction(async () => undefined);
    const { submit, count, committed } = submitter(ctx, challenge);
    ctx.advance(4_999);
    await expect(submit()).rejects.toMatchObject({ ...busy, retryAfter: 1 });
    ctx.advance(1);
    await expect(submit({ body: 'other' })).rejects.toMatchObject(used);
    await expect(submit({ idempotencyKey: 'other' })).rejects.toMatchObject(used);
    await expect(submit({ idempotencyKey: undefined })).rejects.toMatchObject(used);
    expect(await submit()).toEqual({ outcome: { verdict: 'accept-1' }, replayed: false });
    expect(await submit()).toMatchObject({ replayed: true });
    expect([count.judged, await committed()]).toEqual([1, 1]);
  });

  it('gives a judgement that outlived its lease no effects when another was begun', async () => {
    const ctx = await startedTestContext();
    const challenge = await challengeOf(ctx);
    const { submit, committed, effects } = submitter(ctx, challenge);
    let finish = (): void => undefined;
    const slow = submit({
      judge: () =>
        new Promise((resolve) => {
          finish = () => resolve({ outcome: { verdict: 'slow' }, effects });
        }),
    });
    await ctx.store.transaction(async () => undefined);
    ctx.advance(5_000);
    expect(await submit()).toMatchObject({ outcome: { verdict: 'accept-1' } });
    finish();
    expect(await slow).toEqual({ outcome: { verdict: 'accept-1' }, replayed: true });
    expect(await committed()).toBe(1);
  });

  it('lets a judgement that outlived its lease count when no other was begun', async () => {
    const ctx = await startedTestContext();
    const { submit, committed, effects } = submitter(ctx, await challengeOf(ctx));
    const judge = async () => {
      ctx.advance(6_000);
      return { outcome: { verdict: 'slow' }, effects };
    };
    expect(await submit({ judge })).toEqual({ outcome: { verdict: 'slow' }, replayed: false });
    expect(await committed()).toBe(1);
  });

  it('stays consumed when the judge throws, and passes its error on', async () => {
    const ctx = await startedTestContext();
    const { submit, count } = submitter(ctx, await challengeOf(ctx));
    await expect(submit({ judge: () => Promise.reject(new Error('model broken')) })).rejects.toThrow('model broken');
    await expect(submit()).rejects.toMatchObject(busy);
    await expect(submit({ body: 'other' })).rejects.toMatchObject(used);
    ctx.advance(5_000);
    expect(await submit()).toMatchObject({ replayed: false });
    expect(count.judged).toBe(1);
  });

  it('writes effects and outcome together or not at all', async () => {
    const ctx = await startedTestContext();
    const { submit, committed, effects } = submitter(ctx, await challengeOf(ctx));
    const judge = async () => ({
      outcome: { verdict: 'accept' },
      effects: async (tx: StoreTransaction): Promise<void> => {
        await effects(tx);
        throw new Error('second effect failed');
      },
    });
    await expect(submit({ judge })).rejects.toThrow('second effect failed');
    expect(await committed()).toBe(0);
    await expect(submit()).rejects.toMatchObject(busy);
  });

  it('lets the effects replace the outcome, for a comparison inside the transaction', async () => {
    const ctx = await startedTestContext();
    const { submit } = submitter(ctx, await challengeOf(ctx));
    const judge = async () => ({ outcome: { verdict: 'unknown' }, effects: async () => ({ verdict: 'wrong-code' }) });
    expect(await submit({ judge })).toEqual({ outcome: { verdict: 'wrong-code' }, replayed: false });
    expect(await submit({ judge })).toEqual({ outcome: { verdict: 'wrong-code' }, replayed: true });
  });

  it('judges nothing that the reservation refuses, and repeats the refusal', async () => {
    const ctx = await startedTestContext();
    const { submit, count } = submitter(ctx, await challengeOf(ctx));
    const reserve = async (tx: StoreTransaction) => {
      await noteReservation(tx);
      return { refused: { verdict: 'throttled' } };
    };
    expect(await submit({ reserve })).toEqual({ outcome: { verdict: 'throttled' }, replayed: false });
    expect(await submit({ reserve })).toEqual({ outcome: { verdict: 'throttled' }, replayed: true });
    expect([count.judged, await reservations(ctx)]).toEqual([0, 1]);
  });

  it('reserves once, also when it is begun again after a crash', async () => {
    const ctx = await startedTestContext();
    const { submit } = submitter(ctx, await challengeOf(ctx));
    await expect(submit({ reserve: noteReservation, judge: () => Promise.reject(new Error('crash')) })).rejects.toThrow('crash');
    ctx.advance(5_000);
    await submit({ reserve: noteReservation });
    expect(await reservations(ctx)).toBe(1);
  });

  it('does not consume the challenge when the reservation fails', async () => {
    const ctx = await startedTestContext();
    const { submit } = submitter(ctx, await challengeOf(ctx));
    await expect(submit({ reserve: () => Promise.reject(new Error('store')) })).rejects.toThrow('store');
    expect(await submit()).toMatchObject({ replayed: false });
  });

  it.each([
    ['first', 1, {}, 0, 0],
    ['first, once committed', 1, { after: true }, 0, 0],
    ['second', 2, {}, 1, 0],
    ['second, once committed', 2, { after: true }, 1, 1],
  ] as const)('fails closed when the store fails in the %s transaction', async (_name, failOn, options, judged, effects) => {
    const store = memoryStore();
    const ctx = await startedTestContext({ store });
    const broken = Object.assign(await startedTestContext({ store }), { store: failing(store, failOn, options) });
    const challenge = await challengeOf(ctx);
    const first = submitter(broken, challenge);
    await expect(first.submit()).rejects.toThrow('disk failed');
    expect([first.count.judged, await submitter(ctx, challenge).committed()]).toEqual([judged, effects]);
    // The client repeats, on a healthy server and after any lease: one outcome, and its effects once.
    ctx.advance(5_000);
    const second = submitter(ctx, challenge);
    await second.submit();
    expect(await second.committed()).toBe(1);
  });

  it('stores neither body nor outcome in the clear', async () => {
    const ctx = await startedTestContext();
    const challenge = await challengeOf(ctx);
    await submitter(ctx, challenge).submit();
    const record = await ctx.store.transaction((tx) => tx.get('challenge', '', challenge.id));
    const bytes = Buffer.from(record!.body);
    expect(['correct horse', 'accept', KEY].some((text) => bytes.includes(text))).toBe(false);
    expect(record!.due).toBe(challenge.expiresAt + 60_000);
  });

  it('keeps the record of a late submit for as long as its outcome', async () => {
    const ctx = await startedTestContext();
    const challenge = await challengeOf(ctx);
    const { submit } = submitter(ctx, challenge);
    ctx.advance(119_000);
    await submit({
      judge: async () => {
        ctx.advance(4_000);
        return { outcome: { verdict: 'late' } };
      },
    });
    const record = await ctx.store.transaction((tx) => tx.get('challenge', '', challenge.id));
    expect(record!.due).toBe(ctx.clock() + 60_000);
  });

  it.each(['', 'a'.repeat(65), 'a b', 'ä', 7 as unknown as string])('refuses the idempotency key %j', async (idempotencyKey) => {
    const ctx = await startedTestContext();
    const { submit, count } = submitter(ctx, await challengeOf(ctx));
    await expect(submit({ idempotencyKey })).rejects.toMatchObject({ code: 'ERR_IDEMPOTENCY_KEY', status: 400 });
    expect(count.judged).toBe(0);
  });

  it('gives one outcome in every interleaving of submits, crashes and leases', async () => {
    const step = fc.record({
      body: fc.constantFrom('a', 'b'),
      key: fc.constantFrom('k', 'l', undefined),
      crash: fc.constantFrom('no', 'no', 'judge', 'effects'),
      wait: fc.constantFrom(0, 0, 2_000, 5_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 1, maxLength: 8 }), async (scheduler, steps) => {
        const ctx = await startedTestContext();
        const challenge = await challengeOf(ctx);
        const { effects, committed } = submitter(ctx, challenge);
        const outcomes: Array<{ submit: string; outcome: string }> = [];
        const work = steps.map(async ({ body, key, crash, wait }, i) => {
          await scheduler.schedule(Promise.resolve());
          ctx.advance(wait);
          try {
            const { outcome } = await judgeOnce<string>(ctx, {
              challenge,
              body,
              ...(key === undefined ? {} : { idempotencyKey: key }),
              judge: async () => {
                await scheduler.schedule(Promise.resolve());
                if (crash === 'judge') {
                  throw new Error('crash');
                }
                const fail = async (): Promise<void> => {
                  throw new Error('crash');
                };
                return { outcome: `outcome-${i}`, effects: crash === 'effects' ? fail : effects };
              },
            });
            outcomes.push({ submit: `${body}/${key ?? i}`, outcome });
          } catch (error) {
            const expected = isTacitServerError(error) || (error as Error).message === 'crash';
            expect(expected).toBe(true);
          }
        });
        await scheduler.waitFor(Promise.all(work));
        expect(new Set(outcomes.map(({ outcome }) => outcome)).size).toBeLessThanOrEqual(1);
        expect(new Set(outcomes.map(({ submit }) => submit)).size).toBeLessThanOrEqual(1);
        expect(await committed()).toBe(outcomes.length === 0 ? 0 : 1);
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 5_000 : 150 },
    );
  }, 300_000);
});
