import { describe, expect, it } from 'vitest';
import { anomalyScore, growIsolationForest } from './forest-isolation';
import { timingRows } from './forest-timings';
import { type IsolationForestProfile, isolationForest } from './isolation-forest';
import { ModelError } from './model-error';
import { entries, flatVector, simulatedPerson } from './simulated-people';

function profileOf(options = {}, count = 30): IsolationForestProfile {
  const profile = isolationForest(options).fit(entries(simulatedPerson(1, 6), count));
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

describe('isolationForest', () => {
  it('scores by trees over hold, press-press and release-press times', () => {
    const profile = profileOf({ trees: 20, sampleSize: 16, seed: 5 });
    const forest = growIsolationForest(timingRows(profile.entries, 6), 16, 20, 16, 5);
    expect(profile.forest).toEqual(forest);
    const sample = entries(simulatedPerson(2, 6), 1)[0];
    const row = Float32Array.from([
      ...sample.hold,
      ...sample.pressPress,
      ...[0, 1, 2, 3, 4].map((i) => Math.fround(sample.pressPress[i]) - Math.fround(sample.hold[i])),
    ]);
    expect(isolationForest().score(profile, sample)).toMatchObject({ raw: anomalyScore(forest, row, 16) });
  });

  it('grows the same trees from the same entries and seed, others from another seed', () => {
    expect(profileOf()).toEqual(profileOf());
    expect(profileOf({ seed: 1 }).forest).not.toEqual(profileOf({ seed: 2 }).forest);
    expect(profileOf().forest.roots.length).toBe(300);
    expect(profileOf({ trees: 100 }).forest.roots.length).toBe(100);
  });

  it('stores entries and three numbers, and reads profiles of other options', () => {
    const profile = profileOf({ trees: 10, sampleSize: 8, seed: -3 });
    const bytes = isolationForest().serialize(profile);
    expect(bytes.length).toBe(10 + 4 * 30 * 11 + 8);
    const parsed = isolationForest({ trees: 50 }).parse(bytes);
    expect(parsed.forest).toEqual(profile.forest);
    expect(isolationForest().score(parsed, flatVector(6, 90, 200))).toEqual(isolationForest().score(profile, flatVector(6, 90, 200)));
  });

  it('asks for five entries: of fewer, nearly all strangers would pass', () => {
    const person = entries(simulatedPerson(1, 6), 5);
    expect(isolationForest().minimumEnrolment).toBe(5);
    expect(isolationForest().fit(person.slice(1))).toMatchObject({ status: 'insufficient', reason: 'too-few-samples' });
    const profile = profileOf({}, 5);
    const strangers = Array.from({ length: 60 }, (_, seed) => simulatedPerson(seed + 100, 6)());
    const accepted = strangers.filter((stranger) => {
      const score = isolationForest().score(profile, stranger);
      return score.status === 'scored' && score.llr >= isolationForest().threshold(profile, 0.01);
    });
    expect(accepted.length).toBeLessThanOrEqual(1);
  });

  it('refuses wrong options, and stored numbers out of range', () => {
    expect(() => isolationForest({ trees: 0 })).toThrow(/trees/);
    expect(() => isolationForest({ trees: 1001 })).toThrow(RangeError);
    expect(() => isolationForest({ sampleSize: 1 })).toThrow(/sampleSize/);
    expect(() => isolationForest({ sampleSize: 257 })).toThrow(RangeError);
    expect(() => isolationForest({ seed: '42' as never })).toThrow(TypeError);
    const bytes = isolationForest().serialize(profileOf({ trees: 3 }));
    for (const [at, value] of [
      [-8, 255],
      [-6, 255],
    ]) {
      const damaged = bytes.slice();
      damaged[bytes.length + at] = value;
      expect(() => isolationForest().parse(damaged)).toThrow(ModelError);
    }
  });
});
