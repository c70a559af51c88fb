import { expect, it } from 'vitest';
import { formatSpan } from './dates';

it.each([
  [59_999, 'under a minute'],
  [60_000, '1 minute'],
  [3_599_000, '59 minutes'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
])('says how long %d ms are', (ms, words) => {
  expect(formatSpan(ms)).toBe(words);
});
