import { type FixedTextVector, type Insufficient, insufficient, isInsufficient, summaryOfEight } from '@tacit-auth/features';
import { assertVector, assertVectors } from './fixed-text-limits';
import { assertSeed, trainForest } from './forest-training';
import { assertCount, assertForest, FOREST_LIMITS, type Forest } from './forest-trees';
import { forestProbabilities } from './forest-votes';

export const SUMMARY_FOREST_SCHEMA = 'summary-forest/1';

/** Bounds on the people of a summary forest. */
export const SUMMARY_FOREST_LIMITS = Object.freeze({
  minPeople: 2,
  maxPeople: FOREST_LIMITS.maxLabels,
  /** Characters of a person's id. */
  maxIdLength: 128,
  /** Entries of all people together. */
  maxEntries: FOREST_LIMITS.maxSamples,
});

export interface SummaryForestOptions {
  /** Entries of every enrolled person by id, of the same text or not: the eight numbers take no notice of it. */
  readonly people: ReadonlyMap<string, readonly FixedTextVector[]>;
  /** 1 to 1000, 100 by default. */
  readonly trees?: number;
  /** Any 32-bit integer, 42 by default. */
  readonly seed?: number;
  /** Share of the trees that a person needs to be accepted, above 0 to 1; 0.7 by default. */
  readonly threshold?: number;
}

/** One forest over all enrolled people. Plain data. */
export interface SummaryForest {
  readonly schema: typeof SUMMARY_FOREST_SCHEMA;
  /** Ids in the order of the forest's classes. */
  readonly people: readonly string[];
  readonly threshold: number;
  readonly forest: Forest;
}

/** What a {@link SummaryForest} says of one entry. */
export interface SummaryJudgement {
  readonly status: 'judged';
  /** Whether the person with most votes is the one claimed and has the threshold's share of them. */
  readonly accepted: boolean;
  /** The person with most votes; of equals the one enrolled first. */
  readonly predicted: string;
  /** Share of the trees that vote for the predicted person. */
  readonly probability: number;
  /** Share of the trees that vote for the person claimed: the score, where no decision is wanted. */
  readonly claimedProbability: number;
}

/** Mean and deviation of four kinds of timing. */
export const SUMMARY_NUMBERS = 8;

/**
 * The classical closed-set mode: mean and standard deviation of hold, press-press, release-release and release-press times, one random forest over
 * all enrolled people, to be trained anew after each enrolment and each entry learned.
 *
 * For comparison. It asks who of the enrolled types, not whether a stranger does; at 0.7 it refuses nearly every genuine entry where many are enrolled;
 * and it holds every person's data together.
 *
 * Insufficient: `no-population` under 2 people, `too-few-samples` for a person without entries, `too-few-keys`, `missing-releases`.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function summaryForest(options: SummaryForestOptions): SummaryForest | Insufficient {
  const { people, trees = 100, seed = 42, threshold = 0.7 } = checkedOptions(options);
  if (people.size < SUMMARY_FOREST_LIMITS.minPeople) {
    return insufficient('no-population', `${people.size} of at least ${SUMMARY_FOREST_LIMITS.minPeople} people`);
  }
  const rows: Float64Array[] = [];
  const labels: number[] = [];
  const ids = [...people.keys()];
  for (const [label, id] of ids.entries()) {
    const entries = people.get(id) ?? [];
    if (entries.length === 0) {
      return insufficient('too-few-samples', '0 of at least 1 sample of a person');
    }
    for (const entry of entries) {
      const row = summaryRow(entry);
      if (isInsufficient(row)) {
        return row;
      }
      rows.push(row);
      labels.push(label);
    }
  }
  const numbers = new Float64Array(SUMMARY_NUMBERS * rows.length);
  rows.forEach((row, i) => {
    numbers.set(row, SUMMARY_NUMBERS * i);
  });
  const forest = trainForest({
    rows: numbers,
    features: SUMMARY_NUMBERS,
    labels: Uint16Array.from(labels),
    classes: ids.length,
    trees,
    seed,
  });
  return { schema: SUMMARY_FOREST_SCHEMA, people: ids, threshold, forest };
}

/**
 * Judges an entry that claims to be of an enrolled person. Insufficient: `too-few-keys`, `missing-releases`.
 *
 * @throws TypeError for wrong kinds; RangeError for a claimed id that is not enrolled.
 */
