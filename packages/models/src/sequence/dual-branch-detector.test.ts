import { type FixedTextVector, fixedTextVectorFrom, isInsufficient } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Score } from '../detector';
import { ModelError } from '../model-error';
import { entries, flatVector, simulatedPerson } from '../simulated-people';
import { type DualBranchProfile, dualBranchDetector } from './dual-branch-detector';
import { simulatedWeights } from './simulated-weights';

const SOAK = process.env.TACIT_SOAK === '1';
const weights = simulatedWeights(1);
const detector = dualBranchDetector({ weights });
const person = simulatedPerson(1, 11);
const enrolled = entries(person, 8);

function profileOf(samples: readonly FixedTextVector[], by = detector): DualBranchProfile {
  const profile = by.fit(samples);
  if (isInsufficient(profile)) {
    throw new Error(profile.reason);
  }
  return profile;
}

function scoreOf(profile: DualBranchProfile, sample: FixedTextVector, by = detector): Score {
  const score = by.score(profile, sample);
  if (isInsufficient(score)) {
    throw new Error(score.reason);
  }
  return score;
}

const profile = profileOf(enrolled);

describe('a score', () => {
  it('is nearest for what the profile was made of, and names its calibration and evidence', () => {
    const [entry] = enrolled;
    const same = scoreOf(profileOf([entry, entry, entry]), entry);
    expect(same.raw).toBeCloseTo(0, 12);
    expect(same.llr).toBe(12);
    const other = scoreOf(profile, entry);
    expect(other.raw).toBeGreaterThan(0);
    expect(other).toMatchObject({ status: 'scored', evidence: { samples: 8, keys: 11 } });
    expect(other.calibration).toBe(`dual-branch/${profile.weights}`);
  });

  it('falls as the distance rises', () => {
    const scores = [...enrolled, ...entries(simulatedPerson(2, 11), 8), flatVector(11, 100, 200)].map((entry) => scoreOf(profile, entry));
    scores.sort((a, b) => a.raw - b.raw);
    expect(new Set(scores.map(({ raw }) => raw)).size).toBe(scores.length);
    expect(scores.map(({ llr }) => llr)).toEqual(scores.map(({ llr }) => llr).toSorted((a, b) => b - a));
  });

  it('is finite and within bounds for every entry that can be', () => {
    const time = fc.oneof(fc.constantFrom(0, 3_600_000), fc.double({ min: 0, max: 5_000, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 11, maxLength: 11 }),
        fc.array(time, { minLength: 10, maxLength: 10 }),
        (hold, pressPress) => {
          const { llr, raw } = scoreOf(profile, fixedTextVectorFrom({ hold, pressPress }));
          expect(Math.abs(llr)).toBeLessThanOrEqual(12);
          expect(raw >= 0 && raw <= 1).toBe(true);
        },
      ),
      { numRuns: SOAK ? 20_000 : 500 },
    );
  });

  it('is the lowest where the network says nothing at all', () => {
    const denseBias = weights.tensors.denseBias.map(() => -100);
    const silent = dualBranchDetector({ weights: { ...weights, tensors: { ...weights.tensors, denseBias } } });
    const ofNothing = profileOf(enrolled.slice(0, 3), silent);
    expect(scoreOf(ofNothing, enrolled[0], silent)).toMatchObject({ raw: 1, llr: -8 });
  });

  it('heeds the names of the keys', () => {
    const keys = Array.from({ length: 11 }, (_, index) => `Digit${index % 10}`);
    const named = dualBranchDetector({ weights, keys });
    expect(profileOf(enrolled, named).mean).not.toEqual(profile.mean);
    expect(named.fit(entries(simulatedPerson(1, 12), 5))).toMatchObject({ reason: 'length-mismatch' });
  });

  it('of a text longer than a window rests on all of it', () => {
    const long = entries(simulatedPerson(3, 110), 4);
    const { hold, pressPress } = long[3];
    const changed = fixedTextVectorFrom({ hold: hold.map((time, index) => (index > 105 ? 3 * time : time)), pressPress });
    const ofLong = profileOf(long.slice(0, 3));
    expect(scoreOf(ofLong, changed).raw).not.toBe(scoreOf(ofLong, long[3]).raw);
  });
});

describe('too little', () => {
  it('is an outcome', () => {
    const reasonOf = (samples: FixedTextVector[]) => (detector.fit(samples) as { reason?: string }).reason;
    expect(reasonOf(enrolled.slice(0, 2))).toBe('too-few-samples');
    expect(reasonOf([...enrolled, flatVector(12, 100, 200)])).toBe('length-mismatch');
    expect(reasonOf(entries(simulatedPerson(1, 2), 3))).toBe('too-few-keys');
    expect(reasonOf(entries(simulatedPerson(1, 129), 3))).toBe('too-many-keys');
    const pressesOnly = fixedTextVectorFrom({ hold: [], pressPress: new Float64Array(10).fill(150) });
    expect(reasonOf([pressesOnly, pressesOnly, pressesOnly])).toBe('missing-releases');
    expect(detector.score(profile, flatVector(12, 100, 200))).toMatchObject({ reason: 'length-mismatch' });
    expect(detector.score(profile, pressesOnly)).toMatchObject({ reason: 'missing-releases' });
  });
});

