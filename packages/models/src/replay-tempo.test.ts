import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableEntries } from './replay-comparable';
import { layOutAll } from './replay-history';
import { nearestInTempo } from './replay-tempo';
import { entries, flatVector, pressTimes, simulatedPerson } from './simulated-people';

const judge = (vector: FixedTextVector, history: readonly FixedTextVector[]) =>
  nearestInTempo(comparableEntries(vector, layOutAll(history), 0.1));

const timesOf = ({ hold, pressPress }: FixedTextVector) => [...hold, ...pressPress];
const limitOf = (count: number) => Math.min(0.035, 0.0025 * (count - 7));

/** The distance of two entries with all logarithms taken. */
function reference(a: FixedTextVector, b: FixedTextVector) {
  const other = timesOf(b);
  const logs = timesOf(a)
    .flatMap((time, i) => (time >= 10 && other[i] >= 10 ? [Math.log(time / other[i])] : []))
    .sort((x, y) => x - y);
  const middle = logs.length / 2;
  const median = (logs[Math.ceil(middle) - 1] + logs[Math.floor(middle)]) / 2;
  const distance = logs.reduce((sum, log) => sum + Math.min(Math.abs(log - median), 0.7), 0) / logs.length;
  return { distance, limit: limitOf(logs.length) };
}

function stretched({ hold, pressPress }: FixedTextVector, factor: number, move: (i: number) => number = () => 0): FixedTextVector {
  const time = (was: number, i: number) => Math.max(0, factor * was + move(i));
  return fixedTextVectorFrom({ hold: hold.map(time), pressPress: pressPress.map((was, i) => time(was, i + hold.length)) });
}

describe('nearestInTempo', () => {
  it('finds an entry whose times are all longer or all shorter by one factor', () => {
    const history = entries(simulatedPerson(3, 11), 50);
    fc.assert(
      fc.property(fc.nat(49), fc.double({ min: 0.5, max: 2, noNaN: true }), (of, factor) => {
        expect(judge(stretched(history[of], factor), history)?.distance).toBeLessThan(0.03);
      }),
    );
    expect(judge(stretched(history[12], 1.05), history)?.distance).toBeCloseTo(0, 10);
    expect(judge(pressTimes(stretched(history[12], 1.05)), history)).toMatchObject({ limit: 0.0025 * 3 });
  });

  it('takes no other entry of the same person for it', () => {
    const people = Array.from({ length: 20 }, (_, seed) => entries(simulatedPerson(seed, 11), 60));
    for (const own of people) {
      expect(judge(own[59], own.slice(0, 59))).toBeUndefined();
    }
  });

  it('is the mean difference from the median of the logarithms, and fails below its limit alone', () => {
    const base = flatVector(11, 100, 200);
    // 20 of 21 times on the median; the last further by a factor.
    const off = (log: number) => {
      const vector = stretched(base, 1.2);
      vector.pressPress[9] *= Math.exp(log);
      return judge(vector, [base]);
    };
    expect(off(0.3)?.distance).toBeCloseTo(0.3 / 21, 10);
    expect(off(0.3)?.limit).toBe(0.035);
    // Counted to .7 at most: one time can not hide it.
    expect(off(5)?.distance).toBeCloseTo(0.7 / 21, 10);
    const two = (log: number) => {
      const vector = stretched(base, 1.2);
      vector.pressPress[9] *= Math.exp(log);
      vector.hold[0] *= Math.exp(-log);
      return judge(vector, [base])?.distance;
    };
    expect(two(0.367)).toBeCloseTo((2 * 0.367) / 21, 10);
    expect(two(0.368)).toBeUndefined();
  });

  it('passes over times under 10 ms, and asks more of those that are left', () => {
    const base = flatVector(8, 100, 200);
    base.hold[2] = 9.9;
    base.pressPress[4] = 0;
    const again = stretched(base, 1.005);
    again.hold[2] = 900;
    again.pressPress[4] = 900;
    expect(judge(again, [base])).toEqual({ distance: 0, limit: 0.0025 * 6 });
    again.hold[3] = 0;
    expect(judge(again, [base])?.limit).toBe(0.0025 * 5);
    // Seven times left: they may agree by chance.
    const holdless = fixedTextVectorFrom({ hold: new Float64Array(8), pressPress: new Float64Array(7).fill(200) });
    expect(judge(holdless, [holdless])).toBeUndefined();
  });

  it('is the nearest in parts of its limit of those below it, as taking all logarithms finds it', () => {
    const person = simulatedPerson(8, 9);
    const originals = entries(person, 12);
    const moves = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 17, maxLength: 17 });
    const entry = fc
      .record({ of: fc.nat(11), factor: fc.double({ min: 0.8, max: 1.25, noNaN: true }), moves, most: fc.constantFrom(0, 2, 6, 30) })
      .map(({ of, factor, moves, most }) => stretched(originals[of], factor, (i) => most * moves[i]))
      // Some times under 10 ms.
      .chain((vector) =>
        fc.array(fc.nat(8), { maxLength: 4 }).map((short) => {
          for (const i of short) {
            vector.hold[i] = i;
          }
          return vector;
        }),
      );
    let found = 0;
    fc.assert(
      fc.property(entry, fc.array(entry, { maxLength: 15 }), (vector, history) => {
        const below = history.map((earlier) => reference(vector, earlier)).filter(({ distance, limit }) => distance < limit);
        const actual = judge(vector, history);
        expect(actual === undefined).toBe(below.length === 0);
        if (actual !== undefined) {
          found++;
          const least = Math.min(...below.map(({ distance, limit }) => distance / limit));
          expect(actual.distance / actual.limit).toBeCloseTo(least, 8);
        }
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 5000 : 400, seed: 7 },
    );
    expect(found).toBeGreaterThan(40);
  });
});
