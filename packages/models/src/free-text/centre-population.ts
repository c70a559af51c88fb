import { assertFreeTextPopulation, embeddingLength, type FreeTextPopulation } from './population';
import { identifiedPopulation } from './population-bytes';
import { assertFreeTextProfile, type FreeTextProfile } from './profile';

/** Fewer templates than this do not tell where a bank's average customer lies, and their mean could tell of one of them. */
export const LEAST_CENTRING_PROFILES = 20;

/**
 * The population with its average person moved to that of a bank's own templates: the customers' keyboards, browsers and texts differ from those of the people who trained
 * it, and what all customers have in common tells nobody apart. Needs nobody's consent to a comparison: only the mean is used. Profiles stay usable.
 *
 * @param profiles at least 20 different customers' profiles made with this population's projections.
 * @throws TypeError or RangeError for a wrong population, too few profiles or one of other projections.
 */
export function centreFreeTextPopulation(population: FreeTextPopulation, profiles: readonly FreeTextProfile[]): FreeTextPopulation {
  assertFreeTextPopulation(population);
  if (!Array.isArray(profiles)) {
    throw new TypeError('profiles must be an array of profiles');
  }
  if (profiles.length < LEAST_CENTRING_PROFILES) {
    throw new RangeError(`profiles must have at least ${LEAST_CENTRING_PROFILES} entries`);
  }
  const mean = new Float64Array(embeddingLength(population));
  profiles.forEach((profile: unknown, i) => {
    assertFreeTextProfile(profile, `profiles[${i}]`);
    if (profile.projectionId !== population.projectionId || profile.mean.length !== mean.length) {
      throw new RangeError(`profiles[${i}] must be made with the population's projections`);
    }
    for (let d = 0; d < mean.length; d++) {
      mean[d] += profile.mean[d] / profiles.length;
    }
  });
  let from = 0;
  const projections = population.projections.map((projection) => {
    const offset = mean.slice(from, from + projection.dimensions);
    from += projection.dimensions;
    return { ...projection, offset };
  });
  return identifiedPopulation({ ...population, projections });
}
