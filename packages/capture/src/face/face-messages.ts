import type { FaceAction, FaceDescriptor, FaceFrameNumbers, FaceSample } from '@tacit-auth/features';
import { FACE_FAILURES, FACE_HINTS, FACE_STEPS, type FaceFailure, type FaceHint, type FaceStep } from './face-guidance';

/** Raised with every change of a message: a page and a frame of different packages must not half understand each other. */
export const FACE_PROTOCOL = 'tacit-face/1';

export const MAX_ACTIONS = 4;
export const MAX_TRIES = 10;
export const MIN_TRY_MS = 1_000;
export const MAX_TRY_MS = 60_000;
export const MAX_TITLE = 200;
const MAX_PIPELINE = 64;
const FRAME_LENGTH = 7;
/** Of `FACE_LIMITS` in `@tacit-auth/features`, written out so that the page loads none of its parsers. */
export const SAMPLE_LIMITS = {
  minDescriptors: 3,
  maxDescriptors: 8,
  descriptorLength: 128,
  maxDescriptorValue: 10_000,
  minFrames: 4,
  maxFrames: 1_000,
  maxTime: 600_000,
} as const;

/** From the page to the frame, with a port, once the frame is loaded. */
export interface ConnectMessage {
  readonly type: 'connect';
  readonly protocol: typeof FACE_PROTOCOL;
}

/** From the page to the frame, through the port. */
export type PageMessage = StartMessage | { readonly type: 'cancel' };

export interface StartMessage {
  readonly type: 'start';
  readonly actions: readonly FaceAction[];
  readonly maxTries: number;
  readonly tryMs: number;
  readonly title: string;
}

/** From the frame to the page, through the port. */
export type FrameMessage =
  | { readonly type: 'ready'; readonly protocol: typeof FACE_PROTOCOL }
  /** The frame's script still runs; nothing else may be said for a while. */
  | { readonly type: 'alive' }
  | FrameGuidance
  | { readonly type: 'captured'; readonly sample: FaceSample; readonly tries: number }
  | { readonly type: 'failed'; readonly reason: FaceFailure; readonly tries: number };

/** Guidance without what the page knows itself. */
export interface FrameGuidance {
  readonly type: 'guidance';
  readonly step: FaceStep;
  readonly hint: FaceHint | null;
  readonly actionsDone: number;
  readonly try: number;
  readonly progress: number;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isOneOf<Value>(value: unknown, all: readonly Value[]): value is Value {
  return all.includes(value as Value);
}

export function isConnectMessage(value: unknown): value is ConnectMessage {
  return isRecord(value) && value.type === 'connect' && value.protocol === FACE_PROTOCOL;
}

export function isFaceAction(value: unknown): value is FaceAction {
  return (
    isRecord(value) &&
    ((value.kind === 'blink' && isWhole(value.times, 1, 3)) || (value.kind === 'turn' && (value.to === 'left' || value.to === 'right')))
  );
}

/** The message, or undefined for anything that is not one: the reader ends the capture then. */
export function readPageMessage(value: unknown): PageMessage | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  if (value.type === 'cancel') {
    return { type: 'cancel' };
  }
  const { type, actions, maxTries, tryMs, title } = value;
  const isStart =
    type === 'start' &&
    Array.isArray(actions) &&
    isWhole(actions.length, 1, MAX_ACTIONS) &&
    actions.every(isFaceAction) &&
    isWhole(maxTries, 1, MAX_TRIES) &&
    isWhole(tryMs, MIN_TRY_MS, MAX_TRY_MS) &&
    typeof title === 'string' &&
    title.length <= MAX_TITLE;
  return isStart ? { type, actions, maxTries, tryMs, title } : undefined;
}

/** As {@link readPageMessage}, of the other side. */
export function readFrameMessage(value: unknown): FrameMessage | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { type, step, hint, actionsDone, progress, sample, tries, reason } = value;
  switch (type) {
    case 'ready':
      return value.protocol === FACE_PROTOCOL ? { type, protocol: FACE_PROTOCOL } : undefined;
    case 'alive':
      return { type };
    case 'guidance':
      return isOneOf(step, FACE_STEPS) &&
        (hint === null || isOneOf(hint, FACE_HINTS)) &&
        isWhole(actionsDone, 0, MAX_ACTIONS) &&
        isWhole(value.try, 0, MAX_TRIES) &&
        typeof progress === 'number' &&
        progress >= 0 &&
        progress <= 1
        ? { type, step, hint, actionsDone, try: value.try, progress }
        : undefined;
    case 'captured': {
      const read = readSample(sample);
      return read !== undefined && isWhole(tries, 1, MAX_TRIES) ? { type, sample: read, tries } : undefined;
    }
    case 'failed':
      return isOneOf(reason, FACE_FAILURES) && isWhole(tries, 0, MAX_TRIES) ? { type, reason, tries } : undefined;
    default:
      return undefined;
  }
}

function isNumbers(values: readonly unknown[], length: number, most: number): values is number[] {
  return values.length === length && values.every((value) => isWhole(value, -most, most));
}

function isPair(value: unknown): value is [unknown, unknown[]] {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[1]);
}

/** The sample's four fields in new arrays, or undefined. Form and size alone: the server's parser checks what the numbers may be. */
function readSample(value: unknown): FaceSample | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { version, pipeline, descriptors, frames } = value;
  const { minDescriptors, maxDescriptors, descriptorLength, minFrames, maxFrames, maxTime } = SAMPLE_LIMITS;
  if (
    version !== 1 ||
    typeof pipeline !== 'string' ||
    pipeline.length > MAX_PIPELINE ||
    !Array.isArray(descriptors) ||
    !isWhole(descriptors.length, minDescriptors, maxDescriptors) ||
    !Array.isArray(frames) ||
    !isWhole(frames.length, minFrames, maxFrames)
  ) {
    return undefined;
  }
  const described: FaceDescriptor[] = [];
  for (const pair of descriptors) {
    // The length comes first: what is longer is not copied.
    if (!isPair(pair) || !isWhole(pair[0], 0, maxTime) || pair[1].length !== descriptorLength) {
      return undefined;
    }
    const values = [...pair[1]];
    if (!isNumbers(values, descriptorLength, SAMPLE_LIMITS.maxDescriptorValue)) {
      return undefined;
    }
    described.push([pair[0], values]);
  }
  const rows: FaceFrameNumbers[] = [];
  for (const row of frames) {
    if (!Array.isArray(row) || row.length !== FRAME_LENGTH) {
      return undefined;
    }
    const numbers = [...row];
    if (!isNumbers(numbers, FRAME_LENGTH, maxTime)) {
      return undefined;
    }
    rows.push(numbers as unknown as FaceFrameNumbers);
  }
  return { version, pipeline: pipeline as FaceSample['pipeline'], descriptors: described, frames: rows };
}
