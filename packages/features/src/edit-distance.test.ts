import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPERTY_TIMEOUT, runs } from '../test/arbitraries';
import { textDifference } from './edit-distance';

function difference(typed: string, target: string) {
  return textDifference(Array.from(typed), Array.from(target));
}

/** The definition, without a table. */
function reference(typed: string, target: string): number {
  if (typed === '' || target === '') {
    return typed.length + target.length;
  }
  const same = typed[0] === target[0] ? 0 : 1;
  return Math.min(
    reference(typed.slice(1), target.slice(1)) + same,
    reference(typed.slice(1), target) + 1,
    reference(typed, target.slice(1)) + 1,
  );
}

describe('textDifference', () => {
  it.each([
    ['the', 'the', 0, []],
    ['sitting', 'kitten', 3, ['e', 'k']],
    ['cut', 'cat', 1, ['a']],
    ['ct', 'cat', 1, ['a']],
    ['caat', 'cat', 1, []],
    ['', 'ab', 2, ['b', 'a']],
    ['ab', '', 2, []],
    ['teh', 'the', 2, ['e', 'h']],
    ['a😀c', 'abc', 1, ['b']],
  ])('finds what separates %j from %j', (typed, target, distance, mistyped) => {
    expect(difference(typed, target)).toEqual({ distance, mistyped });
  });

  it(
    'agrees with the definition and never blames more letters than there are errors',
    () => {
      const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
      fc.assert(
        fc.property(word, word, (typed, target) => {
          const { distance, mistyped } = difference(typed, target);
          expect(distance).toBe(reference(typed, target));
          expect(mistyped.length).toBeLessThanOrEqual(distance);
          expect(mistyped.length).toBeGreaterThanOrEqual(target.length - typed.length);
          expect(mistyped.every((letter) => target.includes(letter))).toBe(true);
        }),
        runs(400, 20_000),
      );
    },
    PROPERTY_TIMEOUT,
  );

  it('handles texts of the greatest length', () => {
    expect(difference('a'.repeat(2_000), 'b'.repeat(2_000)).distance).toBe(2_000);
  });
});
