import { z } from 'zod';
import { raiseAlert } from './alerts';
import type { Context } from './context';
import { customerOf } from './customers';
import { errorCode } from './errors';
import type { MailTexts, NoticeType } from './mail-texts';
import { assertMail, enqueueMail, type MailToSend } from './outbox';
import { defineRecordKind, type Stored } from './record-kind';
import { recordSignIn, type SignIn } from './sign-ins';
import type { StoreTransaction } from './store';

interface Notice {
  type: NoticeType;
  data: Record<string, string | number>;
}

const shape = z.object({
  type: z.custom<NoticeType>((value) => typeof value === 'string'),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
});

/**
 * A mail that is still to be addressed and written. Looking up the address takes the customer's key, so it is left to a job: the request makes
 * one insert, whether or not there is such a customer.
 */
export const noticeKind = defineRecordKind<Notice>({ kind: 'notice', sealedWith: 'root', parse: (value) => shape.parse(value) });

/** Has the customer told by mail, once the transaction has come through. A subject that is nobody's gets nothing. */
export async function notify<Type extends NoticeType>(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  type: Type,
  data: Parameters<MailTexts[Type]>[0],
): Promise<void> {
  const now = ctx.clock();
  await noticeKind.insert(ctx, tx, { subject, id: ctx.newId(), value: { type, data: { ...data } }, at: now, due: now });
}

/** The time of a notice as mails state it: minutes, in UTC. */
export function noticeTime(ctx: Context): { time: string } {
  return { time: `${new Date(ctx.clock()).toISOString().slice(0, 16).replace('T', ' ')} UTC` };
}

const BATCH = 100;

const REFUSED_SCRIPT: SignIn = {
  kind: 'login',
  outcome: 'refused',
  factors: ['password'],
  reason: 'typing-automated',
  steppedUp: false,
  wordsPerMinute: null,
  confirmed: false,
};

/** Writes the mails that are due into the outbox, at most 100 at a time; `signature` (such as the bank's address) ends each of them. */
export async function addressNotices(ctx: Context, texts: MailTexts, signature: string): Promise<number> {
  const due = await ctx.store.transaction((tx) => tx.due(noticeKind.kind, ctx.clock(), BATCH));
  for (const { subject, id } of due) {
    await ctx.store.transaction(async (tx) => {
      const notice = await noticeKind.get(ctx, tx, subject, id);
      if (notice === undefined) {
        return;
      }
      await noticeKind.delete(ctx, tx, subject, id);
      await address(ctx, tx, notice, texts, signature);
    });
  }
  return due.length;
}

async function address(ctx: Context, tx: StoreTransaction, notice: Stored<Notice>, texts: MailTexts, signature: string): Promise<void> {
  const { type, data } = notice.value;
  const customer = await customerOf(ctx, tx, notice.subject);
  const write = texts[type] as ((data: Record<string, string | number>) => { subject: string; text: string }) | undefined;
  if (customer?.value.email == null || write === undefined) {
    return;
  }
  if (type === 'typing-automated') {
    // Its request wrote nothing under the customer's key.
    await raiseAlert(ctx, tx, { subject: notice.subject, code: type });
    await recordSignIn(ctx, tx, notice.subject, REFUSED_SCRIPT);
  }
  let mail: MailToSend;
  try {
    const { subject, text } = write(data);
    mail = { subject: notice.subject, to: customer.value.email, message: { subject, text: `${text}\n\n${signature}` }, kind: type };
    assertMail(mail);
  } catch (error) {
    // The host's own text or address is no good; the same would happen at every try, and hold up the mails behind it.
    ctx.log({ level: 'error', event: 'mail-text-failed', kind: type, code: errorCode(error) });
    return;
  }
  await enqueueMail(ctx, tx, mail);
}
