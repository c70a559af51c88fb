import { describe, expect, it } from 'vitest';
import { TacitServerError } from './errors';
import { type MailMessage, type MailSink, mailboxSink, readMailbox } from './mail-sinks';
import { memoryStore } from './memory-store';
import { deliverDue, enqueueMail, listFailedMail, type MailToSend, retryMail } from './outbox';
import { startedTestContext, type TestContext } from './testing-context';

const MAIL: MailToSend = {
  subject: 'alice',
  to: 'alice@example.com',
  message: { subject: 'Your code', text: 'The code is 12345678.' },
  kind: 'email-code',
};

async function context(store = memoryStore(), seed = 1): Promise<TestContext> {
  const ctx = await startedTestContext({ store, seed });
  for (const subject of ['alice', 'bob']) {
    await store.transaction((tx) => ctx.createDataKey(tx, subject));
  }
  return ctx;
}

const enqueue = (ctx: TestContext, part: Partial<MailToSend> = {}) =>
  ctx.store.transaction((tx) => enqueueMail(ctx, tx, { ...MAIL, ...part }));

/** As often as a message is tried, each time when its time has come. */
async function tryFiveTimes(ctx: TestContext, sink: MailSink): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await deliverDue(ctx, sink);
    ctx.advance(1_800_000);
  }
}

function recordingSink(fail = () => false): MailSink & { messages: MailMessage[]; attempts: number } {
  const sink = {
    name: 'recording',
    messages: [] as MailMessage[],
    attempts: 0,
    async deliver(message: MailMessage) {
      sink.attempts++;
      if (fail()) {
        throw new TacitServerError('ERR_MAIL_DELIVERY');
      }
      sink.messages.push(message);
    },
  };
  return sink;
}

