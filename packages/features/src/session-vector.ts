import { type Distribution, distribution } from './distribution';
import { assertFreeTextTimings, type FreeTextTimings } from './free-text-timings';
import { type Insufficient, insufficient } from './insufficient';
import type { PointerEvents } from './pointer-events';
import { SESSION_VECTOR_BOUNDS } from './session-bounds';
import { pointerHalf, SESSION_POINTER_FEATURES } from './session-pointer';

/** The schema of {@link SessionVector}. A change of meaning is a new number. */
export const SESSION_VECTOR_SCHEMA = 'session-vector/1';

/** Names of the first twelve numbers, which are of the keyboard. Times in ms. */
export const SESSION_KEYSTROKE_FEATURES = [
  /** Hold time (dwell), each release with its own press. */
  'hold-mean',
  'hold-sd',
  'hold-median',
  'hold-skew',
  'hold-kurtosis',
  /** From one release to the next, in the order of the presses (up-up): negative where the next key comes up first. */
  'release-release-mean',
  'release-release-sd',
  'release-release-median',
  /** Keys / seconds from the first press to the last. */
  'keys-per-second',
  /** Number of different keys. */
  'distinct-keys',
  /** Presses of the most frequent key / keys. */
  'most-frequent-key-share',
  /** Different digraphs / digraphs. */
  'distinct-digraph-share',
] as const;

/** Numbers of a session vector: those of {@link SESSION_KEYSTROKE_FEATURES}, then those of {@link SESSION_POINTER_FEATURES}. */
export const SESSION_FEATURES = [...SESSION_KEYSTROKE_FEATURES, ...SESSION_POINTER_FEATURES] as const;

export interface SessionVectorInput {
  readonly typing?: FreeTextTimings | undefined;
  readonly pointer?: PointerEvents | undefined;
}

/** Twelve numbers of the keyboard and ten of the pointer. All are finite, also those of a half that is not there. */
export interface SessionVector {
  readonly schema: typeof SESSION_VECTOR_SCHEMA;
  /** Whether the first twelve numbers mean anything; where not, they are 0. */
  readonly hasTyping: boolean;
  /** Whether the last ten do. */
  readonly hasPointer: boolean;
  /** As {@link SESSION_FEATURES} names them. */
  readonly values: Float64Array;
}

/**
 * The classical vector of a window of a session. Velocity and acceleration are per ms, whatever the rate of events; events at one instant are one point.
 *
 * A half is missing where there are fewer than five events of its kind (keys whose release was seen, pointer events), where no two keys in a row have
 * their releases, and where its events span no time. Insufficient: `too-few-events` where both are.
 *
 * @throws TypeError or RangeError for what are no timings and no events: arrays of different lengths, numbers that are not finite, times that go
 * backwards.
 */
export function sessionVector(input: SessionVectorInput): SessionVector | Insufficient {
  if (typeof input !== 'object' || input === null) {
    throw new TypeError('input must be an object');
  }
  const typing = input.typing === undefined ? undefined : keystrokeHalf(input.typing);
  const pointer = input.pointer === undefined ? undefined : pointerHalf(input.pointer);
  if (typing === undefined && pointer === undefined) {
    return insufficient('too-few-events', `fewer than ${SESSION_VECTOR_BOUNDS.leastEvents} events, or all at one instant`);
  }
  const values = new Float64Array(SESSION_FEATURES.length);
  values.set(typing ?? []);
  values.set(pointer ?? [], SESSION_KEYSTROKE_FEATURES.length);
  for (let i = 0; i < values.length; i++) {
    // Adding 0 turns -0 into 0.
    values[i] = Math.min(Math.max(values[i]! + 0, -Number.MAX_VALUE), Number.MAX_VALUE);
  }
  return Object.freeze({ schema: SESSION_VECTOR_SCHEMA, hasTyping: typing !== undefined, hasPointer: pointer !== undefined, values });
}

/** @throws TypeError or RangeError for a value that is no {@link SessionVector}. */
export function assertSessionVector(value: unknown, name = 'vector'): asserts value is SessionVector {
  const { schema, hasTyping, hasPointer, values } = (typeof value === 'object' && value !== null ? value : {}) as Partial<SessionVector>;
  if (schema !== SESSION_VECTOR_SCHEMA || typeof hasTyping !== 'boolean' || typeof hasPointer !== 'boolean') {
    throw new TypeError(`${name} must be a vector of schema ${SESSION_VECTOR_SCHEMA}`);
  }
  if (!(values instanceof Float64Array)) {
    throw new TypeError(`${name}.values must be a Float64Array`);
  }
  if (values.length !== SESSION_FEATURES.length || !values.every(Number.isFinite)) {
    throw new RangeError(`${name}.values must be ${SESSION_FEATURES.length} finite numbers`);
  }
  if (!hasTyping && !hasPointer) {
    throw new RangeError(`${name} must have one of its halves`);
  }
}

function keystrokeHalf(timings: FreeTextTimings): number[] | undefined {
  assertFreeTextTimings(timings, 'typing');
  const { keys, hold, pressPress, releaseRelease } = timings;
  const holds = hold.filter((time) => !Number.isNaN(time));
  const upUps = releaseRelease.filter((time) => !Number.isNaN(time));
  const duration = pressPress.reduce((sum, time) => sum + time, 0);
  if (holds.length < SESSION_VECTOR_BOUNDS.leastEvents || upUps.length === 0 || duration < SESSION_VECTOR_BOUNDS.shortestStep) {
    return undefined;
  }

  const counts = new Map<number, number>();
  const digraphs = new Set<number>();
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (i > 0) {
      digraphs.add(256 * keys[i - 1]! + key);
    }
  }
  const dwell = distribution(holds) as Distribution;
  const upUp = distribution(upUps) as Distribution;
  return [
    dwell.mean,
    dwell.sd,
    dwell.median,
    dwell.skew,
    dwell.kurtosis,
    upUp.mean,
    upUp.sd,
    upUp.median,
    (1000 * keys.length) / duration,
    counts.size,
    Math.max(...counts.values()) / keys.length,
    digraphs.size / pressPress.length,
  ];
}
