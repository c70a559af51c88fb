import { FREE_TEXT_SUMMARY_LENGTH, type FreeTextTable, type FreeTextTimings, freeTextSummary, freeTextWindows } from '@tacit-auth/features';
import { seededUniforms } from '../seeded-normals';
import { type EmbeddedGroup, type EmbeddedPerson, SHORT_KEYS, trainCalibration } from './calibration-training';
import { projected, standardise } from './embedding';
import { remoteness } from './pair-features';
import { FREE_TEXT_POPULATION_LIMITS, type FreeTextPopulation, type FreeTextProjection } from './population';
import { identifiedPopulation } from './population-bytes';
import { groupSums, type StandardisedPeople, trainProjections } from './projection-training';
import { trainFreeTextTable } from './table-training';
import { clockPhases, type FreeTextTrainingPerson, onCoarseClock, type TrainingWindows, trainingWindows } from './training-people';

export interface FreeTextTrainingOptions {
  /** At least `minimumUsers` people with three windows each; 300 and more make a good population, and more are better. */
  people: readonly FreeTextTrainingPerson[];
  /** Where the data come from, for those who read the population: at most 200 printable ASCII characters. */
  source: string;
  /** Fewest people. 50 by default, and at least 50. */
  minimumUsers?: number;
  /** Decides which people are held against each other, and the phases of clocks. Integer; 1 by default. The same input and seed give the same bytes. */
  seed?: number;
  /** Told from time to time which share is done, 0 to 1. */
  onProgress?: (share: number) => void;
}

/** Groups of people whose comparisons are made by projections trained on the others; more where people are few. */
const GROUPS = { few: 5, many: 3, manyPeople: 300 } as const;
/** Dimensions to a person: more would fit these people and no others. */
const PEOPLE_OF_DIMENSION = 0.5;
/** How much further from everybody than the furthest of so many real windows one may lie. */
const FARTHEST_SHARE = 0.9995;
const FARTHEST_MARGIN = 1.25;
/** Added to the deviation of a number of the summary, so that one that hardly varies is not blown up. */
const LEAST_DEVIATION = 0.001;

/**
 * Trains a population from what people typed: the table of keys and pairs, the projections, the weights of the families and the calibration. Weights and
 * calibration come from people that the projections they were judged with have not seen. Pure and synchronous, a minute or two for 900 people: meant
 * for a worker.
 *
 * Nothing of one person is kept: keys and pairs of keys count only where ten people typed them (`TABLE_PRIVACY`), everything else are means and
 * covariances over all, to which a person adds at most sixty windows.
 *
 * @throws TypeError or RangeError for wrong options, too few people, or people who typed too little in common.
 */
export function trainFreeTextPopulation(options: FreeTextTrainingOptions): FreeTextPopulation {
  const { people, source, minimumUsers = FREE_TEXT_POPULATION_LIMITS.minUsers, seed = 1, onProgress = () => undefined } = options;
  assertOptions(source, minimumUsers, seed);
  const typed = trainingWindows(people);
  if (typed.length < minimumUsers) {
    throw new RangeError(`people must be at least ${minimumUsers} with three windows or more: there are ${typed.length}`);
  }
  const table = trainFreeTextTable(typed.map(({ windows }) => windows));
  onProgress(0.1);
  const phase = clockPhases(seed);
  const { standardised, mean, deviation } = standardisedPeople(typed, table, phase);
  onProgress(0.25);
  const members = groupsOf(typed.length, seed);
  const sums = members.map((group, g) => {
    const sum = groupSums(standardised, group);
    onProgress(0.25 + (0.3 * (g + 1)) / members.length);
    return sum;
  });
  // As many as the people of the smallest training can tell apart, with two people to each.
  const dimensions = Math.floor(PEOPLE_OF_DIMENSION * (typed.length - Math.max(...members.map(({ length }) => length))));
  const unseen = members.map((group, g): EmbeddedGroup => {
    const projections = trainProjections(
      sums.filter((_, other) => other !== g),
      standardised.width,
      dimensions,
    );
    const embedded = group.map((person) => embeddedPerson(person, typed[person], standardised, { table, mean, deviation, projections }));
    onProgress(0.55 + (0.25 * (g + 1)) / members.length);
    return { people: embedded, known: { projections, shortWindow: shortWindowOf(embedded, projections) } };
  });
  const { fusion, calibration } = trainCalibration(unseen);
  onProgress(0.9);
  const projections = trainProjections(sums, standardised.width, dimensions);
  const population = identifiedPopulation({
    source,
    users: typed.length,
    windows: typed.reduce((sum, { windows }) => sum + windows.length, 0),
    table,
    mean,
    deviation,
    projections,
    shortWindow: unseen.reduce((sum, { known }) => sum + known.shortWindow / unseen.length, 0),
    farthest: farthestOf(unseen),
    fusion,
    calibration,
  });
  onProgress(1);
  return population;
}

