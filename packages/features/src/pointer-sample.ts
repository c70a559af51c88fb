import { TacitError } from './errors';
import { exceedsBytes, isIntegerWithin, isPlainObject, ownItem, ownProperty, type PlainObject } from './sample-input';

/** Every bound on a pointer sample. Times are in tenths of a millisecond, coordinates in tenths of a CSS pixel. */
export const POINTER_LIMITS = Object.freeze({
  /** Length of a sample given as JSON text, in bytes of UTF-8. */
  maxBytes: 655_360,
  maxEvents: 20_000,
  /** Latest event: one hour after the first. */
  maxTime: 36_000_000,
  /** Largest magnitude of a coordinate: 100,000 CSS pixels. A captured pointer may be outside of the viewport. */
  maxCoordinate: 1_000_000,
  /** Largest width and height of the viewport, in CSS pixels. */
  maxViewport: 100_000,
  /** Units of `pixelRatio` in 1. */
  pixelRatioUnit: 1_000,
  minPixelRatio: 100,
  maxPixelRatio: 10_000,
  minClockStep: 1,
  /** One second. */
  maxClockStep: 10_000,
});

/** What moved the pointer. A sample is of one device. */
export const POINTER_DEVICES = ['mouse', 'touch', 'pen'] as const;
export type PointerDevice = (typeof POINTER_DEVICES)[number];

/** What an event is. `press` and `release` are of the main button, which a finger's or a pen's contact counts as; the others are of any other button. */
export const POINTER_EVENT_KINDS = Object.freeze({ move: 0, press: 1, otherPress: 2, release: 3, otherRelease: 4, wheel: 5 });
export type PointerEventKind = 0 | 1 | 2 | 3 | 4 | 5;

/** The names that `flags` may carry, in the order in which they are written. */
export const POINTER_FLAGS = ['untrusted', 'lost'] as const;
export type PointerFlag = (typeof POINTER_FLAGS)[number];

/** One event: its {@link POINTER_EVENT_KINDS kind}, its time in 0.1 ms from the first event, and where the pointer was, in 0.1 CSS pixels. */
export type PointerEventNumbers = [kind: PointerEventKind, at: number, x: number, y: number];

/** The wire type: what a browser sends about a stretch of pointer use. Plain JSON; nothing of what was pointed at. */
export interface PointerSample {
  version: 1;
  device: PointerDevice;
  /**
   * Device pixels in a CSS pixel, in thousandths. Coordinates are CSS pixels, that is device pixels divided by this ratio, so that a display twice as
   * dense gives the same numbers; the ratio itself tells when that scale changed.
   */
  pixelRatio: number;
  /** Of the page's visible part, in CSS pixels. */
  viewport: [width: number, height: number];
  /** In order of time; the first is at 0. */
  events: PointerEventNumbers[];
  /** `untrusted`: a script made an event. `lost`: the recorder's buffer was full, and events before these are gone. Present means true. */
  flags: { [Flag in PointerFlag]?: true };
  /** The measured step of the browser's clock in 0.1 ms. */
  clockStep: number;
}

declare const brand: unique symbol;

/** A sample that {@link parsePointerSample} has checked: deeply frozen, and known to the parser by identity. */
export interface ParsedPointerSample {
  readonly version: 1;
  readonly device: PointerDevice;
  readonly pixelRatio: number;
  readonly viewport: readonly [width: number, height: number];
  readonly events: readonly Readonly<PointerEventNumbers>[];
  readonly flags: { readonly [Flag in PointerFlag]?: true };
  readonly clockStep: number;
  readonly [brand]: true;
}

/** Why a sample was refused. */
export type PointerSampleErrorCode =
  /** Neither JSON text nor an object. */
  | 'ERR_POINTER_SAMPLE_TYPE'
  /** More bytes than `POINTER_LIMITS.maxBytes`. */
  | 'ERR_POINTER_SAMPLE_SIZE'
  /** The text is not JSON. */
  | 'ERR_POINTER_SAMPLE_JSON'
  /** A version that this parser does not read. */
  | 'ERR_POINTER_SAMPLE_VERSION'
  /** A property that the version does not know. */
  | 'ERR_POINTER_SAMPLE_PROPERTY'
  | 'ERR_POINTER_SAMPLE_DEVICE'
  | 'ERR_POINTER_SAMPLE_PIXEL_RATIO'
  | 'ERR_POINTER_SAMPLE_VIEWPORT'
  /** `events` is not an array of at most `POINTER_LIMITS.maxEvents` rows of a known kind, a time and two coordinates. */
  | 'ERR_POINTER_SAMPLE_EVENTS'
  /** A coordinate is no integer in range. */
  | 'ERR_POINTER_SAMPLE_PLACE'
  /** A time is no integer in range, or before the one before it. */
  | 'ERR_POINTER_SAMPLE_TIME'
  | 'ERR_POINTER_SAMPLE_FLAGS'
  | 'ERR_POINTER_SAMPLE_CLOCK_STEP'
  /** The value did not come from {@link parsePointerSample}. */
  | 'ERR_POINTER_SAMPLE_UNPARSED';

