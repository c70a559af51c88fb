import type { FaceDescriptor, FaceFrameNumbers } from '@tacit-auth/features';
import type { FaceFrame } from './face-reader';

/** The numbers of one try, frame by frame, as the sample carries them. */
export interface FaceTrack {
  /** Adds a frame and returns its time in the track. */
  add(frame: FaceFrame): number;
  clear(): void;
  readonly frames: readonly FaceFrameNumbers[];
  /** Whether one more frame would be too many, or later than a sample may reach. */
  isFull(at: number): boolean;
}

const MAX_FRAMES = 1_000;
const MAX_MS = 60_000;

function bounded(value: number, unit: number, limit: number): number {
  // Adding 0 turns -0 into 0.
  return Math.round(Math.max(-limit, Math.min(limit, value * unit))) + 0;
}

export function faceTrack(): FaceTrack {
  let frames: FaceFrameNumbers[] = [];
  let start = 0;
  const last = () => frames.at(-1)?.[0] ?? -1;
  return {
    add(frame) {
      if (frames.length === 0) {
        start = frame.at;
      }
      const at = Math.max(last() + 1, Math.round((frame.at - start) * 10));
      const seen = frame.faces > 0;
      const numbers = seen
        ? [
            bounded(Math.max(0, frame.leftEye), 1_000, 1_000),
            bounded(Math.max(0, frame.rightEye), 1_000, 1_000),
            bounded(frame.yaw, 10, 900),
            bounded(frame.pitch, 10, 900),
            bounded(frame.roll, 10, 1_800),
          ]
        : [0, 0, 0, 0, 0];
      frames.push([at, Math.min(4, frame.faces), ...numbers] as FaceFrameNumbers);
      return at;
    },
    clear() {
      frames = [];
    },
    get frames() {
      return frames;
    },
    isFull: (at) => frames.length >= MAX_FRAMES || (frames.length > 0 && at - start > MAX_MS),
  };
}

/** A frame's descriptor and its time in the track. */
export interface DescribedFrame {
  readonly at: number;
  readonly values: Float32Array;
}

export function wireDescriptors(described: readonly DescribedFrame[]): FaceDescriptor[] {
  return [...described]
    .sort((a, b) => a.at - b.at)
    .map(({ at, values }) => [at, Array.from(values, (value) => bounded(value, 10_000, 10_000))]);
}
