import type { PointerPath } from './pointer-path';

/**
 * Difficulty by time, in nats/s: ln(distance / 20 px + 1) / s. Fitts' index of difficulty in Shannon's form (MacKenzie, _Fitts' law as a research and
 * design tool_, 1992) for a target of 20 px, because the page's real targets are not known.
 */
export const POINTER_THROUGHPUT_FEATURES = ['throughput'] as const;

const TARGET = 20;

export function writePointerThroughput(path: PointerPath, row: Float64Array, offset: number): void {
  row[offset] = Math.log(path.distance / TARGET + 1) / (path.duration / 1_000);
}
