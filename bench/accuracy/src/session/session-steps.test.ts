import { describe, expect, it } from 'vitest';
import { falseAlarmRate, follow, type OwnerSteps, type Step, thresholdFor } from './session-steps';

/** Windows of 50 keys. */
const steps = (...llrs: readonly (number | null)[]): Step[] => llrs.map((llr, i) => ({ llr, done: 50 * (i + 1) }));

const owner: OwnerSteps = {
  user: 'a',
  genuine: steps(3, -3, -3, 2, -3),
  switches: [
    { impostor: 'b', after: 4, steps: [{ llr: -2, done: 20 }, ...steps(-4, -4).map(({ llr, done }) => ({ llr, done: done + 20 }))] },
    { impostor: 'c', after: 4, steps: steps(4, 4, 4) },
  ],
};

describe('follow', () => {
  it('counts alarms of the own stream, each of which begins anew', () => {
    // 0, 3, 6 alarm, 0, 3
    expect(follow(owner, 6)).toMatchObject({ alarms: 1, genuine: 250 });
    expect(follow(owner, 3).alarms).toBe(3);
    // 0, 3, 6, 4, 7
    expect(follow(owner, 7).alarms).toBe(1);
    expect(follow(owner, 7.1).alarms).toBe(0);
  });

  it('goes on with the evidence that there was at the switch, and counts what the other person did', () => {
    // At the switch 4, then 6, 10, 14
    expect(follow(owner, 7.1).found).toEqual([70, null]);
    expect(follow(owner, 10.5).found).toEqual([120, null]);
    expect(follow(owner, 14.5).found).toEqual([null, null]);
    // At 6 the alarm of the own stream took it all: 0, then 2, 6
    expect(follow(owner, 6).found).toEqual([70, null]);
  });

  it('passes over what could not be judged, and counts it as done', () => {
    const unjudged = {
      ...owner,
      genuine: steps(null, -3, null, -3, null),
      switches: [{ impostor: 'b', after: 5, steps: steps(null, -4) }],
    };
    expect(follow(unjudged, 6)).toEqual({ alarms: 1, genuine: 250, found: [null] });
    expect(follow(unjudged, 7)).toEqual({ alarms: 0, genuine: 250, found: [100] });
  });

  it('lets no window count for more than 4', () => {
    expect(follow({ user: 'a', genuine: steps(-100), switches: [] }, 4.1).alarms).toBe(0);
  });
});

describe('thresholdFor', () => {
  it('is the least from which on alarms are as rare as asked for', () => {
    expect(falseAlarmRate([owner], 6.75)).toBe(1 / 250);
    expect(thresholdFor([owner], 1 / 250)).toBe(3.25);
    expect(thresholdFor([owner], 1 / 251)).toBe(7.25);
    expect(thresholdFor([owner, { ...owner, genuine: steps(9, 9, 9, 9, 9) }], 1 / 500)).toBe(3.25);
  });

  it('is none where every one that is tried has more', () => {
    const long = { user: 'a', genuine: steps(...new Array<number>(60).fill(-4)), switches: [] };
    expect(thresholdFor([long], 1 / 10_000)).toBeUndefined();
  });
});
