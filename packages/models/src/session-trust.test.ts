import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormals } from './seeded-normals';
import {
  type SessionTrust,
  type SessionTrustCalibration,
  sessionTrust,
  TRUST_IDLE,
  type TrustEvidence,
  type TrustStep,
} from './session-trust';
import { parseTrustState, SESSION_TRUST_LIMITS, TEMPLATE_AGES, TRUST_CLIP, type TrustState } from './session-trust-state';

const SOAK = process.env.TACIT_SOAK === '1';
const RUNS = { numRuns: SOAK ? 10_000 : 300 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AT = Date.UTC(2026, 0, 1, 9);

const ages = (medium: number, high: number) => ({ sitting: { medium, high }, day: { medium, high }, days: { medium, high } });
/** Round numbers: a step of the clip is a quarter of the threshold of typing, an eighth of that of the pointer. */
const calibration: SessionTrustCalibration = {
  id: 'made up',
  freeText: { sitting: { medium: 8, high: 12 }, day: { medium: 64, high: 80 }, days: { medium: 16, high: 24 } },
  pointer: ages(32, 64),
};
const trust = sessionTrust({ calibration });

const typed = (llr: number, more: Partial<TrustEvidence> = {}): TrustEvidence => ({
  part: 'freeText',
  llr,
  amount: 50,
  at: AT,
  templateDays: 5,
  ...more,
});
const moved = (llr: number, more: Partial<TrustEvidence> = {}): TrustEvidence => typed(llr, { part: 'pointer', amount: 10, ...more });
const told = (llr: number): TrustEvidence => typed(llr, { part: 'context', amount: 0 });

/** The last step of a stream. */
function follow(stream: readonly TrustEvidence[], by: SessionTrust = trust): TrustStep {
  let step = by.at(by.start({ at: AT }), AT);
  for (const evidence of stream) {
    step = by.step(step.state, evidence);
  }
  return step;
}

const anyEvidence = fc.record({
  part: fc.constantFrom('freeText' as const, 'pointer' as const, 'context' as const),
  llr: fc.double({ min: -20, max: 20, noNaN: true }),
  amount: fc.integer({ min: 1, max: 60 }),
  after: fc.integer({ min: 0, max: 30 * MINUTE }),
  templateDays: fc.integer({ min: 0, max: 9 }),
});
const streams = fc.array(anyEvidence, { maxLength: 40 }).map((all) => {
  let at = AT;
  return all.map(({ after, ...evidence }): TrustEvidence => {
    at += after;
    return { ...evidence, at, amount: evidence.part === 'context' ? 0 : evidence.amount };
  });
});

describe('the evidence of a session', () => {
  it('adds up against the customer, and speaks for him as fast', () => {
    expect(follow([typed(-4), typed(-4)]).statistic).toBe(0.5);
    expect(follow([typed(-4), typed(-4), typed(3)]).statistic).toBe(5 / 16);
    expect(follow([typed(9), typed(9), typed(-2)]).statistic).toBe(1 / 8);
  });

  it('is medium above 1 and high above 2, at the thresholds of the part', () => {
    const steps = (count: number) => follow(Array.from({ length: count }, () => typed(-TRUST_CLIP)));
    expect(steps(4)).toMatchObject({ statistic: 1, risk: 0.5, confidence: 0.5, level: 'low' });
    expect(steps(5)).toMatchObject({ statistic: 1.5, level: 'medium', risk: expect.closeTo(0.6, 12) });
    expect(steps(6)).toMatchObject({ statistic: 2, risk: 0.7, level: 'medium' });
    expect(steps(7)).toMatchObject({ statistic: 2.5, level: 'high', reasons: ['typing-differs'] });
    // Grows no further: it can be taken back in as long again.
    expect(steps(40).statistic).toBe(3);
    const pointer = Array.from({ length: 9 }, () => moved(-9));
    expect(follow(pointer)).toMatchObject({ statistic: 1.125, level: 'medium', reasons: ['pointer-differs'] });
  });

  it('of both parts is one doubt, and neither excuses the other', () => {
    const both = follow([typed(-4), typed(-4), moved(-4), moved(-4), moved(-4)]);
    expect(both.statistic).toBeCloseTo(0.5 + 12 / 32, 12);
    expect(both.reasons).toEqual(['typing-differs', 'pointer-differs']);
    expect(follow([typed(-4), typed(-4), ...Array.from({ length: 50 }, () => moved(9))]).statistic).toBe(0.5);
  });

  it('has the thresholds of the age of the template', () => {
    const statistic = (templateDays: number) => follow([typed(-4, { templateDays })]).statistic;
    expect([0, 1, 2, 3, 400].map(statistic)).toEqual([4 / 8, 4 / 64, 4 / 64, 4 / 16, 4 / 16]);
  });

  it('decides nothing below 25 keys or 10 actions, of each part for itself', () => {
    const few = follow([typed(-40, { amount: 24 }), moved(-40, { amount: 9 })]);
    expect(few).toMatchObject({ statistic: 0, level: 'unsettled', reasons: ['little-evidence'] });
    expect(follow([typed(-4, { amount: 24 }), moved(-4, { amount: 9 }), typed(-4, { amount: 1 })])).toMatchObject({
      statistic: 0.5,
      level: 'low',
    });
    fc.assert(
      fc.property(streams, (stream) => {
        const keys = stream.reduce((sum, { part, amount }) => sum + (part === 'freeText' ? amount : 0), 0);
        const actions = stream.reduce((sum, { part, amount }) => sum + (part === 'pointer' ? amount : 0), 0);
        const step = follow(stream);
        expect(step.level === 'unsettled').toBe(keys < 25 && actions < 10);
        if (step.level === 'unsettled') {
          expect(step.risk).toBeLessThan(0.5);
          expect(step.reasons).toContain('little-evidence');
        }
      }),
      RUNS,
    );
  });
});

describe("beside the session's own beginning", () => {
  const sums = { ...ages(32, 64), own: { medium: 8, high: 12 } };
  const careful = sessionTrust({ calibration: { id: 'made up', freeText: sums, pointer: sums } });
  const both = (llr: number, own: number | undefined, more: Partial<TrustEvidence> = {}) => typed(llr, { own, ...more });
  const told = (stream: readonly TrustEvidence[]) => follow(stream, careful);

  it('what is below three fifths of what the customer reaches there himself speaks against him', () => {
    // Of nothing yet, 2.4; after many windows of 8, 4.8.
    expect(told([both(4, 2.4)]).state.freeText).toMatchObject({ own: 0, seen: 0 });
    expect(told([both(4, 1.4)]).state.freeText.own).toBeCloseTo(1, 12);
    const usual = Array.from({ length: 99 }, () => both(4, 8));
    const { freeText } = told(usual).state;
    expect(freeText).toMatchObject({ own: 0, seen: 20 });
    expect(freeText.usual).toBeCloseTo(8, 1);
    expect(told([...usual, both(4, 2.8)]).state.freeText.own).toBeCloseTo(2, 1);
    expect(told([...usual, both(4, 2.8), both(4, 6.8)]).state.freeText.own).toBe(0);
  });

  it('is a sum of its own, which is noticed long before the one beside the template, and is no second doubt', () => {
    const quiet = Array.from({ length: 10 }, () => both(4, 7));
    const taken = (count: number) => told([...quiet, ...Array.from({ length: count }, () => both(-4, -6))]);
    expect([1, 2, 3, 4].map((count) => taken(count).statistic)).toEqual([0.5, 1, 2, 3]);
    expect(taken(3).reasons).toEqual(['typing-differs']);
    // The greater one counts, not both.
    expect(told([both(-4, undefined), both(-4, undefined)]).statistic).toBe(8 / 32);
    expect(told([...quiet, both(-4, 1)]).statistic).toBeCloseTo((0.6 * told(quiet).state.freeText.usual - 1) / 8, 9);
  });

  it("of another day than the template's is no doubt where the customer is as he began", () => {
    const far = Array.from({ length: 7 }, () => both(-4, 7));
    expect(told(far).statistic).toBe(28 / 32);
    expect(told(far).state.freeText.own).toBe(0);
  });

  it('is not counted, nor forgotten, where there is no beginning; and not at all without thresholds', () => {
    const one = told([both(4, 7), both(-4, -6)]).state.freeText;
    expect(told([both(4, 7), both(-4, -6), both(2, undefined)]).state.freeText).toMatchObject({
      own: one.own,
      usual: one.usual,
      seen: one.seen,
    });
    expect(follow([both(4, -9), both(4, -9)]).statistic).toBe(0);
    expect(follow([both(4, -9)]).state.freeText.own).toBe(0);
  });

  it('begins anew with doubts when a factor has passed', () => {
    const { state } = told([both(4, 7), both(-4, -6)]);
    expect(careful.confirm(state, AT).freeText).toEqual(careful.start({ at: AT }).freeText);
  });

  it('grows no further than can be taken back in as long again', () => {
    const stream = fc.array(
      fc.record({ llr: fc.double({ min: -9, max: 9, noNaN: true }), own: fc.option(fc.double({ min: -9, max: 12, noNaN: true })) }),
    );
    fc.assert(
      fc.property(stream, (windows) => {
        const step = told(windows.map(({ llr, own }) => both(llr, own ?? undefined)));
        const { freeText } = step.state;
        expect(freeText.own).toBeGreaterThanOrEqual(0);
        expect(freeText.own).toBeLessThanOrEqual(16);
        expect(freeText.usual).toBeGreaterThanOrEqual(0);
        expect(step.statistic).toBeLessThanOrEqual(3);
        expect(JSON.stringify(step.state).length).toBeLessThan(400);
        expect(parseTrustState(JSON.parse(JSON.stringify(step.state)))).toEqual(step.state);
      }),
      RUNS,
    );
  });
});

describe('the circumstances', () => {
  it('are what was told last, never a sum, never for the customer', () => {
    expect(follow([typed(-4), told(-1)]).statistic).toBeCloseTo(0.25 + 0.05, 12);
    expect(follow([typed(-4), ...Array.from({ length: 30 }, () => told(-9))]).statistic).toBeCloseTo(0.35, 12);
    expect(follow([typed(-4), told(-9), told(9)]).statistic).toBe(0.25);
    expect(follow([typed(1), told(-9)])).toMatchObject({ level: 'low', reasons: ['unusual-context'] });
  });

  it('are no sign of life', () => {
    const later = told(-1);
    const idled = trust.step(trust.start({ at: AT }), { ...later, at: AT + HOUR });
    expect(idled.state.at).toBe(AT);
    expect(idled.reasons).toContain('idle');
  });
});

describe('idling', () => {
  const statistic = (from: readonly TrustEvidence[], ms: number) => trust.at(follow(from).state, AT + ms).statistic;

  it('does nothing for a minute, and then comes nearer to half of medium risk, by half in ten minutes', () => {
    expect(statistic([typed(4)], MINUTE)).toBe(0);
    expect(statistic([typed(4)], 11 * MINUTE)).toBeCloseTo(0.25, 12);
    expect(statistic([typed(4)], 21 * MINUTE)).toBeCloseTo(0.375, 12);
    expect(statistic([typed(-4)], 11 * MINUTE)).toBeCloseTo(0.375, 12);
    expect(statistic([typed(-4), typed(-4), typed(-2)], 11 * MINUTE)).toBe(0.625);
  });

  it('alone is never medium risk, and never lowers a doubt', () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 0, max: 1_000 * HOUR }), fc.integer({ min: 0, max: 1_000 * HOUR }), (stream, first, more) => {
        const { state, statistic } = follow(stream);
        const last = stream.at(-1)?.at ?? AT;
        const earlier = trust.at(state, last + first);
        const later = trust.at(state, last + first + more);
        expect(earlier.statistic).toBeGreaterThanOrEqual(statistic - 1e-12);
        expect(later.statistic).toBeGreaterThanOrEqual(earlier.statistic - 1e-12);
        expect(later.statistic).toBeLessThanOrEqual(Math.max(statistic, TRUST_IDLE.share + state.context) + 1e-12);
        expect(later.state).toBe(state);
      }),
      RUNS,
    );
  });

  it('is taken back by what speaks for the customer, and added to by what does not', () => {
    const idle = follow([typed(4)]).state;
    const back = (llr: number) => trust.step(idle, typed(llr, { at: AT + 100 * HOUR }));
    expect(back(4).statistic).toBeCloseTo(0.25, 9);
    expect(back(4).reasons).toEqual(['idle']);
    expect(back(-4).statistic).toBeCloseTo(0.75, 9);
    expect(trust.step(back(4).state, typed(4, { at: AT + 100 * HOUR })).statistic).toBeCloseTo(0, 9);
  });

  it('takes a clock that was set back for one that stood still', () => {
    const { state } = follow([typed(-4)]);
    expect(trust.at(state, AT - HOUR).statistic).toBe(0.25);
    expect(trust.step(state, typed(-4, { at: AT - HOUR })).state.at).toBe(AT);
  });
});