describe('update', () => {
  it('is the mean of all entries up to 100, whatever the order of learning', () => {
    const learned = enrolled.slice(3).reduce((before, sample) => detector.update(before, sample), profileOf(enrolled.slice(0, 3)));
    expect(learned.samples).toBe(8);
    learned.mean.forEach((value, index) => {
      expect(value).toBeCloseTo(profile.mean[index], 12);
    });
  });

  it('moves an old profile by a hundredth, and leaves the old one as it was', () => {
    const old: DualBranchProfile = { ...profile, samples: 5_000 };
    const before = old.mean.slice();
    const [fresh] = entries(simulatedPerson(2, 11), 1);
    const alone = profileOf([fresh, fresh, fresh]).mean;
    const moved = detector.update(old, fresh);
    expect(old.mean).toEqual(before);
    expect(moved.samples).toBe(5_001);
    moved.mean.forEach((value, index) => {
      expect(value).toBeCloseTo(0.99 * before[index] + 0.01 * alone[index], 12);
    });
    expect(detector.update({ ...profile, samples: 65_535 }, fresh).samples).toBe(65_535);
  });

  it('throws for a sample that does not fit', () => {
    expect(() => detector.update(profile, flatVector(12, 100, 200))).toThrow(/length-mismatch/);
  });
});

describe('threshold', () => {
  it('is that of the calibration at the size of the profile', () => {
    expect(detector.threshold({ ...profile, samples: 5 }, 0.01)).toBe(2);
    expect(detector.threshold({ ...profile, samples: 50 }, 0.01)).toBe(1.5);
    expect(() => detector.threshold(profile, 0.5)).toThrow(RangeError);
  });
});

describe('stored profiles', () => {
  const bytes = detector.serialize(profile);

  it('come back whole', () => {
    expect(detector.parse(bytes)).toEqual(profile);
    expect(bytes.length).toBe(10 + 8 + 8 * 8);
  });

  it('are refused by other weights', () => {
    const other = dualBranchDetector({ weights: simulatedWeights(2) });
    expect(() => other.parse(bytes)).toThrow(expect.objectContaining({ code: 'ERR_PROFILE_VERSION', field: 'weights' }));
    expect(() => other.score(profile, enrolled[0])).toThrow(RangeError);
  });

  it('read as what they are or are refused, whichever byte is damaged', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        let parsed: DualBranchProfile;
        try {
          parsed = detector.parse(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
          return;
        }
        expect(detector.serialize(parsed)).toEqual(damaged);
      }),
      { numRuns: SOAK ? 20_000 : 500 },
    );
  });

  it('of any number of entries can be stored again: no mean is rounded out of range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 0, max: 1_000 }), (count, seed) => {
        const narrow = dualBranchDetector({ weights: simulatedWeights(seed, { embedding: 1, times: 1, keys: 1, dense: 1 }) });
        const made = profileOf(new Array<FixedTextVector>(count).fill(enrolled[0]), narrow);
        expect(narrow.parse(narrow.serialize(narrow.update(made, enrolled[0]))).samples).toBe(count + 1);
      }),
      { numRuns: SOAK ? 500 : 30 },
    );
  });
});

describe('misuse', () => {
  it('throws', () => {
    expect(() => dualBranchDetector({ weights: {} as never })).toThrow(TypeError);
    expect(() => dualBranchDetector({ weights, keys: 'abc' as never })).toThrow(TypeError);
    expect(() => detector.fit('entries' as never)).toThrow(TypeError);
    expect(() => detector.score({ ...profile, schema: 'other' } as never, enrolled[0])).toThrow(TypeError);
    expect(() => detector.score({ ...profile, mean: [1] } as never, enrolled[0])).toThrow(TypeError);
    expect(() => detector.score({ ...profile, mean: new Float64Array(7) }, enrolled[0])).toThrow(RangeError);
    expect(() => detector.score({ ...profile, mean: new Float64Array(8).fill(Number.NaN) }, enrolled[0])).toThrow(RangeError);
    expect(() => detector.score({ ...profile, samples: 2 }, enrolled[0])).toThrow(RangeError);
    expect(() => detector.score({ ...profile, keys: 1 }, enrolled[0])).toThrow(RangeError);
    expect(() => detector.score(profile, {} as never)).toThrow(TypeError);
  });
});
