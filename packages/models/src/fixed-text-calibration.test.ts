import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibratedLlr, calibratedThreshold, FIXED_TEXT_CALIBRATION, LARGEST_LLR } from './fixed-text-calibration';

const cohort = { mean: 3.5, deviation: 1.21, leaveOneOut: -0.4 };
const rates = [0.001, 0.005, 0.01, 0.02, 0.05];

describe('fixed-text calibration', () => {
  it('accepts few samples exactly where the travelling score is under its cut-off', () => {
    // T = (S - .75 * 3.5 + .5 * .4) / 1.1 < -1.71
    const border = -1.71 * 1.1 + 0.75 * 3.5 - 0.5 * 0.4;
    for (const samples of [3, 5, 20]) {
      const threshold = calibratedThreshold(0.01, samples);
      expect(calibratedLlr(border - 1e-9, samples, cohort)).toBeGreaterThanOrEqual(threshold);
      expect(calibratedLlr(border + 1e-9, samples, cohort)).toBeLessThan(threshold);
    }
  });

  it('gives the raw score a quarter of the weight from 100 samples on', () => {
    const travelling = -2.42 * ((1 - 0.75 * 3.5 + 0.5 * 0.4) / 1.1) - 0.42;
    const raw = -2.8 * 1 + 2.9;
    expect(calibratedLlr(1, 20, cohort)).toBeCloseTo(travelling, 12);
    expect(calibratedLlr(1, 100, cohort)).toBeCloseTo(0.75 * travelling + 0.25 * raw, 12);
    const between = 0.25 * (Math.log(60 / 20) / Math.log(5));
    expect(calibratedLlr(1, 60, cohort)).toBeCloseTo((1 - between) * travelling + between * raw, 12);
  });

  it('has the numbers that its id stands for: whoever changes one gives a new id', () => {
    expect(FIXED_TEXT_CALIBRATION).toBe('fixed-text-travelling/1');
    const travelling = [-2.4, -1.93, -1.71, -1.45, -1.01].map((cutOff) => -2.42 * cutOff - 0.42);
    const raw = [-0.58, 0.13, 0.35, 0.65, 1.07].map((cutOff) => -2.8 * cutOff + 2.9);
    for (const [i, rate] of rates.entries()) {
      expect(calibratedThreshold(rate, 20)).toBeCloseTo(travelling[i], 12);
      expect(calibratedThreshold(rate, 100)).toBeCloseTo(0.75 * travelling[i] + 0.25 * raw[i], 12);
    }
    // A cohort that hardly differs is taken to differ by .25.
    const narrow = { mean: 3.5, deviation: 0.01, leaveOneOut: -0.4 };
    expect(calibratedLlr(1, 5, narrow)).toBeCloseTo(-2.42 * ((1 - 0.75 * 3.5 + 0.5 * 0.4) / 0.5) - 0.42, 12);
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
          const statistics = { mean, deviation, leaveOneOut };
          const llr = calibratedLlr(raw, samples, statistics);
          expect(Math.abs(llr)).toBeLessThanOrEqual(LARGEST_LLR);
          expect(calibratedLlr(raw + 0.1, samples, statistics)).toBeLessThanOrEqual(llr);
        },
      ),
    );
  });

  it('asks more for a lower rate, at every size, within reach of the score', () => {
    for (const samples of [3, 20, 50, 100]) {
      const thresholds = rates.map((rate) => calibratedThreshold(rate, samples));
      expect(thresholds).toEqual([...thresholds].sort((a, b) => b - a));
      expect(thresholds[0]).toBeLessThan(LARGEST_LLR);
    }
  });

  it('has thresholds for rates from .001 to .05 only', () => {
    expect(() => calibratedThreshold(0.0005, 10)).toThrow(RangeError);
    expect(() => calibratedThreshold(0.06, 10)).toThrow(RangeError);
  });
});
