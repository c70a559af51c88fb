import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import type { PolicyOptions } from './policy';
import type { Store, StoreTransaction } from './store';
import { startedTestContext, type TestContext } from './testing-context';
import { clearThrottle, type Reservation, reserveAttempt, settleAttempt, type ThrottleKey } from './throttle';

const USER: ThrottleKey = { kind: 'user', value: 'alice' };
const ADDRESS: ThrottleKey = { kind: 'address', value: '192.0.2.7' };
const DAY = 86_400_000;

function attempts(ctx: TestContext, keys: readonly ThrottleKey[] = [USER, ADDRESS]) {
  const reserve = (): Promise<Reservation> => ctx.store.transaction((tx) => reserveAttempt(ctx, tx, keys));
  const settle = (success: boolean): Promise<ThrottleKey[]> => ctx.store.transaction((tx) => settleAttempt(ctx, tx, keys, { success }));
  const fail = async (): Promise<Reservation> => {
    const reservation = await reserve();
    if (reservation.allowed) {
      await settle(false);
    }
    return reservation;
  };
  const failTimes = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      expect(await fail()).toEqual({ allowed: true });
      ctx.advance(30_000);
    }
  };
  return { reserve, settle, fail, failTimes };
}

const context = (policy: PolicyOptions = {}, store: Store = memoryStore()) => startedTestContext({ store, policy });

describe('reserveAttempt', () => {
  it('allows five failures, then blocks for 30 s', async () => {
    const ctx = await context();
    const { fail, reserve } = attempts(ctx);
    for (let i = 0; i < 5; i++) {
      expect(await fail()).toEqual({ allowed: true });
    }
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: 30_000, reason: 'blocked' });
    ctx.advance(29_999);
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: 1, reason: 'blocked' });
    ctx.advance(1);
    expect(await reserve()).toEqual({ allowed: true });
  });

  it('blocks again after each later failure', async () => {
    const ctx = await context();
    const { fail, failTimes } = attempts(ctx);
    await failTimes(5);
    for (let i = 0; i < 3; i++) {
      expect(await fail()).toEqual({ allowed: true });
      expect(await fail()).toEqual({ allowed: false, retryAfterMs: 30_000, reason: 'blocked' });
      ctx.advance(30_000);
    }
  });

  it('counts no attempt that it refused', async () => {
    const ctx = await context();
    const { fail, failTimes, reserve } = attempts(ctx);
    await failTimes(4);
    await fail();
    for (let i = 0; i < 200; i++) {
      await reserve();
    }
    ctx.advance(30_000);
    expect(await reserve()).toEqual({ allowed: true });
  });

  it('lets no attempt in parallel slip by', async () => {
    const ctx = await context();
    const { reserve } = attempts(ctx);
    const reservations = await Promise.all(Array.from({ length: 50 }, reserve));
    expect(reservations.filter(({ allowed }) => allowed)).toHaveLength(5);
  });

  it('ends at the cap, until another factor resets it, however long one waits', async () => {
    const ctx = await context();
    const { failTimes, reserve } = attempts(ctx, [USER]);
    await failTimes(50);
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: DAY, reason: 'cap' });
    ctx.advance(30 * DAY);
    expect(await reserve()).toMatchObject({ allowed: false, reason: 'cap' });
    await ctx.store.transaction((tx) => clearThrottle(ctx, tx, [USER]));
    expect(await reserve()).toEqual({ allowed: true });
  });

  it('lifts the cap of an address after the window, because nothing else can', async () => {
    const ctx = await context();
    const { failTimes, reserve } = attempts(ctx, [ADDRESS]);
    await failTimes(50);
    // Each failure is forgotten by itself: the first makes room for one attempt, the second, 30 s later, for another.
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: DAY - 50 * 30_000, reason: 'cap' });
    ctx.advance(DAY - 50 * 30_000 - 1);
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: 1, reason: 'cap' });
    ctx.advance(1);
    expect(await reserve()).toEqual({ allowed: true });
    expect(await reserve()).toMatchObject({ allowed: false, retryAfterMs: 30_000, reason: 'cap' });
    ctx.advance(30_000);
    expect(await reserve()).toEqual({ allowed: true });
  });

  it('forgets failures a day after the last one', async () => {
    const ctx = await context();
    const { failTimes, fail } = attempts(ctx);
    await failTimes(4);
    ctx.advance(DAY);
    await failTimes(4);
    expect(await fail()).toEqual({ allowed: true });
    expect(await fail()).toMatchObject({ allowed: false, reason: 'blocked' });
  });

  it('tells one customer from another, and blocks an address for all of them', async () => {
    const ctx = await context();
    const bob: ThrottleKey = { kind: 'user', value: 'bob' };
    const elsewhere: ThrottleKey = { kind: 'address', value: '192.0.2.8' };
    for (let i = 0; i < 5; i++) {
      await attempts(ctx).fail();
    }
    expect(await attempts(ctx, [bob, ADDRESS]).reserve()).toMatchObject({ allowed: false });
    expect(await attempts(ctx, [bob, elsewhere]).reserve()).toEqual({ allowed: true });
    expect(await attempts(ctx, [USER, elsewhere]).reserve()).toMatchObject({ allowed: false });
    expect(await attempts(ctx, [{ kind: 'code', value: 'alice' }]).reserve()).toEqual({ allowed: true });
  });

  it('reports the cap before a block, and the longer of two blocks', async () => {
    const ctx = await context({ throttle: { failures: 1, cap: 2 } });
    await attempts(ctx, [USER]).fail();
    ctx.advance(10_000);
    await attempts(ctx, [ADDRESS]).fail();
    expect(await attempts(ctx).reserve()).toEqual({ allowed: false, retryAfterMs: 30_000, reason: 'blocked' });
    ctx.advance(20_000);
    await attempts(ctx, [USER]).fail();
    expect(await attempts(ctx, [ADDRESS, USER]).reserve()).toMatchObject({ reason: 'cap' });
  });
});

