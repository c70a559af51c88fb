import {
  assertParsedTypingSample,
  type FixedTextVector,
  fixedTextVector,
  type Insufficient,
  isInsufficient,
  type ParsedTypingSample,
} from '@tacit-auth/features';
import { checkTyping, defaultDetector, type ReplayHistory, type Score } from '@tacit-auth/models';
import { isClockTooCoarse } from './coarse-clock';
import { hasConsent } from './consent';
import type { Context } from './context';
import type { TacitServerError } from './errors';
import { misfit } from './profile-misfit';
import type { StoreTransaction } from './store';
import { appendEntry, historyVectors, type ReadHistory, readHistory, writeHistory } from './typing-history';
import { quarantineIfEligible } from './typing-learning';
import type { TypingFigures, TypingReason, TypingResult } from './typing-result';
import { keepSample } from './typing-samples';
import { isCurrent, readTemplate, stateOf, summaryOf, type TypingTemplate, writeTemplate } from './typing-template';
import { isUnreadable } from './unreadable-record';
import { noteUnreadable } from './unreadable-typing';

export interface JudgeTypingInput {
  /** The record subject (`ctx.subjectOf`). One that nobody has is answered like a customer without a template. */
  subject: string;
  sample: ParsedTypingSample;
  /** Judge at `policy.typing.strictFmr` instead of `targetFmr`. */
  strict?: boolean;
}

export interface TypingEffects {
  /** The verdict to act on: the one given before, unless another login changed the case in between (a replay, a withdrawal). */
  result: TypingResult;
  /** Id of the sealed sample that waits for the other factor. */
  heldSample?: string;
}

export interface JudgedTyping {
  result: TypingResult;
  /**
   * Writes what follows from the verdict, once, in the transaction that writes the outcome. With `held` another factor will be asked: the sample
   * waits for it. Without, an accepted sample goes to quarantine where the learning rule allows it.
   */
  effects(tx: StoreTransaction, options?: { held?: boolean }): Promise<TypingEffects>;
}

/** Judges one entry of the password in a transaction of its own; what follows is written by `effects`. */
export async function judgeTyping(ctx: Context, { subject, sample, strict = false }: JudgeTypingInput): Promise<JudgedTyping> {
  assertParsedTypingSample(sample);
  const known = await ctx.store.transaction((tx) => readKnown(ctx, tx, subject));
  if (known.template === undefined) {
    const result = refused(ctx, undefined, 'step-up', reasonWithout(known));
    return {
      result,
      async effects(tx) {
        if (known.unreadable !== undefined) {
          await noteUnreadable(ctx, tx, subject, known.unreadable);
        }
        return { result };
      },
    };
  }
  const { template, history } = known;
  const vector = fixedTextVector(sample, { minimumKeys: ctx.policy.typing.minimumKeys });
  if (isInsufficient(vector)) {
    return unjudged(ctx, template, vector);
  }
  const unfit = misfit(template.profile, vector);
  if (unfit !== undefined) {
    return unjudged(ctx, template, unfit);
  }
  const judged = verdict(ctx, { template, sample, vector, history: history.entries, strict });
  return {
    result: judged.result,
    effects: (tx, { held = false } = {}) =>
      writeEffects(ctx, tx, { ...judged, subject, sample, vector, template, judgedAt: history.history.total, held }),
  };
}

/** Leads to the other factor, without a word to anybody: nothing is said about who typed. */
function unjudged(ctx: Context, template: TypingTemplate, { reason }: Insufficient): JudgedTyping {
  const result = refused(ctx, template, 'retry', reason);
  return { result, effects: async () => ({ result }) };
}

/** Nothing that can be judged by: not consented to, not enrolled, or not to be read. */
type NoTemplate = { template?: never; consent: boolean; unreadable?: TacitServerError };
type Known = { template: TypingTemplate; due: number | null; history: ReadHistory } | NoTemplate;

async function readKnown(ctx: Context, tx: StoreTransaction, subject: string): Promise<Known> {
  try {
    const found = await readTemplate(ctx, tx, subject);
    return found === undefined
      ? { consent: await hasConsent(ctx, tx, subject) }
      : { template: found.template, due: found.due, history: await readHistory(ctx, tx, subject) };
  } catch (error) {
    if (!isUnreadable(error)) {
      throw error;
    }
    // As good as none: a failure would lock the customer out, and tell whoever tries passwords which is right.
    return { consent: true, unreadable: error };
  }
}

function reasonWithout({ consent, unreadable }: NoTemplate): TypingReason {
  if (unreadable !== undefined) {
    return 'template-unreadable';
  }
  return consent ? 'no-template' : 'no-consent';
}

interface Judgeable {
  template: TypingTemplate;
  sample: ParsedTypingSample;
  vector: FixedTextVector;
  history: ReplayHistory;
  strict: boolean;
}

