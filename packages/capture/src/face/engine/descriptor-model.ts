import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env, setBackend } from '@tensorflow/tfjs-core';
import * as faceApi from '@vladmandic/face-api/dist/face-api.esm-nobundle.js';
import { NET_MODELS, netLoader } from './descriptor-nets';
import { describeCrop, describeFace, type FaceNetName } from './descriptor-pipeline';
import type { FaceDescriptorResult } from './face-engine-messages';
import { type ModelReader, missing } from './model-reader';
import type { Pixels } from './pixels';

/** Finds and describes the face nearest to the centre of a frame. */
export type DescriptorModel = (pixels: Pixels) => Promise<FaceDescriptorResult>;

/** Networks that every face needs; the last detector is loaded when it is first asked. */
const ALWAYS: readonly FaceNetName[] = ['tinyFaceDetector', 'faceLandmark68Net', 'faceRecognitionNet'];

/** Every file that {@link loadDescriptorModel} loads. */
export function descriptorFiles(): string[] {
  return ALWAYS.flatMap((name) => [`face-api/${NET_MODELS[name]}-weights_manifest.json`, `face-api/${NET_MODELS[name]}.bin`]);
}

/**
 * The descriptor networks of face-api on the WebAssembly backend of TensorFlow.js, in a worker.
 *
 * @throws FaceEngineError naming the file where one is missing or altered.
 */
export async function loadDescriptorModel({ read }: ModelReader, folder: string): Promise<DescriptorModel> {
  const [plain, simd] = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];
  const at = (name: string) => new URL(name, folder).href;
  // Threads would need a cross-origin isolated page, and a worker made of a blob.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({ [plain]: at(plain), [simd]: at(simd), 'tfjs-backend-wasm-threaded-simd.wasm': at(simd) });
  installEnvironment();
  if (!(await setBackend('wasm'))) {
    throw missing((await env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? simd : plain, undefined);
  }
  const ensure = netLoader(faceApi, read);
  await Promise.all(ALWAYS.map(ensure));
  const blank = { width: 150, height: 150, data: new Float32Array(150 * 150 * 3) };
  await describeCrop(blank, faceApi);
  return async (pixels) => {
    const found = await describeFace(pixels, faceApi, ensure);
    if (found.status === 'no-face') {
      return found;
    }
    const { status, values, box, score } = found;
    return { status, values, box, score };
  };
}

/** The library asks what a canvas is before it sees that it was given numbers, and a worker answers neither as a page nor as Node. */
function installEnvironment(): void {
  class Absent {}
  const absent = () => {
    throw new Error('pictures are handed in as numbers');
  };
  faceApi.env.setEnv({
    Canvas: Absent,
    CanvasRenderingContext2D: Absent,
    Image: Absent,
    ImageData: Absent,
    Video: Absent,
    createCanvasElement: absent,
    createImageElement: absent,
    createVideoElement: absent,
    fetch: absent,
    readFile: absent,
  } as unknown as ReturnType<typeof faceApi.env.getEnv>);
}
