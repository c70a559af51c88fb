import { isInsufficient, type PointerActions, pointerActionsFrom } from '@tacit-auth/features';
import { beforeAll, describe, expect, it } from 'vitest';
import { slice } from './calibration-training';
import { POINTER_DETECTOR_LIMITS, type PointerDetector, pointerDetector } from './detector';
import { parsePointerPopulation, serializePointerPopulation } from './population-bytes';
import type { PointerProfile } from './profile';
import { simulatedPeople, simulatedSession } from './simulated-pointers.test-support';
import { trainPointerPopulation } from './train-population';

const STRANGERS = [201, 202, 203, 204, 205, 206];
let detector: PointerDetector;
let profiles: PointerProfile[];

function ok<T>(value: T): Exclude<T, { status: 'insufficient' }> {
  if (isInsufficient(value)) {
    throw new Error(`insufficient: ${value.reason} ${value.detail}`);
  }
  return value as Exclude<T, { status: 'insufficient' }>;
}

beforeAll(() => {
  detector = pointerDetector({
    population: trainPointerPopulation({ people: simulatedPeople(1, 20, 100), source: 'simulated', minimumUsers: 20 }),
  });
  profiles = STRANGERS.map((person) => ok(detector.fit([simulatedSession(person, 1, 130)])));
}, 60_000);

