import { randomBelow } from '../enrolment-texts';
import { AT_HOME } from './sentences-at-home';
import { AT_WORK } from './sentences-at-work';
import { IN_TOWN } from './sentences-in-town';
import { OUTDOORS } from './sentences-outdoors';

export interface ChallengeTextRequest {
  /** How long the text should be at least, in characters. */
  readonly characters: number;
  /** Cryptographically secure bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Ids of what this customer was given within a day: to be drawn again only where there is nothing else. */
  readonly recent: ReadonlySet<string>;
}

export interface ChallengeText {
  /** 20-600 characters, on one line. */
  readonly text: string;
  /** Ids of what it was put together from: 1-64, each 1-32 characters of `[A-Za-z0-9_-]`. */
  readonly parts: readonly string[];
}

/** Where the texts of challenges come from. Called in a transaction, perhaps more than once: it must answer at once, and change nothing. */
export type ChallengeTextSource = (request: ChallengeTextRequest) => ChallengeText;

export const CHALLENGE_TEXT_LIMITS = Object.freeze({
  minTextLength: 20,
  maxTextLength: 600,
  maxParts: 64,
  minSentences: 50,
  maxSentences: 10_000,
  minSentenceLength: 10,
  maxSentenceLength: 160,
});

/** Tacit's own plain English sentences. */
export const CHALLENGE_SENTENCES: readonly string[] = Object.freeze([...AT_HOME, ...OUTDOORS, ...IN_TOWN, ...AT_WORK]);

/**
 * Puts texts together from sentences, drawn at random without repetition.
 *
 * @param sentences 50 to 10,000 of 10-160 characters each, no two alike. The more there are, the less can anybody prepare for them.
 * @throws TypeError, RangeError for other ones; the message names the place
 */
export function sentenceSource(sentences: readonly string[]): ChallengeTextSource {
  const known = assertSentences(sentences);
  return ({ characters, random, recent }) => {
    const fresh: number[] = [];
    const used: number[] = [];
    for (let i = 0; i < known.length; i++) {
      (recent.has(String(i)) ? used : fresh).push(i);
    }
    const drawn: number[] = [];
    for (let length = -1; length < characters; ) {
      const pool = fresh.length > 0 ? fresh : used;
      const at = randomBelow(random, pool.length);
      const [sentence = 0] = pool.splice(at, 1);
      drawn.push(sentence);
      length += known[sentence]!.length + 1;
    }
    return { text: drawn.map((i) => known[i]).join(' '), parts: drawn.map(String) };
  };
}

function assertSentences(sentences: unknown): readonly string[] {
  const { minSentences, maxSentences, minSentenceLength, maxSentenceLength } = CHALLENGE_TEXT_LIMITS;
  if (!Array.isArray(sentences)) {
    throw new TypeError('sentences must be an array of strings');
  }
  if (sentences.length < minSentences || sentences.length > maxSentences) {
    throw new RangeError(`sentences must have ${minSentences} to ${maxSentences} entries`);
  }
  const seen = new Set<string>();
  for (const [i, sentence] of sentences.entries()) {
    const name = `sentences[${i}]`;
    if (typeof sentence !== 'string') {
      throw new TypeError(`${name} must be a string`);
    }
    if (sentence.length < minSentenceLength || sentence.length > maxSentenceLength || !isOneLine(sentence)) {
      throw new RangeError(`${name} must have ${minSentenceLength}-${maxSentenceLength} characters on one line`);
    }
    if (seen.has(sentence)) {
      throw new RangeError(`${name} must be no other's copy`);
    }
    seen.add(sentence);
  }
  return [...seen];
}

const PART = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * What a source answered, checked: it may be the host's own.
 *
 * @throws RangeError
 */
export function assertChallengeText(value: unknown): ChallengeText {
  const { minTextLength, maxTextLength, maxParts } = CHALLENGE_TEXT_LIMITS;
  const { text, parts } = (value ?? {}) as Partial<Record<keyof ChallengeText, unknown>>;
  const isText = typeof text === 'string' && text.length >= minTextLength && text.length <= maxTextLength && isOneLine(text);
  const isOfParts =
    Array.isArray(parts) &&
    parts.length >= 1 &&
    parts.length <= maxParts &&
    parts.every((part: unknown): part is string => typeof part === 'string' && PART.test(part));
  if (!isText || !isOfParts) {
    throw new RangeError(
      `challengeTexts must return a text of ${minTextLength}-${maxTextLength} characters on one line, and the ids of its parts: 1-${maxParts} of 1-32 letters, digits, - and _`,
    );
  }
  return { text, parts };
}

function isOneLine(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.trim() === text;
}
