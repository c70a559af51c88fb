import { TacitError } from './errors';
import { exceedsBytes, isIntegerWithin, isPlainObject, ownItem, ownProperty, type PlainObject } from './sample-input';

/**
 * The id of the descriptor pipeline: tiny detector at 416 px (then 224 px, then SSD), 68 landmarks, dlib-style box, 150 px crop, mean of the descriptors of
 * the crop and its mirror image. Descriptors of different pipelines are never compared: their distances mean other things.
 */
export const FACE_PIPELINE = 'face-api-tiny416-mirror/1';

/** Every pipeline whose samples are read. */
export const FACE_PIPELINES: readonly string[] = Object.freeze([FACE_PIPELINE]);

/** Every bound on a face sample. Times are in tenths of a millisecond, eye openness in thousandths, angles in tenths of a degree. */
export const FACE_LIMITS = Object.freeze({
  /** Length of a sample given as JSON text, in bytes of UTF-8. */
  maxBytes: 65_536,
  minDescriptors: 3,
  maxDescriptors: 8,
  descriptorLength: 128,
  /** Units of a descriptor's value in 1. */
  descriptorUnit: 10_000,
  /** Largest magnitude of one value of a descriptor, in its units. */
  maxDescriptorValue: 10_000,
  /** Euclidean norm of a descriptor, in its units. Those of 1,549 photographs, each in four lights, are 12,200 to 16,400. */
  minDescriptorNorm: 9_000,
  maxDescriptorNorm: 20_000,
  minFrames: 4,
  maxFrames: 1_000,
  /** Latest frame: one minute after the first. */
  maxTime: 600_000,
  maxFaces: 4,
  maxEyeOpenness: 1_000,
  maxYaw: 900,
  maxPitch: 900,
  maxRoll: 1_800,
});

/** What a customer is asked to do before the camera; `left` and `right` are the customer's own. */
export type FaceAction = { readonly kind: 'blink'; readonly times: 1 | 2 | 3 } | { readonly kind: 'turn'; readonly to: 'left' | 'right' };

/** The descriptor of one frame: the time of that frame, which is in `frames` too and shows one face, and 128 integers in units of 1e-4. */
export type FaceDescriptor = [at: number, values: number[]];

/**
 * What was measured in one frame: its time from the first frame, how many faces were seen (counted to 4), how far each eye is open (eye aspect ratio:
 * height by width of the opening), and the pose of the head. Yaw is positive where the person turns to the own left, pitch where the chin
 * goes up, roll where the head leans to the own left shoulder. Of several faces the largest counts; without a face all five are 0.
 */
export type FaceFrameNumbers = [at: number, faces: number, leftEye: number, rightEye: number, yaw: number, pitch: number, roll: number];

/** The wire type: what a browser sends about one look into the camera. Plain JSON; never an image. */
export interface FaceSample {
  version: 1;
  /** Id of the pipeline that made the descriptors: {@link FACE_PIPELINE}. */
  pipeline: string;
  /** In order of time, each of another frame: near-frontal ones, from before the first action and after the last. */
  descriptors: FaceDescriptor[];
  /** Every frame that was analysed, in order of time; the first is at 0. */
  frames: FaceFrameNumbers[];
}

declare const brand: unique symbol;

/** A sample that {@link parseFaceSample} has checked: deeply frozen, and known to the parser by identity. */
export interface ParsedFaceSample {
  readonly version: 1;
  readonly pipeline: string;
  readonly descriptors: readonly (readonly [at: number, values: readonly number[]])[];
  readonly frames: readonly Readonly<FaceFrameNumbers>[];
  readonly [brand]: true;
}

