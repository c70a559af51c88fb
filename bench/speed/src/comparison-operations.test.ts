import { dualBranchDetector } from '@tacit-auth/models/sequence';
import { expect, it } from 'vitest';
import { untrainedWeights } from './comparison-operations';
import { createTypist } from './seeded-typist';
import { enough, vectorOf } from './vectors';

it('measures a network of the published size that is whole and tells entries apart', () => {
  const weights = untrainedWeights();
  expect(weights.units).toEqual({ embedding: 32, times: 32, keys: 32, dense: 32 });
  const detector = dualBranchDetector({ weights });
  const typist = createTypist(0, { keys: 50 });
  const profile = enough(detector.fit(typist.take(10).map(vectorOf)));
  const raws = [typist.next(), createTypist(1, { keys: 50 }).next()].map((entry) => enough(detector.score(profile, vectorOf(entry))).raw);
  expect(raws.every((raw) => raw > 0)).toBe(true);
  expect(raws[0]).not.toBe(raws[1]);
});
