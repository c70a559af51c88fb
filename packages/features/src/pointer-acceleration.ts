import type { PointerPath } from './pointer-path';

/** Changes of speed from step to step, in px/ms²; the last is (rises - falls) / all. */
export const POINTER_ACCELERATION_FEATURES = [
  'meanAbsoluteAcceleration',
  'accelerationDeviation',
  'peakAcceleration',
  'peakDeceleration',
  'accelerationBalance',
] as const;

export function writePointerAcceleration(path: PointerPath, row: Float64Array, offset: number): void {
  const { acceleration } = path;
  const count = path.steps - 1;
  let sum = 0;
  let absolute = 0;
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  let balance = 0;
  for (let i = 0; i < count; i++) {
    const a = acceleration[i]!;
    sum += a;
    absolute += Math.abs(a);
    if (a > most) {
      most = a;
    }
    if (a < least) {
      least = a;
    }
    if (a > 0) {
      balance++;
    } else if (a < 0) {
      balance--;
    }
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const off = acceleration[i]! - mean;
    squares += off * off;
  }
  row[offset] = absolute / count;
  row[offset + 1] = Math.sqrt(squares / count);
  row[offset + 2] = most;
  row[offset + 3] = least;
  row[offset + 4] = balance / count;
}
