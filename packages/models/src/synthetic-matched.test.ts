import { fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { entries, flatVector, simulatedPerson } from './simulated-people';
import { type MatchedTypistOptions, matchedTypist, type TimingStatistics, timingStatistics } from './synthetic-matched';

const samples = entries(simulatedPerson(41, 11), 40);
const statistics = timingStatistics(samples);

describe('timingStatistics', () => {
  it('are mean and sample deviation over keys and entries', () => {
    const vector = fixedTextVectorFrom({ hold: [80, 100, 120], pressPress: [100, 300] });
    expect(timingStatistics([vector])).toEqual({
      hold: { mean: 100, deviation: 20 },
      pressPress: { mean: 200, deviation: Math.sqrt(20_000) },
    });
    expect(timingStatistics([fixedTextVectorFrom({ hold: [], pressPress: [100, 300] })]).hold).toBeNull();
    expect(timingStatistics([flatVector(2, 90, 150)]).pressPress).toEqual({ mean: 150, deviation: 0 });
  });

  it('asserts samples', () => {
    expect(() => timingStatistics([])).toThrow(RangeError);
    expect(() => timingStatistics([flatVector(4, 80, 100), flatVector(5, 80, 100)])).toThrow(/samples/);
    expect(() => timingStatistics([fixedTextVectorFrom({ hold: [80], pressPress: [] })])).toThrow(RangeError);
  });
});

describe('matchedTypist', () => {
  it('has the statistics it was given', () => {
    const drawn = timingStatistics(entries(matchedTypist({ keys: 11, statistics, seed: 1 }), 4_000));
    for (const kind of ['hold', 'pressPress'] as const) {
      expect((drawn[kind]?.mean ?? 0) / (statistics[kind]?.mean ?? 0)).toBeCloseTo(1, 1.5);
      expect((drawn[kind]?.deviation ?? 0) / (statistics[kind]?.deviation ?? 0)).toBeCloseTo(1, 1);
    }
  });

  it('treats every key alike', () => {
    const drawn = entries(matchedTypist({ keys: 4, statistics, seed: 2 }), 4_000);
    const meanAt = (key: number) => drawn.reduce((sum, { pressPress }) => sum + (pressPress[key] ?? 0), 0) / drawn.length;
    expect(meanAt(0) / meanAt(2)).toBeCloseTo(1, 1);
  });

  it('is determined by its seed, and a deviation of zero gives a metronome', () => {
    const drawn = (seed: number) => entries(matchedTypist({ keys: 5, statistics, seed }), 3);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    const flat: TimingStatistics = { hold: null, pressPress: { mean: 120, deviation: 0 } };
    const vector = matchedTypist({ keys: 3, statistics: flat, seed: 1 })();
    expect(vector.hold).toHaveLength(0);
    expect([...vector.pressPress]).toEqual([expect.closeTo(120, 9), expect.closeTo(120, 9)]);
  });

  it.each<[string, Partial<Record<keyof MatchedTypistOptions, unknown>>, typeof TypeError | typeof RangeError]>([
    ['keys', { keys: 200 }, RangeError],
    ['seed', { seed: '1' }, TypeError],
    ['statistics', { statistics: null }, TypeError],
    ['statistics.pressPress', { statistics: { hold: null } }, TypeError],
    ['statistics.pressPress', { statistics: { hold: null, pressPress: { mean: 0, deviation: 1 } } }, RangeError],
    ['statistics.hold', { statistics: { hold: { mean: 100, deviation: Number.NaN }, pressPress: { mean: 1, deviation: 1 } } }, RangeError],
  ])('asserts %s', (name, change, kind) => {
    const call = () => matchedTypist({ keys: 11, statistics, seed: 1, ...change } as MatchedTypistOptions);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
