import { TacitError } from './errors';
import { isKeyClassId, KEY_CLASSES } from './key-classes';
import { exceedsBytes, isIntegerWithin, isPlainObject, ownItem, ownProperty, type PlainObject } from './sample-input';

/** Every bound on a typing sample. Times are in tenths of a millisecond. */
export const TYPING_LIMITS = Object.freeze({
  /** Length of a sample given as JSON text, in bytes of UTF-8. */
  maxBytes: 262_144,
  maxKeys: 2_000,
  /** Latest press or release: one hour after the first press. */
  maxTime: 36_000_000,
  /** Longest hold of one key: 60 s. A recorder writes null for a longer one. */
  maxHold: 600_000,
  maxFieldLength: 64,
  maxKeyLength: 24,
  minClockStep: 1,
  /** One second. */
  maxClockStep: 10_000,
  /** Length of a typed text and of its target, in UTF-16 units. */
  maxTextLength: 2_000,
});

/** The names that `flags` may carry, in the order in which they are written. */
export const TYPING_FLAGS = ['pasted', 'dropped', 'autofilled', 'composed', 'corrected', 'untrusted'] as const;
export type TypingFlag = (typeof TYPING_FLAGS)[number];
/** `secret`: times alone. `text`: with codes of keys. `window`: a run of keys out of a session, with classes of keys. */
export const TYPING_MODES = ['secret', 'text', 'window'] as const;
export type TypingMode = (typeof TYPING_MODES)[number];
export type TypingDevice = 'keyboard' | 'touch' | 'unknown';

/**
 * One key stroke: the key's `KeyboardEvent.code` (always null in `secret` mode, null in `text` mode where the device names none; in `window` mode
 * the id of its class, `'0'` to `'38'`, see `keyClassOf`), the time of its press, and the time of its release or null if that was never seen.
 */
export type TypingKey = [key: string | null, press: number, release: number | null];

/** The wire type: what a browser sends about one entry of one field, or about a run of keys of a session. Plain JSON. */
export interface TypingSample {
  version: 1;
  /**
   * `secret`: times only. `text`: the text is known to the server, so codes of keys may be kept. `window`: the server is to know the rhythm of a
   * session and not its text, so a key is one of 39 classes, in which every digit is the same.
   */
  mode: TypingMode;
  /** The integrator's name for the field: 1-64 characters of `[A-Za-z0-9._-]`. */
  field: string;
  /** In order of press; integers of 0.1 ms from the first press, which is 0. */
  keys: TypingKey[];
  /** What happened besides typing. Present means true. */
  flags: { [Flag in TypingFlag]?: true };
  /** The measured step of the browser's clock in 0.1 ms: 1 is 0.1 ms, 10 is 1 ms, 1000 is 100 ms. */
  clockStep: number;
  device: TypingDevice;
}

declare const brand: unique symbol;

/** A sample that {@link parseTypingSample} has checked: deeply frozen, and known to the parser by identity. */
export interface ParsedTypingSample {
  readonly version: 1;
  readonly mode: TypingMode;
  readonly field: string;
  readonly keys: readonly (readonly [key: string | null, press: number, release: number | null])[];
  readonly flags: { readonly [Flag in TypingFlag]?: true };
  readonly clockStep: number;
  readonly device: TypingDevice;
  readonly [brand]: true;
}

/** Why a sample was refused. */
export type TypingSampleErrorCode =
  /** Neither JSON text nor an object, or a property of the wrong kind. */
  | 'ERR_SAMPLE_TYPE'
  /** More bytes than `TYPING_LIMITS.maxBytes`. */
  | 'ERR_SAMPLE_SIZE'
  /** The text is not JSON. */
  | 'ERR_SAMPLE_JSON'
  /** A version that this parser does not read. */
  | 'ERR_SAMPLE_VERSION'
  /** A property that the version does not know. */
  | 'ERR_SAMPLE_PROPERTY'
  | 'ERR_SAMPLE_MODE'
  | 'ERR_SAMPLE_FIELD'
  /** `keys` is not an array of at most `TYPING_LIMITS.maxKeys` triples. */
  | 'ERR_SAMPLE_KEYS'
  /** The key of a stroke is not a code, is one in `secret` mode, or is no class id in `window` mode. */
  | 'ERR_SAMPLE_KEY'
  /** A time is no integer in range, out of order, or a hold too long. */
  | 'ERR_SAMPLE_TIME'
  | 'ERR_SAMPLE_FLAGS'
  | 'ERR_SAMPLE_CLOCK_STEP'
  | 'ERR_SAMPLE_DEVICE'
  /** The value did not come from {@link parseTypingSample}. */
  | 'ERR_SAMPLE_UNPARSED';