describe('the map of risk', () => {
  it('is strictly monotone in the statistic, and is 1 less confidence to the last bit', () => {
    fc.assert(
      fc.property(streams, streams, (a, b) => {
        const [low, high] = [follow(a), follow(b)].toSorted((x, y) => x.statistic - y.statistic) as [TrustStep, TrustStep];
        if (high.statistic - low.statistic > 1e-9) {
          expect(high.risk).toBeGreaterThan(low.risk);
          expect(high.confidence).toBeLessThan(low.confidence);
        }
        for (const step of [low, high]) {
          expect(step.risk).toBe(1 - step.confidence);
          expect(step.risk).toBeGreaterThanOrEqual(0);
          expect(step.confidence).toBeGreaterThan(0);
          const level = step.statistic > 2 ? 'high' : step.statistic > 1 ? 'medium' : 'low';
          expect(['unsettled', level]).toContain(step.level);
        }
      }),
      RUNS,
    );
  });

  it('has no step at the thresholds, and a risk of .25 half-way to medium', () => {
    const at = (nats: number) => {
      const state = follow([typed(-4)]).state;
      return trust.at({ ...state, freeText: { ...state.freeText, doubt: nats } }, AT).risk;
    };
    expect(at(8)).toBe(0.25);
    expect(at(32)).toBeCloseTo(1 - 0.3 * Math.exp(-2 / 3), 12);
    for (const threshold of [16, 24]) {
      expect(at(threshold + 1e-9) - at(threshold - 1e-9)).toBeLessThan(1e-9);
    }
  });
});

