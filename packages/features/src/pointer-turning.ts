import type { PointerPath } from './pointer-path';

/** Changes of direction: by time (rad/ms), by path (rad/px), and as they are (rad); the last is the share of turns beyond 45°. */
export const POINTER_TURNING_FEATURES = [
  'meanAngularSpeed',
  'angularSpeedDeviation',
  'meanCurvature',
  'curvatureDeviation',
  'meanAbsoluteTurn',
  'meanTurn',
  'sharpTurns',
] as const;

// Places are whole pixels, so turns of 45° are common: a hair more than that keeps rounding from deciding.
const SHARP = Math.PI / 4 + 1e-6;

export function writePointerTurning(path: PointerPath, row: Float64Array, offset: number): void {
  const { turn, span, length } = path;
  const count = path.steps - 1;
  let angularSum = 0;
  let angularSquares = 0;
  let curvatureSum = 0;
  let curvatureSquares = 0;
  let absolute = 0;
  let signed = 0;
  let sharp = 0;
  for (let i = 0; i < count; i++) {
    const angle = Math.abs(turn[i]!);
    const angular = angle / span[i]!;
    const curvature = angle / Math.max((length[i]! + length[i + 1]!) / 2, 1);
    angularSum += angular;
    angularSquares += angular * angular;
    curvatureSum += curvature;
    curvatureSquares += curvature * curvature;
    absolute += angle;
    signed += turn[i]!;
    if (angle > SHARP) {
      sharp++;
    }
  }
  row[offset] = angularSum / count;
  row[offset + 1] = deviation(angularSum, angularSquares, count);
  row[offset + 2] = curvatureSum / count;
  row[offset + 3] = deviation(curvatureSum, curvatureSquares, count);
  row[offset + 4] = absolute / count;
  row[offset + 5] = signed / count;
  row[offset + 6] = sharp / count;
}

/** Of values that are 0 or a few rad and never large, so that the one-pass form loses nothing that counts. */
function deviation(sum: number, squares: number, count: number): number {
  const mean = sum / count;
  return Math.sqrt(Math.max(0, squares / count - mean * mean));
}
