import { type FixedTextVector, fixedTextVectorFrom, type Insufficient } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDetector } from './default-detector';
import type { DefaultProfile } from './default-profile';
import { cmuPasswords } from './public-data.mjs';
import { entries, pressTimes, simulatedPerson } from './simulated-people';

const SOAK = process.env.TACIT_SOAK === '1';
const TIMEOUT = SOAK ? 600_000 : 20_000;

function fitted(samples: readonly FixedTextVector[]): DefaultProfile {
  const profile = defaultDetector.fit(samples);
  if ('status' in profile) {
    throw new Error(`expected a profile, got ${profile.reason}`);
  }
  return profile;
}

function llr(profile: DefaultProfile, probe: FixedTextVector): number {
  const score: ReturnType<typeof defaultDetector.score> | Insufficient = defaultDetector.score(profile, probe);
  if (score.status !== 'scored') {
    throw new Error(`expected a score, got ${score.reason}`);
  }
  return score.llr;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

const LONGEST = 3_600_000;

/**
 * Entries that no person types: every hold the same and every press-press time the same, at their bounds, at paces that no hand has, or one kind at
 * its bound while the other is at a human pace; holds or press-press times that alternate between two; and the typist at the middle of the
 * population, who has the pace of many and the noise of nobody. A metronome at the very pace of a person with little rhythm may come near him: that
 * is what the check for regularity is for.
 */
function degenerateProbes(keys: number): FixedTextVector[] {
  const constant = [
    ...[0, 0.1, 10, 60_000, LONGEST].map((time) => [time, time]),
    [0, LONGEST],
    [LONGEST, 0],
    [100, 0],
    [100, LONGEST],
    [0, 200],
    [LONGEST, 200],
    [1000 * Math.exp(-2.4), 1000 * Math.exp(-1.72)],
  ].map(([hold, pressPress]) => [hold, hold, pressPress, pressPress]);
  const alternating = [
    [0, LONGEST, 0, LONGEST],
    [10, 500, 10, 1500],
    [100, 100, 0, LONGEST],
    [0, LONGEST, 200, 200],
  ];
  return [...constant, ...alternating].map(([even, odd, evenPress, oddPress]) =>
    fixedTextVectorFrom({
      hold: Array.from({ length: keys }, (_, i) => (i % 2 === 0 ? even : odd)),
      pressPress: Array.from({ length: keys - 1 }, (_, i) => (i % 2 === 0 ? evenPress : oddPress)),
    }),
  );
}

/** The same without holds: those that are a metronome at a human pace once their holds are gone are left out. */
function degeneratePressTimes(keys: number): FixedTextVector[] {
  const humanPace = (time: number) => time > 50 && time < 2000;
  return degenerateProbes(keys)
    .filter(({ pressPress }) => !pressPress.every(humanPace))
    .map(pressTimes);
}

function expectNoneAboveMedian(template: readonly FixedTextVector[], genuine: readonly FixedTextVector[]): void {
  const profile = fitted(template);
  const middle = median(genuine.map((entry) => llr(profile, entry)));
  const probes = profile.holds ? degenerateProbes(profile.keys) : degeneratePressTimes(profile.keys);
  for (const probe of probes) {
    expect(llr(profile, probe)).toBeLessThanOrEqual(middle);
  }
}

describe('no degenerate probe scores above the median of the genuine entries', () => {
  it(
    'of simulated people, with and without holds',
    () => {
      const arguments_ = [fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 8, max: 24 }), fc.integer({ min: 3, max: 100 })] as const;
      fc.assert(
        fc.property(...arguments_, (seed, keys, samples) => {
          const own = simulatedPerson(seed, keys);
          const template = entries(own, samples);
          const genuine = entries(own, 21);
          expectNoneAboveMedian(template, genuine);
          expectNoneAboveMedian(template.map(pressTimes), genuine.map(pressTimes));
        }),
        { numRuns: SOAK ? 1500 : 25 },
      );
    },
    TIMEOUT,
  );

  const people = cmuPasswords();
  const where = people === undefined ? ' (public data not present: set TACIT_DATA; simulated people of 11 keys instead)' : '';
  it(
    `of 51 people of the CMU password set, with 5 and 100 entries${where}`,
    () => {
      const all =
        people === undefined ? Array.from({ length: 20 }, (_, i) => entries(simulatedPerson(700 + i, 11), 250)) : [...people.values()];
      for (const [from, to] of [
        [0, 5],
        [195, 200],
        [100, 200],
      ]) {
        for (const person of all) {
          const template = person.slice(from, to);
          const genuine = person.slice(to, to + 45);
          expectNoneAboveMedian(template, genuine);
          expectNoneAboveMedian(template.map(pressTimes), genuine.map(pressTimes));
        }
      }
    },
    TIMEOUT,
  );
});
