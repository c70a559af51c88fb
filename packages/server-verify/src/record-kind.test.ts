import { describe, expect, it } from 'vitest';
import { defineRecordKind } from './record-kind';
import type { StoreTransaction } from './store';
import { startedTestContext, type TestContext } from './testing-context';

interface Note {
  text: string;
}

const parse = (value: unknown): Note => {
  const { text } = value as Note;
  if (typeof text !== 'string') {
    throw new TypeError(`not a note: ${JSON.stringify(value)}`);
  }
  return { text };
};
const KINDS = {
  root: defineRecordKind<Note>({ kind: 'note-root', sealedWith: 'root', parse }),
  customer: defineRecordKind<Note>({ kind: 'note-customer', sealedWith: 'customer', parse }),
  nothing: defineRecordKind<Note>({ kind: 'note-open', sealedWith: 'nothing', parse }),
};
const note = (id: string, text: string, subject = 'alice') => ({ subject, id, value: { text }, at: 5, due: null });

async function context(): Promise<TestContext> {
  const ctx = await startedTestContext();
  await ctx.store.transaction((tx) => ctx.createDataKey(tx, 'alice'));
  return ctx;
}

const run = <T>(ctx: TestContext, work: (tx: StoreTransaction) => Promise<T>): Promise<T> => ctx.store.transaction(work);

