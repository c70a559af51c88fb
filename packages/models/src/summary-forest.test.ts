import { fixedTextVectorFrom, type Insufficient } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from './model-error';
import { entries, flatVector, simulatedPerson } from './simulated-people';
import { judgeSummary, type SummaryForest, type SummaryForestOptions, type SummaryJudgement, summaryForest } from './summary-forest';
import { parseSummaryForest, serializeSummaryForest } from './summary-forest-bytes';

const SOAK = process.env.TACIT_SOAK === '1';

// Texts of different lengths: the eight numbers take no notice.
const typists = Array.from({ length: 8 }, (_, seed) => entries(simulatedPerson(seed, 7 + (seed % 3)), 40));
const people = new Map(typists.map((typist, i) => [`person ${i}`, typist.slice(0, 20)]));

function train(options: Partial<SummaryForestOptions> = {}): SummaryForest {
  const model = summaryForest({ people, ...options });
  if ('status' in model) {
    throw new Error(`expected a model, got ${model.reason}`);
  }
  return model;
}

function judged(judgement: SummaryJudgement | Insufficient): SummaryJudgement {
  if (judgement.status !== 'judged') {
    throw new Error(`expected a judgement, got ${judgement.reason}`);
  }
  return judgement;
}

const model = train();

describe('summaryForest', () => {
  it('says who of the enrolled types, and how sure the trees are', () => {
    let right = 0;
    for (const [i, typist] of typists.entries()) {
      for (const sample of typist.slice(20)) {
        const own = judged(judgeSummary(model, { claimed: `person ${i}`, sample }));
        right += own.predicted === `person ${i}` ? 1 : 0;
        expect(own.claimedProbability).toBeLessThanOrEqual(own.probability);
        // The claim changes what is judged, not who is predicted.
        const foreign = judged(judgeSummary(model, { claimed: `person ${(i + 1) % 8}`, sample }));
        expect(foreign).toMatchObject({ predicted: own.predicted, probability: own.probability });
        expect(foreign.claimedProbability + own.claimedProbability).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
    expect(right / 160).toBeGreaterThan(0.8);
  });

  it('accepts the predicted person from the threshold on, and nobody else', () => {
    const seen = { refusedBelow: 0, acceptedAbove: 0 };
    for (const threshold of [0.7, 0.4]) {
      const other = train({ threshold });
      for (const [i, typist] of typists.entries()) {
        for (const sample of typist.slice(20)) {
          const { accepted, predicted, probability } = judged(judgeSummary(other, { claimed: `person ${i}`, sample }));
          expect(accepted).toBe(predicted === `person ${i}` && probability >= threshold);
          seen.refusedBelow += predicted === `person ${i}` && !accepted ? 1 : 0;
          seen.acceptedAbove += accepted ? 1 : 0;
        }
      }
    }
    expect(seen.refusedBelow).toBeGreaterThan(5);
    expect(seen.acceptedAbove).toBeGreaterThan(100);
    expect(model.threshold).toBe(0.7);
    expect(model.forest.roots.length).toBe(100);
  });

  it('says what is missing', () => {
    expect(summaryForest({ people: new Map() })).toMatchObject({ status: 'insufficient', reason: 'no-population' });
    expect(summaryForest({ people: new Map([...people].slice(0, 1)) })).toMatchObject({ reason: 'no-population' });
    expect(summaryForest({ people: new Map([...people, ['new', []]]) })).toMatchObject({ reason: 'too-few-samples' });
    expect(summaryForest({ people: new Map([...people, ['new', [flatVector(1, 90, 1)]]]) })).toMatchObject({ reason: 'too-few-keys' });
    const withoutHolds = fixedTextVectorFrom({ hold: [], pressPress: [200, 200] });
    expect(summaryForest({ people: new Map([...people, ['new', [withoutHolds]]]) })).toMatchObject({ reason: 'missing-releases' });
    expect(judgeSummary(model, { claimed: 'person 1', sample: withoutHolds })).toMatchObject({ reason: 'missing-releases' });
    expect(judgeSummary(model, { claimed: 'person 1', sample: flatVector(1, 90, 1) })).toMatchObject({ reason: 'too-few-keys' });
  });

  it('refuses wrong arguments', () => {
    expect(() => summaryForest(undefined as never)).toThrow(TypeError);
    expect(() => summaryForest({ people: {} as never })).toThrow(TypeError);
    expect(() => summaryForest({ people: new Map([[1, []]]) as never })).toThrow(TypeError);
    expect(() => summaryForest({ people: new Map([['', []]]) })).toThrow(RangeError);
    expect(() => summaryForest({ people: new Map([['a'.repeat(129), []]]) })).toThrow(RangeError);
    expect(() => summaryForest({ people: new Map([['a', [{}]]]) as never })).toThrow(TypeError);
    expect(() => train({ threshold: 0 })).toThrow(/threshold/);
    expect(() => train({ threshold: 1.1 })).toThrow(RangeError);
    expect(() => train({ trees: 0 })).toThrow(/trees/);
    expect(() => train({ seed: 0.1 })).toThrow(/seed/);
    const sample = typists[0][0];
    expect(() => judgeSummary(model, { claimed: 'nobody', sample })).toThrow(RangeError);
    expect(() => judgeSummary(model, { claimed: 1 as never, sample })).toThrow(TypeError);
    expect(() => judgeSummary(model, { claimed: 'person 1', sample: {} as never })).toThrow(TypeError);
    expect(() => judgeSummary({} as never, { claimed: 'person 1', sample })).toThrow(TypeError);
    expect(() => judgeSummary({ ...model, people: ['person 1'] }, { claimed: 'person 1', sample })).toThrow(RangeError);
  });
});

describe('serializeSummaryForest and parseSummaryForest', () => {
  const small = train({ trees: 2, people: new Map([...people].slice(0, 3).map(([id, list]) => [`${id} ä😀`, list.slice(0, 4)])) });
  const bytes = serializeSummaryForest(small);

  it('give the same model back', () => {
    expect(parseSummaryForest(bytes)).toEqual(small);
    expect(parseSummaryForest(serializeSummaryForest(model))).toEqual(model);
    expect(() => serializeSummaryForest({} as never)).toThrow(TypeError);
  });

  it('throw ModelError alone for bytes that are not whole', () => {
    expect(() => parseSummaryForest('bytes' as never)).toThrow(ModelError);
    const twice = serializeSummaryForest({ ...small, people: [small.people[0], small.people[1], small.people[0]] });
    expect(() => parseSummaryForest(twice)).toThrow(expect.objectContaining({ code: 'ERR_PROFILE_VALUE' }));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => parseSummaryForest(bytes.slice(0, length))).toThrow(ModelError);
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) {
          damaged[at] = value;
        }
        let parsed: SummaryForest;
        try {
          parsed = parseSummaryForest(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
          return;
        }
        expect(serializeSummaryForest(parsed).join()).toBe(damaged.join());
      }),
      { numRuns: SOAK ? 50_000 : 500 },
    );
  });
});
