import { fixedTextVectorFrom, isInsufficient } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDetector } from './default-detector';
import { entries, flatVector, simulatedPerson } from './simulated-people';
import { type ShuffledTypistOptions, shuffledTypist } from './synthetic-shuffled';

const samples = entries(simulatedPerson(31, 11), 12);

describe('shuffledTypist', () => {
  it('deals out the times of one entry: none is lost, none added', () => {
    const sorted = (times: Float64Array) => [...times].sort((a, b) => a - b);
    const known = new Set(samples.map(({ hold, pressPress }) => `${sorted(hold)}|${sorted(pressPress)}`));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (seed) => {
        const { hold, pressPress } = shuffledTypist({ samples, seed })();
        expect(known).toContain(`${sorted(hold)}|${sorted(pressPress)}`);
      }),
      { numRuns: 50 },
    );
  });

  it('is determined by its seed, and puts a time at any key equally often', () => {
    expect(entries(shuffledTypist({ samples, seed: 2 }), 5)).toEqual(entries(shuffledTypist({ samples, seed: 2 }), 5));
    expect(entries(shuffledTypist({ samples, seed: 2 }), 5)).not.toEqual(entries(shuffledTypist({ samples, seed: 3 }), 5));
    const marked = fixedTextVectorFrom({ hold: [500, 80, 80, 80, 80], pressPress: [100, 100, 100, 100] });
    const places = new Array(5).fill(0);
    for (const { hold } of entries(shuffledTypist({ samples: [marked], seed: 4 }), 5_000)) {
      places[hold.indexOf(500)]++;
    }
    for (const count of places) {
      expect(Math.abs(count - 1_000)).toBeLessThan(120);
    }
  });

  it('takes entries without holds', () => {
    const bare = fixedTextVectorFrom({ hold: [], pressPress: [100, 200, 300] });
    const vector = shuffledTypist({ samples: [bare], seed: 1 })();
    expect(vector.hold).toHaveLength(0);
    expect([...vector.pressPress].sort()).toEqual([100, 200, 300]);
  });

  it('is refused: a profile knows the keys and not the sums alone', () => {
    const profile = defaultDetector.fit(samples);
    if (isInsufficient(profile)) {
      throw new Error('expected a profile');
    }
    const threshold = defaultDetector.threshold(profile, 0.01);
    const scores = entries(shuffledTypist({ samples, seed: 9 }), 200).map((entry) => defaultDetector.score(profile, entry));
    expect(scores.filter((score) => score.status === 'scored' && score.llr >= threshold).length).toBeLessThanOrEqual(1);
  });

  it.each<[string, Partial<Record<keyof ShuffledTypistOptions, unknown>>, typeof TypeError | typeof RangeError]>([
    ['samples', { samples: [] }, RangeError],
    ['samples', { samples: [flatVector(5, 80, 100), flatVector(6, 80, 100)] }, RangeError],
    ['samples[0]', { samples: [1] }, TypeError],
    ['seed', { seed: Number.NaN }, RangeError],
  ])('asserts %s', (name, change, kind) => {
    const call = () => shuffledTypist({ samples, seed: 1, ...change } as ShuffledTypistOptions);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