const parsed = new WeakSet<object>();
const FIELD = /^[A-Za-z0-9._-]{1,64}$/;
const KEY = /^[A-Za-z0-9]{1,24}$/;
const KEY_WANTED: Readonly<Record<TypingMode, string>> = {
  secret: "null in mode 'secret'",
  text: `null or 1-${TYPING_LIMITS.maxKeyLength} characters of [A-Za-z0-9]`,
  window: `the id of a class, '0' to '${KEY_CLASSES - 1}', in mode 'window'`,
};
const PROPERTIES: ReadonlySet<PropertyKey> = new Set(['version', 'mode', 'field', 'keys', 'flags', 'clockStep', 'device']);
const FLAGS: ReadonlySet<PropertyKey> = new Set(TYPING_FLAGS);

/** One reader a version on the wire. A new version gets a reader of its own; the one before it stays. */
const readers: ReadonlyMap<unknown, (fields: PlainObject) => TypingSample> = new Map([[1, readVersion1]]);

/**
 * Checks a typing sample from outside and returns a deeply frozen copy, the only kind that feature functions accept.
 * A sample that is already parsed is returned as it is.
 *
 * @param input JSON text or the value parsed from it. The size of text is checked before anything else.
 * @throws TacitError with a {@link TypingSampleErrorCode} and, where one property is at fault, its path as `field`. A refused value is never repeated.
 */
export function parseTypingSample(input: unknown): ParsedTypingSample {
  if (isParsedTypingSample(input)) {
    return input;
  }
  const value = typeof input === 'string' ? parseJson(input) : input;
  let sample: TypingSample;
  try {
    sample = read(value);
  } catch (error) {
    if (error instanceof TacitError) {
      throw error;
    }
    // Only a value with accessors or traps of its own gets here. Its error may say anything, so it is not passed on.
    throw refuse('ERR_SAMPLE_TYPE', 'typing sample cannot be read: give JSON text or plain data');
  }
  freeze(sample);
  parsed.add(sample);
  return sample as unknown as ParsedTypingSample;
}

/** Whether `value` is a sample that {@link parseTypingSample} returned. */
export function isParsedTypingSample(value: unknown): value is ParsedTypingSample {
  return typeof value === 'object' && value !== null && parsed.has(value);
}

/**
 * Refuses every value that {@link parseTypingSample} did not return, however right its shape.
 *
 * @throws TacitError `ERR_SAMPLE_UNPARSED`.
 */
export function assertParsedTypingSample(value: unknown): asserts value is ParsedTypingSample {
  if (!isParsedTypingSample(value)) {
    throw refuse('ERR_SAMPLE_UNPARSED', 'sample must come from parseTypingSample');
  }
}

function refuse(code: TypingSampleErrorCode, message: string, field?: string): TacitError<TypingSampleErrorCode> {
  return new TacitError(code, message, field === undefined ? {} : { field });
}

