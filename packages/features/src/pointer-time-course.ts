import type { PointerPath } from './pointer-path';

/** When the speed peaks, how much of the path is behind it then, and after what share of the time a quarter, half, three quarters and nine tenths of the path are. */
export const POINTER_TIME_COURSE_FEATURES = ['peakTime', 'pathAtPeak', 'timeAt25', 'timeAt50', 'timeAt75', 'timeAt90'] as const;

const SHARES = [0.25, 0.5, 0.75, 0.9] as const;

export function writePointerTimeCourse(path: PointerPath, row: Float64Array, offset: number): void {
  const { at, wait, length, speed, steps, totalLength, duration } = path;
  const start = at[0]!;
  let peak = 0;
  let before = 0;
  let pathAtPeak = 0;
  let share = 0;
  for (let i = 0; i < steps; i++) {
    if (speed[i]! > speed[peak]! || i === 0) {
      peak = i;
      // The peak is a step; its middle stands for it.
      pathAtPeak = before + length[i]! / 2;
    }
    const after = before + length[i]!;
    while (share < SHARES.length && after >= SHARES[share]! * totalLength) {
      const part = length[i]! > 0 ? (SHARES[share]! * totalLength - before) / length[i]! : 0;
      row[offset + 2 + share] = (at[i]! - start + part * wait[i]!) / duration;
      share++;
    }
    before = after;
  }
  row[offset] = (at[peak]! - start + wait[peak]! / 2) / duration;
  row[offset + 1] = pathAtPeak / totalLength;
}