/** Why a sample was refused. */
export type FaceSampleErrorCode =
  /** Neither JSON text nor an object. */
  | 'ERR_FACE_SAMPLE_TYPE'
  /** More bytes than `FACE_LIMITS.maxBytes`. */
  | 'ERR_FACE_SAMPLE_SIZE'
  /** The text is not JSON. */
  | 'ERR_FACE_SAMPLE_JSON'
  /** A version that this parser does not read. */
  | 'ERR_FACE_SAMPLE_VERSION'
  /** A property that the version does not know. */
  | 'ERR_FACE_SAMPLE_PROPERTY'
  /** Not one of {@link FACE_PIPELINES}. */
  | 'ERR_FACE_SAMPLE_PIPELINE'
  /** `descriptors` is not an array of 3 to 8 pairs of a time and 128 integers in range. */
  | 'ERR_FACE_SAMPLE_DESCRIPTORS'
  /** A descriptor is shorter or longer than any that the pipeline makes. */
  | 'ERR_FACE_SAMPLE_NORM'
  /** `frames` is not an array of 4 to 1,000 rows of seven integers in range. */
  | 'ERR_FACE_SAMPLE_FRAMES'
  /** A time is no integer in range, not after the one before it, or a descriptor's is not that of a frame with one face. */
  | 'ERR_FACE_SAMPLE_TIME'
  /** The value did not come from {@link parseFaceSample}. */
  | 'ERR_FACE_SAMPLE_UNPARSED';

const parsed = new WeakSet<object>();
const PROPERTIES: ReadonlySet<PropertyKey> = new Set(['version', 'pipeline', 'descriptors', 'frames']);

/** One reader a version on the wire. A new version gets a reader of its own; the one before it stays. */
const readers: ReadonlyMap<unknown, (fields: PlainObject) => FaceSample> = new Map([[1, readVersion1]]);

/** The numbers of a frame after its time: name, least, most. */
const FRAME_NUMBERS: readonly (readonly [name: string, least: number, most: number])[] = [
  ['faces', 0, FACE_LIMITS.maxFaces],
  ['leftEye', 0, FACE_LIMITS.maxEyeOpenness],
  ['rightEye', 0, FACE_LIMITS.maxEyeOpenness],
  ['yaw', -FACE_LIMITS.maxYaw, FACE_LIMITS.maxYaw],
  ['pitch', -FACE_LIMITS.maxPitch, FACE_LIMITS.maxPitch],
  ['roll', -FACE_LIMITS.maxRoll, FACE_LIMITS.maxRoll],
];

/**
 * Checks a face sample from outside and returns a deeply frozen copy, the only kind that the face models accept.
 * A sample that is already parsed is returned as it is.
 *
 * @param input JSON text or the value parsed from it. The size of text is checked before anything else.
 * @throws TacitError with a {@link FaceSampleErrorCode} and, where one property is at fault, its path as `field`. A refused value is never repeated.
 */
export function parseFaceSample(input: unknown): ParsedFaceSample {
  if (isParsedFaceSample(input)) {
    return input;
  }
  const value = typeof input === 'string' ? parseJson(input) : input;
  let sample: FaceSample;
  try {
    sample = read(value);
  } catch (error) {
    if (error instanceof TacitError) {
      throw error;
    }
    // Only a value with accessors or traps of its own gets here. Its error may say anything, so it is not passed on.
    throw refuse('ERR_FACE_SAMPLE_TYPE', 'face sample cannot be read: give JSON text or plain data');
  }
  freeze(sample);
  parsed.add(sample);
  return sample as unknown as ParsedFaceSample;
}

/** Whether `value` is a sample that {@link parseFaceSample} returned. */
export function isParsedFaceSample(value: unknown): value is ParsedFaceSample {
  return typeof value === 'object' && value !== null && parsed.has(value);
}

/**
 * Refuses every value that {@link parseFaceSample} did not return, however right its shape.
 *
 * @throws TacitError `ERR_FACE_SAMPLE_UNPARSED`.
 */
export function assertParsedFaceSample(value: unknown): asserts value is ParsedFaceSample {
  if (!isParsedFaceSample(value)) {
    throw refuse('ERR_FACE_SAMPLE_UNPARSED', 'sample must come from parseFaceSample');
  }
}

/**
 * The values of a descriptor as they go into a sample: integers in units of 1e-4.
 *
 * @param descriptor 128 finite numbers, as the recognition network gives them.
 * @throws TypeError where `descriptor` is no list of numbers; RangeError for another length or a number that is not finite or beyond 1.
 */
