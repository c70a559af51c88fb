import { assertPixels, clip, type Pixels, type Region } from './pixels';

/** Light and sharpness of a face, or of the whole frame where there is none. */
export interface PictureMeasures {
  luma: {
    /** Mean luma (ITU-R BT.601), 0-255. */
    mean: number;
    /** Share of points with a luma under 40, and over 225: 0-1. */
    darkShare: number;
    brightShare: number;
  };
  /**
   * Variance of the Laplacian over variance of the luma, at 128 x 128 points. It falls with blur and does not depend on contrast; a
   * face of fewer than 128 pixels is less sharp by that alone.
   */
  sharpness: number;
}

const SIDE = 128;
const DARK = 40;
const BRIGHT = 225;

/** @throws TypeError or RangeError for what is no picture. */
export function measurePicture(pixels: Pixels, region?: Region): PictureMeasures {
  assertPixels(pixels, 'pixels');
  const whole = { x: 0, y: 0, width: pixels.width, height: pixels.height };
  const luma = sampleLuma(pixels, (region && clip(region, pixels.width, pixels.height)) ?? whole);
  let [sum, squares, dark, bright] = [0, 0, 0, 0];
  for (const value of luma) {
    sum += value;
    squares += value * value;
    dark += value < DARK ? 1 : 0;
    bright += value > BRIGHT ? 1 : 0;
  }
  const mean = sum / luma.length;
  const variance = squares / luma.length - mean * mean;
  return {
    luma: { mean, darkShare: dark / luma.length, brightShare: bright / luma.length },
    // One grey level of variance: in a plain area there is nothing to be sharp.
    sharpness: laplacianVariance(luma) / (variance + 1),
  };
}

/** The mean luma of each cell of a grid over the region. */
function sampleLuma({ width, channels, data }: Pixels, region: Region): Float32Array {
  const luma = new Float32Array(SIDE * SIDE);
  for (let row = 0, to = 0; row < SIDE; row += 1) {
    const [top, bottom] = span(region.y, region.height, row);
    for (let column = 0; column < SIDE; column += 1, to += 1) {
      const [left, right] = span(region.x, region.width, column);
      let sum = 0;
      for (let y = top; y < bottom; y += 1) {
        for (let x = left, at = (y * width + left) * channels; x < right; x += 1, at += channels) {
          sum += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
        }
      }
      luma[to] = sum / ((bottom - top) * (right - left));
    }
  }
  return luma;
}

/** The pixels of one cell: at least one. */
function span(start: number, length: number, cell: number): [from: number, to: number] {
  const from = start + Math.floor((cell * length) / SIDE);
  return [from, Math.max(from + 1, start + Math.floor(((cell + 1) * length) / SIDE))];
}

function laplacianVariance(luma: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (let y = 1; y < SIDE - 1; y += 1) {
    for (let at = y * SIDE + 1; at < (y + 1) * SIDE - 1; at += 1) {
      const value = luma[at - 1]! + luma[at + 1]! + luma[at - SIDE]! + luma[at + SIDE]! - 4 * luma[at]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = (SIDE - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}
