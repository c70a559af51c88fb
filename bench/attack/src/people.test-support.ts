import { populationTypist } from '@tacit-auth/models';
import type { People } from './people';

/** Made-up people who type one text of 11 keys, 400 entries each. */
export function madeUpPeople(count: number): People {
  return Array.from({ length: count }, (_, seed) => {
    const typist = populationTypist({ keys: 11, seed });
    return Array.from({ length: 400 }, typist);
  });
}
