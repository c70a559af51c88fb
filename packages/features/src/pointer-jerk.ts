import type { PointerPath } from './pointer-path';

/** Changes of acceleration, in px/ms³: how smooth the movement is. */
export const POINTER_JERK_FEATURES = ['meanAbsoluteJerk', 'jerkRootMeanSquare'] as const;

export function writePointerJerk(path: PointerPath, row: Float64Array, offset: number): void {
  const { acceleration, wait } = path;
  const count = path.steps - 2;
  let absolute = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const jerk = (acceleration[i + 1]! - acceleration[i]!) / wait[i + 1]!;
    absolute += Math.abs(jerk);
    squares += jerk * jerk;
  }
  row[offset] = absolute / count;
  row[offset + 1] = Math.sqrt(squares / count);
}
