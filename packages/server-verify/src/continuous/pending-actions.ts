import { POINTER_ACTIONS_SCHEMA, POINTER_FEATURES, type PointerActions } from '@tacit-auth/features';
import { POINTER_DETECTOR_LIMITS } from '@tacit-auth/models';
import { packIntegers, packNumbers, unpackIntegers, unpackNumbers } from './packed-numbers';

const WIDTH = POINTER_FEATURES.length;
/** What lies between two samples, in ms: they share no clock, and how long one was under way says nothing. The recorder hands over at a rest of as long. */
const REST_MS = 1_000;
/** Units of a stored time in one ms. */
const TIME_UNIT = 10;
/** Kind, two times, and the numbers of an action. */
const ROW = 1 + 8 + 3 * WIDTH;

/** Fewest actions that are judged together. */
export const LEAST_ACTIONS = POINTER_DETECTOR_LIMITS.minProbeActions;
/** Most bytes of actions that wait for more. */
export const MOST_PENDING_BYTES = ROW * (LEAST_ACTIONS - 1);

/** Both as one stretch, one after the other. Those that wait are of the same device and grid. */
export function appended(waiting: PointerActions | null, more: PointerActions): PointerActions {
  if (waiting === null || waiting.kinds.length === 0) {
    return more;
  }
  const offset = (waiting.end.at(-1) ?? 0) + REST_MS - (more.start[0] ?? 0);
  return {
    schema: POINTER_ACTIONS_SCHEMA,
    device: more.device,
    gridMs: more.gridMs,
    kinds: concatenated(Uint8Array, waiting.kinds, more.kinds),
    start: concatenated(
      Float64Array,
      waiting.start,
      more.start.map((at) => at + offset),
    ),
    end: concatenated(
      Float64Array,
      waiting.end,
      more.end.map((at) => at + offset),
    ),
    features: concatenated(Float64Array, waiting.features, more.features),
  };
}

function concatenated<Numbers extends Uint8Array | Float64Array>(
  Kind: new (length: number) => Numbers,
  first: Numbers,
  second: Numbers,
): Numbers {
  const both = new Kind(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Bytes of fewer than {@link LEAST_ACTIONS} actions, times from the first of them. */
export function packActions({ kinds, start, end, features }: PointerActions): Uint8Array {
  const first = start[0] ?? 0;
  const times = (values: Float64Array) => packIntegers(Array.from(values, (at) => Math.round((at - first) * TIME_UNIT)));
  return Buffer.concat([kinds, times(start), times(end), packNumbers(features)]);
}

/** @throws RangeError for bytes of no whole number of actions */
export function unpackActions(bytes: Uint8Array, { device, gridMs }: Pick<PointerActions, 'device' | 'gridMs'>): PointerActions {
  const count = bytes.length / ROW;
  if (!Number.isInteger(count)) {
    throw new RangeError('bytes must be of whole actions');
  }
  const times = (from: number) => Float64Array.from(unpackIntegers(bytes.subarray(from, from + 4 * count)), (at) => at / TIME_UNIT);
  return {
    schema: POINTER_ACTIONS_SCHEMA,
    device,
    gridMs,
    // A copy also where the bytes are a Buffer, whose slice is a view.
    kinds: Uint8Array.from(bytes.subarray(0, count)),
    start: times(count),
    end: times(5 * count),
    features: unpackNumbers(bytes.subarray(9 * count)),
  };
}
