import { describe, expect, it } from 'vitest';
import { consensusDistance } from './consensus-distance';
import { defaultDetector } from './default-detector';
import type { DefaultProfile } from './default-profile';
import { entries, flatVector, pressTimes, simulatedPerson } from './simulated-people';

function profileOf(samples: ReturnType<typeof entries>): DefaultProfile {
  const profile = defaultDetector.fit(samples);
  if ('status' in profile) {
    throw new Error('expected a profile');
  }
  return profile;
}

describe('consensusDistance', () => {
  const person = simulatedPerson(11, 11);
  const profile = profileOf(entries(person, 30));

  it('is the mean distance from the medians, in deviations', () => {
    const flat = profileOf([flatVector(2, 100, 200), flatVector(2, 100, 200), flatVector(2, 100, 200)]);
    expect(consensusDistance(flat, flatVector(2, 100, 200))).toBeCloseTo(0, 6);
    // Hold features e^.1 away (twice), up-down and down-down from the shifted times; each deviation is 10/13 of the population's.
    const probe = flatVector(2, 100 * Math.exp(0.1), 200);
    const hold = 0.1 / ((10 / 13) * 0.12);
    const upDown = Math.abs(Math.asinh((0.2 - 0.1 * Math.exp(0.1)) / 0.05) - Math.asinh(0.1 / 0.05)) / ((10 / 13) * 0.32);
    expect(consensusDistance(flat, probe)).toBeCloseTo((hold + hold + upDown + 0) / 4, 5);
  });

  it('is near 1 for the person, larger for others, 4 at most', () => {
    expect(consensusDistance(profile, person())).toBeLessThan(1.6);
    expect(consensusDistance(profile, simulatedPerson(12, 11)())).toBeGreaterThan(1.4);
    expect(consensusDistance(profile, flatVector(11, 0, 3_600_000))).toBeLessThanOrEqual(4);
  });

  it('is of press-press times alone where the profile has no holds', () => {
    const presses = profileOf(entries(() => pressTimes(flatVector(3, 100, 200)), 3));
    const probe = flatVector(3, 500, 200 * Math.exp(0.1));
    expect(consensusDistance(presses, probe)).toBeCloseTo(0.1 / ((10 / 13) * 0.2), 5);
    expect(consensusDistance(presses, pressTimes(probe))).toBe(consensusDistance(presses, probe));
    expect(() => consensusDistance(profile, pressTimes(person()))).toThrow(/hold times/);
  });

  it('refuses another length and other kinds', () => {
    expect(() => consensusDistance(profile, flatVector(10, 100, 100))).toThrow(RangeError);
    expect(() => consensusDistance({} as never, person())).toThrow(TypeError);
    expect(() => consensusDistance(profile, null as never)).toThrow(TypeError);
  });
});