describe('deliverDue', () => {
  it('delivers what was enqueued, once', async () => {
    const ctx = await context();
    const { id } = await enqueue(ctx);
    const sink = recordingSink();
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 1, failed: 0 });
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 0, failed: 0 });
    expect(sink.messages).toEqual([
      { id, customer: 'alice', to: 'alice@example.com', subject: 'Your code', text: 'The code is 12345678.' },
    ]);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'alice'))).toBe(0);
  });

  it('sends nothing that was enqueued by a transaction that failed', async () => {
    const ctx = await context();
    const failed = ctx.store.transaction(async (tx) => {
      await enqueueMail(ctx, tx, MAIL);
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    expect(await deliverDue(ctx, recordingSink())).toEqual({ delivered: 0, failed: 0 });
  });

  it('tries again after 10 s, 1 min, 5 min and 30 min, then gives up', async () => {
    const ctx = await context();
    const { id } = await enqueue(ctx);
    const sink = recordingSink(() => true);
    for (const wait of [0, 10_000, 60_000, 300_000, 1_800_000]) {
      if (wait > 0) {
        ctx.advance(wait - 1);
        expect(await deliverDue(ctx, sink)).toEqual({ delivered: 0, failed: 0 });
        ctx.advance(1);
      }
      expect(await listFailedMail(ctx)).toEqual([]);
      expect(await deliverDue(ctx, sink)).toEqual({ delivered: 0, failed: 1 });
    }
    ctx.advance(86_400_000);
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 0, failed: 0 });
    expect(sink.attempts).toBe(5);
    const [failed] = await listFailedMail(ctx);
    expect(failed).toMatchObject({ id, subject: 'alice', kind: 'email-code', failures: 5, code: 'ERR_MAIL_DELIVERY' });
    expect(JSON.stringify(failed)).not.toMatch(/example\.com|12345678/);
  });

  it('sends again what an operator retries', async () => {
    const ctx = await context();
    const { id } = await enqueue(ctx);
    let broken = true;
    const sink = recordingSink(() => broken);
    await expect(retryMail(ctx, id)).rejects.toMatchObject({ code: 'ERR_MAIL_UNKNOWN' });
    await tryFiveTimes(ctx, sink);
    broken = false;
    await retryMail(ctx, id);
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 1, failed: 0 });
    expect(await listFailedMail(ctx)).toEqual([]);
    await expect(retryMail(ctx, id)).rejects.toMatchObject({ code: 'ERR_MAIL_UNKNOWN' });
    await expect(retryMail(ctx, 'nonsense')).rejects.toMatchObject({ code: 'ERR_MAIL_UNKNOWN' });
  });

  it('lists what was given up also where a message can not be read', async () => {
    const ctx = await context();
    const { id } = await enqueue(ctx);
    const sink = recordingSink(() => true);
    await tryFiveTimes(ctx, sink);
    await enqueue(ctx);
    await ctx.store.transaction(async (tx) => {
      for (const record of await tx.listKind('outbox', { limit: 10 })) {
        if (!id.endsWith(record.id)) {
          await tx.put({ ...record, body: new Uint8Array(40) });
        }
      }
    });
    expect((await listFailedMail(ctx)).map((mail) => mail.id)).toEqual([id]);
  });

  it('lists what was given up also where more wait than it looks through', async () => {
    const ctx = await context();
    const { id } = await enqueue(ctx);
    const sink = recordingSink(() => true);
    await tryFiveTimes(ctx, sink);
    await ctx.store.transaction(async (tx) => {
      const [record] = await tx.list('outbox', 'alice', { limit: 1 });
      for (let i = 0; i < 10_000; i++) {
        await tx.insert({ ...record!, id: `${i}`.padStart(22, '-'), body: new Uint8Array(1), due: ctx.clock() });
      }
    });
    expect((await listFailedMail(ctx)).map((mail) => mail.id)).toEqual([id]);
  });

  it('deletes a message that was given up when its time is over', async () => {
    const ctx = await context();
    await enqueue(ctx);
    const sink = recordingSink(() => true);
    await tryFiveTimes(ctx, sink);
    ctx.advance(30 * 86_400_000);
    await deliverDue(ctx, sink);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'alice'))).toBe(0);
    expect(sink.attempts).toBe(5);
  });

  it('makes one attempt at a time over many servers', async () => {
    const store = memoryStore();
    const servers = await Promise.all([context(store), context(store, 2), context(store, 3)]);
    for (let i = 0; i < 20; i++) {
      await enqueue(servers[0]!);
    }
    const sink = recordingSink();
    const results = await Promise.all(servers.map((ctx) => deliverDue(ctx, sink)));
    expect(results.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(20);
    expect(new Set(sink.messages.map(({ id }) => id)).size).toBe(20);
    expect(sink.messages).toHaveLength(20);
  });

  it('gives a message that a crash cut off to another server after two minutes, under the same id', async () => {
    const store = memoryStore();
    const ctx = await context(store);
    const { id } = await enqueue(ctx);
    void deliverDue(ctx, { name: 'hanging', deliver: () => new Promise(() => undefined) });
    const other = await context(store, 2);
    const sink = recordingSink();
    other.advance(119_999);
    expect(await deliverDue(other, sink)).toEqual({ delivered: 0, failed: 0 });
    other.advance(1);
    expect(await deliverDue(other, sink)).toEqual({ delivered: 1, failed: 0 });
    expect(sink.messages.map((message) => message.id)).toEqual([id]);
  });

  it('lets a slow server that lost its lease change nothing', async () => {
    const store = memoryStore();
    const ctx = await context(store);
    await enqueue(ctx);
    let fail = (_error: Error): void => undefined;
    const slow = deliverDue(ctx, {
      name: 'slow',
      deliver: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    });
    const other = await context(store, 2);
    other.advance(120_000);
    const again = deliverDue(
      other,
      recordingSink(() => true),
    );
    expect(await again).toEqual({ delivered: 0, failed: 1 });
    const before = await store.transaction((tx) => tx.list('outbox', 'alice', { limit: 1 }));
    fail(new Error('too late'));
    expect(await slow).toEqual({ delivered: 0, failed: 1 });
    expect(await store.transaction((tx) => tx.list('outbox', 'alice', { limit: 1 }))).toEqual(before);
  });

  it('is not stopped by one bad address or one erased customer', async () => {
    const ctx = await context();
    await enqueue(ctx, { subject: 'bob', to: 'bob@example.com' });
    await enqueue(ctx);
    await ctx.store.transaction((tx) => tx.delete('data-key', 'bob', 'key'));
    ctx.forgetDataKey('bob');
    const sink = recordingSink();
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 1, failed: 0 });
    expect(sink.messages.map(({ customer }) => customer)).toEqual(['alice']);
    expect(ctx.events).toEqual([{ level: 'error', event: 'mail-unreadable', code: 'ERR_DATA_KEY_ERASED' }]);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'bob'))).toBe(0);
  });

  it('is not stopped by a key that does not open, and waits for it until its time is over', async () => {
    const ctx = await context();
    // More than one claim looks at.
    for (let i = 0; i < 20; i++) {
      await enqueue(ctx, { subject: 'bob', to: 'bob@example.com' });
    }
    ctx.advance(1);
    await enqueue(ctx);
    const key = await ctx.store.transaction((tx) => tx.get('data-key', 'bob', 'key'));
    const damaged = key!.body.map((byte, i) => (i < key!.body.length - 8 ? byte : 65));
    await ctx.store.transaction((tx) => tx.put({ ...key!, body: damaged }));
    ctx.forgetDataKey('bob');
    const sink = recordingSink();
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 1, failed: 0 });
    expect(sink.messages.map(({ customer }) => customer)).toEqual(['alice']);
    expect(ctx.events).toHaveLength(20);
    expect(ctx.events[0]).toEqual({ level: 'error', event: 'mail-unreadable', code: 'ERR_KEY_WRONG' });
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 0, failed: 0 });
    expect(ctx.events).toHaveLength(20);

    // The key is restored.
    await ctx.store.transaction((tx) => tx.put({ ...key! }));
    ctx.advance(3_600_000);
    expect(await deliverDue(ctx, sink)).toEqual({ delivered: 20, failed: 0 });

    await enqueue(ctx, { subject: 'bob', to: 'bob@example.com' });
    await ctx.store.transaction((tx) => tx.put({ ...key!, body: damaged }));
    ctx.forgetDataKey('bob');
    await deliverDue(ctx, sink);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'bob'))).toBe(1);
    ctx.advance(30 * 86_400_000);
    await deliverDue(ctx, sink);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'bob'))).toBe(0);
  });

  it('does not fail when the customer is erased during a delivery', async () => {
    const ctx = await context();
    await enqueue(ctx);
    const erasing = (error?: Error): MailSink => ({
      name: 'erasing',
      async deliver() {
        await ctx.store.transaction((tx) => tx.deleteSubject('alice'));
        ctx.forgetDataKey('alice');
        if (error) {
          throw error;
        }
      },
    });
    expect(await deliverDue(ctx, erasing(new Error('refused')))).toEqual({ delivered: 0, failed: 1 });
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'alice'))).toBe(0);
  });

  it('delivers at most as many as asked', async () => {
    const ctx = await context();
    for (let i = 0; i < 6; i++) {
      await enqueue(ctx);
    }
    expect(await deliverDue(ctx, recordingSink(), { limit: 4 })).toEqual({ delivered: 4, failed: 0 });
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'alice'))).toBe(2);
  });

  it('logs failures by code, without address or text', async () => {
    const ctx = await context();
    await enqueue(ctx);
    await deliverDue(ctx, {
      name: 'smtp',
      deliver: () => Promise.reject(Object.assign(new Error('alice@example.com rejected'), { code: 'EENVELOPE' })),
    });
    expect(ctx.events).toEqual([{ level: 'warn', event: 'mail-failed', sink: 'smtp', code: 'EENVELOPE', failures: 1 }]);
  });
});

