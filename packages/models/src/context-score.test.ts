import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEXT_BOUND, CONTEXT_PARTS, type ContextInput, contextScore } from './context-score';

const RUNS = { numRuns: process.env.TACIT_SOAK === '1' ? 5_000 : 200 };

function llrOf(input: ContextInput): number {
  const scored = contextScore(input);
  if (scored.status !== 'scored') throw new Error('no score');
  return scored.llr;
}

/** That many sign-ins at each of these hours. */
function hours(each: number, ...at: number[]): number[] {
  return Array.from({ length: 24 }, (_, hour) => (at.includes(hour) ? each : 0));
}

const anyCount = fc.nat(400).chain((of) => fc.record({ seen: fc.nat(of), of: fc.constant(of) }));
const anyHour = fc.record({ counts: fc.array(fc.nat(50), { minLength: 24, maxLength: 24 }), now: fc.nat(23) });

describe('contextScore', () => {
  it('says nothing of nothing, and nothing of a customer who was never seen', () => {
    expect(contextScore({})).toEqual({ status: 'insufficient', reason: 'no-parts' });
    const never = { seen: 0, of: 0 };
    expect(llrOf({ browser: never, network: never, hour: { counts: hours(0), now: 3 } })).toBeCloseTo(0, 12);
  });

  it('speaks for the usual and against the new, the more the longer the history', () => {
    const usual = [1, 5, 20, 100].map((of) => llrOf({ browser: { seen: of, of } }));
    const unseen = [1, 5, 20, 100].map((of) => llrOf({ browser: { seen: 0, of } }));
    expect(usual).toEqual([...usual].sort((a, b) => a - b));
    expect(unseen).toEqual([...unseen].sort((a, b) => b - a));
    expect(usual[0]).toBeGreaterThan(0);
    expect(unseen[0]).toBeLessThan(0);
    expect(unseen[0]).toBeGreaterThan(-0.5);
  });

  it('is the share of the customer by that of an impostor, drawn towards it by three sign-ins', () => {
    expect(contextScore({ browser: { seen: 6, of: 7 } })).toEqual({
      status: 'scored',
      llr: Math.log(6.3 / 10 / 0.1),
      parts: [{ part: 'browser', llr: Math.log(6.3 / 10 / 0.1) }],
    });
  });

  it('takes the hour around the clock', () => {
    const counts = hours(10, 23, 0);
    expect(llrOf({ hour: { counts, now: 0 } })).toBe(llrOf({ hour: { counts, now: 23 } }));
    expect(llrOf({ hour: { counts, now: 0 } })).toBeGreaterThan(1);
    expect(llrOf({ hour: { counts, now: 12 } })).toBeLessThan(-1);
    // 1 and 22 are next to hours with sign-ins: half of them count.
    expect(llrOf({ hour: { counts, now: 1 } })).toBe(llrOf({ hour: { counts, now: 22 } }));
    expect(llrOf({ hour: { counts, now: 1 } })).toBeLessThan(llrOf({ hour: { counts, now: 0 } }));
  });

  it('counts browser and network that come together one and a half times, not twice', () => {
    const alone = llrOf({ browser: { seen: 2, of: 4 } });
    const parts = { browser: { seen: 2, of: 4 }, network: { seen: 2, of: 4 } };
    const network = llrOf({ network: { seen: 2, of: 4 } });
    expect(llrOf(parts)).toBeCloseTo(Math.max(alone, network) + Math.min(alone, network) / 2, 12);
  });

  it('is bounded, and never falls when more former sign-ins were alike', () => {
    fc.assert(
      fc.property(anyCount, anyCount, anyHour, fc.nat(50), (browser, network, hour, more) => {
        const input = { browser, network, hour };
        const llr = llrOf(input);
        expect(Math.abs(llr)).toBeLessThanOrEqual(CONTEXT_BOUND);
        const alike = { seen: Math.min(browser.seen + more, browser.of), of: browser.of };
        expect(llrOf({ browser: alike })).toBeGreaterThanOrEqual(llrOf({ browser }));
        const counts = hour.counts.with(hour.now, hour.counts[hour.now]! + more);
        expect(llrOf({ hour: { counts, now: hour.now } })).toBeGreaterThanOrEqual(llrOf({ hour }) - 1e-12);
      }),
      RUNS,
    );
  });

  it('refuses counts that are none, naming them', () => {
    const wrong = (input: unknown) => () => contextScore(input as ContextInput);
    for (const browser of [null, 3, {}, { seen: 1 }, { seen: '1', of: 2 }]) expect(wrong({ browser })).toThrow(TypeError);
    for (const network of [
      { seen: 2, of: 1 },
      { seen: -1, of: 1 },
      { seen: 0.5, of: 1 },
      { seen: 0, of: 1e7 },
      { seen: 0, of: Number.NaN },
    ]) {
      expect(wrong({ network })).toThrow(/network/);
      expect(wrong({ network })).toThrow(RangeError);
    }
    for (const counts of [hours(1, 3).slice(1), hours(-1, 3), hours(0.5, 3), hours(1e7, 3)])
      expect(wrong({ hour: { counts, now: 3 } })).toThrow(RangeError);
    for (const now of [-1, 24, 1.5, Number.NaN]) expect(wrong({ hour: { counts: hours(1), now } })).toThrow(RangeError);
    for (const hour of [{ counts: 'x', now: 1 }, { counts: hours(1) }, { counts: hours(1).map(String), now: 1 }])
      expect(wrong({ hour })).toThrow(TypeError);
  });

  it('names its parts in order', () => {
    const scored = contextScore({ hour: { counts: hours(1, 1), now: 1 }, network: { seen: 1, of: 1 }, browser: { seen: 1, of: 1 } });
    expect(scored.status === 'scored' && scored.parts.map(({ part }) => part)).toEqual([...CONTEXT_PARTS]);
  });
});
