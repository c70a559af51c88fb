import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySample, numbersIn, PROPERTY_TIMEOUT, rollOverSample, runs } from '../test/arbitraries';
import { type FixedTextVector, fixedTextVector, fixedTextVectorFrom, hasHolds, keysOf } from './fixed-text-vector';
import { isInsufficient } from './insufficient';
import { summaryOfEight } from './summary-of-eight';
import { parseTypingSample } from './typing-sample';

it('gives mean and sample deviation of each timing', () => {
  expect(summaryOfEight(fixedTextVector(parseTypingSample(rollOverSample())) as FixedTextVector)).toEqual({
    schema: 'summary-of-eight/1',
    hold: { mean: 95, sd: Math.sqrt(525) },
    pressPress: { mean: 125, sd: Math.sqrt(1_250) },
    releaseRelease: { mean: 102.5, sd: Math.sqrt(2_112.5) },
    releasePress: { mean: 20, sd: Math.sqrt(3_200) },
  });
});

it('divides by 1 where there is one transition', () => {
  expect(summaryOfEight(fixedTextVectorFrom({ hold: [100, 80], pressPress: [90] }))).toMatchObject({
    hold: { mean: 90, sd: Math.sqrt(200) },
    pressPress: { mean: 90, sd: 0 },
    releasePress: { mean: -10, sd: 0 },
  });
});

it('is insufficient for one key', () => {
  expect(summaryOfEight(fixedTextVectorFrom({ hold: [100], pressPress: [] }))).toMatchObject({ reason: 'too-few-keys' });
});

it('refuses what is no vector', () => {
  expect(() => summaryOfEight({ hold: [1, 2] } as unknown as FixedTextVector)).toThrow(TypeError);
});

it('is insufficient for press-press times alone', () => {
  expect(summaryOfEight(fixedTextVectorFrom({ hold: [], pressPress: [100, 150] }))).toMatchObject({ reason: 'missing-releases' });
});

it(
  'is finite for every vector of a sample',
  () => {
    fc.assert(
      fc.property(anySample, (sample) => {
        const vector = fixedTextVector(parseTypingSample(sample), { minimumKeys: 1 });
        if (isInsufficient(vector)) {
          return;
        }
        const summary = summaryOfEight(vector);
        expect(isInsufficient(summary)).toBe(keysOf(vector) < 2 || !hasHolds(vector));
        expect(numbersIn(summary).every(Number.isFinite)).toBe(true);
      }),
      runs(200, 10_000),
    );
  },
  PROPERTY_TIMEOUT,
);
