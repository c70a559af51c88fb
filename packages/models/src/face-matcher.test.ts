import { FACE_LIMITS, type ParsedFaceSample } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceDistanceAt, faceLlr } from './face-calibration';
import { descriptorDistance } from './face-descriptors';
import { type FaceScore, faceMatcher, isFaceInsufficient } from './face-matcher';
import type { FaceProfile } from './face-profile';
import { drawnSample, frontFrames, personDescriptor, sampleOf } from './face-samples.test-support';

const RUNS = { numRuns: process.env.TACIT_SOAK === '1' ? 2_000 : 60 };

function profileOf(...samples: ParsedFaceSample[]): FaceProfile {
  const profile = faceMatcher.fit(samples);
  if (isFaceInsufficient(profile)) throw new Error(`no profile: ${profile.reason}`);
  return profile;
}

function scoreOf(profile: FaceProfile, sample: ParsedFaceSample): FaceScore {
  const score = faceMatcher.score(profile, sample);
  if (isFaceInsufficient(score)) throw new Error(`no score: ${score.reason}`);
  return score;
}

describe('faceMatcher', () => {
  it('lets another look of the same person pass at the product’s rate, and no other person', () => {
    for (let person = 1; person <= 20; person++) {
      const profile = profileOf(drawnSample({ person }));
      const threshold = faceMatcher.threshold(profile, 0.001);
      expect(scoreOf(profile, drawnSample({ person, look: 1 })).llr).toBeGreaterThan(threshold);
      expect(scoreOf(profile, drawnSample({ person: person + 20 })).llr).toBeLessThan(threshold);
    }
  });

  it('says what a score rests on', () => {
    const profile = profileOf(drawnSample({ person: 1, descriptors: 3 }), drawnSample({ person: 1, look: 1, descriptors: 5 }));
    const score = scoreOf(profile, drawnSample({ person: 1, look: 2, descriptors: 6 }));
    expect(score.evidence).toEqual({ samples: 2, profileDescriptors: 8, descriptors: 6 });
    expect(score.calibration).toBe('face-lfw/1');
    expect(score.llr).toBe(faceLlr(score.distance));
  });

  it('measures the root mean square of all distances, which averaging does not shorten', () => {
    const a = drawnSample({ person: 1, spread: 0.3, descriptors: 8 });
    const b = drawnSample({ person: 2, spread: 0.3, descriptors: 5 });
    let squares = 0;
    for (const [, x] of a.descriptors) for (const [, y] of b.descriptors) squares += descriptorDistance(x, y) ** 2;
    expect(scoreOf(profileOf(a), b).distance).toBeCloseTo(Math.sqrt(squares / 40), 9);
  });

  it('asks for more the fewer strangers are to pass, and interpolates', () => {
    const profile = profileOf(drawnSample({ person: 1 }));
    const thresholds = [0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001].map((rate) => faceMatcher.threshold(profile, rate));
    expect(thresholds).toEqual([...thresholds].sort((a, b) => a - b));
    expect(new Set(thresholds).size).toBe(thresholds.length);
    expect(faceDistanceAt(0.01)).toBe(0.6);
    for (const rate of [0.00009, 0.051, 0, -1, Number.NaN]) expect(() => faceMatcher.threshold(profile, rate)).toThrow(RangeError);
    expect(() => faceMatcher.threshold(profile, '0.01' as unknown as number)).toThrow(TypeError);
  });

  it('has the convention of .6 as an option, which is about one stranger in a hundred', () => {
    const profile = profileOf(drawnSample({ person: 1 }));
    expect(faceMatcher.thresholdOfDistance(profile)).toBe(faceMatcher.thresholdOfDistance(profile, 0.6));
    expect(faceMatcher.thresholdOfDistance(profile)).toBe(faceMatcher.threshold(profile, 0.01));
    expect(faceMatcher.thresholdOfDistance(profile, 0.5)).toBeGreaterThan(faceMatcher.thresholdOfDistance(profile));
    // Within these ends a threshold is that very distance; beyond them it would be another, or let everybody in.
    for (const distance of [0.457, 0.6, 0.727]) {
      const threshold = faceMatcher.thresholdOfDistance(profile, distance);
      expect([faceLlr(distance - 1e-3) > threshold - 1e-9, faceLlr(distance + 1e-3) < threshold]).toEqual([true, true]);
    }
    for (const distance of [0, -0.1, 0.3, 0.455, 0.728, 0.9, 1.0, 1.3, 4.1, Number.NaN])
      expect(() => faceMatcher.thresholdOfDistance(profile, distance)).toThrow(RangeError);
    expect(() => faceMatcher.thresholdOfDistance(profile, '0.6' as unknown as number)).toThrow(TypeError);
  });

  it('makes no profile of nothing, of two people, or of frames that do not agree', () => {
    expect(faceMatcher.fit([])).toEqual({ status: 'insufficient', reason: 'too-few-samples' });
    const two = [drawnSample({ person: 1 }), drawnSample({ person: 2 })];
    expect(faceMatcher.fit(two)).toEqual({ status: 'insufficient', reason: 'disagreement' });
    const mixed = sampleOf([1, 2, 1].map((person) => [...personDescriptor(person)]));
    expect(faceMatcher.fit([mixed])).toEqual({ status: 'insufficient', reason: 'disagreement' });
    expect(faceMatcher.score(profileOf(drawnSample({ person: 1 })), mixed)).toEqual({ status: 'insufficient', reason: 'disagreement' });
  });

  it('never compares descriptors of another pipeline', () => {
    const profile = { ...profileOf(drawnSample({ person: 1 })), pipeline: 'another/1' };
    expect(faceMatcher.score(profile, drawnSample({ person: 1 }))).toEqual({ status: 'insufficient', reason: 'other-pipeline' });
    expect(faceMatcher.parse(faceMatcher.serialize(profile)).pipeline).toBe('another/1');
  });

  it('refuses what is no parsed sample, no list or too many', () => {
    const sample = drawnSample({ person: 1 });
    const profile = profileOf(sample);
    const forged = structuredClone({ ...sample }) as unknown as ParsedFaceSample;
    expect(() => faceMatcher.fit([forged])).toThrow(expect.objectContaining({ code: 'ERR_FACE_SAMPLE_UNPARSED' }));
    expect(() => faceMatcher.score(profile, forged)).toThrow(expect.objectContaining({ code: 'ERR_FACE_SAMPLE_UNPARSED' }));
    expect(() => faceMatcher.fit(sample as unknown as ParsedFaceSample[])).toThrow(TypeError);
    expect(() => faceMatcher.fit(Array(17).fill(sample))).toThrow(RangeError);
    expect(() => faceMatcher.score({} as FaceProfile, sample)).toThrow(TypeError);
    expect(() => faceMatcher.score({ ...profile, centre: new Float64Array(127) }, sample)).toThrow(RangeError);
    expect(() => faceMatcher.score({ ...profile, spread: Number.NaN }, sample)).toThrow(RangeError);
    expect(() => faceMatcher.threshold({ ...profile, samples: 0 }, 0.01)).toThrow(RangeError);
  });

  it('scores alike after being stored, whatever the profile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 3, max: 8 }),
        fc.integer({ min: 1, max: 4 }),
        (person, descriptors, looks) => {
          const samples = Array.from({ length: looks }, (_, look) => drawnSample({ person, look, descriptors }));
          const profile = profileOf(...samples);
          const again = faceMatcher.parse(faceMatcher.serialize(profile));
          expect(again).toEqual(profile);
          const probe = drawnSample({ person, look: 9 });
          expect(scoreOf(again, probe)).toEqual(scoreOf(profile, probe));
        },
      ),
      RUNS,
    );
  });

  it('gives no one more for frames that lie further apart, nor for being further away', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (person, a, b) => {
          // Made in the middle, from where every way to somebody else leads away.
          const profile = profileOf(drawnSample({ person, spread: 0, between: 0 }));
          const at = (share: number) =>
            scoreOf(profile, drawnSample({ person, spread: 0, between: 0, towards: { person: person + 1, share } }));
          const [near, far] = [at(Math.min(a, b)), at(Math.max(a, b))];
          expect(near.distance).toBeLessThanOrEqual(far.distance + 1e-3);
          expect(near.llr).toBeGreaterThanOrEqual(far.llr - 0.2);
        },
      ),
      RUNS,
    );
  });

  it('gives no probe made of one number or of noise what a customer gets', () => {
    const profile = profileOf(drawnSample({ person: 1 }));
    const threshold = faceMatcher.threshold(profile, 0.001);
    const flat = Array.from({ length: 128 }, () => 1.2 / Math.sqrt(128));
    const alternating = flat.map((value, i) => (i % 2 === 0 ? value : -value));
    const single = flat.map((_, i) => (i === 5 ? 1 : 0));
    for (const values of [flat, alternating, single]) {
      expect(scoreOf(profile, sampleOf([values, values, values])).llr).toBeLessThan(threshold);
    }
  });
});

