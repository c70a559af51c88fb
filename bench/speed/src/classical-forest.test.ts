import { expect, it } from 'vitest';
import { eightNumbers, trainForest } from './classical-forest';
import { createTypist } from './seeded-typist';
import { vectorOf } from './vectors';

it('knows its customers, so that what is timed is a forest that works', () => {
  const typists = [0, 1, 2, 3].map((seed) => createTypist(seed));
  const forest = trainForest(typists.map((typist) => typist.take(10).map(vectorOf)));
  for (const [customer, typist] of typists.entries()) {
    const shares = typists.map((_, other) => forest.probability(vectorOf(typist.next()), other));
    expect(shares.indexOf(Math.max(...shares))).toBe(customer);
  }
});

it('counts each tree once: the shares of all customers sum to one', () => {
  const typists = [0, 1, 2].map((seed) => createTypist(seed, { spread: 0.5 }));
  const forest = trainForest(typists.map((typist) => typist.take(10).map(vectorOf)));
  const entry = vectorOf(createTypist(9).next());
  expect(typists.reduce((sum, _, customer) => sum + forest.probability(entry, customer), 0)).toBeCloseTo(1, 10);
});

it('sees an entry as eight numbers', () => {
  const entry = { version: 1, mode: 'secret', field: 'f', flags: {}, clockStep: 1, device: 'keyboard' } as const;
  const vector = vectorOf({
    ...entry,
    keys: [
      [null, 0, 1_000],
      [null, 2_000, 3_200],
      [null, 4_400, 5_000],
    ],
  });
  const numbers = eightNumbers(vector);
  expect(numbers.map((number) => Math.round(number * 100) / 100)).toEqual([93.33, 30.55, 220, 28.28, 200, 28.28, 110, 14.14]);
});