describe('a factor that has passed', () => {
  it('begins doubts anew, and decides nothing until there is evidence again', () => {
    const { state } = follow(Array.from({ length: 9 }, () => typed(-4)));
    const after = trust.confirm(state, AT + 5);
    expect(trust.at(after, AT + 5)).toMatchObject({ statistic: 0, risk: 0, level: 'unsettled' });
    expect(after).toEqual(trust.start({ at: AT + 5 }));
    expect(trust.confirm(state, AT - HOUR).at).toBe(AT);
  });
});

describe('the state', () => {
  it('is under 400 bytes of JSON, and read from it goes on the same', () => {
    fc.assert(
      fc.property(streams, streams, (before, after) => {
        const { state } = follow(before);
        const text = JSON.stringify(state);
        expect(text.length).toBeLessThan(400);
        const read = parseTrustState(JSON.parse(text));
        expect(read).toEqual(state);
        for (const evidence of after) {
          expect(trust.step(read, evidence)).toEqual(trust.step(state, evidence));
        }
      }),
      RUNS,
    );
  });

  it('is left as it was by every step', () => {
    const { state } = follow([typed(-4)]);
    const text = JSON.stringify(state);
    trust.step(state, typed(-4));
    trust.at(state, AT + HOUR);
    trust.confirm(state, AT + HOUR);
    expect(JSON.stringify(state)).toBe(text);
  });

  it('of the schema before goes on with its doubts, and with nothing beside a beginning', () => {
    const { state } = follow([typed(-4), moved(-2)]);
    const before = ({ amount, doubt, template }: TrustState['freeText']) => ({ amount, doubt, template });
    const stored = { ...state, schema: 'session-trust/1', freeText: before(state.freeText), pointer: before(state.pointer) };
    expect(parseTrustState(JSON.parse(JSON.stringify(stored)))).toEqual(state);
    expect(() => parseTrustState({ ...stored, freeText: null })).toThrow(TypeError);
    expect(() => parseTrustState({ ...stored, pointer: 'none' })).toThrow(TypeError);
  });

  it('keeps nothing that is not its own', () => {
    const { state } = follow([typed(-4)]);
    const more = { ...state, text: 'secret', freeText: { ...state.freeText, keys: [1] } };
    expect(parseTrustState(more)).toEqual(state);
  });

  it('is refused at every door where it is none', () => {
    const state = trust.start({ at: AT });
    const part = { amount: 1, doubt: 0, own: 0, usual: 0, seen: 0, template: 'days' };
    const wrong: [unknown, ErrorConstructor][] = [
      [undefined, TypeError],
      [null, TypeError],
      ['state', TypeError],
      [{ ...state, schema: 'session-trust/3' }, TypeError],
      [{ ...state, at: undefined }, TypeError],
      [{ ...state, at: -1 }, RangeError],
      [{ ...state, at: Number.NaN }, RangeError],
      [{ ...state, context: 1.1 }, RangeError],
      [{ ...state, idle: -0.1 }, RangeError],
      [{ ...state, idle: '0' }, TypeError],
      [{ ...state, freeText: undefined }, TypeError],
      [{ ...state, pointer: { ...part, template: 'weeks' } }, TypeError],
      [{ ...state, pointer: { ...part, doubt: SESSION_TRUST_LIMITS.mostDoubt + 1 } }, RangeError],
      [{ ...state, freeText: { ...part, doubt: Number.POSITIVE_INFINITY } }, RangeError],
      [{ ...state, freeText: { ...part, amount: -1 } }, RangeError],
      [{ ...state, freeText: { ...part, own: -1 } }, RangeError],
      [{ ...state, freeText: { ...part, usual: 101 } }, RangeError],
      [{ ...state, freeText: { ...part, usual: '7' } }, TypeError],
      [{ ...state, pointer: { ...part, seen: 21 } }, RangeError],
    ];
    for (const [value, error] of wrong) {
      for (const door of [
        (given: TrustState) => parseTrustState(given),
        (given: TrustState) => trust.at(given, AT),
        (given: TrustState) => trust.step(given, typed(0)),
        (given: TrustState) => trust.confirm(given, AT),
      ]) {
        expect(() => door(value as TrustState), JSON.stringify(value)).toThrow(error);
      }
    }
  });
});

