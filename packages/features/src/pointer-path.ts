import type { PointerEvents } from './pointer-events';

/**
 * The path of one action, thinned, with what every family of features is computed from. Arrays are scratch: only the first `points` (or `steps`)
 * entries are of this path, and the next one overwrites them.
 */
export interface PointerPath {
  /** Points that are left after thinning, and steps between them. */
  points: number;
  steps: number;
  /** ms and px of each point. */
  readonly at: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Of each step: ms, px, px, px, px/ms. */
  readonly wait: Float64Array;
  readonly dx: Float64Array;
  readonly dy: Float64Array;
  readonly length: Float64Array;
  readonly speed: Float64Array;
  /** Of each pair of steps, at the index of the first: mean of their times (ms), change of speed by it (px/ms²), change of direction (rad, from -π to π; 0 beside a step of no length). */
  readonly span: Float64Array;
  readonly acceleration: Float64Array;
  readonly turn: Float64Array;
  /** Sum of the steps, straight distance from end to end (px), time from end to end (ms). */
  totalLength: number;
  distance: number;
  duration: number;
  readonly sorted: Float64Array;
}

/** A point no more ms than this after one that was kept of an earlier interval is passed over: a speed over so short a time is that of the clock's steps. */
const LEAST_WAIT = 1;

/** Scratch for paths of at most `capacity` points. */
export function createPointerPath(capacity: number): PointerPath {
  const numbers = (): Float64Array => new Float64Array(capacity);
  return {
    points: 0,
    steps: 0,
    at: numbers(),
    x: numbers(),
    y: numbers(),
    wait: numbers(),
    dx: numbers(),
    dy: numbers(),
    length: numbers(),
    speed: numbers(),
    span: numbers(),
    acceleration: numbers(),
    turn: numbers(),
    totalLength: 0,
    distance: 0,
    duration: 0,
    sorted: numbers(),
  };
}

/**
 * Takes the events `from` to `to` (exclusive) into `path`, thinned to a grid of time so that the device's polling rate does not show: of each
 * interval of `gridMs` from the first point on, the last point is kept; the first point always is. Points kept are more than 1 ms apart.
 *
 * @returns how many points are left.
 */
export function thinPath(path: PointerPath, events: PointerEvents, from: number, to: number, gridMs: number): number {
  const { at, x, y } = path;
  const start = events.at[from]!;
  let last = 0;
  let bin = -1;
  at[0] = start;
  x[0] = events.x[from]!;
  y[0] = events.y[from]!;
  for (let i = from + 1; i < to; i++) {
    const time = events.at[i]!;
    const itsBin = Math.floor((time - start) / gridMs);
    if (itsBin !== bin || last === 0) {
      // The next one of this interval will do: a point that took the kept one's place would draw it along with every event of a device of 1,000 Hz.
      if (time - at[last]! <= LEAST_WAIT) {
        continue;
      }
      last++;
      bin = itsBin;
    }
    at[last] = time;
    x[last] = events.x[i]!;
    y[last] = events.y[i]!;
  }
  path.points = last + 1;
  path.steps = last;
  return path.points;
}

/** Computes steps, speeds, turns and sums of the points in `path`. */
export function measurePath(path: PointerPath): void {
  const { at, x, y, wait, dx, dy, length, speed, span, acceleration, turn, steps } = path;
  let total = 0;
  for (let i = 0; i < steps; i++) {
    const stepX = x[i + 1]! - x[i]!;
    const stepY = y[i + 1]! - y[i]!;
    const time = at[i + 1]! - at[i]!;
    const stepLength = Math.sqrt(stepX * stepX + stepY * stepY);
    wait[i] = time;
    dx[i] = stepX;
    dy[i] = stepY;
    length[i] = stepLength;
    speed[i] = stepLength / time;
    total += stepLength;
  }
  for (let i = 0; i < steps - 1; i++) {
    const time = (wait[i]! + wait[i + 1]!) / 2;
    span[i] = time;
    acceleration[i] = (speed[i + 1]! - speed[i]!) / time;
    // The angle between two steps by their cross and dot product: no wrapping to undo, and half of the arc tangents.
    const still = length[i]! === 0 || length[i + 1]! === 0;
    const cross = dx[i]! * dy[i + 1]! - dy[i]! * dx[i + 1]!;
    const dot = dx[i]! * dx[i + 1]! + dy[i]! * dy[i + 1]!;
    turn[i] = still ? 0 : Math.atan2(cross, dot);
  }
  const endX = x[steps]! - x[0]!;
  const endY = y[steps]! - y[0]!;
  path.totalLength = total;
  path.distance = Math.sqrt(endX * endX + endY * endY);
  path.duration = at[steps]! - at[0]!;
}