describe('settleAttempt', () => {
  it('clears a customer on success, and takes only its own attempt from the address', async () => {
    const ctx = await context();
    const { fail, reserve, settle } = attempts(ctx);
    for (let i = 0; i < 4; i++) {
      await fail();
    }
    await reserve();
    await settle(true);
    const bob: ThrottleKey = { kind: 'user', value: 'bob' };
    // Four failures are left on the address, so one more is allowed; none on the customer.
    expect(await attempts(ctx, [bob, ADDRESS]).fail()).toEqual({ allowed: true });
    expect(await attempts(ctx, [bob, ADDRESS]).fail()).toMatchObject({ allowed: false });
    for (let i = 0; i < 5; i++) {
      expect(await attempts(ctx, [USER]).fail()).toEqual({ allowed: true });
    }
    expect(await attempts(ctx, [USER]).fail()).toMatchObject({ allowed: false });
  });

  it('does not block an address because of a success on it', async () => {
    const ctx = await context();
    const { failTimes } = attempts(ctx, [ADDRESS]);
    await failTimes(7);
    const other = attempts(ctx, [{ kind: 'user', value: 'bob' }, ADDRESS]);
    expect(await other.reserve()).toEqual({ allowed: true });
    await other.settle(true);
    expect(await other.reserve()).toEqual({ allowed: true });
  });

  it('lets the failures of a busy address expire while others sign in there', async () => {
    const ctx = await context();
    const home = attempts(ctx, [ADDRESS]);
    // Each hour of three days somebody gives up and somebody else signs in: never more than a day's failures are left.
    const hour = 3_600_000;
    for (let i = 0; i < 72; i++) {
      expect(await home.fail()).toEqual({ allowed: true });
      ctx.advance(hour / 2);
      expect(await home.reserve()).toEqual({ allowed: true });
      await home.settle(true);
      ctx.advance(hour / 2);
    }
    // A day of successes alone: nothing is left.
    for (let i = 0; i < 24; i++) {
      expect(await home.reserve()).toEqual({ allowed: true });
      await home.settle(true);
      ctx.advance(hour);
    }
    for (let i = 0; i < 5; i++) {
      expect(await home.fail()).toEqual({ allowed: true });
    }
    expect(await home.reserve()).toMatchObject({ allowed: false, reason: 'blocked' });
  });

  it('leaves an address as it was before an attempt that succeeds: count, block and end', async () => {
    const ctx = await context();
    const home = attempts(ctx, [ADDRESS]);
    const counter = () =>
      ctx.store.transaction(async (tx) => (await tx.listKind('throttle', { limit: 2 })).map(({ body, due }) => ({ body, due })));
    await home.failTimes(6);
    const before = await counter();
    ctx.advance(DAY / 2);
    await home.reserve();
    expect(await counter()).not.toEqual(before);
    await home.settle(true);
    expect(await counter()).toEqual(before);
  });

  it('never goes below zero for an address, however often a success is settled', async () => {
    const ctx = await context();
    const { reserve, settle, fail } = attempts(ctx, [ADDRESS]);
    await reserve();
    for (let i = 0; i < 3; i++) {
      await settle(true);
    }
    for (let i = 0; i < 5; i++) {
      expect(await fail()).toEqual({ allowed: true });
    }
    expect(await fail()).toMatchObject({ allowed: false });
  });
});