const parsed = new WeakSet<object>();
const PROPERTIES: ReadonlySet<PropertyKey> = new Set(['version', 'device', 'pixelRatio', 'viewport', 'events', 'flags', 'clockStep']);
const FLAGS: ReadonlySet<PropertyKey> = new Set(POINTER_FLAGS);
const LAST_KIND = POINTER_EVENT_KINDS.wheel;

/** One reader a version on the wire. A new version gets a reader of its own; the one before it stays. */
const readers: ReadonlyMap<unknown, (fields: PlainObject) => PointerSample> = new Map([[1, readVersion1]]);

/**
 * Checks a pointer sample from outside and returns a deeply frozen copy, the only kind that feature functions accept.
 * A sample that is already parsed is returned as it is.
 *
 * @param input JSON text or the value parsed from it. The size of text, and the number of events, are checked before anything else of them.
 * @throws TacitError with a {@link PointerSampleErrorCode} and, where one property is at fault, its path as `field`. A refused value is never repeated.
 */
export function parsePointerSample(input: unknown): ParsedPointerSample {
  if (isParsedPointerSample(input)) {
    return input;
  }
  const value = typeof input === 'string' ? parseJson(input) : input;
  let sample: PointerSample;
  try {
    sample = read(value);
  } catch (error) {
    if (error instanceof TacitError) {
      throw error;
    }
    // Only a value with accessors or traps of its own gets here. Its error may say anything, so it is not passed on.
    throw refuse('ERR_POINTER_SAMPLE_TYPE', 'pointer sample cannot be read: give JSON text or plain data');
  }
  freeze(sample);
  parsed.add(sample);
  return sample as unknown as ParsedPointerSample;
}

/** Whether `value` is a sample that {@link parsePointerSample} returned. */
export function isParsedPointerSample(value: unknown): value is ParsedPointerSample {
  return typeof value === 'object' && value !== null && parsed.has(value);
}

/**
 * Refuses every value that {@link parsePointerSample} did not return, however right its shape.
 *
 * @throws TacitError `ERR_POINTER_SAMPLE_UNPARSED`.
 */
export function assertParsedPointerSample(value: unknown): asserts value is ParsedPointerSample {
  if (!isParsedPointerSample(value)) {
    throw refuse('ERR_POINTER_SAMPLE_UNPARSED', 'sample must come from parsePointerSample');
  }
}

function refuse(code: PointerSampleErrorCode, message: string, field?: string): TacitError<PointerSampleErrorCode> {
  return new TacitError(code, message, field === undefined ? {} : { field });
}

