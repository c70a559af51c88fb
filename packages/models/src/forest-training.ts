import { columnsOf } from './forest-columns';
import { SplitSearch } from './forest-split';
import { assertCount, FOREST_LIMITS, type Forest, ForestBuilder } from './forest-trees';
import { seededUniforms } from './seeded-normals';

export interface ForestTraining {
  /** Training rows one after another, each of `features` finite numbers. */
  readonly rows: Float32Array | Float64Array;
  /** Numbers in a row. */
  readonly features: number;
  /** Class of each row, from 0. */
  readonly labels: Uint16Array;
  /** Count of classes; each has a row at least. */
  readonly classes: number;
  /** Count of trees. 100 by default. */
  readonly trees?: number;
  /** Any 32-bit integer; equal seeds and rows give equal forests. 42 by default. */
  readonly seed?: number;
  /** Features looked at for each split. The integer part of the square root of `features` by default. */
  readonly featuresPerSplit?: number;
  /** Fewest rows in a leaf, counted as often as they were drawn. 1 by default: trees are grown until their leaves are of one class. */
  readonly minimumLeaf?: number;
  /**
   * Rows drawn for each tree from each class, with replacement. By default as many as there are rows, drawn from all of them alike; give equal
   * counts to make the classes weigh the same however many rows they have.
   */
  readonly drawsPerClass?: readonly number[];
}

/** Apart from the streams of other methods under the same seed. */
const STREAM = 0x66_6f_72_65;

/**
 * A random forest (L. Breiman, "Random Forests", Machine Learning 45, 2001): each tree is grown on rows drawn with replacement, each of its splits is
 * the one of least Gini impurity among a random few features, and each leaf votes for its most frequent class. Splits are exact: every gap between
 * neighbouring values is tried. Values are rounded to float32.
 *
 * @throws TypeError or RangeError for wrong arguments, sizes beyond {@link FOREST_LIMITS}, a class without rows, a number that is not finite in float32.
 */
export function trainForest(training: ForestTraining): Forest {
  const { rows, features, labels, classes, trees, seed, featuresPerSplit, minimumLeaf, drawsPerClass } = checked(training);
  const count = labels.length;
  const columns = columnsOf(rows, features);
  const search = new SplitSearch(columns, labels, classes);
  const builder = new ForestBuilder(features, classes, 32 * trees);
  const uniform = seededUniforms(seed, STREAM);
  const byClass = drawsPerClass === undefined ? undefined : rowsByClass(labels, classes);

  const times = new Uint16Array(count);
  const members = new Uint16Array(count);
  const order = Uint16Array.from({ length: features }, (_, feature) => feature);
  // Open nodes, deepest last: at most one more than the splits above them.
  const starts = new Uint32Array(count + 1);
  const ends = new Uint32Array(count + 1);
  const parents = new Int32Array(count + 1);

  for (let tree = 0; tree < trees; tree++) {
    times.fill(0);
    if (byClass === undefined || drawsPerClass === undefined) {
      for (let draw = 0; draw < count; draw++) {
        times[Math.floor(uniform() * count)]++;
      }
    } else {
      for (let label = 0; label < classes; label++) {
        const own = byClass[label];
        for (let draw = 0; draw < drawsPerClass[label]; draw++) {
          times[own[Math.floor(uniform() * own.length)]]++;
        }
      }
    }
    let drawn = 0;
    for (let row = 0; row < count; row++) {
      if (times[row] > 0) {
        members[drawn++] = row;
      }
    }

    builder.beginTree();
    let open = 1;
    starts[0] = 0;
    ends[0] = drawn;
    parents[0] = -1;
    while (open > 0) {
      open--;
      const start = starts[open];
      const end = ends[open];
      if (parents[open] >= 0) {
        builder.setRight(parents[open]);
      }
      search.begin(members, times, start, end);
      if (search.pure || !search.canSplit(minimumLeaf)) {
        builder.addLeaf(search.majority());
        continue;
      }
      // Features in random order, until enough were looked at and one of them tells the rows apart.
      for (let looked = 0; looked < features && (looked < featuresPerSplit || search.feature < 0); looked++) {
        const pick = looked + Math.floor(uniform() * (features - looked));
        const feature = order[pick];
        order[pick] = order[looked];
        order[looked] = feature;
        search.tryFeature(feature, minimumLeaf);
      }
      if (search.feature < 0) {
        builder.addLeaf(search.majority());
        continue;
      }
      const node = builder.addInner(search.feature, search.threshold);
      const middle = search.partition();
      starts[open] = middle;
      ends[open] = end;
      parents[open] = node;
      open++;
      starts[open] = start;
      ends[open] = middle;
      parents[open] = -1;
      open++;
    }
  }
  return builder.finish();
}

