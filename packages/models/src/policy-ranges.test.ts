import { expect, it } from 'vitest';
import { assertPolicy } from './policy-ranges';

it('passes what lies in its range, ends included, and names what does not', () => {
  const ranges = { share: [0, 1, false], count: [1, 9, true] } as const;
  const policy = { share: 1, count: 1 };
  expect(assertPolicy(policy, ranges)).toBe(policy);
  expect(() => assertPolicy({ ...policy, share: 1.01 }, ranges)).toThrow('policy.share must be a number from 0 to 1');
  expect(() => assertPolicy({ ...policy, count: 1.5 }, ranges)).toThrow('policy.count must be an integer from 1 to 9');
  expect(() => assertPolicy({ ...policy, share: Number.NaN }, ranges)).toThrow(RangeError);
  expect(() => assertPolicy({ ...policy, count: '2' as never }, ranges)).toThrow(TypeError);
});
