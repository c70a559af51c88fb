import { type FixedTextVector, fixedTextVectorFrom, type Insufficient } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from './detector';
import { isolationForest } from './isolation-forest';
import { ModelError } from './model-error';
import { oneClassSvm } from './one-class-svm';
import { randomForest } from './random-forest';
import { globalForest, trainGlobalForest } from './random-forest-global';
import { MOST_RETAINED, type RetainedEntries } from './retained-entries';
import { entries, flatVector, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';
const KEYS = 8;

type AnyProfile = RetainedEntries & { readonly schema: string };

/** A detector whose profiles are known by what they all have: the same tests are run on each. */
function anyOf<P extends AnyProfile>(detector: Detector<P>): Detector<AnyProfile> {
  return detector as unknown as Detector<AnyProfile>;
}

const others = Array.from({ length: 12 }, (_, seed) => entries(simulatedPerson(seed + 50, KEYS), 24));
const forest = trainGlobalForest({ people: others, trees: 40 });
/** The least log-likelihood ratios at 10 and 200 entries and a false match rate of .01: slope x cut-off + offset of the calibration. */
type Thresholds = readonly [ten: number, twoHundred: number];

const detectors: [string, Detector<AnyProfile>, calibration: string, Thresholds][] = [
  ['isolationForest', anyOf(isolationForest({ trees: 60 })), 'isolation-forest-cmu/2', [3.2776, 2.5877]],
  ['oneClassSvm', anyOf(oneClassSvm()), 'one-class-svm-cmu/1', [1.7868, 1.9299]],
  ['randomForest', anyOf(randomForest({ background: others.flat(), trees: 30 })), 'random-forest-cmu/1', [2.9781, 2.7784]],
  ['globalForest', anyOf(globalForest({ forest })), 'global-forest-cmu/1', [3.046, 3.0734]],
];

function must(profile: AnyProfile | Insufficient): AnyProfile {
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

function rawOf(detector: Detector<AnyProfile>, profile: AnyProfile, sample: FixedTextVector): number {
  const score = detector.score(profile, sample);
  return score.status === 'scored' ? score.raw : Number.NaN;
}

const withoutHolds = fixedTextVectorFrom({ hold: [], pressPress: new Float64Array(KEYS - 1).fill(200) });

describe.each(detectors)('%s as a detector', (_name, detector, calibration, calibrated) => {
  const own = entries(simulatedPerson(7, KEYS), 60);
  const profile = must(detector.fit(own.slice(0, 20)));

  it('tells the customer from strangers, and says by which calibration', () => {
    const genuine = own.slice(20).map((sample) => rawOf(detector, profile, sample));
    const strangers = [8, 9, 10].flatMap((seed) =>
      entries(simulatedPerson(seed, KEYS), 20).map((sample) => rawOf(detector, profile, sample)),
    );
    const middle = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
    expect(middle(genuine)).toBeLessThan(Math.min(...strangers.map((value) => value)));
    expect(detector.score(profile, own[30])).toMatchObject({ calibration, evidence: { samples: 20, keys: KEYS } });
  });

  it('has log-likelihood ratios that fall as the raw score rises, within bounds, whatever was typed', () => {
    const probes = [...own.slice(20), ...others.flat(), flatVector(KEYS, 0, 0), flatVector(KEYS, 3_600_000, 3_600_000)];
    const scores = probes.map((probe) => detector.score(profile, probe)).filter((score) => score.status === 'scored');
    expect(scores.length).toBe(probes.length);
    scores.sort((a, b) => a.raw - b.raw);
    for (let i = 1; i < scores.length; i++) {
      expect(scores[i].llr).toBeLessThanOrEqual(scores[i - 1].llr);
    }
    expect(scores.every((score) => Number.isFinite(score.raw) && Math.abs(score.llr) <= 12)).toBe(true);
  });

  it('asks for more where the false match rate is to be lower, at every size of profile', () => {
    for (const count of [detector.minimumEnrolment, 6, 7, 20, 60]) {
      const sized = must(detector.fit(own.slice(0, count)));
      const thresholds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05].map((rate) => detector.threshold(sized, rate));
      expect(thresholds).toEqual([...thresholds].sort((a, b) => b - a));
      expect(new Set(thresholds).size).toBe(thresholds.length);
    }
    expect(() => detector.threshold(profile, 0.0005)).toThrow(RangeError);
    expect(() => detector.threshold(profile, 0.1)).toThrow(RangeError);
    expect(() => detector.threshold(profile, '1 %' as never)).toThrow(TypeError);
    expect(() => detector.threshold({} as never, 0.01)).toThrow(TypeError);
  });

  it('has the numbers that its calibration id stands for: whoever changes one gives a new id', () => {
    const many = Array.from({ length: 4 }, () => own).flat();
    expect([10, 200].map((count) => detector.threshold(must(detector.fit(many.slice(0, count))), 0.01))).toEqual(
      calibrated.map((threshold) => expect.closeTo(threshold, 3)),
    );
  });

  it('says what is missing', () => {
    const least = detector.id === 'isolation-forest/1' ? 5 : 3;
    expect(detector.minimumEnrolment).toBe(least);
    expect(detector.fit(own.slice(0, least - 1))).toMatchObject({ status: 'insufficient', reason: 'too-few-samples' });
    expect(detector.fit([...own.slice(0, 4), flatVector(KEYS + 1, 90, 200)])).toMatchObject({ reason: 'length-mismatch' });
    expect(detector.fit(entries(() => withoutHolds, least))).toMatchObject({ reason: 'missing-releases' });
    expect(detector.fit([...own.slice(0, 4), withoutHolds])).toMatchObject({ reason: 'missing-releases' });
    expect(detector.fit(entries(() => flatVector(1, 90, 200), least))).toMatchObject({ reason: 'too-few-keys' });
    expect(detector.fit(entries(() => flatVector(129, 90, 200), least))).toMatchObject({ reason: 'too-many-keys' });
    expect(detector.score(profile, flatVector(KEYS - 1, 90, 200))).toMatchObject({ reason: 'length-mismatch' });
    expect(detector.score(profile, withoutHolds)).toMatchObject({ reason: 'missing-releases' });
  });

  it('refuses wrong arguments', () => {
    expect(() => detector.fit({} as never)).toThrow(TypeError);
    expect(() => detector.fit([own[0], {} as never, own[1]])).toThrow(TypeError);
    expect(() => detector.score(profile, {} as never)).toThrow(TypeError);
    expect(() => detector.score({} as never, own[0])).toThrow(TypeError);
    expect(() => detector.score(undefined as never, own[0])).toThrow(TypeError);
    expect(() => detector.score({ ...profile, schema: 'another/1' }, own[0])).toThrow(TypeError);
    expect(() => detector.score({ ...profile, entries: [] as never }, own[0])).toThrow(TypeError);
    expect(() => detector.score({ ...profile, entries: profile.entries.slice(1) }, own[0])).toThrow(RangeError);
    expect(() => detector.score({ ...profile, keys: 1 }, own[0])).toThrow(RangeError);
    expect(() => detector.score({ ...profile, samples: 21 }, own[0])).toThrow(RangeError);
    expect(() => detector.serialize({ ...profile, samples: 2, entries: profile.entries.slice(0, 2 * (2 * KEYS - 1)) })).toThrow(RangeError);
    expect(() => detector.update(profile, flatVector(KEYS + 1, 90, 200))).toThrow(RangeError);
    expect(() => detector.update(profile, withoutHolds)).toThrow(RangeError);
    expect(() => detector.update(profile, {} as never)).toThrow(TypeError);
  });

  it('learns as if it had been fitted on all entries, and leaves the old profile as it was', () => {
    const before = structuredClone(profile);
    const updated = detector.update(profile, own[20]);
    expect(updated).toEqual(detector.fit(own.slice(0, 21)));
    expect(profile).toEqual(before);
  });

  it('keeps the newest 256 entries, fitted or learned', () => {
    const person = simulatedPerson(3, 2);
    const few =
      detector.id === 'random-forest/1' ? anyOf(randomForest({ background: entries(simulatedPerson(4, 2), 5), trees: 2 })) : detector;
    const many = entries(person, MOST_RETAINED + 5);
    const full = must(few.fit(many.slice(0, MOST_RETAINED + 3)));
    expect(full.samples).toBe(MOST_RETAINED);
    const next = few.update(full, many[MOST_RETAINED + 3]);
    expect(next.samples).toBe(MOST_RETAINED);
    expect(next).toEqual(few.fit(many.slice(4, MOST_RETAINED + 4)));
  });

  it('comes back from bytes equal, and scores the same', () => {
    const bytes = detector.serialize(profile);
    const parsed = detector.parse(bytes);
    expect(parsed).toEqual(profile);
    expect(detector.score(parsed, own[30])).toEqual(detector.score(profile, own[30]));
    const shifted = new Uint8Array(bytes.length + 5);
    shifted.set(bytes, 2);
    expect(detector.parse(shifted.subarray(2, 2 + bytes.length))).toEqual(profile);
    // A profile that a host copied is as good.
    expect(detector.score(structuredClone(profile), own[30])).toEqual(detector.score(profile, own[30]));
  });

  it('throws ModelError alone for bytes that are not whole', () => {
    const small = detector.serialize(must(detector.fit(own.slice(0, detector.minimumEnrolment))));
    expect(() => detector.parse(undefined as never)).toThrow(ModelError);
    expect(() => detector.parse(small.slice(0, -1))).toThrow(ModelError);
    expect(() => detector.parse(Uint8Array.of(...small, 0))).toThrow(ModelError);
    expect(() => detector.parse(small.slice(0, 10))).toThrow(ModelError);
    for (const [, other] of detectors.filter(([, candidate]) => candidate !== detector)) {
      expect(() => other.parse(small)).toThrow(expect.objectContaining({ code: 'ERR_PROFILE_DETECTOR' }));
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = small.slice();
        for (const [at, value] of changes) {
          damaged[at] = value;
        }
        let parsed: AnyProfile;
        try {
          parsed = detector.parse(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
          return;
        }
        expect(detector.serialize(parsed).join()).toBe(damaged.join());
        const score = detector.score(parsed, flatVector(parsed.keys, 90, 200));
        expect(score.status === 'scored' && Number.isFinite(score.llr)).toBe(true);
      }),
      { numRuns: SOAK ? 20_000 : 200 },
    );
  });
});

// The weights of the support vector machine are of entries, whatever their length.
describe.each(detectors.filter(([name]) => name !== 'oneClassSvm'))('%s as a detector', (_name, detector) => {
  it('refuses the entries of one text with the model of another', () => {
    const profile = must(detector.fit(entries(simulatedPerson(7, KEYS), 20)));
    const shorter = entries(simulatedPerson(7, KEYS - 1), 20);
    const mixed = {
      ...profile,
      keys: KEYS - 1,
      entries: Float32Array.from(shorter.flatMap(({ hold, pressPress }) => [...hold, ...pressPress])),
    };
    expect(() => detector.score(mixed, shorter[0])).toThrow(RangeError);
  });
});
