import { type FreeTextTimings, freeTextTimingsFrom, freeTextWindows, type Insufficient, isInsufficient } from '@tacit-auth/features';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../model-error';
import type { WindowScore } from '../window-detector';
import { FREE_TEXT_LIMITS, freeTextDetector } from './detector';
import type { FreeTextEvidence } from './evidence';
import { customers, detector, fitted, llrs, population, profiles, scored, share, windowsOf } from './made-up-population.test-support';
import type { FreeTextProfile } from './profile';
import { simulatedTypist } from './simulated-typists.test-support';

describe('freeTextDetector', () => {
  it('tells people apart whom the population has not seen', () => {
    const { genuine, strangers } = llrs((person) => customers[person].slice(5, 6));
    expect(share(genuine, (llr) => llr > 0)).toBeGreaterThan(0.85);
    expect(share(strangers, (llr) => llr < 0)).toBeGreaterThan(0.85);
    const { genuine: more, strangers: others } = llrs((person) => customers[person].slice(5));
    expect(share(more, (llr) => llr > 0)).toBeGreaterThan(0.94);
    expect(share(others, (llr) => llr < 0)).toBeGreaterThan(0.94);
  });

  it('has thresholds that let in about as many strangers as asked for, by the amount of evidence', () => {
    const { strangers } = llrs((person) => customers[person].slice(5, 7));
    const evidence = { enrolled: 250, probe: 100 };
    const at = (rate: number) => detector.threshold(profiles[0], rate, evidence);
    expect(share(strangers, (llr) => llr >= at(0.1))).toBeLessThan(0.25);
    expect(share(strangers, (llr) => llr >= at(0.01))).toBeLessThan(0.05);
    const rates = [0.1, 0.07, 0.05, 0.02, 0.01, 0.003, 0.001].map(at);
    expect(rates.toSorted((a, b) => a - b)).toEqual(rates);
    for (const rate of [0.11, 0.0009, 0, -1, Number.NaN]) {
      expect(() => at(rate)).toThrow(RangeError);
    }
    expect(() => at('0.01' as never)).toThrow(TypeError);
  });

  it('judges several windows together, and cuts longer timings itself', () => {
    const typist = simulatedTypist(2_000);
    const long = typist.typed(230);
    const together = scored(detector.score(profiles[0], [long]));
    expect(together.evidence).toEqual({ enrolled: 250, probe: 230 });
    const apart = scored(detector.score(profiles[0], freeTextWindows(long, { keys: 50, minimum: 20 })));
    expect(apart.llr).toBeCloseTo(together.llr, 10);
    expect(together.calibration).toContain(population.id.slice(0, 16));
  });

  it('never takes what was typed before a long pause and after it for one window', () => {
    const typist = simulatedTypist(2_000);
    const [before, after] = [typist.typed(25), typist.typed(25)];
    const joined = (pause: number) => {
      const press = [0];
      for (const gap of [...before.pressPress, pause, ...after.pressPress]) {
        press.push(press[press.length - 1] + gap);
      }
      const hold = [...before.hold, ...after.hold];
      return freeTextTimingsFrom({ keys: [...before.keys, ...after.keys], press, release: press.map((time, i) => time + hold[i]) });
    };
    const apart = scored(detector.score(profiles[0], [before, after]));
    expect(scored(detector.score(profiles[0], [joined(31_000)])).llr).toBeCloseTo(apart.llr, 8);
    expect(scored(detector.score(profiles[0], [joined(300)])).llr).not.toBeCloseTo(apart.llr, 3);
  });

  it('learns a running mean: update gives what fit of all windows gives', () => {
    const [windows] = customers;
    const updated = detector.update(profiles[0], windows.slice(5));
    const whole = fitted(windows);
    expect([updated.windows, updated.keys]).toEqual([10, 500]);
    whole.mean.forEach((number, i) => {
      expect(updated.mean[i]).toBeCloseTo(number, 4);
    });
    expect(profiles[0].windows).toBe(5);
    expect(detector.update(profiles[0], [simulatedTypist(1).typed(10)])).toBe(profiles[0]);
    expect(detector.update(profiles[0], [])).toBe(profiles[0]);
  });

  it('stores a profile in 2 KB, and scores by it as before', () => {
    const bytes = detector.serialize(profiles[0]);
    expect(bytes.length).toBeLessThanOrEqual(2_048);
    const parsed = detector.parse(bytes);
    expect(parsed).toEqual(profiles[0]);
    for (const broken of [bytes.slice(1), bytes.slice(0, 20), new Uint8Array(0), 'text' as never]) {
      expect(() => detector.parse(broken)).toThrow(ModelError);
    }
    for (const [at, value] of [
      [0, 1],
      [4, 9],
      [6, 0],
      [7, 255],
      [47, 255],
    ]) {
      const changed = bytes.slice();
      changed[at] = value;
      if (at === 47) changed[48] = 255;
      expect(() => detector.parse(changed), `byte ${at}`).toThrow(ModelError);
    }
  });

  it('says why it can not judge', () => {
    const blind = freeTextDetector({ population: null });
    const reason = (result: FreeTextProfile | WindowScore | Insufficient) => (isInsufficient(result) ? result.reason : undefined);
    expect(reason(blind.fit(customers[0]))).toBe('no-population');
    expect(reason(blind.score(profiles[0], customers[0]))).toBe('no-population');
    expect(blind.update(profiles[0], customers[0])).toBe(profiles[0]);
    expect(() => blind.threshold(profiles[0], 0.01, { enrolled: 1, probe: 1 })).toThrow(RangeError);
    expect(reason(detector.fit([]))).toBe('too-few-windows');
    expect(reason(detector.score(profiles[0], []))).toBe('too-few-windows');
    expect(reason(detector.fit([simulatedTypist(1).typed(19)]))).toBe('too-few-keys');
    expect(reason(detector.score({ ...profiles[0], projectionId: '0'.repeat(64) }, customers[0]))).toBe('no-population');
  });

  it('refuses wrong arguments at every door', () => {
    expect(() => freeTextDetector({ population: {} as never })).toThrow(TypeError);
    expect(() => detector.fit(customers[0][0] as never)).toThrow(new TypeError('windows must be an array of timings'));
    expect(() => detector.fit([{} as never])).toThrow(TypeError);
    expect(() => detector.fit(Array(1_001).fill(customers[0][0]))).toThrow(RangeError);
    expect(() => detector.score({ ...profiles[0], mean: [] as never }, customers[0])).toThrow(TypeError);
    expect(() => detector.score({ ...profiles[0], windows: 0 }, customers[0])).toThrow(RangeError);
    expect(() => detector.threshold(profiles[0], 0.01, { enrolled: 1, probe: '9' as never })).toThrow(TypeError);
    expect(() => freeTextTimingsFrom({ keys: [0, 0], press: [5, 3], release: [9, 9] })).toThrow(RangeError);
  });
});

