import { describe, expect, it } from 'vitest';
import { ModelError } from '../model-error';
import { freeTextDetector } from './detector';
import { customers, detector, population, profiles } from './made-up-population.test-support';
import { PROJECTED_BLOCKS } from './population';
import { parseFreeTextPopulation, serializeFreeTextPopulation } from './population-bytes';

describe('the bytes of a population', () => {
  const bytes = serializeFreeTextPopulation(population);

  it('give it back, scoring the same to the last bit', () => {
    const parsed = parseFreeTextPopulation(bytes);
    expect(parsed).toEqual(population);
    expect(freeTextDetector({ population: parsed }).score(profiles[0], customers[0])).toEqual(detector.score(profiles[0], customers[0]));
  });

  it('are refused when they are not whole', () => {
    for (const broken of [bytes.slice(1), bytes.slice(0, -1), new Uint8Array(3), new Uint8Array(400_000), new Uint8Array([...bytes, 0])]) {
      expect(() => parseFreeTextPopulation(broken)).toThrow(ModelError);
    }
    expect(() => parseFreeTextPopulation('bytes' as never)).toThrow(ModelError);
  });

  it('are refused where no profile of theirs could be stored', () => {
    const projections = population.projections.map((projection, block) => {
      const dimensions = block === 4 ? projection.dimensions : 100;
      const numbers = () => new Float64Array(dimensions).fill(1);
      const directions = new Int8Array(dimensions * PROJECTED_BLOCKS[block].length);
      return block === 4
        ? projection
        : { dimensions, directions, scale: numbers(), offset: numbers(), within: numbers(), between: numbers() };
    });
    expect(() =>
      parseFreeTextPopulation(serializeFreeTextPopulation({ ...population, projections: projections.with(0, population.projections[0]) })),
    ).not.toThrow();
    const broad = projections.with(3, { ...projections[3] });
    expect(() => parseFreeTextPopulation(serializeFreeTextPopulation({ ...population, projections: broad }))).toThrow(
      'dimensions must be from 6 to 500',
    );
  });

  it('parse to a usable population or are refused, whatever byte is changed', () => {
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 997) {
      const changed = bytes.slice();
      changed[at] ^= 0xff;
      try {
        expect(parseFreeTextPopulation(changed).id).not.toBe(population.id);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
