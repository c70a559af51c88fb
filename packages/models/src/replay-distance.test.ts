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
    const time = fc.integer({ min: 0, max: 3_000 }).map((tenths) => tenths / 10);
    const entry = (keys: number) =>
      fc.record({
        hold: fc.array(time, { minLength: keys, maxLength: keys }),
        pressPress: fc.array(time, { minLength: keys - 1, maxLength: keys - 1 }),
      });
    const entries = fc.array(fc.oneof(entry(6), entry(7)), { maxLength: 20 }).map((all) => all.map(fixedTextVectorFrom));
    fc.assert(
      fc.property(entry(6).map(fixedTextVectorFrom), entries, fc.constantFrom(0.1, 8.3, 16.7), (vector, history, step) => {
        const alike = history.filter(({ hold }) => hold.length === 6).map((earlier) => replayDistance(vector, earlier, step));
        expect(nearestReplay(vector, layOutAll(history), step)).toBe(Math.min(Number.POSITIVE_INFINITY, ...alike));
      }),
    );
  });

  it('has a limit that is narrower for shorter texts', () => {
    expect(replayLimit(5)).toBe(2);
    expect(replayLimit(8)).toBeCloseTo(3.2, 10);
    expect(replayLimit(10)).toBe(4);
    expect(replayLimit(100)).toBe(4);
  });
});
