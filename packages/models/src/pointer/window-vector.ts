import { POINTER_ACTION_KINDS } from '@tacit-auth/features';
import { FEATURE_COUNT } from './quantile-tables';

/** Kinds of actions are judged in three groups: movements, drags, bare clicks. */
const GROUPS = 3;
const GROUP_OF_KIND = Uint8Array.of(0, 0, 0, 1, 2);
const KINDS = Object.keys(POINTER_ACTION_KINDS).length;

/** Numbers of a window: mean and log deviation of each feature in each group, and how often each kind occurs. */
export const WINDOW_VECTOR_LENGTH = 2 * GROUPS * FEATURE_COUNT + KINDS;

/** So many values of its own a mean or deviation needs to count half; without any it is 0, which is the population's. */
const SHRINKAGE = 2;
const LEAST_DEVIATION = 0.1;

const CELLS = GROUPS * FEATURE_COUNT;
const counts = new Uint32Array(CELLS);
const sums = new Float64Array(CELLS);
const squares = new Float64Array(CELLS);
const kindCounts = new Uint32Array(KINDS);

/**
 * Writes the {@link WINDOW_VECTOR_LENGTH} numbers of the actions `from` to `to` (exclusive) into `out`, from `at` on.
 *
 * @param values Gaussianised rows of features; NaN where a number is missing.
 */
export function writeWindowVector(
  values: Float32Array,
  kinds: Uint8Array,
  from: number,
  to: number,
  out: Float64Array | Float32Array,
  at = 0,
): void {
  counts.fill(0);
  sums.fill(0);
  squares.fill(0);
  kindCounts.fill(0);
  for (let action = from; action < to; action++) {
    kindCounts[kinds[action]]++;
    const group = GROUP_OF_KIND[kinds[action]] * FEATURE_COUNT;
    const row = action * FEATURE_COUNT;
    for (let feature = 0; feature < FEATURE_COUNT; feature++) {
      const value = values[row + feature];
      if (!Number.isNaN(value)) {
        counts[group + feature]++;
        sums[group + feature] += value;
        squares[group + feature] += value * value;
      }
    }
  }
  for (let cell = 0; cell < CELLS; cell++) {
    const count = counts[cell];
    const weight = count / (count + SHRINKAGE);
    const mean = count > 0 ? sums[cell] / count : 0;
    // Values are of the order of 1, so that the one-pass form loses nothing that counts.
    const deviation = count > 1 ? Math.sqrt(Math.max(0, (squares[cell] - count * mean * mean) / (count - 1))) : 1;
    out[at + cell] = mean * weight;
    out[at + CELLS + cell] = Math.log(Math.max(deviation, LEAST_DEVIATION)) * weight;
  }
  const total = to - from;
  for (let kind = 0; kind < KINDS; kind++) {
    out[at + 2 * CELLS + kind] = Math.log((kindCounts[kind] + 1) / (total + KINDS));
  }
}
