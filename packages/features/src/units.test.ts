import { expect, it } from 'vitest';
import { toMilliseconds, toTenths } from './units';

it('converts between tenths of a millisecond and milliseconds', () => {
  expect(toMilliseconds(1_234)).toBe(123.4);
  expect(toTenths(123.4)).toBe(1_234);
  expect(toTenths(0.06)).toBe(1);
  expect(toTenths(0.04)).toBe(0);
});
