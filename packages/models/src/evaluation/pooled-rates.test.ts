import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PooledScores } from './pooled-rates';
import { auc, equalErrorRate, falseMatchRate, fnmrAtFmr } from './rates';

/** Scores on a coarse grid, so that ties within and between people are common. */
const scores = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }).map((values) => Float64Array.from(values));
const person = fc.record({ genuine: scores, impostor: scores });

describe('pooled rates', () => {
  it('are those of all scores together, each person as often as drawn', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(person, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 5 }), (people) => {
        fc.pre(people.some(([, times]) => times > 0));
        const repeated = people.flatMap(([each, times]) => Array.from({ length: times }, () => each));
        const genuine = Float64Array.from(repeated.flatMap((each) => [...each.genuine]));
        const impostor = Float64Array.from(repeated.flatMap((each) => [...each.impostor]));
        const pool = new PooledScores(people.map(([each]) => each));
        const rates = pool.rates(
          Uint32Array.from(people, ([, times]) => times),
          [0.5, 0.2, 0],
        );
        expect(rates.equalErrorRate).toBeCloseTo(equalErrorRate(genuine, impostor), 12);
        expect(rates.auc).toBeCloseTo(auc(genuine, impostor), 12);
        [0.5, 0.2, 0].forEach((target, t) => {
          expect(rates.fnmrAt[t]).toBe(fnmrAtFmr(genuine, impostor, target));
          expect(rates.acceptedAt[t]).toBeLessThanOrEqual(target * impostor.length + 1e-9);
        });
        expect(rates.acceptedAt[2]).toBe(Math.round(falseMatchRate(impostor, Number.POSITIVE_INFINITY)));
      }),
    );
  });

  it('are NaN where nobody was drawn', () => {
    const pool = new PooledScores([{ genuine: Float64Array.of(1), impostor: Float64Array.of(0) }]);
    expect(pool.rates(new Uint32Array(1), [0.01])).toEqual({
      equalErrorRate: Number.NaN,
      auc: Number.NaN,
      fnmrAt: [Number.NaN],
      acceptedAt: [Number.NaN],
    });
  });
});
