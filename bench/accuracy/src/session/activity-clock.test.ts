import { describe, expect, it } from 'vitest';
import { activityClock, LONGEST_GAP } from './activity-clock';

describe('activityClock', () => {
  it('counts gaps of a minute, and none that is longer', () => {
    const { active, elapsed } = activityClock([[5, 105, 105 + LONGEST_GAP, 106 + 2 * LONGEST_GAP, 206 + 2 * LONGEST_GAP]]);
    expect([...active]).toEqual([0, 100, 60_100, 60_100, 60_200]);
    expect([...elapsed]).toEqual([0, 100, 60_100, 120_101, 120_201]);
  });

  it('counts nothing between two recordings, whatever their clocks say', () => {
    const { active, elapsed } = activityClock([[], [1_000, 1_500], [], [7, 9], [1e12]]);
    expect([...active]).toEqual([0, 500, 500, 502, 502]);
    expect([...elapsed]).toEqual([0, 500, 60_501, 60_503, 120_504]);
  });

  it('takes times that fall for times that stand', () => {
    expect([...activityClock([[10, 5, 20]]).active]).toEqual([0, 0, 15]);
  });
});
