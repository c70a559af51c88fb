import { expect, it } from 'vitest';
import { dualBranchThreshold, llrOf } from './dual-branch-calibration';
import { SOME_CALIBRATION } from './simulated-weights';

it('is linear in the logarithm of the distance, within -12 and 12', () => {
  expect(llrOf(SOME_CALIBRATION, 5, 0.05)).toBeCloseTo(-8 - 3 * Math.log(0.05), 12);
  expect(llrOf(SOME_CALIBRATION, 5, 1)).toBe(-8);
  expect(llrOf(SOME_CALIBRATION, 5, 0)).toBe(12);
  expect(llrOf({ ...SOME_CALIBRATION, rows: [{ samples: 5, offset: -50, slope: -3, cutOffs: [4, 2, 0.5] }] }, 5, 1)).toBe(-12);
});

it('lies between the sizes of enrolment that it knows, by the logarithm, and stays at the ends', () => {
  const at = (samples: number) => llrOf(SOME_CALIBRATION, samples, 0.1);
  expect(at(10)).toBeCloseTo((at(5) + at(20)) / 2, 12);
  expect([at(1), at(3)]).toEqual([at(5), at(5)]);
  expect([at(21), at(65_535)]).toEqual([at(20), at(20)]);
});

it('has a threshold for each rate of its range and none outside', () => {
  expect(dualBranchThreshold(SOME_CALIBRATION, 5, 0.01)).toBe(2);
  expect(dualBranchThreshold(SOME_CALIBRATION, 10, 0.01)).toBeCloseTo(1.75, 12);
  expect(dualBranchThreshold(SOME_CALIBRATION, 20, Math.sqrt(0.001))).toBeCloseTo(0.875, 12);
  expect(() => dualBranchThreshold(SOME_CALIBRATION, 5, 0.0009)).toThrow(RangeError);
  expect(() => dualBranchThreshold(SOME_CALIBRATION, 5, 0.11)).toThrow(RangeError);
  expect(() => dualBranchThreshold(SOME_CALIBRATION, 5, Number.NaN)).toThrow(RangeError);
  expect(() => dualBranchThreshold(SOME_CALIBRATION, 5, '0.01' as never)).toThrow(TypeError);
});
