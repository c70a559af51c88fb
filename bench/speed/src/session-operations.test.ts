import { freeTextTimings, isInsufficient, parsePointerSample, parseTypingSample, pointerActions } from '@tacit-auth/features';
import { expect, it } from 'vitest';
import { createWorker } from './seeded-session';
import { bytesOf } from './session-operations';

it('makes people whose windows and movements the product takes', () => {
  const worker = createWorker(3);
  const timings = freeTextTimings(parseTypingSample(worker.window(50)));
  expect(isInsufficient(timings)).toBe(false);
  const actions = pointerActions(parsePointerSample(worker.pointer(25)));
  if (isInsufficient(actions)) throw new Error(actions.reason);
  // Each movement ends in a click: one action.
  expect(actions.kinds).toHaveLength(25);
  expect(new Set(actions.kinds)).toEqual(new Set([1]));
  expect(createWorker(3).window(50)).toEqual(createWorker(3).window(50));
  expect(createWorker(4).pointer(2)).not.toEqual(createWorker(3).pointer(2));
});

it('counts the bytes of numbers and texts wherever they lie', () => {
  expect(bytesOf({ a: new Int8Array(5), b: [new Float64Array(2), { c: 1 }], d: 'ab', e: null })).toBe(5 + 16 + 8 + 4 + 8);
});
