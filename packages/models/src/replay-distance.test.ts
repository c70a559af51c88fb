import { fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { replayDistance, replayLimit } from './replay-distance';
import { flatVector } from './simulated-people';

describe('replayDistance', () => {
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

  it('has a limit that is narrower for shorter texts', () => {
    expect(replayLimit(5)).toBe(2);
    expect(replayLimit(8)).toBeCloseTo(3.2, 10);
    expect(replayLimit(10)).toBe(4);
    expect(replayLimit(100)).toBe(4);
  });
});
