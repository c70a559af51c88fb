import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableEntries } from './replay-comparable';
import { layOutAll } from './replay-history';
import { nearestOfTwo } from './replay-neighbours';
import { seededNormals } from './seeded-normals';
import { entries, flatVector, pressTimes, simulatedPerson } from './simulated-people';

const judge = (vector: FixedTextVector, history: readonly FixedTextVector[]) =>
  nearestOfTwo(comparableEntries(vector, layOutAll(history), 0.1));

const timesOf = ({ hold, pressPress }: FixedTextVector) => [...hold, ...pressPress];
const meanDifference = (a: FixedTextVector, b: FixedTextVector) => {
  const [one, other] = [timesOf(a), timesOf(b)];
  return one.reduce((sum, time, i) => sum + Math.min(Math.abs(time - other[i]), 50), 0) / one.length;
};

/** The same by sorting all distances, and nothing passed over. */
function reference(vector: FixedTextVector, history: readonly FixedTextVector[]) {
  if (history.length < 20) {
    return undefined;
  }
  const byDistance = history.map((entry) => ({ entry, distance: meanDifference(vector, entry) })).sort((a, b) => a.distance - b.distance);
  const nearest = byDistance[0];
  const reach = (history.length < 60 ? 1.3 : 1.5) * nearest.distance;
  const second = byDistance.find(({ entry }, i) => i > 0 && meanDifference(nearest.entry, entry) > reach);
  const limit = Math.min(0.52, 0.025 * (timesOf(vector).length + 1));
  const share = second === undefined ? Number.POSITIVE_INFINITY : nearest.distance / second.distance;
  return share < limit ? { distance: share, limit } : undefined;
}

/** An entry with every time moved by up to so many ms. */
function noisy({ hold, pressPress }: FixedTextVector, most: number, noise: readonly number[]): FixedTextVector {
  const move = (time: number, i: number) => Math.max(0, time + most * noise[i % noise.length]);
  return fixedTextVectorFrom({ hold: hold.map(move), pressPress: pressPress.map((time, i) => move(time, i + hold.length)) });
}

/** `flatVector(11, 100, 200)` with each of its 21 times moved. */
function shifted(by: (i: number) => number): FixedTextVector {
  const { hold, pressPress } = flatVector(11, 100, 200);
  return fixedTextVectorFrom({ hold: hold.map((time, i) => time + by(i)), pressPress: pressPress.map((time, i) => time + by(i + 11)) });
}

/** Entries at a distance of `apart` ms from the flat vector, and far from one another: the bits of a number tell which times are longer. */
function around(count: number, apart: number): FixedTextVector[] {
  return Array.from({ length: count }, (_, n) => shifted((i) => ((Math.imul(n + 1, 0x9e3779b1) >>> i) & 1 ? apart : -apart)));
}

