import { fixedTextVectorFrom, type Insufficient } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { calibrateInSteps, defaultDetector, updateCounted, updateUncalibrated } from './default-detector';
import type { DefaultProfile } from './default-profile';
import type { Score } from './detector';
import { FIXED_TEXT_CALIBRATION } from './fixed-text-calibration';
import { entries, flatVector, pressTimes, simulatedPerson } from './simulated-people';

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

  it('takes an entry that follows its like for the same entry again', () => {
    const [a, b, c] = entries(simulatedPerson(1, 8), 3);
    const profile = fitted(defaultDetector.fit([a, a, b, c, c, c, a]));
    expect(profile).toMatchObject({ samples: 4, counts: Uint8Array.of(2, 1, 3, 1) });
    // Three entries are the least, alike or not.
    expect(fitted(defaultDetector.fit([a, a, a]))).toMatchObject({ samples: 3, counts: Uint8Array.of(1, 1, 1) });
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
});

describe('a device that tells no key-ups', () => {
  const person = simulatedPerson(2, 11);
  const whole = entries(person, 12);
  const profile = fitted(defaultDetector.fit(whole.map(pressTimes)));

  it('has a profile of press-press times alone, which judges any entry by those', () => {
    expect(profile).toMatchObject({ keys: 11, holds: false, samples: 12 });
    expect(profile.times.length).toBe(12 * 10);
    const probe = person();
    const score = scored(defaultDetector.score(profile, pressTimes(probe)));
    expect(defaultDetector.score(profile, probe)).toEqual(score);
    expect(score).toMatchObject({ calibration: FIXED_TEXT_CALIBRATION, evidence: { samples: 12, keys: 11 } });
    expect(defaultDetector.update(profile, probe)).toEqual(defaultDetector.update(profile, pressTimes(probe)));
  });

  it('cannot be judged by a profile that has holds, nor be learned by it', () => {
    const withHolds = fitted(defaultDetector.fit(whole));
    expect(defaultDetector.score(withHolds, pressTimes(person()))).toMatchObject({ status: 'insufficient', reason: 'missing-releases' });
    expect(() => defaultDetector.update(withHolds, pressTimes(person()))).toThrow(/sample must have hold times/);
  });

  it('makes no profile together with entries that have holds', () => {
    const mixed = [...whole.slice(0, 4), pressTimes(whole[5])];
    expect(defaultDetector.fit(mixed)).toMatchObject({ status: 'insufficient', reason: 'missing-releases', detail: /^1 of 5 / });
  });

  it('tells simulated people apart, if less well', () => {
    const people = Array.from({ length: 12 }, (_, i) => simulatedPerson(200 + i, 12));
    let genuine = 0;
    let strangers = 0;
    for (const own of people) {
      const template = fitted(defaultDetector.fit(entries(own, 10).map(pressTimes)));
      genuine += scored(defaultDetector.score(template, pressTimes(own()))).llr / people.length;
      for (const other of people) {
        strangers +=
          other === own ? 0 : scored(defaultDetector.score(template, pressTimes(other()))).llr / (people.length * (people.length - 1));
      }
    }
    expect(genuine).toBeGreaterThan(1);
    expect(strangers).toBeLessThan(-1);
  });
});

