import { describe, expect, it } from 'vitest';
import { cutOffAt, type ThresholdTable } from './threshold-table';

const table: ThresholdTable = [
  [0.001, -2],
  [0.01, -1],
  [0.05, 1],
];

describe('cutOffAt', () => {
  it('gives the table at its rates, and between them is linear in their logarithm', () => {
    expect(cutOffAt(table, 0.001)).toBe(-2);
    expect(cutOffAt(table, 0.01)).toBeCloseTo(-1, 12);
    expect(cutOffAt(table, 0.05)).toBe(1);
    expect(cutOffAt(table, Math.sqrt(0.001 * 0.01))).toBeCloseTo(-1.5, 12);
  });

  it.each([0.0009999, 0.0500001, 0, -1, 1, Number.NaN, Number.POSITIVE_INFINITY])('never extrapolates to %d', (rate) => {
    expect(() => cutOffAt(table, rate)).toThrow(RangeError);
  });

  it('refuses what is not a number', () => {
    expect(() => cutOffAt(table, '0.01' as unknown as number)).toThrow(TypeError);
  });
});
