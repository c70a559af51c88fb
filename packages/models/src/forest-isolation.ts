import { between } from './forest-split';
import { type Forest, ForestBuilder } from './forest-trees';
import { seededUniforms } from './seeded-normals';

/** Apart from the streams of other methods under the same seed. */
const STREAM = 0x69_73_6f_6c;
const EULER = 0.5772156649015329;

/**
 * Isolation trees: each on `sampleSize` rows drawn without replacement (all where there are fewer), split at a random value of a random feature that
 * differs among them, down to single rows or to the depth that a balanced tree would have. A leaf's label is its count of rows.
 *
 * @param rows finite numbers, row after row.
 * @param sampleSize 2 or more.
 */
export function growIsolationForest(rows: Float32Array, features: number, trees: number, sampleSize: number, seed: number): Forest {
  const count = rows.length / features;
  const size = Math.min(sampleSize, count);
  const deepest = Math.ceil(Math.log2(Math.max(size, 2)));
  const uniform = seededUniforms(seed, STREAM);
  const builder = new ForestBuilder(features, sampleSize + 1, 2 * trees * size);
  const members = Uint32Array.from({ length: count }, (_, row) => row);
  const order = Uint16Array.from({ length: features }, (_, feature) => feature);
  const starts = new Uint32Array(size + 1);
  const ends = new Uint32Array(size + 1);
  const depths = new Uint8Array(size + 1);
  const parents = new Int32Array(size + 1);

  for (let tree = 0; tree < trees; tree++) {
    for (let i = 0; i < size; i++) {
      swap(members, i, i + Math.floor(uniform() * (count - i)));
    }
    builder.beginTree();
    let open = 1;
    starts[0] = 0;
    ends[0] = size;
    depths[0] = 0;
    parents[0] = -1;
    while (open > 0) {
      open--;
      const start = starts[open];
      const end = ends[open];
      const depth = depths[open];
      if (parents[open] >= 0) {
        builder.setRight(parents[open]);
      }
      let feature = -1;
      let low = 0;
      let high = 0;
      if (end - start > 1 && depth < deepest) {
        for (let looked = 0; looked < features && !(low < high); looked++) {
          swap(order, looked, looked + Math.floor(uniform() * (features - looked)));
          feature = order[looked];
          low = rows[members[start] * features + feature];
          high = low;
          for (let i = start + 1; i < end; i++) {
            const value = rows[members[i] * features + feature];
            low = Math.min(low, value);
            high = Math.max(high, value);
          }
        }
      }
      if (!(low < high)) {
        builder.addLeaf(end - start);
        continue;
      }
      // Rounded to float32 the draw could be the highest value, which would leave nobody on the right.
      const drawn = Math.fround(low + uniform() * (high - low));
      const threshold = drawn < high ? drawn : between(low, high);
      let middle = start;
      for (let i = start; i < end; i++) {
        if (rows[members[i] * features + feature] <= threshold) {
          swap(members, i, middle++);
        }
      }
      const node = builder.addInner(feature, threshold);
      starts[open] = middle;
      ends[open] = end;
      depths[open] = depth + 1;
      parents[open] = node;
      open++;
      starts[open] = start;
      ends[open] = middle;
      depths[open] = depth + 1;
      parents[open] = -1;
      open++;
    }
  }
  return builder.finish();
}

function swap(list: Uint32Array | Uint16Array, a: number, b: number): void {
  const held = list[a];
  list[a] = list[b];
  list[b] = held;
}

/** c(n) of the paper: mean depth of an unsuccessful search in a binary search tree of n rows. */
export function meanPathLength(rows: number): number {
  if (rows <= 1) {
    return 0;
  }
  return rows === 2 ? 1 : 2 * (Math.log(rows - 1) + EULER) - (2 * (rows - 1)) / rows;
}

/**
 * The anomaly score 2^(-E(h)/c(size)) of a float32 row, from 0 to 1: h is the depth of the row's leaf and, for a leaf of several rows, the mean depth
 * that they would still have had; `size` is the count of rows that each tree was grown on.
 */
export function anomalyScore(forest: Forest, row: Float32Array, size: number): number {
  const { features, roots, code, threshold, right } = forest;
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree];
    while (code[node] < features) {
      node = row[code[node]] <= threshold[node] ? node + 1 : right[node];
      sum++;
    }
    sum += meanPathLength(code[node] - features);
  }
  return 2 ** (-sum / roots.length / meanPathLength(size));
}
