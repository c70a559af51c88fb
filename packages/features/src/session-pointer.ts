import { meanAndDeviation } from './mean-and-deviation';
import { assertPointerEvents, type PointerEvents } from './pointer-events';
import { POINTER_EVENT_KINDS } from './pointer-sample';
import { SESSION_VECTOR_BOUNDS } from './session-bounds';

/** Names of the last ten numbers, which are of the pointer. Lengths in CSS px, times in ms. */
export const SESSION_POINTER_FEATURES = [
  /** Length / time of each segment between two points. */
  'velocity-mean',
  'velocity-sd',
  'velocity-max',
  /** Change of velocity / time between the middles of two segments. */
  'acceleration-mean',
  'acceleration-sd',
  /** Straight distance from the first point to the last / length of the path; 0 where nothing moved. */
  'straightness',
  /** Number of turns by more than 45 degrees from one segment that moves to the next. */
  'direction-changes',
  /** From one press of a button or contact to the next; 0 where there are not two. */
  'click-interval-mean',
  'click-interval-sd',
  'clicks-per-second',
] as const;

/** The ten numbers of {@link SESSION_POINTER_FEATURES}; undefined where there are too few events, or no time. @throws TypeError or RangeError */
export function pointerHalf(events: PointerEvents): number[] | undefined {
  assertPointerEvents(events);
  const { kinds, at, x, y } = events;
  const count = kinds.length;
  const { leastEvents, shortestStep } = SESSION_VECTOR_BOUNDS;
  if (count < leastEvents || at[count - 1]! - at[0]! < shortestStep) {
    return undefined;
  }

  const velocities: number[] = [];
  const accelerations: number[] = [];
  let path = 0;
  let turns = 0;
  let lastDirection = Number.NaN;
  let lastStep = 0;
  let from = 0;
  for (let i = 1; i < count; i++) {
    // Of events at one instant the last says where the pointer is; what it moved among them is on the way to the next.
    const step = at[i]! - at[from]!;
    if (step < shortestStep || (i < count - 1 && at[i + 1]! - at[i]! < shortestStep)) {
      continue;
    }
    const dx = x[i]! - x[from]!;
    const dy = y[i]! - y[from]!;
    const length = Math.hypot(dx, dy);
    const velocity = length / step;
    if (velocities.length > 0) {
      accelerations.push((velocity - velocities.at(-1)!) / ((step + lastStep) / 2));
    }
    velocities.push(velocity);
    path += length;
    lastStep = step;
    if (length > 0) {
      const direction = Math.atan2(dy, dx);
      const turn = Math.abs(direction - lastDirection);
      turns += Math.min(turn, 2 * Math.PI - turn) > Math.PI / 4 ? 1 : 0;
      lastDirection = direction;
    }
    from = i;
  }

  const velocity = meanAndDeviation(Float64Array.from(velocities));
  const acceleration = spread(accelerations);
  const clicks = at.filter((_, i) => kinds[i] === POINTER_EVENT_KINDS.press || kinds[i] === POINTER_EVENT_KINDS.otherPress);
  const interval = spread(clicks.subarray(1).map((time, i) => time - clicks[i]!));
  return [
    velocity.mean,
    velocity.sd,
    velocities.reduce((most, each) => Math.max(most, each), 0),
    acceleration.mean,
    acceleration.sd,
    path === 0 ? 0 : Math.min(Math.hypot(x[count - 1]! - x[0]!, y[count - 1]! - y[0]!) / path, 1),
    turns,
    interval.mean,
    interval.sd,
    (1000 * clicks.length) / (at[count - 1]! - at[0]!),
  ];
}

/** Mean and deviation, and 0 of nothing. */
function spread(values: readonly number[] | Float64Array): { readonly mean: number; readonly sd: number } {
  return values.length === 0 ? { mean: 0, sd: 0 } : meanAndDeviation(Float64Array.from(values));
}
