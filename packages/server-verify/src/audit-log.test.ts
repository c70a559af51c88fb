import type { SignedAuditHead } from '@tacit-auth/crypto';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, anchorAuditHeads, audit, OPERATORS, readAudit, verifyAudit } from './audit-log';
import { eraseSubject } from './erase';
import { memoryStore } from './memory-store';
import type { StoreRecord } from './store';
import { startedTestContext, type TestContext } from './testing-context';

const ALICE = 'alice';

async function context(): Promise<TestContext> {
  const ctx = await startedTestContext();
  await ctx.store.transaction((tx) => ctx.createDataKey(tx, ALICE));
  return ctx;
}

async function write(ctx: TestContext, times: number, part: Partial<AuditEvent> = {}): Promise<void> {
  for (let i = 0; i < times; i++) {
    await ctx.store.transaction((tx) =>
      audit(ctx, tx, { chain: ALICE, type: 'sign-in', reason: 'password', detail: { round: i, strict: false }, ...part }),
    );
    ctx.advance(1_000);
  }
}

const entriesOf = (ctx: TestContext): Promise<StoreRecord[]> =>
  ctx.store.transaction((tx) => tx.list('audit', ALICE, { limit: 1_000, order: 'oldest' }));

/** What somebody who can write to the store would do: cut off the last entries, and set the head back to match. */
async function cutTail(ctx: TestContext, entries: number): Promise<void> {
  const kept = (await entriesOf(ctx)).slice(0, -entries);
  await ctx.store.transaction(async (tx) => {
    const all = await tx.list('audit', ALICE, { limit: entries });
    for (const { id } of all) {
      await tx.delete('audit', ALICE, id);
    }
    const last = JSON.parse(Buffer.from(kept.at(-1)!.body).toString()) as { chain: string; sequence: number; hash: string };
    const head = { chain: last.chain, sequence: last.sequence, hash: last.hash };
    const stored = await tx.get('audit-head', ALICE, 'head');
    await tx.put({ ...stored!, body: Buffer.from(JSON.stringify(head)) });
  });
}

describe('audit', () => {
  it('is read back, the newest first, page by page', async () => {
    const ctx = await context();
    await write(ctx, 5);
    const first = await readAudit(ctx, ALICE, { limit: 2 });
    expect(first).toEqual([
      { sequence: 5, at: ctx.clock() - 1_000, erased: false, type: 'sign-in', reason: 'password', detail: { round: 4, strict: false } },
      { sequence: 4, at: ctx.clock() - 2_000, erased: false, type: 'sign-in', reason: 'password', detail: { round: 3, strict: false } },
    ]);
    expect((await readAudit(ctx, ALICE, { limit: 10, after: 4 })).map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
    expect(await readAudit(ctx, 'nobody', { limit: 10 })).toEqual([]);
  });

  it.each([
    ['is no JSON', (body: Uint8Array) => body.map((byte) => byte ^ 1)],
    ['has nothing sealed in it', () => Buffer.from('{}')],
    ['has in it what is no bytes', () => Buffer.from('{"entry":"!"}')],
    ['is null', () => Buffer.from('null')],
  ])('is read back without what one entry says that %s', async (_name, damage) => {
    const ctx = await context();
    await write(ctx, 3);
    const [, second] = await entriesOf(ctx);
    await ctx.store.transaction((tx) => tx.put({ ...second!, body: damage(second!.body) }));
    expect((await readAudit(ctx, ALICE, { limit: 10 })).map(({ sequence, erased }) => [sequence, erased])).toEqual([
      [3, false],
      [2, true],
      [1, false],
    ]);
  });

  it('shows nothing of an event in the store', async () => {
    const ctx = await context();
    await write(ctx, 1, { reason: 'typing-mismatch', detail: { factor: 'matrix' } });
    const text = (await entriesOf(ctx)).map(({ body }) => Buffer.from(body).toString()).join();
    expect(['sign-in', 'typing-mismatch', 'matrix'].some((word) => text.includes(word))).toBe(false);
  });

  it('is undone with its transaction', async () => {
    const ctx = await context();
    const failed = ctx.store.transaction(async (tx) => {
      await audit(ctx, tx, { chain: ALICE, type: 'sign-in' });
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect(await verifyAudit(ctx, ALICE)).toEqual({ status: 'intact', entries: 0, head: null });
  });

  it('makes one chain of many parallel writers', async () => {
    const ctx = await context();
    await Promise.all(Array.from({ length: 30 }, () => write(ctx, 1)));
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact', entries: 30 });
  });

  it('stays in order when a clock goes back', async () => {
    const ctx = await context();
    await write(ctx, 2);
    ctx.advance(-60_000);
    await write(ctx, 2);
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact', entries: 4 });
    expect((await readAudit(ctx, ALICE, { limit: 9 })).map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1]);
  });

  it('writes nothing for the stand-in of a customer that does not exist', async () => {
    const ctx = await context();
    await write(ctx, 2, { chain: 'nobody', decoy: true });
    expect(await ctx.store.transaction((tx) => tx.count('audit', 'nobody'))).toBe(0);
  });

  it('refuses to write without a key rather than in the clear', async () => {
    const ctx = await context();
    await expect(write(ctx, 1, { chain: 'nobody' })).rejects.toMatchObject({ code: 'ERR_DATA_KEY_ERASED' });
  });

  it('keeps a chain of the operators under the root key', async () => {
    const ctx = await context();
    await write(ctx, 2, { chain: OPERATORS, type: 'alert-acknowledged' });
    expect(await readAudit(ctx, OPERATORS, { limit: 1 })).toMatchObject([{ sequence: 2, type: 'alert-acknowledged' }]);
    expect(await verifyAudit(ctx, OPERATORS)).toMatchObject({ status: 'intact', entries: 2 });
  });

  it.each([
    ['a long reason', { reason: 'r'.repeat(129) }],
    ['a long detail', { detail: { a: 'd'.repeat(129) } }],
    ['a number that is none', { detail: { a: Number.NaN } }],
    ['a nested detail', { detail: { a: {} } as never }],
    ['seventeen details', { detail: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`d${i}`, i])) }],
  ])('refuses %s', async (_name, part) => {
    const ctx = await context();
    await expect(write(ctx, 1, part)).rejects.toThrow(RangeError);
  });
});

