import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from './forest-columns';
import { between, SplitSearch } from './forest-split';

const SOAK = process.env.TACIT_SOAK === '1';

interface Row {
  readonly values: readonly number[];
  readonly label: number;
  readonly draws: number;
}

const CLASSES = 3;
const FEATURES = 2;

/** Sum over both sides of squared counts by size, the greater the lower the Gini impurity; 0 where a side is too small. */
function purity(rows: readonly Row[], feature: number, threshold: number, minimumLeaf: number): number {
  let sum = 0;
  for (const side of [true, false]) {
    const counts = new Float64Array(CLASSES);
    for (const row of rows) {
      if (row.values[feature] <= threshold === side) {
        counts[row.label] += row.draws;
      }
    }
    const size = counts.reduce((total, count) => total + count);
    if (size < Math.max(minimumLeaf, 1)) {
      return 0;
    }
    sum += counts.reduce((total, count) => total + count * count, 0) / size;
  }
  return sum;
}

function searchOf(rows: readonly Row[]) {
  const columns = columnsOf(Float64Array.from(rows.flatMap((row) => row.values)), FEATURES);
  const search = new SplitSearch(
    columns,
    Uint16Array.from(rows, (row) => row.label),
    CLASSES,
  );
  const times = Uint16Array.from(rows, (row) => row.draws);
  const members = Uint16Array.from(rows.keys()).filter((row) => times[row] > 0);
  return { search, times, members };
}

/** Few values, so that many are equal; or many, so that counting sorts by two bytes. */
const values = fc.oneof(fc.constant(6), fc.constant(100_000)).chain((max) => {
  const value = fc.integer({ min: 0, max });
  return fc.array(
    fc.record({ values: fc.tuple(value, value), label: fc.nat(CLASSES - 1), draws: fc.nat(3) }),
    // Both sides of the length from which counting takes the place of insertion.
    { minLength: 2, maxLength: 120, size: 'max' },
  );
});

describe('SplitSearch', () => {
  it('finds the purest split of all features and gaps', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 3 }), (rows, minimumLeaf) => {
        const { search, times, members } = searchOf(rows);
        fc.pre(members.length > 0);
        search.begin(members, times, 0, members.length);
        for (let feature = 0; feature < FEATURES; feature++) {
          search.tryFeature(feature, minimumLeaf);
        }
        const drawn = rows.filter((row) => row.draws > 0);
        const whole = new Float64Array(CLASSES);
        for (const row of drawn) {
          whole[row.label] += row.draws;
        }
        const size = whole.reduce((sum, count) => sum + count);
        const parent = whole.reduce((sum, count) => sum + count * count, 0) / size;
        let best = parent;
        for (let feature = 0; feature < FEATURES; feature++) {
          for (const row of drawn) {
            best = Math.max(best, purity(drawn, feature, row.values[feature], minimumLeaf));
          }
        }
        expect(search.pure).toBe(whole.some((count) => count === size));
        if (search.feature < 0) {
          expect(best).toBeCloseTo(parent, 9);
          return;
        }
        expect(purity(drawn, search.feature, search.threshold, minimumLeaf)).toBeCloseTo(best, 9);

        const middle = search.partition();
        const left = (member: number) => rows[member].values[search.feature] <= search.threshold;
        expect([...members.subarray(0, middle)].every(left)).toBe(true);
        expect([...members.subarray(middle)].some(left)).toBe(false);
        expect([...members].sort((a, b) => a - b)).toEqual([...rows.keys()].filter((row) => rows[row].draws > 0));
      }),
      { numRuns: SOAK ? 20_000 : 200 },
    );
  });

  it('votes for the most frequent class by draws, of equals the first', () => {
    const rows = [1, 2, 2, 0].map((label, i) => ({ values: [i, i], label, draws: [3, 1, 2, 1][i] }));
    const { search, times, members } = searchOf(rows);
    search.begin(members, times, 0, 4);
    expect(search.majority()).toBe(1);
    search.begin(members, times, 1, 4);
    expect(search.majority()).toBe(2);
    expect(search.canSplit(2)).toBe(true);
    expect(search.canSplit(3)).toBe(false);
  });
});

describe('between', () => {
  it('is a float32 from the lower value up to but not the higher', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true, noDefaultInfinity: true }), (a, b) => {
        fc.pre(a !== b);
        const middle = between(Math.min(a, b), Math.max(a, b));
        expect(middle).toBe(Math.fround(middle));
        expect(middle >= Math.min(a, b) && middle < Math.max(a, b)).toBe(true);
      }),
    );
    expect(between(1, 2)).toBe(1.5);
    expect(between(-3e38, 3e38)).toBe(0);
  });
});