function parseJson(text: string): unknown {
  if (exceedsBytes(text, POINTER_LIMITS.maxBytes)) {
    throw refuse('ERR_POINTER_SAMPLE_SIZE', `pointer sample is larger than ${POINTER_LIMITS.maxBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, so it is not kept as the cause.
    throw refuse('ERR_POINTER_SAMPLE_JSON', 'pointer sample is not valid JSON');
  }
}

function read(value: unknown): PointerSample {
  if (!isPlainObject(value)) {
    throw refuse('ERR_POINTER_SAMPLE_TYPE', 'pointer sample must be an object');
  }
  const reader = readers.get(ownProperty(value, 'version'));
  if (reader === undefined) {
    throw refuse('ERR_POINTER_SAMPLE_VERSION', `version must be one of: ${[...readers.keys()].join(', ')}`, 'version');
  }
  return reader(value);
}

function readVersion1(fields: PlainObject): PointerSample {
  for (const name of Reflect.ownKeys(fields)) {
    if (!PROPERTIES.has(name)) {
      throw refuse('ERR_POINTER_SAMPLE_PROPERTY', 'pointer sample has a property that version 1 does not know');
    }
  }
  const { minPixelRatio, maxPixelRatio, minClockStep, maxClockStep } = POINTER_LIMITS;
  const device = POINTER_DEVICES.find((name) => name === ownProperty(fields, 'device'));
  if (device === undefined) {
    throw refuse('ERR_POINTER_SAMPLE_DEVICE', `device must be one of: ${POINTER_DEVICES.join(', ')}`, 'device');
  }
  const pixelRatio = ownProperty(fields, 'pixelRatio');
  if (!isIntegerWithin(pixelRatio, minPixelRatio, maxPixelRatio)) {
    const message = `pixelRatio must be an integer from ${minPixelRatio} to ${maxPixelRatio}, in thousandths`;
    throw refuse('ERR_POINTER_SAMPLE_PIXEL_RATIO', message, 'pixelRatio');
  }
  const clockStep = ownProperty(fields, 'clockStep');
  if (!isIntegerWithin(clockStep, minClockStep, maxClockStep)) {
    throw refuse('ERR_POINTER_SAMPLE_CLOCK_STEP', `clockStep must be an integer from ${minClockStep} to ${maxClockStep}`, 'clockStep');
  }
  const viewport = readViewport(ownProperty(fields, 'viewport'));
  const flags = readFlags(ownProperty(fields, 'flags'));
  const events = readEvents(ownProperty(fields, 'events'));
  return { version: 1, device, pixelRatio, viewport, events, flags, clockStep };
}

function readViewport(value: unknown): [width: number, height: number] {
  if (Array.isArray(value) && value.length === 2) {
    const width = ownItem(value, 0);
    const height = ownItem(value, 1);
    if (isIntegerWithin(width, 1, POINTER_LIMITS.maxViewport) && isIntegerWithin(height, 1, POINTER_LIMITS.maxViewport)) {
      return [width, height];
    }
  }
  const message = `viewport must be [width, height], integers from 1 to ${POINTER_LIMITS.maxViewport}`;
  throw refuse('ERR_POINTER_SAMPLE_VIEWPORT', message, 'viewport');
}

function readFlags(value: unknown): PointerSample['flags'] {
  if (!isPlainObject(value)) {
    throw refuse('ERR_POINTER_SAMPLE_FLAGS', 'flags must be an object', 'flags');
  }
  for (const name of Reflect.ownKeys(value)) {
    if (!FLAGS.has(name)) {
      throw refuse('ERR_POINTER_SAMPLE_FLAGS', `flags may only hold ${POINTER_FLAGS.join(', ')}`, 'flags');
    }
  }
  const flags: PointerSample['flags'] = {};
  for (const name of POINTER_FLAGS) {
    if (Object.hasOwn(value, name)) {
      if (value[name] !== true) {
        throw refuse('ERR_POINTER_SAMPLE_FLAGS', 'a flag must be true or absent', `flags.${name}`);
      }
      flags[name] = true;
    }
  }
  return flags;
}

function readEvents(value: unknown): PointerEventNumbers[] {
  if (!Array.isArray(value)) {
    throw refuse('ERR_POINTER_SAMPLE_EVENTS', 'events must be an array', 'events');
  }
  const count = value.length;
  if (count > POINTER_LIMITS.maxEvents) {
    throw refuse('ERR_POINTER_SAMPLE_EVENTS', `events must hold at most ${POINTER_LIMITS.maxEvents} rows`, 'events');
  }
  const events: PointerEventNumbers[] = [];
  let before = 0;
  for (let i = 0; i < count; i++) {
    const event = readEvent(ownItem(value, i), i, before);
    before = event[1];
    events.push(event);
  }
  return events;
}

function readEvent(entry: unknown, index: number, before: number): PointerEventNumbers {
  if (!Array.isArray(entry) || entry.length !== 4) {
    throw refuse('ERR_POINTER_SAMPLE_EVENTS', 'a row of events must be [kind, at, x, y]', `events[${index}]`);
  }
  const kind = ownItem(entry, 0);
  if (!isIntegerWithin(kind, 0, LAST_KIND)) {
    throw refuse('ERR_POINTER_SAMPLE_EVENTS', `kind must be an integer from 0 to ${LAST_KIND}`, `events[${index}].kind`);
  }
  const at = ownItem(entry, 1);
  const latest = index === 0 ? 0 : POINTER_LIMITS.maxTime;
  if (!isIntegerWithin(at, before, latest)) {
    const wanted = index === 0 ? '0' : `an integer from the one before it to ${POINTER_LIMITS.maxTime}`;
    throw refuse('ERR_POINTER_SAMPLE_TIME', `at must be ${wanted}`, `events[${index}].at`);
  }
  const x = readCoordinate(ownItem(entry, 2), index, 'x');
  const y = readCoordinate(ownItem(entry, 3), index, 'y');
  // Adding 0 turns the -0 that JSON can carry into 0.
  return [(kind + 0) as PointerEventKind, at + 0, x, y];
}

function readCoordinate(value: unknown, index: number, name: string): number {
  const { maxCoordinate } = POINTER_LIMITS;
  if (!isIntegerWithin(value, -maxCoordinate, maxCoordinate)) {
    const message = `${name} must be an integer from -${maxCoordinate} to ${maxCoordinate}`;
    throw refuse('ERR_POINTER_SAMPLE_PLACE', message, `events[${index}].${name}`);
  }
  return value + 0;
}

function freeze(sample: PointerSample): void {
  for (const event of sample.events) {
    Object.freeze(event);
  }
  Object.freeze(sample.events);
  Object.freeze(sample.viewport);
  Object.freeze(sample.flags);
  Object.freeze(sample);
}
