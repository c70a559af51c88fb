import {
  type FixedTextVector,
  fixedTextVector,
  hasHolds,
  type Insufficient,
  insufficient,
  isInsufficient,
  keysOf,
  type ParsedTypingSample,
} from '@tacit-auth/features';
import { checkTyping, defaultDetector } from '@tacit-auth/models';
import { requireConsent } from './consent';
import type { Context } from './context';
import { TacitServerError } from './errors';
import type { StoreTransaction } from './store';
import {
  appendToHistory,
  emptyHistory,
  HISTORY_ID,
  historyVectors,
  readHistory,
  type TypingHistory,
  typingHistoryKind,
} from './typing-history';
import type { TemplateSummary } from './typing-result';
import { deleteSamples, keepSample, takeSamples } from './typing-samples';
import { forgetTemplate, readTemplate, summaryOf, type TypingTemplate, writeTemplate } from './typing-template';
import { ifReadable } from './unreadable-record';

/** Most entries and most texts of one enrolment. */
export const ENROLMENT_LIMITS = Object.freeze({ maxSamples: 50, maxTexts: 10, maxTextLength: 2_000 });

export interface EnrolmentText {
  id: string;
  typed: string;
  sample: ParsedTypingSample;
}

export interface EnrolTypingInput {
  /** The record subject (`ctx.subjectOf`), with a data key and a granted consent. */
  subject: string;
  /** Entries of one password, oldest first. */
  samples: readonly ParsedTypingSample[];
  /** Short texts typed beside it; kept, not learned. */
  texts?: readonly EnrolmentText[];
  /** Whether it waits for {@link activateTyping} beside the template in use, or takes its place at once. */
  pending: boolean;
  /**
   * It is the same password as before: what was judged so far stays in the replay history, so that a recording of an old login is no good for the
   * new template either. Not for a pending one. Default false.
   */
  samePassword?: boolean;
}

/**
 * Enrols a customer's typing of one password: template, replay history and raw samples. It takes the place of an earlier enrolment of the same
 * slot altogether.
 *
 * @returns Insufficient, with the entry in `detail`, for entries that can not be enrolled; nothing is written then
 * @throws TacitServerError `ERR_CONSENT_MISSING`; `ERR_TYPING_AUTOMATED` for an entry that a script typed or that repeats another one
 */
export async function enrolTyping(
  ctx: Context,
  tx: StoreTransaction,
  { subject, samples, texts = [], pending, samePassword = false }: EnrolTypingInput,
): Promise<{ template: TemplateSummary; status?: never } | Insufficient> {
  await requireConsent(ctx, tx, subject);
  // One that can not be read must not keep the customer from enrolling again.
  const read = samePassword && !pending ? await ifReadable(readHistory(ctx, tx, subject)) : undefined;
  const known = read?.history ?? emptyHistory();
  const vectors = enrolmentVectors(ctx, samples, historyVectors(known));
  if (isInsufficient(vectors)) {
    return vectors;
  }
  const window = texts.findIndex(({ sample }) => sample.mode === 'window');
  if (window >= 0) {
    return insufficient('free-text-window', `texts[${window}]`);
  }
  const profile = defaultDetector.fit(vectors);
  if (isInsufficient(profile)) {
    return profile;
  }
  const now = ctx.clock();
  const learned = vectors.length;
  const template: TypingTemplate = {
    detector: defaultDetector.id,
    profile,
    anchor: profile,
    learned,
    verified: learned,
    verifiedAt: new Array<number>(profile.samples).fill(now),
    enrolment: ctx.newId(),
    enrolledAt: now,
    lastLearned: now,
    released: null,
  };
  const due = pending ? now + ctx.policy.registration.lifetimeMs : null;
  await deleteSamples(tx, subject, pending ? 'pending' : undefined);
  await writeTemplate(ctx, tx, { subject, slot: pending ? 'pending' : 'current', template, due });
  if (!pending) {
    await tx.delete('typing-template', subject, 'pending');
    forgetTemplate(ctx, subject);
  }
  const { historySize } = ctx.policy.typing;
  const history = vectors.reduce<TypingHistory>((kept, vector) => appendToHistory(kept, vector, historySize), { ...known, consensus: [] });
  await typingHistoryKind.put(ctx, tx, { subject, id: pending ? 'pending' : HISTORY_ID, value: history, at: now, due });
  const role = pending ? 'pending' : 'enrolment';
  for (const sample of samples) {
    await keepSample(ctx, tx, { subject, role, value: { sample, text: null } });
  }
  for (const { id, typed, sample } of texts) {
    await keepSample(ctx, tx, { subject, role, value: { sample, text: { id, typed } } });
  }
  return { template: summaryOf(ctx, template) };
}

function enrolmentVectors(
  ctx: Context,
  samples: readonly ParsedTypingSample[],
  known: readonly FixedTextVector[],
): FixedTextVector[] | Insufficient {
  const wanted = Math.max(ctx.policy.registration.passwordEntries, defaultDetector.minimumEnrolment);
  if (samples.length < wanted) {
    return insufficient('too-few-samples', `${samples.length} of at least ${wanted} entries`);
  }
  if (samples.length > ENROLMENT_LIMITS.maxSamples) {
    throw new RangeError(`samples must have at most ${ENROLMENT_LIMITS.maxSamples} entries`);
  }
  const vectors: FixedTextVector[] = [];
  for (const [index, sample] of samples.entries()) {
    const vector = fixedTextVector(sample, { minimumKeys: ctx.policy.typing.minimumKeys });
    if (isInsufficient(vector)) {
      return insufficient(vector.reason, `samples[${index}]`);
    }
    const [first = vector] = vectors;
    if (keysOf(vector) !== keysOf(first)) {
      return insufficient('length-mismatch', `samples[${index}]`);
    }
    if (hasHolds(vector) !== hasHolds(first)) {
      return insufficient('missing-releases', `samples[${index}]`);
    }
    if (checkTyping({ sample, vector, history: [...known, ...vectors] }).failed.length > 0) {
      throw new TacitServerError('ERR_TYPING_AUTOMATED', { field: `samples[${index}]` });
    }
    vectors.push(vector);
  }
  return vectors;
}

/** Puts a pending enrolment in the place of the one in use. False when none waits, or its time has run out. */
export async function activateTyping(
  ctx: Context,
  tx: StoreTransaction,
  subject: string,
  options: { late?: boolean } = {},
): Promise<boolean> {
  const pending = await readTemplate(ctx, tx, subject, 'pending');
  if (pending === undefined || (!options.late && pending.due !== null && pending.due <= ctx.clock())) {
    return false;
  }
  // Consent may have been withdrawn and given again; withdrawing erases what was pending, so this one was given under the consent in force.
  const samples = await takeSamples(ctx, tx, subject, 'pending');
  const history = await typingHistoryKind.get(ctx, tx, subject, 'pending');
  await deleteSamples(tx, subject);
  await writeTemplate(ctx, tx, { subject, slot: 'current', template: pending.template, due: null });
  await tx.delete('typing-template', subject, 'pending');
  await tx.delete('typing-history', subject, 'pending');
  const value: TypingHistory = history?.value ?? emptyHistory();
  await typingHistoryKind.put(ctx, tx, { subject, id: HISTORY_ID, value, at: ctx.clock(), due: null });
  for (const { value: kept } of samples) {
    await keepSample(ctx, tx, { subject, role: 'enrolment', value: kept });
  }
  forgetTemplate(ctx, subject);
  return true;
}
