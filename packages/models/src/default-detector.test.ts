import { fixedTextVectorFrom, type Insufficient } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateInSteps, defaultDetector, updateUncalibrated } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import { FIXED_TEXT_CALIBRATION } from './fixed-text-calibration';
import { entries, flatVector, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';

function fitted(result: DefaultProfile | Insufficient): DefaultProfile {
  if ('status' in result) {
    throw new Error(`expected a profile, got ${result.reason}`);
  }
  return result;
}

function scored(result: Score | Insufficient): Score {
  if (result.status !== 'scored') {
    throw new Error(`expected a score, got ${result.reason}`);
  }
  return result;
}

function run(profile: DefaultProfile): { slices: number; profile: DefaultProfile } {
  const steps = calibrateInSteps(profile);
  let slices = 1;
  let step = steps.next();
  while (!step.done) {
    slices++;
    step = steps.next();
  }
  return { slices, profile: step.value };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

describe('fit', () => {
  it('refuses fewer samples than its minimum', () => {
    const person = simulatedPerson(1, 8);
    expect(defaultDetector.fit([])).toMatchObject({ status: 'insufficient', reason: 'too-few-samples' });
    expect(defaultDetector.fit(entries(person, defaultDetector.minimumEnrolment - 1))).toMatchObject({ reason: 'too-few-samples' });
    expect(fitted(defaultDetector.fit(entries(person, defaultDetector.minimumEnrolment))).samples).toBe(3);
  });

  it('refuses texts longer than a profile holds', () => {
    expect(defaultDetector.fit(entries(simulatedPerson(1, 129), 3))).toMatchObject({ status: 'insufficient', reason: 'too-many-keys' });
    expect(fitted(defaultDetector.fit(entries(simulatedPerson(1, 128), 3))).keys).toBe(128);
  });

  it('refuses samples of different lengths and texts of one key', () => {
    const mixed = [...entries(simulatedPerson(1, 8), 3), ...entries(simulatedPerson(1, 9), 1)];
    expect(defaultDetector.fit(mixed)).toMatchObject({ status: 'insufficient', reason: 'length-mismatch' });
    expect(defaultDetector.fit(entries(() => fixedTextVectorFrom({ hold: [90], pressPress: [] }), 5))).toMatchObject({
      reason: 'too-few-keys',
    });
  });

  it('keeps the last 100 samples', () => {
    const samples = entries(simulatedPerson(1, 4), 130);
    expect(fitted(defaultDetector.fit(samples))).toEqual(fitted(defaultDetector.fit(samples.slice(30))));
  });

  it('asserts its argument', () => {
    expect(() => defaultDetector.fit('samples' as never)).toThrow(TypeError);
    expect(() => defaultDetector.fit([{}] as never)).toThrow(/samples\[0\]/);
    const negative = flatVector(4, 100, 100);
    negative.pressPress[1] = -1;
    expect(() => defaultDetector.fit([flatVector(4, 100, 100), negative])).toThrow(
      /samples\[1\] must have hold and press-press times from 0/,
    );
  });
});

describe('score', () => {
  const person = simulatedPerson(2, 11);
  const profile = fitted(defaultDetector.fit(entries(person, 10)));

  it('says what it rests on', () => {
    const score = scored(defaultDetector.score(profile, person()));
    expect(score).toMatchObject({ calibration: FIXED_TEXT_CALIBRATION, evidence: { samples: 10, keys: 11 } });
    expect(score.llr).toBeGreaterThan(0);
  });

  it('refuses an entry of another length', () => {
    for (const keys of [1, 10, 129, 2000]) {
      expect(defaultDetector.score(profile, flatVector(keys, 100, 200))).toMatchObject({
        status: 'insufficient',
        reason: 'length-mismatch',
      });
    }
  });

  it('asserts its arguments', () => {
    expect(() => defaultDetector.score(null as never, person())).toThrow(TypeError);
    expect(() => defaultDetector.score({ ...profile, samples: 11 }, person())).toThrow(/profile\.times must have 11 rows/);
    expect(() => defaultDetector.score(profile, {} as never)).toThrow(/sample/);
    const absurd = flatVector(11, 100, 200);
    absurd.hold[3] = 1e300;
    expect(() => defaultDetector.score(profile, absurd)).toThrow(RangeError);
  });

  it('tells simulated people apart at the threshold for .01', () => {
    let falseMatches = 0;
    let matches = 0;
    const people = 20;
    for (let owner = 0; owner < people; owner++) {
      const own = simulatedPerson(100 + owner, 11);
      const template = fitted(defaultDetector.fit(entries(own, 8)));
      const threshold = defaultDetector.threshold(template, 0.01);
      for (let other = 0; other < people; other++) {
        const probe = other === owner ? own() : simulatedPerson(100 + other, 11)();
        const accepted = scored(defaultDetector.score(template, probe)).llr >= threshold;
        matches += accepted && other === owner ? 1 : 0;
        falseMatches += accepted && other !== owner ? 1 : 0;
      }
    }
    expect(falseMatches).toBeLessThan(0.02 * people * (people - 1));
    expect(matches).toBeGreaterThan(people / 2);
  });

  it('never rates a degenerate entry above the median of the genuine ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 8, max: 24 }),
        fc.integer({ min: 3, max: 40 }),
        (seed, keys, samples) => {
          const own = simulatedPerson(seed, keys);
          const template = fitted(defaultDetector.fit(entries(own, samples)));
          const genuine = median(entries(own, 21).map((entry) => scored(defaultDetector.score(template, entry)).llr));
          // All equal, and each kind at its bound or at a human pace while the other is not. (A metronome at a human pace in both may come near a
          // person whose text is short: that is what the check for regularity is for.)
          const degenerate = [
            ...[0, 10, 50, 100, 150, 200, 500, 1000, 60_000, 3_600_000].map((time) => [time, time]),
            [0, 3_600_000],
            [3_600_000, 0],
            [0, 200],
            [100, 0],
            [100, 3_600_000],
            [3_600_000, 200],
          ];
          for (const [hold, pressPress] of degenerate) {
            expect(scored(defaultDetector.score(template, flatVector(keys, hold, pressPress))).llr).toBeLessThanOrEqual(genuine);
          }
        },
      ),
      { numRuns: SOAK ? 1000 : 40 },
    );
  });
});

