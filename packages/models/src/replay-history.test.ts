import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { appendToReplayHistory, layOutAll, preparedTimes, replayHistory } from './replay-history';

const entry = (keys: number, time: number): FixedTextVector =>
  fixedTextVectorFrom({ hold: new Array(keys).fill(time), pressPress: new Array(keys - 1).fill(2 * time) });

describe('replayHistory', () => {
  it('takes entries of any length, and keeps a copy', () => {
    const times = Float64Array.of(2, 90, 80, 150, 1, 70);
    const history = replayHistory(times);
    times[1] = Number.NaN;
    expect(history.entries).toBe(2);
    expect(preparedTimes(history)).toEqual(Float64Array.of(2, 90, 80, 150, 1, 70));
    expect(replayHistory(new Float64Array(0)).entries).toBe(0);
  });

  it('takes entries without holds, as the negative of their number of keys and their press-press times', () => {
    const press = fixedTextVectorFrom({ hold: [], pressPress: [150, 160] });
    const laidOut = layOutAll([press, entry(2, 80), press]);
    expect(laidOut).toEqual(Float64Array.of(-3, 150, 160, 2, 80, 80, 160, -3, 150, 160));
    const history = replayHistory(laidOut);
    expect(history.entries).toBe(3);
    const next = appendToReplayHistory(history, entry(2, 90), 2);
    expect(preparedTimes(next)).toEqual(Float64Array.of(-3, 150, 160, 2, 90, 90, 180));
    expect(preparedTimes(appendToReplayHistory(next, press, 2))).toEqual(layOutAll([entry(2, 90), press]));
  });

  it.each([
    ['plain numbers', [2, 90, 80, 150], TypeError],
    ['no number of keys', Float64Array.of(0, 90), RangeError],
    ['half a key', Float64Array.of(1.5, 90, 80), RangeError],
    ['one key without a time', Float64Array.of(-1), RangeError],
    ['press-press times that are cut off', Float64Array.of(-3, 90), RangeError],
    ['not a number of keys', Float64Array.of(Number.NaN), RangeError],
    ['an entry that is cut off', Float64Array.of(2, 90, 80), RangeError],
    ['a time that is not finite', Float64Array.of(1, Number.POSITIVE_INFINITY), RangeError],
  ])('refuses %s', (_what, times, error) => {
    expect(() => replayHistory(times as Float64Array)).toThrow(error);
  });
});

describe('appendToReplayHistory', () => {
  it('keeps the last entries, and leaves the history before as it was', () => {
    const entries = [entry(5, 80), entry(6, 90), entry(5, 100), entry(7, 110)];
    let history = replayHistory(new Float64Array(0));
    for (const [i, vector] of entries.entries()) {
      const before = preparedTimes(history)?.slice();
      const next = appendToReplayHistory(history, vector, 3);
      expect(preparedTimes(history)).toEqual(before);
      expect(preparedTimes(next)).toEqual(layOutAll(entries.slice(Math.max(0, i - 2), i + 1)));
      expect(next.entries).toBe(Math.min(3, i + 1));
      history = next;
    }
    expect(appendToReplayHistory(history, entry(5, 1), 1).entries).toBe(1);
  });

  it('refuses what it can not append to, or what, or to how many', () => {
    const history = replayHistory(new Float64Array(0));
    expect(() => appendToReplayHistory({ entries: 0 }, entry(5, 80), 3)).toThrow(TypeError);
    expect(() => appendToReplayHistory(history, {} as FixedTextVector, 3)).toThrow(TypeError);
    expect(() => appendToReplayHistory(history, entry(5, 80), 0)).toThrow(RangeError);
  });
});
