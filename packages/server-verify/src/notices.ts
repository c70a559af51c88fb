import { z } from 'zod';
import { logAfter } from './after-commit';
import { raiseAlert } from './alerts';
import type { Context } from './context';
import { customerOf } from './customers';
import { errorCode } from './errors';
import { loginNameKind } from './login-names';
import type { MailTexts, NoticeType } from './mail-texts';
import { assertMail, enqueueMail, type MailToSend } from './outbox';
import { doOrPutOff } from './put-off';
import { defineRecordKind, type Stored } from './record-kind';
import { recordSignIn, type SignIn } from './sign-ins';
import type { StoreTransaction } from './store';
import { dropQuarantine } from './typing-learning';

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

/** Marks a notice of which the request raised no alert. */
const LATE = 'late';

/**
 * The same where the request may not write under the customer's key: the job raises the alert of that code too, and drops what was to be learned where
 * the code is of a step-up that was left.
 */
export async function notifyLate(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  type: 'typing-mismatch' | 'step-up-abandoned',
  data: { time: string },
): Promise<void> {
  const now = ctx.clock();
  await noticeKind.insert(ctx, tx, { subject, id: ctx.newId(), value: { type, data: { ...data, [LATE]: 1 } }, at: now, due: now });
}

/** Which counter of the throttle: looked up by a job. */
const COUNTER = 'counter';
const SESSION_COUNTER = /^session:(.+)$/;

/** The counter of the checks of a customer's password inside his sessions. */
export const sessionCounter = (subject: string): string => `session:${subject}`;

/**
 * The same for whoever a counter of the throttle belongs to: a sign-in name's id, or {@link sessionCounter}. A name that nobody has gets nothing.
 */
export async function notifyOwnerOf(
  ctx: Context,
  tx: StoreTransaction,
  counter: string,
  type: 'throttle-cap',
  data: { time: string },
): Promise<void> {
  const now = ctx.clock();
  const value: Notice = { type, data: { ...data, [COUNTER]: counter } };
  await noticeKind.insert(ctx, tx, { subject: '', id: ctx.newId(), value, at: now, due: now });
}

async function ownerOf(ctx: Context, tx: StoreTransaction, { subject, value }: Stored<Notice>): Promise<string | undefined> {
  const counter = value.data[COUNTER];
  if (typeof counter !== 'string') {
    return subject;
  }
  return SESSION_COUNTER.exec(counter)?.[1] ?? (await loginNameKind.get(ctx, tx, '', counter))?.value.subject;
}

/** The time of a notice, as mails state it. */
export function noticeTime(ctx: Context): { time: string } {
  return { time: timeInWords(ctx.clock()) };
}

/** Minutes, in UTC: `2026-01-05 09:30 UTC`. */
export function timeInWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
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
  disputed: false,
};

/**
 * Writes the mails that are due into the outbox, at most 100 at a time; `signature` (such as the bank's address) ends each of them. Where something of one customer can not be
 * read, the others get theirs.
 */
export async function addressNotices(ctx: Context, texts: MailTexts, signature: string): Promise<number> {
  const due = await ctx.store.transaction((tx) => tx.due(noticeKind.kind, ctx.clock(), BATCH));
  for (const { kind, subject, id } of due) {
    const write = () =>
      ctx.store.transaction(async (tx) => {
        const notice = await noticeKind.get(ctx, tx, subject, id);
        if (notice === undefined) {
          return;
        }
        await noticeKind.delete(ctx, tx, subject, id);
        await address(ctx, tx, notice, texts, signature);
      });
    await doOrPutOff(ctx, { kind, subject, id, keptMs: ctx.policy.retention.mailMs }, write);
  }
  return due.length;
}

async function address(ctx: Context, tx: StoreTransaction, notice: Stored<Notice>, texts: MailTexts, signature: string): Promise<void> {
  const { type, data } = notice.value;
  const subject = await ownerOf(ctx, tx, notice);
  const customer = subject === undefined ? undefined : await customerOf(ctx, tx, subject);
  const write = texts[type] as ((data: Record<string, string | number>) => { subject: string; text: string }) | undefined;
  if (subject === undefined || customer?.value.email == null || write === undefined) {
    return;
  }
  await raiseLate(ctx, tx, subject, type, LATE in data);
  let mail: MailToSend;
  try {
    const { subject: title, text } = write(data);
    mail = { subject, to: customer.value.email, message: { subject: title, text: `${text}\n\n${signature}` }, kind: type };
    assertMail(mail);
  } catch (error) {
    // The host's own text or address is no good; the same would happen at every try, and hold up the mails behind it.
    logAfter(ctx, tx, { level: 'error', event: 'mail-text-failed', kind: type, code: errorCode(error) });
    return;
  }
  await enqueueMail(ctx, tx, mail);
}

/** What a request left to be done, because it wrote nothing under a customer's key. */
async function raiseLate(ctx: Context, tx: StoreTransaction, subject: string, type: NoticeType, late: boolean): Promise<void> {
  if (late && (type === 'typing-mismatch' || type === 'step-up-abandoned')) {
    await raiseAlert(ctx, tx, { subject, code: type });
  }
  if (late && type === 'step-up-abandoned') {
    await dropQuarantine(ctx, tx, subject);
  }
  if (type === 'throttle-cap' || type === 'face-mismatch') {
    await raiseAlert(ctx, tx, { subject, code: type });
  }
  if (type === 'face-not-live' || type === 'face-replayed') {
    await raiseAlert(ctx, tx, { subject, code: type });
    await dropQuarantine(ctx, tx, subject);
  }
  if (type === 'typing-automated') {
    await raiseAlert(ctx, tx, { subject, code: type });
    await recordSignIn(ctx, tx, subject, REFUSED_SCRIPT);
    await dropQuarantine(ctx, tx, subject);
  }
}