const DAMAGES: Array<[string, (body: Uint8Array) => Uint8Array]> = [
  ['is no JSON', (body) => body.map((byte) => byte ^ 1)],
  ['is null', () => Buffer.from('null')],
  ['has no hash', () => Buffer.from(JSON.stringify({ chain: ALICE, sequence: 1 }))],
  ['is of another chain', (body) => Buffer.from(Buffer.from(body).toString().replace(ALICE, 'mallory'))],
];

async function damageHead(ctx: TestContext, damage: (body: Uint8Array) => Uint8Array): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const record = await tx.get('audit-head', ALICE, 'head');
    await tx.put({ ...record!, body: damage(record!.body) });
  });
}

describe.each(DAMAGES)('a head that %s', (_name, damage) => {
  it('is a broken chain, to which nothing is appended', async () => {
    const ctx = await context();
    await write(ctx, 2);
    await damageHead(ctx, damage);
    expect(await verifyAudit(ctx, ALICE)).toEqual({ status: 'broken', sequence: 1, reason: 'head' });
    await expect(write(ctx, 1)).rejects.toMatchObject({ code: 'ERR_RECORD_CORRUPT' });
    expect(await entriesOf(ctx)).toHaveLength(2);
  });

  it('does not keep the heads of others from being signed, nor its customer from being erased', async () => {
    const ctx = await context();
    await write(ctx, 2);
    await damageHead(ctx, damage);
    await write(ctx, 1, { chain: OPERATORS });
    expect((await anchorAuditHeads(ctx)).map(({ chain }) => chain)).toEqual([OPERATORS]);
    expect(ctx.events).toEqual([{ level: 'error', event: 'audit-head-unreadable', code: 'ERR_RECORD_CORRUPT' }]);
    expect((await eraseSubject(ctx, ALICE)).status).toBe('erased');
    expect(ctx.events.at(-1)).toEqual({ level: 'error', event: 'erasure-not-noted', code: 'ERR_RECORD_CORRUPT' });
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'broken' });
  });
});

