import type { PointerPath } from './pointer-path';

/** Share of the path in each of eight directions: left, then by 45° over up to right and down (y grows downwards). */
export const POINTER_DIRECTION_FEATURES = [
  'towardsLeft',
  'towardsUpLeft',
  'towardsUp',
  'towardsUpRight',
  'towardsRight',
  'towardsDownRight',
  'towardsDown',
  'towardsDownLeft',
] as const;

const SECTORS = POINTER_DIRECTION_FEATURES.length;

export function writePointerDirection(path: PointerPath, row: Float64Array, offset: number): void {
  const { dx, dy, length, steps, totalLength } = path;
  row.fill(0, offset, offset + SECTORS);
  for (let i = 0; i < steps; i++) {
    const angle = Math.atan2(dy[i]!, dx[i]!);
    const sector = Math.floor(((angle + Math.PI) / (2 * Math.PI)) * SECTORS + 0.5) % SECTORS;
    row[offset + sector]! += length[i]! / totalLength;
  }
}
