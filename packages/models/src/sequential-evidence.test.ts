import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EvidenceState, type SequentialEvidence, sequentialEvidence } from './sequential-evidence';

const RUNS = { numRuns: process.env.TACIT_SOAK === '1' ? 20_000 : 500 };
const llrs = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { maxLength: 60 });
const options = fc.record({
  threshold: fc.double({ min: 0.01, max: 100, noNaN: true }),
  clip: fc.double({ min: 0.01, max: 20, noNaN: true }),
});

/** Every step of a stream from its beginning. */
function follow(evidence: SequentialEvidence, stream: readonly number[]) {
  let state = evidence.start;
  return stream.map((llr) => {
    const step = evidence.step(state, llr);
    state = step.state;
    return step;
  });
}

/** The steps up to and including the first alarm. */
function toAlarm(evidence: SequentialEvidence, stream: readonly number[]) {
  const steps = follow(evidence, stream);
  const first = steps.findIndex(({ alarm }) => alarm);
  return first < 0 ? steps : steps.slice(0, first + 1);
}

describe('sequentialEvidence', () => {
  it('adds what speaks against the customer, and forgets it as he goes on', () => {
    const steps = follow(sequentialEvidence({ threshold: 6, clip: 4 }), [3, -1, -2, 1, 5, -9, -1]);
    expect(steps.map(({ statistic }) => statistic)).toEqual([0, 1, 3, 2, 0, 4, 5]);
    expect(steps.some(({ alarm }) => alarm)).toBe(false);
  });

  it('raises the alarm exactly at the threshold, and not a step of the arithmetic below', () => {
    const evidence = sequentialEvidence({ threshold: 4, clip: 4 });
    const below = evidence.step(evidence.start, -4 + 2 ** -50);
    expect(below).toMatchObject({ alarm: false, statistic: 4 - 2 ** -50 });
    expect(evidence.step(evidence.start, -4)).toEqual({ alarm: true, statistic: 4, state: evidence.start });
  });

  it('begins at nothing after an alarm', () => {
    const steps = follow(sequentialEvidence({ threshold: 5, clip: 4 }), [-4, -4, -1, -4]);
    expect(steps.map(({ statistic, alarm }) => [statistic, alarm])).toEqual([
      [4, false],
      [8, true],
      [1, false],
      [5, true],
    ]);
  });

  it('is never negative and never as high as the threshold without an alarm, and then begins anew', () => {
    fc.assert(
      fc.property(options, llrs, (limits, stream) => {
        const evidence = sequentialEvidence(limits);
        for (const { statistic, alarm, state } of follow(evidence, stream)) {
          expect(statistic).toBeGreaterThanOrEqual(0);
          expect(alarm).toBe(statistic >= limits.threshold);
          expect(state.statistic).toBe(alarm ? 0 : statistic);
        }
      }),
      RUNS,
    );
  });

  it('is the highest sum of clipped evidence over any run of windows that ends here (Page 1954)', () => {
    fc.assert(
      fc.property(options, llrs, (limits, stream) => {
        const clipped = stream.map((llr) => -Math.min(Math.max(llr, -limits.clip), limits.clip));
        toAlarm(sequentialEvidence(limits), stream).forEach(({ statistic }, end) => {
          let sum = 0;
          let highest = 0;
          for (let i = end; i >= 0; i--) {
            sum += clipped[i];
            highest = Math.max(highest, sum);
          }
          expect(statistic).toBeCloseTo(highest, 8);
        });
      }),
      RUNS,
    );
  });

  it('is monotone: less for the customer in any window never makes it lower, nor the alarm later', () => {
    fc.assert(
      fc.property(
        options,
        fc.array(fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true }))),
        (limits, pairs) => {
          const evidence = sequentialEvidence(limits);
          const better = toAlarm(
            evidence,
            pairs.map(([llr]) => llr),
          );
          const worse = toAlarm(
            evidence,
            pairs.map(([llr, less]) => llr - less),
          );
          expect(worse.length).toBeLessThanOrEqual(better.length);
          for (const [i, { statistic }] of worse.entries()) {
            expect(statistic).toBeGreaterThanOrEqual(better[i].statistic);
          }
        },
      ),
      RUNS,
    );
  });

  it('lets no window count for more than the clip', () => {
    const evidence = sequentialEvidence({ threshold: 9, clip: 2.5 });
    expect(follow(evidence, [-1e308, -3, 1e308]).map(({ statistic }) => statistic)).toEqual([2.5, 5, 2.5]);
  });

  it('goes on from a state that was stored', () => {
    const evidence = sequentialEvidence({ threshold: 12 });
    const { state } = evidence.step(evidence.start, -3.7);
    const stored = JSON.parse(JSON.stringify(state)) as EvidenceState;
    expect(evidence.step(stored, -2)).toEqual(evidence.step(state, -2));
    expect(evidence.step(stored, -2).statistic).toBe(5.7);
  });

  it('goes on from a state of a higher threshold, with the alarm that it is worth', () => {
    const { state } = sequentialEvidence({ threshold: 50 }).step({ schema: 'sequential-evidence/1', statistic: 40 }, -1);
    expect(sequentialEvidence({ threshold: 20 }).step(state, 1)).toMatchObject({ statistic: 40, alarm: true });
    expect(sequentialEvidence({ threshold: 38 }).step(state, 4)).toMatchObject({ statistic: 37, alarm: false });
  });

  it('refuses wrong options, states and scores', () => {
    expect(() => sequentialEvidence({ threshold: '5' } as never)).toThrow(TypeError);
    for (const threshold of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1001]) {
      expect(() => sequentialEvidence({ threshold })).toThrow(RangeError);
    }
    expect(() => sequentialEvidence({ threshold: 5, clip: 0 })).toThrow(/clip/);
    const evidence = sequentialEvidence({ threshold: 5 });
    expect(() => evidence.step(evidence.start, '1' as never)).toThrow(TypeError);
    expect(() => evidence.step(evidence.start, Number.NaN)).toThrow(RangeError);
    expect(() => evidence.step(evidence.start, Number.NEGATIVE_INFINITY)).toThrow(RangeError);
    for (const state of [null, undefined, {}, { ...evidence.start, schema: 'other/1' }, { ...evidence.start, statistic: '0' }]) {
      expect(() => evidence.step(state as never, 1)).toThrow(TypeError);
    }
    for (const statistic of [1000.1, -0.1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => evidence.step({ ...evidence.start, statistic }, 1)).toThrow(RangeError);
    }
  });
});