describe('enqueueMail', () => {
  it('keeps address and text sealed', async () => {
    const ctx = await context();
    await enqueue(ctx);
    const [record] = await ctx.store.transaction((tx) => tx.list('outbox', 'alice', { limit: 1 }));
    const bytes = Buffer.from(record!.body);
    expect(['alice@example.com', 'Your code', '12345678'].some((text) => bytes.includes(text))).toBe(false);
  });

  it.each<[string, Partial<MailToSend>, ErrorConstructor]>([
    ['two addresses', { to: 'a@example.com,b@example.com' }, RangeError],
    ['a name with an address', { to: 'Alice <a@example.com>' }, RangeError],
    ['a header in an address', { to: 'a@example.com\nBcc:b@example.com' }, RangeError],
    ['no address', { to: 'alice' }, RangeError],
    ['a long address', { to: `${'a'.repeat(250)}@example.com` }, RangeError],
    ['a number as an address', { to: 1 as unknown as string }, TypeError],
    ['a header in a subject', { message: { subject: 'Code\r\nBcc: b@example.com', text: 'x' } }, RangeError],
    ['an empty text', { message: { subject: 'Code', text: '' } }, RangeError],
    ['a long text', { message: { subject: 'Code', text: 'x'.repeat(20_001) } }, RangeError],
    ['a kind with a digit', { kind: 'code-1' }, RangeError],
  ])('refuses %s', async (_name, part, error) => {
    const ctx = await context();
    await expect(enqueue(ctx, part)).rejects.toThrow(error);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', 'alice'))).toBe(0);
  });
});

