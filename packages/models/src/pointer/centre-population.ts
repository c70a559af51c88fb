import { assertPointerPopulation, type PointerPopulation } from './population';
import { identifiedPointerPopulation } from './population-bytes';
import { assertPointerProfile, type PointerProfile } from './profile';

/** Fewer templates than this do not tell where a bank's average customer lies, and their mean could tell of one of them. */
export const LEAST_POINTER_CENTRING_PROFILES = 20;

/**
 * The population with its average person moved to that of a bank's own templates: what its pages ask of all customers alike tells nobody apart.
 * Profiles stay usable.
 *
 * @param profiles at least 20 different customers' profiles made with this population's projections.
 * @throws TypeError or RangeError for a wrong population, too few profiles or one of other projections.
 */
export function centrePointerPopulation(population: PointerPopulation, profiles: readonly PointerProfile[]): PointerPopulation {
  assertPointerPopulation(population);
  if (!Array.isArray(profiles)) {
    throw new TypeError('profiles must be an array of profiles');
  }
  if (profiles.length < LEAST_POINTER_CENTRING_PROFILES) {
    throw new RangeError(`profiles must have at least ${LEAST_POINTER_CENTRING_PROFILES} entries`);
  }
  const centre = new Float32Array(population.between.length);
  profiles.forEach((profile: unknown, i) => {
    assertPointerProfile(profile, `profiles[${i}]`);
    if (profile.projectionId !== population.projectionId || profile.mean.length !== centre.length) {
      throw new RangeError(`profiles[${i}] must be made with the population's projections`);
    }
    for (let d = 0; d < centre.length; d++) {
      centre[d] += profile.mean[d] / profiles.length;
    }
  });
  return identifiedPointerPopulation({ ...population, centre });
}