describe('pointer detector', () => {
  it('knows people whom the population has never seen from each other', () => {
    let genuineLeast = Number.POSITIVE_INFINITY;
    let wrong = 0;
    STRANGERS.forEach((person, own) => {
      const probe = simulatedSession(person, 3, 60);
      const llrs = profiles.map((profile) => ok(detector.score(profile, [probe])).llr);
      genuineLeast = Math.min(genuineLeast, llrs[own]);
      wrong += llrs.filter((llr, other) => other !== own && llr >= llrs[own]).length;
    });
    expect(genuineLeast).toBeGreaterThan(0);
    expect(wrong).toBeLessThanOrEqual(1);
  });

  it('says on what a score rests, and no more than 8', () => {
    const probe = slice(simulatedSession(201, 3, 60), 0, 30);
    const score = ok(detector.score(profiles[0], [probe]));
    expect(score.evidence).toEqual({ enrolled: profiles[0].actions, probe: 30 });
    expect(score.calibration).toMatch(/^pointer-plda\/1 [0-9a-f]{16}$/);
    expect(Math.abs(score.llr)).toBeLessThanOrEqual(8);
  });

  it('gives the same score after a journey of profile and population through bytes, which are few', () => {
    const population = trainPointerPopulation({ people: simulatedPeople(1, 8), source: 'simulated', minimumUsers: 8 });
    const before = pointerDetector({ population });
    const bytes = serializePointerPopulation(population);
    const after = pointerDetector({ population: parsePointerPopulation(bytes) });
    const profile = ok(before.fit([simulatedSession(201, 1, 130)]));
    const stored = before.serialize(profile);
    expect(bytes.length).toBeLessThan(100_000);
    expect(stored.length).toBeLessThanOrEqual(2_048);
    const probe = [simulatedSession(202, 3, 40)];
    expect(after.score(after.parse(stored), probe)).toEqual(before.score(profile, probe));
  });

  it('judges blocks together as it judges their evidence added up', () => {
    const blocks = [simulatedSession(201, 3, 25), simulatedSession(201, 4, 40)];
    const [first, second] = blocks.map((block) => ok(detector.evidence([block])));
    const together = ok(detector.score(profiles[0], blocks));
    const added = ok(detector.scoreEvidence(profiles[0], detector.addEvidence(first, second)));
    expect(added.evidence).toEqual(together.evidence);
    // Windows weigh the same in one, actions in the other.
    expect(Math.abs(added.raw - together.raw)).toBeLessThan(0.2 * Math.abs(together.raw) + 1);
  });

  it('learns from evidence as from its blocks, which need not be kept', () => {
    const blocks = [simulatedSession(201, 1, 40), simulatedSession(201, 2, 45)];
    const evidence = ok(detector.evidence(blocks));
    expect(detector.fitEvidence(evidence)).toEqual(detector.fit(blocks));
    expect(detector.updateEvidence(profiles[0], evidence)).toEqual(detector.update(profiles[0], blocks));
    const little = ok(detector.evidence([simulatedSession(201, 1, 20)]));
    expect(detector.fitEvidence(little)).toMatchObject({ reason: 'too-few-actions' });
    const gathered = [2, 3, 4].reduce(
      (sum, sitting) => detector.addEvidence(sum, ok(detector.evidence([simulatedSession(201, sitting, 20)]))),
      little,
    );
    expect(ok(detector.fitEvidence(gathered)).actions).toBe(gathered.actions);
    const foreign = { ...evidence, projectionId: '0'.repeat(64) };
    expect(detector.fitEvidence(foreign)).toMatchObject({ reason: 'no-population' });
    expect(detector.updateEvidence(profiles[0], foreign)).toBe(profiles[0]);
  });

  it('forgets the early part of a stream, so that another hand shows', () => {
    let evidence = ok(detector.evidence([simulatedSession(201, 3, 130)]));
    const before = ok(detector.scoreEvidence(profiles[0], evidence));
    for (const sitting of [3, 4, 5]) {
      evidence = detector.addEvidence(evidence, ok(detector.evidence([simulatedSession(203, sitting, 130)])));
      expect(evidence.actions).toBeLessThanOrEqual(POINTER_DETECTOR_LIMITS.streamMemory);
    }
    expect(before.llr).toBeGreaterThan(0);
    expect(ok(detector.scoreEvidence(profiles[0], evidence)).llr).toBeLessThan(0);
  });

  it('learns from more blocks without touching the profile it was given', () => {
    const before = profiles[0].mean.slice();
    const more = simulatedSession(201, 5, 60);
    const learned = detector.update(profiles[0], [more]);
    expect(profiles[0].mean).toEqual(before);
    expect(learned.actions).toBe(profiles[0].actions + more.kinds.length);
    const probe = [simulatedSession(201, 6, 60)];
    expect(ok(detector.score(learned, probe)).llr).toBeGreaterThan(0);
    expect(detector.update(profiles[0], [])).toBe(profiles[0]);
  });

  it('keeps half of what it knew at least, however much one update brings', () => {
    const stranger = simulatedSession(203, 5, 260);
    const learned = detector.update(profiles[0], new Array(40).fill(stranger));
    const much = ok(detector.evidence(new Array(40).fill(stranger)));
    const [own] = profiles;
    expect(much.actions).toBeGreaterThan(10_000);
    expect(learned.actions).toBe(2 * own.actions);
    expect(learned.windows - own.windows).toBe(Math.round((much.windows * own.actions) / much.actions));
    learned.mean.forEach((number, d) => {
      expect(number).toBeCloseTo((own.mean[d] + much.mean[d]) / 2, 4);
    });
    const full = { ...own, actions: 20_000 };
    expect(detector.update(full, new Array(40).fill(stranger)).actions).toBe(10_000);
    const wasFull = detector.update(full, new Array(40).fill(stranger)).mean;
    expect(wasFull[0]).toBeCloseTo((own.mean[0] + much.mean[0]) / 2, 4);
  });

  it('asks more of a score the rarer an error is to be', () => {
    const evidence = { enrolled: profiles[0].actions, probe: 25 };
    const thresholds = [0.2, 0.15, 0.1, 0.05, 0.03, 0.02, 0.01].map((rate) => detector.threshold(profiles[0], rate, evidence));
    expect(thresholds.every((threshold, i) => i === 0 || threshold >= thresholds[i - 1])).toBe(true);
    for (const rate of [0.3, 0.009, 0, Number.NaN]) {
      expect(() => detector.threshold(profiles[0], rate, evidence)).toThrow(RangeError);
    }
    expect(() => detector.threshold(profiles[0], '.01' as never, evidence)).toThrow(TypeError);
    expect(() => detector.threshold(profiles[0], 0.05, { enrolled: 1, probe: Number.NaN })).toThrow(TypeError);
  });
});