describe('the cap', () => {
  const capped = (): Promise<TestContext> => context({ throttle: { failures: 2, cap: 4, blockMs: 1_000 } });

  it('is told once, by the attempt that failed last, and not at all where that succeeds', async () => {
    const ctx = await capped();
    const { reserve, settle } = attempts(ctx, [USER]);
    const told: ThrottleKey[][] = [];
    for (let i = 0; i < 4; i++) {
      expect(await reserve()).toEqual({ allowed: true });
      told.push(await settle(false), await settle(false));
      ctx.advance(30_000);
    }
    expect(told).toEqual([[], [], [], [], [], [], [USER], []]);
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: DAY, reason: 'cap' });

    const other = attempts(ctx, [{ kind: 'user', value: 'bob' }]);
    await other.failTimes(3);
    expect(await other.reserve()).toEqual({ allowed: true });
    expect(await other.settle(true)).toEqual([]);
  });

  it('is told by the next attempt where the last one was never settled', async () => {
    const ctx = await capped();
    const { reserve, failTimes } = attempts(ctx, [USER]);
    await failTimes(3);
    expect(await reserve()).toEqual({ allowed: true });
    ctx.advance(ctx.policy.challenge.leaseMs);
    expect(await reserve()).toMatchObject({ reason: 'cap', reachedCap: [USER] });
    expect(await reserve()).toEqual({ allowed: false, retryAfterMs: DAY, reason: 'cap' });
  });

  it('is not told while the attempt that brought it about is judged: that may succeed', async () => {
    const ctx = await capped();
    for (const keys of [[USER], [ADDRESS]] as const) {
      const { reserve, failTimes, settle } = attempts(ctx, keys);
      await failTimes(3);
      expect(await reserve()).toEqual({ allowed: true });
      ctx.advance(ctx.policy.challenge.leaseMs - 1);
      const refused = await reserve();
      expect(refused).toMatchObject({ allowed: false, reason: 'cap' });
      expect(refused).not.toHaveProperty('reachedCap');
      expect(await settle(true)).toEqual([]);
      expect(await reserve()).toEqual({ allowed: true });
    }
  });

  it('is told by the last of attempts that are judged at once, whichever fails last', async () => {
    const ctx = await context({ throttle: { failures: 3, cap: 4, blockMs: 1_000 } });
    const { reserve, settle, failTimes } = attempts(ctx, [USER]);
    await failTimes(2);
    // Below the block attempts run side by side; the last one waits it out.
    expect(await reserve()).toEqual({ allowed: true });
    ctx.advance(1_000);
    expect(await reserve()).toEqual({ allowed: true });
    expect(await settle(false)).toEqual([]);
    expect(await settle(false)).toEqual([USER]);
  });

  it('is told again after it was lifted, and of an address not at each attempt that time makes room for', async () => {
    const ctx = await capped();
    const { failTimes, settle, reserve } = attempts(ctx, [USER]);
    await failTimes(4);
    await ctx.store.transaction((tx) => clearThrottle(ctx, tx, [USER]));
    await failTimes(3);
    await reserve();
    expect(await settle(false)).toEqual([USER]);

    const shared = attempts(ctx, [ADDRESS]);
    await shared.failTimes(4);
    ctx.advance(DAY - 4 * 30_000);
    for (let i = 0; i < 3; i++) {
      expect(await shared.reserve()).toEqual({ allowed: true });
      expect(await shared.settle(false)).toEqual([]);
      ctx.advance(30_000);
    }
    ctx.advance(DAY);
    await shared.failTimes(3);
    await shared.reserve();
    expect(await shared.settle(false)).toEqual([ADDRESS]);
  });
});

