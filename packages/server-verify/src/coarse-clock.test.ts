import { parseTypingSample } from '@tacit-auth/features';
import { expect, it } from 'vitest';
import { isClockTooCoarse } from './coarse-clock';

const sample = (clockStep: number, release: number | null) =>
  parseTypingSample({
    version: 1,
    mode: 'secret',
    field: 'password',
    keys: [
      [null, 0, release],
      [null, 1_000, null],
    ],
    flags: {},
    clockStep,
    device: 'keyboard',
  });

it.each([
  ['with key-ups', 500, 200],
  ['without key-ups', null, 85],
])('%s: is too coarse above its limit, not at it', (_, release, limit) => {
  expect(isClockTooCoarse(sample(limit, release))).toBe(false);
  expect(isClockTooCoarse(sample(limit + 1, release))).toBe(true);
});