describe('wrong arguments', () => {
  it('are refused by name', () => {
    const state = trust.start({ at: AT });
    const wrong: [Partial<Record<keyof TrustEvidence, unknown>>, ErrorConstructor][] = [
      [{ part: 'face' }, TypeError],
      [{ llr: '4' }, TypeError],
      [{ llr: Number.NaN }, RangeError],
      [{ own: '4' }, TypeError],
      [{ own: null }, TypeError],
      [{ own: Number.NaN }, RangeError],
      [{ llr: Number.NEGATIVE_INFINITY }, RangeError],
      [{ amount: 0 }, RangeError],
      [{ amount: undefined }, TypeError],
      [{ part: 'context', amount: 1 }, RangeError],
      [{ at: 'now' }, TypeError],
      [{ at: 9e15 }, RangeError],
      [{ templateDays: -1 }, RangeError],
      [{ templateDays: null }, TypeError],
    ];
    for (const [change, error] of wrong) {
      const [name] = Object.keys(change).slice(-1);
      expect(() => trust.step(state, { ...typed(1), ...change } as TrustEvidence)).toThrow(error);
      expect(() => trust.step(state, { ...typed(1), ...change } as TrustEvidence)).toThrow(`evidence.${name}`);
    }
    expect(() => trust.step(state, undefined as never)).toThrow(TypeError);
    expect(() => trust.start({ at: -1 })).toThrow(RangeError);
    expect(() => trust.at(state, '1' as never)).toThrow(TypeError);
    expect(() => trust.confirm(state, Number.NaN)).toThrow(RangeError);
  });

  it('of a calibration are refused by name', () => {
    const off = (change: object) => () => sessionTrust({ calibration: { ...calibration, ...change } as SessionTrustCalibration });
    expect(() => sessionTrust({ calibration: null as never })).toThrow(TypeError);
    expect(off({ id: 5 })).toThrow(TypeError);
    expect(off({ pointer: undefined })).toThrow('calibration.pointer.sitting');
    expect(off({ pointer: { sitting: ages(1, 2).sitting } })).toThrow('calibration.pointer.day');
    expect(off({ freeText: ages(20, 20) })).toThrow(new RangeError('calibration.freeText.sitting.medium must be below its high'));
    expect(off({ freeText: ages(0.5, 20) })).toThrow(RangeError);
    expect(off({ freeText: { ...ages(5, 20), own: { medium: 9, high: 9 } } })).toThrow('calibration.freeText.own.medium');
    expect(off({ pointer: { ...ages(5, 20), own: null } })).toThrow(TypeError);
    expect(off({ freeText: ages(20, 5_001) })).toThrow(RangeError);
    expect(off({ freeText: ages(20, '30' as never) })).toThrow(TypeError);
  });

  it('are none by default: the calibration that ships', () => {
    const shipped = sessionTrust();
    for (const age of TEMPLATE_AGES) {
      const { freeText, pointer } = shipped.calibration;
      expect(freeText[age].high).toBeGreaterThan(freeText[age].medium);
      expect(pointer[age].high).toBeGreaterThan(pointer[age].medium);
    }
    for (const part of ['freeText', 'pointer'] as const) {
      // Within a day people change less than from day to day.
      const { own, days } = shipped.calibration[part];
      expect(own?.medium).toBeLessThan(days.medium);
      expect(own?.high).toBeLessThan(days.high);
    }
    // A customer's own other day is further from him than the next minute.
    expect(shipped.calibration.freeText.days.medium).toBeGreaterThan(shipped.calibration.freeText.sitting.medium);
    expect(Object.isFrozen(shipped.calibration.freeText.days)).toBe(true);
  });
});

