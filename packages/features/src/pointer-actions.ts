import { type Insufficient, insufficient } from './insufficient';
import { POINTER_ACCELERATION_FEATURES, writePointerAcceleration } from './pointer-acceleration';
import { POINTER_CLICK_FEATURES, writePointerClicks } from './pointer-clicks';
import { POINTER_DEVIATION_FEATURES, writePointerDeviation } from './pointer-deviation';
import { POINTER_DIRECTION_FEATURES, writePointerDirection } from './pointer-direction';
import { assertPointerEvents, type PointerEvents, pointerEventsOf } from './pointer-events';
import { POINTER_JERK_FEATURES, writePointerJerk } from './pointer-jerk';
import { createPointerPath, measurePath, type PointerPath, thinPath } from './pointer-path';
import { assertParsedPointerSample, type ParsedPointerSample, POINTER_DEVICES, type PointerDevice } from './pointer-sample';
import { POINTER_ACTION_KINDS, type PointerSegments, pointerSegments } from './pointer-segments';
import { POINTER_SIZE_FEATURES, writePointerSize } from './pointer-size';
import { POINTER_SPEED_FEATURES, writePointerSpeed } from './pointer-speed';
import { POINTER_SUB_MOVEMENT_FEATURES, writePointerSubMovements } from './pointer-sub-movements';
import { POINTER_THROUGHPUT_FEATURES, writePointerThroughput } from './pointer-throughput';
import { POINTER_TIME_COURSE_FEATURES, writePointerTimeCourse } from './pointer-time-course';
import { POINTER_TURNING_FEATURES, writePointerTurning } from './pointer-turning';

export const POINTER_ACTIONS_SCHEMA = 'pointer-actions/1';

type PathWriter = (path: PointerPath, row: Float64Array, offset: number) => void;

const PATH_FAMILIES: readonly (readonly [names: readonly string[], write: PathWriter])[] = [
  [POINTER_SIZE_FEATURES, writePointerSize],
  [POINTER_DEVIATION_FEATURES, writePointerDeviation],
  [POINTER_SPEED_FEATURES, writePointerSpeed],
  [POINTER_ACCELERATION_FEATURES, writePointerAcceleration],
  [POINTER_JERK_FEATURES, writePointerJerk],
  [POINTER_TURNING_FEATURES, writePointerTurning],
  [POINTER_TIME_COURSE_FEATURES, writePointerTimeCourse],
  [POINTER_SUB_MOVEMENT_FEATURES, writePointerSubMovements],
  [POINTER_DIRECTION_FEATURES, writePointerDirection],
  [POINTER_THROUGHPUT_FEATURES, writePointerThroughput],
];

/** Names of the 61 numbers of an action, in the order of a row. The last six are of pauses and presses, the others of the path. */
export const POINTER_FEATURES: readonly string[] = Object.freeze([...PATH_FAMILIES.flatMap(([names]) => names), ...POINTER_CLICK_FEATURES]);

const WIDTH = POINTER_FEATURES.length;
const CLICK_OFFSET = WIDTH - POINTER_CLICK_FEATURES.length;

/** Fewest points, and shortest path in px, of a movement. */
const LEAST_POINTS = 4;
const LEAST_LENGTH = 3;

/** The grid that paths are thinned to, in ms: of screens of 60 Hz, and about the coarsest that a browser's events come in. */
const DEFAULT_GRID = 16;
const LEAST_GRID = 1;
const MOST_GRID = 1_000;
/** Earliest and latest time of an action, in ms from 0: two days. Events are of one. */
const LATEST = 172_800_000;

/**
 * Actions of one device, oldest first, and 61 numbers of each. Nothing in it is how many events there were, how often they came, or where on the screen.
 */
export interface PointerActions {
  readonly schema: typeof POINTER_ACTIONS_SCHEMA;
  readonly device: PointerDevice;
  /** The grid that paths were thinned to. Actions of different grids are not comparable. */
  readonly gridMs: number;
  /** Of {@link POINTER_ACTION_KINDS}. */
  readonly kinds: Uint8Array;
  /** When each began and ended, in ms as the events have them. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** A row of {@link POINTER_FEATURES} an action, row after row; NaN where a number is missing. */
  readonly features: Float64Array;
}

/**
 * The actions of a sample. Insufficient: `too-few-actions` where there is none.
 *
 * @param gridMs the grid of time that paths are thinned to, from 1 to 1,000 ms: 16 for browsers, 100 where some clients tell a place every 100 ms only.
 * @throws TacitError `ERR_POINTER_SAMPLE_UNPARSED`; TypeError, RangeError for a wrong `gridMs`.
 */
export function pointerActions(
  sample: ParsedPointerSample,
  { gridMs = DEFAULT_GRID }: { gridMs?: number } = {},
): PointerActions | Insufficient {
  assertParsedPointerSample(sample);
  assertGrid(gridMs);
  const actions = actionsOf(pointerEventsOf(sample), gridMs, sample.device);
  return actions.kinds.length === 0 ? insufficient('too-few-actions', 'no action among the events') : actions;
}

/**
 * The same of events of any other origin; no action gives empty arrays.
 *
 * @throws TypeError, RangeError for events that are none (see {@link PointerEvents}), a wrong `gridMs` or an unknown `device`.
 */
