import { describe, expect, it } from 'vitest';
import { asFilmFrame } from './film-frame';
import { inLight, LIGHTINGS } from './lighting';

/** Grey from left to right, brighter to the bottom. */
function ramp(width = 60, height = 40) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.fill(60 + 2 * x + y, 3 * (y * width + x), 3 * (y * width + x) + 3);
  return { width, height, channels: 3 as const, data };
}

const mean = (data: ArrayLike<number>) => Array.from(data).reduce((sum, value) => sum + value, 0) / data.length;

/** Mean of the left and of the right third. */
function sides({ width, height, data }: { width: number; height: number; data: ArrayLike<number> }): [number, number] {
  const of = (from: number, to: number) => {
    const values: number[] = [];
    for (let y = 0; y < height; y++) for (let x = from; x < to; x++) values.push(data[3 * (y * width + x)]!);
    return mean(values);
  };
  return [of(0, Math.floor(width / 3)), of(Math.ceil((2 * width) / 3), width)];
}

describe('inLight', () => {
  it('leaves normal light as it is, and the picture itself untouched', () => {
    const picture = ramp();
    const before = picture.data.slice();
    expect(inLight(picture, 'normal', 1)).toBe(picture);
    for (const lighting of LIGHTINGS) inLight(picture, lighting, 1);
    expect(picture.data).toEqual(before);
  });

  it('darkens to about a third of the steps, brightens until it clips', () => {
    const before = mean(ramp().data);
    const dark = mean(inLight(ramp(), 'darkened', 1).data);
    expect(dark / before).toBeGreaterThan(0.2);
    expect(dark / before).toBeLessThan(0.4);
    const bright = inLight(ramp(), 'brightened', 1).data;
    expect(Array.from(bright).filter((value) => value === 255).length / bright.length).toBeGreaterThan(0.4);
  });

  it('shades one side, which the seed chooses, and leaves the other', () => {
    const own = sides(ramp());
    const shaded = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const [left, right] = sides(inLight(ramp(), 'half-shaded', seed));
      const side = left / own[0] < right / own[1] ? 0 : 1;
      shaded.add(side);
      expect([left, right][side]! / own[side]!).toBeLessThan(0.4);
      expect([left, right][1 - side]! / own[1 - side]!).toBeCloseTo(1, 1);
    }
    expect(shaded.size).toBe(2);
  });

  it('comes out alike for a seed, and not for another', () => {
    for (const lighting of ['darkened', 'half-shaded'] as const) {
      expect(inLight(ramp(), lighting, 7)).toEqual(inLight(ramp(), lighting, 7));
      expect(inLight(ramp(), lighting, 8)).not.toEqual(inLight(ramp(), lighting, 7));
    }
  });
});

describe('asFilmFrame', () => {
  it('moves and changes a picture a little, each frame in another way', () => {
    const picture = ramp();
    const frames = [0, 1, 2].map((frame) => asFilmFrame(picture, frame, 5));
    expect(asFilmFrame(picture, 1, 5)).toEqual(frames[1]);
    for (const [i, frame] of frames.entries()) {
      expect([frame.width, frame.height]).toEqual([60, 40]);
      expect(Math.abs(mean(frame.data) / mean(picture.data) - 1)).toBeLessThan(0.2);
      for (const other of frames.slice(0, i)) expect(frame.data).not.toEqual(other.data);
    }
  });
});
