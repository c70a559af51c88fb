import { fixedTextVectorFrom } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from './model-error';
import { type ScaledManhattanProfile, scaledManhattan } from './scaled-manhattan';
import { entries, flatVector, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';
const TIMEOUT = SOAK ? 600_000 : 20_000;

function vector(hold: number[], pressPress: number[]) {
  return fixedTextVectorFrom({ hold, pressPress });
}

function fit(...samples: ReturnType<typeof vector>[]): ScaledManhattanProfile {
  const profile = scaledManhattan.fit(samples);
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

function rawOf(profile: ScaledManhattanProfile, sample: ReturnType<typeof vector>): number {
  const score = scaledManhattan.score(profile, sample);
  return score.status === 'scored' ? score.raw : Number.NaN;
}

describe('scaledManhattan', () => {
  const profile = fit(vector([80, 100], [200]), vector([100, 100], [230]), vector([120, 100], [200]));

  it('has means and mean absolute deviations of hold, press-press and release-press', () => {
    expect([...profile.mean].map((value) => value.toFixed(3))).toEqual(['100.000', '100.000', '210.000', '110.000']);
    // |80-100|, 0, |120-100| over 3; 0; 10, 20, 10 over 3; release-press 120, 130, 80.
    expect([...profile.deviation].map((value) => value.toFixed(3))).toEqual(['13.333', '0.000', '13.333', '20.000']);
  });

  it('sums distances in deviations, of at least 1 ms each', () => {
    // hold 20 / 13.33, hold 3 / 1, press-press 40 / 13.33, release-press |250 - 120 - 110| / 20; mean of four.
    expect(rawOf(profile, vector([120, 103], [250]))).toBeCloseTo((20 / (40 / 3) + 3 + 40 / (40 / 3) + 20 / 20) / 4, 10);
    expect(rawOf(profile, vector([100, 100], [210]))).toBeCloseTo(0, 10);
  });

  it('is calibrated downwards in the distance, within bounds', () => {
    const person = simulatedPerson(1, 8);
    const own = fit(...entries(person, 10));
    const near = scaledManhattan.score(own, person());
    const far = scaledManhattan.score(own, flatVector(8, 3_600_000, 3_600_000));
    expect(near).toMatchObject({ calibration: 'scaled-manhattan-cmu/1', evidence: { samples: 10, keys: 8 } });
    expect(far).toMatchObject({ llr: -12 });
    expect(near.status === 'scored' && near.llr > -3).toBe(true);
    expect(scaledManhattan.threshold(own, 0.001)).toBeGreaterThan(scaledManhattan.threshold(own, 0.05));
    expect(() => scaledManhattan.threshold(own, 0.1)).toThrow(RangeError);
  });

  it('refuses too few samples, other lengths and wrong kinds', () => {
    expect(scaledManhattan.fit(entries(simulatedPerson(1, 5), 2))).toMatchObject({ reason: 'too-few-samples' });
    expect(scaledManhattan.fit([...entries(simulatedPerson(1, 5), 3), flatVector(4, 1, 1)])).toMatchObject({ reason: 'length-mismatch' });
    expect(scaledManhattan.fit(entries(() => vector([90], []), 3))).toMatchObject({ reason: 'too-few-keys' });
    expect(scaledManhattan.fit(entries(simulatedPerson(1, 129), 3))).toMatchObject({ reason: 'too-many-keys' });
    for (const keys of [1, 3, 129, 2000]) {
      expect(scaledManhattan.score(profile, flatVector(keys, 100, 100))).toMatchObject({ reason: 'length-mismatch' });
    }
    expect(() => scaledManhattan.update(profile, flatVector(3, 100, 100))).toThrow(RangeError);
    expect(() => scaledManhattan.fit({} as never)).toThrow(TypeError);
    expect(() => scaledManhattan.score({} as never, flatVector(2, 1, 1))).toThrow(TypeError);
    expect(() => scaledManhattan.score({ ...profile, mean: profile.mean.slice(1) }, flatVector(2, 1, 1))).toThrow(RangeError);
  });

  it('moves towards what it is updated with, and leaves the old profile as it was', () => {
    const before = structuredClone(profile);
    let moved = profile;
    const goal = vector([50, 60], [300]);
    for (let i = 0; i < 600; i++) {
      moved = scaledManhattan.update(moved, goal);
    }
    expect(profile).toEqual(before);
    expect(moved.samples).toBe(603);
    expect(rawOf(moved, goal)).toBeLessThan(0.2);
    expect(rawOf(profile, goal)).toBeGreaterThan(2);
  });

  it('judges by press-press times alone where the enrolment has no holds, and any entry by those', () => {
    const presses = fit(vector([], [200, 100]), vector([], [230, 100]), vector([], [200, 100]));
    expect([...presses.mean]).toEqual([210, 100]);
    expect(rawOf(presses, vector([], [230, 102]))).toBeCloseTo((20 / (40 / 3) + 2) / 2, 10);
    expect(rawOf(presses, vector([1, 2, 3], [230, 102]))).toBe(rawOf(presses, vector([], [230, 102])));
    expect(scaledManhattan.update(presses, vector([1, 2, 3], [250, 100])).mean[0]).toBeCloseTo(220, 10);
    expect(scaledManhattan.parse(scaledManhattan.serialize(presses))).toEqual(presses);
    expect(scaledManhattan.score(profile, vector([], [200]))).toMatchObject({ status: 'insufficient', reason: 'missing-releases' });
    expect(() => scaledManhattan.update(profile, vector([], [200]))).toThrow(RangeError);
    const mixed = [vector([1, 2], [3]), vector([1, 2], [3]), vector([], [3])];
    expect(scaledManhattan.fit(mixed)).toMatchObject({ status: 'insufficient', reason: 'missing-releases' });
  });

  it('has the numbers that its calibration id stands for: whoever changes one gives a new id', () => {
    const cutOffs = [-0.051, 0.07, 0.16, 0.245, 0.403];
    for (const [i, rate] of [0.001, 0.005, 0.01, 0.02, 0.05].entries()) {
      expect(scaledManhattan.threshold(profile, rate)).toBeCloseTo(2.73 - 3.36 * cutOffs[i], 12);
    }
    expect(scaledManhattan.score(profile, vector([120, 103], [250]))).toMatchObject({
      calibration: 'scaled-manhattan-cmu/1',
      llr: expect.closeTo(2.73 - 3.36 * Math.log(2.125), 10),
    });
  });

  it('moves by a hundredth at each sample once it rests on a hundred', () => {
    const settled = fit(...entries(() => vector([100, 100], [200]), 150));
    expect(scaledManhattan.update(settled, vector([200, 100], [200])).mean[0]).toBeCloseTo(101, 10);
  });

  it('knows the longest times that it takes, whatever their number', () => {
    for (let samples = 3; samples < 40; samples++) {
      const slowest = fit(...entries(() => flatVector(3, 0, 3_600_000), samples));
      expect(rawOf(slowest, flatVector(3, 0, 3_600_000))).toBe(0);
      expect(rawOf(scaledManhattan.update(slowest, flatVector(3, 3_600_000, 0)), flatVector(3, 0, 3_600_000))).toBeLessThan(1.5);
    }
  });

  it(
    'comes back from bytes equal, or not at all',
    () => {
      const bytes = scaledManhattan.serialize(profile);
      expect(bytes.length).toBe(11 + 16 * 4);
      expect(scaledManhattan.parse(bytes)).toEqual(profile);
      const former = Uint8Array.from([...bytes.subarray(0, 10), ...bytes.subarray(11)]);
      former[5] = 1;
      expect(scaledManhattan.parse(former)).toEqual(profile);
      expect(() => scaledManhattan.parse(bytes.slice(1))).toThrow(ModelError);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
          const damaged = bytes.slice();
          damaged[at] = value;
          let parsed: ScaledManhattanProfile;
          try {
            parsed = scaledManhattan.parse(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(ModelError);
            return;
          }
          expect(scaledManhattan.serialize(parsed)).toEqual(damaged);
        }),
        { numRuns: SOAK ? 20_000 : 1000 },
      );
    },
    TIMEOUT,
  );
});