describe('nearestOfTwo', () => {
  it('finds the entry that is much nearer to one earlier entry than to the second nearest', () => {
    const at = (distance: number) =>
      judge(
        shifted(() => 0),
        [...around(30, 20), shifted(() => distance)],
      );
    expect(at(10.3)?.distance).toBeCloseTo(10.3 / 20, 10);
    expect(at(10.3)?.limit).toBe(0.52);
    expect(at(10.5)).toBeUndefined();
    expect(at(0)).toEqual({ distance: 0, limit: 0.52 });
  });

  it('needs 20 earlier entries of a kind', () => {
    const source = flatVector(11, 103, 203);
    expect(judge(flatVector(11, 100, 200), [source, ...around(18, 20)])).toBeUndefined();
    expect(judge(flatVector(11, 100, 200), [source, ...around(19, 20)])).toMatchObject({ distance: 3 / 20 });
    expect(judge(flatVector(11, 100, 200), [source, ...around(18, 20), pressTimes(source)])).toBeUndefined();
    expect(judge(flatVector(11, 100, 200), [])).toBeUndefined();
  });

  it('is not hidden by copies of the source, exact or with noise of their own', () => {
    const person = simulatedPerson(21, 11);
    const history = entries(person, 80);
    const source = history[33];
    const normals = (seed: number) => Array.from({ length: 21 }, seededNormals(seed, 1));
    const replay = noisy(source, 4, normals(1));
    expect(judge(replay, history)?.distance).toBeLessThan(0.4);
    expect(judge(replay, [...history, source, source])?.distance).toBeLessThan(0.4);
    const kept = [2, 3, 4].map((seed) => noisy(source, 4, normals(seed)));
    expect(judge(replay, [...history, ...kept])?.distance).toBeLessThan(0.4);
  });

  it('refuses nobody whose earlier entries are all copies of one', () => {
    const copies = new Array<FixedTextVector>(30).fill(flatVector(11, 100, 200));
    expect(judge(flatVector(11, 105, 205), copies)).toBeUndefined();
    expect(judge(flatVector(11, 100, 200), copies)).toBeUndefined();
  });

  it('takes for a copy what lies within 1.5 times the distance, 1.3 times among fewer than 60 entries', () => {
    const source = shifted(() => 10);
    const found = (second: FixedTextVector, count: number) =>
      judge(
        shifted(() => 0),
        [source, second, ...around(count - 2, 30)],
      )?.distance;
    // About 13.5 ms from the entry, and so many from the source.
    const other = (fromSource: number) => shifted((i) => 10 + (i < 10 ? fromSource : -fromSource));
    expect(meanDifference(other(14), source)).toBe(14);
    expect([12, 14, 16].map((far) => found(other(far), 60))).toEqual([10 / 30, 10 / 30, undefined]);
    expect([12, 14, 16].map((far) => found(other(far), 59))).toEqual([10 / 30, undefined, undefined]);
  });

  it('allows a narrower share to shorter texts and to press-press times alone', () => {
    const limits = [5, 8, 10, 11, 40].map((keys) => {
      const history = entries(simulatedPerson(keys, keys), 40);
      return [judge(history[7], history)?.limit, judge(pressTimes(history[7]), history)?.limit];
    });
    expect(limits.map((pair) => pair.map((limit) => (limit === undefined ? undefined : Math.round(1000 * limit) / 1000)))).toEqual([
      [0.25, undefined],
      [0.4, 0.2],
      [0.5, 0.25],
      [0.52, 0.275],
      [0.52, 0.52],
    ]);
  });

  it('finds a source of press-press times alone for an entry with made-up holds', () => {
    const person = simulatedPerson(9, 14);
    const history = entries(person, 40).map(pressTimes);
    const stolen = fixedTextVectorFrom({ hold: new Float64Array(14).fill(90), pressPress: history[5].pressPress.map((time) => time + 3) });
    expect(judge(stolen, history)?.limit).toBeCloseTo(0.35, 10);
    expect(judge(person(), history)).toBeUndefined();
  });

  it('is what sorting all distances gives', () => {
    // Entries about one text, nearer or farther, some of them copies: so that seconds and copies of both sorts come up.
    const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 21, maxLength: 21 });
    const base = simulatedPerson(4, 11)();
    const entry = fc.tuple(noise, fc.constantFrom(6, 25, 60)).map(([moves, most]) => noisy(base, most, moves));
    const history = fc.tuple(
      fc.array(entry, { minLength: 15, maxLength: 70 }),
      fc.array(fc.record({ of: fc.nat(14), most: fc.constantFrom(0, 2, 9), noise }), { maxLength: 8 }),
    );
    let found = 0;
    fc.assert(
      fc.property(history, fc.nat(14), noise, fc.constantFrom(0, 3, 8, 15), ([originals, copies], of, moves, most) => {
        const all = [...originals, ...copies.map((copy) => noisy(originals[copy.of], copy.most, copy.noise))];
        const vector = noisy(originals[of], most, moves);
        const expected = reference(vector, all);
        const actual = judge(vector, all);
        found += expected === undefined ? 0 : 1;
        expect(actual?.limit).toBe(expected?.limit);
        expect(actual?.distance ?? 9).toBeCloseTo(expected?.distance ?? 9, 9);
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 1500 : 200, seed: 5 },
    );
    expect(found).toBeGreaterThan(30);
  });
});