describe('a stored face profile', () => {
  const bytes = faceMatcher.serialize(profileOf(drawnSample({ person: 1 })));

  function codeOf(data: unknown): string {
    try {
      faceMatcher.parse(data as Uint8Array);
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
    return 'parsed';
  }

  it('is small, and read from the middle of a buffer too', () => {
    expect(bytes.byteLength).toBe(6 + 'face-api-tiny416-mirror/1'.length + 12 + 8 * FACE_LIMITS.descriptorLength);
    const padded = new Uint8Array(bytes.byteLength + 9);
    padded.set(bytes, 5);
    expect(faceMatcher.parse(padded.subarray(5, 5 + bytes.byteLength))).toEqual(faceMatcher.parse(bytes));
  });

  it('is refused cut off at any place, prolonged, of another mark or version', () => {
    for (let length = 0; length < bytes.byteLength; length += 7) expect(codeOf(bytes.subarray(0, length))).toBe('ERR_PROFILE_SIZE');
    expect(codeOf(new Uint8Array([...bytes, 0]))).toBe('ERR_PROFILE_SIZE');
    expect(codeOf(bytes.with(0, 0))).toBe('ERR_PROFILE_FORMAT');
    expect(codeOf(bytes.with(4, 2))).toBe('ERR_PROFILE_VERSION');
    expect(codeOf(bytes.with(6, 0x20))).toBe('ERR_PROFILE_VALUE');
    expect(codeOf([...bytes])).toBe('ERR_PROFILE_FORMAT');
  });

  it('is refused or whole whatever byte is changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = bytes.with(place, (bytes[place] + change) % 256);
        const code = codeOf(changed);
        if (code === 'parsed') faceMatcher.score(faceMatcher.parse(changed), drawnSample({ person: 1 }));
        else expect(code).toMatch(/^ERR_PROFILE_/);
      }),
      RUNS,
    );
  });
});

describe('drawn people', () => {
  it('lie about as far apart as real ones', () => {
    const distances = Array.from(
      { length: 40 },
      (_, person) =>
        scoreOf(
          profileOf(drawnSample({ person: person + 1 })),
          sampleOf(
            [1, 1.001, 1.002].map((scale) => [...personDescriptor(person + 100)].map((v) => v * scale)),
            frontFrames(4),
          ),
        ).distance,
    );
    expect(Math.min(...distances)).toBeGreaterThan(0.6);
    expect(Math.max(...distances)).toBeLessThan(1.1);
  });
});
