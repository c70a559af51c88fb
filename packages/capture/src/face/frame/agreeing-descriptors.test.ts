import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGREEMENT, agreeingFrames, REPEAT } from './agreeing-descriptors';
import { descriptorOf } from './test-support';

const frame = (at: number, values: Float32Array) => ({ at, values });
const apart = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]!));

describe('agreeing frames', () => {
  it('are those of one face; an outlier is left out', () => {
    const frames = [1, 2, 9, 3].map((seed) => frame(seed, descriptorOf(seed === 9 ? 4 : 1, seed)));
    expect(apart(descriptorOf(1, 1), descriptorOf(4, 9))).toBeGreaterThan(AGREEMENT);
    expect(
      agreeingFrames(frames)
        .map(({ at }) => at)
        .sort(),
    ).toEqual([1, 2, 3]);
  });

  it('are each another frame', () => {
    const frames = [1, 2, 1, 3].map((seed, at) => frame(at, descriptorOf(1, seed)));
    expect(agreeingFrames(frames)).toHaveLength(3);
  });

  it('are none of none', () => {
    expect(agreeingFrames([])).toEqual([]);
  });

  it('all lie within the limit of one another, and none that agrees with all is left out', () => {
    const value = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), (all) => {
        const frames = all.map((values, at) => frame(at, Float32Array.from(values)));
        const group = agreeingFrames(frames, 0.2);
        const others = (one: (typeof frames)[0]) => group.filter((other) => other !== one).map((other) => apart(one.values, other.values));
        expect(group.every((one) => others(one).every((far) => far <= 0.2 + 1e-6 && far >= REPEAT - 1e-6))).toBe(true);
        const belongs = (one: (typeof frames)[0]) => others(one).every((far) => far < 0.2 - 1e-6 && far > REPEAT + 1e-6);
        expect(frames.filter((one) => !group.includes(one) && belongs(one))).toEqual([]);
        expect(group.length).toBeGreaterThanOrEqual(Math.min(1, frames.length));
      }),
    );
  });
});
