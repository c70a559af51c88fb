import type { PointerPath } from './pointer-path';

/** How long, how far and which way: ms, px, px, ratio, and the direction from start to end as sine and cosine (y grows downwards). */
export const POINTER_SIZE_FEATURES = ['duration', 'path', 'distance', 'straightness', 'directionY', 'directionX'] as const;

export function writePointerSize(path: PointerPath, row: Float64Array, offset: number): void {
  const { x, y, steps, totalLength, distance, duration } = path;
  const least = Math.max(distance, 1);
  row[offset] = duration;
  row[offset + 1] = totalLength;
  row[offset + 2] = distance;
  row[offset + 3] = distance / totalLength;
  row[offset + 4] = (y[steps]! - y[0]!) / least;
  row[offset + 5] = (x[steps]! - x[0]!) / least;
}
