import { EVIDENCE_LIMITS } from '@tacit-auth/features';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../memory-store';
import { lockSession, sessionKind } from '../sessions';
import { sqlite } from '../sqlite';
import type { Store } from '../store';
import { seededRandom, startedTestContext, testKeyring } from '../testing-context';
import { recordingStore, testStore } from '../testing-stores';
import { continuousKind, MOST_STATE_BYTES, MOST_STREAMS } from './continuous-state';
import { batchOf, testJudge, testTimer, worker } from './testing-evidence';

const anna = worker(1);
const tick = () => new Promise((resolve) => setImmediate(resolve));

async function countsOf(bank: Awaited<ReturnType<typeof testJudge>>, session: Awaited<ReturnType<typeof bank.session>>) {
  return (await bank.history(session))?.counts;
}

describe('a batch', () => {
  it('takes effect once, and is answered again whenever it comes again', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const { stream, next } = await bank.open(session);
    expect(next).toBe(1);
    const batch = batchOf({ stream, seq: 1, typing: [anna.window()] });
    const answer = await bank.judge.submit({ session, batch });
    expect(answer).toEqual({ version: 1, stream, seq: 1, state: 'checking' });
    const before = await bank.history(session);
    for (let again = 0; again < 3; again++) {
      expect(await bank.judge.submit({ session, batch })).toEqual(answer);
    }
    expect(await bank.history(session)).toEqual(before);
    expect(before?.counts).toMatchObject({ batches: 1, keys: 50 });
  });

  it('is answered by the highest number that took effect when an earlier one comes late', async () => {
    const bank = await testJudge();
    const { session, stream } = await bank.work(anna, { windows: 3 });
    const late = batchOf({ stream, seq: 2, floor: 0, typing: [anna.window()] });
    expect(await bank.judge.submit({ session, batch: late })).toMatchObject({ seq: 3 });
    expect(await countsOf(bank, session)).toMatchObject({ batches: 3 });
  });

  it('is refused after a gap, with the number that is expected, and taken where the page gave up what is missing', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const { stream } = await bank.open(session);
    const submit = (seq: number, floor: number) => bank.judge.submit({ session, batch: batchOf({ stream, seq, floor }) });
    await submit(1, 0);
    await expect(submit(3, 1)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_GAP', expected: 2, status: 409 });
    await expect(submit(9, 5)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_GAP', expected: 6 });
    expect(await submit(9, 8)).toMatchObject({ seq: 9 });
    // What was given up comes after all.
    expect(await submit(4, 3)).toMatchObject({ seq: 9 });
    expect(await countsOf(bank, session)).toMatchObject({ batches: 2 });
  });

  it('of a stream that is none of the session is refused, as that of another session', async () => {
    const bank = await testJudge();
    const [mine, theirs] = [await bank.work(anna, { windows: 1 }), await bank.work(worker(2), { windows: 1, hostSubject: 'bert' })];
    for (const stream of [theirs.stream, 'A'.repeat(22)]) {
      const submitted = bank.judge.submit({ session: mine.session, batch: batchOf({ stream, seq: 2, typing: [anna.window()] }) });
      await expect(submitted).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNKNOWN' });
    }
    expect(await countsOf(bank, theirs.session)).toMatchObject({ batches: 1 });
  });

  it('is refused by what its session is', async () => {
    const bank = await testJudge();
    const submit = (session: Awaited<ReturnType<typeof bank.session>>, stream: string) =>
      bank.judge.submit({ session, batch: batchOf({ stream, seq: 2 }) });
    const ended = await bank.work(anna, { windows: 1 });
    await bank.end(ended.session);
    await expect(submit(ended.session, ended.stream)).rejects.toMatchObject({ code: 'ERR_SESSION_NONE' });
    const locked = await bank.work(anna, { windows: 1 });
    await bank.ctx.store.transaction((tx) => lockSession(bank.ctx, tx, locked.session, 'idle'));
    await expect(submit(locked.session, locked.stream)).rejects.toMatchObject({ code: 'ERR_SESSION_LOCKED' });
    const limited = await bank.session('anna', ['pwd'], { scope: 'step-up' });
    await expect(submit(limited, 'A'.repeat(22))).rejects.toMatchObject({ code: 'ERR_SESSION_SCOPE' });
    const expired = await bank.work(anna, { windows: 1 });
    bank.ctx.advance(13 * 3_600_000);
    await expect(submit(expired.session, expired.stream)).rejects.toMatchObject({ code: 'ERR_SESSION_NONE' });
  });

  it('keeps no session from locking', async () => {
    const bank = await testJudge({ policy: { session: { idleMs: 120_000 } } });
    const { session, send } = await bank.work(anna, { windows: 3 });
    for (let i = 0; i < 3; i++) {
      await send({ typing: [anna.window()] });
    }
    await expect(send({ typing: [anna.window()] })).rejects.toMatchObject({ code: 'ERR_SESSION_LOCKED' });
    expect(await bank.history(session)).toBeUndefined();
  });

  it('that nobody parsed is refused', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const { stream } = await bank.open(session);
    const plain = { version: 1, stream, seq: 1, floor: 0, typing: [], pointer: [] } as unknown as ReturnType<typeof batchOf>;
    await expect(bank.judge.submit({ session, batch: plain })).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNPARSED' });
  });
});

