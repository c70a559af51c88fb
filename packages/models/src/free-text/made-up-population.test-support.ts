import { type FreeTextTimings, type Insufficient, isInsufficient } from '@tacit-auth/features';
import type { WindowScore } from '../window-detector';
import { freeTextDetector } from './detector';
import type { FreeTextProfile } from './profile';
import { simulatedPeople, simulatedTypist } from './simulated-typists.test-support';
import { trainFreeTextPopulation } from './train-population';

/** What its training said of how far it was. */
export const shares: number[] = [];
/** Whom the population is made of. */
export const people = simulatedPeople(60, 9);
export const population = trainFreeTextPopulation({ people, source: 'made-up people', onProgress: (share) => shares.push(share) });
export const detector = freeTextDetector({ population });

export const windowsOf = (seed: number, count: number): FreeTextTimings[] => {
  const typist = simulatedTypist(seed);
  return Array.from({ length: count }, () => typist.typed());
};

export function fitted(windows: readonly FreeTextTimings[], by = detector): FreeTextProfile {
  const profile = by.fit(windows);
  if (isInsufficient(profile)) {
    throw new Error(profile.reason);
  }
  return profile;
}

export function scored(result: WindowScore | Insufficient): WindowScore {
  if (isInsufficient(result)) {
    throw new Error(result.reason);
  }
  return result;
}

/** Customers that the population has not seen, ten windows each: five to enrol. */
export const customers = Array.from({ length: 20 }, (_, i) => windowsOf(2_000 + i, 10));
export const profiles = customers.map((windows) => fitted(windows.slice(0, 5)));
/** Log likelihood ratios of everybody's probe beside everybody's profile. */
export const llrs = (probe: (person: number) => readonly FreeTextTimings[], by = detector) => {
  const genuine: number[] = [];
  const strangers: number[] = [];
  profiles.forEach((profile, person) => {
    customers.forEach((_, other) => {
      (person === other ? genuine : strangers).push(scored(by.score(profile, probe(other))).llr);
    });
  });
  return { genuine, strangers };
};
export const share = (values: readonly number[], test: (value: number) => boolean) => values.filter(test).length / values.length;
