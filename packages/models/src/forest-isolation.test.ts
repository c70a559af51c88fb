import { describe, expect, it } from 'vitest';
import { anomalyScore, growIsolationForest, meanPathLength } from './forest-isolation';
import { type Forest, ForestBuilder } from './forest-trees';
import { seededNormals } from './seeded-normals';

function cloud(count: number, features = 3, seed = 1): Float32Array {
  const normal = seededNormals(seed, 1);
  return Float32Array.from({ length: count * features }, normal);
}

/** Depth and label of each leaf of a tree. */
function leavesOf(forest: Forest, node: number, depth = 0): { depth: number; size: number }[] {
  return forest.code[node] < forest.features
    ? [...leavesOf(forest, node + 1, depth + 1), ...leavesOf(forest, forest.right[node], depth + 1)]
    : [{ depth, size: forest.code[node] - forest.features }];
}

describe('growIsolationForest', () => {
  it('puts every row of a sample into one leaf, no deeper than a balanced tree', () => {
    for (const [count, sampleSize, size, deepest] of [
      [200, 256, 200, 8],
      [200, 64, 64, 6],
      [5, 256, 5, 3],
      [2, 256, 2, 1],
    ]) {
      const forest = growIsolationForest(cloud(count), 3, 20, sampleSize, 1);
      expect(forest.roots.length).toBe(20);
      for (const root of forest.roots) {
        const leaves = leavesOf(forest, root);
        expect(leaves.reduce((sum, leaf) => sum + leaf.size, 0)).toBe(size);
        expect(leaves.every((leaf) => leaf.size >= 1 && leaf.depth <= deepest)).toBe(true);
      }
    }
  });

  it('leaves rows together that are all the same', () => {
    const forest = growIsolationForest(new Float32Array(30).fill(4), 3, 5, 256, 1);
    expect([...forest.code]).toEqual(new Array(5).fill(3 + 10));
  });

  it('parts values that are neighbours in float32', () => {
    const high = Math.fround(1 + 2 ** -23);
    const forest = growIsolationForest(Float32Array.of(1, high), 1, 50, 256, 1);
    expect(forest.code.length).toBe(150);
    expect([...forest.threshold].filter((value) => value !== 0).every((value) => value === 1)).toBe(true);
  });

  it('looks at every feature, as often at one as at another', () => {
    const forest = growIsolationForest(cloud(64, 4), 4, 1000, 64, 2);
    const counts = [0, 1, 2, 3].map((feature) => forest.code.filter((code) => code === feature).length);
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.1);
  });

  it('is the same for the same seed and another for another', () => {
    expect(growIsolationForest(cloud(40), 3, 10, 16, 1)).toEqual(growIsolationForest(cloud(40), 3, 10, 16, 1));
    expect(growIsolationForest(cloud(40), 3, 10, 16, 1)).not.toEqual(growIsolationForest(cloud(40), 3, 10, 16, 2));
  });
});

describe('meanPathLength', () => {
  it('is c(n) of the paper', () => {
    expect(meanPathLength(0)).toBe(0);
    expect(meanPathLength(1)).toBe(0);
    expect(meanPathLength(2)).toBe(1);
    // 2 H(255) - 2 255/256, the harmonic number by its logarithm: 10.2448.
    expect(meanPathLength(256)).toBeCloseTo(10.2448, 4);
  });
});

describe('anomalyScore', () => {
  it('is 2 to the minus mean depth by c(size), a leaf of several rows counting as the depth they would still have', () => {
    const builder = new ForestBuilder(1, 9);
    builder.beginTree();
    const root = builder.addInner(0, 0);
    builder.addLeaf(2);
    builder.setRight(root);
    builder.addLeaf(6);
    builder.beginTree();
    builder.addLeaf(8);
    const forest = builder.finish();
    const c = meanPathLength;
    expect(anomalyScore(forest, Float32Array.of(-1), 8)).toBeCloseTo(2 ** (-(1 + 1 + 0 + c(8)) / 2 / c(8)), 12);
    expect(anomalyScore(forest, Float32Array.of(1), 8)).toBeCloseTo(2 ** (-(1 + c(6) + c(8)) / 2 / c(8)), 12);
  });

  it('is higher far from the rows than among them', () => {
    const forest = growIsolationForest(cloud(200), 3, 100, 256, 1);
    const inside = anomalyScore(forest, Float32Array.of(0, 0, 0), 200);
    const outside = anomalyScore(forest, Float32Array.of(8, -8, 8), 200);
    expect(inside).toBeLessThan(0.5);
    expect(outside).toBeGreaterThan(0.7);
  });
});