describe('the rate', () => {
  it('is that of a person: more is refused with the time to wait, changes nothing, and is taken then', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const { stream } = await bank.open(session);
    const windows = () => Array.from({ length: 15 }, () => anna.window());
    await bank.judge.submit({ session, batch: batchOf({ stream, seq: 1, typing: windows() }) });
    const more = batchOf({ stream, seq: 2, typing: windows() });
    const refusal = await bank.judge.submit({ session, batch: more }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'ERR_EVIDENCE_RATE', status: 429, retryAfter: 30 });
    expect(await countsOf(bank, session)).toMatchObject({ batches: 1, keys: 750 });
    bank.ctx.advance(29_000);
    await expect(bank.judge.submit({ session, batch: more })).rejects.toMatchObject({ code: 'ERR_EVIDENCE_RATE' });
    bank.ctx.advance(1_000);
    expect(await bank.judge.submit({ session, batch: more })).toMatchObject({ seq: 2 });
  });

  it('is that of the session, however many streams it opens', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const typing = Array.from({ length: 15 }, () => anna.window());
    const [first, second] = [await bank.open(session), await bank.open(session, { own: true })];
    await bank.judge.submit({ session, batch: batchOf({ stream: first.stream, seq: 1, typing }) });
    const other = bank.judge.submit({ session, batch: batchOf({ stream: second.stream, seq: 1, typing: [anna.window()] }) });
    await expect(other).rejects.toMatchObject({ code: 'ERR_EVIDENCE_RATE' });
  });
});