describe('mailboxSink', () => {
  it('keeps what it receives, sealed, the newest first', async () => {
    const ctx = await context();
    await enqueue(ctx);
    await deliverDue(ctx, mailboxSink(ctx));
    ctx.advance(1_000);
    await enqueue(ctx, { subject: 'bob', to: 'bob@example.com' });
    await deliverDue(ctx, mailboxSink(ctx));
    expect((await readMailbox(ctx)).map(({ customer, to, at }) => [customer, to, at])).toEqual([
      ['bob', 'bob@example.com', ctx.clock()],
      ['alice', 'alice@example.com', ctx.clock() - 1_000],
    ]);
    expect(await readMailbox(ctx, { subject: 'alice' })).toMatchObject([{ subject: 'Your code', text: 'The code is 12345678.' }]);
    expect(await readMailbox(ctx, { limit: 1 })).toHaveLength(1);
    const [record] = await ctx.store.transaction((tx) => tx.list('mail', 'alice', { limit: 1 }));
    expect(Buffer.from(record!.body).includes('12345678')).toBe(false);
    expect(record!.due).toBe(record!.at + 30 * 86_400_000);
  });

  it('shows the newest of all, however many older ones there are and though they can not be read', async () => {
    const ctx = await context();
    const due = ctx.clock() + 30 * 86_400_000;
    await ctx.store.transaction(async (tx) => {
      for (let i = 0; i < 1_000; i++) {
        await tx.insert({ kind: 'mail', subject: 'a', id: `older-${i}`, body: new Uint8Array(1), at: ctx.clock(), due });
      }
    });
    ctx.advance(1_000);
    await enqueue(ctx);
    await deliverDue(ctx, mailboxSink(ctx));
    expect((await readMailbox(ctx)).map(({ customer }) => customer)).toEqual(['alice']);
  });

  it('keeps one copy of a message that is delivered again', async () => {
    const ctx = await context();
    const { id } = await enqueue(ctx);
    const message = { id, customer: 'alice', to: MAIL.to, subject: 'Your code', text: 'x' };
    await mailboxSink(ctx).deliver(message);
    await mailboxSink(ctx).deliver(message);
    expect(await readMailbox(ctx)).toHaveLength(1);
  });
});
