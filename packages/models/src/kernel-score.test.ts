import { type FixedTextVector, fixedTextVectorFrom, hasHolds, keysOf } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureLayout, writeFeatures } from './fixed-text-features';
import { rawScore } from './kernel-score';
import { firstStudy, product, referenceScore, secondStudy } from './kernel-score.reference';
import { buildTemplate } from './kernel-template';
import { cmuPasswords } from './public-data.mjs';
import { entries, pressTimes, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';
const TIMEOUT = SOAK ? 600_000 : 20_000;

/** The product's score, from vectors. */
function fast(samples: readonly FixedTextVector[], probe: FixedTextVector, counts?: readonly number[]): number {
  const keys = keysOf(probe);
  const layout = featureLayout(keys, hasHolds(probe));
  const rows = samples.map((sample) => [...sample.hold, ...sample.pressPress]);
  const template = buildTemplate(keys, layout.holds, rows.length, Float32Array.from(rows.flat()), counts && Uint8Array.from(counts));
  const features = new Float64Array(layout.count);
  writeFeatures(layout, Float32Array.from([...probe.hold, ...probe.pressPress]), features);
  return rawScore(template, features);
}

/** A template and a probe, of himself or of a stranger, of simulated people. */
const anyCase = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    keys: fc.integer({ min: 2, max: 24 }),
    samples: fc.integer({ min: 1, max: 100 }),
    stranger: fc.boolean(),
    holds: fc.boolean(),
  })
  .map(({ seed, keys, samples, stranger, holds }) => {
    const person = simulatedPerson(seed, keys);
    const template = entries(person, samples);
    const probe = stranger ? simulatedPerson(seed + 1, keys)() : person();
    return holds ? { template, probe } : { template: template.map(pressTimes), probe: pressTimes(probe) };
  });

const people = cmuPasswords();
if (people === undefined) {
  it('check vectors (public data not present: set TACIT_DATA): the reference tells simulated people apart instead', () => {
    const person = simulatedPerson(5000, 11);
    const template = entries(person, 20);
    expect(referenceScore(template, person(), firstStudy)).toBeLessThan(0.5);
    expect(referenceScore(template, simulatedPerson(5001, 11)(), firstStudy)).toBeGreaterThan(1);
  });
} else {
  describe('check vectors of the studies', () => {
    // [subject, first and last + 1 entry of the template, scores of his entry 210 and of entry 197 of the sixth subject: by the first study, the
    // second, and the second with the product's kernel]
    it.each([
      ['s002', 195, 200, [-0.365645, 3.225677], [-0.23942, 2.70396], [-0.23345, 2.72817]],
      ['s002', 100, 200, [-1.126096, 2.852089], [-0.98359, 2.57928], [-0.96043, 2.58417]],
      ['s003', 195, 200, [0.262523, 4.833374], [0.41587, 3.95155], [0.40931, 3.93838]],
      ['s005', 100, 200, [-1.541635, 5.734093], [-1.19247, 4.60168], [-1.18157, 4.5531]],
    ] as const)('%s, entries %i to %i: the reference and the product give them', (subject, from, to, first, second, sold) => {
      const template = (people.get(subject) ?? []).slice(from, to);
      const probes = [people.get(subject)?.[210], people.get([...people.keys()][5])?.[197]];
      for (const [i, probe] of probes.entries()) {
        if (probe === undefined) {
          throw new Error('expected the entry');
        }
        expect(Math.abs(referenceScore(template, probe, firstStudy) - first[i])).toBeLessThan(1e-6);
        // Published to five digits, from single precision.
        expect(Math.abs(referenceScore(template, probe, secondStudy) - second[i])).toBeLessThan(3e-5);
        expect(Math.abs(fast(template, probe) - sold[i])).toBeLessThan(3e-5);
      }
    });
  });
}

describe('rawScore', () => {
  it(
    'is the reference, to 5e-6',
    () => {
      fc.assert(
        fc.property(anyCase, ({ template, probe }) => {
          expect(Math.abs(fast(template, probe) - referenceScore(template, probe, product))).toBeLessThan(5e-6);
        }),
        { numRuns: SOAK ? 2000 : 50 },
      );
    },
    TIMEOUT,
  );

  it(
    'of entries that count several times is the score of so many copies of each in a row: by itself to 1e-6, by the reference to 5e-6',
    () => {
      const counts = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 33, maxLength: 33 });
      fc.assert(
        fc.property(anyCase, counts, ({ template, probe }, any) => {
          const once = template.slice(0, 33);
          const times = once.map((_, j) => any[j]);
          const copies = once.flatMap((entry, j) => Array.from({ length: times[j] }, () => entry)).slice(-255);
          const least = copies.length - times.reduce((sum, count) => sum + count, 0);
          // As many as a byte can count in order: the oldest copies leave first, as in a profile.
          let surplus = -least;
          const kept = times.map((count) => {
            const left = Math.max(count - surplus, 0);
            surplus -= count - left;
            return left;
          });
          const from = kept.findIndex((count) => count > 0);
          const weighed = fast(once.slice(from), probe, kept.slice(from));
          expect(Math.abs(weighed - fast(copies, probe))).toBeLessThan(1e-6);
          expect(Math.abs(weighed - referenceScore(copies, probe, product))).toBeLessThan(5e-6);
        }),
        { numRuns: SOAK ? 1000 : 30 },
      );
    },
    TIMEOUT,
  );

  it(
    'is within .5 of the second study, and within .1 on the mean',
    () => {
      let sum = 0;
      let count = 0;
      fc.assert(
        fc.property(anyCase, ({ template, probe }) => {
          const difference = Math.abs(fast(template, probe) - referenceScore(template, probe, secondStudy));
          sum += difference;
          count++;
          expect(difference).toBeLessThan(0.5);
        }),
        { numRuns: SOAK ? 5000 : 60 },
      );
      expect(sum / count).toBeLessThan(0.1);
    },
    TIMEOUT,
  );

  it(
    'is finite and bounded for every entry, however extreme',
    () => {
      const time = fc.oneof(fc.constantFrom(0, 0.1, 3_600_000), fc.double({ min: 0, max: 3_600_000, noNaN: true }));
      const vector = (holds: number) =>
        fc
          .record({
            hold: fc.array(time, { minLength: holds, maxLength: holds }),
            pressPress: fc.array(time, { minLength: 3, maxLength: 3 }),
          })
          .map(fixedTextVectorFrom);
      const inputs = fc
        .constantFrom(0, 4)
        .chain((holds) => fc.tuple(fc.array(vector(holds), { minLength: 1, maxLength: 6 }), vector(holds)));
      fc.assert(
        fc.property(inputs, ([samples, probe]) => {
          const score = fast(samples, probe);
          const weights = hasHolds(probe) ? 3.9 : 2.5;
          // Every kind at -2 and a neighbour at 0; every kind at ln 5 and neighbours at the cap.
          expect(score).toBeGreaterThanOrEqual(-2 * weights);
          expect(score).toBeLessThanOrEqual(Math.log(5) * weights + 1.3 * (3 + 0.003 * 100) + 1e-9);
        }),
        { numRuns: SOAK ? 5000 : 200 },
      );
    },
    TIMEOUT,
  );

  it('rewards the newest neighbours more than the oldest', () => {
    const early = entries(simulatedPerson(1, 8), 30);
    const late = entries(simulatedPerson(2, 8), 30);
    const probe = late[15];
    expect(fast([...early, ...late], probe)).toBeLessThan(fast([...late, ...early], probe));
  });
});
