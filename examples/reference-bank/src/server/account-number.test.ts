import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountNumber, isAccountNumber } from './account-number';

it('gives the check digit of the standard example', () => {
  // 7992739871 followed by its check digit 3 is the textbook number; here its last nine digits.
  expect(accountNumber('992739871')).toBe('9927398713');
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
