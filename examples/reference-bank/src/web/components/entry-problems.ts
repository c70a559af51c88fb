import { type EntryProblem, type EntryQuality, type EntryToJudge, entryQuality } from '@tacit-auth/capture';
import { likeness } from '../lib/likeness';

const TEXTS: Record<EntryProblem, string> = {
  corrected: 'Type it in one go, without corrections.',
  pasted: 'Please type it instead of pasting it.',
  dropped: 'Please type it instead of dropping it in.',
  autofilled: 'Your browser filled it in. Please type it yourself.',
  composed: 'A suggestion or an input method wrote part of it. Please type each character.',
  untrusted: 'A program wrote part of it. Please type it yourself.',
  'too-short': 'That was too short.',
  'length-differs': 'You pressed another number of keys than before. Type it the same way each time.',
  'missing-releases': 'We missed a key. Stay in the field until you have let go of the last key.',
  'text-differs': 'That is not quite the text. Please type it as it is shown.',
  'no-key-times': 'This keyboard does not tell when a key goes up.',
};

/** What to tell about an entry that has to be typed again: the first reason only, for one is enough to act on. */
export const entryAdvice = (reasons: readonly EntryProblem[]): string => TEXTS[reasons[0] ?? 'corrected'];

const LEAST_LIKENESS = 0.9;

/**
 * A short text is kept beside the template and not learned from, so it may be corrected and need not be perfect; it must be typed by
 * hand and be about the text.
 */
export function textQuality(entry: EntryToJudge): EntryQuality {
  const judged = entryQuality(entry);
  if (judged.quality === 'good') {
    return judged;
  }
  const isNear = likeness(entry.target ?? '', entry.text ?? '') >= LEAST_LIKENESS;
  const reasons = judged.reasons.filter(
    (reason) =>
      !(reason === 'corrected' || reason === 'composed' || reason === 'missing-releases' || (reason === 'text-differs' && isNear)),
  );
  return reasons.length === 0 ? { quality: 'good' } : { quality: 'redo', reasons };
}