export function pointerActionsFrom(input: { events: PointerEvents; gridMs?: number; device?: PointerDevice }): PointerActions {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError('input must be an object with events');
  }
  const { events, gridMs = DEFAULT_GRID, device = 'mouse' } = input;
  assertPointerEvents(events);
  assertGrid(gridMs);
  if (!POINTER_DEVICES.includes(device)) {
    throw new TypeError(`device must be one of: ${POINTER_DEVICES.join(', ')}`);
  }
  return actionsOf(events, gridMs, device);
}

/**
 * Refuses what are no actions.
 *
 * @throws TypeError for another shape; RangeError for arrays of different lengths, unknown kinds, ends that fall, times further than two days from 0, a grid
 * out of range, or numbers that are infinite.
 */
export function assertPointerActions(value: unknown, name = 'actions'): asserts value is PointerActions {
  const actions = value as Partial<PointerActions> | null | undefined;
  if (typeof actions !== 'object' || actions === null || actions.schema !== POINTER_ACTIONS_SCHEMA) {
    throw new TypeError(`${name} must be actions of schema ${POINTER_ACTIONS_SCHEMA}`);
  }
  const { device, gridMs, kinds, start, end, features } = actions;
  if (!(kinds instanceof Uint8Array && start instanceof Float64Array && end instanceof Float64Array && features instanceof Float64Array)) {
    throw new TypeError(`${name} must have its kinds as Uint8Array and its numbers as Float64Arrays`);
  }
  if (!POINTER_DEVICES.some((known) => known === device) || typeof gridMs !== 'number') {
    throw new TypeError(`${name} must have a device and a grid`);
  }
  if (!(gridMs >= LEAST_GRID && gridMs <= MOST_GRID)) {
    throw new RangeError(`${name}.gridMs must be from ${LEAST_GRID} to ${MOST_GRID}`);
  }
  const count = kinds.length;
  if (start.length !== count || end.length !== count || features.length !== count * WIDTH) {
    throw new RangeError(`${name} must have a start, an end and ${WIDTH} numbers of each action`);
  }
  for (let i = 0; i < count; i++) {
    const before = i === 0 ? Number.NEGATIVE_INFINITY : end[i - 1]!;
    const inOrder = start[i]! >= -LATEST && start[i]! <= end[i]! && end[i]! >= before && end[i]! <= LATEST;
    if (!(kinds[i]! <= POINTER_ACTION_KINDS.click && inOrder)) {
      throw new RangeError(`${name} must be of known kinds, in order of time and within two days of it`);
    }
  }
  for (let i = 0; i < features.length; i++) {
    if (Math.abs(features[i]!) === Number.POSITIVE_INFINITY) {
      throw new RangeError(`${name} must have numbers that are finite or missing`);
    }
  }
}

function assertGrid(value: unknown): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError('gridMs must be a number');
  }
  if (!(value >= LEAST_GRID && value <= MOST_GRID)) {
    throw new RangeError(`gridMs must be from ${LEAST_GRID} to ${MOST_GRID}`);
  }
}

function actionsOf(events: PointerEvents, gridMs: number, device: PointerDevice): PointerActions {
  const segments = pointerSegments(events);
  const path = createPointerPath(longestOf(segments));
  const kinds = new Uint8Array(segments.count);
  const start = new Float64Array(segments.count);
  const end = new Float64Array(segments.count);
  const features = new Float64Array(segments.count * WIDTH);
  let count = 0;
  for (let place = 0; place < segments.count; place++) {
    const from = segments.from[place]!;
    const to = segments.to[place]!;
    const usable = to - from >= LEAST_POINTS && thinPath(path, events, from, to, gridMs) >= LEAST_POINTS;
    if (usable) {
      measurePath(path);
    }
    let kind = segments.kinds[place]!;
    const offset = count * WIDTH;
    if (usable && path.totalLength >= LEAST_LENGTH) {
      let column = offset;
      for (const [names, write] of PATH_FAMILIES) {
        write(path, features, column);
        column += names.length;
      }
    } else if (kind === POINTER_ACTION_KINDS.pointClick) {
      kind = POINTER_ACTION_KINDS.click;
      features.fill(Number.NaN, offset, offset + CLICK_OFFSET);
    } else {
      continue;
    }
    writePointerClicks(events, segments, place, kind, features, offset + CLICK_OFFSET);
    kinds[count] = kind;
    const release = segments.release[place]!;
    const isMove = kind === POINTER_ACTION_KINDS.move || kind === POINTER_ACTION_KINDS.beforeDrag;
    start[count] = events.at[kind === POINTER_ACTION_KINDS.click ? segments.press[place]! : from]!;
    end[count] = events.at[isMove ? to - 1 : release]!;
    count++;
  }
  return {
    schema: POINTER_ACTIONS_SCHEMA,
    device,
    gridMs,
    kinds: kinds.slice(0, count),
    start: start.slice(0, count),
    end: end.slice(0, count),
    features: features.slice(0, count * WIDTH),
  };
}

function longestOf(segments: PointerSegments): number {
  let longest = 0;
  for (let place = 0; place < segments.count; place++) {
    longest = Math.max(longest, segments.to[place]! - segments.from[place]!);
  }
  return longest;
}
