import type { PointerPath } from './pointer-path';

/** Speeds in px/ms. A fifth is of the steps, one at least; `moving` leaves out the time in which the pointer stood still. */
export const POINTER_SPEED_FEATURES = [
  'meanSpeed',
  'speedDeviation',
  'peakSpeed',
  'speedQuartile1',
  'speedMedian',
  'speedQuartile3',
  'meanSpeedX',
  'speedXDeviation',
  'meanSpeedY',
  'speedYDeviation',
  'firstFifthSpeed',
  'lastFifthSpeed',
  'peakToMeanSpeed',
  'movingSpeed',
] as const;

export function writePointerSpeed(path: PointerPath, row: Float64Array, offset: number): void {
  const { steps, wait, dx, dy, length, speed, sorted, totalLength, duration } = path;
  let sum = 0;
  let sumX = 0;
  let sumY = 0;
  let peak = 0;
  let moving = 0;
  for (let i = 0; i < steps; i++) {
    const time = wait[i]!;
    const v = speed[i]!;
    sum += v;
    sumX += dx[i]! / time;
    sumY += dy[i]! / time;
    if (v > peak) {
      peak = v;
    }
    if (length[i]! > 0) {
      moving += time;
    }
    sorted[i] = v;
  }
  const mean = sum / steps;
  const meanX = sumX / steps;
  const meanY = sumY / steps;
  let squares = 0;
  let squaresX = 0;
  let squaresY = 0;
  for (let i = 0; i < steps; i++) {
    const time = wait[i]!;
    const off = speed[i]! - mean;
    const offX = dx[i]! / time - meanX;
    const offY = dy[i]! / time - meanY;
    squares += off * off;
    squaresX += offX * offX;
    squaresY += offY * offY;
  }
  const ordered = sorted.subarray(0, steps).sort();
  row[offset] = totalLength / duration;
  row[offset + 1] = Math.sqrt(squares / steps);
  row[offset + 2] = peak;
  row[offset + 3] = ordered[Math.floor(steps / 4)]!;
  row[offset + 4] = ordered[Math.floor(steps / 2)]!;
  row[offset + 5] = ordered[Math.floor((3 * steps) / 4)]!;
  row[offset + 6] = meanX;
  row[offset + 7] = Math.sqrt(squaresX / steps);
  row[offset + 8] = meanY;
  row[offset + 9] = Math.sqrt(squaresY / steps);
  const fifth = Math.max(1, Math.floor(steps / 5));
  row[offset + 10] = meanOf(speed, 0, fifth);
  row[offset + 11] = meanOf(speed, steps - fifth, steps);
  row[offset + 12] = peak / mean;
  row[offset + 13] = totalLength / moving;
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum += values[i]!;
  }
  return sum / (to - from);
}
