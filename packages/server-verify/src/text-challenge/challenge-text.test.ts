import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENROLMENT_TEXTS } from '../enrolment-texts';
import { seededRandom } from '../testing-context';
import { assertChallengeText, CHALLENGE_SENTENCES, sentenceSource } from './challenge-text';

const NONE: ReadonlySet<string> = new Set();

describe('CHALLENGE_SENTENCES', () => {
  it('are over 400 plain sentences, no two alike, and none of those typed at enrolment', () => {
    expect(CHALLENGE_SENTENCES.length).toBeGreaterThanOrEqual(400);
    expect(new Set(CHALLENGE_SENTENCES).size).toBe(CHALLENGE_SENTENCES.length);
    expect(CHALLENGE_SENTENCES.filter((text) => !/^[A-Z][A-Za-z ,]{20,118}\.$/.test(text))).toEqual([]);
    const enrolled = new Set(ENROLMENT_TEXTS.map(({ text }) => text));
    expect(CHALLENGE_SENTENCES.filter((text) => enrolled.has(text))).toEqual([]);
  });

  it('have every letter often, and most pairs of letters that English has', () => {
    const all = CHALLENGE_SENTENCES.join(' ').toLowerCase();
    const counts = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => all.split(letter).length - 1);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(15);
    const pairs = new Set([...all.matchAll(/(?=([a-z]{2}))/g)].map(([, pair]) => pair));
    expect(pairs.size).toBeGreaterThan(330);
  });

  it('name nobody: no capital but at the beginning, of a day, a month or a language', () => {
    const allowed = /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?$|^(January|March|April|June|July|October|November|Latin)$/;
    const inside = CHALLENGE_SENTENCES.flatMap((text) => text.split(' ').slice(1)).filter((word) => /^[A-Z]/.test(word));
    expect(inside.map((word) => word.replace(/[.,]$/, '')).filter((word) => !allowed.test(word))).toEqual([]);
  });
});

describe('sentenceSource', () => {
  const source = sentenceSource(CHALLENGE_SENTENCES);

  it('puts a text of the length together that is asked for, of sentences that were not drawn before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 440 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.uniqueArray(fc.integer({ min: 0, max: CHALLENGE_SENTENCES.length - 1 }), { maxLength: 300 }),
        (characters, seed, used) => {
          const recent = new Set(used.map(String));
          const { text, parts } = source({ characters, random: seededRandom(seed), recent });
          expect(text).toBe(parts.map((part) => CHALLENGE_SENTENCES[Number(part)]).join(' '));
          expect(new Set(parts).size).toBe(parts.length);
          expect(parts.filter((part) => recent.has(part))).toEqual([]);
          expect(text.length).toBeGreaterThanOrEqual(characters);
          // Not a sentence more than needed.
          expect(parts.slice(0, -1).reduce((sum, part) => sum + CHALLENGE_SENTENCES[Number(part)]!.length + 1, -1)).toBeLessThan(
            characters,
          );
          expect(assertChallengeText({ text, parts })).toEqual({ text, parts });
        },
      ),
    );
  });

  it('draws each sentence about as often as any other', () => {
    const random = seededRandom(3);
    const counts = new Uint32Array(CHALLENGE_SENTENCES.length);
    for (let i = 0; i < 4_400; i++) {
      const [part] = source({ characters: 40, random, recent: NONE }).parts;
      counts[Number(part)]!++;
    }
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeLessThan(30);
  });

  it('draws again what was drawn only where nothing else is left', () => {
    const sentences = Array.from({ length: 50 }, (_, i) => `This is the sentence of number ${i + 10}.`);
    const own = sentenceSource(sentences);
    const recent = new Set(sentences.map((_, i) => String(i)).filter((id) => id !== '7'));
    const { text, parts } = own({ characters: 60, random: seededRandom(1), recent });
    expect([parts[0], parts.length, text.startsWith(sentences[7]!)]).toEqual(['7', 2, true]);
  });

  it.each<[string, unknown, ErrorConstructor]>([
    ['no array', 'text', TypeError],
    ['49 sentences', CHALLENGE_SENTENCES.slice(0, 49), RangeError],
    ['a number', [...CHALLENGE_SENTENCES, 7], TypeError],
    ['a short one', [...CHALLENGE_SENTENCES, 'Too few.'], RangeError],
    ['a long one', [...CHALLENGE_SENTENCES, 'x'.repeat(161)], RangeError],
    ['two lines', [...CHALLENGE_SENTENCES, 'The first line.\nThe second line.'], RangeError],
    ['half a character', [...CHALLENGE_SENTENCES, 'A lone surrogate \ud800 is no text.'], RangeError],
    ['a copy', [...CHALLENGE_SENTENCES, CHALLENGE_SENTENCES[3]], RangeError],
  ])('refuses %s', (_what, sentences, error) => {
    expect(() => sentenceSource(sentences as string[])).toThrow(error);
  });
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['a string', 'The text to be typed by hand.'],
  ['a short text', { text: 'Too short.', parts: ['1'] }],
  ['a long text', { text: 'x'.repeat(601), parts: ['1'] }],
  ['a line break', { text: 'The first line.\nThe second line.', parts: ['1'] }],
  ['white space around it', { text: ' The text to be typed by hand. ', parts: ['1'] }],
  ['no parts', { text: 'The text to be typed by hand.', parts: [] }],
  ['a part without an id', { text: 'The text to be typed by hand.', parts: [''] }],
  ['65 parts', { text: 'The text to be typed by hand.', parts: Array.from({ length: 65 }, (_, i) => `${i}`) }],
])('refuses of a source: %s', (_what, answer) => {
  expect(() => assertChallengeText(answer)).toThrow(RangeError);
});