function assertOptions(source: unknown, minimumUsers: unknown, seed: unknown): void {
  if (typeof source !== 'string') {
    throw new TypeError('source must be a string');
  }
  if (typeof minimumUsers !== 'number' || typeof seed !== 'number') {
    throw new TypeError('minimumUsers and seed must be numbers');
  }
  if (!Number.isInteger(minimumUsers) || minimumUsers < FREE_TEXT_POPULATION_LIMITS.minUsers) {
    throw new RangeError(`minimumUsers must be an integer of at least ${FREE_TEXT_POPULATION_LIMITS.minUsers}`);
  }
  if (!Number.isInteger(seed)) {
    throw new RangeError('seed must be an integer');
  }
}

/** Every window twice: as it is and on a coarse clock, so that the projections learn what a coarse clock does not tell. */
function standardisedPeople(typed: readonly TrainingWindows[], table: FreeTextTable, phase: () => number) {
  const width = FREE_TEXT_SUMMARY_LENGTH;
  const firstRow = new Uint32Array(typed.length + 1);
  typed.forEach(({ windows }, person) => {
    firstRow[person + 1] = firstRow[person] + 2 * windows.length;
  });
  const count = firstRow[typed.length];
  const rows = new Float32Array(count * width);
  typed.forEach(({ windows }, person) => {
    windows.forEach((window, i) => {
      rows.set(freeTextSummary(window, table), (firstRow[person] + i) * width);
      rows.set(freeTextSummary(onCoarseClock(window, phase()), table), (firstRow[person] + windows.length + i) * width);
    });
  });
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < width; i++) {
      mean[i] += rows[row * width + i] / count;
    }
  }
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < width; i++) {
      deviation[i] += (rows[row * width + i] - mean[i]) ** 2 / count;
    }
  }
  for (let i = 0; i < width; i++) {
    mean[i] = Math.fround(mean[i]);
    deviation[i] = Math.fround(Math.sqrt(deviation[i]) + LEAST_DEVIATION);
  }
  for (let row = 0; row < count; row++) {
    const own = rows.subarray(row * width, (row + 1) * width);
    standardise(Float64Array.from(own), { mean, deviation }, own);
  }
  return { standardised: { width, rows, firstRow } satisfies StandardisedPeople, mean, deviation };
}

/** Numbers of people dealt into groups at random. */
function groupsOf(people: number, seed: number): number[][] {
  const uniform = seededUniforms(seed, 3);
  const order = Array.from({ length: people }, (_, person) => person);
  for (let i = people - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const groups = people < GROUPS.manyPeople ? GROUPS.few : GROUPS.many;
  return Array.from({ length: groups }, (_, group) => order.filter((_, place) => place % groups === group));
}

interface Projecting {
  readonly table: FreeTextTable;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly projections: readonly FreeTextProjection[];
}

function embeddedPerson(
  person: number,
  { windows, sitting }: TrainingWindows,
  people: StandardisedPeople,
  known: Projecting,
): EmbeddedPerson {
  const { rows, firstRow, width } = people;
  const scratch = new Float64Array(width);
  return {
    windows: windows.map((window, i) => ({
      embedding: projected(rows, known, (firstRow[person] + i) * width),
      keys: window.keys.length,
      sitting: sitting[i],
      short: shortEmbedding(window, known, scratch),
    })),
  };
}

/** The first keys of a window that is a good deal longer, as a window. */
function shortEmbedding(window: FreeTextTimings, known: Projecting, scratch: Float64Array): Float64Array | undefined {
  if (window.keys.length < 1.5 * SHORT_KEYS) {
    return undefined;
  }
  const [short] = freeTextWindows(window, { keys: SHORT_KEYS, minimum: SHORT_KEYS });
  standardise(freeTextSummary(short, known.table), known, scratch);
  return projected(scratch, known);
}

/** How much more short windows vary about their person's mean than whole ones, over all dimensions. */
function shortWindowOf(people: readonly EmbeddedPerson[], projections: readonly FreeTextProjection[]): number {
  const within = projections.flatMap((projection) => Array.from(projection.within));
  let whole = 0;
  let wholeCount = 0;
  let short = 0;
  let shortCount = 0;
  for (const { windows } of people) {
    const mean = within.map((_, d) => windows.reduce((sum, { embedding }) => sum + embedding[d], 0) / windows.length);
    const distance = (embedding: Float64Array) => within.reduce((sum, variance, d) => sum + (embedding[d] - mean[d]) ** 2 / variance, 0);
    for (const window of windows) {
      if (window.short !== undefined) {
        whole += distance(window.embedding);
        wholeCount++;
        short += distance(window.short);
        shortCount++;
      }
    }
  }
  return wholeCount === 0 ? 1 : Math.min(Math.max(short / shortCount / (whole / wholeCount), 1), 3);
}

function farthestOf(groups: readonly EmbeddedGroup[]): number {
  const values = groups.flatMap(({ people, known }) =>
    people.flatMap(({ windows }) =>
      windows.flatMap(({ embedding, short }) => [remoteness(embedding, known), ...(short === undefined ? [] : [remoteness(short, known)])]),
    ),
  );
  const sorted = Float64Array.from(values).sort();
  return FARTHEST_MARGIN * sorted[Math.min(sorted.length - 1, Math.floor(FARTHEST_SHARE * sorted.length))];
}
