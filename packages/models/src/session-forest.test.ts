import { isInsufficient, SESSION_FEATURES, type SessionVector } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from './model-error';
import { seededNormals } from './seeded-normals';
import { type SessionForestProfile, sessionForest, sessionRisk } from './session-forest';
import type { WindowScore } from './window-detector';

const SOAK = process.env.TACIT_SOAK === '1';
const detector = sessionForest();

type Halves = { hasTyping?: boolean; hasPointer?: boolean };

/** A window of a person whose numbers lie about `centre`. */
function windowOf(centre: number, normal: () => number, { hasTyping = true, hasPointer = false }: Halves = {}): SessionVector {
  const values = Float64Array.from(SESSION_FEATURES, (_, i) => ((i < 12 ? hasTyping : hasPointer) ? centre + normal() : 0));
  return { schema: 'session-vector/1', hasTyping, hasPointer, values };
}

function windowsOf(centre: number, count: number, seed = 1, halves: Halves = {}): SessionVector[] {
  const normal = seededNormals(seed, 3);
  return Array.from({ length: count }, () => windowOf(centre, normal, halves));
}

function fitted(windows: readonly SessionVector[]): SessionForestProfile {
  const profile = detector.fit(windows);
  if (isInsufficient(profile)) {
    throw new Error(profile.reason);
  }
  return profile;
}

function scored(profile: SessionForestProfile, windows: readonly SessionVector[]): WindowScore {
  const score = detector.score(profile, windows);
  if (isInsufficient(score)) {
    throw new Error(score.reason);
  }
  return score;
}

