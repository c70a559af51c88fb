import type { FixedTextVector } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { defaultDetector } from '../default-detector';
import { scaledManhattan } from '../scaled-manhattan';
import { entries, simulatedPerson } from '../simulated-people';
import { evaluateFixedText } from './evaluate-fixed-text';
import { equalErrorRate } from './rates';
import { parseTypingRecord, type TypingRecord } from './typing-record';

const KEYS = 8;
const ENROL = 5;

function record(user: string, index: number, { hold, pressPress }: FixedTextVector, group: string | null = null): TypingRecord {
  let press = 1000;
  const keys = Array.from(hold, (time, i) => {
    press += i === 0 ? 0 : (pressPress[i - 1] ?? 0);
    return [null, press, press + time];
  });
  return parseTypingRecord(JSON.stringify({ user, group, session: 0, index, keys }));
}

function people(count: number, each: number): Map<string, FixedTextVector[]> {
  return new Map(Array.from({ length: count }, (_, i) => [`u${i}`, entries(simulatedPerson(i + 40, KEYS), each)]));
}

function recordsOf(typed: ReadonlyMap<string, readonly FixedTextVector[]>, group: string | null = null): TypingRecord[] {
  return [...typed].flatMap(([user, vectors]) => vectors.map((vector, i) => record(user, i, vector, group)));
}

