import { describe, expect, it } from 'vitest';
import { type FixedTextKind, featureLayout, writeFeatures } from './fixed-text-features';

/** The features of one entry, by kind. */
function features(hold: number[], pressPress: number[]): Partial<Record<FixedTextKind, number[]>> {
  const layout = featureLayout(pressPress.length + 1, hold.length > 0);
  const target = new Float64Array(layout.count);
  writeFeatures(layout, Float32Array.from([...hold, ...pressPress]), target);
  return Object.fromEntries(layout.kinds.map(({ kind, from, to }) => [kind, [...target.subarray(from, to)]]));
}

const rounded = (values: readonly number[] | undefined) => values?.map((value) => value.toFixed(5));

describe('fixed-text features', () => {
  it('are 5K - 3, one kind after the other', () => {
    const { kinds, count, weighed, near } = featureLayout(11, true);
    expect(kinds.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['holdRhythm', 0, 11],
      ['releaseRelease', 11, 21],
      ['hold', 21, 32],
      ['upDown', 32, 42],
      ['downDown', 42, 52],
    ]);
    expect([count, weighed, near]).toEqual([52, 42, 21]);
  });

  it('are K - 1 of one kind without holds, which is weighed and compared with neighbours', () => {
    const { kinds, count, weighed, near, width } = featureLayout(11, false);
    expect(kinds).toEqual([{ kind: 'downDown', from: 0, to: 10, weight: 2.5 }]);
    expect([count, weighed, near, width]).toEqual([10, 10, 0, 10]);
    expect(features([], [180, 5])).toEqual({ downDown: [Math.log(Math.fround(180) / 1000), Math.log(0.01)] });
  });

  it('follow their formulas', () => {
    const { hold, holdRhythm, upDown, releaseRelease, downDown } = features([100, 50], [180]);
    expect(rounded(hold)).toEqual(rounded([Math.log(0.1), Math.log(0.05)]));
    expect(rounded(holdRhythm)).toEqual(rounded([Math.LN2 / 2, -Math.LN2 / 2]));
    expect(rounded(upDown)).toEqual(rounded([Math.asinh(0.08 / 0.05)]));
    expect(rounded(releaseRelease)).toEqual(rounded([Math.log(0.13)]));
    expect(rounded(downDown)).toEqual(rounded([Math.log(0.18)]));
  });

  it('are negative in the flight time under roll-over, and stop at 10 ms where a logarithm would not', () => {
    const { hold, upDown, releaseRelease, downDown } = features([200, 0], [5]);
    expect(rounded(hold)).toEqual(rounded([Math.log(0.2), Math.log(0.01)]));
    expect(rounded(upDown)).toEqual(rounded([Math.asinh(-0.195 / 0.05)]));
    expect(releaseRelease).toEqual([Math.log(0.01)]);
    expect(downDown).toEqual([Math.log(0.01)]);
  });
});