describe('update', () => {
  it('gives what fitting to the same samples gives, and leaves the old profile as it was', () => {
    const samples = entries(simulatedPerson(3, 6), 106);
    const probe = samples[50];
    for (const all of [samples, samples.map(pressTimes)]) {
      for (const count of [3, 19, 20, 99, 100, 105]) {
        const before = fitted(defaultDetector.fit(all.slice(0, count)));
        const copy = structuredClone(before);
        const after = defaultDetector.update(before, all[count]);
        const anew = fitted(defaultDetector.fit(all.slice(0, count + 1)));
        expect(after).toEqual(anew);
        expect(defaultDetector.score(after, probe)).toEqual(defaultDetector.score(anew, probe));
        expect(before).toEqual(copy);
      }
    }
  });

  it('is the same, bit for bit, in steps that other work comes between', () => {
    const samples = entries(simulatedPerson(4, 60), 31);
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

describe('updateCounted', () => {
  const samples = entries(simulatedPerson(6, 8), 60);
  const before = fitted(defaultDetector.fit(samples.slice(0, 20)));
  const probe = samples[59];

  it('is one entry that weighs as so many copies in a row', () => {
    const after = updateCounted(before, samples[20], 3);
    expect(after).toMatchObject({ samples: 21, counts: Uint8Array.from([...new Array(20).fill(1), 3]), calibration: { state: 'pending' } });
    const score = scored(defaultDetector.score(after, probe));
    expect(score.evidence).toEqual({ samples: 21, keys: 8 });
    // A copy that differs by less than a clock can tell is an entry of its own.
    const near = (shift: number) =>
      fixedTextVectorFrom({ hold: samples[20].hold.map((time) => time + shift), pressPress: samples[20].pressPress });
    const copies = [0, 1e-4, 2e-4].reduce((known, shift) => updateUncalibrated(known, near(shift)), before);
    expect(copies.samples).toBe(23);
    expect(score.raw).toBeCloseTo(scored(defaultDetector.score(copies, probe)).raw, 4);
    expect(score.raw).not.toBeCloseTo(scored(defaultDetector.score(updateCounted(before, samples[20], 1), probe)).raw, 2);
  });

  it('is what learning the same entry so often gives, and what fitting to the copies gives', () => {
    const one = samples[20];
    const after = updateCounted(before, one, 3);
    expect([one, one, one].reduce((known, entry) => updateUncalibrated(known, entry), before)).toEqual(after);
    expect(run(after).profile).toEqual(fitted(defaultDetector.fit([...samples.slice(0, 20), one, one, one])));
    const often = updateCounted(after, one, 8);
    // No entry counts more than ten times: the next copy is an entry again.
    expect([...often.counts.subarray(19)]).toEqual([1, 3, 8]);
  });

  it('counts to 100 at most: the oldest leave, one by one', () => {
    let profile = before;
    let copies = samples.slice(0, 20);
    for (let i = 20; i < 59; i++) {
      const times = (i % 4) + 1;
      profile = updateCounted(profile, samples[i], times);
      copies = [...copies, ...new Array(times).fill(samples[i])].slice(-100);
      const total = profile.counts.reduce((sum, count) => sum + count, 0);
      expect(total).toBe(copies.length);
      expect(profile.samples).toBe(new Set(copies).size);
    }
    expect(profile.counts[0]).toBeLessThan(3);
    const anew = fitted(defaultDetector.fit(copies));
    expect(run(profile).profile).toEqual(anew);
    expect(defaultDetector.score(run(profile).profile, probe)).toEqual(defaultDetector.score(anew, probe));
  });

  it('vouches once: the raw score weighs, and the threshold is, as for so many entries', () => {
    const counted = samples.slice(20, 40).reduce((known, entry) => updateCounted(known, entry, 4), before);
    const once = samples.slice(20, 40).reduce((known, entry) => updateCounted(known, entry, 1), before);
    expect(counted.samples).toBe(once.samples);
    expect(defaultDetector.threshold(counted, 0.01)).toBe(defaultDetector.threshold(once, 0.01));
  });

  it('scores a clone of itself the same, and leaves the old profile as it was', () => {
    const copy = structuredClone(before);
    const after = updateCounted(before, samples[20], 5);
    expect(before).toEqual(copy);
    expect(defaultDetector.score(structuredClone(after), probe)).toEqual(defaultDetector.score(after, probe));
  });

  it('asserts its arguments', () => {
    expect(() => updateCounted(before, samples[20], 0)).toThrow(/times/);
    expect(() => updateCounted(before, samples[20], 11)).toThrow(RangeError);
    expect(() => updateCounted(before, samples[20], 1.5)).toThrow(RangeError);
    expect(() => updateCounted(before, samples[20], '3' as never)).toThrow(TypeError);
    expect(() => updateCounted(before, flatVector(7, 100, 200), 3)).toThrow(RangeError);
    expect(() => updateCounted({} as never, samples[20], 3)).toThrow(TypeError);
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
