import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PooledPerson, type PooledRates, PooledScores } from './pooled-rates';
import { auc, equalErrorRate, falseMatchRate, fnmrAtFmr } from './rates';

/** Scores on a coarse grid, so that ties within and between people are common. */
const scores = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }).map((values) => Float64Array.from(values));
const person = fc.record({ genuine: scores, impostor: scores });

/** The same by one step for each distinct score of either kind. */
function steppedRates(people: readonly PooledPerson[], drawn: Uint32Array, targets: readonly number[]): PooledRates {
  const attempts = people.flatMap(({ genuine, impostor }, person) => [
    ...Array.from(genuine, (score) => ({ score, own: drawn[person], others: 0 })),
    ...Array.from(impostor, (score) => ({ score, own: 0, others: drawn[person] })),
  ]);
  const genuineTotal = attempts.reduce((sum, { own }) => sum + own, 0);
  const impostorTotal = attempts.reduce((sum, { others }) => sum + others, 0);
  const thresholds = [...new Set(attempts.map(({ score }) => score)), Number.POSITIVE_INFINITY].sort((a, b) => a - b);
  const points = thresholds.map((threshold) => {
    const below = attempts.filter(({ score }) => score < threshold);
    return {
      genuineBelow: below.reduce((sum, { own }) => sum + own, 0),
      impostorAbove: impostorTotal - below.reduce((sum, { others }) => sum + others, 0),
    };
  });
  const crossing = points.findIndex(({ genuineBelow, impostorAbove }) => genuineBelow * impostorTotal >= impostorAbove * genuineTotal);
  const [before, after] = [points[crossing - 1], points[crossing]];
  const gapBefore = before.impostorAbove / impostorTotal - before.genuineBelow / genuineTotal;
  const gapAfter = after.genuineBelow / genuineTotal - after.impostorAbove / impostorTotal;
  const share = gapBefore / (gapBefore + gapAfter);
  const atTargets = targets.map((target) => points.find(({ impostorAbove }) => impostorAbove / impostorTotal <= target) ?? after);
  const area = points.reduce((sum, { genuineBelow, impostorAbove }, i) => {
    const last = points[Math.max(i - 1, 0)];
    return sum + (last.impostorAbove - impostorAbove) * (2 * genuineTotal - last.genuineBelow - genuineBelow);
  }, 0);
  return {
    equalErrorRate: (before.impostorAbove + share * (after.impostorAbove - before.impostorAbove)) / impostorTotal,
    auc: area / (2 * genuineTotal * impostorTotal),
    fnmrAt: atTargets.map(({ genuineBelow }) => genuineBelow / genuineTotal),
    acceptedAt: atTargets.map(({ impostorAbove }) => impostorAbove),
  };
}

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

  it('are to the last bit those of a step for each score', () => {
    const targets = [1, 0.5, 0.2, 0.01, 0];
    const distinct = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 12 });
    const many = fc.oneof(
      scores,
      distinct.map((values) => Float64Array.from(values)),
    );
    const drawnPerson = fc.tuple(fc.record({ genuine: many, impostor: many }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(drawnPerson, { minLength: 1, maxLength: 8 }), (drawn) => {
        fc.pre(drawn.some(([, times]) => times > 0));
        const people = drawn.map(([each]) => each);
        const times = Uint32Array.from(drawn, ([, each]) => each);
        expect(new PooledScores(people).rates(times, targets)).toEqual(steppedRates(people, times, targets));
      }),
      { numRuns: 400 },
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
