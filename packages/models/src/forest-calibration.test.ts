import { describe, expect, it } from 'vitest';
import { CALIBRATED_RATES, llrBySamples, type SampleCalibration, thresholdBySamples } from './forest-calibration';

const calibration: SampleCalibration = {
  id: 'test/1',
  rows: [
    { samples: 5, slope: 1, offset: 0, cutOffs: [5, 4, 3, 2, 1] },
    { samples: 20, slope: 3, offset: -2, cutOffs: [9, 8, 7, 6, 5] },
    { samples: 40, slope: 3, offset: 0, cutOffs: [2, 1.5, 1, 0.5, 0] },
  ],
};

describe('llrBySamples', () => {
  it('is linear in the evidence, and between rows in the logarithm of the samples', () => {
    expect(llrBySamples(calibration, 5, 2)).toBe(2);
    expect(llrBySamples(calibration, 20, 2)).toBe(4);
    // Ten is halfway from 5 to 20.
    expect(llrBySamples(calibration, 10, 2)).toBeCloseTo(2 * 2 - 1, 12);
    expect(llrBySamples(calibration, 7, 2)).toBeCloseTo((1 + 2 * 0.24271) * 2 - 2 * 0.24271, 4);
  });

  it('goes no further than the rows, and no further than 12', () => {
    expect(llrBySamples(calibration, 3, 2)).toBe(2);
    expect(llrBySamples(calibration, 256, 2)).toBe(6);
    expect(llrBySamples(calibration, 5, 1e9)).toBe(12);
    expect(llrBySamples(calibration, 5, -1e9)).toBe(-12);
  });
});

describe('thresholdBySamples', () => {
  it('is the log-likelihood ratio of the cut-off', () => {
    for (const [i, rate] of CALIBRATED_RATES.entries()) {
      expect(thresholdBySamples(calibration, 5, rate)).toBeCloseTo(5 - i, 12);
      expect(thresholdBySamples(calibration, 10, rate)).toBeCloseTo(Math.min(2 * (7 - i) - 1, 12), 12);
      expect(thresholdBySamples(calibration, 100, rate)).toBeCloseTo(3 * (2 - i / 2), 12);
    }
    expect(thresholdBySamples(calibration, 5, Math.sqrt(0.001 * 0.005))).toBeCloseTo(4.5, 12);
    expect(() => thresholdBySamples(calibration, 5, 0.0009)).toThrow(RangeError);
  });
});
