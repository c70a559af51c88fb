import type { Frames } from './free-text-frames';
import { DIGRAPH_CLASSES, FINGERS } from './free-text-hands';
import { groupMeans, quantiles, SEVEN, softHistogram, THREE } from './free-text-statistics';
import { KEY_CLASSES } from './key-classes';

const RELEASE_PRESS_KNOTS = Float64Array.from([-120, -70, -40, -15, 5, 30, 60, 100, 150, 230, 350], (ms) => Math.asinh(ms / 40));
const PRESS_PRESS_KNOTS = Float64Array.from([40, 70, 95, 120, 145, 170, 200, 240, 300, 400, 600], Math.log);

/** Numbers that {@link latencySummary} writes. */
export const LATENCY_NUMBERS = 4 * KEY_CLASSES + 3 * DIGRAPH_CLASSES + 2 * FINGERS + 35 + 27 + 22;

/**
 * How fast one key follows another: deviations of press-press, release-press and release-release times by key, by class of the digraph and by finger; quantiles
 * of deviations and of the times themselves, of all and by class of the digraph; histograms of the times.
 */
export function latencySummary(frames: Frames, out: Float64Array, start: number): number {
  const { count, key, previous, digraph, finger, previousFinger, pressPress, releasePress, releaseRelease } = frames;
  let at = groupMeans(out, start, KEY_CLASSES, key, pressPress, count, 3);
  at = groupMeans(out, at, KEY_CLASSES, key, releasePress, count, 3);
  at = groupMeans(out, at, KEY_CLASSES, previous, releasePress, count, 3);
  at = groupMeans(out, at, KEY_CLASSES, previous, releaseRelease, count, 3);
  at = groupMeans(out, at, DIGRAPH_CLASSES, digraph, pressPress, count, 2);
  at = groupMeans(out, at, DIGRAPH_CLASSES, digraph, releasePress, count, 2);
  at = groupMeans(out, at, DIGRAPH_CLASSES, digraph, releaseRelease, count, 2);
  at = groupMeans(out, at, FINGERS, finger, releasePress, count, 2);
  at = groupMeans(out, at, FINGERS, previousFinger, releasePress, count, 2);
  at = quantiles(out, at, SEVEN, pressPress, count);
  at = quantiles(out, at, SEVEN, releasePress, count);
  at = quantiles(out, at, SEVEN, releaseRelease, count);
  at = quantiles(out, at, SEVEN, frames.releasePressRaw, count);
  at = quantiles(out, at, SEVEN, frames.pressPressRaw, count, 2);
  for (let digraphClass = 2; digraphClass < 8; digraphClass++) {
    at = quantiles(out, at, THREE, releasePress, count, 1, digraph, digraphClass);
  }
  for (const digraphClass of [0, 1, 8]) {
    at = quantiles(out, at, THREE, pressPress, count, 1, digraph, digraphClass);
  }
  at = softHistogram(out, at, RELEASE_PRESS_KNOTS, frames.releasePressRaw, count);
  return softHistogram(out, at, PRESS_PRESS_KNOTS, frames.pressPressRaw, count);
}
