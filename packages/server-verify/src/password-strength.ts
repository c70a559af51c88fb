import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Longest password that is read, in UTF-16 units. */
export const MAX_PASSWORD_LENGTH = 128;

/** What is said about a password. It never holds the password or a part of it. */
export interface PasswordStrength {
  /** Whether the password may be used. */
  acceptable: boolean;
  /** 0 (guessed at once) to 4 (very hard to guess), as zxcvbn defines it. */
  score: 0 | 1 | 2 | 3 | 4;
  warning?: string;
  suggestions: string[];
}

export interface PasswordStrengthOptions {
  password: string;
  /** What an attacker knows of the customer: identifier, e-mail address, name. At most 16 are looked at. */
  hints?: readonly string[];
  /** Least number of characters (code points). */
  minLength: number;
  /** Least score, 0-4. */
  minScore: number;
}

/**
 * The estimate grows faster than the length and the substitutions it tries: unbounded, one request could cost seconds. With these it is below
 * 0.1 s for whatever is sent. What comes behind the first 48 characters can only make a password stronger.
 */
const ESTIMATED_LENGTH = 48;
const MAX_SUBSTITUTIONS = 10;
const MAX_HINTS = 16;
const MAX_HINT_LENGTH = 254;
/** A part of a name shorter than this is in too many good passwords to be refused. */
const MIN_PART_LENGTH = 4;

let estimator: Promise<ZxcvbnFactory> | undefined;

/** Loads the dictionaries (about 0.5 s of CPU) once for the process. Called by `createFlows` ahead of the first password. */
export function loadPasswordEstimator(): Promise<ZxcvbnFactory> {
  estimator ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common'), import('@zxcvbn-ts/language-en')]).then(
    ([core, common, english]) =>
      new core.ZxcvbnFactory({
        dictionary: { ...common.dictionary, ...english.dictionary },
        graphs: common.adjacencyGraphs,
        translations: english.translations,
        maxLength: ESTIMATED_LENGTH,
        l33tMaxSubstitutions: MAX_SUBSTITUTIONS,
      }),
  );
  return estimator;
}

/**
 * Judges a password by its length, by what is known of the customer, and by zxcvbn's estimate of the guesses needed.
 * The password is neither kept nor logged.
 *
 * @throws TypeError if `password` is not a string or `hints` is not an array of strings.
 */
export async function passwordStrength(options: PasswordStrengthOptions): Promise<PasswordStrength> {
  const { password, hints = [], minLength, minScore } = options;
  if (typeof password !== 'string') {
    throw new TypeError('password must be a string');
  }
  if (!Array.isArray(hints) || hints.some((hint) => typeof hint !== 'string')) {
    throw new TypeError('hints must be an array of strings');
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    return refused(`Use at most ${MAX_PASSWORD_LENGTH} characters.`);
  }
  const known = hints.slice(0, MAX_HINTS).map((hint) => hint.slice(0, MAX_HINT_LENGTH));
  const parts = partsOf(known);
  const { score, feedback } = (await loadPasswordEstimator()).check(password.slice(0, ESTIMATED_LENGTH), [...known, ...parts]);
  const length = [...password].length;
  if (length < minLength) {
    return refused(`Use at least ${minLength} characters.`, score);
  }
  const folded = fold(password);
  if (parts.some((part) => folded.includes(part))) {
    return refused('Do not use your name, e-mail address or sign-in name in the password.', score);
  }
  return {
    acceptable: score >= minScore,
    score,
    ...(feedback.warning ? { warning: feedback.warning } : {}),
    suggestions: feedback.suggestions,
  };
}

function refused(warning: string, score: PasswordStrength['score'] = 0): PasswordStrength {
  return { acceptable: false, score: Math.min(score, 2) as PasswordStrength['score'], warning, suggestions: [warning] };
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function partsOf(hints: readonly string[]): string[] {
  const parts = new Set<string>();
  for (const hint of hints) {
    for (const part of fold(hint).split(/[^\p{L}\p{N}]+/u)) {
      if (part.length >= MIN_PART_LENGTH) {
        parts.add(part);
      }
    }
  }
  return [...parts];
}
