import { type FixedTextVector, hasHolds, keysOf } from '@tacit-auth/features';
import type { Detector } from './detector';
import { assertVectors, timesOf, unfitKeys } from './fixed-text-limits';
import type { SampleCalibration } from './forest-calibration';
import { DIFFERENCES, type DifferenceBase, differenceBase, differences } from './forest-differences';
import { assertSeed, trainForest } from './forest-training';
import { assertCount, assertForest, FOREST_LIMITS, type Forest } from './forest-trees';
import { logOddsAgainst } from './forest-votes';
import { ModelError } from './model-error';
import { STORED_DETECTOR } from './profile-bytes';
import { entryOf } from './retained-entries';
import { type RetainingProfile, retainingDetector } from './retaining-detector';
import { seededUniforms } from './seeded-normals';

export const GLOBAL_FOREST_SCHEMA = 'global-forest-profile/1';

export interface GlobalForestTraining {
  /**
   * Entries by person, oldest first, with hold times. A person is compared with those alone whose text has as many keys, so that there may be several
   * texts; each needs two people. None of them may be a customer who is to be judged.
   */
  readonly people: readonly (readonly FixedTextVector[])[];
  /** 1 to 1000, 300 by default. */
  readonly trees?: number;
  /** Any 32-bit integer, 42 by default. */
  readonly seed?: number;
}

/** Bounds on what a global forest is trained on. */
export const GLOBAL_FOREST_LIMITS = Object.freeze({ minPeople: 2, maxPeople: 256, minEntries: 10, maxEntries: 1000 });

interface GlobalForestModel {
  readonly base: DifferenceBase;
}

/** The newest entries, at most 256, and what differences are measured from. Plain data; the forest is the detector's. */
export type GlobalForestProfile = RetainingProfile<typeof GLOBAL_FOREST_SCHEMA, GlobalForestModel>;

const LEAST_SAMPLES = 3;
const STRANGER = 0;
const CUSTOMER = 1;
/** Sizes of the enrolments that each person gives, as far as half of the entries reach. */
const ENROLMENTS = [5, 10, 20, 50, 100] as const;
/** Later entries of the same person that each enrolment is compared with, and people of whom two entries each are. */
const OWN_PROBES = 20;
const OTHER_PEOPLE = 20;
/** Fewer than the square root: trees that differ more, and votes that are less often all of one kind. */
const DIFFERENCES_PER_SPLIT = 2;
/** Apart from the streams of other methods under the same seed. */
const STREAM = 0x67_6c_6f_62;

/**
 * Evidence is the log odds of the trees for the customer. From the 26 even-numbered CMU subjects, 13 drawn at random to train on and 13 as customers,
 * the other way round, and twice over: profiles of the entries before the 201st, genuine the 50 from it on, strangers the first five and five practised
 * entries of each other customer; cut-offs against the practised.
 */
const CALIBRATION: SampleCalibration = {
  id: 'global-forest-cmu/1',
  rows: [
    { samples: 5, slope: 1.352, offset: 0.37, cutOffs: [3.619, 2.643, 2.239, 1.567, 0.646] },
    { samples: 10, slope: 1.251, offset: 0.195, cutOffs: [4.782, 3.226, 2.279, 1.739, 0.844] },
    { samples: 20, slope: 1.306, offset: -0.149, cutOffs: [5.297, 3.74, 2.816, 2.095, 0.999] },
    { samples: 50, slope: 1.228, offset: -0.675, cutOffs: [5.04, 3.899, 3.139, 2.359, 1.339] },
    { samples: 100, slope: 1.316, offset: -1.334, cutOffs: [5.297, 3.984, 3.273, 2.726, 1.805] },
    { samples: 200, slope: 1.287, offset: -2.054, cutOffs: [6.399, 4.613, 3.984, 3.603, 2.616] },
  ],
};

/**
 * Trains one forest for everybody on how people of a background differ from themselves and from each other: differences of an entry to a person's
 * entries, in deviations and by kind of timing. It takes no notice of which key or text a difference is in, so it judges people and texts that it never
 * saw. Store it by `serializeForest`.
 *
 * @throws TypeError or RangeError for wrong arguments: under 2 people of a text, under 10 entries of a person, vectors without hold times.
 */
