import { type DescriptorModel, descriptorFiles, loadDescriptorModel } from './descriptor-model';
import { FaceEngineError } from './face-engine-error';
import type { FaceDescriptorResult, FaceFrame, WorkerAnswer, WorkerRequest } from './face-engine-messages';
import { frameOf, type MeshPoint, measureFace } from './landmark-measures';
import { type LandmarkModel, landmarkFiles, loadLandmarkModel } from './landmark-model';
import { modelReader } from './model-reader';
import { measurePicture } from './picture-measures';
import type { Pixels } from './pixels';

// The script of both workers of the engine: what one does is told by the first message.

/** Longest side at which landmarks are looked for. */
const LONGEST = 640;

const scope = globalThis as unknown as {
  postMessage(answer: WorkerAnswer): void;
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
};
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });

let landmarks: LandmarkModel | undefined;
let descriptors: DescriptorModel | undefined;

async function warmUp({ id, role, folder }: WorkerRequest & { kind: 'warm-up' }): Promise<null> {
  const expected = role === 'landmarks' ? landmarkFiles() : descriptorFiles();
  const onProgress = (done: number, all: number) => scope.postMessage({ id, kind: 'progress', done, all });
  const reader = modelReader({ folder, expected, onProgress });
  if (role === 'landmarks') {
    const model = await loadLandmarkModel(reader, folder);
    canvas.width = 640;
    canvas.height = 480;
    await model(canvas);
    landmarks = model;
  } else {
    descriptors = await loadDescriptorModel(reader, folder);
  }
  return null;
}

/** Draws a frame, no longer than `longest`, and reads it back. */
function readFrame(frame: ImageBitmap | VideoFrame, longest: number): { pixels: Pixels; scale: number } {
  try {
    const [width, height] = 'displayWidth' in frame ? [frame.displayWidth, frame.displayHeight] : [frame.width, frame.height];
    const scale = Math.min(1, longest / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    context!.drawImage(frame, 0, 0, canvas.width, canvas.height);
    const { data } = context!.getImageData(0, 0, canvas.width, canvas.height);
    return { pixels: { width: canvas.width, height: canvas.height, channels: 4, data }, scale };
  } finally {
    frame.close();
  }
}

async function analyse({ frame, at }: WorkerRequest & { kind: 'analyse' }): Promise<FaceFrame> {
  const { pixels, scale } = readFrame(frame, LONGEST);
  const faces = await landmarks!(canvas);
  const largest = faces.reduce<MeshPoint[] | undefined>((best, face) => (best && area(best) >= area(face) ? best : face), undefined);
  const { box, ...measures } = largest ? measureFace(largest) : { leftEye: 0, rightEye: 0, yaw: 0, pitch: 0, roll: 0, box: undefined };
  return {
    at,
    faces: faces.length,
    ...measures,
    box: box ? { x: box.x / scale, y: box.y / scale, width: box.width / scale, height: box.height / scale } : null,
    ...measurePicture(pixels, box),
  };
}

function area(face: readonly MeshPoint[]): number {
  const { width, height } = frameOf(face);
  return width * height;
}

function describe({ frame }: WorkerRequest & { kind: 'describe' }): Promise<FaceDescriptorResult> {
  // Never shrunk by the browser: the pipeline does that itself, the same way everywhere.
  return descriptors!(readFrame(frame, Number.POSITIVE_INFINITY).pixels);
}

function answer(request: WorkerRequest): Promise<FaceFrame | FaceDescriptorResult | null> {
  switch (request.kind) {
    case 'warm-up':
      return warmUp(request);
    case 'analyse':
      return analyse(request);
    case 'describe':
      return describe(request);
  }
}

scope.onmessage = async ({ data }) => {
  const { id } = data;
  try {
    scope.postMessage({ id, kind: 'done', value: await answer(data) });
  } catch (cause) {
    const { code, message, field } =
      cause instanceof FaceEngineError ? cause : new FaceEngineError('ERR_FACE_ENGINE_FAILED', 'a model of the face engine broke');
    scope.postMessage({ id, kind: 'failed', code, message, field });
  }
};
