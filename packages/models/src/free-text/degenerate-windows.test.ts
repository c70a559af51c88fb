import { type FreeTextTimings, freeTextTimingsFrom, isInsufficient, KEY_CLASSES } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFreeTextPopulation } from '../default-population';
import { seededNormals, seededUniforms } from '../seeded-normals';
import { freeTextDetector } from './detector';
import type { FreeTextProfile } from './profile';
import { simulatedTypist } from './simulated-typists.test-support';

const SOAK = process.env.TACIT_SOAK === '1';
const TIMEOUT = SOAK ? 600_000 : 20_000;

const detector = freeTextDetector({ population: defaultFreeTextPopulation() });

/** The median of a person's own windows against his template, and the template. */
function template(seed: number): { profile: FreeTextProfile; median: number } {
  const typist = simulatedTypist(seed);
  const profile = detector.fit(Array.from({ length: 5 }, () => typist.typed()));
  if (isInsufficient(profile)) {
    throw new Error(profile.reason);
  }
  const own = Array.from({ length: 21 }, () => {
    const score = detector.score(profile, [typist.typed()]);
    return isInsufficient(score) ? Number.NEGATIVE_INFINITY : score.llr;
  });
  return { profile, median: own.sort((a, b) => a - b)[10] };
}

const templates = Array.from({ length: SOAK ? 100 : 12 }, (_, i) => template(3_000 + i));

function timings(keys: readonly number[], hold: (i: number) => number, gap: (i: number) => number): FreeTextTimings {
  let time = 0;
  const press = keys.map((_, i) => {
    time += i === 0 ? 0 : gap(i);
    return time;
  });
  return freeTextTimingsFrom({ keys, press, release: press.map((at, i) => at + hold(i)) });
}

const TEXT = Array.from(simulatedTypist(1).typed().keys);
const ONE_KEY = TEXT.map(() => 15);

