import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForest, serializeForest } from './forest-bytes';
import { trainForest } from './forest-training';
import { FOREST_LIMITS, type Forest, ForestBuilder } from './forest-trees';
import { forestProbabilities } from './forest-votes';
import { ModelError } from './model-error';
import { seededNormals } from './seeded-normals';

const SOAK = process.env.TACIT_SOAK === '1';

function trained({ features = 3, classes = 2, count = 40, trees = 5, seed = 1 } = {}): Forest {
  const normal = seededNormals(seed, 5);
  return trainForest({
    rows: Float64Array.from({ length: count * features }, () => 100 * normal()),
    features,
    labels: Uint16Array.from({ length: count }, (_, row) => row % classes),
    classes,
    trees,
    seed,
  });
}

function codeOf(parse: () => unknown): string | undefined {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return (error as ModelError).code;
  }
  return undefined;
}

describe('serializeForest and parseForest', () => {
  it('give the same forest back, and the same votes', () => {
    fc.assert(
      fc.property(
        fc.record({
          features: fc.integer({ min: 1, max: 6 }),
          // Above some 250 classes a code takes two bytes.
          classes: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(260)),
          count: fc.integer({ min: 260, max: 300 }),
          trees: fc.integer({ min: 1, max: 4 }),
          seed: fc.nat(),
        }),
        (options) => {
          const forest = trained(options);
          const parsed = parseForest(serializeForest(forest));
          expect(parsed).toEqual(forest);
          const normal = seededNormals(options.seed, 6);
          for (let i = 0; i < 20; i++) {
            const row = Float64Array.from({ length: options.features }, () => 100 * normal());
            expect(forestProbabilities(parsed, row)).toEqual(forestProbabilities(forest, row));
          }
        },
      ),
      { numRuns: SOAK ? 1000 : 25 },
    );
  }, 120_000);

  it('take one byte a node where every code fits, two else, and four for a threshold', () => {
    const small = trained();
    expect(serializeForest(small).length).toBe(16 + small.code.length + 2 * (small.code.length - 5));
    const large = trained({ classes: 260, count: 300 });
    expect(serializeForest(large).length).toBe(16 + 2 * large.code.length + 2 * (large.code.length - 5));
  });

  it('read bytes anywhere in a buffer', () => {
    const bytes = serializeForest(trained());
    const shifted = new Uint8Array(bytes.length + 7);
    shifted.set(bytes, 3);
    expect(parseForest(shifted.subarray(3, 3 + bytes.length))).toEqual(trained());
  });

  it('refuse whatever was altered, or read it as the forest that it is', () => {
    const bytes = serializeForest(trained({ count: 12, trees: 3 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) {
          damaged[at] = value;
        }
        let parsed: Forest;
        try {
          parsed = parseForest(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
          return;
        }
        expect(serializeForest(parsed).join()).toBe(damaged.join());
        const shares = forestProbabilities(parsed, new Float64Array(parsed.features));
        expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
      }),
      { numRuns: SOAK ? 100_000 : 3000 },
    );
  }, 120_000);

  it('refuse arbitrary bytes behind a header', () => {
    const header = serializeForest(trained()).slice(0, 6);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
        expect(codeOf(() => parseForest(Uint8Array.of(...header, ...rest)))).toMatch(/^ERR_PROFILE_|^undefined$/);
      }),
      { numRuns: SOAK ? 100_000 : 2000 },
    );
  }, 120_000);

  it('say what is wrong', () => {
    const bytes = serializeForest(trained());
    const altered = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[at] = value;
      return copy;
    };
    expect(codeOf(() => parseForest('bytes' as never))).toBe('ERR_PROFILE_FORMAT');
    expect(codeOf(() => parseForest(new Uint8Array(0)))).toBe('ERR_PROFILE_SIZE');
    expect(codeOf(() => parseForest(altered(0, 0)))).toBe('ERR_PROFILE_FORMAT');
    expect(codeOf(() => parseForest(altered(4, 2)))).toBe('ERR_PROFILE_VERSION');
    expect(codeOf(() => parseForest(altered(5, 2)))).toBe('ERR_PROFILE_VALUE');
    expect(codeOf(() => parseForest(altered(7, 0)))).toBe('ERR_PROFILE_SIZE');
    expect(codeOf(() => parseForest(altered(11, 0)))).toBe('ERR_PROFILE_SIZE');
    // Four thousand million nodes: refused by its length, before anything is allocated for them.
    expect(codeOf(() => parseForest(altered(12, 255)))).toBe('ERR_PROFILE_SIZE');
    expect(codeOf(() => parseForest(altered(16, 200)))).toBe('ERR_PROFILE_VALUE');
    expect(codeOf(() => parseForest(bytes.slice(0, -1)))).toBe('ERR_PROFILE_SIZE');
    expect(codeOf(() => parseForest(Uint8Array.of(...bytes, 0)))).toBe('ERR_PROFILE_SIZE');
    // A threshold of NaN.
    expect(codeOf(() => parseForest(bytes.slice().fill(255, bytes.length - 4)))).toBe('ERR_PROFILE_VALUE');
  });

  it('are not exhausted by a tree as deep as it can be', () => {
    const builder = new ForestBuilder(1, 2);
    builder.beginTree();
    const inner = 5000;
    const open: number[] = [];
    for (let i = 0; i < inner; i++) {
      open.push(builder.addInner(0, i));
    }
    builder.addLeaf(0);
    for (const node of open.reverse()) {
      builder.setRight(node);
      builder.addLeaf(1);
    }
    const forest = builder.finish();
    expect(parseForest(serializeForest(forest))).toEqual(forest);
    expect([...forestProbabilities(forest, Float64Array.of(-1))]).toEqual([1, 0]);
  });

  it('refuse to write what is no forest', () => {
    expect(() => serializeForest({} as never)).toThrow(TypeError);
    expect(() => serializeForest({ ...trained(), features: FOREST_LIMITS.maxFeatures + 1 })).toThrow(RangeError);
  });
});

describe('ForestBuilder', () => {
  it('makes room as trees grow', () => {
    const builder = new ForestBuilder(1, 2, 1);
    for (let tree = 0; tree < 100; tree++) {
      builder.beginTree();
      const node = builder.addInner(0, tree);
      builder.addLeaf(0);
      builder.setRight(node);
      builder.addLeaf(1);
    }
    const forest = builder.finish();
    expect(forest.code.length).toBe(300);
    expect([...forestProbabilities(forest, Float64Array.of(49.5))]).toEqual([0.5, 0.5]);
  });
});
