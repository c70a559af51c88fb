import type { FreeTextTimings, PointerActions } from '@tacit-auth/features';
import { serializeFreeTextPopulation, serializePointerPopulation } from '@tacit-auth/models';
import { trainFreeTextPopulation, trainPointerPopulation } from '@tacit-auth/models/population-training';

/** What a person of a population typed, in windows, at each sitting. */
export interface TypingPerson {
  readonly user: string;
  readonly sessions: readonly (readonly FreeTextTimings[])[];
}

/** What a person of a population did with the pointer, sample by sample. */
export interface PointerPerson {
  readonly user: string;
  readonly sessions: readonly PointerActions[];
}

interface JobOptions {
  /** Where the people come from, for those who read the population. */
  readonly source: string;
  readonly minimumUsers: number;
  readonly seed: number;
}

/** Plain data, so that it can go to another thread. */
export type PopulationJob =
  | (JobOptions & { readonly kind: 'free-text'; readonly people: readonly TypingPerson[] })
  | (JobOptions & { readonly kind: 'pointer'; readonly people: readonly PointerPerson[] });

export type PopulationKind = PopulationJob['kind'];

/** A population as a file holds it. */
export type TrainedPopulation = Uint8Array;

/**
 * Trains a population and makes a file of it. Takes minutes of one core.
 *
 * @param onProgress told the share that is done.
 * @throws what the trainer throws for people that make no population
 */
export function trainPopulation(job: PopulationJob, onProgress: (share: number) => void): TrainedPopulation {
  const { source, minimumUsers, seed } = job;
  const common = { source, minimumUsers, seed, onProgress };
  return job.kind === 'free-text'
    ? serializeFreeTextPopulation(trainFreeTextPopulation({ ...common, people: job.people }))
    : serializePointerPopulation(trainPointerPopulation({ ...common, people: job.people }));
}