describe('opening', () => {
  it('gives a page that comes back the same stream, key and place', async () => {
    const bank = await testJudge();
    const { session, stream } = await bank.work(anna, { windows: 2 });
    const [again, once] = [await bank.open(session), await bank.open(session)];
    expect(again).toEqual(once);
    expect(again).toMatchObject({ version: 1, stream, next: 3, everyMs: 2_000, state: 'checking' });
    expect(again.queueKey).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await countsOf(bank, session)).toMatchObject({ batches: 2 });
  });

  it('gives another stream where the one it has was counted up to the last number', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const { stream } = await bank.open(session);
    const { maxSeq } = EVIDENCE_LIMITS;
    expect(await bank.judge.submit({ session, batch: batchOf({ stream, seq: maxSeq, floor: maxSeq - 1 }) })).toMatchObject({ seq: maxSeq });
    const fresh = await bank.open(session);
    expect(fresh).toMatchObject({ next: 1 });
    expect(fresh.stream).not.toBe(stream);
    expect(await bank.judge.submit({ session, batch: batchOf({ stream: fresh.stream, seq: 1 }) })).toMatchObject({ seq: 1 });
    expect((await bank.open(session)).stream).toBe(fresh.stream);
  });

  it('gives every session, and every stream, keys of its own', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const openings = [
      await bank.open(session),
      await bank.open(session, { own: true }),
      await bank.open(await bank.session()),
      await bank.open(await bank.session('bert')),
    ];
    expect(new Set(openings.map(({ stream }) => stream)).size).toBe(4);
    expect(new Set(openings.map(({ queueKey }) => queueKey)).size).toBe(4);
  });

  it('never hands a stream that a page asked for as its own to another page', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const own = await bank.open(session, { own: true });
    const shared = await bank.open(session);
    expect(shared.stream).not.toBe(own.stream);
    await bank.open(session, { own: true });
    expect((await bank.open(session)).stream).toBe(shared.stream);
    // However many there are: the one that pages share is not the one that has to go.
    for (let i = 0; i <= MOST_STREAMS; i++) await bank.open(session, { own: true });
    expect((await bank.open(session)).stream).toBe(shared.stream);
  });

  it('keeps four streams of a session and counts what all of them bring', async () => {
    const bank = await testJudge();
    const session = await bank.session();
    const streams: string[] = [];
    for (let i = 0; i <= MOST_STREAMS; i++) {
      const { stream } = await bank.open(session, { own: true });
      streams.push(stream);
      await bank.judge.submit({ session, batch: batchOf({ stream, seq: 1, typing: [anna.window()] }) });
    }
    expect(await countsOf(bank, session)).toMatchObject({ batches: 5, keys: 250 });
    const submit = (stream: string) => bank.judge.submit({ session, batch: batchOf({ stream, seq: 2 }) });
    await expect(submit(streams[0] as string)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNKNOWN' });
    expect(await submit(streams[1] as string)).toMatchObject({ seq: 2 });
  });

  it('begins anew where the record can not be read, and refuses the batches of before', async () => {
    const bank = await testJudge();
    const { session, stream } = await bank.work(anna, { windows: 2 });
    await bank.ctx.store.transaction(async (tx) => {
      const record = await tx.get(continuousKind.kind, session.subject, session.id);
      await tx.put({ ...record!, body: record!.body.map((byte) => byte ^ 1) });
    });
    const submitted = bank.judge.submit({ session, batch: batchOf({ stream, seq: 3 }) });
    await expect(submitted).rejects.toMatchObject({ code: 'ERR_EVIDENCE_UNKNOWN' });
    const opening = await bank.open(session);
    expect(opening.stream).not.toBe(stream);
    expect(await bank.judge.submit({ session, batch: batchOf({ stream: opening.stream, seq: 1 }) })).toMatchObject({ seq: 1 });
  });

  it('by a server with another population goes on without what the other gathered', async () => {
    const bank = await testJudge();
    const { session, stream } = await bank.work(anna, { windows: 2 });
    const other = await testJudge({ ctx: bank.ctx, options: { freeText: null } });
    expect(await other.open(session)).toMatchObject({ stream, next: 3 });
    const state = await bank.ctx.store.transaction((tx) => continuousKind.get(bank.ctx, tx, session.subject, session.id));
    expect(state?.value.lessons).toEqual({ freeText: null, pointer: null });
  });
});

describe.each<[string, () => Promise<{ store: Store; close(): Promise<void> }>]>([
  ['memory', async () => ({ store: memoryStore(), close: async () => undefined })],
  ['memory, every transaction twice', async () => ({ store: testStore(), close: async () => undefined })],
  [
    'sqlite',
    async () => {
      const store = sqlite(':memory:');
      return { store, close: () => store.close() };
    },
  ],
])('exactly once, on %s', (_, open) => {
  let store: Store;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  it('whatever is lost, comes twice, late or at two servers at once', async () => {
    const random = seededRandom(3);
    const first = await testJudge({ store });
    const ctx = await startedTestContext({ store, keyring: testKeyring(random), seed: 9, policy: { session: { idleMs: 3_600_000 } } });
    const servers = [first, await testJudge({ ctx })] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ server: fc.constantFrom(0, 1), copies: fc.integer({ min: 1, max: 3 }), late: fc.boolean() }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.uuid(),
        async (plan, customer) => {
          const session = await first.session(customer);
          const { stream } = await first.open(session);
          let expected = 0;
          for (const [i, { server, copies, late }] of plan.entries()) {
            const keys = 10 + i;
            const batch = batchOf({ stream, seq: i + 1, floor: 0, typing: [anna.window({ length: keys })] });
            const earlier = batchOf({ stream, seq: Math.max(1, i), floor: 0, typing: [anna.window({ length: 99 })] });
            const all = await Promise.allSettled([
              ...Array.from({ length: copies }, (_, copy) => servers[((server + copy) % 2) as 0 | 1].judge.submit({ session, batch })),
              ...(late && i > 0 ? [servers[server as 0 | 1].judge.submit({ session, batch: earlier })] : []),
            ]);
            expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
            expected += keys;
          }
          const counts = (await first.history(session))?.counts;
          expect(counts).toMatchObject({ batches: plan.length, keys: expected });
        },
      ),
      { numRuns: process.env.TACIT_SOAK === '1' ? 300 : 12 },
    );
  });

  it('in one group: batches of one session in order, each answered', async () => {
    const timer = testTimer();
    const bank = await testJudge({ store, timer });
    const session = await bank.session('grouped');
    const { stream } = await bank.open(session);
    const answers = Promise.all(
      [1, 2, 3, 2, 4].map((seq) => bank.judge.submit({ session, batch: batchOf({ stream, seq, floor: 0, typing: [anna.window()] }) })),
    );
    timer.fire();
    expect((await answers).map(({ seq }) => seq)).toEqual([4, 4, 4, 4, 4]);
    expect(await countsOf(bank, session)).toMatchObject({ batches: 4, keys: 200 });
  });
});

