import { type FixedTextVector, fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestReplay, replayLimit } from './replay-distance';
import { layOutAll } from './replay-history';
import { flatVector } from './simulated-people';

const replayDistance = (a: FixedTextVector, b: FixedTextVector, clockStep: number): number => nearestReplay(a, layOutAll([b]), clockStep);

describe('nearestReplay', () => {
  it('is the mean absolute difference of holds and press-press times', () => {
    const a = fixedTextVectorFrom({ hold: [100, 90], pressPress: [200] });
    const b = fixedTextVectorFrom({ hold: [103, 90], pressPress: [194] });
    expect(replayDistance(a, b, 0.1)).toBeCloseTo((3 + 0 + 6) / 3, 10);
    expect(replayDistance(b, a, 0.1)).toBe(replayDistance(a, b, 0.1));
    expect(replayDistance(a, a, 0.1)).toBe(0);
  });

  it('counts one time for 50 ms at most', () => {
    const a = fixedTextVectorFrom({ hold: [100, 90], pressPress: [200] });
    const b = fixedTextVectorFrom({ hold: [104, 5000], pressPress: [200] });
    expect(replayDistance(a, b, 0.1)).toBeCloseTo((4 + 50) / 3, 10);
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
    expect(replayDistance(a, b, 16.7)).toBeGreaterThan(replayLimit(11));
    b.hold[9] += 60;
    expect(replayDistance(a, b, 0.1)).toBeGreaterThan(replayLimit(11));
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
    const entries = fc.array(fc.oneof({ weight: 4, arbitrary: entry(12) }, entry(11)), { maxLength: 20 });
    fc.assert(
      fc.property(entry(12), entries, fc.constantFrom(0.1, 8.3, 16.7), (vector, history, step) => {
        const alike = history.filter(({ hold }) => hold.length === 12).map((earlier) => replayDistance(vector, earlier, step));
        expect(nearestReplay(vector, layOutAll(history), step)).toBe(Math.min(Number.POSITIVE_INFINITY, ...alike));
      }),
      { numRuns: 300 },
    );
  });

  it('has a limit that is narrower for shorter texts', () => {
    expect(replayLimit(5)).toBe(2);
    expect(replayLimit(8)).toBeCloseTo(3.2, 10);
    expect(replayLimit(10)).toBe(4);
    expect(replayLimit(100)).toBe(4);
  });
});