function parseJson(text: string): unknown {
  if (exceedsBytes(text, TYPING_LIMITS.maxBytes)) {
    throw refuse('ERR_SAMPLE_SIZE', `typing sample is larger than ${TYPING_LIMITS.maxBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, so it is not kept as the cause.
    throw refuse('ERR_SAMPLE_JSON', 'typing sample is not valid JSON');
  }
}

function read(value: unknown): TypingSample {
  if (!isPlainObject(value)) {
    throw refuse('ERR_SAMPLE_TYPE', 'typing sample must be an object');
  }
  const reader = readers.get(ownProperty(value, 'version'));
  if (reader === undefined) {
    throw refuse('ERR_SAMPLE_VERSION', `version must be one of: ${[...readers.keys()].join(', ')}`, 'version');
  }
  return reader(value);
}

function readVersion1(fields: PlainObject): TypingSample {
  for (const name of Reflect.ownKeys(fields)) {
    if (!PROPERTIES.has(name)) {
      throw refuse('ERR_SAMPLE_PROPERTY', 'typing sample has a property that version 1 does not know');
    }
  }
  const mode = ownProperty(fields, 'mode');
  if (mode !== 'secret' && mode !== 'text' && mode !== 'window') {
    throw refuse('ERR_SAMPLE_MODE', `mode must be one of: ${TYPING_MODES.join(', ')}`, 'mode');
  }
  const field = ownProperty(fields, 'field');
  if (typeof field !== 'string' || !FIELD.test(field)) {
    throw refuse('ERR_SAMPLE_FIELD', `field must be 1-${TYPING_LIMITS.maxFieldLength} characters of [A-Za-z0-9._-]`, 'field');
  }
  const clockStep = ownProperty(fields, 'clockStep');
  if (!isIntegerWithin(clockStep, TYPING_LIMITS.minClockStep, TYPING_LIMITS.maxClockStep)) {
    const { minClockStep, maxClockStep } = TYPING_LIMITS;
    throw refuse('ERR_SAMPLE_CLOCK_STEP', `clockStep must be an integer from ${minClockStep} to ${maxClockStep}`, 'clockStep');
  }
  const device = ownProperty(fields, 'device');
  if (device !== 'keyboard' && device !== 'touch' && device !== 'unknown') {
    throw refuse('ERR_SAMPLE_DEVICE', "device must be 'keyboard', 'touch' or 'unknown'", 'device');
  }
  const flags = readFlags(ownProperty(fields, 'flags'));
  const keys = readKeys(ownProperty(fields, 'keys'), mode);
  return { version: 1, mode, field, keys, flags, clockStep, device };
}

function readFlags(value: unknown): TypingSample['flags'] {
  if (!isPlainObject(value)) {
    throw refuse('ERR_SAMPLE_FLAGS', 'flags must be an object', 'flags');
  }
  for (const name of Reflect.ownKeys(value)) {
    if (!FLAGS.has(name)) {
      throw refuse('ERR_SAMPLE_FLAGS', `flags may only hold ${TYPING_FLAGS.join(', ')}`, 'flags');
    }
  }
  const flags: TypingSample['flags'] = {};
  for (const name of TYPING_FLAGS) {
    if (Object.hasOwn(value, name)) {
      if (value[name] !== true) {
        throw refuse('ERR_SAMPLE_FLAGS', 'a flag must be true or absent', `flags.${name}`);
      }
      flags[name] = true;
    }
  }
  return flags;
}

function readKeys(value: unknown, mode: TypingMode): TypingKey[] {
  if (!Array.isArray(value)) {
    throw refuse('ERR_SAMPLE_KEYS', 'keys must be an array', 'keys');
  }
  const count = value.length;
  if (count > TYPING_LIMITS.maxKeys) {
    throw refuse('ERR_SAMPLE_KEYS', `keys must hold at most ${TYPING_LIMITS.maxKeys} entries`, 'keys');
  }
  const keys: TypingKey[] = [];
  let previousPress = 0;
  for (let i = 0; i < count; i++) {
    const key = readKey(ownItem(value, i), i, mode, previousPress);
    previousPress = key[1];
    keys.push(key);
  }
  return keys;
}

function readKey(entry: unknown, index: number, mode: TypingMode, previousPress: number): TypingKey {
  if (!Array.isArray(entry) || entry.length !== 3) {
    throw refuse('ERR_SAMPLE_KEYS', 'an entry of keys must be [key, press, release]', `keys[${index}]`);
  }
  const key = ownItem(entry, 0);
  const press = ownItem(entry, 1);
  const release = ownItem(entry, 2);
  if (!isKeyOf(mode, key)) {
    throw refuse('ERR_SAMPLE_KEY', `key must be ${KEY_WANTED[mode]}`, `keys[${index}].key`);
  }
  const latestPress = index === 0 ? 0 : TYPING_LIMITS.maxTime;
  if (!isIntegerWithin(press, previousPress, latestPress)) {
    const wanted = index === 0 ? '0' : `an integer from the press before it to ${TYPING_LIMITS.maxTime}`;
    throw refuse('ERR_SAMPLE_TIME', `press must be ${wanted}`, `keys[${index}].press`);
  }
  const latestRelease = Math.min(press + TYPING_LIMITS.maxHold, TYPING_LIMITS.maxTime);
  if (release !== null && !isIntegerWithin(release, press, latestRelease)) {
    const { maxHold, maxTime } = TYPING_LIMITS;
    const wanted = `null or an integer from its press to ${maxHold} after it and to ${maxTime} in all`;
    throw refuse('ERR_SAMPLE_TIME', `release must be ${wanted}`, `keys[${index}].release`);
  }
  // Adding 0 turns the -0 that JSON can carry into 0.
  return [key, press + 0, release === null ? null : release + 0];
}

function isKeyOf(mode: TypingMode, key: unknown): key is string | null {
  if (mode === 'window') {
    return typeof key === 'string' && isKeyClassId(key);
  }
  return key === null || (mode === 'text' && typeof key === 'string' && KEY.test(key));
}

function freeze(sample: TypingSample): void {
  for (const key of sample.keys) {
    Object.freeze(key);
  }
  Object.freeze(sample.keys);
  Object.freeze(sample.flags);
  Object.freeze(sample);
}
