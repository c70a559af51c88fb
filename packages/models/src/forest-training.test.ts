import { describe, expect, it } from 'vitest';
import { type ForestTraining, trainForest } from './forest-training';
import { FOREST_LIMITS, type Forest, leafOf } from './forest-trees';
import { forestProbabilities } from './forest-votes';
import { seededNormals } from './seeded-normals';

/** Normal clouds around a centre of its own for each class. */
function clouds({ classes = 3, each = 20, features = 4, gap = 3, seed = 1 }): ForestTraining & { classes: number } {
  const normal = seededNormals(seed, 7);
  const centres = Array.from({ length: classes }, () => Array.from({ length: features }, () => gap * normal()));
  const rows = new Float64Array(classes * each * features);
  const labels = new Uint16Array(classes * each);
  for (let row = 0; row < labels.length; row++) {
    labels[row] = row % classes;
    for (let f = 0; f < features; f++) {
      rows[row * features + f] = centres[labels[row]][f] + normal();
    }
  }
  return { rows, features, labels, classes };
}

function predicted(forest: Forest, row: Float64Array): number {
  const shares = forestProbabilities(forest, row);
  return shares.indexOf(Math.max(...shares));
}

describe('trainForest', () => {
  it('tells clouds apart that it was not trained on', () => {
    const all = clouds({ each: 60 });
    const train = 90;
    const forest = trainForest({ ...all, rows: all.rows.slice(0, train * 4), labels: all.labels.slice(0, train) });
    let right = 0;
    for (let row = train; row < all.labels.length; row++) {
      right += predicted(forest, all.rows.slice(row * 4, row * 4 + 4) as Float64Array) === all.labels[row] ? 1 : 0;
    }
    expect(right / 90).toBeGreaterThan(0.9);
  });

  it('grows trees until they know every row they drew', () => {
    const { rows, labels, ...rest } = clouds({ gap: 0, each: 30 });
    const forest = trainForest({ rows, labels, ...rest, trees: 30 });
    let right = 0;
    for (let row = 0; row < labels.length; row++) {
      right += predicted(forest, rows.slice(4 * row, 4 * row + 4) as Float64Array) === labels[row] ? 1 : 0;
    }
    expect(right).toBe(labels.length);
  });

  it('leaves rows together that no feature tells apart, to the more frequent class', () => {
    const forest = trainForest({
      rows: new Float64Array(10).fill(5),
      features: 1,
      labels: Uint16Array.from([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
      classes: 2,
      trees: 20,
    });
    expect(forest.code.length).toBe(20);
    expect([...forestProbabilities(forest, Float64Array.of(5))]).toEqual([0, 1]);
  });

  it('looks at more features than asked for until one tells the rows of a node apart', () => {
    const labels = Uint16Array.from({ length: 40 }, (_, row) => row % 2);
    const rows = Float64Array.from({ length: 400 }, (_, i) => (i % 10 === 7 ? labels[Math.floor(i / 10)] : 3));
    const forest = trainForest({ rows, features: 10, labels, classes: 2, trees: 20, featuresPerSplit: 1 });
    expect(forest.code.filter((code) => code === 7).length).toBe(20);
    expect(forest.code.length).toBe(60);
  });

  it('is the same for the same seed, another for another, and leaves its arguments alone', () => {
    const training = clouds({ gap: 1 });
    const before = structuredClone(training);
    const forest = trainForest({ ...training, seed: 1 });
    expect(trainForest({ ...training, seed: 1 })).toEqual(forest);
    expect(trainForest({ ...training, seed: 2 })).not.toEqual(forest);
    expect(training).toEqual(before);
  });

  it('weighs classes by their draws, not by their rows', () => {
    const normal = seededNormals(3, 3);
    const labels = Uint16Array.from({ length: 500 }, (_, row) => (row < 10 ? 1 : 0));
    const rows = Float64Array.from(labels, (label) => 1.5 * label + normal());
    const votesAbove = (drawsPerClass?: number[]) => {
      const options = drawsPerClass === undefined ? {} : { drawsPerClass };
      const forest = trainForest({ rows, features: 1, labels, classes: 2, trees: 100, minimumLeaf: 20, ...options });
      return forestProbabilities(forest, Float64Array.of(2))[1];
    };
    expect(votesAbove()).toBeLessThan(0.2);
    expect(votesAbove([60, 60])).toBeGreaterThan(0.6);
  });

  it('holds leaves of the least size', () => {
    const { rows, labels, ...rest } = clouds({ gap: 0, each: 100 });
    const small = trainForest({ rows, labels, ...rest, trees: 5 });
    const large = trainForest({ rows, labels, ...rest, trees: 5, minimumLeaf: 50 });
    expect(large.code.length).toBeLessThanOrEqual(5 * 11);
    expect(small.code.length).toBeGreaterThan(5 * 30);
  });

  it('splits between neighbouring float32 numbers', () => {
    const low = Math.fround(1);
    const high = Math.fround(1 + 2 ** -23);
    const forest = trainForest({
      rows: Float32Array.of(low, low, low, low, high, high, high, high),
      features: 1,
      labels: Uint16Array.of(0, 0, 0, 0, 1, 1, 1, 1),
      classes: 2,
      drawsPerClass: [4, 4],
    });
    expect([...forestProbabilities(forest, Float32Array.of(low))]).toEqual([1, 0]);
    expect([...forestProbabilities(forest, Float32Array.of(high))]).toEqual([0, 1]);
  });

  it('sorts as well by counting, for many rows and for more than 256 values', () => {
    const normal = seededNormals(9, 9);
    const labels = Uint16Array.from({ length: 3000 }, (_, row) => row % 2);
    const rows = Float64Array.from(labels, (label) => normal() + 20 * label);
    const forest = trainForest({ rows, features: 1, labels, classes: 2, trees: 10 });
    // One split each: the classes do not overlap.
    expect(forest.code.length).toBe(30);
  });

  it('refuses wrong arguments by name', () => {
    const right = clouds({});
    const wrong: [Partial<Record<keyof ForestTraining, unknown>>, string, typeof RangeError | typeof TypeError][] = [
      [{ rows: [1, 2] }, 'rows', TypeError],
      [{ rows: right.rows.slice(1) }, 'rows', RangeError],
      [{ rows: right.rows.slice().fill(Number.NaN, 5, 6) }, 'rows', RangeError],
      [{ rows: right.rows.slice().fill(1e39, 5, 6) }, 'rows', RangeError],
      [{ labels: [0] }, 'labels', TypeError],
      [{ labels: new Uint16Array(0), rows: new Float64Array(0) }, 'labels.length', RangeError],
      [{ labels: right.labels.map(() => 3) }, 'labels', RangeError],
      [{ labels: right.labels.map(() => 1) }, 'labels', RangeError],
      [{ features: 0 }, 'features', RangeError],
      [{ features: FOREST_LIMITS.maxFeatures + 1 }, 'features', RangeError],
      [{ classes: '3' }, 'classes', TypeError],
      [{ classes: FOREST_LIMITS.maxLabels + 1 }, 'classes', RangeError],
      [{ trees: 0 }, 'trees', RangeError],
      [{ trees: FOREST_LIMITS.maxTrees + 1 }, 'trees', RangeError],
      [{ seed: 0.5 }, 'seed', RangeError],
      [{ featuresPerSplit: 5 }, 'featuresPerSplit', RangeError],
      [{ minimumLeaf: 0 }, 'minimumLeaf', RangeError],
      [{ drawsPerClass: 3 }, 'drawsPerClass', TypeError],
      [{ drawsPerClass: [3, 3] }, 'drawsPerClass', RangeError],
      [{ drawsPerClass: [3, 0, 3] }, 'drawsPerClass', RangeError],
      [{ drawsPerClass: [30_000, 30_000, 30_000] }, 'drawsPerClass', RangeError],
    ];
    for (const [change, name, kind] of wrong) {
      const train = () => trainForest({ ...right, ...change } as ForestTraining);
      expect(train, name).toThrow(kind);
      expect(train, name).toThrow(name);
    }
    expect(() => trainForest(undefined as never)).toThrow(TypeError);
  });
});

describe('forestProbabilities', () => {
  const forest = trainForest(clouds({ gap: 1 }));
  const row = Float64Array.of(0.1, 0.2, 0.3, 0.4);

  it('are the shares of the trees, in a new array or in one given', () => {
    const shares = forestProbabilities(forest, row);
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
    const votes = new Float64Array(3);
    for (const root of forest.roots) {
      votes[forest.code[leafOf(forest, root, Float32Array.from(row))] - 4] += 0.01;
    }
    expect([...shares]).toEqual([...votes].map((vote) => expect.closeTo(vote, 12)));
    const into = new Float64Array(3).fill(9);
    expect(forestProbabilities(forest, row, into)).toBe(into);
    expect(into).toEqual(shares);
  });

  it('refuse wrong arguments by name', () => {
    expect(() => forestProbabilities({} as never, row)).toThrow(TypeError);
    expect(() => forestProbabilities(undefined as never, row)).toThrow(TypeError);
    expect(() => forestProbabilities(forest, [1, 2, 3, 4] as never)).toThrow(TypeError);
    expect(() => forestProbabilities(forest, row.slice(1))).toThrow(RangeError);
    expect(() => forestProbabilities(forest, Float64Array.of(1, 2, 3, Number.NaN))).toThrow(RangeError);
    expect(() => forestProbabilities(forest, row, new Float64Array(2))).toThrow(RangeError);
    expect(() => forestProbabilities({ ...forest, right: forest.right.slice(1) }, row)).toThrow(RangeError);
    expect(() => forestProbabilities({ ...forest, labels: 0 }, row)).toThrow(RangeError);
  });
});
