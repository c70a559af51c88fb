import { type FixedTextVector, freeTextTimings, isInsufficient, type ParsedTypingSample } from '@tacit-auth/features';
import { COARSEST_JUDGED_CLOCK_OF_PRESS_TIMES_MS, checkTyping } from '@tacit-auth/models';
import type { Context } from '../context';
import { textSimilarity } from '../text-similarity';
import { keysFitText, namesKeys } from './keys-fit-text';
import { replayVector } from './text-history';
import type { TextJudge } from './text-judge';

/** Least likeness of what was typed to the text asked for. */
export const LEAST_TEXT_SIMILARITY = 0.6;

/** Why a text is asked for again, and nothing is said of who typed. */
export type TextRetryReason = 'pasted' | 'dropped' | 'autofilled' | 'composed' | 'not-the-text' | 'keys-missing' | 'unclear';

export type TextVerdict =
  | { status: 'passed'; llr: number; keys: number }
  | { status: 'mismatch' }
  | { status: 'retry'; reason: TextRetryReason }
  /** Not typed by a person, or typed before. */
  | { status: 'forged'; by: 'automated' | 'replayed' }
  /** The device does not tell what is needed, and will not at another try. */
  | { status: 'unable'; reason: 'clock-too-coarse' | 'keys-unnamed' };

export interface TextSubmit {
  subject: string;
  /** The server's own copy. */
  text: string;
  typed: string;
  sample: ParsedTypingSample;
  /** The customer's last texts. */
  history: readonly FixedTextVector[];
}

/** Judges one text; writes nothing, and holds a transaction for nothing but the comparison with the template. */
export async function judgeText(
  ctx: Context,
  judge: TextJudge,
  { subject, text, typed, sample, history }: TextSubmit,
): Promise<TextVerdict> {
  const { flags } = sample;
  for (const flag of ['pasted', 'dropped', 'autofilled'] as const) {
    if (flags[flag]) {
      return { status: 'retry', reason: flag };
    }
  }
  const vector = replayVector(sample);
  const { failed } = checkTyping({ sample, history, ...(vector === undefined ? {} : { vector }) });
  if (failed.length > 0) {
    return { status: 'forged', by: failed.includes('replayed') ? 'replayed' : 'automated' };
  }
  if (sample.clockStep > 10 * COARSEST_JUDGED_CLOCK_OF_PRESS_TIMES_MS) {
    // A recording would not be recognised.
    return { status: 'unable', reason: 'clock-too-coarse' };
  }
  if (flags.composed) {
    return { status: 'retry', reason: 'composed' };
  }
  if (textSimilarity(text, typed) < LEAST_TEXT_SIMILARITY) {
    return { status: 'retry', reason: 'not-the-text' };
  }
  if (!namesKeys(sample)) {
    return { status: 'unable', reason: 'keys-unnamed' };
  }
  if (!keysFitText(sample, typed)) {
    return { status: 'retry', reason: 'keys-missing' };
  }
  const timings = freeTextTimings(sample);
  const { targetFmr } = ctx.policy.text;
  const score = isInsufficient(timings)
    ? undefined
    : await ctx.store.transaction((tx) => judge.scoreText(tx, subject, { timings, targetFmr }));
  if (score === undefined) {
    return { status: 'retry', reason: 'unclear' };
  }
  const { llr, threshold, keys } = score;
  return llr >= threshold ? { status: 'passed', llr, keys } : { status: 'mismatch' };
}
