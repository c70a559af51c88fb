import { TacitError } from './errors';
import { type ParsedPointerSample, type PointerSample, parsePointerSample } from './pointer-sample';
import { exceedsBytes, isIntegerWithin, isPlainObject, ownItem, ownProperty, type PlainObject } from './sample-input';
import { type ParsedTypingSample, parseTypingSample, type TypingSample } from './typing-sample';

/** Every bound on a batch of evidence. The bounds of the samples in it (`TYPING_LIMITS`, `POINTER_LIMITS`) hold too. */
export const EVIDENCE_LIMITS = Object.freeze({
  /** Length of a batch given as JSON text, in bytes of UTF-8. */
  maxBytes: 131_072,
  maxTyping: 16,
  maxPointer: 8,
  /** Keys and pointer events of all samples together: about as many as fit into `maxBytes`, for a batch that is given as a value. */
  maxRows: 12_000,
  /** Length of a stream's id: 128 random bits in base64url. */
  streamLength: 22,
  /** Length of the key that seals a page's queue: 32 bytes in base64url. */
  queueKeyLength: 43,
  maxSeq: 2 ** 31,
});

/**
 * All that a customer's own browser is told of what the evidence says: never a score, a threshold, a count or a reason. `checking`: there is too
 * little evidence yet, or nothing to compare it with. `confirm`: a factor is asked for. `off`: not agreed to, or not to be checked.
 */
export const COARSE_STATES = ['on', 'checking', 'confirm', 'locked', 'ended', 'off'] as const;
export type CoarseState = (typeof COARSE_STATES)[number];

/** The wire type: what a page sends about every two seconds of a session, when it has something. Plain JSON. */
export interface EvidenceBatch {
  version: 1;
  /** Id of the queue that this batch is of, 22 characters of base64url: the server gave it when the queue was opened. */
  stream: string;
  /** The batch's number in its stream: 1, 2, 3 and so on, to 2^31. */
  seq: number;
  /** The greatest number up to which every batch was answered, or given up by the page because its queue was full: 0 to `seq` - 1. */
  floor: number;
  /** Samples of `window` mode, oldest first. */
  typing: TypingSample[];
  /** Oldest first. */
  pointer: PointerSample[];
}

/** The wire type: what the server answers when a page opens a stream. Plain JSON. */
export interface EvidenceOpening {
  version: 1;
  stream: string;
  /** 32 bytes in base64url: seals what the page's queue keeps in the browser. It is not to be stored there. */
  queueKey: string;
  /** The number of the batch that the server takes next. */
  next: number;
  state: CoarseState;
  /** Time between two batches, in ms. */
  everyMs: number;
}

/** The wire type: what the server answers to a batch. Plain JSON. */
export interface EvidenceAnswer {
  version: 1;
  stream: string;
  /** The highest number that took effect. Every batch up to it is done with. */
  seq: number;
  state: CoarseState;
}

declare const brand: unique symbol;

/** A batch that {@link parseEvidenceBatch} has checked: deeply frozen, known to the parser by identity, and so are the samples in it. */
export interface ParsedEvidenceBatch {
  readonly version: 1;
  readonly stream: string;
  readonly seq: number;
  readonly floor: number;
  readonly typing: readonly ParsedTypingSample[];
  readonly pointer: readonly ParsedPointerSample[];
  readonly [brand]: true;
}