describe('evidence', () => {
  const windows = windowsOf(2_001, 8);
  const evidenceOf = (given: readonly FreeTextTimings[]): FreeTextEvidence => {
    const found = detector.evidence(given);
    if (isInsufficient(found)) {
      throw new Error(found.reason);
    }
    return found;
  };

  it('is judged and learned as the windows that made it', () => {
    const found = evidenceOf(windows);
    expect(found).toMatchObject({ windows: 8, keys: 400, projectionId: population.projectionId });
    expect(detector.scoreEvidence(profiles[1], found)).toEqual(detector.score(profiles[1], windows));
    expect(detector.fitEvidence(found)).toEqual(detector.fit(windows));
    expect(detector.updateEvidence(profiles[1], found)).toEqual(detector.update(profiles[1], windows));
  });

  it('of two is the mean of both by their keys, in whatever order and grouping they come', () => {
    const short = simulatedTypist(2_001).typed(25);
    const parts = [[short], windows.slice(0, 1), windows.slice(1, 4)].map(evidenceOf);
    const added = parts.reduce(detector.addEvidence);
    const whole = evidenceOf([short, ...windows.slice(0, 4)]);
    const other = detector.addEvidence(parts[2], detector.addEvidence(parts[1], parts[0]));
    for (const sum of [added, other]) {
      expect([sum.windows, sum.keys]).toEqual([5, 225]);
      sum.mean.forEach((number, i) => {
        expect(number).toBeCloseTo(whole.mean[i], 4);
      });
    }
    expect(scored(detector.scoreEvidence(profiles[1], added)).llr).toBeCloseTo(
      scored(detector.score(profiles[1], [short, ...windows.slice(0, 4)])).llr,
      3,
    );
  });

  it('takes the same space however long the stream is, and forgets its early part, so that another hand shows', () => {
    let found = evidenceOf(windows);
    const before = scored(detector.scoreEvidence(profiles[1], found));
    for (const window of windowsOf(2_007, 30)) {
      found = detector.addEvidence(found, evidenceOf([window]));
      expect(found.keys).toBeLessThanOrEqual(FREE_TEXT_LIMITS.streamMemory);
      expect(found.windows).toBeLessThanOrEqual(found.keys / 20);
      expect(found.mean).toHaveLength(profiles[1].mean.length);
    }
    expect(before.llr).toBeGreaterThan(0);
    expect(scored(detector.scoreEvidence(profiles[1], found)).llr).toBeLessThan(0);
    const long = evidenceOf(windowsOf(2_007, 12));
    expect(detector.addEvidence(found, long)).toEqual(long);
  });

  it('is of the times that are there when it is made', () => {
    const window = simulatedTypist(2_001).typed();
    const before = scored(detector.score(profiles[1], [window]));
    const other = simulatedTypist(2_002).typed();
    for (const part of ['keys', 'hold', 'pressPress', 'releasePress', 'releaseRelease'] as const) {
      window[part].set(other[part]);
    }
    expect(detector.score(profiles[1], [window])).toEqual(detector.score(profiles[1], [other]));
    expect(scored(detector.score(profiles[1], [window])).llr).not.toBe(before.llr);
    window.hold.fill(80);
    expect(detector.evidence([window])).toMatchObject({ reason: 'degenerate-input' });
  });

  it('is none without windows, keys or population, and none of another population', () => {
    const blind = freeTextDetector({ population: null });
    const reason = (result: unknown) => (isInsufficient(result) ? result.reason : undefined);
    expect(reason(detector.evidence([]))).toBe('too-few-windows');
    expect(reason(detector.evidence([simulatedTypist(1).typed(19)]))).toBe('too-few-keys');
    expect(reason(blind.evidence(windows))).toBe('no-population');
    const found = evidenceOf(windows);
    const foreign = { ...found, projectionId: '0'.repeat(64) };
    for (const [by, evidence] of [
      [blind, found],
      [detector, foreign],
    ] as const) {
      expect(reason(by.scoreEvidence(profiles[1], evidence))).toBe('no-population');
      expect(reason(by.fitEvidence(evidence))).toBe('no-population');
      expect(by.updateEvidence(profiles[1], evidence)).toBe(profiles[1]);
    }
    expect(() => detector.addEvidence(found, foreign)).toThrow(RangeError);
  });

  it('is refused where it is none', () => {
    const found = evidenceOf(windows);
    const wrong: [unknown, ErrorConstructor][] = [
      [null, TypeError],
      [{ ...found, mean: [...found.mean] }, TypeError],
      [{ ...found, projectionId: 5 }, TypeError],
      [{ ...found, windows: 0 }, RangeError],
      [{ ...found, keys: 7 }, RangeError],
      [{ ...found, keys: 100.5 }, RangeError],
      [{ ...found, mean: found.mean.slice(0, 2) }, RangeError],
      [{ ...found, mean: found.mean.map(() => Number.NaN) }, RangeError],
    ];
    for (const [value, error] of wrong) {
      const evidence = value as FreeTextEvidence;
      expect(() => detector.scoreEvidence(profiles[1], evidence)).toThrow(error);
      expect(() => detector.fitEvidence(evidence)).toThrow(error);
      expect(() => detector.updateEvidence(profiles[1], evidence)).toThrow(error);
      expect(() => detector.addEvidence(found, evidence)).toThrow(error);
      expect(() => detector.addEvidence(evidence, found)).toThrow(error);
    }
  });
});

describe('what is judged', () => {
  it('is bounded in all keys of a call, before any work', () => {
    const long = simulatedTypist(3).typed(2_000);
    expect(() => detector.score(profiles[0], Array(51).fill(long))).toThrow(
      new RangeError('windows must have at most 100000 keys together'),
    );
  });
});
