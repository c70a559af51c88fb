import type { PointerPath } from './pointer-path';

/** How often the speed peaks (per s), how often the pointer rests (count), and the share of time that it rests. */
export const POINTER_SUB_MOVEMENT_FEATURES = ['subMovements', 'rests', 'restShare'] as const;

/** A peak lower than this share of the highest is noise. */
const LEAST_PEAK = 0.1;
/** A step that takes longer, in ms, is a rest. */
const LEAST_REST = 150;
/** Least duration that peaks are divided by, in s. */
const LEAST_DURATION = 0.1;

export function writePointerSubMovements(path: PointerPath, row: Float64Array, offset: number): void {
  const { speed, wait, steps, duration } = path;
  let highest = 0;
  let rests = 0;
  let resting = 0;
  for (let i = 0; i < steps; i++) {
    if (speed[i]! > highest) {
      highest = speed[i]!;
    }
    if (wait[i]! > LEAST_REST) {
      rests++;
      resting += wait[i]!;
    }
  }
  let peaks = 0;
  for (let i = 1; i < steps - 1; i++) {
    const v = speed[i]!;
    if (v > speed[i - 1]! && v >= speed[i + 1]! && v > LEAST_PEAK * highest) {
      peaks++;
    }
  }
  row[offset] = peaks / Math.max(duration / 1_000, LEAST_DURATION);
  row[offset + 1] = rests;
  row[offset + 2] = resting / duration;
}