export function judgeSummary(
  model: SummaryForest,
  { claimed, sample }: { readonly claimed: string; readonly sample: FixedTextVector },
): SummaryJudgement | Insufficient {
  assertSummaryForest(model);
  if (typeof claimed !== 'string') {
    throw new TypeError('claimed must be a string');
  }
  const label = model.people.indexOf(claimed);
  if (label < 0) {
    throw new RangeError('claimed must be the id of an enrolled person');
  }
  assertVector(sample, 'sample');
  const row = summaryRow(sample);
  if (isInsufficient(row)) {
    return row;
  }
  const shares = forestProbabilities(model.forest, row);
  let best = 0;
  for (let i = 1; i < shares.length; i++) {
    best = shares[i] > shares[best] ? i : best;
  }
  return {
    status: 'judged',
    accepted: best === label && shares[best] >= model.threshold,
    predicted: model.people[best],
    probability: shares[best],
    claimedProbability: shares[label],
  };
}

function summaryRow(vector: FixedTextVector): Float64Array | Insufficient {
  const summary = summaryOfEight(vector);
  if (isInsufficient(summary)) {
    return summary;
  }
  const { hold, pressPress, releaseRelease, releasePress } = summary;
  return Float64Array.from([hold, pressPress, releaseRelease, releasePress].flatMap(({ mean, sd }) => [mean, sd]));
}

function checkedOptions(options: SummaryForestOptions): SummaryForestOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('options must be an object');
  }
  const { people, trees = 1, seed = 0, threshold = 1 } = options;
  if (!(people instanceof Map)) {
    throw new TypeError('people must be a Map of entries by id');
  }
  assertCount(people.size, 'people.size', 0, SUMMARY_FOREST_LIMITS.maxPeople);
  let entries = 0;
  for (const [id, vectors] of people) {
    if (typeof id !== 'string') {
      throw new TypeError('people must have strings as ids');
    }
    assertCount(id.length, 'the length of an id of people', 1, SUMMARY_FOREST_LIMITS.maxIdLength);
    assertVectors(vectors, 'the entries of each of people');
    entries += vectors.length;
  }
  assertCount(entries, 'the count of entries of people', 0, SUMMARY_FOREST_LIMITS.maxEntries);
  assertCount(trees, 'trees', 1, FOREST_LIMITS.maxTrees);
  assertSeed(seed);
  assertThreshold(threshold, 'threshold');
  return options;
}

function assertThreshold(value: unknown, name: string): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number`);
  }
  if (!(value > 0 && value <= 1)) {
    throw new RangeError(`${name} must be above 0 and at most 1`);
  }
}

/** @throws TypeError for another shape; RangeError for sizes that disagree. */
export function assertSummaryForest(value: unknown): asserts value is SummaryForest {
  const model = value as Partial<SummaryForest> | null | undefined;
  if (typeof model !== 'object' || model === null || model.schema !== SUMMARY_FOREST_SCHEMA || !Array.isArray(model.people)) {
    throw new TypeError(`model must be a forest of schema ${SUMMARY_FOREST_SCHEMA}`);
  }
  assertForest(model.forest, 'model.forest');
  assertThreshold(model.threshold, 'model.threshold');
  if (model.forest.features !== SUMMARY_NUMBERS || model.forest.labels !== model.people.length) {
    throw new RangeError('model.forest must be of eight numbers and a class for each person');
  }
}
