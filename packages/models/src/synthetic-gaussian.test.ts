import { isInsufficient } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { defaultDetector } from './default-detector';
import { entries, simulatedPerson } from './simulated-people';
import { GAUSSIAN_PROFILES, type GaussianTypistOptions, gaussianTypist } from './synthetic-gaussian';
import { timingStatistics } from './synthetic-matched';

const PROFILES = ['fast', 'slow', 'erratic', 'average', 'random-keys'] as const;

describe('gaussianTypist', () => {
  it.each(PROFILES)('%s: the same seed gives the same entries, another seed others', (profile) => {
    const drawn = (seed: number) => entries(gaussianTypist({ keys: 11, profile, seed }), 4);
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    expect(drawn(7)[0]).not.toEqual(drawn(7)[1]);
  });

  it.each(['fast', 'slow', 'average'] as const)('%s: holds and flights have the means and deviations of the table', (profile) => {
    const drawn = entries(gaussianTypist({ keys: 11, profile, seed: 1 }), 2_000);
    const { hold, flight } = GAUSSIAN_PROFILES[profile];
    const statistics = timingStatistics(drawn);
    expect(Math.abs((statistics.hold?.mean ?? 0) - hold[0])).toBeLessThan(0.5);
    expect(Math.abs((statistics.hold?.deviation ?? 0) - hold[1])).toBeLessThan(0.5);
    expect(Math.abs(statistics.pressPress.mean - hold[0] - flight[0])).toBeLessThan(1);
    expect(Math.abs(statistics.pressPress.deviation - Math.hypot(hold[1], flight[1]))).toBeLessThan(1);
  });

  it('erratic: far apart, and still what a keyboard can give', () => {
    const drawn = entries(gaussianTypist({ keys: 11, profile: 'erratic', seed: 1 }), 500);
    const { hold, pressPress } = timingStatistics(drawn);
    expect(hold?.deviation).toBeGreaterThan(80);
    expect(pressPress.deviation).toBeGreaterThan(150);
    for (const vector of drawn) {
      expect(Math.min(...vector.hold, ...vector.pressPress)).toBeGreaterThanOrEqual(8);
    }
  });

  it('random-keys: holds spread evenly over the whole range', () => {
    const holds = entries(gaussianTypist({ keys: 11, profile: 'random-keys', seed: 1 }), 1_000).flatMap(({ hold }) => [...hold]);
    expect(Math.min(...holds)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...holds)).toBeLessThanOrEqual(250);
    expect(holds.filter((hold) => hold < 140).length / holds.length).toBeCloseTo(0.5, 1);
  });

  it('gives entries without holds', () => {
    const vector = gaussianTypist({ keys: 6, profile: 'slow', seed: 1, holds: false })();
    expect(vector.hold).toHaveLength(0);
    expect(vector.pressPress).toHaveLength(5);
  });

  it('is no match for a person: under one entry in two hundred is accepted', () => {
    const profile = defaultDetector.fit(entries(simulatedPerson(3, 11), 20));
    if (isInsufficient(profile)) {
      throw new Error('expected a profile');
    }
    const threshold = defaultDetector.threshold(profile, 0.01);
    for (const name of PROFILES) {
      const scores = entries(gaussianTypist({ keys: 11, profile: name, seed: 5 }), 200).map((entry) =>
        defaultDetector.score(profile, entry),
      );
      expect(scores.filter((score) => score.status === 'scored' && score.llr >= threshold).length).toBeLessThanOrEqual(1);
    }
  });

  it.each<[string, Partial<Record<keyof GaussianTypistOptions, unknown>>, typeof TypeError | typeof RangeError]>([
    ['keys', { keys: 1 }, RangeError],
    ['keys', { keys: '11' }, TypeError],
    ['keys', { keys: 129 }, RangeError],
    ['seed', { seed: 0.5 }, RangeError],
    ['seed', { seed: undefined }, TypeError],
    ['profile', { profile: 'toString' }, TypeError],
  ])('asserts %s', (name, change, kind) => {
    const call = () => gaussianTypist({ keys: 11, profile: 'fast', seed: 1, ...change } as GaussianTypistOptions);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });
});