/** Why a batch was refused. */
export type EvidenceBatchErrorCode =
  /** Neither JSON text nor an object. */
  | 'ERR_EVIDENCE_TYPE'
  /** More bytes than `EVIDENCE_LIMITS.maxBytes`, or more rows than `EVIDENCE_LIMITS.maxRows`. */
  | 'ERR_EVIDENCE_SIZE'
  /** The text is not JSON. */
  | 'ERR_EVIDENCE_JSON'
  /** A version that this parser does not read. */
  | 'ERR_EVIDENCE_VERSION'
  /** A property that the version does not know. */
  | 'ERR_EVIDENCE_PROPERTY'
  | 'ERR_EVIDENCE_STREAM'
  | 'ERR_EVIDENCE_SEQ'
  | 'ERR_EVIDENCE_FLOOR'
  /** `typing` is not an array of at most `EVIDENCE_LIMITS.maxTyping` samples of `window` mode; the cause is the sample's own error. */
  | 'ERR_EVIDENCE_TYPING'
  /** `pointer` is not an array of at most `EVIDENCE_LIMITS.maxPointer` samples; the cause is the sample's own error. */
  | 'ERR_EVIDENCE_POINTER'
  /** The value did not come from {@link parseEvidenceBatch}. */
  | 'ERR_EVIDENCE_UNPARSED';

interface Contents {
  version: 1;
  stream: string;
  seq: number;
  floor: number;
  typing: readonly ParsedTypingSample[];
  pointer: readonly ParsedPointerSample[];
}

const parsed = new WeakSet<object>();
const STREAM = /^[A-Za-z0-9_-]{22}$/;
const PROPERTIES: ReadonlySet<PropertyKey> = new Set(['version', 'stream', 'seq', 'floor', 'typing', 'pointer']);

/** One reader a version on the wire. A new version gets a reader of its own; the one before it stays. */
const readers: ReadonlyMap<unknown, (fields: PlainObject) => Contents> = new Map([[1, readVersion1]]);

/**
 * Checks a batch of evidence from outside, with every sample in it, and returns a deeply frozen copy. A batch that is already parsed is returned as it
 * is. A batch without a sample is one too.
 *
 * @param input JSON text or the value parsed from it. The size of text, and the number of samples, are checked before anything else of them.
 * @throws TacitError with an {@link EvidenceBatchErrorCode} and, where one property is at fault, its path as `field`, such as `typing[0].keys[3].press`.
 *   A refused value is never repeated.
 */
export function parseEvidenceBatch(input: unknown): ParsedEvidenceBatch {
  if (isParsedEvidenceBatch(input)) {
    return input;
  }
  const value = typeof input === 'string' ? parseJson(input) : input;
  let batch: Contents;
  try {
    batch = read(value);
  } catch (error) {
    if (error instanceof TacitError) {
      throw error;
    }
    // Only a value with accessors or traps of its own gets here. Its error may say anything, so it is not passed on.
    throw refuse('ERR_EVIDENCE_TYPE', 'evidence batch cannot be read: give JSON text or plain data');
  }
  Object.freeze(batch.typing);
  Object.freeze(batch.pointer);
  Object.freeze(batch);
  parsed.add(batch);
  return batch as ParsedEvidenceBatch;
}

/** Whether `value` is a batch that {@link parseEvidenceBatch} returned. */
export function isParsedEvidenceBatch(value: unknown): value is ParsedEvidenceBatch {
  return typeof value === 'object' && value !== null && parsed.has(value);
}

/**
 * Refuses every value that {@link parseEvidenceBatch} did not return, however right its shape.
 *
 * @throws TacitError `ERR_EVIDENCE_UNPARSED`.
 */
export function assertParsedEvidenceBatch(value: unknown): asserts value is ParsedEvidenceBatch {
  if (!isParsedEvidenceBatch(value)) {
    throw refuse('ERR_EVIDENCE_UNPARSED', 'batch must come from parseEvidenceBatch');
  }
}

function refuse(code: EvidenceBatchErrorCode, message: string, field?: string, cause?: unknown): TacitError<EvidenceBatchErrorCode> {
  return new TacitError(code, message, { ...(field === undefined ? {} : { field }), cause });
}

