import { describe, expect, it } from 'vitest';
import { seededNormals } from '../../seeded-normals';
import { fitLogOdds, type WeightedCase } from './log-odds';

describe('fitLogOdds', () => {
  it('finds the log-likelihood ratio of two normal distributions, whatever their numbers', () => {
    const normal = seededNormals(1, 1);
    const cases = (count: number, truth: 0 | 1, mean: number): WeightedCase[] =>
      Array.from({ length: count }, () => ({ x: mean + normal(), truth, weight: 0.5 / count }));
    // around 1 and -1 with deviation 1 the log ratio is 2 x
    const { offset, slope } = fitLogOdds([...cases(2_000, 1, 1), ...cases(20_000, 0, -1)]);
    expect(slope).toBeCloseTo(2, 0);
    expect(Math.abs(offset)).toBeLessThan(0.15);
  });

  it('stays finite where the two do not overlap', () => {
    const cases = [-3, -2, 2, 3].map((x): WeightedCase => ({ x, truth: x > 0 ? 1 : 0, weight: 0.25 }));
    const { offset, slope } = fitLogOdds(cases);
    expect(slope).toBeGreaterThan(1);
    expect(slope).toBeLessThan(100);
    expect(offset).toBeCloseTo(0, 6);
  });

  it('says nothing where there is nothing to say', () => {
    const cases = [0, 1].flatMap((truth) => [1, 2, 3].map((x) => ({ x, truth: truth as 0 | 1, weight: 1 / 6 })));
    const { offset, slope } = fitLogOdds(cases);
    expect(offset).toBeCloseTo(0, 9);
    expect(slope).toBeCloseTo(0, 9);
  });
});
