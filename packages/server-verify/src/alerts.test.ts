import { expect, it } from 'vitest';
import { acknowledgeAlert, listAlerts, raiseAlert } from './alerts';
import { startedTestContext, type TestContext } from './testing-context';

async function context(): Promise<TestContext> {
  const ctx = await startedTestContext();
  for (const subject of ['alice', 'bob']) {
    await ctx.store.transaction((tx) => ctx.createDataKey(tx, subject));
  }
  return ctx;
}

const raise = async (ctx: TestContext, subject: string, code: 'card-lost' | 'typing-mismatch') => {
  ctx.advance(1_000);
  return ctx.store.transaction((tx) => raiseAlert(ctx, tx, { subject, code, detail: { factor: 'typing' } }));
};

it('lists alerts of one customer or of all, the newest first', async () => {
  const ctx = await context();
  const first = await raise(ctx, 'alice', 'typing-mismatch');
  const second = await raise(ctx, 'bob', 'card-lost');
  const third = await raise(ctx, 'alice', 'card-lost');
  const list = (part: { subject?: string; limit?: number }) => ctx.store.transaction((tx) => listAlerts(ctx, tx, { limit: 10, ...part }));
  expect((await list({})).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
  expect((await list({ subject: 'alice' })).map(({ id }) => id)).toEqual([third.id, first.id]);
  expect(await list({ limit: 1 })).toEqual([
    { id: third.id, subject: 'alice', code: 'card-lost', detail: { factor: 'typing' }, at: ctx.clock(), acknowledged: null, settled: null },
  ]);
});

it('acknowledges once, and leaves out of the open list what was acknowledged', async () => {
  const ctx = await context();
  const { id } = await raise(ctx, 'alice', 'typing-mismatch');
  const other = await raise(ctx, 'bob', 'card-lost');
  const acknowledge = (by: string) => ctx.store.transaction((tx) => acknowledgeAlert(ctx, tx, { id, by }));
  const at = ctx.clock();
  expect(await acknowledge('operator-1')).toMatchObject({ id, acknowledged: { at, by: 'operator-1' } });
  ctx.advance(5_000);
  expect(await acknowledge('operator-2')).toMatchObject({ acknowledged: { at, by: 'operator-1' } });
  const open = await ctx.store.transaction((tx) => listAlerts(ctx, tx, { open: true, limit: 10 }));
  expect(open.map((alert) => alert.id)).toEqual([other.id]);
});

it.each(['', 'alice', 'alice.unknown', 'a.b.c', '../x'])('refuses to acknowledge %j', async (id) => {
  const ctx = await context();
  await expect(ctx.store.transaction((tx) => acknowledgeAlert(ctx, tx, { id, by: 'operator-1' }))).rejects.toMatchObject({
    code: 'ERR_NOT_FOUND',
    field: 'alert',
  });
});

it('is kept for 90 days, sealed', async () => {
  const ctx = await context();
  await raise(ctx, 'alice', 'card-lost');
  const [record] = await ctx.store.transaction((tx) => tx.list('alert', 'alice', { limit: 1 }));
  expect(record!.due).toBe(ctx.clock() + 90 * 86_400_000);
  expect(Buffer.from(record!.body).includes('card-lost')).toBe(false);
});

it('lists more alerts than a page holds', async () => {
  const ctx = await context();
  await ctx.store.transaction(async (tx) => {
    for (let i = 0; i < 1_010; i++) {
      await raiseAlert(ctx, tx, { subject: i % 2 === 0 ? 'alice' : 'bob', code: 'step-up-failed' });
    }
  });
  expect(await ctx.store.transaction((tx) => listAlerts(ctx, tx, { limit: 5_000 }))).toHaveLength(1_010);
  expect(await ctx.store.transaction((tx) => listAlerts(ctx, tx, { subject: 'alice', limit: 5_000 }))).toHaveLength(505);
});

it('lists the newest of all also where more are kept than it looks through', async () => {
  const ctx = await context();
  const due = ctx.clock() + ctx.policy.retention.alertsMs;
  await ctx.store.transaction(async (tx) => {
    for (let i = 0; i < 10_000; i++) {
      await tx.insert({ kind: 'alert', subject: 'a', id: `older-${i}`, body: new Uint8Array(1), at: ctx.clock(), due });
    }
  });
  const { id } = await raise(ctx, 'bob', 'card-lost');
  const found = await ctx.store.transaction((tx) => listAlerts(ctx, tx, { limit: 10 }));
  expect(found.map((alert) => alert.id)).toEqual([id]);
});

it('lists the newest of all also behind those of a policy by which they were kept longer', async () => {
  const ctx = await context();
  const first = await raise(ctx, 'alice', 'typing-mismatch');
  const second = await raise(ctx, 'alice', 'card-lost');
  const shorter = await startedTestContext({ store: ctx.store, seed: 2, policy: { retention: { alertsMs: 30 * 86_400_000 } } });
  shorter.advance(86_400_000);
  const third = await raise(shorter, 'bob', 'card-lost');
  const list = (limit: number) => shorter.store.transaction((tx) => listAlerts(shorter, tx, { limit }));
  expect((await list(1)).map(({ id }) => id)).toEqual([third.id]);
  expect((await list(2)).map(({ id }) => id)).toEqual([third.id, second.id]);
  expect((await list(10)).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
});