function parseJson(text: string): unknown {
  if (exceedsBytes(text, EVIDENCE_LIMITS.maxBytes)) {
    throw refuse('ERR_EVIDENCE_SIZE', `evidence batch is larger than ${EVIDENCE_LIMITS.maxBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, so it is not kept as the cause.
    throw refuse('ERR_EVIDENCE_JSON', 'evidence batch is not valid JSON');
  }
}

function read(value: unknown): Contents {
  if (!isPlainObject(value)) {
    throw refuse('ERR_EVIDENCE_TYPE', 'evidence batch must be an object');
  }
  const reader = readers.get(ownProperty(value, 'version'));
  if (reader === undefined) {
    throw refuse('ERR_EVIDENCE_VERSION', `version must be one of: ${[...readers.keys()].join(', ')}`, 'version');
  }
  return reader(value);
}

function readVersion1(fields: PlainObject): Contents {
  for (const name of Reflect.ownKeys(fields)) {
    if (!PROPERTIES.has(name)) {
      throw refuse('ERR_EVIDENCE_PROPERTY', 'evidence batch has a property that version 1 does not know');
    }
  }
  const stream = ownProperty(fields, 'stream');
  if (typeof stream !== 'string' || !STREAM.test(stream)) {
    throw refuse('ERR_EVIDENCE_STREAM', `stream must be ${EVIDENCE_LIMITS.streamLength} characters of base64url`, 'stream');
  }
  const seq = ownProperty(fields, 'seq');
  if (!isIntegerWithin(seq, 1, EVIDENCE_LIMITS.maxSeq)) {
    throw refuse('ERR_EVIDENCE_SEQ', `seq must be an integer from 1 to ${EVIDENCE_LIMITS.maxSeq}`, 'seq');
  }
  const floor = ownProperty(fields, 'floor');
  if (!isIntegerWithin(floor, 0, seq - 1)) {
    throw refuse('ERR_EVIDENCE_FLOOR', 'floor must be an integer from 0 to seq - 1', 'floor');
  }
  const { maxTyping, maxPointer } = EVIDENCE_LIMITS;
  const typing = readSamples('ERR_EVIDENCE_TYPING', 'typing', ownProperty(fields, 'typing'), maxTyping, readTyping);
  const pointer = readSamples('ERR_EVIDENCE_POINTER', 'pointer', ownProperty(fields, 'pointer'), maxPointer, parsePointerSample);
  const rows = typing.reduce((sum, { keys }) => sum + keys.length, 0) + pointer.reduce((sum, { events }) => sum + events.length, 0);
  if (rows > EVIDENCE_LIMITS.maxRows) {
    throw refuse('ERR_EVIDENCE_SIZE', `samples must have at most ${EVIDENCE_LIMITS.maxRows} keys and events together`);
  }
  // Adding 0 turns the -0 that JSON can carry into 0.
  return { version: 1, stream, seq, floor: floor + 0, typing, pointer };
}

function readSamples<Sample>(
  code: EvidenceBatchErrorCode,
  name: string,
  value: unknown,
  most: number,
  parse: (item: unknown) => Sample,
): Sample[] {
  if (!Array.isArray(value)) {
    throw refuse(code, `${name} must be an array`, name);
  }
  const count = value.length;
  if (count > most) {
    throw refuse(code, `${name} must hold at most ${most} samples`, name);
  }
  const samples: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const item = ownItem(value, i);
    const path = `${name}[${i}]`;
    // The parsers of samples read JSON text too, which in a batch would be JSON within JSON, past the bound on bytes.
    if (!isPlainObject(item)) {
      throw refuse(code, `an item of ${name} must be a sample`, path);
    }
    try {
      samples.push(parse(item));
    } catch (error) {
      if (!(error instanceof TacitError)) {
        throw error;
      }
      throw refuse(code, error.message, error.field === undefined ? path : `${path}.${error.field}`, error);
    }
  }
  return samples;
}

function readTyping(item: unknown): ParsedTypingSample {
  const sample = parseTypingSample(item);
  if (sample.mode !== 'window') {
    throw new TacitError('ERR_SAMPLE_MODE', "mode must be 'window' in a batch of evidence", { field: 'mode' });
  }
  return sample;
}
