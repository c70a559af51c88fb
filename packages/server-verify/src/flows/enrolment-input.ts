import { type FixedTextVector, fixedTextVector, hasHolds, isInsufficient, keysOf, type ParsedTypingSample } from '@tacit-auth/features';
import { checkTyping } from '@tacit-auth/models';
import type { EnrolmentText } from '../enrolment-texts';
import { TacitServerError } from '../errors';
import { MAX_PASSWORD_LENGTH, passwordStrength } from '../password-strength';
import type { Policy } from '../policy';
import { textSimilarity } from '../text-similarity';

/** Least likeness of what was typed to the text asked for. */
export const LEAST_SIMILARITY = 0.6;
export const MAX_TYPED_LENGTH = 400;

export interface TypedText {
  id: string;
  typed: string;
  typing: ParsedTypingSample;
}

/**
 * Checks the entries of a new password: as many as asked for, all typed in one go by a person, with the same number of keys.
 *
 * @throws TacitServerError `ERR_ENROLMENT_QUALITY` naming the entry, `ERR_FIELD_INVALID` for a wrong number of entries
 */
export function assertEntries(policy: Policy, entries: readonly ParsedTypingSample[]): void {
  const wanted = policy.registration.passwordEntries;
  if (entries.length !== wanted) {
    throw new TacitServerError('ERR_FIELD_INVALID', { field: 'entries', message: `Give ${wanted} entries of the password.` });
  }
  const vectors: FixedTextVector[] = [];
  for (const [i, sample] of entries.entries()) {
    if (sample.mode !== 'secret') {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: `entries[${i}].mode` });
    }
    const vector = fixedTextVector(sample, { minimumKeys: policy.typing.minimumKeys });
    if (isInsufficient(vector)) {
      throw quality(`entries[${i}]`, vector.reason);
    }
    const [first = vector] = vectors;
    if (keysOf(vector) !== keysOf(first)) {
      throw quality(`entries[${i}]`, 'length-mismatch');
    }
    if (hasHolds(vector) !== hasHolds(first)) {
      throw quality(`entries[${i}]`, 'missing-releases');
    }
    const [failed] = checkTyping({ sample, vector, history: vectors }).failed;
    if (failed !== undefined) {
      throw quality(`entries[${i}]`, failed);
    }
    vectors.push(vector);
  }
}

/**
 * Checks the short texts: those that were asked for, each once, typed by a person and about as they read.
 *
 * @throws TacitServerError `ERR_FIELD_INVALID`, `ERR_ENROLMENT_QUALITY`
 */
export function assertTexts(asked: readonly EnrolmentText[], texts: readonly TypedText[]): void {
  if (texts.length !== asked.length) {
    throw new TacitServerError('ERR_FIELD_INVALID', { field: 'texts', message: `Give the ${asked.length} texts that were asked for.` });
  }
  const left = new Map(asked.map(({ id, text }) => [id, text]));
  for (const [i, { id, typed, typing }] of texts.entries()) {
    const text = left.get(id);
    if (text === undefined) {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: `texts[${i}].id` });
    }
    left.delete(id);
    if (typing.mode !== 'text') {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: `texts[${i}].typing.mode` });
    }
    if (typed.length > MAX_TYPED_LENGTH || textSimilarity(text, typed) < LEAST_SIMILARITY) {
      throw quality(`texts[${i}]`, 'not-the-text');
    }
    const { flags } = typing;
    if (flags.pasted || flags.dropped || flags.autofilled) {
      throw quality(`texts[${i}]`, 'pasted');
    }
    const [failed] = checkTyping({ sample: typing, history: [] }).failed;
    if (failed !== undefined) {
      throw quality(`texts[${i}]`, failed);
    }
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  corrected: 'The entry was corrected: type it again in one go.',
  pasted: 'The entry was pasted: type it by hand.',
  dropped: 'The entry was dropped into the field: type it by hand.',
  autofilled: 'The entry was filled in by the browser: type it by hand.',
  composed: 'The entry was composed by an input method: type it with a keyboard layout.',
  'length-mismatch': 'The entry has another number of keys than the first: type the same keys each time.',
  'too-few-keys': 'The entry has too few keys.',
  'too-many-keys': 'The entry has more keys than can be recognised: choose a shorter password.',
  'missing-releases': 'A key-up was not seen: stay in the field while you type.',
  replayed: 'The entry repeats another one to the millisecond: type each one.',
  'not-the-text': 'What was typed is not the text that was shown.',
};

function quality(field: string, reason: string): TacitServerError {
  return new TacitServerError('ERR_ENROLMENT_QUALITY', {
    field,
    message: ADVICE[reason] ?? 'The entry was not typed by a person: type it by hand.',
  });
}

/** @throws TacitServerError `ERR_PASSWORD_WEAK` */
export async function assertPassword(policy: Policy, password: string, hints: readonly string[]): Promise<void> {
  const { minLength, minScore } = policy.password;
  const { acceptable, warning } = await passwordStrength({ password, hints, minLength, minScore });
  if (!acceptable || password.length > MAX_PASSWORD_LENGTH) {
    throw new TacitServerError('ERR_PASSWORD_WEAK', { field: 'password', ...(warning === undefined ? {} : { message: warning }) });
  }
}

/**
 * Entries are checked where the customer consented, and refused where he did not.
 *
 * @throws TacitServerError `ERR_BIOMETRICS_DECLINED` and as {@link assertEntries}
 */
export function assertEntriesByConsent(policy: Policy, consented: boolean, entries: readonly ParsedTypingSample[]): void {
  if (consented) {
    assertEntries(policy, entries);
  } else if (entries.length > 0) {
    throw new TacitServerError('ERR_BIOMETRICS_DECLINED', { field: 'entries' });
  }
}
