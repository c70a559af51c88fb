import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sumOfCappedDifferences } from './capped-differences';

const times = fc
  .array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 60, maxLength: 60 })
  .map((list) => Float64Array.from(list));

it('sums min(|a - b|, cap) of the stretch asked for', () => {
  fc.assert(
    fc.property(times, times, fc.nat(20), fc.nat(20), fc.nat(40), fc.constantFrom(1, 50, 400), (a, b, fromA, fromB, count, cap) => {
      let plain = 0;
      for (let i = 0; i < count; i++) {
        plain += Math.min(Math.abs(a[fromA + i] - b[fromB + i]), cap);
      }
      expect(sumOfCappedDifferences(a, fromA, b, fromB, count, cap, Number.POSITIVE_INFINITY)).toBeCloseTo(plain, 8);
    }),
  );
});

it('gives up above the most that matters, and not at it', () => {
  const a = new Float64Array(40);
  const b = new Float64Array(40).fill(2);
  expect(sumOfCappedDifferences(a, 0, b, 0, 40, 50, 80)).toBe(80);
  expect(sumOfCappedDifferences(a, 0, b, 0, 40, 50, 79.9)).toBe(Number.POSITIVE_INFINITY);
  expect(sumOfCappedDifferences(a, 0, b, 0, 40, 1, 79.9)).toBe(40);
  expect(sumOfCappedDifferences(a, 0, a, 0, 40, 50, 0)).toBe(0);
});