describe('a group', () => {
  it('is one transaction, after whose commit each is answered', async () => {
    const store = recordingStore(memoryStore());
    const timer = testTimer();
    const bank = await testJudge({ store, timer });
    const sessions = await Promise.all(['a', 'b', 'c'].map((name) => bank.session(name)));
    const streams = await Promise.all(sessions.map(async (session) => (await bank.open(session)).stream));
    const look = ['get session', 'get continuous'];
    const each = [...look, 'get session-template', 'get evidence-seen', 'put continuous'];
    for (const [seq, before] of [
      // Of a page that nothing is known of here it is looked at first whether what it sends is worth being worked out.
      [1, ['begin', ...look, ...look, ...look, 'commit']],
      [2, []],
    ] as const) {
      store.calls.length = 0;
      const answered: string[] = [];
      const answers = sessions.map(async (session, i) => {
        await bank.judge.submit({ session, batch: batchOf({ stream: streams[i] as string, seq, typing: [anna.window()] }) });
        answered.push(store.calls.at(-1) as string);
      });
      await tick();
      expect(store.calls).toEqual([]);
      timer.fire();
      await Promise.all(answers);
      expect(store.calls).toEqual([...before, 'begin', ...each, ...each, ...each, 'commit']);
      expect(answered).toEqual(['commit', 'commit', 'commit']);
    }
  });

  it('makes as many calls of the store for a batch whatever else is stored', async () => {
    const store = recordingStore(memoryStore());
    const bank = await testJudge({ store });
    const mine = await bank.work(anna, { windows: 2 });
    const callsOfOne = async () => {
      store.calls.length = 0;
      await mine.send({ typing: [anna.window()] });
      return [...store.calls];
    };
    const before = await callsOfOne();
    for (let i = 0; i < 200; i++) {
      await bank.open(await bank.session(`customer-${i}`));
    }
    expect(await callsOfOne()).toEqual(before);
    expect(before).toHaveLength(7);
  });

  it('harms nobody where one is refused, one can not be read, and one makes the reaction fail', async () => {
    const timer = testTimer();
    const bank = await testJudge({
      react: async () => {
        throw new Error('the reaction failed');
      },
    });
    await bank.enrol(anna, { windows: 6, hostSubject: 'victim' });
    const grouped = await testJudge({
      ctx: bank.ctx,
      timer,
      react: async () => {
        throw new Error('the reaction failed');
      },
    });
    const [good, gap, damaged, other] = await Promise.all(['good', 'gap', 'damaged', 'other'].map((name) => bank.session(name)));
    const victim = await bank.session('victim', ['pwd', 'typing']);
    const all = [good, gap, damaged, victim, other] as const;
    const streams = await Promise.all(all.map(async (session) => (await bank.open(session!)).stream));
    await bank.ctx.store.transaction(async (tx) => {
      const record = await tx.get(sessionKind.kind, damaged!.subject, damaged!.id);
      await tx.put({ ...record!, body: record!.body.map((byte) => byte ^ 1) });
    });
    const stranger = worker(4);
    const typing = Array.from({ length: 8 }, () => stranger.window());
    const answers = Promise.allSettled(
      all.map((session, i) =>
        grouped.judge.submit({ session: session!, batch: batchOf({ stream: streams[i]!, seq: i === 1 ? 5 : 1, floor: 0, typing }) }),
      ),
    );
    timer.fire();
    expect(await answers).toMatchObject([
      { status: 'fulfilled', value: { seq: 1 } },
      { status: 'rejected', reason: { code: 'ERR_EVIDENCE_GAP', expected: 1 } },
      { status: 'rejected', reason: { code: 'ERR_RECORD_CORRUPT' } },
      { status: 'rejected', reason: { message: 'the reaction failed' } },
      { status: 'fulfilled', value: { seq: 1 } },
    ]);
    expect(await countsOf(bank, good!)).toMatchObject({ batches: 1 });
    expect(await countsOf(bank, other!)).toMatchObject({ batches: 1 });
    // Nothing of the one whose reaction failed took effect: it is judged when it comes again.
    expect(await countsOf(bank, victim)).toMatchObject({ batches: 0 });
  });

  it('fails as a whole where the store does, and all of it takes effect when it is sent again', async () => {
    const inner = memoryStore();
    let down = false;
    const store: Store = {
      ...inner,
      migrate: () => inner.migrate(),
      scrub: () => inner.scrub(),
      close: () => inner.close(),
      transaction: async (work) => {
        const result = await inner.transaction(work);
        if (down) {
          throw new Error('the connection was lost after the commit');
        }
        return result;
      },
    };
    const bank = await testJudge({ store });
    const session = await bank.session();
    const { stream } = await bank.open(session);
    const batch = batchOf({ stream, seq: 1, typing: [anna.window()] });
    down = true;
    await expect(bank.judge.submit({ session, batch })).rejects.toThrow('the connection was lost');
    down = false;
    expect(await bank.judge.submit({ session, batch })).toMatchObject({ seq: 1 });
    expect(await countsOf(bank, session)).toMatchObject({ batches: 1, keys: 50 });
  });

  it('refuses what would wait behind too many', async () => {
    const timer = testTimer();
    const bank = await testJudge({ timer, policy: { continuous: { mostWaiting: 2 } } });
    const session = await bank.session();
    const { stream } = await bank.open(session);
    const submit = (seq: number) => bank.judge.submit({ session, batch: batchOf({ stream, seq, floor: 0 }) });
    const taken = [submit(1), submit(2)];
    await expect(submit(3)).rejects.toMatchObject({ code: 'ERR_STORE_BUSY', status: 503, retryAfter: 1 });
    timer.fire();
    await Promise.all(taken);
    await bank.judge.close();
    await expect(submit(3)).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('lets no session take the place of others, however much it sends at once', async () => {
    const timer = testTimer();
    const bank = await testJudge({ timer });
    const [session, other] = [await bank.session(), await bank.session('ben')];
    const [{ stream }, { stream: its }] = [await bank.open(session), await bank.open(other)];
    const submit = () => bank.judge.submit({ session, batch: batchOf({ stream, seq: 1, typing: [anna.window()] }) });
    const taken = Array.from({ length: 16 }, submit);
    await expect(submit()).rejects.toMatchObject({ code: 'ERR_EVIDENCE_RATE', retryAfter: 1 });
    taken.push(bank.judge.submit({ session: other, batch: batchOf({ stream: its, seq: 1 }) }));
    timer.fire();
    expect((await Promise.all(taken)).map(({ seq }) => seq)).toEqual(taken.map(() => 1));
    // What was answered waits no more, and being refused for it is no wait.
    const again = submit();
    timer.fire();
    expect(await again).toMatchObject({ seq: 1 });
    await bank.judge.close();
  });

  it('keeps every session within 4 KB through a long day', async () => {
    const bank = await testJudge();
    const { session, send } = await bank.work(anna, { windows: 1 });
    for (let i = 0; i < 150; i++) {
      await send({ typing: [anna.window()], pointer: [anna.stretch({ moves: 3 })] });
    }
    const record = await bank.ctx.store.transaction((tx) => tx.get(continuousKind.kind, session.subject, session.id));
    expect(record?.body.length).toBeLessThanOrEqual(MOST_STATE_BYTES);
  });
});