describe('what no person types', () => {
  const refused: [string, FreeTextTimings][] = [
    [
      'all times zero',
      timings(
        TEXT,
        () => 0,
        () => 0,
      ),
    ],
    [
      'all times alike',
      timings(
        TEXT,
        () => 80,
        () => 150,
      ),
    ],
    [
      'one hold for all keys',
      timings(
        TEXT,
        () => 80,
        (i) => 120 + i,
      ),
    ],
    [
      'one press-press time for all keys',
      timings(
        TEXT,
        (i) => 80 + i,
        () => 150,
      ),
    ],
    [
      'two holds in turn',
      timings(
        TEXT,
        (i) => (i % 2 === 0 ? 60 : 120),
        (i) => 120 + i,
      ),
    ],
    [
      'two press-press times in turn',
      timings(
        TEXT,
        (i) => 80 + i,
        (i) => (i % 2 === 0 ? 100 : 200),
      ),
    ],
    [
      'nearly one hold for all keys',
      timings(
        TEXT,
        (i) => (i < 8 ? 70 + i : 80),
        (i) => 120 + i,
      ),
    ],
    [
      'one key only',
      timings(
        ONE_KEY,
        (i) => 80 + i,
        (i) => 120 + i,
      ),
    ],
    [
      'four keys',
      timings(
        TEXT.map((_, i) => 11 + (i % 4)),
        (i) => 80 + i,
        (i) => 120 + i,
      ),
    ],
    [
      'no release at all',
      timings(
        TEXT,
        () => Number.NaN,
        (i) => 120 + i,
      ),
    ],
    [
      'times of a script in a hurry',
      timings(
        TEXT,
        (i) => 0.1 * (i % 7),
        (i) => 0.1 * (i % 5),
      ),
    ],
    [
      'keys held for minutes',
      timings(
        TEXT,
        (i) => 60_000 + i,
        (i) => 5_000 + 31 * i,
      ),
    ],
    [
      'an hour between keys',
      timings(
        TEXT.slice(0, 30),
        (i) => 3_000 + i,
        (i) => 20_000 + i,
      ),
    ],
  ];
  it.each(refused)('is insufficient: %s', (_name, window) => {
    const { profile } = templates[0];
    for (const result of [
      detector.fit([window]),
      detector.score(profile, [window]),
      detector.score(profile, [simulatedTypist(1).typed(), window]),
    ]) {
      expect(result).toMatchObject({ status: 'insufficient', reason: 'degenerate-input' });
    }
    expect(detector.update(profile, [window])).toBe(profile);
  });

  /** As people type on the mean, with so much of their usual differences as noise. */
  const average = (noise: number, seed: number): FreeTextTimings => {
    const { table } = defaultFreeTextPopulation();
    const normal = seededNormals(seed, 7);
    return timings(
      TEXT,
      (i) => Math.exp(table.holdLocation[TEXT[i]] + noise * table.holdScale[TEXT[i]] * normal()),
      (i) => {
        const pair = TEXT[i - 1] * KEY_CLASSES + TEXT[i];
        return Math.exp(table.pressPressLocation[pair] + noise * table.pressPressScale[pair] * normal());
      },
    );
  };
  it.each([0, 0.05, 0.1, 0.2])('is insufficient: the times of all people, with %d of their differences', (noise) => {
    for (let seed = 0; seed < 5; seed++) {
      expect(detector.score(templates[0].profile, [average(noise, seed)])).toMatchObject({ reason: 'degenerate-input' });
    }
    // With all of their differences it is a window like others.
    expect(detector.score(templates[0].profile, [average(1, 3)])).toMatchObject({ status: 'scored' });
  });

  /** Least and width of a range of times in ms. */
  const range = ([least, most]: [number, number], [narrow, wide]: [number, number]) =>
    fc.tuple(fc.double({ min: least, max: most, noNaN: true }), fc.double({ min: narrow, max: wide, noNaN: true }));
  const anyHold = range([0, 400], [0, 400]);
  const anyGap = range([0, 600], [0, 600]);
  const inhuman = fc.oneof(
    // Nearly a metronome.
    fc.tuple(range([0, 400], [0, 8]), range([0, 600], [0, 8])),
    // Keys that are hardly touched, or leant on.
    fc.tuple(range([0, 5], [0, 10]), anyGap),
    fc.tuple(range([600, 5_000], [0, 5_000]), anyGap),
    // Sixty keys a second and more; one in several seconds.
    fc.tuple(anyHold, range([0, 5], [0, 10])),
    fc.tuple(anyHold, range([4_000, 20_000], [0, 9_000])),
  );
  it(
    'scores no higher than the median of the person whom it is held against, on any keys',
    () => {
      const keysOf = fc.oneof(
        fc.constant(TEXT),
        fc.array(fc.nat({ max: 38 }), { minLength: 20, maxLength: 120 }),
        fc.array(fc.constantFrom(0, 11, 15, 19, 24, 30), { minLength: 20, maxLength: 60 }),
      );
      fc.assert(
        fc.property(keysOf, inhuman, fc.integer(), (keys, [[hold, holdSpread], [gap, gapSpread]], seed) => {
          const uniform = seededUniforms(seed, 5);
          const window = timings(
            keys,
            () => hold + holdSpread * uniform(),
            () => gap + gapSpread * uniform(),
          );
          for (const { profile, median } of templates) {
            const score = detector.score(profile, [window]);
            if (!isInsufficient(score)) {
              expect(score.llr).toBeLessThanOrEqual(median);
              expect(Math.abs(score.llr)).toBeLessThanOrEqual(12);
            }
          }
        }),
        { numRuns: SOAK ? 5_000 : 150 },
      );
    },
    TIMEOUT,
  );

  // What is drawn with as much noise as people have is judged, not refused; it must not pass for the customer more often than strangers do.
  const drawn: [string, (uniform: () => number, normal: () => number) => [hold: () => number, gap: () => number]][] = [
    ['a metronome of 150 ms with noise', (_uniform, normal) => [() => 90 + 20 * normal(), () => 150 + 30 * normal()]],
    ['a slow metronome with noise', (_uniform, normal) => [() => 110 + 15 * normal(), () => 250 + 60 * normal()]],
    ['uniformly random times', (uniform) => [() => 60 + 60 * uniform(), () => 80 + 170 * uniform()]],
    ['uniformly random times, widely', (uniform) => [() => 40 + 120 * uniform(), () => 50 + 250 * uniform()]],
    ['random times of long tails', (_uniform, normal) => [() => 90 * Math.exp(0.2 * normal()), () => 160 * Math.exp(0.4 * normal())]],
  ];
  it.each(drawn)('scores seldom above the median of the person whom it is held against: %s', (_name, times) => {
    let above = 0;
    let judged = 0;
    for (let seed = 0; seed < (SOAK ? 400 : 25); seed++) {
      const [hold, gap] = times(seededUniforms(seed, 5), seededNormals(seed, 6));
      const positive = (time: () => number) => () => Math.max(0, time());
      const window = timings(Array.from(simulatedTypist(seed).typed().keys), positive(hold), positive(gap));
      for (const { profile, median } of templates) {
        const score = detector.score(profile, [window]);
        if (!isInsufficient(score)) {
          judged++;
          above += score.llr > median ? 1 : 0;
        }
      }
    }
    expect(judged).toBeGreaterThan(200);
    expect(above / judged).toBeLessThan(0.05);
  });
});