export function faceDescriptorValues(descriptor: ArrayLike<number>): number[] {
  if (!Array.isArray(descriptor) && !(ArrayBuffer.isView(descriptor) && 'length' in descriptor)) {
    throw new TypeError('descriptor must be an array of numbers');
  }
  const { descriptorLength, descriptorUnit, maxDescriptorValue } = FACE_LIMITS;
  if (descriptor.length !== descriptorLength) {
    throw new RangeError(`descriptor must hold ${descriptorLength} numbers`);
  }
  return Array.from(descriptor, (value: unknown) => {
    if (typeof value !== 'number') {
      throw new TypeError('descriptor must be an array of numbers');
    }
    const units = Math.round(value * descriptorUnit);
    if (!(Math.abs(units) <= maxDescriptorValue)) {
      throw new RangeError('descriptor must hold finite numbers from -1 to 1');
    }
    return units + 0;
  });
}

function refuse(code: FaceSampleErrorCode, message: string, field?: string): TacitError<FaceSampleErrorCode> {
  return new TacitError(code, message, field === undefined ? {} : { field });
}

function parseJson(text: string): unknown {
  if (exceedsBytes(text, FACE_LIMITS.maxBytes)) {
    throw refuse('ERR_FACE_SAMPLE_SIZE', `face sample is larger than ${FACE_LIMITS.maxBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes the text, so it is not kept as the cause.
    throw refuse('ERR_FACE_SAMPLE_JSON', 'face sample is not valid JSON');
  }
}

function read(value: unknown): FaceSample {
  if (!isPlainObject(value)) {
    throw refuse('ERR_FACE_SAMPLE_TYPE', 'face sample must be an object');
  }
  const reader = readers.get(ownProperty(value, 'version'));
  if (reader === undefined) {
    throw refuse('ERR_FACE_SAMPLE_VERSION', `version must be one of: ${[...readers.keys()].join(', ')}`, 'version');
  }
  return reader(value);
}

function readVersion1(fields: PlainObject): FaceSample {
  for (const name of Reflect.ownKeys(fields)) {
    if (!PROPERTIES.has(name)) {
      throw refuse('ERR_FACE_SAMPLE_PROPERTY', 'face sample has a property that version 1 does not know');
    }
  }
  const pipeline = ownProperty(fields, 'pipeline');
  if (typeof pipeline !== 'string' || !FACE_PIPELINES.includes(pipeline)) {
    throw refuse('ERR_FACE_SAMPLE_PIPELINE', `pipeline must be one of: ${FACE_PIPELINES.join(', ')}`, 'pipeline');
  }
  const frames = readFrames(ownProperty(fields, 'frames'));
  const descriptors = readDescriptors(ownProperty(fields, 'descriptors'), frames);
  return { version: 1, pipeline, descriptors, frames };
}

function readFrames(value: unknown): FaceFrameNumbers[] {
  const { minFrames, maxFrames } = FACE_LIMITS;
  if (!Array.isArray(value) || value.length < minFrames || value.length > maxFrames) {
    throw refuse('ERR_FACE_SAMPLE_FRAMES', `frames must be an array of ${minFrames} to ${maxFrames} rows`, 'frames');
  }
  const count = value.length;
  const frames: FaceFrameNumbers[] = [];
  let before = -1;
  for (let i = 0; i < count; i++) {
    const frame = readFrame(ownItem(value, i), i, before);
    before = frame[0];
    frames.push(frame);
  }
  return frames;
}

function readFrame(entry: unknown, index: number, before: number): FaceFrameNumbers {
  const field = `frames[${index}]`;
  if (!Array.isArray(entry) || entry.length !== FRAME_NUMBERS.length + 1) {
    throw refuse('ERR_FACE_SAMPLE_FRAMES', 'a row of frames must be [at, faces, leftEye, rightEye, yaw, pitch, roll]', field);
  }
  const at = readTime(ownItem(entry, 0), before, index === 0 ? 0 : FACE_LIMITS.maxTime, `${field}.at`);
  // Adding 0 turns the -0 that JSON can carry into 0.
  const numbers = FRAME_NUMBERS.map(([name, least, most], place) => {
    const number = ownItem(entry, place + 1);
    if (!isIntegerWithin(number, least, most)) {
      throw refuse('ERR_FACE_SAMPLE_FRAMES', `${name} must be an integer from ${least} to ${most}`, `${field}.${name}`);
    }
    return number + 0;
  });
  if (numbers[0] === 0 && numbers.some((number) => number !== 0)) {
    throw refuse('ERR_FACE_SAMPLE_FRAMES', 'a frame without a face must have no other number than 0', field);
  }
  return [at, ...numbers] as FaceFrameNumbers;
}

function readDescriptors(value: unknown, frames: readonly FaceFrameNumbers[]): FaceDescriptor[] {
  const { minDescriptors, maxDescriptors } = FACE_LIMITS;
  if (!Array.isArray(value) || value.length < minDescriptors || value.length > maxDescriptors) {
    throw refuse(
      'ERR_FACE_SAMPLE_DESCRIPTORS',
      `descriptors must be an array of ${minDescriptors} to ${maxDescriptors} pairs`,
      'descriptors',
    );
  }
  const count = value.length;
  const withOneFace = new Set(frames.filter(([, faces]) => faces === 1).map(([at]) => at));
  const descriptors: FaceDescriptor[] = [];
  let before = -1;
  for (let i = 0; i < count; i++) {
    const field = `descriptors[${i}]`;
    const entry = ownItem(value, i);
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw refuse('ERR_FACE_SAMPLE_DESCRIPTORS', 'an entry of descriptors must be [at, values]', field);
    }
    const at = readTime(ownItem(entry, 0), before, FACE_LIMITS.maxTime, `${field}.at`);
    if (!withOneFace.has(at)) {
      throw refuse('ERR_FACE_SAMPLE_TIME', 'at must be the time of a frame with one face', `${field}.at`);
    }
    descriptors.push([at, readValues(ownItem(entry, 1), `${field}.values`)]);
    before = at;
  }
  return descriptors;
}

function readTime(value: unknown, before: number, latest: number, field: string): number {
  if (!isIntegerWithin(value, before + 1, latest)) {
    const wanted = latest === 0 ? '0' : `an integer after the one before it and at most ${latest}`;
    throw refuse('ERR_FACE_SAMPLE_TIME', `at must be ${wanted}`, field);
  }
  return value + 0;
}

function readValues(value: unknown, field: string): number[] {
  const { descriptorLength, maxDescriptorValue, minDescriptorNorm, maxDescriptorNorm } = FACE_LIMITS;
  if (!Array.isArray(value) || value.length !== descriptorLength) {
    throw refuse('ERR_FACE_SAMPLE_DESCRIPTORS', `values must be an array of ${descriptorLength} integers`, field);
  }
  const values: number[] = [];
  let sum = 0;
  for (let i = 0; i < descriptorLength; i++) {
    const number = ownItem(value, i);
    if (!isIntegerWithin(number, -maxDescriptorValue, maxDescriptorValue)) {
      throw refuse('ERR_FACE_SAMPLE_DESCRIPTORS', `a value must be an integer from -${maxDescriptorValue} to ${maxDescriptorValue}`, field);
    }
    values.push(number + 0);
    sum += number * number;
  }
  const norm = Math.sqrt(sum);
  if (norm < minDescriptorNorm || norm > maxDescriptorNorm) {
    throw refuse('ERR_FACE_SAMPLE_NORM', `the norm of values must be from ${minDescriptorNorm} to ${maxDescriptorNorm}`, field);
  }
  return values;
}

function freeze(sample: FaceSample): void {
  for (const descriptor of sample.descriptors) {
    Object.freeze(descriptor[1]);
    Object.freeze(descriptor);
  }
  for (const frame of sample.frames) {
    Object.freeze(frame);
  }
  Object.freeze(sample.descriptors);
  Object.freeze(sample.frames);
  Object.freeze(sample);
}
