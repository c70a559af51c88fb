import { assertForest, type Forest, leafOf } from './forest-trees';

/**
 * The share of the trees that vote for each class.
 *
 * @param row as many finite numbers as the forest has features; compared as float32.
 * @param into where to put the shares; a new array by default.
 * @throws TypeError or RangeError for wrong arguments.
 */
export function forestProbabilities(
  forest: Forest,
  row: Float32Array | Float64Array,
  into: Float64Array = new Float64Array(forest?.labels ?? 0),
): Float64Array {
  assertForest(forest, 'forest');
  if (!(row instanceof Float32Array) && !(row instanceof Float64Array)) {
    throw new TypeError('row must be a Float32Array or Float64Array');
  }
  if (!(into instanceof Float64Array)) {
    throw new TypeError('into must be a Float64Array');
  }
  if (row.length !== forest.features || into.length !== forest.labels) {
    throw new RangeError('row must have a number for each feature, and into one for each class');
  }
  const values = row instanceof Float32Array ? row : Float32Array.from(row);
  if (!values.every(Number.isFinite)) {
    throw new RangeError('row must hold numbers that are finite as float32');
  }
  const { roots, code, features } = forest;
  into.fill(0);
  for (let tree = 0; tree < roots.length; tree++) {
    into[code[leafOf(forest, roots[tree], values)] - features]++;
  }
  for (let label = 0; label < into.length; label++) {
    into[label] /= roots.length;
  }
  return into;
}

/**
 * Log odds of the trees that vote against a class to those that vote for it, half a vote added to each side, so that one tree more or less never
 * is a certainty. `row` is not checked.
 */
export function logOddsAgainst(forest: Forest, row: Float32Array, label: number): number {
  const { roots, code, features } = forest;
  let votes = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    votes += code[leafOf(forest, roots[tree], row)] - features === label ? 1 : 0;
  }
  return Math.log((roots.length - votes + 0.5) / (votes + 0.5));
}
