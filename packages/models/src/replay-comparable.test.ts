import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { comparableEntries } from './replay-comparable';
import { layOutAll } from './replay-history';
import { flatVector, pressTimes } from './simulated-people';

/** For each kind, how many times are compared and which entries, by their first time. */
const compared = (vector: FixedTextVector, history: readonly FixedTextVector[], clockStep = 0.1) =>
  comparableEntries(vector, layOutAll(history), clockStep).map(({ own, times, starts }) => ({
    count: own.length,
    first: starts.map((start) => times[start]),
  }));

describe('comparableEntries', () => {
  it('takes entries of as many keys, with hold times and without apart', () => {
    const history = [flatVector(8, 101, 201), flatVector(9, 102, 202), pressTimes(flatVector(8, 103, 203)), flatVector(8, 104, 204)];
    expect(compared(flatVector(8, 100, 200), history)).toEqual([
      { count: 15, first: [101, 104] },
      { count: 7, first: [203] },
    ]);
    expect(compared(pressTimes(flatVector(8, 100, 200)), history)).toEqual([{ count: 7, first: [201, 203, 204] }]);
    expect(compared(flatVector(10, 100, 200), history)).toEqual([]);
    expect(compared(flatVector(8, 100, 200), [])).toEqual([]);
  });

  it('gives the times of an entry in the order in which the history has them', () => {
    const vector = fixedTextVectorFrom({ hold: [1, 2, 3, 4, 5], pressPress: [11, 12, 13, 14] });
    const [found] = comparableEntries(vector, layOutAll([flatVector(5, 7, 9), vector]), 0.1);
    expect(found?.own).toEqual(Float64Array.of(1, 2, 3, 4, 5, 11, 12, 13, 14));
    const start = found?.starts[1] ?? 0;
    expect(found?.times.slice(start, start + 9)).toEqual(found?.own);
  });

  it('compares no fewer than seven times', () => {
    const fits = (keys: number) => [flatVector(keys, 100, 200), pressTimes(flatVector(keys, 100, 200))].map((v) => compared(v, [v]).length);
    expect(fits(3)).toEqual([0, 0]);
    expect(fits(4)).toEqual([1, 0]);
    expect(fits(7)).toEqual([1, 0]);
    expect(fits(8)).toEqual([1, 1]);
  });

  it('compares on a coarse clock with entries of a finer one alone', () => {
    const fine = flatVector(11, 97.3, 205.1);
    const coarse = flatVector(11, 96, 208);
    const onClock = (step: number) => compared(coarse, [coarse, fine], step).flatMap(({ first }) => first);
    expect(onClock(4)).toEqual([96, 97.3]);
    expect(onClock(5)).toEqual([97.3]);
    expect(onClock(8)).toEqual([97.3]);
    expect(onClock(16)).toEqual([97.3]);
    expect(onClock(20)).toEqual([96, 97.3]);
    expect(onClock(20.1)).toEqual([]);
    // Off the grid by its last time alone.
    const almost = flatVector(11, 96, 208);
    almost.pressPress[9] += 3;
    expect(compared(coarse, [coarse, almost], 16)).toEqual([{ count: 21, first: [96] }]);
    expect(comparableEntries(coarse, layOutAll([coarse, almost]), 16)[0]?.starts).toHaveLength(1);
  });

  it('compares press-press times alone on clocks to 8.5 ms', () => {
    const vector = pressTimes(flatVector(11, 97.3, 207.5));
    expect([8.5, 8.6].map((step) => compared(vector, [vector], step).length)).toEqual([1, 0]);
  });
});
