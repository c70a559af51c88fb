import { describe, expect, it } from 'vitest';
import { featureLayout, writeFeatures } from './fixed-text-features';

function features(hold: number[], pressPress: number[]): number[] {
  const layout = featureLayout(hold.length);
  const target = new Float64Array(layout.count);
  writeFeatures(layout, Float32Array.from([...hold, ...pressPress]), target);
  return [...target];
}

describe('fixed-text features', () => {
  it('are 5K - 3, kind after kind', () => {
    const { start, count } = featureLayout(11);
    expect([start.hold, start.holdRhythm, start.upDown, start.releaseRelease, start.downDown, count]).toEqual([0, 11, 22, 32, 42, 52]);
  });

  it('follow their formulas', () => {
    const [h0, h1, r0, r1, u, q, d] = features([100, 50], [180]);
    expect(h0).toBeCloseTo(Math.log(0.1), 6);
    expect(h1).toBeCloseTo(Math.log(0.05), 6);
    expect(r0).toBeCloseTo(Math.LN2 / 2, 6);
    expect(r1).toBeCloseTo(-Math.LN2 / 2, 6);
    expect(u).toBeCloseTo(Math.asinh(0.08 / 0.05), 6);
    expect(q).toBeCloseTo(Math.log(0.13), 6);
    expect(d).toBeCloseTo(Math.log(0.18), 6);
  });

  it('are negative in the flight time under roll-over, and stop at 10 ms where a logarithm would not', () => {
    const [h0, , , , u, q, d] = features([200, 0], [5]);
    expect(h0).toBeCloseTo(Math.log(0.2), 6);
    expect(u).toBeCloseTo(Math.asinh(-0.195 / 0.05), 5);
    expect(q).toBe(Math.log(0.01));
    expect(d).toBe(Math.log(0.01));
  });
});
