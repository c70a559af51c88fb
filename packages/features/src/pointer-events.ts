import { type ParsedPointerSample, POINTER_EVENT_KINDS, POINTER_LIMITS } from './pointer-sample';
import { toMilliseconds } from './units';

/** Events as arrays of one length: kinds as in a sample, times in ms (never falling), places in CSS pixels. */
export interface PointerEvents {
  readonly kinds: Uint8Array;
  readonly at: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Most events of one call that are computed from: those of a long recorded session. */
export const MOST_POINTER_EVENTS = 500_000;
/** Latest time of an event, in ms: one day. */
const LATEST = 86_400_000;

/** The events of a sample in ms and CSS pixels. */
export function pointerEventsOf(sample: ParsedPointerSample): PointerEvents {
  const { events } = sample;
  const count = events.length;
  const kinds = new Uint8Array(count);
  const at = new Float64Array(count);
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const event = events[i]!;
    kinds[i] = event[0];
    at[i] = toMilliseconds(event[1]);
    x[i] = event[2] / 10;
    y[i] = event[3] / 10;
  }
  return { kinds, at, x, y };
}

/**
 * Refuses what are no events that features can be computed of.
 *
 * @throws TypeError for arrays of another kind; RangeError for arrays of different lengths or too long, unknown kinds, times that fall or are out of
 * range, places that are not finite or out of range. Messages name the array and never repeat a value.
 */
export function assertPointerEvents(value: unknown): asserts value is PointerEvents {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError('events must be an object of four arrays');
  }
  const { kinds, at, x, y } = value as Partial<PointerEvents>;
  if (!(kinds instanceof Uint8Array)) {
    throw new TypeError('events.kinds must be a Uint8Array');
  }
  if (!(at instanceof Float64Array) || !(x instanceof Float64Array) || !(y instanceof Float64Array)) {
    throw new TypeError('events.at, events.x and events.y must be Float64Arrays');
  }
  if (kinds.length > MOST_POINTER_EVENTS) {
    throw new RangeError(`events must be at most ${MOST_POINTER_EVENTS}`);
  }
  if (at.length !== kinds.length || x.length !== kinds.length || y.length !== kinds.length) {
    throw new RangeError('events.kinds, events.at, events.x and events.y must be of one length');
  }
  const most = POINTER_LIMITS.maxCoordinate / 10;
  let before = -LATEST;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i]! > POINTER_EVENT_KINDS.wheel) {
      throw new RangeError('events.kinds must be kinds of POINTER_EVENT_KINDS');
    }
    if (!(at[i]! >= before && at[i]! <= LATEST)) {
      throw new RangeError('events.at must be times in ms that never fall, of one day at most');
    }
    if (!(Math.abs(x[i]!) <= most && Math.abs(y[i]!) <= most)) {
      throw new RangeError(`events.x and events.y must be from -${most} to ${most}`);
    }
    before = at[i]!;
  }
}
