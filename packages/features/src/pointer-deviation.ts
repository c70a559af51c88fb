import type { PointerPath } from './pointer-path';

/** How far the path leaves the straight line from start to end, and runs past its end, by the length of that line (10 px at least). The first two are signed. */
export const POINTER_DEVIATION_FEATURES = ['largestDeviation', 'meanDeviation', 'overshoot'] as const;

const LEAST_DISTANCE = 10;

export function writePointerDeviation(path: PointerPath, row: Float64Array, offset: number): void {
  const { x, y, points, steps, distance } = path;
  const startX = x[0]!;
  const startY = y[0]!;
  const unit = 1 / Math.max(distance, 1);
  const alongX = (x[steps]! - startX) * unit;
  const alongY = (y[steps]! - startY) * unit;
  let largest = 0;
  let sum = 0;
  let furthest = 0;
  for (let i = 0; i < points; i++) {
    const fromX = x[i]! - startX;
    const fromY = y[i]! - startY;
    const across = alongX * fromY - alongY * fromX;
    const along = alongX * fromX + alongY * fromY;
    sum += across;
    if (Math.abs(across) > Math.abs(largest)) {
      largest = across;
    }
    if (along > furthest) {
      furthest = along;
    }
  }
  const scale = Math.max(distance, LEAST_DISTANCE);
  row[offset] = largest / scale;
  row[offset + 1] = sum / points / scale;
  row[offset + 2] = Math.max(0, furthest - distance) / scale;
}
