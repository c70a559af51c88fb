import { describe, expect, it } from 'vitest';
import { centreFreeTextPopulation } from './centre-population';
import { freeTextDetector } from './detector';
import { customers, llrs, population, profiles, share } from './made-up-population.test-support';

describe('centreFreeTextPopulation', () => {
  const own = centreFreeTextPopulation(population, profiles);

  it('moves the average person to that of the templates, and keeps profiles usable', () => {
    expect(own.id).not.toBe(population.id);
    expect(own.projectionId).toBe(population.projectionId);
    const mean = profiles.reduce((sum, { mean: [first] }) => sum + first / profiles.length, 0);
    expect(own.projections[0].offset[0]).toBeCloseTo(mean, 5);
    const { genuine, strangers } = llrs((person) => customers[person].slice(5), freeTextDetector({ population: own }));
    expect(share(genuine, (llr) => llr > 0)).toBeGreaterThan(0.9);
    expect(share(strangers, (llr) => llr < 0)).toBeGreaterThan(0.9);
  });

  it('wants many profiles of its own projections', () => {
    expect(() => centreFreeTextPopulation(population, profiles.slice(1))).toThrow(RangeError);
    expect(() => centreFreeTextPopulation(population, profiles.with(3, { ...profiles[3], projectionId: 'f'.repeat(64) }))).toThrow(
      'profiles[3] must be made with the population',
    );
    expect(() => centreFreeTextPopulation(population, null as never)).toThrow(TypeError);
  });
});
