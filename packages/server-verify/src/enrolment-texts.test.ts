import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawEnrolmentTexts, ENROLMENT_TEXTS, MAX_ENROLMENT_TEXT_LENGTH, randomBelow } from './enrolment-texts';
import { seededRandom } from './testing-context';
import { textSimilarity } from './text-similarity';

describe('enrolment texts', () => {
  it('are of a length to be copied, each with an id of its own, and none like another', () => {
    expect(new Set(ENROLMENT_TEXTS.map(({ id }) => id)).size).toBe(ENROLMENT_TEXTS.length);
    for (const [i, { text }] of ENROLMENT_TEXTS.entries()) {
      expect(text.length).toBeGreaterThan(60);
      expect(text.length).toBeLessThanOrEqual(MAX_ENROLMENT_TEXT_LENGTH);
      for (const other of ENROLMENT_TEXTS.slice(i + 1)) {
        expect(textSimilarity(text, other.text)).toBeLessThan(0.5);
      }
    }
  });

  it('are drawn distinct, and every one sooner or later', () => {
    const random = seededRandom(3);
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const drawn = drawEnrolmentTexts(random, 3).map(({ id }) => id);
      expect(new Set(drawn).size).toBe(3);
      for (const id of drawn) {
        seen.add(id);
      }
    }
    expect(seen.size).toBe(ENROLMENT_TEXTS.length);
    expect(() => drawEnrolmentTexts(random, ENROLMENT_TEXTS.length + 1)).toThrow(RangeError);
  });
});

describe('randomBelow', () => {
  it('stays below its limit and draws again what would favour small numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer({ min: 1, max: 1_000 }), (limit, seed) => {
        const value = randomBelow(seededRandom(seed), limit);
        expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
      }),
    );
    const answers = [Uint8Array.of(255, 255, 255, 255), Uint8Array.of(0, 0, 0, 5)];
    expect(randomBelow(() => answers.shift() as Uint8Array, 3)).toBe(2);
    expect(answers).toHaveLength(0);
  });
});