describe('sessionForest', () => {
  const profile = fitted(windowsOf(100, 30));

  it.each([
    ['typing', {}],
    ['the pointer', { hasTyping: false, hasPointer: true }],
    ['both', { hasPointer: true }],
  ])('tells a person from another by %s', (_, halves) => {
    const own = fitted(windowsOf(100, 20, 1, halves));
    const genuine = windowsOf(100, 20, 2, halves).map((window) => scored(own, [window]).llr);
    const other = windowsOf(104, 20, 3, halves).map((window) => scored(own, [window]).llr);
    expect(Math.min(...genuine)).toBeGreaterThan(Math.max(...other));
  });

  it('puts a tenth of the enrolled windows below a decision of 0', () => {
    const below = windowsOf(100, 30).filter((window) => scored(profile, [window]).raw < 0);
    expect(below).toHaveLength(3);
  });

  it('judges windows together by their mean, and says on how many it rests', () => {
    const windows = windowsOf(101, 4, 5);
    const together = scored(profile, windows);
    const each = windows.map((window) => scored(profile, [window]).raw);
    expect(together.raw).toBeCloseTo(each.reduce((sum, raw) => sum + raw, 0) / 4, 12);
    expect(together).toMatchObject({ evidence: { enrolled: 30, probe: 4 }, calibration: 'session-forest-aalto/1' });
  });

  it('has a threshold that asks for more at a lower rate, and none outside the rates that were measured', () => {
    const evidence = { enrolled: 30, probe: 1 };
    const [strict, loose] = [0.001, 0.05].map((rate) => detector.threshold(profile, rate, evidence));
    expect(strict).toBeGreaterThan(loose);
    expect(() => detector.threshold(profile, 0.0001, evidence)).toThrow(RangeError);
    expect(() => detector.threshold(profile, 0.01, { enrolled: 30, probe: 0 })).toThrow(/probe/);
  });

  it('learns, keeping the newest windows that 2 KB hold', () => {
    const moved = detector.update(profile, windowsOf(106, 42, 7));
    expect(moved.windows).toBe(42);
    const probe = windowsOf(106, 1, 8);
    expect(scored(moved, probe).llr).toBeGreaterThan(scored(profile, probe).llr);
    expect(fitted([...windowsOf(100, 1), ...windowsOf(106, 42, 7)])).toEqual(moved);
    expect(profile).toEqual(fitted(windowsOf(100, 30)));
  });

  it('is not changed by windows that it can not judge', () => {
    expect(detector.update(profile, windowsOf(100, 3, 1, { hasTyping: false, hasPointer: true }))).toBe(profile);
    expect(detector.update(profile, [])).toBe(profile);
  });

  it('says what is missing', () => {
    expect(detector.fit(windowsOf(100, 4))).toMatchObject({ reason: 'too-few-windows' });
    const pointers = windowsOf(100, 5, 1, { hasTyping: false, hasPointer: true });
    expect(detector.fit([...windowsOf(100, 5), ...pointers])).toMatchObject({ reason: 'too-few-windows' });
    expect(detector.score(profile, pointers)).toMatchObject({ reason: 'too-few-events' });
    expect(detector.score(profile, [])).toMatchObject({ reason: 'too-few-events' });
  });

  it('takes the half that all windows have', () => {
    const mixed = fitted([...windowsOf(100, 5), ...windowsOf(100, 5, 2, { hasPointer: true })]);
    expect(mixed).toMatchObject({ hasTyping: true, hasPointer: false, windows: 10 });
  });

  it('does not judge what no person makes', () => {
    const altered = (name: (typeof SESSION_FEATURES)[number], value: number, halves: Halves = {}) => {
      const [window] = windowsOf(100, 1, 4, halves);
      window.values[SESSION_FEATURES.indexOf(name)] = value;
      return window;
    };
    expect(detector.score(profile, [altered('hold-sd', 0)])).toMatchObject({ reason: 'degenerate-input' });
    expect(detector.score(profile, [altered('distinct-keys', 1)])).toMatchObject({ reason: 'degenerate-input' });
    const still = altered('velocity-max', 0, { hasTyping: false, hasPointer: true });
    expect(detector.fit([still, still, still, still, still])).toMatchObject({ reason: 'degenerate-input' });
    expect(scored(profile, [altered('hold-sd', 0), ...windowsOf(100, 1, 9)]).evidence.probe).toBe(1);
  });

  it('scores no constant or extreme window above the genuine median', () => {
    const genuine = windowsOf(100, 101, 11)
      .map((window) => scored(profile, [window]).llr)
      .sort((a, b) => a - b);
    fc.assert(
      fc.property(fc.constantFrom(0, 1e-9, 1, 50, 150, 1e6, 1e30, Number.MAX_VALUE, -1, -Number.MAX_VALUE), fc.nat(11), (value, kept) => {
        const [window] = windowsOf(100, 1, 12);
        const values = window.values.map((own, i) => (i === kept ? own : value));
        const score = detector.score(profile, [{ ...window, values }]);
        if (!isInsufficient(score)) {
          expect(score.llr).toBeLessThan(genuine[50]);
          expect(Math.abs(score.llr)).toBeLessThanOrEqual(12);
        }
      }),
      { numRuns: SOAK ? 5000 : 100 },
    );
  });

  it('gives the same profile back from at most 2 KB, and the same scores', () => {
    for (const halves of [{}, { hasTyping: false, hasPointer: true }, { hasPointer: true }]) {
      const full = fitted(windowsOf(100, 60, 1, halves));
      const bytes = detector.serialize(full);
      expect(bytes.length).toBeLessThanOrEqual(2048);
      expect(bytes.length).toBeGreaterThan(1900);
      const parsed = detector.parse(bytes);
      expect(parsed).toEqual(full);
      const probe = windowsOf(101, 2, 2, halves);
      expect(detector.score(parsed, probe)).toEqual(detector.score(full, probe));
    }
    const other = fitted(windowsOf(100, 5));
    const small = sessionForest({ trees: 7, seed: -3 }).fit(windowsOf(100, 5)) as SessionForestProfile;
    expect(small.forest).not.toEqual(other.forest);
    expect(detector.parse(detector.serialize(small)).forest).toEqual(small.forest);
  });

  it('refuses bytes that are no whole profile, or reads them as the profile that they are', () => {
    const bytes = detector.serialize(fitted(windowsOf(100, 6)));
    for (const wrong of [bytes.subarray(1), bytes.subarray(0, -1), new Uint8Array(0), Uint8Array.of(...bytes, 0)]) {
      expect(() => detector.parse(wrong)).toThrow(ModelError);
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) {
          damaged[at] = value;
        }
        try {
          expect(detector.serialize(detector.parse(damaged)).join()).toBe(damaged.join());
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
      { numRuns: SOAK ? 20_000 : 200 },
    );
  });

  it('refuses wrong arguments', () => {
    expect(() => sessionForest({ trees: 0 })).toThrow(RangeError);
    expect(() => sessionForest({ seed: 0.5 })).toThrow(RangeError);
    expect(() => detector.fit({} as never)).toThrow(TypeError);
    expect(() => detector.fit([{}] as never)).toThrow(/windows\[0\]/);
    expect(() => detector.score({} as never, [])).toThrow(TypeError);
    expect(() => detector.score({ ...profile, offset: 1 }, [])).toThrow(RangeError);
    expect(() => detector.score({ ...profile, windows: 7 }, [])).toThrow(RangeError);
    expect(() => detector.serialize({ ...profile, hasTyping: false })).toThrow(RangeError);
  });
});

describe('sessionRisk', () => {
  const profile = fitted(windowsOf(100, 30));

  it('is half less the decision, within 0 and 1, in the classical grades', () => {
    for (const [centre, grade] of [
      [100, 'low'],
      [103, 'medium'],
    ] as const) {
      const [window] = windowsOf(centre, 1, 31);
      const { raw } = scored(profile, [window]);
      expect(sessionRisk(profile, window)).toEqual({ status: 'judged', risk: 0.5 - raw, grade });
    }
  });

  it('never comes to the classical .7: the mode accepted everybody', () => {
    for (const centre of [0, 90, 110, 1e6]) {
      const risk = sessionRisk(profile, windowsOf(centre, 1)[0]);
      expect(risk).toMatchObject({ grade: centre === 100 ? 'low' : 'medium' });
    }
  });

  it('says what is missing', () => {
    expect(sessionRisk(profile, windowsOf(100, 1, 1, { hasTyping: false, hasPointer: true })[0])).toMatchObject({
      reason: 'too-few-events',
    });
  });
});
