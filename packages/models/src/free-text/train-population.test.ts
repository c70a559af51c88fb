import { describe, expect, it } from 'vitest';
import { people, population, shares } from './made-up-population.test-support';
import { serializeFreeTextPopulation } from './population-bytes';
import { trainFreeTextPopulation } from './train-population';

describe('trainFreeTextPopulation', () => {
  it('is the same bytes for the same people and seed, and tells how far it is', () => {
    const again = trainFreeTextPopulation({ people, source: 'made-up people' });
    expect(again.id).toBe(population.id);
    expect(shares.at(-1)).toBe(1);
    expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
  });

  it('keeps neither names nor numbers of one person', () => {
    const bytes = serializeFreeTextPopulation(population);
    expect(bytes.length).toBeLessThanOrEqual(350_000);
    const text = String.fromCharCode(...bytes.subarray(0, 1_000));
    expect(text).not.toContain('person 1');
    expect(population.users).toBe(60);
  });

  it('refuses too few people, one twice, and wrong options', () => {
    expect(() => trainFreeTextPopulation({ people: people.slice(0, 49), source: '' })).toThrow('there are 49');
    expect(() => trainFreeTextPopulation({ people: [...people, people[0]], source: '' })).toThrow('people[60].user must be named once');
    expect(() => trainFreeTextPopulation({ people, source: '', minimumUsers: 10 })).toThrow(RangeError);
    expect(() => trainFreeTextPopulation({ people, source: 5 as never })).toThrow(TypeError);
    expect(() => trainFreeTextPopulation({ people: 'all' as never, source: '' })).toThrow(TypeError);
    expect(() => trainFreeTextPopulation({ people: [{ user: 1, sessions: [] } as never], source: '' })).toThrow(TypeError);
  });
});