it('makes the same store calls whether it allows, blocks or caps', async () => {
  const ctx = await context({ throttle: { failures: 1, cap: 2 } });
  const callsOf = async (): Promise<string[]> => {
    const calls: string[] = [];
    await ctx.store.transaction((tx) => {
      const counting = new Proxy(tx, {
        get: (target, verb: keyof StoreTransaction) => {
          calls.push(verb);
          return target[verb];
        },
      });
      return reserveAttempt(ctx, counting, [USER, ADDRESS]);
    });
    return calls;
  };
  const allowed = await callsOf();
  const blocked = await callsOf();
  ctx.advance(30_000);
  await callsOf();
  ctx.advance(30_000);
  expect(await attempts(ctx).reserve()).toMatchObject({ reason: 'cap' });
  expect([blocked, await callsOf()]).toEqual([allowed, allowed]);
});

it('stores no identifier and no address, and is due a day after the last failure', async () => {
  const ctx = await context();
  await attempts(ctx).fail();
  const records = await ctx.store.transaction((tx) => tx.listKind('throttle', { limit: 10 }));
  const text = JSON.stringify(records.map(({ id, body }) => [id, Buffer.from(body).toString()]));
  expect(records).toHaveLength(2);
  expect(text.includes('alice') || text.includes('192.0.2.7')).toBe(false);
  expect(records.map(({ due }) => due)).toEqual([ctx.clock() + DAY, ctx.clock() + DAY]);
});

it('never allows an address more failures in a window than the cap, and no fewer for the successes among them', async () => {
  const windowMs = 600_000;
  const cap = 8;
  const steps = fc.array(fc.tuple(fc.constantFrom(0, 1, 1_000, 30_000, 90_000, 600_000), fc.boolean()), { minLength: 1, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(steps, async (pattern) => {
      const ctx = await context({ throttle: { failures: 5, cap, windowMs } });
      const { reserve, settle } = attempts(ctx, [ADDRESS]);
      const failedAt: number[] = [];
      for (const [wait, success] of pattern) {
        ctx.advance(wait);
        const now = ctx.clock();
        const recent = failedAt.filter((at) => now - at < windowMs);
        const blocked = recent.length >= 5 && now - recent.at(-1)! < 30_000;
        expect((await reserve()).allowed).toBe(recent.length < cap && !blocked);
        if (recent.length < cap && !blocked) {
          await settle(success);
          failedAt.push(...(success ? [] : [now]));
        }
      }
    }),
    { numRuns: process.env.TACIT_SOAK === '1' ? 1_000 : 25 },
  );
}, 300_000);

it('never allows more failures than the policy, whatever the pattern of attempts', async () => {
  const { failures, blockMs, cap } = { failures: 5, blockMs: 30_000, cap: 50 };
  const gaps = fc.array(fc.constantFrom(0, 1, 1_000, 29_999, 30_000, 60_000), { minLength: 1, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(gaps, async (waits) => {
      const ctx = await context();
      const { fail } = attempts(ctx, [USER]);
      const allowedAt: number[] = [];
      for (const wait of waits) {
        ctx.advance(wait);
        if ((await fail()).allowed) {
          allowedAt.push(ctx.clock());
        }
      }
      expect(allowedAt.length).toBeLessThanOrEqual(cap);
      for (let i = failures; i < allowedAt.length; i++) {
        expect(allowedAt[i]! - allowedAt[i - 1]!).toBeGreaterThanOrEqual(blockMs);
      }
    }),
    { numRuns: process.env.TACIT_SOAK === '1' ? 1_000 : 25 },
  );
}, 300_000);