describe('update', () => {
  it('gives what fitting to the same samples gives, and leaves the old profile as it was', () => {
    const samples = entries(simulatedPerson(3, 6), 106);
    const probe = samples[50];
    for (const count of [3, 19, 20, 99, 100, 105]) {
      const before = fitted(defaultDetector.fit(samples.slice(0, count)));
      const copy = structuredClone(before);
      const after = defaultDetector.update(before, samples[count]);
      const anew = fitted(defaultDetector.fit(samples.slice(0, count + 1)));
      expect(after).toEqual(anew);
      expect(defaultDetector.score(after, probe)).toEqual(defaultDetector.score(anew, probe));
      expect(before).toEqual(copy);
    }
  });

  it('is the same, bit for bit, in steps that other work comes between', () => {
    const samples = entries(simulatedPerson(4, 11), 31);
    const before = fitted(defaultDetector.fit(samples.slice(0, 30)));
    const pending = updateUncalibrated(before, samples[30]);
    expect(pending.calibration).toEqual({ ...before.calibration, state: 'pending' });
    const steps = calibrateInSteps(pending);
    let slices = 1;
    let step = steps.next();
    while (!step.done) {
      slices++;
      defaultDetector.score(before, samples[5]);
      defaultDetector.score(pending, samples[6]);
      step = steps.next();
    }
    const whole = defaultDetector.update(before, samples[30]);
    expect(slices).toBeGreaterThan(3);
    expect(step.value).toEqual(whole);
    expect(defaultDetector.serialize(step.value)).toEqual(defaultDetector.serialize(whole));
    expect(run(structuredClone(pending)).profile).toEqual(whole);
  });

  it('scores by the calibration it had while the new one is pending', () => {
    const samples = entries(simulatedPerson(5, 8), 9);
    const before = fitted(defaultDetector.fit(samples.slice(0, 8)));
    const pending = updateUncalibrated(before, samples[8]);
    const score = scored(defaultDetector.score(pending, samples[2]));
    const current = scored(defaultDetector.score(run(pending).profile, samples[2]));
    expect(score.raw).toBe(current.raw);
    expect(Math.abs(score.llr - current.llr)).toBeLessThan(1.5);
  });

  it('has nothing to do for a current profile', () => {
    const profile = fitted(defaultDetector.fit(entries(simulatedPerson(5, 8), 9)));
    expect(run(profile)).toEqual({ slices: 1, profile });
  });

  it('refuses a sample of another length', () => {
    const profile = fitted(defaultDetector.fit(entries(simulatedPerson(5, 8), 9)));
    expect(() => defaultDetector.update(profile, flatVector(7, 100, 200))).toThrow(RangeError);
    expect(() => updateUncalibrated(profile, {} as never)).toThrow(TypeError);
    expect(() => calibrateInSteps({} as never).next()).toThrow(TypeError);
  });
});

describe('threshold', () => {
  it('is refused outside the calibration and for what is no profile', () => {
    const profile = fitted(defaultDetector.fit(entries(simulatedPerson(5, 8), 9)));
    expect(defaultDetector.threshold(profile, 0.001)).toBeGreaterThan(defaultDetector.threshold(profile, 0.05));
    expect(() => defaultDetector.threshold(profile, 0.0001)).toThrow(RangeError);
    expect(() => defaultDetector.threshold(profile, 'low' as never)).toThrow(TypeError);
    expect(() => defaultDetector.threshold({} as never, 0.01)).toThrow(TypeError);
  });
});
