import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibratedLlr, calibratedThreshold, FIXED_TEXT_CALIBRATION, LARGEST_LLR } from './fixed-text-calibration';

const calibration = { mean: 3.5, deviation: 1.21, leaveOneOut: -0.4 };
const of = (samples: number, holds = true) => ({ samples, holds, calibration });
const rates = [0.001, 0.005, 0.01, 0.02, 0.05];

describe('fixed-text calibration', () => {
  it('accepts few samples exactly where the travelling score is under its cut-off', () => {
    // T = (S - .75 * 3.5 + .5 * .4) / 1.1 < -1.71
    const border = -1.71 * 1.1 + 0.75 * 3.5 - 0.5 * 0.4;
    for (const samples of [3, 5, 20]) {
      const threshold = calibratedThreshold(0.01, of(samples));
      expect(calibratedLlr(border - 1e-9, of(samples))).toBeGreaterThanOrEqual(threshold);
      expect(calibratedLlr(border + 1e-9, of(samples))).toBeLessThan(threshold);
    }
  });

  it('gives the raw score a quarter of the weight from 100 samples on', () => {
    const travelling = -2.54 * ((1 - 0.75 * 3.5 + 0.5 * 0.4) / 1.1) - 0.42;
    const raw = -3.3 * 1 + 3.5;
    expect(calibratedLlr(1, of(20))).toBeCloseTo(travelling, 12);
    expect(calibratedLlr(1, of(100))).toBeCloseTo(0.75 * travelling + 0.25 * raw, 12);
    const between = 0.25 * (Math.log(60 / 20) / Math.log(5));
    expect(calibratedLlr(1, of(60))).toBeCloseTo((1 - between) * travelling + between * raw, 12);
  });

  it('never weighs the raw score of press-press times alone, and has odds of their own for them', () => {
    const travelling = (1 - 0.75 * 3.5 + 0.5 * 0.4) / 1.1;
    for (const samples of [5, 20, 100]) {
      expect(calibratedLlr(1, of(samples, false))).toBeCloseTo(-2.05 * travelling - 0.7, 12);
      expect(calibratedThreshold(0.01, of(samples, false))).toBeCloseTo(-2.05 * -1.71 - 0.7, 12);
    }
  });

  it('has the numbers that its id stands for: whoever changes one gives a new id', () => {
    expect(FIXED_TEXT_CALIBRATION).toBe('fixed-text-travelling/3');
    const travelling = [-2.43, -1.93, -1.71, -1.45, -1.01].map((cutOff) => -2.54 * cutOff - 0.42);
    const raw = [-0.3, 0.15, 0.4, 0.64, 1.07].map((cutOff) => -3.3 * cutOff + 3.5);
    for (const [i, rate] of rates.entries()) {
      expect(calibratedThreshold(rate, of(20))).toBeCloseTo(travelling[i], 12);
      expect(calibratedThreshold(rate, of(100))).toBeCloseTo(0.75 * travelling[i] + 0.25 * raw[i], 12);
    }
    // A cohort that hardly differs is taken to differ by .25.
    const narrow = { ...of(5), calibration: { ...calibration, deviation: 0.01 } };
    expect(calibratedLlr(1, narrow)).toBeCloseTo(-2.54 * ((1 - 0.75 * 3.5 + 0.5 * 0.4) / 0.5) - 0.42, 12);
  });

  it('falls with the raw score, and never leaves its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 100 }),
        fc.double({ min: -16, max: 16, noNaN: true }),
        fc.double({ min: 0, max: 16, noNaN: true }),
        fc.double({ min: -16, max: 16, noNaN: true }),
        fc.double({ min: -8, max: 15, noNaN: true }),
        (samples, mean, deviation, leaveOneOut, raw) => {
          for (const holds of [true, false]) {
            const profile = { samples, holds, calibration: { mean, deviation, leaveOneOut } };
            const llr = calibratedLlr(raw, profile);
            expect(Math.abs(llr)).toBeLessThanOrEqual(LARGEST_LLR);
            expect(calibratedLlr(raw + 0.1, profile)).toBeLessThanOrEqual(llr);
          }
        },
      ),
    );
  });

  it('asks more for a lower rate, at every size, within reach of the score', () => {
    for (const samples of [3, 20, 50, 100]) {
      const thresholds = rates.map((rate) => calibratedThreshold(rate, of(samples)));
      expect(thresholds).toEqual([...thresholds].sort((a, b) => b - a));
      expect(thresholds[0]).toBeLessThan(LARGEST_LLR);
    }
  });

  it('has thresholds for rates from .001 to .05 only', () => {
    expect(() => calibratedThreshold(0.0005, of(10))).toThrow(RangeError);
    expect(() => calibratedThreshold(0.06, of(10))).toThrow(RangeError);
  });
});