describe('too little', () => {
  const reasonOf = (value: unknown): string | undefined => (isInsufficient(value) ? value.reason : undefined);

  it('is said of a missing population, for everything', () => {
    const without = pointerDetector({ population: null });
    const block = simulatedSession(201, 1, 100);
    expect(reasonOf(without.fit([block]))).toBe('no-population');
    expect(reasonOf(without.score(profiles[0], [block]))).toBe('no-population');
    expect(without.update(profiles[0], [block])).toBe(profiles[0]);
    expect(() => without.threshold(profiles[0], 0.05, { enrolled: 100, probe: 20 })).toThrow(RangeError);
  });

  it('is said of few actions: 60 to enrol, 10 to judge', () => {
    const block = simulatedSession(201, 3, 100);
    expect(reasonOf(detector.fit([slice(block, 0, 59)]))).toBe('too-few-actions');
    expect(reasonOf(detector.score(profiles[0], [slice(block, 0, 9)]))).toBe('too-few-actions');
    expect(reasonOf(detector.score(profiles[0], [slice(block, 0, 2)]))).toBe('too-few-actions');
    expect(reasonOf(detector.score(profiles[0], [slice(block, 0, 10)]))).toBeUndefined();
    expect(reasonOf(detector.evidence([slice(block, 0, 9)]))).toBe('too-few-actions');
    expect(reasonOf(detector.score(profiles[0], []))).toBe('too-few-windows');
    expect(reasonOf(detector.fit([]))).toBe('too-few-windows');
  });

  it('is said of many actions in pieces, which no calibration was made of', () => {
    const block = simulatedSession(201, 3, 100);
    const pieces = (size: number) => Array.from({ length: 8 }, (_, i) => slice(block, size * i, size * i + size));
    for (const size of [3, 9]) {
      expect(reasonOf(detector.score(profiles[0], pieces(size)))).toBe('too-few-actions');
      expect(reasonOf(detector.fit(pieces(size)))).toBe('too-few-actions');
      expect(detector.update(profiles[0], pieces(size))).toBe(profiles[0]);
    }
    expect(reasonOf(detector.score(profiles[0], pieces(10)))).toBeUndefined();
    expect(reasonOf(detector.score(profiles[0], [block, slice(block, 0, 2)]))).toBeUndefined();
  });

  it('is said of another device, and of a profile of other projections', () => {
    const block = simulatedSession(201, 3, 100);
    expect(reasonOf(detector.fit([{ ...block, device: 'touch' }]))).toBe('no-population');
    expect(reasonOf(detector.score({ ...profiles[0], projectionId: 'ab'.repeat(32) }, [block]))).toBe('no-population');
  });
});

describe('wrong arguments', () => {
  it('are refused by name', () => {
    const block = simulatedSession(201, 3, 30);
    expect(() => pointerDetector({ population: {} as never })).toThrow(TypeError);
    expect(() => detector.fit('x' as never)).toThrow(/blocks/);
    expect(() => detector.fit([{} as never])).toThrow(/blocks\[0\]/);
    expect(() => detector.fit([{ ...block, features: block.features.slice(1) }])).toThrow(RangeError);
    expect(() => detector.fit([{ ...block, features: block.features.map(() => Number.POSITIVE_INFINITY) }])).toThrow(RangeError);
    expect(() => detector.fit([{ ...block, end: block.end.toReversed() }])).toThrow(RangeError);
    expect(() => detector.fit(new Array(1_001).fill(block))).toThrow(RangeError);
    expect(() => detector.score({} as never, [block])).toThrow(/profile/);
    for (const refused of [{}, { ...ok(detector.evidence([block])), actions: Number.NaN }] as never[]) {
      expect(() => detector.scoreEvidence(profiles[0], refused)).toThrow(/evidence/);
      expect(() => detector.fitEvidence(refused)).toThrow(/evidence/);
      expect(() => detector.updateEvidence(profiles[0], refused)).toThrow(/evidence/);
    }
  });

  it('are refused before work: actions of another grid, and too many of them', () => {
    const events = {
      kinds: new Uint8Array(9),
      at: Float64Array.from({ length: 9 }, (_, i) => 40 * i),
      x: Float64Array.from({ length: 9 }, (_, i) => i * i),
      y: new Float64Array(9),
    };
    const other: PointerActions = pointerActionsFrom({ events, gridMs: 33 });
    expect(() => detector.score(profiles[0], [other])).toThrow(/grid/);
    const block = simulatedSession(201, 3, 260);
    expect(() => detector.score(profiles[0], new Array(900).fill(block))).toThrow(/200000 actions/);
  });
});