export function trainGlobalForest(training: GlobalForestTraining): Forest {
  const { people, trees = 300, seed = 42 } = training;
  assertPeople(people);
  assertCount(trees, 'trees', 1, FOREST_LIMITS.maxTrees);
  assertSeed(seed);
  const uniform = seededUniforms(seed, STREAM);
  const rows: Float32Array[] = [];
  const labels: number[] = [];
  for (const own of people) {
    const keys = keysOf(own[0]);
    const others = drawn(
      people.filter((person) => person !== own && keysOf(person[0]) === keys),
      OTHER_PEOPLE,
      uniform,
    );
    const middle = own.length >> 1;
    for (const size of ENROLMENTS) {
      if (size > middle) {
        break;
      }
      const base = differenceBase(entriesOf(own.slice(middle - size, middle)), keys);
      const probes = Math.min(OWN_PROBES, own.length - middle);
      for (let i = 0; i < probes; i++) {
        rows.push(differences(base, entryOf(own[middle + Math.floor((i * (own.length - middle)) / probes)])));
        labels.push(CUSTOMER);
      }
      for (const other of others) {
        // A first entry and a late one: strangers come unpractised and practised.
        for (const entry of [other[Math.floor(uniform() * 5)], other[other.length - 1 - Math.floor(uniform() * 5)]]) {
          rows.push(differences(base, entryOf(entry)));
          labels.push(STRANGER);
        }
      }
    }
  }
  const all = new Float32Array(rows.length * DIFFERENCES);
  rows.forEach((row, i) => {
    all.set(row, i * DIFFERENCES);
  });
  const draws = labels.filter((label) => label === CUSTOMER).length;
  return trainForest({
    rows: all,
    features: DIFFERENCES,
    labels: Uint16Array.from(labels),
    classes: 2,
    trees,
    seed,
    featuresPerSplit: DIFFERENCES_PER_SPLIT,
    drawsPerClass: [draws, draws],
  });
}

/**
 * Judges by a forest of {@link trainGlobalForest}: `raw` is the log odds of the trees that see a stranger's difference to those that see the
 * customer's. A profile is the customer's entries alone; the forest is shared. Needs hold times: `missing-releases` without.
 *
 * For comparison: the calibration is of forests that were trained on CMU subjects, and its thresholds do not travel.
 *
 * @throws TypeError or RangeError if `forest` is no global forest.
 */
export function globalForest({ forest }: { readonly forest: Forest }): Detector<GlobalForestProfile> {
  assertForest(forest, 'forest');
  if (forest.features !== DIFFERENCES || forest.labels !== 2) {
    throw new RangeError('forest must be a forest of trainGlobalForest');
  }
  return retainingDetector<typeof GLOBAL_FOREST_SCHEMA, GlobalForestModel>({
    id: 'global-forest/1',
    schema: GLOBAL_FOREST_SCHEMA,
    minimumEnrolment: LEAST_SAMPLES,
    stored: STORED_DETECTOR.globalForest,
    version: 1,
    calibration: CALIBRATION,
    train: ({ entries, keys }) => ({ base: differenceBase(entries, keys) }),
    assertModel({ keys, samples, base }) {
      const { levels, centre, deviation } = (base ?? {}) as Partial<DifferenceBase>;
      if (!(levels instanceof Float64Array) || !(centre instanceof Float64Array) || !(deviation instanceof Float64Array)) {
        throw new TypeError('profile.base must hold its numbers as Float64Array');
      }
      if (
        base?.keys !== keys ||
        levels.length !== samples * centre.length ||
        centre.length !== 3 * keys - 2 ||
        deviation.length !== centre.length
      ) {
        throw new RangeError('profile.base must be of its entries');
      }
    },
    raw: ({ base }, entry) => logOddsAgainst(forest, differences(base, entry), CUSTOMER),
    evidence: (raw) => -raw,
    modelBytes: () => new Uint8Array(0),
    parseModel(data, { entries, keys }) {
      if (data.byteLength > 0) {
        throw new ModelError('ERR_PROFILE_SIZE', 'data has more bytes than its counts call for');
      }
      return { base: differenceBase(entries, keys) };
    },
  });
}

function assertPeople(people: unknown): asserts people is readonly (readonly FixedTextVector[])[] {
  if (!Array.isArray(people)) {
    throw new TypeError('people must be an array of entries by person');
  }
  const { minPeople, maxPeople, minEntries, maxEntries } = GLOBAL_FOREST_LIMITS;
  assertCount(people.length, 'people.length', minPeople, maxPeople);
  const byKeys = new Map<number, number>();
  for (const [i, person] of people.entries()) {
    const name = `people[${i}]`;
    assertVectors(person, name);
    assertCount(person.length, `${name}.length`, minEntries, maxEntries);
    const keys = keysOf(person[0]);
    if (unfitKeys(keys) !== undefined || person.some((vector) => keysOf(vector) !== keys || !hasHolds(vector))) {
      throw new RangeError(`${name} must have entries of one text with hold times`);
    }
    byKeys.set(keys, (byKeys.get(keys) ?? 0) + 1);
  }
  if ([...byKeys.values()].some((count) => count < minPeople)) {
    throw new RangeError(`people must have at least ${minPeople} of each text`);
  }
}

function entriesOf(vectors: readonly FixedTextVector[]): Float32Array {
  const times = timesOf(keysOf(vectors[0]));
  const entries = new Float32Array(vectors.length * times);
  vectors.forEach((vector, i) => {
    entries.set(entryOf(vector), i * times);
  });
  return entries;
}

/** Some of a list, without replacement; all where it is no longer. */
function drawn<T>(list: readonly T[], count: number, uniform: () => number): T[] {
  const pool = [...list];
  for (let i = 0; i < Math.min(count, pool.length); i++) {
    const pick = i + Math.floor(uniform() * (pool.length - i));
    [pool[i], pool[pick]] = [pool[pick], pool[i]];
  }
  return pool.slice(0, count);
}
