import type { FaceEngineErrorCode } from './face-engine-error';
import type { Region } from './pixels';

/**
 * What one worker is for. Landmarks and descriptors have a worker each, so that frames are watched without a gap while a descriptor, which
 * takes half a second, is computed: in a gap one face could be exchanged for another.
 */
export type FaceWorkerRole = 'landmarks' | 'descriptors';

/** What was seen in one frame. */
export interface FaceFrame {
  /** The time that was handed in with the frame. */
  at: number;
  /** Faces seen, counted to 2. Of two, the larger is measured. Without one, the measures are 0 and `box` is null. */
  faces: number;
  /** Eye aspect ratio of the person's own left and right eye, about .3 open and under .15 closed. */
  leftEye: number;
  rightEye: number;
  /** Degrees. Yaw is positive where the person turns to the own left, pitch where the chin goes up, roll where the head leans to the own left shoulder. */
  yaw: number;
  pitch: number;
  roll: number;
  /** The frame around the landmarks, in pixels of the frame handed in. */
  box: Region | null;
  /** Of the box, or of the whole frame where there is no face: mean luma 0-255, and the shares of points under 40 and over 225. */
  luma: { mean: number; darkShare: number; brightShare: number };
  /** Variance of the Laplacian over variance of the luma, of the same part at 128 x 128 points. */
  sharpness: number;
}

/** The descriptor of the face nearest to the centre of a frame, what was framed, and how sure the detector is of it, 0 to 1. */
export type FaceDescriptorResult = { status: 'described'; values: Float32Array; box: Region; score: number } | { status: 'no-face' };

/** To a worker. Each is answered by one {@link WorkerAnswer} of the same `id`. */
export type WorkerRequest =
  | { id: number; kind: 'warm-up'; role: FaceWorkerRole; folder: string }
  | { id: number; kind: 'analyse'; frame: ImageBitmap | VideoFrame; at: number }
  | { id: number; kind: 'describe'; frame: ImageBitmap };

/** From a worker. `progress` is in bytes and belongs to a warm-up. */
export type WorkerAnswer =
  | { id: number; kind: 'progress'; done: number; all: number }
  | { id: number; kind: 'done'; value: FaceFrame | FaceDescriptorResult | null }
  | { id: number; kind: 'failed'; code: FaceEngineErrorCode; message: string; field?: string | undefined };
