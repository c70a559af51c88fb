import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertPixels, clip, cut, mirror, resample, toFloats } from './pixels';

const image = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((data) => toFloats({ width, height, channels: 3, data })),
  );

function plain(width: number, height: number, value: number) {
  return toFloats({ width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(value) });
}

describe('assertPixels', () => {
  it.each([
    ['an array', { width: 1, height: 1, channels: 3, data: [1, 2, 3] }, TypeError],
    ['too few bytes', { width: 2, height: 1, channels: 3, data: new Uint8Array(5) }, RangeError],
    ['five channels', { width: 1, height: 1, channels: 5, data: new Uint8Array(5) }, RangeError],
    ['nothing', { width: 0, height: 1, channels: 3, data: new Uint8Array(0) }, RangeError],
    ['a wall', { width: 4_097, height: 1, channels: 3, data: new Uint8Array(3 * 4_097) }, RangeError],
  ])('refuses %s', (_, pixels, kind) => {
    expect(() => assertPixels(pixels as never, 'frame')).toThrow(kind);
    expect(() => assertPixels(pixels as never, 'frame')).toThrow(/frame/);
  });
});

describe('toFloats', () => {
  it('leaves alpha out', () => {
    const rgba = toFloats({ width: 2, height: 1, channels: 4, data: new Uint8ClampedArray([1, 2, 3, 9, 4, 5, 6, 9]) });
    expect([...rgba.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('resample', () => {
  it('keeps a picture of the same size as it is', () => {
    fc.assert(
      fc.property(image, (picture) => {
        expect([...resample(picture, picture.width, picture.height).data]).toEqual([...picture.data]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a plain picture plain, at every size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 255 }), (from, to, value) => {
        expect(new Set(resample(plain(from, from, value), to, to).data)).toEqual(new Set([value]));
      }),
      { numRuns: 100 },
    );
  });

  it('never leaves the range of its input', () => {
    fc.assert(
      fc.property(image, fc.integer({ min: 1, max: 40 }), (picture, side) => {
        const { data } = resample(picture, side, side);
        expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.min(...picture.data) - 1e-3);
        expect(Math.max(...data)).toBeLessThanOrEqual(Math.max(...picture.data) + 1e-3);
      }),
      { numRuns: 50 },
    );
  });

  it('averages blocks when it halves, and puts values between pixel centres when it doubles', () => {
    const data = new Uint8Array([0, 0, 0, 100, 100, 100]);
    const two = toFloats({ width: 2, height: 1, channels: 3, data });
    expect([...resample(two, 4, 1).data.filter((_, index) => index % 3 === 0)]).toEqual([0, 25, 75, 100]);
    const four = toFloats({ width: 2, height: 2, channels: 3, data: new Uint8Array([...data, ...data]) });
    expect([...resample(four, 1, 1).data]).toEqual([50, 50, 50]);
  });
});

describe('mirror', () => {
  it('is undone by itself, and turns left to right only', () => {
    fc.assert(
      fc.property(image, (picture) => {
        expect([...mirror(mirror(picture)).data]).toEqual([...picture.data]);
      }),
      { numRuns: 50 },
    );
    const picture = toFloats({ width: 2, height: 2, channels: 3, data: new Uint8Array([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]) });
    expect([...mirror(picture).data]).toEqual([2, 2, 2, 1, 1, 1, 4, 4, 4, 3, 3, 3]);
  });
});

describe('clip and cut', () => {
  it('clip stays within the picture, in whole pixels', () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, (x, y, width, height) => {
        const region = clip({ x, y, width, height }, 20, 10);
        if (region) {
          expect(Object.values(region).every(Number.isInteger)).toBe(true);
          expect(region.width).toBeGreaterThan(0);
          expect(region.x + region.width).toBeLessThanOrEqual(20);
          expect(region.y + region.height).toBeLessThanOrEqual(10);
        } else {
          const [left, top] = [Math.floor(x), Math.floor(y)];
          const gone = left >= 20 || top >= 10 || left + Math.floor(width) <= 0 || top + Math.floor(height) <= 0;
          expect(gone || Math.floor(width) <= 0 || Math.floor(height) <= 0).toBe(true);
        }
      }),
    );
  });

  it('cut takes just the region', () => {
    const picture = toFloats({
      width: 3,
      height: 2,
      channels: 3,
      data: Uint8Array.from({ length: 18 }, (_, index) => Math.floor(index / 3)),
    });
    const part = cut(picture, { x: 1, y: 0, width: 2, height: 2 });
    expect([...part.data.filter((_, index) => index % 3 === 0)]).toEqual([1, 2, 4, 5]);
  });
});