describe.each(Object.entries(KINDS))('records sealed with %s', (sealedWith, kind) => {
  it('give back what was put in', async () => {
    const ctx = await context();
    expect(await run(ctx, (tx) => kind.insert(ctx, tx, note('a', 'marker-1')))).toBe(true);
    expect(await run(ctx, (tx) => kind.insert(ctx, tx, note('a', 'other')))).toBe(false);
    expect(await run(ctx, (tx) => kind.get(ctx, tx, 'alice', 'a'))).toEqual({ ...note('a', 'marker-1'), version: 1 });
    expect(await run(ctx, (tx) => kind.put(ctx, tx, { ...note('a', 'two'), ifVersion: 7 }))).toBe(false);
    expect(await run(ctx, (tx) => kind.put(ctx, tx, { ...note('a', 'two'), ifVersion: 1, due: 9 }))).toBe(true);
    expect(await run(ctx, (tx) => kind.put(ctx, tx, note('b', 'three')))).toBe(true);
    expect((await run(ctx, (tx) => kind.list(ctx, tx, 'alice', { limit: 5 }))).map(({ value }) => value.text)).toEqual(['three', 'two']);
    expect((await run(ctx, (tx) => kind.due(ctx, tx, 9, 5))).map(({ id, version }) => [id, version])).toEqual([['a', 2]]);
    expect(await run(ctx, (tx) => kind.count(tx, 'alice'))).toBe(2);
    expect(await run(ctx, (tx) => kind.delete(ctx, tx, 'alice', 'a'))).toBe(true);
    expect(await run(ctx, (tx) => kind.get(ctx, tx, 'alice', 'a'))).toBeUndefined();
  });

  it('show their content in the store only when sealed with nothing', async () => {
    const ctx = await context();
    await run(ctx, (tx) => kind.insert(ctx, tx, note('a', 'marker-1')));
    const stored = await run(ctx, (tx) => tx.get(kind.kind, 'alice', 'a'));
    expect(Buffer.from(stored!.body).includes('marker-1')).toBe(sealedWith === 'nothing');
  });

  it('say which kind is corrupt without repeating what it holds', async () => {
    const ctx = await context();
    await run(ctx, (tx) =>
      tx.insert({ kind: kind.kind, subject: 'alice', id: 'a', body: Buffer.from('{"secret":"x"}'), at: 0, due: null }),
    );
    const error = await run(ctx, (tx) => kind.get(ctx, tx, 'alice', 'a')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_RECORD_CORRUPT', field: kind.kind });
    expect(`${(error as Error).message}${String((error as Error).cause)}`).not.toContain('secret');
  });
});

describe.each([KINDS.root, KINDS.customer])('a sealed record', (kind) => {
  it.each([
    ['subject', { subject: 'bob' }],
    ['id', { id: 'b' }],
    ['kind', { kind: kind === KINDS.root ? 'note-customer' : 'note-root' }],
  ])('does not open under another %s', async (_name, part) => {
    const ctx = await context();
    await run(ctx, async (tx) => {
      await ctx.createDataKey(tx, 'bob');
      await kind.insert(ctx, tx, note('a', 'x'));
      await tx.put({ ...(await tx.get(kind.kind, 'alice', 'a'))!, ...part });
    });
    const moved = { kind: kind.kind, subject: 'alice', id: 'a', ...part };
    const reader = Object.values(KINDS).find((candidate) => candidate.kind === moved.kind)!;
    await expect(run(ctx, (tx) => reader.get(ctx, tx, moved.subject, moved.id))).rejects.toMatchObject({ code: 'ERR_RECORD_CORRUPT' });
  });
});

describe('a record of an erased customer', () => {
  it('is refused with a code, not a crash, and others still open', async () => {
    const ctx = await context();
    await run(ctx, async (tx) => {
      await KINDS.customer.insert(ctx, tx, note('a', 'x'));
      await KINDS.root.insert(ctx, tx, note('a', 'root'));
      await tx.delete('data-key', 'alice', 'key');
    });
    ctx.forgetDataKey('alice');
    const gone = { code: 'ERR_DATA_KEY_ERASED', field: 'note-customer' };
    await expect(run(ctx, (tx) => KINDS.customer.get(ctx, tx, 'alice', 'a'))).rejects.toMatchObject(gone);
    await expect(run(ctx, (tx) => KINDS.customer.list(ctx, tx, 'alice', { limit: 1 }))).rejects.toMatchObject(gone);
    await expect(run(ctx, (tx) => KINDS.customer.put(ctx, tx, note('b', 'x')))).rejects.toMatchObject(gone);
    expect((await run(ctx, (tx) => KINDS.root.get(ctx, tx, 'alice', 'a')))?.value).toEqual({ text: 'root' });
  });

  it('is refused in the same way while the erasure goes on', async () => {
    const ctx = await context();
    await run(ctx, (tx) => KINDS.customer.insert(ctx, tx, note('a', 'x')));
    const held = (await run(ctx, (tx) => ctx.dataKey(tx, 'alice')))!;
    held.destroy();
    await expect(run(ctx, (tx) => KINDS.customer.get(ctx, tx, 'alice', 'a'))).rejects.toMatchObject({ code: 'ERR_DATA_KEY_ERASED' });
  });

  it('does not open under a key that was made anew', async () => {
    const ctx = await context();
    await run(ctx, async (tx) => {
      await KINDS.customer.insert(ctx, tx, note('a', 'x'));
      await tx.delete('data-key', 'alice', 'key');
      await ctx.createDataKey(tx, 'alice');
    });
    await expect(run(ctx, (tx) => KINDS.customer.get(ctx, tx, 'alice', 'a'))).rejects.toMatchObject({ code: 'ERR_RECORD_CORRUPT' });
  });
});

it('refuses a kind with an impossible name', () => {
  expect(() => defineRecordKind({ kind: 'No Kind', sealedWith: 'root', parse })).toThrow(RangeError);
});

describe('records that are held', () => {
  it('are parsed once, and anew where a byte of them is another', async () => {
    const ctx = await context();
    let parsed = 0;
    const kind = defineRecordKind<Note>({
      kind: 'note-held',
      sealedWith: 'root',
      hold: 2,
      parse(value) {
        parsed++;
        return parse(value);
      },
    });
    const read = () => run(ctx, (tx) => kind.get(ctx, tx, 'alice', 'a'));
    await run(ctx, (tx) => kind.put(ctx, tx, note('a', 'one')));
    expect([await read(), await read()]).toEqual([
      { ...note('a', 'one'), version: 1 },
      { ...note('a', 'one'), version: 1 },
    ]);
    expect(parsed).toBe(1);
    const stored = await run(ctx, (tx) => tx.get('note-held', 'alice', 'a'));
    await run(ctx, (tx) => tx.put({ ...stored!, due: 7 }));
    expect(await read()).toMatchObject({ value: { text: 'one' }, due: 7, version: 2 });
    expect(parsed).toBe(1);
    for (let place = 0; place < stored!.body.length; place++) {
      const body = stored!.body.slice();
      body[place]! ^= 1;
      await run(ctx, (tx) => tx.put({ ...stored!, body }));
      await expect(read()).rejects.toMatchObject({ code: 'ERR_RECORD_CORRUPT' });
    }
    await run(ctx, (tx) => kind.put(ctx, tx, note('a', 'two')));
    expect((await read())?.value.text).toBe('two');
    await run(ctx, (tx) => kind.delete(ctx, tx, 'alice', 'a'));
    expect(await read()).toBeUndefined();
  });

  it('are not given to anybody once the keys are gone, and never under a key that can be erased', async () => {
    const ctx = await context();
    const kind = defineRecordKind<Note>({ kind: 'note-held', sealedWith: 'root', hold: 2, parse });
    await run(ctx, (tx) => kind.put(ctx, tx, note('a', 'one')));
    await run(ctx, (tx) => kind.get(ctx, tx, 'alice', 'a'));
    ctx.stop();
    await expect(run(ctx, (tx) => kind.get(ctx, tx, 'alice', 'a'))).rejects.toMatchObject({ code: 'ERR_NOT_STARTED' });
    expect(() => defineRecordKind<Note>({ kind: 'note-held', sealedWith: 'customer', hold: 1, parse })).toThrow(TypeError);
  });
});
