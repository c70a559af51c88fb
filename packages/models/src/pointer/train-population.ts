import { seededUniforms } from '../seeded-normals';
import { trainPointerCalibration, type UnseenGroup } from './calibration-training';
import { discriminants, groupSums } from './discriminants';
import { POINTER_POPULATION_LIMITS, type PointerPopulation } from './population';
import { identifiedPointerPopulation } from './population-bytes';
import { type PointerTrainingPerson, standardisedWindows } from './training-people';
import { type PointerWindowing, WINDOWS_BY_TIME, windowingFault } from './windows';

export interface PointerTrainingOptions {
  /** At least `minimumUsers` people of one device, with three windows each and 120 actions and more; two sessions each, better on different days. */
  people: readonly PointerTrainingPerson[];
  /** Where the data come from, for those who read the population: at most 200 printable ASCII characters. */
  source: string;
  /** Windows of 20 s by default (`WINDOWS_BY_TIME`); `WINDOWS_BY_ACTIONS` for work with long rests. */
  windowing?: PointerWindowing;
  /** Dimensions of an embedding: 30 by default; about 10 where the population is not the bank's own. Never more than people less one. */
  dimensions?: number;
  /** Fewest people: 30 by default, and at least 5. */
  minimumUsers?: number;
  /** Decides which people are held against each other. Integer; 1 by default. The same input and seed give the same bytes. */
  seed?: number;
  /** Told from time to time which share is done, 0 to 1. */
  onProgress?: (share: number) => void;
}

const DIMENSIONS = 30;
/** Groups of people whose comparisons are made by projections trained on the others; fewer where people are many. */
const GROUPS = { few: 6, many: 3, manyPeople: 300 } as const;
/** How much further from everybody than the furthest of so many real windows one may lie. */
const FARTHEST_SHARE = 0.9995;
const FARTHEST_MARGIN = 1.25;

/**
 * Trains a population from how people moved the pointer: quantile tables, projections and the calibration, which comes from people that the projections it was
 * made with have not seen. Pure and synchronous, some seconds for a hundred people: meant for a worker.
 *
 * No row of anybody is kept. Means and covariances are over all, and every person weighs the same in them. Tables are of the pooled actions, 4,000 of a person
 * at most, and end at the quantiles .5 % and 99.5 % and no further out than where five people's numbers lie (a quarter of fewer than 20 people).
 *
 * @throws TypeError or RangeError for wrong options, too few people, or people with too few actions.
 */
export function trainPointerPopulation(options: PointerTrainingOptions): PointerPopulation {
  const { people: given, source, windowing = WINDOWS_BY_TIME, dimensions = DIMENSIONS, onProgress = () => undefined } = options;
  const { minimumUsers = POINTER_POPULATION_LIMITS.minUsers, seed = 1 } = options;
  assertOptions({ source, windowing, dimensions, minimumUsers, seed });
  const standardised = standardisedWindows(given, windowing);
  const { people, device, gridMs, tables, mean, deviation, firstRow } = standardised;
  if (people.length < minimumUsers) {
    throw new RangeError(`people must be at least ${minimumUsers} with three windows or more: there are ${people.length}`);
  }
  onProgress(0.2);
  const members = groupsOf(people.length, seed);
  const sums = members.map((group, g) => {
    const sum = groupSums(standardised, group);
    onProgress(0.2 + (0.3 * (g + 1)) / members.length);
    return sum;
  });
  const projecting = { tables, mean, deviation, windowing };
  const unseen = members.map((group, g): UnseenGroup => {
    const known = discriminants(
      sums.filter((_, other) => other !== g),
      dimensions,
    );
    onProgress(0.5 + (0.2 * (g + 1)) / members.length);
    return { people: group.map((person) => people[person]), known: { ...projecting, ...known } };
  });
  const { cells, remoteness } = trainPointerCalibration(unseen);
  onProgress(0.9);
  const { directions, between } = discriminants(sums, dimensions);
  const population = identifiedPointerPopulation({
    source,
    users: people.length,
    windows: firstRow[people.length],
    device,
    gridMs,
    ...projecting,
    directions,
    between,
    centre: new Float32Array(between.length),
    farthest: FARTHEST_MARGIN * remoteness[Math.min(remoteness.length - 1, Math.floor(FARTHEST_SHARE * remoteness.length))],
    calibration: cells,
  });
  onProgress(1);
  return population;
}

function assertOptions(
  options: Required<Pick<PointerTrainingOptions, 'source' | 'windowing' | 'dimensions' | 'minimumUsers' | 'seed'>>,
): void {
  const { source, windowing, dimensions, minimumUsers, seed } = options;
  if (typeof source !== 'string') {
    throw new TypeError('source must be a string');
  }
  const { unit, length, hop } = windowing;
  if ((unit !== 'time' && unit !== 'actions') || typeof length !== 'number' || typeof hop !== 'number') {
    throw new TypeError("windowing must have a unit 'time' or 'actions', a length and a hop");
  }
  const fault = windowingFault(windowing);
  if (fault !== undefined) {
    throw new RangeError(fault);
  }
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > POINTER_POPULATION_LIMITS.maxDimensions) {
    throw new RangeError(`dimensions must be an integer from 1 to ${POINTER_POPULATION_LIMITS.maxDimensions}`);
  }
  if (!Number.isInteger(minimumUsers) || minimumUsers < POINTER_POPULATION_LIMITS.leastUsers) {
    throw new RangeError(`minimumUsers must be an integer of at least ${POINTER_POPULATION_LIMITS.leastUsers}`);
  }
  if (!Number.isInteger(seed)) {
    throw new RangeError('seed must be an integer');
  }
}

/** Numbers of people dealt into groups at random. */
function groupsOf(people: number, seed: number): number[][] {
  const uniform = seededUniforms(seed, 3);
  const order = Array.from({ length: people }, (_, person) => person);
  for (let i = people - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const groups = Math.min(people < GROUPS.manyPeople ? GROUPS.few : GROUPS.many, Math.floor(people / 2));
  return Array.from({ length: groups }, (_, group) => order.filter((_person, place) => place % groups === group));
}
