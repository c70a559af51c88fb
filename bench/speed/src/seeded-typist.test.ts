import { fixedTextVector, isInsufficient, parseTypingSample } from '@tacit-auth/features';
import { expect, it } from 'vitest';
import { createTypist } from './seeded-typist';

it('repeats itself for the same seed, and never within one person', () => {
  const entries = createTypist(1).take(20);
  expect(createTypist(1).take(20)).toEqual(entries);
  expect(new Set(entries.map((entry) => JSON.stringify(entry))).size).toBe(20);
  expect(createTypist(2).next()).not.toEqual(entries[0]);
});

it('types what the parser takes and the features can use', () => {
  for (const entry of createTypist(3, { keys: 14 }).take(200)) {
    const vector = fixedTextVector(parseTypingSample(JSON.stringify(entry)));
    if (isInsufficient(vector)) throw new Error(vector.reason);
    expect(vector.hold.length).toBe(14);
  }
});

it('varies around the own times of the person by about the spread', () => {
  const logarithms = createTypist(4, { spread: 0.1 })
    .take(2_000)
    .map(({ keys }) => Math.log(keys[1]?.[1] ?? 0));
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
  const deviation = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logarithms.length);
  expect(deviation).toBeGreaterThan(0.09);
  expect(deviation).toBeLessThan(0.11);
});
