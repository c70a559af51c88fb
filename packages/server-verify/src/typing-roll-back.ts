import { type DefaultProfile, defaultDetector, firstEntries } from '@tacit-auth/models';
import type { Context } from './context';
import { requestScrub } from './erased-data';
import type { StoreTransaction } from './store';
import { forgetLearning } from './typing-history';
import { deleteSamples } from './typing-samples';
import {
  dropPendingTyping,
  forgetTemplate,
  readTemplate,
  type TypingTemplate,
  totalOf,
  typingTemplateKind,
  writeTemplate,
} from './typing-template';
import { isUnreadable } from './unreadable-record';

export interface TypingRollBack {
  /**
   * - `rolled-back`: the template is as its verified entries make it; what else it had learned is gone.
   * - `unchanged`: it held nothing but verified entries.
   * - `enrol-again`: too few verified entries are left, or the template can not be read, by this version or by any, so it was erased. Until the customer enrols again his sign-ins take the code.
   * - `none`: there was no template.
   */
  template: 'rolled-back' | 'unchanged' | 'enrol-again' | 'none';
  /** Entries deleted from quarantine, and of sign-ins whose other factor was still open. */
  dropped: number;
  /** Entries that the template had learned and has no more; 0 where that can not be read. */
  unlearned: number;
}

/**
 * Undoes learning after an alert or a disputed sign-in. The template goes back to its verified entries; with `before`, to those verified before that
 * time, for the case that the factor itself was in wrong hands. The quarantine goes, and
 * an enrolment that was not activated. What was judged before and is not written yet has no effect.
 *
 * @param subject the record subject (`ctx.subjectOf`).
 */
export async function rollBackTyping(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  { before = Number.POSITIVE_INFINITY }: { before?: number } = {},
): Promise<TypingRollBack> {
  const dropped = (await deleteSamples(tx, subject, 'quarantine')) + (await deleteSamples(tx, subject, 'held'));
  const hadPending = await dropPendingTyping(tx, subject);
  await forgetLearning(ctx, tx, subject);
  const template = await storedTemplate(ctx, tx, subject);
  if (template === 'none') {
    await scrubIf(ctx, tx, dropped > 0 || hadPending);
    return { template, dropped, unlearned: 0 };
  }
  const anchor = template === 'unreadable' ? undefined : anchorBefore(template, before);
  if (template === 'unreadable' || anchor === undefined || totalOf(anchor) < ctx.policy.registration.passwordEntries) {
    // The history stays: a recording of an old login must be no good for the next template.
    await deleteSamples(tx, subject);
    await tx.delete(typingTemplateKind.kind, subject, 'current');
    await scrubIf(ctx, tx, true);
    forgetTemplate(ctx, subject);
    return { template: 'enrol-again', dropped, unlearned: template === 'unreadable' ? 0 : template.learned };
  }
  const next = verifiedAlone(ctx, template, anchor);
  await writeTemplate(ctx, tx, { subject, slot: 'current', template: next, due: ctx.clock() });
  const unlearned = template.learned - next.learned;
  await scrubIf(ctx, tx, dropped > 0 || hadPending || unlearned > 0);
  return { template: unlearned > 0 ? 'rolled-back' : 'unchanged', dropped, unlearned };
}

async function storedTemplate(ctx: Context, tx: StoreTransaction, subject: string): Promise<TypingTemplate | 'none' | 'unreadable'> {
  try {
    return (await readTemplate(ctx, tx, subject))?.template ?? 'none';
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    return 'unreadable';
  }
}

/** The anchor of what was verified before a time; undefined where that is too little for a profile. An entry that was verified again since goes. */
function anchorBefore({ verifiedAt, anchor }: TypingTemplate, before: number): DefaultProfile | undefined {
  const since = verifiedAt.findIndex((at) => at >= before);
  if (since < 0) {
    return anchor;
  }
  return since < defaultDetector.minimumEnrolment ? undefined : firstEntries(anchor, since);
}

function verifiedAlone(ctx: Context, template: TypingTemplate, anchor: DefaultProfile): TypingTemplate {
  const forgotten = totalOf(template.anchor) - totalOf(anchor);
  const verified = template.verified - forgotten;
  const verifiedAt = template.verifiedAt.slice(0, anchor.samples);
  // Where nothing is to be unlearned the profile keeps what weight it gave to the latest entries.
  const profile = forgotten === 0 && template.learned === template.verified ? template.profile : anchor;
  // Under a name of its own, so that an entry which was judged by the template as it was is not accepted by it.
  const lastLearned = verifiedAt.at(-1) ?? template.enrolledAt;
  return { ...template, profile, anchor, learned: verified, verified, verifiedAt, lastLearned, enrolment: ctx.newId() };
}

async function scrubIf(ctx: Context, tx: StoreTransaction, erased: boolean): Promise<void> {
  if (erased) {
    await requestScrub(ctx, tx);
  }
}
