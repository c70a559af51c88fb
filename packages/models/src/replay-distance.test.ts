import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NearestReplay, nearestReplay } from './replay-distance';
import { layOutAll } from './replay-history';
import { flatVector, pressTimes } from './simulated-people';

const compare = (a: FixedTextVector, b: FixedTextVector, clockStep = 0.1): NearestReplay | undefined =>
  nearestReplay(a, layOutAll([b]), clockStep);
const replayDistance = (a: FixedTextVector, b: FixedTextVector, clockStep = 0.1): number =>
  compare(a, b, clockStep)?.distance ?? Number.POSITIVE_INFINITY;

describe('nearestReplay', () => {
  it('is the mean absolute difference of holds and press-press times', () => {
    const a = flatVector(5, 100, 200);
    const b = fixedTextVectorFrom({ hold: [103, 104, 103, 97, 102], pressPress: [194, 200, 202, 202] });
    expect(replayDistance(a, b)).toBeCloseTo((3 + 4 + 3 + 3 + 2 + 6 + 0 + 2 + 2) / 9, 10);
    expect(replayDistance(b, a)).toBe(replayDistance(a, b));
    expect(replayDistance(a, a)).toBe(0);
  });

  it('counts one time for 50 ms at most', () => {
    const a = flatVector(5, 100, 200);
    const b = fixedTextVectorFrom({ hold: [110, 110, 110, 5000, 90], pressPress: [210, 210, 210, 190] });
    expect(replayDistance(a, b)).toBeCloseTo((8 * 10 + 50) / 9, 10);
  });

  it('is of press-press times alone where either entry has no holds', () => {
    const a = flatVector(9, 100, 200);
    const b = flatVector(9, 300, 201);
    expect(compare(a, b)?.distance).toBeGreaterThan(20);
    for (const [one, other] of [
      [pressTimes(a), b],
      [a, pressTimes(b)],
      [pressTimes(a), pressTimes(b)],
    ]) {
      expect(compare(one, other)?.distance).toBeCloseTo(1, 10);
      expect(compare(one, other)?.limit).toBeCloseTo(2.4, 10);
    }
  });

  it('is five times the mean of the smallest four fifths where that is less, so that a few altered keys do not hide a replay', () => {
    const a = flatVector(11, 100, 200);
    const b = flatVector(11, 100.4, 200.4);
    // One key pressed 60 ms late and held for as much less, another released late: four of 21 times, the fifth part.
    b.pressPress[3] += 60;
    b.pressPress[4] -= 60;
    b.hold[4] -= 60;
    b.hold[8] += 60;
    expect(replayDistance(a, b, 8.3)).toBeCloseTo(5 * 0.4, 10);
    // On a coarse clock most times of honest entries may be alike.
    expect(replayDistance(a, b, 16.7)).toBeGreaterThan(4);
    b.hold[9] += 60;
    expect(replayDistance(a, b, 0.1)).toBeGreaterThan(4);
  });

  it('is the least of the distances to each entry, those of another length passed over', () => {
    // Entries about one text: nearer or farther, and some with a few times altered, so that either of the two means may decide.
    const entry = (keys: number) => {
      const count = 2 * keys - 1;
      return fc
        .record({
          noise: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: count, maxLength: count }),
          scale: fc.constantFrom(0.5, 3, 20),
          altered: fc.array(fc.nat({ max: count - 1 }), { maxLength: 5 }),
        })
        .map(({ noise, scale, altered }) => {
          const times = noise.map((part, i) => 100 + scale * part + (altered.includes(i) ? 40 : 0));
          return fixedTextVectorFrom({ hold: times.slice(0, keys), pressPress: times.slice(keys) });
        });
    };
    // Some from a device that tells no key-ups.
    const withOrWithoutHolds = (keys: number) =>
      fc.tuple(entry(keys), fc.boolean()).map(([vector, holds]) => (holds ? vector : pressTimes(vector)));
    const entries = fc.array(fc.oneof({ weight: 4, arbitrary: withOrWithoutHolds(12) }, withOrWithoutHolds(11)), { maxLength: 20 });
    fc.assert(
      fc.property(withOrWithoutHolds(12), entries, fc.constantFrom(0.1, 8.3, 16.7), (vector, history, step) => {
        const alike = history.map((earlier) => compare(vector, earlier, step)).filter((found) => found !== undefined);
        const nearest = nearestReplay(vector, layOutAll(history), step);
        expect(nearest === undefined).toBe(alike.length === 0);
        if (nearest !== undefined) {
          expect(nearest.distance / nearest.limit).toBeCloseTo(Math.min(...alike.map(({ distance, limit }) => distance / limit)), 10);
          expect(alike).toContainEqual(nearest);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has a limit that is narrower for shorter texts and for press-press times alone', () => {
    const limits = (count: number) => {
      const vector = flatVector(count, 100, 200);
      return [compare(vector, vector)?.limit, compare(pressTimes(vector), vector)?.limit];
    };
    expect(limits(4)).toEqual([undefined, undefined]);
    expect(limits(5)).toEqual([2, undefined]);
    expect(limits(8)).toEqual([0.4 * 8, 0.3 * 7]);
    expect(limits(100)).toEqual([4, 2.5]);
  });

  it('does not judge what a coarse clock makes alike', () => {
    const vector = flatVector(12, 100, 200);
    const outcomes = [8.5, 16.7, 33].map((step) => [compare(vector, vector, step), compare(pressTimes(vector), vector, step)]);
    expect(outcomes.map((pair) => pair.map((found) => found !== undefined))).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
  });
});