describe('verifyAudit', () => {
  it('reads chains longer than a page', async () => {
    const ctx = await context();
    await write(ctx, 1_050);
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact', entries: 1_050, head: { sequence: 1_050 } });
  });

  it('holds after the customer was erased, of whom only numbers and times are left', async () => {
    const ctx = await context();
    await write(ctx, 3);
    await anchorAuditHeads(ctx);
    await ctx.store.transaction((tx) => tx.deleteSubject(ALICE, { keep: ['audit', 'audit-head', 'audit-anchor'] }));
    ctx.forgetDataKey(ALICE);
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact', entries: 3 });
    expect(await readAudit(ctx, ALICE, { limit: 1 })).toEqual([{ sequence: 3, at: ctx.clock() - 1_000, erased: true }]);
    await ctx.store.transaction((tx) => tx.delete('audit', ALICE, '0000000000000002'));
    expect(await verifyAudit(ctx, ALICE)).toEqual({ status: 'broken', sequence: 2, reason: 'gap' });
  });

  it('goes on when the host gives the id of an erased customer again', async () => {
    const ctx = await context();
    await write(ctx, 2);
    await ctx.store.transaction((tx) => tx.deleteSubject(ALICE, { keep: ['audit', 'audit-head', 'audit-anchor'] }));
    ctx.forgetDataKey(ALICE);
    await ctx.store.transaction((tx) => ctx.createDataKey(tx, ALICE));
    await write(ctx, 1);
    expect(await readAudit(ctx, ALICE, { limit: 9 })).toMatchObject([
      { sequence: 3, erased: false, type: 'sign-in' },
      { sequence: 2, erased: true },
      { sequence: 1, erased: true },
    ]);
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact', entries: 3 });
  });

  it.each([
    ['an entry that is missing', 'gap', 2, (ctx: TestContext) => remove(ctx, 'audit', '0000000000000002')],
    ['an entry that was changed', 'hash', 2, (ctx: TestContext) => change(ctx, 1, ({ at, ...rest }) => ({ ...rest, at: Number(at) + 1 }))],
    ['an entry of another chain', 'chain', 3, (ctx: TestContext) => change(ctx, 2, (entry) => ({ ...entry, chain: 'bob' }))],
    ['an entry that is no JSON', 'malformed', 1, (ctx: TestContext) => change(ctx, 0, () => undefined)],
    ['a head that is missing', 'head', 1, (ctx: TestContext) => remove(ctx, 'audit-head', 'head')],
  ] as const)('finds %s', async (_name, reason, sequence, tamper) => {
    const ctx = await context();
    await write(ctx, 4);
    await tamper(ctx);
    expect(await verifyAudit(ctx, ALICE)).toEqual({ status: 'broken', sequence, reason });
  });

  it('sees a tail that was cut off behind a signed head', async () => {
    const ctx = await context();
    await write(ctx, 5);
    await anchorAuditHeads(ctx);
    await cutTail(ctx, 2);
    expect(await verifyAudit(ctx, ALICE)).toEqual({ status: 'broken', sequence: 4, reason: 'truncated' });
  });

  it('sees a whole chain that was deleted behind a signed head', async () => {
    const ctx = await context();
    await write(ctx, 2);
    await anchorAuditHeads(ctx);
    await ctx.store.transaction((tx) => tx.deleteSubject(ALICE, { keep: ['audit-anchor'] }));
    expect(await verifyAudit(ctx, ALICE)).toEqual({ status: 'broken', sequence: 1, reason: 'truncated' });
  });

  it('sees a store that was set back as a whole by anchors kept elsewhere', async () => {
    const ctx = await context();
    await write(ctx, 5);
    const elsewhere: SignedAuditHead[] = await anchorAuditHeads(ctx);
    await cutTail(ctx, 2);
    await ctx.store.transaction((tx) => tx.delete('audit-anchor', ALICE, '0000000000000005'));
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact', entries: 3 });
    expect(await verifyAudit(ctx, ALICE, { anchors: elsewhere })).toEqual({ status: 'broken', sequence: 4, reason: 'truncated' });
  });

  it('does not accept an anchor that was forged', async () => {
    const ctx = await context();
    await write(ctx, 3);
    const [anchor] = await anchorAuditHeads(ctx);
    const forged = { ...anchor!, sequence: 2 };
    expect(await verifyAudit(ctx, ALICE, { anchors: [forged] })).toMatchObject({ status: 'broken', reason: 'head-signature' });
  });

  it('is not disturbed by what is appended meanwhile', async () => {
    const store = memoryStore();
    const ctx = await startedTestContext({ store });
    await store.transaction((tx) => ctx.createDataKey(tx, ALICE));
    await write(ctx, 600);
    const [verdict] = await Promise.all([verifyAudit(ctx, ALICE), write(ctx, 20)]);
    expect(verdict.status).toBe('intact');
  });
});

describe('anchorAuditHeads', () => {
  it('signs each chain that has grown, once', async () => {
    const ctx = await context();
    await write(ctx, 2);
    await write(ctx, 1, { chain: OPERATORS });
    expect((await anchorAuditHeads(ctx)).map(({ chain, sequence }) => [chain, sequence])).toEqual([
      [ALICE, 2],
      [OPERATORS, 1],
    ]);
    expect(await anchorAuditHeads(ctx)).toEqual([]);
    await write(ctx, 1);
    expect((await anchorAuditHeads(ctx)).map(({ chain, sequence }) => [chain, sequence])).toEqual([[ALICE, 3]]);
    expect(await verifyAudit(ctx, ALICE)).toMatchObject({ status: 'intact' });
  });

  it('gets through more chains than a page', async () => {
    const ctx = await context();
    await ctx.store.transaction(async (tx) => {
      for (let i = 0; i < 510; i++) {
        await ctx.createDataKey(tx, `customer-${i}`);
        await audit(ctx, tx, { chain: `customer-${i}`, type: 'registered' });
      }
    });
    expect(await anchorAuditHeads(ctx)).toHaveLength(510);
  });
});

async function change(
  ctx: TestContext,
  index: number,
  edit: (entry: Record<string, unknown>) => Record<string, unknown> | undefined,
): Promise<void> {
  const record = (await entriesOf(ctx))[index]!;
  const edited = edit(JSON.parse(Buffer.from(record.body).toString()) as Record<string, unknown>);
  const body = Buffer.from(edited === undefined ? '{"version":' : JSON.stringify(edited));
  await ctx.store.transaction((tx) => tx.put({ ...record, body }));
}

async function remove(ctx: TestContext, kind: string, id: string): Promise<void> {
  expect(await ctx.store.transaction((tx) => tx.delete(kind, ALICE, id))).toBe(true);
}