function rowsByClass(labels: Uint16Array, classes: number): Uint16Array[] {
  const lists: number[][] = Array.from({ length: classes }, () => []);
  for (let row = 0; row < labels.length; row++) {
    lists[labels[row]].push(row);
  }
  return lists.map((list) => Uint16Array.from(list));
}

interface CheckedTraining extends Required<Omit<ForestTraining, 'drawsPerClass'>> {
  readonly drawsPerClass: readonly number[] | undefined;
}

function checked(training: ForestTraining): CheckedTraining {
  if (typeof training !== 'object' || training === null) {
    throw new TypeError('training must be an object');
  }
  const { rows, features, labels, classes, trees = 100, seed = 42, minimumLeaf = 1, drawsPerClass } = training;
  if (!(rows instanceof Float32Array) && !(rows instanceof Float64Array)) {
    throw new TypeError('rows must be a Float32Array or Float64Array');
  }
  if (!(labels instanceof Uint16Array)) {
    throw new TypeError('labels must be a Uint16Array');
  }
  assertCount(features, 'features', 1, FOREST_LIMITS.maxFeatures);
  assertCount(labels.length, 'labels.length', 1, FOREST_LIMITS.maxSamples);
  assertCount(classes, 'classes', 1, FOREST_LIMITS.maxLabels);
  assertCount(trees, 'trees', 1, FOREST_LIMITS.maxTrees);
  assertSeed(seed);
  const { featuresPerSplit = Math.floor(Math.sqrt(features)) } = training;
  assertCount(featuresPerSplit, 'featuresPerSplit', 1, features);
  assertCount(minimumLeaf, 'minimumLeaf', 1, FOREST_LIMITS.maxSamples);
  if (rows.length !== labels.length * features || rows.length > FOREST_LIMITS.maxNumbers) {
    throw new RangeError(`rows must hold labels.length x features numbers, at most ${FOREST_LIMITS.maxNumbers}`);
  }
  const seen = new Uint8Array(classes);
  for (const label of labels) {
    if (label >= classes) {
      throw new RangeError('labels must be below classes');
    }
    seen[label] = 1;
  }
  if (seen.includes(0)) {
    throw new RangeError('labels must name every class');
  }
  if (drawsPerClass !== undefined) {
    if (!Array.isArray(drawsPerClass)) {
      throw new TypeError('drawsPerClass must be an array');
    }
    if (drawsPerClass.length !== classes) {
      throw new RangeError('drawsPerClass must have a count for each class');
    }
    let sum = 0;
    for (const draws of drawsPerClass) {
      assertCount(draws, 'drawsPerClass', 1, FOREST_LIMITS.maxSamples);
      sum += draws;
    }
    if (sum > FOREST_LIMITS.maxSamples) {
      throw new RangeError(`drawsPerClass must come to at most ${FOREST_LIMITS.maxSamples}`);
    }
  }
  return { rows, features, labels, classes, trees, seed, featuresPerSplit, minimumLeaf, drawsPerClass };
}

/** @throws TypeError if `seed` is not a number; RangeError if it is not an integer of 32 bits. */
export function assertSeed(seed: unknown): asserts seed is number {
  assertCount(seed, 'seed', -2_147_483_648, 4_294_967_295);
}
