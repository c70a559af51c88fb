import { describe, expect, it } from 'vitest';
import { ensureCustomer } from './customers';
import { mailboxSink, readMailbox } from './mail-sinks';
import { MAIL_TEXTS } from './mail-texts';
import { addressNotices, noticeTime, notify } from './notices';
import { deliverDue } from './outbox';
import { RETRY_MS } from './put-off';
import { startedTestContext } from './testing-context';

async function begin() {
  const ctx = await startedTestContext();
  const { subject } = await ctx.store.transaction((tx) => ensureCustomer(ctx, tx, { hostSubject: 'h1', email: 'ada@mail.test' }));
  return { ctx, subject };
}

describe('notices', () => {
  it('become mails to the address that the customer has when they are written', async () => {
    const { ctx, subject } = await begin();
    await ctx.store.transaction((tx) => notify(ctx, tx, subject, 'reset-code', { code: '123456', minutes: 60 }));
    expect(await addressNotices(ctx, MAIL_TEXTS, 'https://bank.test')).toBe(1);
    expect(await addressNotices(ctx, MAIL_TEXTS, 'https://bank.test')).toBe(0);
    await deliverDue(ctx, mailboxSink(ctx));
    const [mail] = await readMailbox(ctx);
    expect(mail).toMatchObject({ to: 'ada@mail.test', subject: 'Your code to reset the password' });
    expect(mail?.text).toContain('123456');
    expect(mail?.text).toMatch(/\n\nhttps:\/\/bank\.test$/);
  });

  it('of somebody who is not there are dropped', async () => {
    const { ctx } = await begin();
    await ctx.store.transaction((tx) => notify(ctx, tx, 'nobody', 'password-changed', noticeTime(ctx)));
    expect(await addressNotices(ctx, MAIL_TEXTS, 'x')).toBe(1);
    expect(await ctx.store.transaction((tx) => tx.listKind('outbox', { limit: 10 }))).toEqual([]);
  });

  it('do not stop the others when the host fails to write one', async () => {
    const { ctx, subject } = await begin();
    const texts = {
      ...MAIL_TEXTS,
      'password-changed': () => {
        throw new Error('no template');
      },
    };
    await ctx.store.transaction(async (tx) => {
      await notify(ctx, tx, subject, 'password-changed', noticeTime(ctx));
      await notify(ctx, tx, subject, 'card-activated', noticeTime(ctx));
    });
    await addressNotices(ctx, texts, 'x');
    expect(await ctx.store.transaction((tx) => tx.listKind('outbox', { limit: 10 }))).toHaveLength(1);
    expect(ctx.events).toMatchObject([{ event: 'mail-text-failed', kind: 'password-changed' }]);
  });

  it('do not stop the others when a customer can not be read: theirs is tried again each hour, for as long as mail is kept', async () => {
    const { ctx, subject } = await begin();
    const { subject: damaged } = await ctx.store.transaction((tx) => ensureCustomer(ctx, tx, { hostSubject: 'h2', email: 'b@mail.test' }));
    const whole = await ctx.store.transaction((tx) => tx.get('customer', damaged, 'customer'));
    await ctx.store.transaction(async (tx) => {
      await tx.put({ ...whole!, body: new Uint8Array(40) });
      await notify(ctx, tx, damaged, 'card-activated', noticeTime(ctx));
    });
    ctx.advance(1);
    await ctx.store.transaction((tx) => notify(ctx, tx, subject, 'card-activated', noticeTime(ctx)));
    const waiting = () => ctx.store.transaction((tx) => tx.count('outbox', damaged));
    const address = () => addressNotices(ctx, MAIL_TEXTS, 'x');
    expect(await address()).toBe(2);
    expect(await ctx.store.transaction((tx) => tx.count('outbox', subject))).toBe(1);
    expect(ctx.events).toEqual([{ level: 'error', event: 'record-unreadable', kind: 'notice', code: 'ERR_RECORD_CORRUPT' }]);
    expect(await address()).toBe(0);
    ctx.advance(RETRY_MS);
    expect([await address(), await waiting()]).toEqual([1, 0]);
    await ctx.store.transaction((tx) => tx.put(whole!));
    ctx.advance(RETRY_MS);
    expect([await address(), await waiting()]).toEqual([1, 1]);

    await ctx.store.transaction(async (tx) => {
      await tx.put({ ...whole!, body: new Uint8Array(40) });
      await notify(ctx, tx, damaged, 'card-activated', noticeTime(ctx));
    });
    await address();
    ctx.advance(ctx.policy.retention.mailMs);
    expect([await address(), await ctx.store.transaction((tx) => tx.count('notice', damaged))]).toEqual([1, 0]);
  });

  it('do not stop the others when an address can not be written to', async () => {
    const { ctx, subject } = await begin();
    const { subject: nobody } = await ctx.store.transaction((tx) => ensureCustomer(ctx, tx, { hostSubject: 'h2', email: 'no address' }));
    await ctx.store.transaction(async (tx) => {
      await notify(ctx, tx, nobody, 'card-activated', noticeTime(ctx));
      await notify(ctx, tx, subject, 'card-activated', noticeTime(ctx));
    });
    expect(await addressNotices(ctx, MAIL_TEXTS, 'x')).toBe(2);
    expect(await ctx.store.transaction((tx) => tx.listKind('outbox', { limit: 10 }))).toHaveLength(1);
  });

  it('have an English text for each kind, on one subject line', () => {
    for (const write of Object.values(MAIL_TEXTS) as Array<(data: Record<string, string>) => { subject: string; text: string }>) {
      const { subject, text } = write({
        code: '123456',
        minutes: '60',
        hours: '72',
        time: '2026-01-05 09:00 UTC',
        signedInAt: '2026-01-05 08:00 UTC',
      });
      expect(subject).toMatch(/^[^\n]{5,80}$/);
      expect(text).not.toContain('undefined');
    }
  });
});
