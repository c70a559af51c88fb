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
  kindCounts.fill(0);
  for (let action = from; action < to; action++) {
    kindCounts[kinds[action]]++;
  }
  for (let group = 0; group < GROUPS; group++) {
    writeGroup(values, rowsOf(group, kinds, from, to), out, at + group * FEATURE_COUNT);
  }
  const total = to - from;
  for (let kind = 0; kind < KINDS; kind++) {
    out[at + 2 * CELLS + kind] = Math.log((kindCounts[kind] + 1) / (total + KINDS));
  }
}

/** Where the rows of the actions of a group begin. */
function rowsOf(group: number, kinds: Uint8Array, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let action = from; action < to; action++) {
    if (GROUP_OF_KIND[kinds[action]] === group) {
      rows.push(action * FEATURE_COUNT);
    }
  }
  return rows;
}

/** Writes the means of a group from `at` on, its log deviations {@link CELLS} further. */
function writeGroup(values: Float32Array, rows: readonly number[], out: Float64Array | Float32Array, at: number): void {
  if (rows.length === 0) {
    out.fill(0, at, at + FEATURE_COUNT);
    out.fill(0, at + CELLS, at + CELLS + FEATURE_COUNT);
    return;
  }
  for (let feature = 0; feature < FEATURE_COUNT; feature++) {
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i] + feature];
      if (!Number.isNaN(value)) {
        count++;
        sum += value;
        squares += value * value;
      }
    }
    const weight = count / (count + SHRINKAGE);
    const mean = count > 0 ? sum / count : 0;
    // Values are of the order of 1, so that the one-pass form loses nothing that counts.
    const deviation = count > 1 ? Math.sqrt(Math.max(0, (squares - count * mean * mean) / (count - 1))) : 1;
    out[at + feature] = mean * weight;
    out[at + CELLS + feature] = Math.log(Math.max(deviation, LEAST_DEVIATION)) * weight;
  }
}
