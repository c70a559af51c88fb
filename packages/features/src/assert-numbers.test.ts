import { expect, it } from 'vitest';
import { assertNumbers } from './assert-numbers';

it.each([[[]], [[1]], [new Float64Array(2)], [new Uint8Array(0)]])('takes %o', (values) => {
  expect(() => assertNumbers(values, 'values')).not.toThrow();
});

it.each([[null], [undefined], ['12'], [{ length: 1, 0: 1 }], [new DataView(new ArrayBuffer(8))], [new Set([1])]])(
  'refuses %o and names it',
  (values) => {
    expect(() => assertNumbers(values, 'hold')).toThrow(new TypeError('hold must be an array of numbers'));
  },
);
