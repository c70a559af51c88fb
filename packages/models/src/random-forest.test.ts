import { fixedTextVectorFrom } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { ModelError } from './model-error';
import { type RandomForestProfile, randomForest } from './random-forest';
import { globalForest, trainGlobalForest } from './random-forest-global';
import { entries, flatVector, simulatedPerson } from './simulated-people';

const KEYS = 6;
const people = Array.from({ length: 20 }, (_, seed) => entries(simulatedPerson(seed + 100, KEYS), 12));
const background = people.slice(0, 10).flat();
const own = entries(simulatedPerson(1, KEYS), 40);

function fit(options = {}): RandomForestProfile {
  const profile = randomForest({ background, ...options }).fit(own.slice(0, 10));
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

describe('randomForest', () => {
  it('has log odds of the trees against the customer, half a vote added to each side', () => {
    const detector = randomForest({ background, trees: 9 });
    const profile = fit({ trees: 9 });
    const possible = Array.from({ length: 10 }, (_, votes) => Math.log((9 - votes + 0.5) / (votes + 0.5)));
    for (const sample of [...own, ...background.slice(0, 40)]) {
      const score = detector.score(profile, sample);
      expect(score.status === 'scored' && possible.some((value) => Math.abs(value - score.raw) < 1e-12)).toBe(true);
    }
  });

  it('needs no background once it is fitted', () => {
    const profile = fit();
    const bytes = randomForest({ background }).serialize(profile);
    const elsewhere = randomForest({ background: entries(simulatedPerson(9, KEYS), 2) });
    for (const sample of own.slice(10)) {
      expect(elsewhere.score(elsewhere.parse(bytes), sample)).toEqual(randomForest({ background }).score(profile, sample));
    }
    // 300 trees on 11 entries and as many strangers: entries, then a forest of a byte a node and four a threshold.
    expect(bytes.length).toBe(10 + 4 * 10 * 11 + 16 + profile.forest.code.length + 2 * (profile.forest.code.length - 300));
    expect(bytes.length).toBeLessThan(20_000);
  });

  it('counts the customer and the background alike, however large the background', () => {
    const large = randomForest({ background: people.flat() });
    const profile = large.fit(own.slice(0, 4));
    const scores = own.slice(10).map((sample) => ('status' in profile ? profile : large.score(profile, sample)));
    expect(scores.filter((score) => score.status === 'scored' && score.raw < 0).length).toBeGreaterThan(25);
  });

  it('learns against the background it has, and says where it is of another text', () => {
    const other = randomForest({ background: entries(simulatedPerson(9, KEYS + 1), 5) });
    expect(other.fit(own)).toMatchObject({ status: 'insufficient', reason: 'length-mismatch' });
    expect(() => other.update(fit(), own[11])).toThrow(RangeError);
    expect(other.score(fit(), own[11])).toMatchObject({ status: 'scored' });
  });

  it('refuses wrong options', () => {
    const wrong = (background: unknown) => () => randomForest({ background } as never);
    expect(wrong(undefined)).toThrow(/background/);
    expect(wrong([])).toThrow(RangeError);
    expect(wrong([own[0]])).toThrow(RangeError);
    expect(wrong([own[0], flatVector(KEYS + 1, 90, 200)])).toThrow(RangeError);
    expect(wrong([own[0], fixedTextVectorFrom({ hold: [], pressPress: own[0].pressPress })])).toThrow(RangeError);
    expect(wrong([own[0], {}])).toThrow(TypeError);
    expect(() => randomForest({ background, trees: 1.5 })).toThrow(RangeError);
    expect(() => randomForest({ background, seed: Number.NaN })).toThrow(RangeError);
  });
});

describe('globalForest', () => {
  const forest = trainGlobalForest({ people, trees: 60 });
  const detector = globalForest({ forest });

  it('knows people whom it never saw, of a text that it never saw', () => {
    const keys = KEYS + 5;
    let right = 0;
    for (let seed = 0; seed < 10; seed++) {
      const person = entries(simulatedPerson(seed + 400, keys), 20);
      const stranger = entries(simulatedPerson(seed + 500, keys), 1)[0];
      const profile = detector.fit(person.slice(0, 10));
      if ('status' in profile) {
        throw new Error(`expected a profile, got ${profile.reason}`);
      }
      const raws = [person[15], stranger].map((sample) => {
        const score = detector.score(profile, sample);
        return score.status === 'scored' ? score.raw : Number.NaN;
      });
      right += raws[0] < raws[1] ? 1 : 0;
    }
    expect(right).toBeGreaterThanOrEqual(9);
  });

  it('trains the same forest from the same people and seed, on several texts', () => {
    expect(trainGlobalForest({ people, trees: 60 })).toEqual(forest);
    expect(trainGlobalForest({ people, trees: 60, seed: 1 })).not.toEqual(forest);
    const longer = Array.from({ length: 3 }, (_, seed) => entries(simulatedPerson(seed, 9), 10));
    expect(trainGlobalForest({ people: [...people, ...longer], trees: 1 }).features).toBe(forest.features);
  });

  it('keeps entries alone in a profile', () => {
    const profile = detector.fit(own.slice(0, 10));
    if ('status' in profile) {
      throw new Error(`expected a profile, got ${profile.reason}`);
    }
    const bytes = detector.serialize(profile);
    expect(bytes.length).toBe(10 + 4 * 10 * 11);
    expect(() => detector.parse(Uint8Array.of(...bytes, 0))).toThrow(ModelError);
    expect(() => detector.score({ ...profile, base: undefined as never }, own[11])).toThrow(TypeError);
  });

  it('refuses people of whom nothing can be learned, and other forests', () => {
    const train = (given: unknown) => () => trainGlobalForest({ people: given } as never);
    expect(train(undefined)).toThrow(/people/);
    expect(train([people[0]])).toThrow(RangeError);
    expect(train([people[0], people[1].slice(0, 9)])).toThrow(RangeError);
    expect(train([people[0], entries(simulatedPerson(1, 9), 10)])).toThrow(RangeError);
    expect(train([people[0], [...people[1], flatVector(9, 90, 200)]])).toThrow(RangeError);
    expect(() => trainGlobalForest({ people, trees: 0 })).toThrow(RangeError);
    expect(() => globalForest({ forest: fit().forest })).toThrow(RangeError);
    expect(() => globalForest({} as never)).toThrow(TypeError);
  });
});
