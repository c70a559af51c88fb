import { describe, expect, it } from 'vitest';
import { ModelError } from './model-error';
import { type OneClassSvmProfile, oneClassSvm } from './one-class-svm';
import { entries, flatVector, simulatedPerson } from './simulated-people';

function profileOf(options = {}, count = 40): OneClassSvmProfile {
  const profile = oneClassSvm(options).fit(entries(simulatedPerson(1, 6), count));
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

describe('oneClassSvm', () => {
  it('has raw scores of 0 or less inside, and above 0 outside: the decision the right way round', () => {
    const profile = profileOf();
    const raws = entries(simulatedPerson(1, 6), 240).map((sample) => {
      const score = oneClassSvm().score(profile, sample);
      return score.status === 'scored' ? score.raw : Number.NaN;
    });
    // At most half of the entries fitted on lie outside, as nu has it, and those that support from the boundary count as inside.
    const inside = (values: number[]) => values.filter((raw) => raw <= 1e-6).length / values.length;
    expect(inside(raws.slice(0, 40))).toBeGreaterThanOrEqual(0.5);
    expect(inside(raws.slice(0, 40))).toBeLessThan(0.8);
    expect(inside(raws.slice(40))).toBeGreaterThan(0.25);
    expect(oneClassSvm().score(profile, flatVector(6, 500, 900))).toMatchObject({
      raw: expect.closeTo(26 * 22, -3),
      llr: expect.any(Number),
    });
    const stranger = entries(simulatedPerson(2, 6), 100).filter((sample) => {
      const score = oneClassSvm().score(profile, sample);
      return score.status === 'scored' && score.raw <= 0;
    });
    expect(stranger.length).toBe(0);
  });

  it('takes gamma and nu, and keeps gamma in the profile', () => {
    const narrow = profileOf({ gamma: 400, nu: 0.1 });
    expect(narrow.gamma).toBe(400);
    expect(narrow.weights.filter((weight) => weight > 0).length).toBeGreaterThan(3);
    const sample = entries(simulatedPerson(3, 6), 1)[0];
    expect(oneClassSvm().score(oneClassSvm().parse(oneClassSvm().serialize(narrow)), sample)).toEqual(
      oneClassSvm({ gamma: 400 }).score(narrow, sample),
    );
  });

  it('takes entries that are all the same, with any share outside', () => {
    for (const nu of [0.01, 0.1, 0.5, 0.7, 1]) {
      for (const count of [3, 7, 49, 256]) {
        const detector = oneClassSvm({ nu });
        const profile = detector.fit(entries(() => flatVector(6, 90, 200), count));
        expect('status' in profile ? profile : detector.parse(detector.serialize(profile))).toEqual(profile);
      }
    }
  });

  it('stores an entry and a weight for each sample', () => {
    expect(oneClassSvm().serialize(profileOf()).length).toBe(10 + 4 * 40 * 11 + 16 + 8 * 40);
  });

  it('refuses wrong options, and stored weights that do not come to 1', () => {
    expect(() => oneClassSvm({ gamma: 0 })).toThrow(/gamma/);
    expect(() => oneClassSvm({ gamma: Number.NaN })).toThrow(RangeError);
    expect(() => oneClassSvm({ nu: 1.1 })).toThrow(/nu/);
    expect(() => oneClassSvm({ nu: '0.5' as never })).toThrow(TypeError);
    const profile = profileOf();
    const with0 = oneClassSvm().serialize({ ...profile, weights: profile.weights.map(() => 0) });
    expect(() => oneClassSvm().parse(with0)).toThrow(ModelError);
    expect(() => oneClassSvm().score({ ...profile, weights: profile.weights.slice(1) }, flatVector(6, 90, 200))).toThrow(RangeError);
    expect(() => oneClassSvm().score({ ...profile, offset: 0 }, flatVector(6, 90, 200))).toThrow(RangeError);
    expect(() => oneClassSvm().score({ ...profile, weights: [1] as never }, flatVector(6, 90, 200))).toThrow(TypeError);
  });
});
