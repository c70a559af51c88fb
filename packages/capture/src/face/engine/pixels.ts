/** A picture in memory: rows from the top, 3 (RGB) or 4 (RGBA, alpha ignored) bytes a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A part of a picture, in pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** RGB values from 0 to 255, not rounded. */
export interface FloatPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** @throws TypeError or RangeError for a picture whose data is not `width * height * channels` long, empty, or over 4,096 pixels wide or high. */
export function assertPixels(pixels: Pixels, name: string): void {
  const { width, height, channels, data } = pixels;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new TypeError(`${name}.data must be a Uint8Array or a Uint8ClampedArray`);
  }
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1 || width > 4_096 || height > 4_096) {
    throw new RangeError(`${name} must be 1 to 4,096 pixels wide and high`);
  }
  if ((channels !== 3 && channels !== 4) || data.length !== width * height * channels) {
    throw new RangeError(`${name}.data must have width x height x channels bytes, with 3 or 4 channels`);
  }
}

/** The picture as floats. */
export function toFloats({ width, height, channels, data }: Pixels): FloatPixels {
  const floats = new Float32Array(width * height * 3);
  for (let from = 0, to = 0; to < floats.length; from += channels, to += 3) {
    floats[to] = data[from]!;
    floats[to + 1] = data[from + 1]!;
    floats[to + 2] = data[from + 2]!;
  }
  return { width, height, data: floats };
}

/** The whole pixels of a region that lie in the picture. */
export function cut(image: FloatPixels, region: Region): FloatPixels {
  const { x, y, width, height } = region;
  const data = new Float32Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const start = ((y + row) * image.width + x) * 3;
    data.set(image.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, data };
}

/** Each 2 x 2 pixels become one. An odd last row or column is left out. */
function halve(image: FloatPixels): FloatPixels {
  const [width, height] = [image.width >> 1, image.height >> 1];
  const data = new Float32Array(width * height * 3);
  const row = image.width * 3;
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = 2 * y * row + 6 * x;
      for (let c = from; c < from + 3; c += 1, to += 1) {
        data[to] = (image.data[c]! + image.data[c + 3]! + image.data[c + row]! + image.data[c + row + 3]!) / 4;
      }
    }
  }
  return { width, height, data };
}

/**
 * Bilinear, with pixel centres at halves and borders repeated; averages 2 x 2 pixels as long as the picture is at least twice as large, so that
 * shrinking leaves no grain. The browser's own resampling differs from version to version, and descriptors with it; this one does not.
 */
export function resample(image: FloatPixels, width: number, height: number): FloatPixels {
  let source = image;
  while (source.width >= 2 * width && source.height >= 2 * height) {
    source = halve(source);
  }
  const data = new Float32Array(width * height * 3);
  const [stepX, stepY] = [source.width / width, source.height / height];
  for (let y = 0, to = 0; y < height; y += 1) {
    const atY = Math.min(Math.max((y + 0.5) * stepY - 0.5, 0), source.height - 1);
    const top = Math.floor(atY);
    const downwards = atY - top;
    const upper = top * source.width;
    const lower = Math.min(top + 1, source.height - 1) * source.width;
    for (let x = 0; x < width; x += 1) {
      const atX = Math.min(Math.max((x + 0.5) * stepX - 0.5, 0), source.width - 1);
      const left = Math.floor(atX);
      const right = Math.min(left + 1, source.width - 1);
      const along = atX - left;
      for (let c = 0; c < 3; c += 1, to += 1) {
        const above = source.data[(upper + left) * 3 + c]! * (1 - along) + source.data[(upper + right) * 3 + c]! * along;
        const below = source.data[(lower + left) * 3 + c]! * (1 - along) + source.data[(lower + right) * 3 + c]! * along;
        data[to] = above * (1 - downwards) + below * downwards;
      }
    }
  }
  return { width, height, data };
}

/** Left and right exchanged. */
export function mirror({ width, height, data }: FloatPixels): FloatPixels {
  const turned = new Float32Array(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 3;
      turned.set(data.subarray(from, from + 3), (y * width + width - 1 - x) * 3);
    }
  }
  return { width, height, data: turned };
}

/** Where a region lies within a picture, in whole pixels; undefined where they have nothing in common. */
export function clip(region: Region, width: number, height: number): Region | undefined {
  const left = Math.max(Math.floor(region.x), 0);
  const top = Math.max(Math.floor(region.y), 0);
  const right = Math.min(Math.floor(region.x) + Math.floor(region.width), width);
  const bottom = Math.min(Math.floor(region.y) + Math.floor(region.height), height);
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}
