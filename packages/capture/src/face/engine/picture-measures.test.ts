import { describe, expect, it } from 'vitest';
import { measurePicture } from './picture-measures';
import type { Pixels } from './pixels';

/** Grey stripes of `period` pixels, from `dark` to `light`. */
function stripes(period: number, dark = 60, light = 200, side = 256): Pixels {
  const data = new Uint8Array(side * side * 3);
  for (let at = 0; at < side * side; at += 1) {
    data.fill((at % side) % period < period / 2 ? dark : light, at * 3, at * 3 + 3);
  }
  return { width: side, height: side, channels: 3, data };
}

describe('measurePicture', () => {
  it('tells how light it is, and how much of it is dark or burnt out', () => {
    const black = measurePicture(stripes(64, 10, 10));
    expect(black.luma).toEqual({ mean: expect.closeTo(10, 3), darkShare: 1, brightShare: 0 });
    const split = measurePicture(stripes(128, 10, 250));
    expect(split.luma.mean).toBeCloseTo(130, 0);
    expect(split.luma.darkShare).toBeCloseTo(0.5, 2);
    expect(split.luma.brightShare).toBeCloseTo(0.5, 2);
  });

  it('weighs colours as the eye does', () => {
    const one = (colour: number[]) => measurePicture({ width: 1, height: 1, channels: 3, data: new Uint8Array(colour) }).luma.mean;
    expect(one([100, 0, 0])).toBeCloseTo(29.9, 3);
    expect(one([0, 100, 0])).toBeCloseTo(58.7, 3);
    expect(one([0, 0, 100])).toBeCloseTo(11.4, 3);
  });

  it('looks at the region alone', () => {
    const picture = stripes(256, 20, 220);
    expect(measurePicture(picture, { x: 0, y: 0, width: 128, height: 256 }).luma.mean).toBeCloseTo(20, 3);
    expect(measurePicture(picture, { x: 128, y: -40, width: 400, height: 400 }).luma.mean).toBeCloseTo(220, 3);
    expect(measurePicture(picture, { x: 900, y: 0, width: 10, height: 10 }).luma.mean).toBeCloseTo(120, 3);
  });

  it('finer detail is sharper, at any contrast; a plain area is not sharp at all', () => {
    const [fine, coarse, faint] = [stripes(8), stripes(64), stripes(8, 120, 140)].map((picture) => measurePicture(picture).sharpness);
    expect(fine!).toBeGreaterThan(4 * coarse!);
    expect(faint! / fine!).toBeCloseTo(1, 1);
    expect(measurePicture(stripes(8, 90, 90)).sharpness).toBeCloseTo(0, 6);
  });

  it('refuses what is no picture', () => {
    expect(() => measurePicture({ width: 2, height: 2, channels: 3, data: new Uint8Array(3) })).toThrow(RangeError);
  });
});
