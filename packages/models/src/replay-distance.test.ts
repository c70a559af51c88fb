import { fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { replayDistance, replayLimit } from './replay-distance';
import { flatVector } from './simulated-people';

describe('replayDistance', () => {
  it('is the mean absolute difference of holds and press-press times', () => {
    const a = fixedTextVectorFrom({ hold: [100, 90], pressPress: [200] });
    const b = fixedTextVectorFrom({ hold: [103, 90], pressPress: [194] });
    expect(replayDistance(a, b)).toBeCloseTo((3 + 0 + 6) / 3, 10);
    expect(replayDistance(b, a)).toBe(replayDistance(a, b));
    expect(replayDistance(a, a)).toBe(0);
  });

  it('counts one time for 50 ms at most, so that one altered key does not hide a replay', () => {
    const b = flatVector(20, 100, 200);
    b.hold[7] = 5000;
    expect(replayDistance(flatVector(20, 100, 200), b)).toBeCloseTo(50 / 39, 10);
    expect(50 / 39).toBeLessThan(replayLimit(20));
  });

  it('has a limit that is narrower for shorter texts', () => {
    expect(replayLimit(5)).toBe(2);
    expect(replayLimit(8)).toBeCloseTo(3.2, 10);
    expect(replayLimit(10)).toBe(4);
    expect(replayLimit(100)).toBe(4);
  });
});
