import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountNumber, isAccountNumber } from './account-number';

it('gives the check digit of the standard example', () => {
  // The textbook number 7992739871 has the check digit 3; without its leading 7, which counts undoubled, it is 3 + 7 = 10, so 0.
  expect(accountNumber('992739871')).toBe('9927398710');
});

it('catches every single wrong digit', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{9}$/), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (digits, place, shift) => {
      const right = accountNumber(digits);
      const wrong = right.slice(0, place) + String((Number(right[place]) + shift) % 10) + right.slice(place + 1);
      return isAccountNumber(right) && !isAccountNumber(wrong);
    }),
  );
});

it('refuses other lengths', () => {
  expect(() => accountNumber('12345678')).toThrow(RangeError);
  expect(isAccountNumber('12345')).toBe(false);
});
