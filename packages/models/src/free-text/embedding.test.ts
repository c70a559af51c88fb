import { FREE_TEXT_SUMMARY_LENGTH } from '@tacit-auth/features';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultFreeTextPopulation } from '../default-population';
import { seededUniforms } from '../seeded-normals';
import { projected, STANDARDISED_BOUND } from './embedding';
import { type FreeTextProjection, PROJECTED_BLOCKS } from './population';

type Projections = readonly Pick<FreeTextProjection, 'dimensions' | 'directions' | 'scale'>[];

/** Direction by direction, as the formula says. */
function oneByOne(numbers: Float64Array | Float32Array, projections: Projections, start: number): number[] {
  return projections.flatMap(({ dimensions, directions, scale }, block) => {
    const { start: offset, length } = PROJECTED_BLOCKS[block];
    return Array.from({ length: dimensions }, (_, d) => {
      let sum = 0;
      for (let i = 0; i < length; i++) sum += directions[d * length + i] * numbers[start + offset + i];
      return sum * scale[d];
    });
  });
}

const numbersOf = (seed: number, length: number): Float64Array => {
  const next = seededUniforms(seed, 0);
  return Float64Array.from({ length }, () => STANDARDISED_BOUND * (2 * next() - 1));
};

it('projects to the bit as one direction after the other does, on what is shipped and on any number of dimensions', () => {
  const shipped = defaultFreeTextPopulation().projections;
  const made = (seed: number, dimensions: readonly number[]): FreeTextProjection[] => {
    const next = seededUniforms(seed, 1);
    return dimensions.map((count, block) => {
      const directions = Int8Array.from({ length: count * PROJECTED_BLOCKS[block].length }, () => Math.floor(255 * next()) - 127);
      const rest = { offset: new Float64Array(count), within: new Float64Array(count), between: new Float64Array(count) };
      return { dimensions: count, directions, scale: Float64Array.from({ length: count }, next), ...rest };
    });
  };
  const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: PROJECTED_BLOCKS.length, maxLength: PROJECTED_BLOCKS.length });
  fc.assert(
    fc.property(fc.nat(), counts, fc.boolean(), (seed, dimensions, single) => {
      for (const projections of [shipped, made(seed, dimensions)]) {
        const exact = numbersOf(seed, 3 + FREE_TEXT_SUMMARY_LENGTH);
        const numbers = single ? Float32Array.from(exact) : exact;
        expect(Array.from(projected(numbers, { projections }, 3))).toEqual(oneByOne(numbers, projections, 3));
      }
    }),
    { numRuns: process.env.TACIT_SOAK === '1' ? 500 : 20 },
  );
});