/**
 * Streams whose ratios are what they claim: of the customer normal with mean m and variance 2 m, of others with mean -m. A cumulative sum of the customer's reaches h once in
 * (e^h' - h' - 1) / m windows, with h' = h + 1.166 sqrt(2 m) (D. Siegmund, Sequential Analysis, 1985).
 */
describe('well calibrated streams', () => {
  const MEAN = 1;
  const normal = seededNormals(11, 1);
  const llr = (sign: number) => sign * MEAN + Math.sqrt(2 * MEAN) * normal();
  const expectedWindows = (h: number) => {
    const reach = h + 1.166 * Math.sqrt(2 * MEAN);
    return (Math.exp(reach) - reach - 1) / MEAN;
  };
  const medium = 5;
  const own = sessionTrust({ calibration: { id: 'made up', freeText: ages(medium, 9), pointer: ages(medium, 9) } });

  /** Alarms of a customer who goes on, a factor passing at each. */
  function alarms(windows: number): number {
    let state = own.start({ at: AT });
    let count = 0;
    for (let i = 0; i < windows; i++) {
      const step = own.step(state, typed(llr(1), { at: AT + i * 20_000 }));
      state = step.state;
      if (step.level === 'medium' || step.level === 'high') {
        count++;
        state = own.confirm(state, AT + i * 20_000);
      }
    }
    return count;
  }

  it('give as many false alarms as theory says', () => {
    const windows = SOAK ? 2_000_000 : 200_000;
    const expected = windows / expectedWindows(medium);
    const seen = alarms(windows);
    // Cut at 4 nats either way, the customer's good windows count for less: somewhat more alarms, never twice as many.
    expect(seen).toBeGreaterThan(0.6 * expected);
    expect(seen).toBeLessThan(1.8 * expected);
  });

  it('notice a change of person, as fast as the evidence comes', () => {
    const needed: number[] = [];
    for (let run = 0; run < (SOAK ? 2_000 : 200); run++) {
      let state = own.start({ at: AT });
      for (let i = 0; i < 20; i++) {
        state = own.step(state, typed(llr(1), { at: AT })).state;
      }
      // As a factor would find him: the change comes out of a quiet session.
      let windows = 0;
      for (let level = 'low'; level !== 'high'; windows++) {
        const step = own.step(state, typed(llr(-1), { at: AT }));
        state = step.state;
        level = step.level;
      }
      needed.push(windows);
    }
    const mean = needed.reduce((sum, each) => sum + each, 0) / needed.length;
    // To 9 nats by about one a window, and what it overshoots.
    expect(mean).toBeGreaterThan(7);
    expect(mean).toBeLessThan(13);
    expect(Math.max(...needed)).toBeLessThan(60);
  });
});
