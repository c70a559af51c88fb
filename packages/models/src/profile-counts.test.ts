import { describe, expect, it } from 'vitest';
import { learnRow, MOST_TIMES, mergedRows } from './profile-counts';

const rows = (...values: number[]) => Float32Array.from(values.flatMap((value) => [value, 2 * value]));
const counts = (...values: number[]) => Uint8Array.from(values);

describe('mergedRows', () => {
  it('counts rows that follow their like', () => {
    expect(mergedRows(rows(1, 1, 2, 1, 3, 3, 3), 2, 1)).toEqual({ times: rows(1, 2, 1, 3), counts: counts(2, 1, 1, 3) });
    expect(mergedRows(rows(1, 2), 2, 1)).toEqual({ times: rows(1, 2), counts: counts(1, 1) });
    expect(mergedRows(Float32Array.of(1, 2, 1, 3), 2, 1).counts).toEqual(counts(1, 1));
  });

  it('begins a row anew where one counts as often as it may', () => {
    expect(mergedRows(rows(...new Array(2 * MOST_TIMES + 1).fill(4)), 2, 3)).toEqual({ times: rows(4, 4, 4), counts: counts(10, 10, 1) });
  });

  it('leaves rows as they are where too few would be left', () => {
    expect(mergedRows(rows(1, 1, 2, 2), 2, 3)).toEqual({ times: rows(1, 1, 2, 2), counts: counts(1, 1, 1, 1) });
  });
});

describe('learnRow', () => {
  const known = { times: rows(1, 2, 3), counts: counts(1, 2, 3) };

  it('puts a row behind the others, with its count', () => {
    const learned = { times: rows(1, 2, 3, 4), counts: counts(1, 2, 3, 5), dropped: 0, again: false };
    expect(learnRow(known, rows(4), 5)).toEqual(learned);
  });

  it('adds to the newest row where it is the same, and to no other', () => {
    expect(learnRow(known, rows(3), 7)).toEqual({ times: known.times, counts: counts(1, 2, 10), dropped: 0, again: true });
    expect(learnRow(known, rows(3), 8)).toMatchObject({ counts: counts(1, 2, 3, 8), again: false });
    expect(learnRow(known, rows(1), 1)).toMatchObject({ counts: counts(1, 2, 3, 1), again: false });
  });

  it('drops the oldest counts, whole rows and parts of them, where there would be more than 100', () => {
    const full = { times: rows(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), counts: counts(3, 7, 10, 10, 10, 10, 10, 10, 10, 10, 10) };
    expect(learnRow(full, rows(12), 2)).toMatchObject({ counts: counts(1, 7, 10, 10, 10, 10, 10, 10, 10, 10, 10, 2), dropped: 0 });
    expect(learnRow(full, rows(12), 3)).toMatchObject({ counts: counts(7, 10, 10, 10, 10, 10, 10, 10, 10, 10, 3), dropped: 1 });
    const { times, counts: left, dropped } = learnRow(full, rows(12), 9);
    expect([dropped, left[0], left.reduce((sum, count) => sum + count, 0)]).toEqual([1, 1, 100]);
    expect(times).toEqual(rows(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  });

  it('leaves what it was given as it was', () => {
    learnRow(known, rows(3), 2);
    expect(known).toEqual({ times: rows(1, 2, 3), counts: counts(1, 2, 3) });
  });
});