describe('evaluateFixedText', () => {
  const typed = people(6, 15);
  const records = recordsOf(typed);

  it('enrols the first entries, probes with the rest, and lets the first 2 probes of each other attack', () => {
    const evaluation = evaluateFixedText({ records, detector: scaledManhattan, enrol: ENROL, seed: 1, resamples: 100 });
    const [group] = evaluation.groups;
    expect(evaluation).toMatchObject({ detector: 'scaled-manhattan/1', enrol: 5, adaptive: null });
    expect(group).toMatchObject({ group: null, keys: KEYS, holds: true, unenrolled: 0 });
    expect(evaluation.figures).toMatchObject({ users: 6, genuine: 60, impostor: 60, insufficient: 0 });
    const own = typed.get('u2') ?? [];
    const profile = scaledManhattan.fit(own.slice(0, ENROL));
    const llr = (vector: FixedTextVector) => {
      const score = 'status' in profile ? profile : scaledManhattan.score(profile, vector);
      return score.status === 'scored' ? score.llr : Number.NaN;
    };
    const scores = group?.users.find(({ user }) => user === 'u2');
    const attacks = [...typed].filter(([user]) => user !== 'u2').flatMap(([, vectors]) => vectors.slice(5, 7));
    own.slice(ENROL).forEach((vector, i) => {
      expect(scores?.genuine[i]).toBeCloseTo(llr(vector), 6);
    });
    attacks.forEach((vector, i) => {
      expect(scores?.impostor[i]).toBeCloseTo(llr(vector), 6);
    });
  });

  it('counts what the shipped thresholds decide', () => {
    const { decisions, groups } = evaluateFixedText({ records, detector: defaultDetector, enrol: ENROL, seed: 1, resamples: 100 });
    expect(decisions.map(({ targetFmr }) => targetFmr)).toEqual([0.01, 0.05]);
    const [strict, loose] = decisions;
    expect(strict?.fnmr).toBeGreaterThanOrEqual(loose?.fnmr ?? 1);
    expect(strict?.fmr).toBeLessThanOrEqual(loose?.fmr ?? 0);
    const users = groups[0]?.users ?? [];
    const rejected = users.reduce((sum, user) => sum + (user.decisions[0]?.genuineRejected ?? 0), 0);
    expect(strict?.fnmr).toBe(rejected / 60);
  });

  it('keeps texts apart, and takes one person with two texts as one', () => {
    const both = [...records, ...recordsOf(people(6, 12), 'other')];
    const { groups, figures } = evaluateFixedText({ records: both, detector: scaledManhattan, enrol: ENROL, seed: 1, resamples: 100 });
    expect(groups.map(({ group, figures: each }) => [group, each.users, each.genuine])).toEqual([
      [null, 6, 60],
      ['other', 6, 42],
    ]);
    expect(figures.users).toBe(6);
    const rates = groups.flatMap(({ users }) => users.map(({ genuine, impostor }) => equalErrorRate(genuine, impostor)));
    expect(figures.eer_user).toBeCloseTo(rates.reduce((sum, rate) => sum + rate, 0) / 12, 12);
  });

  it('asks again for an enrolment entry that cannot enrol, counts a refused probe, and leaves out who has too few', () => {
    const broken = (user: string, index: number) => parseTypingRecord(JSON.stringify({ user, index, keys: [[null, 0, 50]] }));
    const own = typed.get('u0') ?? [];
    const changed = [
      broken('u0', 0),
      ...own.map((vector, i) => record('u0', i, vector)),
      broken('u0', 99),
      ...records.filter(({ user }) => user !== 'u0'),
      record('few', 0, own[0] as FixedTextVector),
    ];
    const { groups } = evaluateFixedText({ records: changed, detector: scaledManhattan, enrol: ENROL, seed: 1, resamples: 100 });
    const user = groups[0]?.users.find((each) => each.user === 'u0');
    expect(user?.genuine).toHaveLength(10);
    expect(user?.refused).toEqual({ genuine: 1, impostor: 0 });
    expect(groups[0]?.unenrolled).toBe(1);
    expect(groups[0]?.users.map((each) => each.user)).not.toContain('few');
  });

  it('refuses every probe where the detector asks for more enrolment', () => {
    const { figures } = evaluateFixedText({ records, detector: scaledManhattan, enrol: 2, seed: 1, resamples: 100 });
    expect(figures).toMatchObject({ users: 0, eer_user: null, insufficient: 1 });
  });

  it('runs on press times alone', () => {
    const bare = records.map(({ keys, ...rest }) =>
      parseTypingRecord(JSON.stringify({ ...rest, keys: keys.map(([key, press]) => [key, press]) })),
    );
    const { groups, figures } = evaluateFixedText({ records: bare, detector: defaultDetector, enrol: ENROL, seed: 1, resamples: 100 });
    expect(groups[0]?.holds).toBe(false);
    expect(figures.insufficient).toBe(0);
    expect(figures.eer_user).toBeLessThan(0.3);
  });

  it('reports its progress', () => {
    const seen: string[] = [];
    evaluateFixedText({
      records,
      detector: scaledManhattan,
      enrol: ENROL,
      seed: 1,
      resamples: 100,
      onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
  });
});

describe('evaluateFixedText, adaptive', () => {
  /** People whose typing grows quicker from entry to entry. */
  function drifting(each: number): Map<string, FixedTextVector[]> {
    const typed = people(4, each);
    for (const vectors of typed.values()) {
      vectors.forEach((vector, i) => {
        const pace = 1.6 - (0.8 * i) / each;
        vector.pressPress.forEach((time, k) => {
          vector.pressPress[k] = time * pace;
        });
      });
    }
    return typed;
  }
  const records = recordsOf(drifting(33));
  const options = { records, detector: defaultDetector, enrol: ENROL, seed: 3, resamples: 100 };

  it('meets the impostors once a quarter, and every genuine probe before it may be learned', () => {
    const { figures, adaptive } = evaluateFixedText({ ...options, adaptive: true });
    expect(adaptive).toBe('product');
    expect(figures).toMatchObject({ users: 4, genuine: 112, impostor: 4 * 2 * 3 * 4 });
  });

  it('errs less than a template that stands still, where people change', () => {
    const still = evaluateFixedText(options).figures.eer_user ?? 0;
    for (const adaptive of ['timing', 'product', 'product-step-up'] as const) {
      expect(evaluateFixedText({ ...options, adaptive }).figures.eer_user).toBeLessThan(still);
    }
  });

  it('depends on the seed', () => {
    const scores = (seed: number) =>
      evaluateFixedText({ ...options, adaptive: 'timing', seed }).groups[0]?.users.map(({ genuine }) => [...genuine]);
    expect(scores(3)).toEqual(scores(3));
    expect(scores(3)).not.toEqual(scores(4));
  });

  it('has no product rule for another detector', () => {
    const run = () => evaluateFixedText({ ...options, detector: scaledManhattan, adaptive: true });
    expect(run).toThrow(TypeError);
    expect(run).toThrow('timing');
    expect(evaluateFixedText({ ...options, detector: scaledManhattan, adaptive: 'timing' }).figures.users).toBe(4);
  });

  it.each([
    ['enrol', { enrol: 0 }, RangeError],
    ['enrol', { enrol: '5' as never }, TypeError],
    ['seed', { seed: 0.5 }, RangeError],
    ['adaptive', { adaptive: 'sometimes' as never }, TypeError],
    ['resamples', { resamples: 3 }, RangeError],
  ])('asserts %s', (name, changes, kind) => {
    const run = () => evaluateFixedText({ ...options, ...changes });
    expect(run).toThrow(kind);
    expect(run).toThrow(name);
  });
});