interface Verdict {
  result: TypingResult;
  /** What an accepting verdict rests on. */
  score?: Score;
}

function verdict(ctx: Context, { template, sample, vector, history, strict }: Judgeable): Verdict {
  const { failed } = checkTyping({ sample, vector, history });
  const [first, ...others] = failed;
  if (first !== undefined) {
    return { result: refused(ctx, template, 'reject', first, ...others) };
  }
  if (isClockTooCoarse(sample)) {
    return { result: refused(ctx, template, 'step-up', 'clock-too-coarse') };
  }
  if (stateOf(ctx, template) === 'young') {
    return { result: refused(ctx, template, 'step-up', 'young-template') };
  }
  const score = defaultDetector.score(template.profile, vector);
  if (isInsufficient(score)) {
    return { result: refused(ctx, template, 'retry', score.reason) };
  }
  const { targetFmr, strictFmr } = ctx.policy.typing;
  const figures: TypingFigures = {
    score: score.llr,
    threshold: defaultDetector.threshold(template.profile, strict ? strictFmr : targetFmr),
    confidence: 1 / (1 + Math.exp(-score.llr)),
    calibration: score.calibration,
  };
  return figures.score >= figures.threshold
    ? { result: { decision: 'accept', reasons: [], ...figures, template: summaryOf(ctx, template) }, score }
    : { result: { ...refused(ctx, template, 'step-up', 'typing-mismatch'), ...figures } };
}

function refused(
  ctx: Context,
  template: TypingTemplate | undefined,
  decision: 'step-up' | 'reject' | 'retry',
  ...reasons: [TypingReason, ...TypingReason[]]
): TypingResult {
  return { decision, reasons, template: summaryOf(ctx, template) };
}

interface EffectsInput extends Verdict {
  subject: string;
  sample: ParsedTypingSample;
  vector: FixedTextVector;
  template: TypingTemplate;
  /** Entries that the history had counted when the entry was judged. */
  judgedAt: number;
  held: boolean;
}

async function writeEffects(ctx: Context, tx: StoreTransaction, input: EffectsInput): Promise<TypingEffects> {
  const { subject, sample, vector, held } = input;
  const known = await readKnown(ctx, tx, subject);
  // Withdrawn or enrolled anew since: the verdict is on a template that is no more, and nothing of it may be kept.
  if (known.template === undefined) {
    if (known.unreadable !== undefined) {
      await noteUnreadable(ctx, tx, subject, known.unreadable);
    }
    return { result: refused(ctx, undefined, 'step-up', reasonWithout(known)) };
  }
  if (known.template.enrolment !== input.template.enrolment) {
    return { result: refused(ctx, known.template, 'step-up', 'young-template') };
  }
  const { template, history, due } = known;
  if (due === null && !isCurrent(template)) {
    // Written by an earlier version of the detector: the job renews it.
    await writeTemplate(ctx, tx, { subject, slot: 'current', template, due: ctx.clock() });
  }
  const result = recheck(ctx, input, template, history);
  const reasons: readonly TypingReason[] = result.reasons;
  if (reasons.includes('replayed')) {
    // It is in the history already. A copy of it would hide how much nearer the next copy lies to the entry than to any other, and push others out.
    return { result };
  }
  const kept = appendEntry(history, vector, ctx.policy.typing.historySize);
  // On a clock too coarse to tell a recording the entry may be one: its times are kept, so that no finer copy passes, and nothing is learned of it.
  if ((result.decision !== 'accept' && result.decision !== 'step-up') || isClockTooCoarse(sample)) {
    await writeHistory(ctx, tx, subject, kept);
    return { result };
  }
  if (held) {
    await writeHistory(ctx, tx, subject, kept);
    return { result, heldSample: await keepSample(ctx, tx, { subject, role: 'held', value: { sample, text: null } }) };
  }
  const score = result.decision === 'accept' ? input.score : undefined;
  const next =
    score === undefined
      ? kept
      : {
          history: await quarantineIfEligible(ctx, tx, { subject, sample, vector, template, score, history: kept.history }),
          entries: kept.entries,
        };
  await writeHistory(ctx, tx, subject, next);
  return { result };
}

/** An entry that was judged at the same moment may be the same entry: the history of now decides. */
function recheck(
  ctx: Context,
  { result, sample, vector, judgedAt }: EffectsInput,
  template: TypingTemplate,
  { history }: ReadHistory,
): TypingResult {
  const added = history.total - judgedAt;
  if (added <= 0 || result.decision === 'reject') {
    return result;
  }
  const [first, ...others] = checkTyping({ sample, vector, history: historyVectors(history).slice(-added) }).failed;
  return first === undefined ? result : refused(ctx, template, 'reject', first, ...others);
}
